"""Charts of scored forecasts, as Altair objects: strip, gains, timeline, calibration.

Every function takes the numbers it draws. Shape, length and words tell things apart; colour only
repeats it. Probabilities run from 0 to 100 percent. Knows no cases and no scores.
"""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from schelling.report.charts import theme
from schelling.report.charts.text_width import text_width
from schelling.report.charts.world_charts import styled

WIDTH = 694
"""Of a chart with its labels: the same for all, so that letters have one size on the page."""

NARROW = 290
"""Of the same charts as a narrow window shows them."""

LABEL = 328
"""Room for the label of a question beside its line."""

_ROW = 19
_THIN = 15
_LABEL_GAP = 8
_LONG, _SHORT = LABEL + _LABEL_GAP, 38
_MOST = 0.62  # of the width of a chart: for labels, whatever they say


def strip(rows: pd.DataFrame, narrow: bool = False) -> Any:
    """One line a question: odds, forecast, baselines and what happened.

    Args:
        rows: In the order drawn. `label`, and `number` for a narrow window; `low` and `high` of the
            author's odds; `model`, `no_change`, `base_rate`, `base_low`, `base_high` in percent,
            NaN where there is none; `happened` (`yes` or `no`) and `surprise` as text.
        narrow: Whether it is for a narrow window.

    Returns:
        The chart.
    """
    room = _SHORT if narrow else _LONG
    if narrow:
        rows = rows.assign(label=rows["number"])
    y = _labels(rows["label"], room)
    beside = 13 if narrow else 8  # from 0 or 100 to the middle of a word, on the scale of percents
    end = 100 + 3.4 * beside + 4
    frame = alt.Scale(domain=[-1.8 * beside, end], nice=False)
    axis = alt.Axis(values=[0, 25, 50, 75, 100], title="percent yes", orient="top")
    at = np.where(rows["happened"] == "yes", 100 + beside, -beside)
    base = alt.Chart(rows.assign(at=at, edge=end - 2))

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=frame, axis=axis)

    author = base.mark_bar(height=9, color=theme.MIDDLE).encode(x("low"), alt.X2("high"), y)
    span = base.mark_rule(color=theme.SOFT, strokeWidth=1.2)
    rate = base.mark_tick(color=theme.INK, thickness=1.6, height=9)
    same = base.mark_point(shape="diamond", size=70, color=theme.INK, strokeWidth=1.4, opacity=1)
    model = base.mark_point(
        shape="circle", size=62, filled=True, color=theme.DEEP, stroke=theme.PAPER, opacity=1
    )
    came = base.mark_text(fontWeight=600, color=theme.INK, fontSize=theme.TEXT_SIZE)
    bits = base.mark_text(align="right", color=theme.SOFT, fontSize=theme.TEXT_SIZE)
    layers = [
        author,
        span.encode(x("base_low"), alt.X2("base_high"), y),
        rate.encode(x("base_rate"), y),
        same.encode(x("no_change"), y),
        model.encode(x("model"), y),
        came.encode(x("at"), y, text="happened:N"),
        bits.encode(x("edge"), y, text="surprise:N"),
    ]
    return _finished(alt.LayerChart(layer=layers), _ROW * len(rows), room, narrow)


def gains(dots: pd.DataFrame, means: pd.DataFrame, narrow: bool = False) -> Any:
    """One line a comparison: a circle for the questions with one gain, the mean, its interval.

    Args:
        dots: `label`, `gain`, `questions`.
        means: `label`, `mean`, `low`, `high`; NaN ends where there is no interval.
        narrow: Whether it is for a narrow window.

    Returns:
        The chart.
    """
    widest = max(text_width(label, theme.TEXT_SIZE) for label in means["label"])
    room = min(math.ceil(widest) + _LABEL_GAP, int(_MOST * (NARROW if narrow else WIDTH)))
    y = _labels(means["label"], room)
    axis = alt.Axis(values=[-1, -0.5, 0, 0.5, 1], title="gain in Brier score", orient="top")
    frame = alt.Scale(domain=[-1.2, 1.2], nice=False)
    size = alt.Size("questions:Q", scale=alt.Scale(range=[16, 260], zero=True), legend=None)
    circles = alt.Chart(dots).mark_point(
        shape="circle", color=theme.SOFT, strokeWidth=1.2, opacity=0.9
    )
    rule = alt.Chart(means).mark_rule(color=theme.INK, strokeWidth=2.4)
    tick = alt.Chart(means).mark_tick(color=theme.INK, thickness=3, height=13)
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=theme.SOFT, strokeDash=[3, 3])
    layers = [
        zero.encode(alt.X("at:Q", scale=frame, axis=axis)),
        circles.encode(alt.X("gain:Q", scale=frame, axis=axis), y, size),
        rule.encode(alt.X("low:Q", scale=frame, axis=axis), alt.X2("high"), y),
        tick.encode(alt.X("mean:Q", scale=frame, axis=axis), y),
    ]
    return _finished(alt.LayerChart(layer=layers), 22 * len(means), room, narrow)


def timeline(windows: pd.DataFrame, marks: pd.DataFrame, narrow: bool = False) -> Any:
    """Windows as bars, and the days on which questions were asserted, registered or resolved.

    Args:
        windows: In the order drawn: `label`, `opens`, `closes`, days as text.
        marks: `label`, `day`, `what`: `asserted`, `registered`, `forecast`, `resolved`.
        narrow: Whether it is for a narrow window.

    Returns:
        The chart.
    """
    y = _labels(windows["label"], _SHORT)
    axis = alt.Axis(title=None, orient="top", format="%Y", tickCount="year")
    shapes = {
        "asserted": "triangle-right",
        "registered": "cross",
        "forecast": "circle",
        "resolved": "diamond",
    }
    kinds = alt.Scale(domain=list(shapes), range=list(shapes.values()))
    bars = alt.Chart(windows).mark_bar(height=5, color=theme.PALE, stroke=theme.SOFT)
    padded = alt.Scale(type="utc", padding=12)  # pixels: room for the marks of the first day
    bars = bars.encode(alt.X("opens:T", axis=axis, scale=padded), alt.X2("closes"), y)
    points = alt.Chart(marks).mark_point(size=46, filled=True, color=theme.INK, opacity=1)
    legend = alt.Legend(
        title=None, orient="top", symbolFillColor=theme.INK, columns=2 if narrow else 4
    )
    points = points.encode(
        alt.X("day:T", axis=axis, scale=padded), y, alt.Shape("what:N", scale=kinds, legend=legend)
    )
    return _finished(alt.LayerChart(layer=[bars, points]), _THIN * len(windows), _SHORT, narrow)


def reliability(
    p: Float[ndarray, " question"],
    calibrated: Float[ndarray, " question"],
    band: tuple[Float[ndarray, " question"], Float[ndarray, " question"]],
) -> Any:
    """What happened against what was said, with the band of a calibrated forecaster.

    Args:
        p: Forecasts, rising.
        calibrated: What happened at each.
        band: Lower and upper end at each.

    Returns:
        The chart.
    """
    data = pd.DataFrame({"p": p, "calibrated": calibrated, "low": band[0], "high": band[1]})
    unit = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("p:Q", title="forecast", scale=unit)
    area = alt.Chart(data).mark_area(color=theme.PALE, interpolate="step-after")
    area = area.encode(x, alt.Y("low:Q", title="observed frequency", scale=unit), alt.Y2("high"))
    line = alt.Chart(data).mark_line(color=theme.DEEP, strokeWidth=2.2, interpolate="step-after")
    ends = pd.DataFrame({"p": [0.0, 1.0], "calibrated": [0.0, 1.0]})
    even = alt.Chart(ends).mark_line(color=theme.SOFT, strokeDash=[4, 3], strokeWidth=1)
    y = alt.Y("calibrated:Q", scale=unit)
    rug = alt.Chart(data.assign(floor=0.0)).mark_tick(color=theme.INK, height=7)
    layers = [area, even.encode(x, y), line.encode(x, y), rug.encode(x, alt.Y("floor:Q"))]
    return styled(alt.LayerChart(layer=layers).properties(width=250, height=250))


def murphy(curves: pd.DataFrame) -> Any:
    """Murphy curves: mean elementary score by the probability from which one acts.

    Args:
        curves: `threshold`, `score`, `who`; the first `who` is drawn thick.

    Returns:
        The chart.
    """
    names = list(dict.fromkeys(curves["who"]))
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]][: len(names)])
    chart = alt.Chart(curves).mark_line(color=theme.DEEP, strokeWidth=2)
    chart = chart.encode(
        alt.X("threshold:Q", title="decision threshold"),
        alt.Y("score:Q", title="mean cost"),
        alt.StrokeDash("who:N", scale=dashes, legend=alt.Legend(title=None, symbolStrokeWidth=2)),
    )
    return styled(chart.properties(width=250, height=200))


def _labels(labels: pd.Series, room: int) -> alt.Y:
    axis = alt.Axis(
        title=None,
        labelLimit=room - _LABEL_GAP,
        labelColor=theme.INK,
        domain=False,
        ticks=False,
        minExtent=room,
        maxExtent=room,
    )
    return alt.Y("label:N", sort=list(labels), axis=axis)


def _finished(chart: Any, height: int, room: int, narrow: bool) -> Any:
    return styled(chart.properties(width=(NARROW if narrow else WIDTH) - room, height=height))
