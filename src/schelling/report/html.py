"""A run as one self-contained page: no script, no request, the same bytes for the same run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from schelling.errors import RunError
from schelling.report import sections
from schelling.report.argument import inventory
from schelling.report.brief import brief_markdown, brief_sections
from schelling.report.brief.brief_sections import Brief
from schelling.report.page import document, posterior_words, provenance
from schelling.report.page.anchors import targets
from schelling.report.page.tools import tools
from schelling.report.play import play_page
from schelling.report.verdicts import changed_words, claim_verdicts, premises
from schelling.study.exploring.explore import Exploration
from schelling.study.premises.granted import granted
from schelling.study.runs.results import Run
from schelling.study.scoring.score import score

MARKDOWN: Final = (".md", ".markdown")
"""Endings of files that a brief is written to as Markdown."""


def write(
    run: Run, path: str | Path, exploration: Exploration | None = None, *, tables: bool = False
) -> None:
    """Write the page of a run.

    Passages are quoted where the case's source text is at hand and verified.

    Args:
        run: The run.
        path: The file to write; replaced if it exists.
        exploration: What the run's claims hinge on, to be shown too.
        tables: Whether the tables under figures are printed too.

    Raises:
        RunError: The file cannot be written.
    """
    document.keep(render(run, exploration, tables=tables), path)


def write_brief(run: Run, path: str | Path, exploration: Exploration | None = None) -> None:
    """Write the brief of a run alone: one printed page.

    Args:
        run: The run.
        path: The file to write, replaced if it exists: Markdown if its name ends in `.md`, or else
            HTML.
        exploration: What the run's claims hang on, to be shown too.

    Raises:
        RunError: The file cannot be written.
    """
    if Path(path).suffix.lower() in MARKDOWN:
        document.keep(brief_markdown.text(run, brief_of(run, exploration)), path)
    else:
        document.keep(render_brief(run, exploration), path)


def write_play(run: Run, path: str | Path) -> None:
    """Write a page with the worlds of a run inside, for its reader to weigh.

    Args:
        run: The run.
        path: The file to write; replaced if it exists.

    Raises:
        RunError: The file cannot be written, or the worlds are of a posterior.
    """
    if run.manifest.posterior:
        message = "the reader of such a page weighs worlds of the prior; these are of a posterior"
        raise RunError(message)
    document.keep(play_page.render(run), path)


def render(run: Run, exploration: Exploration | None = None, *, tables: bool = False) -> str:
    """The page of a run as text.

    Args:
        run: The run.
        exploration: What its claims hinge on, to be shown too.
        tables: Whether the tables under figures are printed too.

    Returns:
        One HTML document.
    """
    told = _told(run, exploration) | _contents(run) | sections.hinges(exploration)
    return document.filled("page.html", tools() | told | {"tables": tables})


def render_brief(run: Run, exploration: Exploration | None = None) -> str:
    """The brief of a run as text.

    Args:
        run: The run.
        exploration: What its claims hang on, to be shown too.

    Returns:
        One HTML document.
    """
    told = _told(run, exploration) | {"provenance": provenance.provenance(run)}
    return document.filled("brief_page.html", tools(alone=True) | told)


def brief_of(run: Run, exploration: Exploration | None = None) -> Brief:
    """What the brief of a run shows."""
    board = score(run.case, run) if run.case.outcomes else None
    return brief_sections.gather(run, exploration, board)


def _told(run: Run, exploration: Exploration | None) -> dict[str, Any]:
    """What the brief shows, and what stands on every page."""
    case = run.case
    clock = case.clock
    return {
        "title": case.title,
        "version": run.manifest.versions["schelling"],
        "run": run,
        "case": case,
        "manifest": run.manifest,
        "until": clock.day(clock.steps) if clock and clock.steps else None,
        "verdicts": claim_verdicts.all_verdicts(run),
        "scale": claim_verdicts.scale(),
        "brief": brief_of(run, exploration),
        "changed_for_run": changed_words.of_run(run),
    }


def _contents(run: Run) -> dict[str, Any]:
    """Everything the page shows after the brief."""
    case = run.case
    changes = {
        "changed": changed_words.definitions(case.changed),
        "moved": changed_words.verdicts(run),
        "posterior": posterior_words.line(run.manifest),
    }
    inside = {
        "granted": _granted(run),
        "priors": [inventory.prior_row(assumption) for assumption in case.assumptions],
        "provenance": provenance.provenance(run),
        "targets": targets(case),
    }
    of_run = (sections.claims, sections.time, sections.games, sections.model, sections.forecasts)
    parts = [sections.sources(case), changes, inside, *(part(run) for part in of_run)]
    return {name: shown for part in parts for name, shown in part.items()}


def _granted(run: Run) -> dict[str, Any] | None:
    """What follows where the premises hold; None without premises."""
    found = granted(run)
    if found is None:
        return None
    return {"sentences": premises.sentences(found), "table": premises.table(found)}
