"""How well forecasters are calibrated, as figures: reliability diagrams and Murphy curves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schelling.forecast import reliability
from schelling.report.charts import chart_svg
from schelling.report.page.figure import Figure, Table
from schelling.report.scores import score_charts
from schelling.report.words.numerals import fixed
from schelling.study.scoring.score_board import COIN, PERSISTENCE, Calibration, Score


def of(score: Score) -> tuple[Figure, ...]:
    """Two figures for each forecaster with enough yes-or-no forecasts.

    Args:
        score: The scored register.

    Returns:
        Reliability and Murphy curve; of the baselines none.
    """
    found: list[Figure] = []
    for one in score.calibrations:
        if len(one.p) >= reliability.ENOUGH and one.forecaster not in (PERSISTENCE, COIN):
            found += [_reliability(one), _murphy(one)]
    return tuple(found)


def _reliability(one: Calibration) -> Figure:
    p, happened = np.array(one.p), np.array(one.happened)
    curve = reliability.reliability(p, happened)
    band = reliability.consistency_band(p, np.random.default_rng(len(p)))
    title = f"Reliability: {one.forecaster}"
    where = f"figure-reliability-{_safe(one.forecaster)}"
    detail = (
        f"Miscalibration {fixed(curve.miscalibration, 3)}, discrimination "
        f"{fixed(curve.discrimination, 3)}, uncertainty {fixed(curve.uncertainty, 3)}; mean "
        f"forecast on yes {fixed(one.on_yes, 2)}, on no {fixed(one.on_no, 2)}."
    )
    steps = np.unique(np.column_stack([curve.p, curve.calibrated, *band]), axis=0)
    rows = tuple(tuple(fixed(float(cell), 2) for cell in row) for row in steps)
    return Figure(
        anchor=where,
        title=title,
        reading="Line: observed frequency, by isotonic regression. Band: where the line of a "
        "calibrated forecaster lies in 90 % of cases. Dashed: perfect calibration.",
        picture=chart_svg.placed(
            score_charts.reliability(curve.p, curve.calibrated, band), where, title, detail
        ),
        table=Table(title, ("Forecast", "Observed frequency", "Band, low", "Band, high"), rows),
        detail=detail,
    )


def _murphy(one: Calibration) -> Figure:
    p, happened = np.array(one.p), np.array(one.happened)
    grid = np.linspace(0.01, 0.99, 99)
    curves = {
        one.forecaster: reliability.murphy_curve(p, happened, grid),
        "base rate": reliability.murphy_curve(np.full(len(p), happened.mean()), happened, grid),
    }
    data = pd.concat(
        [pd.DataFrame({"threshold": grid, "score": c, "who": who}) for who, c in curves.items()]
    )
    title = f"Murphy curve: {one.forecaster}"
    where = f"figure-murphy-{_safe(one.forecaster)}"
    rows = tuple(
        (fixed(float(grid[n]), 2), *(fixed(float(c[n]), 3) for c in curves.values()))
        for n in range(4, 99, 10)
    )
    return Figure(
        anchor=where,
        title=title,
        reading="A forecaster whose curve is lower everywhere is better under every proper score.",
        picture=chart_svg.placed(
            score_charts.murphy(data), where, title, "The table gives the curves."
        ),
        table=Table(title, ("Decision threshold", *curves), rows),
    )


def _safe(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)
