"""What the brief shows, gathered once for the page and for Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schelling.case.records import Rival
from schelling.compile.influence import causal_map
from schelling.compile.influence.causal_map import CausalMap, Loop, MapNode
from schelling.compile.influence.monotone import Sign
from schelling.compile.planning import plan
from schelling.report.brief import map_folding, map_legend, map_picture, timeline, verdict_groups
from schelling.report.brief.map_folding import Folded
from schelling.report.brief.map_picture import Chip
from schelling.report.brief.verdict_groups import VerdictGroup
from schelling.report.page.figure import Figure, Table
from schelling.report.scores import score_words
from schelling.report.verdicts.claim_verdicts import (
    SENTENCE_END,
    all_verdicts,
    decisive,
    tally,
    unasked,
)
from schelling.report.words.numerals import count
from schelling.study.exploring.explore import Exploration
from schelling.study.runs.results import Run
from schelling.study.scoring.score_board import Score

_LOOPS = 2
_HINGES = 4  # assumptions with a box on a map that folds the others
SIGNS: Final = {Sign.UP: "+", Sign.DOWN: "−", Sign.OPEN: ""}
"""What stands before a name that is read."""

MAP_NOTE: Final = "+ raises it, − lowers it, all else equal; no sign where the direction is open."
"""What the signs mean."""

_LOOP_WORDS = {Sign.UP: "reinforcing", Sign.DOWN: "balancing", Sign.OPEN: "direction open"}


@dataclass(frozen=True)
class Brief:
    """The content of the brief.

    Attributes:
        question: What the case is about, in a sentence.
        groups: The verdicts.
        tally: How many claims have each word, or that none was asked.
        hint: How to find out what claims hang on; empty where that is known.
        explored: Whether what stands beside the claims was explored.
        central: Whether values at which claims flip were sought from the central world.
        drawn: The causal map.
        shown: What of it has a box.
        picture: The drawing; None where nothing feeds anything.
        loops: The shortest feedback loops, in words.
        more_loops: How many further ones there are.
        headline: The forecasts held against what happened; empty without a register.
        marks: Questions on the time line; empty without outcomes.
        predictions: The time line; None without outcomes.
        rivals: Other arguments about the same events.
    """

    question: str
    groups: tuple[VerdictGroup, ...]
    tally: str
    hint: str
    explored: bool
    central: bool
    drawn: CausalMap
    shown: Folded
    picture: Figure | None
    loops: tuple[str, ...]
    more_loops: int
    headline: str
    marks: tuple[timeline.Mark, ...]
    predictions: Figure | None
    rivals: tuple[Rival, ...]


def gather(run: Run, found: Exploration | None = None, scored: Score | None = None) -> Brief:
    """What the brief of a run shows.

    Args:
        run: The run.
        found: What its claims hinge on, if that was explored.
        scored: Its scored register, where outcomes are on record.

    Returns:
        The content.
    """
    case = run.case
    grouped = verdict_groups.groups(run, found)
    drawn = causal_map.draw(case, plan.build(case, run.manifest.claims))
    shown = map_folding.fold(drawn, tuple(_hinges(run, grouped)))
    loops = drawn.loops()
    marks = timeline.marks(scored) if scored is not None else ()
    return Brief(
        question=SENTENCE_END.split(case.about.strip(), maxsplit=1)[0],
        groups=grouped,
        tally=tally(all_verdicts(run)) if grouped else unasked(case),
        hint=verdict_groups.how_to_explore(run, found),
        explored=found is not None and found.sensitivity is not None,
        central=found is None or found.world is None,
        drawn=drawn,
        shown=shown,
        picture=_picture(drawn, shown, grouped) if shown.arrows else None,
        loops=tuple(loop_words(drawn, loop) for loop in loops[:_LOOPS]),
        more_loops=max(len(loops) - _LOOPS, 0),
        headline=score_words.headline(scored) if scored is not None else "",
        marks=marks,
        predictions=_predictions(marks) if marks else None,
        rivals=case.opposed,
    )


def loop_words(drawn: CausalMap, loop: Loop) -> str:
    """Such as "capacity → win_share → capacity (balancing)"."""
    names = [drawn.by_key[key].name for key in (*loop.keys, loop.keys[0])]
    return f"{' → '.join(names)} ({_LOOP_WORDS[loop.sign]})"


def _hinges(run: Run, grouped: tuple[VerdictGroup, ...]) -> Iterator[str]:
    """Assumptions that most claims hang on."""
    seen: dict[str, int] = {}
    for claim in (claim for group in grouped for claim in group.claims):
        for hang in claim.hangs:
            if not hang.is_chance:
                seen[hang.name] = seen.get(hang.name, 0) + 1
    ranked = sorted(seen, key=lambda name: -seen[name])
    yield from (ranked or [name for name, _ in decisive(run)])[:_HINGES]


def _picture(drawn: CausalMap, shown: Folded, grouped: tuple[VerdictGroup, ...]) -> Figure:
    chips = {
        claim.verdict.claim.name: Chip(claim.number, *map_legend.CHIPS[group.key])
        for group in grouped
        for claim in group.claims
    }
    described = (
        f"{count(len(shown.nodes), 'box', 'boxes')} and {count(len(shown.arrows), 'arrow')}; "
        "the table lists what each reads."
    )
    rows = tuple(
        (f"{node.kind} {node.name}", ", ".join(reads(drawn, node)))
        for node in drawn.nodes
        if drawn.into[node.key]
    )
    title = "Causal map"
    return Figure(
        anchor="causal-map",
        title=title,
        reading=map_legend.reading(shown, {group.key for group in grouped}),
        picture=map_picture.svg(shown, chips, "figure-map-of-case", title, described),
        table=Table("What each reads directly", ("Reader", "What it reads"), rows, MAP_NOTE),
    )


def reads(drawn: CausalMap, node: MapNode) -> Iterator[str]:
    """What a node of a map reads directly, each with its sign."""
    for arrow in drawn.into[node.key]:
        yield SIGNS[arrow.sign] + drawn.by_key[arrow.source].name


def _predictions(marks: tuple[timeline.Mark, ...]) -> Figure:
    title, where = "Predictions against outcomes", "predictions"
    rows = tuple((mark.name, mark.day.isoformat(), mark.outcome, mark.question) for mark in marks)
    return Figure(
        anchor=where,
        title=title,
        reading="Each stands on the day of the answer, or else where its window closes.",
        picture=timeline.svg(marks, 440.0, f"figure-{where}", title),
        narrow=timeline.svg(marks, 308.0, f"figure-{where}-narrow", title),
        table=Table(title, ("No.", "Day", "Outcome", "Question"), rows),
    )
