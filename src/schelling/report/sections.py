"""What each section of a page shows, whichever page it stands on: the report or a tab."""

from __future__ import annotations

from typing import Any

from schelling.case.model import Case
from schelling.compile.planning import plan
from schelling.report.argument import coverage, inventory
from schelling.report.exploration import exploration_sections, heat_figure
from schelling.report.games import game_sections, state_sections
from schelling.report.populations import population_figures
from schelling.report.scores import score_sections
from schelling.report.verdicts import (
    claim_sections,
    claim_verdicts,
    option_lines,
    several_words,
    trajectories,
)
from schelling.study.exploring.explore import Exploration
from schelling.study.runs.results import Run
from schelling.study.scoring.score import score

Told = dict[str, Any]
"""What a template is filled with."""


def sources(case: Case) -> Told:
    """The text with what models each passage."""
    return {
        "paragraphs": coverage.paragraphs(case),
        "unsourced": coverage.unsourced(case),
        "bare": coverage.without_passage(case),
    }


def model(run: Run) -> Told:
    """Every definition with its formula, and the plan."""
    case = run.case
    return {
        "definitions": inventory.definitions(case),
        "plan": plan.show(plan.build(case, run.manifest.claims)),
    }


def claims(run: Run) -> Told:
    """The claims one by one, with margins and what they move with."""
    return {
        "claims": [claim_sections.section(run, one) for one in claim_verdicts.all_verdicts(run)],
        "under_options": option_lines.of_claim(run),
        "several": several_words.of_claims(run),
        "unasked": [one for one in run.case.claims if one.name not in run.manifest.claims],
    }


def time(run: Run) -> Told:
    """States, series and agents over time."""
    return {
        "series": trajectories.figures(run),
        "other_series": trajectories.other_series(run),
        "agents": population_figures.gather(run),
    }


def games(run: Run) -> Told:
    """Every game where it is first played."""
    trees = [game_sections.played(run, game) for game in run.case.games]
    return {"games": [*trees, *(state_sections.played(run, one) for one in run.case.stochastic)]}


def hinges(exploration: Exploration | None) -> Told:
    """What the claims hinge on; nothing where that was not looked for."""
    known = exploration is not None
    return {
        "exploration": exploration,
        "hinges": exploration_sections.hinges(exploration) if known else None,
        "findings": heat_figure.findings(exploration) if known else (),
        "heat": heat_figure.figure(exploration) if known else None,
    }


def forecasts(run: Run) -> Told:
    """The register, and the forecasts held against what happened, if that is on record."""
    case = run.case
    scored = score_sections.section(score(case, run)) if case.outcomes else None
    questions = [inventory.question_row(question) for question in case.questions]
    return {"scored": scored, "questions": questions}
