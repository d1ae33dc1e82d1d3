"""The brief as Markdown, the causal map as a list of what feeds what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schelling.compile.influence.causal_map import CausalMap
from schelling.report.brief import timeline
from schelling.report.brief.brief_sections import MAP_NOTE, Brief, reads
from schelling.report.brief.verdict_groups import GroupedClaim
from schelling.report.verdicts import changed_words
from schelling.report.words.numerals import NO_BREAK, count
from schelling.study.runs.results import Run

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$]|^[-+=])")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def text(run: Run, brief: Brief) -> str:
    """The brief of a run.

    Args:
        run: The run.
        brief: What its brief shows.

    Returns:
        Markdown with tables as GitHub reads them; every label is escaped, so that it stays text.
    """
    return "\n".join(_lines(run, brief)) + "\n"


def escaped(label: str) -> str:
    r"""A label that means nothing to Markdown or HTML.

    Args:
        label: Any text.

    Returns:
        One line.

    Examples:
        >>> print(escaped("a_b <i>|"))
        a\_b \<i\>\|
    """
    line = " ".join(label.replace(NO_BREAK, " ").split())
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line))


def _lines(run: Run, brief: Brief) -> Iterator[str]:
    yield f"# {escaped(run.case.title)}"
    if brief.question:
        yield from ("", escaped(brief.question))
    if told := changed_words.of_run(run):
        yield from ("", escaped(told))
    if not brief.groups:
        yield from ("", brief.tally)
    else:
        worlds = count(run.manifest.worlds, "world")
        partly = any(one.verdict.row["not_asked"] for group in brief.groups for one in group.claims)
        which = ", or of those that ask the claim" if partly else ""
        yield from ("", f"{brief.tally} Shares are of {worlds}{which}.")
    for group in brief.groups:
        yield from ("", f"## {escaped(group.title)}", "")
        head = "Hangs on" if brief.explored else "Moves with"
        yield f"| No. | Claim | % of worlds | Verdict | {head} |"
        yield "|---:|---|---:|---|---|"
        yield from (_row(claim) for claim in group.claims)
        if group.more:
            yield f"| | and {count(group.more, 'more claim')} | | | |"
    if brief.groups:
        yield from ("", _caveat(brief))
    yield from _map(brief.drawn)
    yield from _loops(brief)
    yield from _beside(brief)
    made = run.manifest
    yield ""
    version = f"schelling {made.versions['schelling']}"
    yield f"Made from {escaped(made.case)}, digest {made.digest[:12]}, seed {made.seed}, {version}:"
    yield f"`{made.command}`"


def _row(claim: GroupedClaim) -> str:
    verdict = claim.verdict
    hangs = "; ".join(f"{hang.name} {hang.words}".strip() for hang in claim.hangs)
    lost = f" ({verdict.lost})" if verdict.lost else ""
    lost += f" ({verdict.which_ask})" if verdict.which_ask else ""
    share = f"{verdict.number} {verdict.error}".strip()
    cells = (
        str(claim.number),
        verdict.gist + lost,
        " ".join(share.replace("%", "").replace(NO_BREAK, " ").split()),
        verdict.word + (" ~" if verdict.close else ""),
        hangs or claim.nothing,
    )
    return f"| {' | '.join(escaped(cell) for cell in cells)} |"


def _caveat(brief: Brief) -> str:
    words = f"{brief.hint}." if brief.hint else ""
    if any(claim.verdict.close for group in brief.groups for claim in group.claims):
        words += " ~ The interval also covers the neighbouring verdict."
    words += f" {_SHARES}"
    return escaped(words)


_SHARES = (
    "A share of worlds is not a probability. It is the part of the worlds allowed by the "
    "stated assumptions in which a claim holds; other assumptions give other shares."
)


def _map(drawn: CausalMap) -> Iterator[str]:
    """One line for everything that reads something, with what it reads."""
    reading = [node for node in drawn.nodes if drawn.into[node.key]]
    if not reading:
        return
    yield from ("", "## Causal map", "")
    yield f"What each reads directly: {MAP_NOTE}"
    yield ""
    for node in reading:
        yield f"- {node.kind} **{escaped(node.name)}** ← {escaped(', '.join(reads(drawn, node)))}"


def _loops(brief: Brief) -> Iterator[str]:
    if brief.loops:
        yield from ("", "Feedback loops, the shortest first:", "")
        yield from (f"- {escaped(loop)}" for loop in brief.loops)
        if brief.more_loops:
            yield f"- and {brief.more_loops} longer"


def _beside(brief: Brief) -> Iterator[str]:
    """What happened, and what others say."""
    if brief.marks:
        yield from ("", "## Predictions against outcomes", "", escaped(brief.headline), "")
        yield from _predictions(brief.marks)
    if brief.rivals:
        yield from ("", "## Rival arguments", "")
        for rival in brief.rivals:
            changes = count(sum(one.differs for one in rival.changes), "change")
            yield f"- {escaped(rival.name)}: {escaped(rival.title)} ({changes})"


def _predictions(marks: tuple[timeline.Mark, ...]) -> Iterator[str]:
    yield "| Day | No. | Question | Outcome |"
    yield "|---|---|---|---|"
    for mark in marks:
        cells = (mark.name, mark.question, mark.outcome)
        yield f"| {mark.day} | {' | '.join(escaped(cell) for cell in cells)} |"
