"""The verdicts of a run for a terminal, fitting whatever width it has."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import partial

from rich.console import ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from schelling.analysis import verdicts
from schelling.analysis.verdicts import Share
from schelling.report.page import fidelity_words, tosses
from schelling.report.page.provenance import evidence_line, notes
from schelling.report.verdicts import changed_words, option_lines, several_words, state_shares
from schelling.report.verdicts.claim_verdicts import (
    Verdict,
    all_verdicts,
    decisive,
    leading,
    scale,
    tally,
    unasked,
    with_luck,
)
from schelling.report.words import shares
from schelling.report.words.listing import listed
from schelling.report.words.numerals import NO_BREAK, count, signed
from schelling.report.words.terminal_text import TerminalDrawing, plain, styled
from schelling.study.runs.results import Run

_WIDE = 110
_SHARE, _WORD, _LUCK = 12, 16, 10
"""Columns of shares, of verdicts and of luck."""
_STYLES = {
    verdicts.FOLLOWS: "bold green",
    verdicts.MOSTLY_FOLLOWS: "green",
    verdicts.CONTESTED: "yellow",
    verdicts.MOSTLY_FAILS: "red",
    verdicts.FAILS: "bold red",
    verdicts.UNDECIDED: "magenta",
    verdicts.BY_OPTION: "bold blue",
    verdicts.UNKNOWN: "dim",
}


def summary(run: Run) -> RenderableType:
    """What the claims of a run came to, as something rich can print.

    Args:
        run: The run.

    Returns:
        A renderable; it fits the console it is printed on.
    """
    return TerminalDrawing(partial(_drawn, run))


def _drawn(run: Run, options: ConsoleOptions) -> Iterator[RenderableType]:
    found = all_verdicts(run)
    say = partial(styled, ascii_only=options.ascii_only)

    yield say(run.manifest.title, "bold")
    if found:
        yield say(tally(found))
        yield from (say(line, "red") for line in without_numbers(found))
        yield _table(run, found, options)
        if options.max_width < _WIDE:
            yield say(_decisive(run))
        yield say(f"Share of worlds, not probability; ± half a 95 % interval; {scale()}.", "dim")
        if any(_has_sides(verdict) for verdict in found):
            yield say("+ and −: its sides, where it ends at 0 or 100 %.", "dim")
        if with_luck(found):
            yield say(
                "% luck: the part of the variance of a claim's truth that chance draws alone "
                "decide, at fixed assumptions; a dash where too few worlds differ to tell.",
                "dim",
            )
        yield from (say(line) for line in option_lines.sentences(found))
        yield from (say(line, "yellow") for line in tosses.sentences(run))
        yield from (say(line, "yellow") for line in several_words.sentences(run))
        yield from (say(line, "dim") for line in where_asked(found))
        if any(verdict.close and verdict.word != verdicts.BY_OPTION for verdict in found):
            yield say("~ the interval also covers the neighbouring verdict.", "dim")
    else:
        yield say(unasked(run.case))
    if told := state_shares.sentence(run):
        yield say(told, "dim")
    yield from (say(line) for line in changed_words.lines(run))
    if few := fidelity_words.line(run.case):
        yield say(few, "dim")
    if run.case.notes:
        yield say(f"On the case: {notes(run)}.", "dim")
    yield say(evidence_line(run), "dim")


def _has_sides(verdict: Verdict) -> bool:
    """Whether an error bar of its line ends at 0 or 100 %, so that its sides are told apart."""
    return verdict.error.startswith(("+", "−")) or verdict.luck_error.startswith(("+", "−"))


def without_numbers(found: Sequence[Verdict]) -> Iterator[str]:
    """For claims with failed worlds, what is known and where numbers failed; alike ones together.

    Args:
        found: The verdicts.

    Yields:
        Such as "c: 41 to 91 % of worlds: half of the worlds have no number, first ...".
    """
    alike: dict[str, list[str]] = {}
    for verdict in found:
        if verdict.share.failed:
            alike.setdefault(verdict.says_how_many, []).append(verdict.claim.name)
    yield from (f"{', '.join(names)}: {words}." for words, names in alike.items())


def where_asked(found: Sequence[Verdict]) -> Iterator[str]:
    """For claims that some worlds may not ask, in which they are asked; alike ones together.

    Yields:
        Such as "a and b ask `crisis` as first played (in week 0)."
    """
    alike: dict[str, list[str]] = {}
    for verdict in found:
        if verdict.asked:
            alike.setdefault(verdict.asked, []).append(verdict.claim.name)
    for words, names in alike.items():
        yield f"{listed(names)} {_plural(words) if len(names) > 1 else words}."


def _plural(words: str) -> str:
    """What several claims do, of what one does: `ask` for `asks`, `are asked` for `is asked`."""
    words = re.sub(r"^asks\b", "ask", re.sub(r"^is asked\b", "are asked", words))
    return words.replace(" and asks `", " and ask `")


def _table(run: Run, found: tuple[Verdict, ...], options: ConsoleOptions) -> Table:
    width = options.max_width
    wide = width >= _WIDE
    chancy = with_luck(found)
    bar = 16 if wide else _bar_width(found, width, chancy)
    table = Table(box=None, pad_edge=False, padding=(0, 1), expand=True)
    table.add_column("claim", ratio=None if wide else 1, overflow="fold")
    table.add_column("", width=bar, no_wrap=True)
    table.add_column("% of worlds", justify="right", no_wrap=True, width=_SHARE)
    table.add_column("verdict", no_wrap=True, width=_WORD)
    if chancy:
        table.add_column("% luck", justify="right", no_wrap=True, width=_LUCK)
    if wide:
        table.add_column("moves with", ratio=1, overflow="fold")
    for verdict in found:
        mark = " ~" if verdict.close else ""
        row = [
            Text(verdict.claim.name),
            _bar(verdict.share, bar, options.ascii_only),
            styled(_share(verdict), ascii_only=options.ascii_only),
            Text(verdict.word + mark, style=_STYLES[verdict.word]),
        ]
        if chancy:
            row.append(styled(_tight(verdict.decided_by_luck), ascii_only=options.ascii_only))
        if wide:
            row.append(styled(_leads(run, verdict), "dim", ascii_only=options.ascii_only))
        table.add_row(*row)
        for words, share in option_lines.rows(verdict):
            mark = "" if share.settled or share.bounded or not share.worlds else " ~"
            number = f"{shares.number(share)} {shares.error(share)}"
            cells = [
                Text(f"  {plain(words, options.ascii_only)}", style="dim"),
                _bar(share, bar, options.ascii_only),
                styled(_tight(number), ascii_only=options.ascii_only),
                Text(share.word + mark, style=_STYLES[share.word]),
            ]
            table.add_row(*cells)
    return table


def _bar_width(found: Sequence[Verdict], width: int, chancy: bool) -> int:
    """As long as leaves room for the names of claims, and at least 4."""
    beside = [_SHARE, _WORD, *([_LUCK] if chancy else [])]
    room = width - sum(beside) - 2 * (len(beside) + 1)
    return min(12, max(4, room - max(len(one.claim.name) for one in found)))


def _leads(run: Run, verdict: Verdict) -> str:
    found = leading(run, verdict.claim.name, 2)
    return ", ".join(f"{name} {signed(value)}" for name, value in found.items())


def _decisive(run: Run) -> str:
    named = (f"{name} ({count(claims, 'claim')})" for name, claims in decisive(run))
    return f"Moved most by: {', '.join(named) or 'no assumption that stands out'}."


def _share(verdict: Verdict) -> str:
    number = shares.number(verdict.share)
    if number.endswith(" to 100.0"):  # as much as the column holds
        number = number.removesuffix(".0")
    found = _tight(f"{number} {verdict.error}")
    return found if len(found) <= _SHARE else found.replace(" ", "")


def _tight(text: str) -> str:
    """Without the sign for percent, and no wider than a column."""
    text = text.replace(f"{NO_BREAK}%", "")
    return text.replace(NO_BREAK, "").replace("±", "± ").rstrip()


def _bar(share: Share, width: int, ascii_only: bool) -> Text:
    full, unsure, empty = ("#", "?", ".") if ascii_only else ("█", "▒", "░")
    low, high = ((0.0 if math.isnan(end) else end) for end in (share.low, share.high))
    filled = round(low * width)
    open_ = round(high * width) - filled  # what worlds without a number leave open
    rest = width - filled - open_
    parts = (full * filled, "cyan"), (unsure * open_, "magenta"), (empty * rest, "dim")
    return Text.assemble(*parts)
