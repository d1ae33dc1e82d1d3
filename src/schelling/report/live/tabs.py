"""What fills the tabs of the live page: the sections of the report, one at a time."""

from __future__ import annotations

from typing import Any

from schelling.case.model import Case
from schelling.compile import plan
from schelling.report.argument import coverage, inventory
from schelling.report.brief import brief_sections
from schelling.report.comparison import comparison_sheets, comparison_words
from schelling.report.exploration import exploration_sections, heat_figure
from schelling.report.games import game_sections, state_sections
from schelling.report.page import document
from schelling.report.page.anchors import targets
from schelling.report.page.tools import tools
from schelling.report.populations import population_figures
from schelling.report.scores import score_sections
from schelling.report.verdicts import claim_sections, claim_verdicts, trajectories
from schelling.study.exploring.explore import Exploration
from schelling.study.rivals.compare import Comparison
from schelling.study.runs.results import Run
from schelling.study.scoring.score import score


def argument(run: Run) -> str:
    """Causal map, feedback loops, and every definition with its formula."""
    case = run.case
    return _filled(
        ("live/map.html", "model.html"),
        case,
        brief=brief_sections.gather(run),
        definitions=inventory.definitions(case),
        plan=plan.show(plan.build(case, run.manifest.claims)),
    )


def claims(run: Run) -> str:
    """The claims one by one, with margins and what they move with."""
    found = claim_verdicts.all_verdicts(run)
    return _filled(
        ("claims.html",),
        run.case,
        brief=brief_sections.gather(run),
        claims=[claim_sections.section(run, verdict) for verdict in found],
        unasked=[c for c in run.case.claims if c.name not in run.manifest.claims],
    )


def time(run: Run) -> str:
    """States, series and agents over time."""
    series, others = trajectories.figures(run), trajectories.other_series(run)
    agents = population_figures.gather(run)
    if not (series or others or agents):
        return _filled(("live/nothing.html",), run.case, why="This case has no time.")
    return _filled(
        ("series.html",), run.case, run=run, series=series, other_series=others, agents=agents
    )


def games(run: Run) -> str:
    """Every game where it is first played."""
    case = run.case
    shown = [
        *(game_sections.played(run, game) for game in case.games),
        *(state_sections.played(run, game) for game in case.stochastic),
    ]
    if not shown:
        return _filled(("live/nothing.html",), case, why="This case has no games.")
    return _filled(("games.html",), case, games=shown)


def matters(found: Exploration) -> str:
    """What the claims hinge on."""
    return _filled(
        ("hinges.html",),
        found.run.case,
        exploration=found,
        hinges=exploration_sections.hinges(found),
        findings=heat_figure.findings(found),
        heat=heat_figure.figure(found),
    )


def forecasts(run: Run) -> str:
    """The register, and the forecasts held against what happened."""
    case = run.case
    if not case.questions:
        return _filled(("live/nothing.html",), case, why="This case has no register of questions.")
    scored = score_sections.section(score(case, run)) if case.outcomes else None
    parts = ("forecasts.html", "register.html") if scored else ("register.html",)
    questions = [inventory.question_row(question) for question in case.questions]
    return _filled(parts, case, scored=scored, questions=questions)


def rivals(seen: Comparison) -> str:
    """A case beside its rivals."""
    return _filled(
        ("live/rivals.html",),
        seen.case,
        seen=seen,
        manifest=seen.runs[0].manifest,
        sheets=comparison_sheets.sheets(seen),
        findings=comparison_words.findings(seen),
        rivals=[rival for rival in seen.case.rivals if rival.name in seen.names],
    )


def sources(case: Case) -> str:
    """The text with what models each passage."""
    paragraphs = coverage.paragraphs(case)
    if not paragraphs:
        return _filled(("live/nothing.html",), case, why="This case names no passages of a text.")
    return _filled(
        ("argument.html",), case, paragraphs=paragraphs, unsourced=coverage.unsourced(case)
    )


def _filled(parts: tuple[str, ...], case: Case, **told: Any) -> str:
    common = {"parts": parts, "case": case, "targets": targets(case)}
    return document.filled("live/tab.html", tools(lettered=False) | common | told)
