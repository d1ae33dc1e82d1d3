"""An exploration for a terminal, fitting whatever width it has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rich.console import ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.table import Table

from schelling.report.exploration import (
    coherence_words,
    exploration_words,
    indicator_words,
    option_words,
    over_options,
)
from schelling.report.page import posterior_words
from schelling.report.page.provenance import evidence_line
from schelling.report.verdicts.claim_verdicts import Verdict, all_verdicts, scale
from schelling.report.words.terminal_text import TerminalDrawing, styled
from schelling.study.exploring.explore import Exploration

_INDICATORS = 2


def summary(found: Exploration) -> RenderableType:
    """What an exploration found, as something rich can print.

    Args:
        found: The exploration.

    Returns:
        A renderable; it fits the console it is printed on.
    """
    return TerminalDrawing(partial(_drawn, found))


def _drawn(found: Exploration, options: ConsoleOptions) -> Iterator[RenderableType]:
    say = partial(styled, ascii_only=options.ascii_only)

    yield say(found.run.manifest.title, "bold")
    for verdict in all_verdicts(found.run):
        if verdict.claim.name in found.claims:
            yield say(_headline(found, verdict), "bold")
            grid = Table.grid(padding=(0, 1))
            grid.add_column(width=8, style="dim", no_wrap=True)
            grid.add_column(overflow="fold")
            for label, line in _lines(found, verdict.claim.name):
                grid.add_row(label, say(line))
            yield Padding(grid, (0, 0, 0, 2))
    for line in coherence_words.coherence(found):
        yield say(line)
    if found.options is not None:
        yield from _options(found, options.ascii_only)
    yield from (say(note, "dim") for note in _notes(found))
    yield say(evidence_line(found.run), "dim")


def _headline(found: Exploration, verdict: Verdict) -> str:
    by_option = option_words.spread(found, verdict.claim.name)
    if by_option:
        return f"{verdict.claim.name}: {by_option}"
    return f"{verdict.claim.name}: {verdict.word}, {verdict.says_how_many}"


def _lines(found: Exploration, claim: str) -> Iterator[tuple[str, str]]:
    """What was found about one claim, labelled."""
    if found.sensitivity is not None:
        yield "decides", exploration_words.decides(found, claim)
        yield from exploration_words.more_indices(found, claim)
    yield from coherence_words.parts(found, claim)
    for boxes in found.boxes:
        if boxes.claim == claim:
            for sentence in exploration_words.rules(boxes):
                yield "box", sentence
    for flips in found.flips:
        if flips.claim == claim:
            yield "flip", exploration_words.flips(flips)
            if flips.tippings:
                yield "tips", exploration_words.tipping_points(flips)
    for indicator in [one for one in found.indicators if one.claim == claim][:_INDICATORS]:
        yield "watch", indicator_words.indicator(indicator)
    if found.gradients is not None:
        yield "slope", exploration_words.slopes(found, claim)


def _options(found: Exploration, ascii_only: bool) -> Iterator[RenderableType]:
    assert found.options is not None
    say = partial(styled, ascii_only=ascii_only)
    for one in found.options.claims:
        yield say(f"Options, for {option_words.title(one)}:", "bold")
        first, *others = map(say, option_words.head(found, one))
        table = Table(box=None, pad_edge=False, padding=(0, 1))
        table.add_column(first, overflow="fold")
        for name in others:
            table.add_column(name, justify="right")
        for row in option_words.rows(one):
            table.add_row(*map(say, row))
        yield Padding(table, (0, 0, 0, 2))
        for option, words in option_words.failures(one) if "boxes" not in found.what else ():
            yield Padding(say(f"With {option} it {words}."), (0, 0, 0, 2))
        said = "; ".join(option_words.notes(one))
        if said:
            yield Padding(say(f"{said}.", "dim"), (0, 0, 0, 2))
    yield from map(say, option_words.overall(found))


def _notes(found: Exploration) -> Iterator[str]:
    yield f"Share of worlds, not probability; {scale()}."
    if found.sensitivity is not None:
        yield f"decides: {exploration_words.measure(found)}; ± half a 95 % interval."
        if exploration_words.dependence(found):
            yield exploration_words.dependence(found)
        yield f"These indices rest on {found.sensitivity.worlds:,} further worlds."
    if over_options.drawn_options(found):
        yield over_options.drawn_options(found)
    yield from posterior_words.on_exploration(found)
    if found.flips:
        yield (
            "flip: the smallest change found, in levels: quantile levels of the prior, so that "
            "from the median to the 90 % quantile is 0.4. "
            + exploration_words.run_again(found.flips)
        )
        if any(one.chance is not None for one in found.flips):
            yield (
                "A claim under chance flips where it holds with half of all chance draws; in "
                "brackets the 95 % interval."
            )
    if found.gradients is not None:
        yield "slope: a spread is half the width of the central 68 % of a prior."
    if "indicators" in found.what and not found.indicators:
        yield "watch: no early warning found."
    if "options" in found.what and found.options is None:
        yield "options: no assumption of the case has a 'lever', so there are no options."
