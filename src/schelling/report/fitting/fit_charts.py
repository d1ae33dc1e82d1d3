"""Charts of a fit: how far the evidence moved each assumption, and records in their bands.

Every function takes numbers and returns an Altair chart with its data inside.
"""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from schelling.report.charts import theme
from schelling.report.charts.world_charts import styled

WIDTH: Final = 420
_ROW: Final = 24
_HEIGHT: Final = 220
_DENSE: Final = 60
"""Rows of a series from which on bands are areas rather than bars."""


def ladder(names: list[str], quantiles: Float[ndarray, "assumption quantile"]) -> alt.LayerChart:
    """Where the posterior of each assumption lies within its prior.

    Args:
        names: Of the assumptions, top down.
        quantiles: Levels of the prior at which the 5 % quantile, the median and the 95 % quantile
            of the posterior lie.
    """
    low, middle, high = quantiles.T
    rows = pd.DataFrame(
        {"name": names, "low": low, "middle": middle, "high": high, "from": 0.05, "to": 0.95}
    )
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=220))
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format=".0%", values=[0.05, 0.25, 0.5, 0.75, 0.95])
    base = alt.Chart(rows)
    x = alt.X("from:Q", title="quantile of the prior", scale=scale, axis=axis)
    prior = base.mark_bar(color=theme.PALE, height=14).encode(x, alt.X2("to:Q"), y)
    after = base.mark_bar(color=theme.MIDDLE, height=7).encode(alt.X("low:Q"), alt.X2("high:Q"), y)
    dot = base.mark_tick(color=theme.INK, thickness=3, size=14).encode(alt.X("middle:Q"), y)
    layers: list[Any] = [prior, after, dot]
    return styled(alt.LayerChart(layer=layers).properties(width=WIDTH, height=_ROW * len(names)))


def densities(
    prior: Float[ndarray, "point two"], posterior: Float[ndarray, "point two"], unit: str
) -> alt.LayerChart:
    """The density of an assumption before (area) and after (line) the evidence.

    Args:
        prior: Positions and heights.
        posterior: Likewise, on the same scale of heights.
        unit: Of the assumption; may be empty.
    """
    before, after = (
        pd.DataFrame({"at": part[:, 0], "height": part[:, 1]}) for part in (prior, posterior)
    )
    x = alt.X("at:Q", title=unit or "value", scale=alt.Scale(nice=False, zero=False))
    y = alt.Y("height:Q", title=None, axis=None)
    area = alt.Chart(before).mark_area(color=theme.PALE).encode(x, y)
    line = alt.Chart(after).mark_line(color=theme.DEEP, strokeWidth=2.2).encode(x, y)
    return styled(alt.LayerChart(layer=[area, line]).properties(width=WIDTH, height=110))


def records(
    days: list[str],
    values: Float[ndarray, " row"],
    prior: Float[ndarray, "row level"],
    posterior: Float[ndarray, "row level"],
    unit: str,
) -> alt.LayerChart:
    """A series of records over the bands in which prior and posterior would have had them.

    Args:
        days: Of the records.
        values: The records.
        prior: Quantiles at 5, 25, 75 and 95 % of the prior predictive distribution.
        posterior: ... and of the posterior predictive one.
        unit: Of the series; may be empty.
    """
    rows = pd.DataFrame({"day": days, "value": values})
    columns = ("low", "lower", "upper", "high")
    for side, bands in (("prior", prior), ("post", posterior)):
        for place, column in enumerate(columns):
            rows[f"{side}_{column}"] = bands[:, place]
    base = alt.Chart(rows)
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=4, grid=False))

    def band(side: str, ends: tuple[str, str], colour: str, width: int) -> Any:
        y = alt.Y(f"{side}_{ends[0]}:Q", title=unit or "value", scale=alt.Scale(zero=False))
        drawn = (
            base.mark_area(color=colour)
            if wide
            else base.mark_rule(color=colour, strokeWidth=width)
        )
        return drawn.encode(x, y, alt.Y2(f"{side}_{ends[1]}:Q"))

    wide = len(days) >= _DENSE and len(set(days)) == len(days)
    points = base.mark_point(color=theme.WARM, filled=True, size=36, opacity=1)
    layers = [
        band("prior", ("low", "high"), theme.PALE, 9),
        band("post", ("low", "high"), theme.MIDDLE, 6),
        band("post", ("lower", "upper"), theme.DEEP, 6),
        points.encode(x, alt.Y("value:Q")),
    ]
    return styled(alt.LayerChart(layer=layers).properties(width=WIDTH, height=_HEIGHT))


def smooth_heights(
    values: Float[ndarray, " world"],
    weights: Float[ndarray, " world"],
    at: Float[ndarray, " point"],
) -> Float[ndarray, " point"]:
    """A kernel estimate of a density, with Silverman's rule for the width of the normal kernel.

    References:
        Silverman (1986), Density estimation for statistics and data analysis, equation 3.31.
    """
    share = weights / weights.sum()
    mean = share @ values
    spread = float(np.sqrt(share @ (values - mean) ** 2))
    order = np.argsort(values)
    quarter, rest = np.interp((0.25, 0.75), np.cumsum(share[order]), values[order])
    middle = (rest - quarter) / 1.34
    scale = min(spread, middle) if middle > 0 else spread
    size = 1 / float((share**2).sum())
    width = max(0.9 * scale * size**-0.2, 1e-12 * max(abs(float(mean)), 1e-300))
    edges = np.concatenate([at - 0.5 * (at[1] - at[0]), [at[-1] + 0.5 * (at[1] - at[0])]])
    counts, _ = np.histogram(values, edges, weights=share)
    kernel = np.exp(-0.5 * ((at[:, None] - at[None, :]) / width) ** 2)
    found = (kernel / kernel.sum(axis=0, keepdims=True)) @ counts
    return found / (at[1] - at[0])
