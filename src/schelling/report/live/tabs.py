"""What fills the tabs of the live page: the sections of the report, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from schelling.case.model import Case
from schelling.report import sections
from schelling.report.argument import marked_text
from schelling.report.brief import brief_sections
from schelling.report.comparison import comparison_sheets, comparison_words
from schelling.report.games import dated_games, game_sections
from schelling.report.live import plane
from schelling.report.live.plane import Plane
from schelling.report.page import document
from schelling.report.page.anchors import targets
from schelling.report.page.tools import tools
from schelling.study.exploring.explore import Exploration
from schelling.study.rivals.compare import Comparison
from schelling.study.runs.made_again import game_courses
from schelling.study.runs.results import Run


def argument(run: Run) -> str:
    """Causal map, feedback loops, and every definition with its formula."""
    told = sections.model(run)
    return _filled(
        ("live/map.html", "model.html"), run.case, brief=brief_sections.gather(run), **told
    )


def claims(run: Run) -> str:
    """The claims one by one, with margins and what they move with."""
    told = sections.claims(run)
    return _filled(("claims.html",), run.case, brief=brief_sections.gather(run), **told)


def time(run: Run) -> str:
    """States, series and agents over time."""
    told = sections.time(run)
    if not any(told.values()):
        return _filled(("live/nothing.html",), run.case, why="This case has no time.")
    return _filled(("series.html",), run.case, run=run, **told)


def games(run: Run) -> str:
    """Every game where it is first played."""
    told = sections.games(run)
    if not told["games"]:
        return _filled(("live/nothing.html",), run.case, why="This case has no games.")
    timed = any(game.schedule or run.case.clock for game in run.case.games)
    steps = game_courses.steps(run) if timed else ()
    days = tuple(game_sections.moment(run, step).replace(" ", "\u00a0") for step in steps)
    return _filled(("live/games_dates.html", "games.html"), run.case, days=days, **told)


def games_at(run: Run, found: Mapping[str, xr.Dataset], number: int) -> str:
    """Every game as it stands at one of the dates that the slider of the tab has."""
    steps = game_courses.steps(run)
    number = min(max(number, 0), len(steps) - 1)
    dated = dated_games.at(run, found, number)
    if not dated:
        return _filled(("live/nothing.html",), run.case, why="No game can be solved at a date.")
    day = game_sections.moment(run, steps[number])
    return _filled(("live/games_at.html",), run.case, dated=dated, day=day)


def matters(found: Exploration) -> str:
    """What the claims hinge on."""
    return _filled(("hinges.html",), found.run.case, live=True, **sections.hinges(found))


def tipping(run: Run, seen: Plane) -> str:
    """A claim over the plane of two assumptions."""
    return _filled(("live/plane.html",), run.case, seen=plane.figure(seen))


def forecasts(run: Run) -> str:
    """The register, and the forecasts held against what happened."""
    case = run.case
    if not case.questions:
        return _filled(("live/nothing.html",), case, why="This case has no register of questions.")
    told = sections.forecasts(run)
    parts = ("forecasts.html", "register.html") if told["scored"] else ("register.html",)
    return _filled(parts, case, **told)


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
    told = sections.sources(case)
    if not told["paragraphs"]:
        return _filled(("live/nothing.html",), case, why="This case names no passages of a text.")
    parts = ("live/marked_text.html", "argument.html")
    return _filled(parts, case, marked=marked_text.texts(case), **told)


def _filled(parts: tuple[str, ...], case: Case, **told: Any) -> str:
    common = {"parts": parts, "case": case, "targets": targets(case)}
    return document.filled("live/tab.html", tools(lettered=False) | common | told)
