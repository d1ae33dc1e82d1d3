"""What fills the tabs of the live page: the sections of the report, one at a time."""

from __future__ import annotations

from typing import Any

from schelling.case.model import Case
from schelling.report import sections
from schelling.report.brief import brief_sections
from schelling.report.comparison import comparison_sheets, comparison_words
from schelling.report.page import document
from schelling.report.page.anchors import targets
from schelling.report.page.tools import tools
from schelling.study.exploring.explore import Exploration
from schelling.study.rivals.compare import Comparison
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
    return _filled(("games.html",), run.case, **told)


def matters(found: Exploration) -> str:
    """What the claims hinge on."""
    return _filled(("hinges.html",), found.run.case, **sections.hinges(found))


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
    return _filled(("argument.html",), case, **told)


def _filled(parts: tuple[str, ...], case: Case, **told: Any) -> str:
    common = {"parts": parts, "case": case, "targets": targets(case)}
    return document.filled("live/tab.html", tools(lettered=False) | common | told)
