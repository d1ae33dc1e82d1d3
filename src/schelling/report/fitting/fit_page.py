"""A fit as one self-contained page: what the evidence taught, what it moves, and its fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from schelling.report.charts import chart_svg
from schelling.report.fitting import fit_charts, fit_text, reading_words
from schelling.report.page import document
from schelling.report.page.figure import Figure, Table
from schelling.report.page.tools import tools
from schelling.report.words.numerals import count, general
from schelling.study.fitting.fit import CaseFit
from schelling.study.fitting.learned import Learned
from schelling.study.fitting.summary import SeriesCheck, ShareChange
from schelling.study.runs.files import manifest

_MOST_DENSITIES: Final = 8
_POINTS: Final = 121


def write(fit: CaseFit, path: str | Path) -> None:
    """Write the page of a sound fit.

    Raises:
        RunError: The fit is not sound, or the file cannot be written.
    """
    document.keep(render(fit), path)


def render(fit: CaseFit) -> str:
    """The page of a sound fit as text.

    Raises:
        RunError: The fit is not sound.
    """
    found = fit.summary
    taught = sorted((one for one in found.learned if one.taught), key=lambda one: -one.narrower)
    told = {
        "title": fit.case.title,
        "version": manifest.versions()["schelling"],
        "records": [fit_text.records_words(one) for one in fit.problem.given],
        "method": [
            reading_words.why(fit),
            reading_words.trust(fit.found, fit.problem.listed),
            reading_words.evidence(fit),
        ],
        "taught": _taught(taught, fit) if taught else [],
        "untouched": fit_text.untouched(found),
        "tables": [
            _changes(what, moved)
            for what, moved in (("Claim", found.claims), ("Question", found.questions))
            if moved
        ],
        "levers": fit_text.levers(fit.case),
        "chosen": fit_text.chosen(fit),
        "checks": [
            (fit_text.check_words(check), _check(fit, place, check))
            for place, check in enumerate(found.checks)
        ],
        "facts": _facts(fit),
    }
    return document.filled("fit.html", tools(lettered=False) | told)


def _facts(fit: CaseFit) -> list[tuple[str, str]]:
    return [
        ("Case", f"{fit.case.name}, digest (SHA-256) {fit.case.digest}"),
        ("Seed", str(fit.problem.seed)),
        ("Worlds", f"{len(fit.found.worlds.weights):,}"),
        ("Versions", ", ".join(f"{k} {v}" for k, v in manifest.versions().items())),
    ]


def _taught(taught: list[Learned], fit: CaseFit) -> list[Figure]:
    names = [one.name for one in taught]
    ends = np.array([one.levels for one in taught])
    rows = tuple(fit_text.learned_row(one) for one in taught)
    title = "What the evidence taught about assumptions"
    chart = fit_charts.ladder(names, ends)
    first = Figure(
        anchor="figure-taught",
        title=title,
        reading="Pale: the central 90 % of the prior. Blue: where, in quantiles of the prior, the "
        "central 90 % of the posterior lies; the mark is its median.",
        picture=chart_svg.placed(chart, "figure-taught", title),
        table=Table(title, ("Assumption", "Prior", "Posterior", "Interval"), rows),
    )
    return [first, *_densities(taught[:_MOST_DENSITIES], fit)]


def _densities(taught: list[Learned], fit: CaseFit) -> Iterator[Figure]:
    """Prior against posterior of single assumptions that are numbers."""
    problem = fit.problem
    places = {one.name: place for place, one in enumerate(problem.plan.assumptions)}
    worlds = problem.draws(fit.prior.points), problem.draws(fit.found.worlds.points)
    for one in taught:
        assumption = problem.plan.assumptions[places[one.name]]
        before, after = (part[:, places[one.name]] for part in worlds)
        if len(np.unique(before)) < _POINTS:
            continue
        ends = np.quantile(np.concatenate([before, after]), (0.005, 0.995))
        at = np.linspace(float(ends[0]), float(ends[1]), _POINTS)
        sides = [
            np.stack([at, fit_charts.smooth_heights(values, weights, at)], axis=1)
            for values, weights in ((before, fit.prior.weights), (after, fit.found.worlds.weights))
        ]
        anchor, title = f"figure-of-{one.name}", f"{one.name} before and after the evidence"
        unit = assumption.unit.written
        rows = tuple(
            (
                general(float(at[k]), 3),
                general(float(sides[0][k, 1]), 2),
                general(float(sides[1][k, 1]), 2),
            )
            for k in range(0, _POINTS, 10)
        )
        head = (f"Value ({unit})" if unit else "Value", "Density before", "Density after")
        yield Figure(
            anchor=anchor,
            title=title,
            reading="Pale area: the prior. Line: the posterior. Both are smoothed, which rounds "
            "edges off.",
            picture=chart_svg.placed(fit_charts.densities(sides[0], sides[1], unit), anchor, title),
            table=Table(title, head, rows),
        )


def _changes(what: str, moved: tuple[ShareChange, ...]) -> Table:
    rows = tuple(fit_text.change_row(one) for one in moved)
    caption = f"Share of worlds in which each {what.lower()} holds, without and with the evidence"
    return Table(caption, (what, "Before", "After", "Verdict"), rows)


def _check(fit: CaseFit, place: int, check: SeriesCheck) -> Figure:
    series = fit.problem.series[place]
    days = [str(row.date) for row in series.evidence.rows]
    title = f"{check.name}: {count(check.rows, 'record')} in the bands of prior and posterior"
    unit = series.evidence.series.unit.written
    chart = fit_charts.records(days, check.values, check.prior_bands, check.bands, unit)
    rows = tuple(
        (
            day,
            general(float(check.values[row]), 4),
            *(
                _band(bands[row], ends)
                for bands, ends in (
                    (check.prior_bands, (0, 3)),
                    (check.bands, (0, 3)),
                    (check.bands, (1, 2)),
                )
            ),
        )
        for row, day in enumerate(days)
    )
    anchor = f"figure-check-{place}"
    head = ("Day", "Record", "Prior, 90 %", "Posterior, 90 %", "Posterior, 50 %")
    return Figure(
        anchor=anchor,
        title=title,
        reading="Points: the records. Pale: the central 90 % of the records that worlds of the "
        "prior would make; blue: the central 90 % and, dark, 50 % of those of the posterior, which "
        "has seen these same records.",
        picture=chart_svg.placed(chart, anchor, title),
        table=Table(title, head, rows),
    )


def _band(bands: np.ndarray, ends: tuple[int, int]) -> str:
    return f"{general(float(bands[ends[0]]), 3)} to {general(float(bands[ends[1]]), 3)}"
