"""What was changed for a run, and which verdicts that moves, in words and tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from schelling.case.records import Changed
from schelling.report.page import posterior_words
from schelling.report.page.figure import Table
from schelling.report.words import shares
from schelling.report.words.numerals import count, finite, points
from schelling.study.runs.before_after import VerdictMove
from schelling.study.runs.results import Run

TITLE = "Changed for this run"
_MOST = 6  # verdicts that are told
_LONGEST = 100


def lines(run: Run) -> Iterator[str]:
    """What was changed and what that moves, line by line; nothing where nothing was changed."""
    if not run.case.changed and not run.manifest.posterior:
        return
    if run.case.changed:
        yield f"{TITLE}:"
    for one in run.case.changed:
        yield f"  {one.name}: {_short(one.after)} (in the case: {_short(one.before)})"
    yield from posterior_words.on_run(run)
    seen = run.before_after
    if seen is None:
        return
    if not seen.clear:
        yield f"No verdict changes beyond its error bar in {_worlds(run, seen.worlds)}."
        return
    yield f"Verdicts without and with {_what(run)}, in {_worlds(run, seen.worlds)}:"
    for move in seen.clear[:_MOST]:
        yield f"  {move.claim}: {_both(move)}"
    more, rest = len(seen.clear) - _MOST, len(seen.moves) - len(seen.clear)
    if more > 0:
        yield f"  and {count(more, 'more verdict')} that {'changes' if more == 1 else 'change'}"
    if rest:
        other = count(rest, "other verdict")
        verb = "does" if rest == 1 else "do"
        yield f"  {other} {verb} not change beyond the error bar"


def _what(run: Run) -> str:
    if run.manifest.posterior:
        return "the evidence"
    return "this change" if len(run.case.changed) == 1 else "these changes"


def _worlds(run: Run, worlds: int) -> str:
    if run.manifest.posterior:
        return f"{count(worlds, 'world')} each of prior and posterior"
    first = "" if worlds == run.manifest.worlds else "first "
    return f"the same {first}{count(worlds, 'world')}"


def _both(move: VerdictMove) -> str:
    """Shares and words of a claim before and after."""
    before, after = move.before, move.after
    word = f"still {after.word}" if before.word == after.word else after.word
    return (
        f"{shares.both(before)} ({before.word}), then {shares.both(after)} ({word}){_points(move)}"
    )


def _points(move: VerdictMove) -> str:
    if move.failed or math.isnan(move.change):  # bounds stand in place of shares
        return ""
    within = abs(move.change) <= move.half_width  # listed as its word is another one
    return f", {_change(move)}{', within the error bar' if within else ''}"


def _change(move: VerdictMove) -> str:
    return f"{points(move.change, move.half_width)} points"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def sentence(changed: tuple[Changed, ...]) -> str:
    """What was changed, in one sentence; empty where nothing was."""
    named = [f"{c.name} is {_short(c.after)} (in the case {_short(c.before)})" for c in changed[:3]]
    more = [f"and {count(len(changed) - 3, 'more definition')}"] if len(changed) > 3 else []
    return f"{TITLE}: {'; '.join([*named, *more])}." if changed else ""


def of_run(run: Run) -> str:
    """What was changed for a run and what its worlds were drawn from; empty for a plain run."""
    return " ".join(filter(None, (sentence(run.case.changed), posterior_words.line(run.manifest))))


def definitions(changed: tuple[Changed, ...]) -> Table | None:
    """Old and new definitions; None where nothing was changed."""
    rows = tuple((one.name, _short(one.before), _short(one.after)) for one in changed)
    head = ("Definition", "In the case", "In this run")
    return Table("Definitions that were changed for this run", head, rows) if rows else None


def verdicts(run: Run) -> Table | None:
    """Verdicts without and with the changes; None where there are none to compare."""
    seen = run.before_after
    if seen is None or not seen.moves:
        return None
    rows = tuple(
        (
            move.claim,
            f"{shares.both(move.before)}, {move.before.word}",
            f"{shares.both(move.after)}, {move.after.word}",
            "" if move.failed or math.isnan(move.change) else _change(move),
        )
        for move in (seen.clear or seen.moves)
    )
    left = len(seen.moves) - len(rows)
    note = f"{count(left, 'other claim')} without a change beyond the error bar." if left else ""
    these = "the evidence" if run.manifest.posterior else "the changes"
    caption = f"Verdicts without and with {these}, in {_worlds(run, seen.worlds)}"
    return Table(caption, ("Claim", "Without", "With", "Change"), rows, note)


def to_json(run: Run) -> dict[str, Any]:
    """What was changed, and every verdict before and after, as plain data."""
    changed = [
        {"section": c.section, "name": c.name, "before": c.before, "after": c.after}
        for c in run.case.changed
    ]
    seen = run.before_after
    what: dict[str, Any] = {"changed": changed}
    if run.manifest.posterior:
        what["posterior"] = dict(run.manifest.posterior)
    if seen is None:
        return {**what, "before_after": None}
    moves = [
        {
            "claim": move.claim,
            "before": finite(move.before.share),
            "after": finite(move.after.share),
            "change": finite(move.change),
            "half_width": finite(move.half_width),
            "verdict_before": move.before.word,
            "verdict_after": move.after.word,
            "failed": move.failed,
        }
        for move in seen.moves
    ]
    return {**what, "before_after": {"worlds": seen.worlds, "claims": moves}}
