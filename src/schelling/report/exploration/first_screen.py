"""The first screen of an exploration: findings, what matters for which claim, where the rest is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from schelling.compile.influence.reach import CHANCE
from schelling.report.exploration import finding_words, option_words
from schelling.report.exploration.heat import Heat, heat
from schelling.report.verdicts.claim_verdicts import Verdict, all_verdicts
from schelling.report.words import shares
from schelling.report.words.listing import listed
from schelling.report.words.numerals import NO_BREAK, general
from schelling.report.words.terminal_text import plain
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.finding_kinds import Finding, LostFinding
from schelling.study.exploring.findings import SLIGHT, by_option

LINES = 40
"""Lines of the screen at most, on a terminal of 80 columns."""

_SENTENCES = 5
_WIDTH = 4  # of a column of the table
_CLAIM, _HOLDS = 30, 11  # of those before
_SHADES = ((0.6, "█", "#"), (0.4, "▓", "="), (0.2, "▒", "-"), (0.0, "░", "."))
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TOLD = ("hinge", "luck", "always", "never", "nothing", "lost", "unasked")
"""Kinds of findings that say what a claim hangs on, or why that is not said."""

_REST = "Boxes, flips, slopes, warnings: --full; one claim: --claim NAME; data: --json."


def screen(found: Exploration) -> RenderableType:
    """The first screen, as something rich can print.

    Args:
        found: The exploration; sensitivity was asked for.

    Returns:
        A renderable of at most `LINES` lines on a console of 80 columns or more.
    """
    return _Screen(found)


@dataclass(frozen=True)
class _Screen:
    found: Exploration

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        for text, style in _lines(self.found, options.max_width, ascii_only=options.ascii_only):
            yield Text(text, style=style, no_wrap=True, overflow="crop")


def _lines(found: Exploration, width: int, *, ascii_only: bool) -> list[tuple[str, str]]:
    """All lines with their styles."""

    def say(text: str, style: str = "", hang: str = "") -> list[tuple[str, str]]:
        words = plain(text, ascii_only)
        wrapped = textwrap.wrap(words, width, subsequent_indent=hang, break_on_hyphens=False)
        return [(line, style) for line in wrapped or [""]]

    table = heat(found, max((width - _CLAIM - _HOLDS - 2) // _WIDTH, 1))
    assert table is not None
    title = say(found.run.manifest.title, "bold")
    below = [line for text in _below(found) for line in say(text)]
    key, legend = (
        [line for text in part for line in say(text, "dim")]
        for part in (_key(table), _legend(found, table, ascii_only=ascii_only))
    )
    last = [*legend, *below, *say(_REST, "dim")]
    room = LINES - len(title) - len(key) - len(last)
    needed = len(table.claims) + 1
    said: list[tuple[str, str]] = []
    for text in _chosen(found):
        more = say(f"- {text}", hang="  ")
        if said and len(said) + len(more) > max(room - needed, room // 3):
            break
        said += more
    rows = _rows(found, table, room - len(said), ascii_only=ascii_only)
    return [*title, *said, *key, *((row, "") for row in rows), *last]


def _chosen(found: Exploration) -> list[str]:
    """Sentences of at most five findings: hinges and what else there is, in turn."""
    asked = len(found.claims)
    kinds: dict[str, list[Finding]] = {}
    for one in found.findings:
        if one.kind not in ("luck", "conflict"):  # these stand below the table
            kinds.setdefault(one.kind, []).append(one)
    hinges = kinds.pop("hinge", [])
    others = [found_of.pop(0) for found_of in kinds.values() if found_of]
    room = max(_SENTENCES - len(others), 2)
    chosen = [*hinges[:room], *others][:_SENTENCES]
    chosen += [one for more in kinds.values() for one in more][: _SENTENCES - len(chosen)]
    said = [finding_words.sentence(one, asked) for one in chosen]
    told = {claim for one in found.findings if one.kind in _TOLD for claim in one.claims}
    slight = [claim for claim in found.claims if claim not in told]
    if slight and not hinges:
        least, named = general(100 * SLIGHT), listed(slight)
        said.insert(0, f"No assumption decides {least} % of the variance of {named}.")
    return said


def _below(found: Exploration) -> Iterator[str]:
    """What stands below the table: luck, conflicts, options."""
    by_kind = {one.kind: one for one in found.findings}
    if "luck" in by_kind:
        yield finding_words.sentence(by_kind["luck"], len(found.claims))
    if "conflict" in by_kind:
        yield f"Conflicts: {finding_words.sentence(by_kind['conflict'], len(found.claims))}"
    elif finding_words.without_conflict(found):
        yield f"Conflicts: {finding_words.without_conflict(found)}"
    if found.options is not None:
        said = " ".join(option_words.overall(found))
        yield f"Options: {said} See --what options.".replace("  ", " ")


def _rows(found: Exploration, table: Heat, room: int, *, ascii_only: bool) -> list[str]:
    """The table, in at most so many lines."""
    verdicts = {one.claim.name: one for one in all_verdicts(found.run)}
    heads = "".join(letter.rjust(_WIDTH) for _, letter in zip(table.inputs, _LETTERS, strict=False))
    rows = [f"{'claim':<{_CLAIM}} {'% holds':>{_HOLDS}} {heads}".rstrip()]
    count = len(table.claims)
    chosen = by_option(found.case, found.claims, found.sensitivity)
    shown = table.claims if count + 1 <= room else table.claims[: max(room - 2, 1)]
    for claim in shown:
        cells = "".join(_cell(table, claim, name, ascii_only) for name in table.inputs)
        free = claim in chosen and not _alike(verdicts[claim])
        share = "by option" if free else plain(_share(verdicts[claim]), ascii_only)
        rows.append(f"{_short(claim, ascii_only):<{_CLAIM}} {share:>{_HOLDS}} {cells}".rstrip())
    if len(shown) < count:
        rows.append(f"and {count - len(shown)} more claims: --full")
    return rows


def _alike(verdict: Verdict) -> bool:
    """Whether a claim that options reach holds in the same share of worlds under each of them."""
    return verdict.options is not None and verdict.options.alike and not verdict.share.spans


def _cell(table: Heat, claim: str, name: str, ascii_only: bool) -> str:
    """A block of shade and the index in hundredths."""
    measure = table.cells.get((claim, name))
    if measure is None:
        missing = "?" if claim not in table.known else "." if ascii_only else "·"
        return missing.rjust(_WIDTH)
    index = min(measure.index, 1.0)
    block = next(one for least, *one in _SHADES if index >= least)[ascii_only]
    return f"{block}{100 * index:.0f}".rjust(_WIDTH)


def _short(name: str, ascii_only: bool) -> str:
    if len(name) <= _CLAIM:
        return name
    return name[: _CLAIM - 3] + "..." if ascii_only else name[: _CLAIM - 1] + "…"


def _share(verdict: Verdict) -> str:
    """Percent of worlds, without the sign."""
    words = f"{shares.number(verdict.share)} {verdict.error}"
    return words.replace(f"{NO_BREAK}%", "").replace(NO_BREAK, "").replace("±", "± ").strip()


def _key(table: Heat) -> Iterator[str]:
    """What the letters over the columns are."""
    if not table.inputs:
        return
    named = ", ".join(
        f"{letter} {'chance' if name == CHANCE else name}"
        for letter, name in zip(_LETTERS, table.inputs, strict=False)
    )
    more = f" ({table.left_out} more inputs: --full)" if table.left_out else ""
    yield f"What matters: {named}{more}."


def _legend(found: Exploration, table: Heat, *, ascii_only: bool) -> Iterator[str]:
    """What the numbers in the table are."""
    if not table.inputs:
        return
    assert found.sensitivity is not None
    what = "total Sobol' index, joint parts counted for each"
    if found.sensitivity.correlated:
        what = "Shapley effect, joint parts divided"
    unknown = f"; ? {_unknown(found)}" if len(table.known) < len(table.claims) else ""
    yield (
        f"Percent of the variance of a claim's truth ({what}); {'.' if ascii_only else '·'} within "
        f"the error bar{unknown}."
    )


def _unknown(found: Exploration) -> str:
    """Why no index of a claim is known, or most of why."""
    for one in found.findings:
        if isinstance(one, LostFinding):
            return f"unknown: too many points {finding_words.why_lost(one)}"
    return "unknown"
