"""Charts of many agents over time, as Altair objects: shares of groups, and a strip of histograms.

Every function takes the numbers it draws and returns a chart whose data are inside it. Knows no
cases and no runs.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from schelling.report.charts import theme, world_charts

MOST_LINES = 7
"""Lines that are told apart."""

_COLUMNS = 60
_GAP = 0.085
_HALF_A_LABEL = 22  # pixels
_DASHES = [[1, 0], [1, 0], [6, 3], [2, 2], [9, 3, 2, 3], [6, 3], [2, 2]]
_COLOURS = [theme.INK, theme.DEEP, theme.WARM, "#6a8fb3", "#8a6d1d", "#3f3f3f", theme.SOFT]


def lines(
    times: ndarray, names: Sequence[str], values: Float[ndarray, "group time"], title: str
) -> alt.LayerChart:
    """Shares over time, each line named at its end; the first is thicker.

    Args:
        times: Days or step numbers.
        names: Names of the lines, at most `MOST_LINES`.
        values: From 0 to 1; NaN where there is nothing to show.
        title: Of the axis of shares.

    Returns:
        The chart.
    """
    keep = world_charts.thinned(len(times))
    shown, kind = world_charts.moments(times[keep])
    # the letter keeps two groups of one name apart
    marks = [f"{number}" for number in range(len(names))]
    table = pd.DataFrame(
        {
            "time": np.tile(shown, len(names)),
            "line": np.repeat(marks, keep.size),
            "share": values[:, keep].ravel(),
        }
    ).dropna()
    x = world_charts.time_axis(kind, times, ticks=3)
    axis = alt.Axis(format=".0%", tickCount=5)
    y = alt.Y("share:Q", title=title, axis=axis).scale(domain=[0, 1])
    colour = alt.Color("line:N", legend=None).scale(domain=marks, range=_COLOURS[: len(marks)])
    dash = alt.StrokeDash("line:N", legend=None).scale(domain=marks, range=_DASHES[: len(marks)])
    width = alt.condition("datum.line == '0'", alt.value(2.4), alt.value(1.6))
    drawn = alt.Chart(table).mark_line(clip=True).encode(x, y, colour, dash, strokeWidth=width)
    known = np.isfinite(values[:, -1])
    labels = pd.DataFrame(
        {
            "name": [name for name, here in zip(names, known, strict=True) if here],
            "at": _apart(values[known, -1]),
            "time": [shown[-1]] * int(known.sum()),
        }
    )
    text = alt.Chart(labels).mark_text(
        align="left", dx=7, limit=world_charts.LABELS - 8, color=theme.INK
    )
    return alt.LayerChart(layer=[drawn, text.encode(x, alt.Y("at:Q"), alt.Text("name:N"))])


def _apart(last: Float[ndarray, " line"]) -> list[float]:
    """Where labels stand: where their lines end, but not on each other."""
    order = np.argsort(last, kind="stable")
    places = last[order].astype(float)
    for n in range(1, len(places)):
        places[n] = max(places[n], places[n - 1] + _GAP)
    if len(places):
        places[-1] = min(places[-1], 1.0)
    for n in range(len(places) - 2, -1, -1):
        places[n] = min(places[n], places[n + 1] - _GAP)
    found = np.empty(len(places))
    found[order] = places
    return found.tolist()


def strip_steps(count: int) -> ndarray:
    """Positions of the steps that a strip shows: all of them, or evenly spread ones."""
    return np.unique(np.linspace(0, count - 1, min(count, _COLUMNS)).round().astype(np.int64))


def strip(
    times: ndarray, edges: Float[ndarray, " edge"], shares: Float[ndarray, "bin time"], title: str
) -> alt.LayerChart:
    """A histogram at each time, standing beside each other: the darker a cell, the more agents.

    Args:
        times: Days or step numbers, those of `strip_steps`.
        edges: Of the bins.
        shares: Of agents in each bin; empty cells are left out.
        title: Of the axis of values.

    Returns:
        The chart.
    """
    ends = np.append(times[1:], times[-1] + (times[-1] - times[-2] if len(times) > 1 else 1))
    begin, kind = world_charts.moments(times)
    end, _ = world_charts.moments(ends)
    place, column = np.nonzero(shares > 0)
    table = pd.DataFrame(
        {
            "time": [begin[n] for n in column],
            "until": [end[n] for n in column],
            "low": edges[place],
            "high": edges[place + 1],
            "share": shares[place, column],
        }
    )
    x = world_charts.time_axis(kind, ends, ticks=4, near=_HALF_A_LABEL)
    y = alt.Y("low:Q", title=title, axis=alt.Axis(tickCount=5))
    y = y.scale(domain=[float(edges[0]), float(edges[-1])], nice=False)
    top = float(shares.max()) or 1.0
    fill = alt.Color("share:Q", legend=None).scale(domain=[0, top], range=["#eef3f8", "#123a5e"])
    cells = alt.Chart(table).mark_rect(clip=True)
    cells = cells.encode(x, alt.X2("until"), y, alt.Y2("high"), fill)
    return alt.LayerChart(layer=[cells])
