"""Charts of numbers over worlds, as Altair objects: histogram, fan, stacked shares, share bars.

Every function takes the numbers it draws and returns a chart whose data are inside it. Days are
written as days, so that no time zone moves them. Knows no cases and no runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.report.charts import theme

SIZE = (250, 150)  # with its margins 308 wide: the text column of a window of 340
_LEFT, _RIGHT = 46, 12
ABOVE, LABELLED = 26, 40
BELOW, TITLED = 24, 40
LABELS = 124
_LABEL_GAP = 0.085
_BINS = 24
_FEW = 12
_TINY = 1e-4
_MOST_TIMES = 160
_PERCENT = ".0%"
_VERDICT_AT = 370
_NOTHING = alt.InlineData(values=[{}])


@dataclass(frozen=True)
class Fan:
    """What a fan is drawn from; times are days or step numbers.

    Attributes:
        times: Where the values stand.
        bands: Quantiles 5, 25, 50, 75 and 95 %, one row each.
        paths: Sample worlds, one row each.
        unit: Unit of the values; may be empty.
        records: Days and values of what was recorded, and whether each is evidence.
    """

    times: ndarray
    bands: Float[ndarray, "quantile time"]
    paths: Float[ndarray, "world time"]
    unit: str
    records: tuple[tuple[str, float, bool], ...] = ()


def framed(chart: Any, above: int = ABOVE, below: int = BELOW, beside: int = _RIGHT) -> Any:
    """A chart at the report's size, its frame independent of the fonts of the machine.

    Args:
        chart: Any chart of this module but `share_bars`.
        above: Pixels left free above the frame.
        below: Pixels left free below it.
        beside: Pixels left free to its right; the frame gets narrower by as much.

    Returns:
        A copy.
    """
    padding = {"left": _LEFT, "right": beside, "top": above, "bottom": below}
    width = SIZE[0] + _RIGHT - beside
    small = chart.properties(width=width, height=SIZE[1], padding=padding)
    return styled(small).properties(autosize="none")


def styled(chart: Any) -> Any:
    """A chart with the project's colours and type."""
    finished = chart.copy(deep=False)
    finished.config = theme.config()
    return finished


def moments(times: ndarray) -> tuple[list[Any], str]:
    """Times as plain values, days as text, and their Vega-Lite type: `T` for days, else `Q`."""
    if np.issubdtype(times.dtype, np.datetime64):
        return np.datetime_as_string(times, unit="D").tolist(), "T"
    return times.tolist(), "Q"


def fan(data: Fan) -> alt.LayerChart:
    """Bands of 50 and 90 % of worlds over time, their median, and sample worlds as thin lines.

    Args:
        data: Quantiles and sample paths.

    Returns:
        The chart.
    """
    keep = thinned(len(data.times))
    times, kind = moments(data.times[keep])
    low, lower, middle, upper, high = data.bands[:, keep]
    band = pd.DataFrame(
        {"time": times, "q05": low, "q25": lower, "q50": middle, "q75": upper, "q95": high}
    )
    frame = _frame(data)
    y = alt.Y("q05:Q", title=data.unit or "value", scale=alt.Scale(domain=frame, nice=False))
    x = time_axis(kind, data.times, ticks=4)
    wide = alt.Chart(band).mark_area(color=theme.PALE, clip=True).encode(x, y, alt.Y2("q95:Q"))
    half = alt.Chart(band).mark_area(color=theme.MIDDLE, clip=True)
    half = half.encode(x, alt.Y("q25:Q"), alt.Y2("q75:Q"))
    worlds = pd.DataFrame(
        {
            "time": np.tile(times, len(data.paths)),
            "value": data.paths[:, keep].ravel(),
            "world": np.repeat(np.arange(len(data.paths)), keep.size),
        }
    )
    threads = alt.Chart(worlds).mark_line(
        color=theme.THREAD, strokeWidth=0.7, opacity=0.55, clip=True
    )
    threads = threads.encode(x, alt.Y("value:Q"), alt.Detail("world:N"))
    median = alt.Chart(band).mark_line(color=theme.INK, strokeWidth=2.2, clip=True)
    layers: list[Any] = [wide, half, threads, median.encode(x, alt.Y("q50:Q"))]
    if data.records:
        layers.append(_records(data, x))
    return alt.LayerChart(layer=layers)


def _records(data: Fan, x: alt.X) -> alt.Chart:
    """What was recorded, as dots: full where it is evidence, hollow where it is not."""
    table = pd.DataFrame(data.records, columns=["time", "value", "evidence"])
    fill = alt.when(alt.datum.evidence).then(alt.value(theme.WARM)).otherwise(alt.value("#fff"))
    dots = alt.Chart(table).mark_circle(
        size=30, stroke=theme.WARM, strokeWidth=1.4, opacity=1, clip=True
    )
    return dots.encode(x, alt.Y("value:Q"), fill=fill)


def shares(
    times: ndarray,
    names: list[str],
    values: Float[ndarray, "state time"],
    whose: str = "worlds",
) -> alt.LayerChart:
    """Shares in each of several states, stacked over time.

    Args:
        times: Days or step numbers.
        names: Names of the states, the lowest first.
        values: Share in each, summing to one.
        whose: What has these states.

    Returns:
        The chart.
    """
    keep = thinned(len(times))
    shown, kind = moments(times[keep])
    table = pd.DataFrame(
        {
            "time": np.tile(shown, len(names)),
            "state": np.repeat(names, keep.size),
            "share": values[:, keep].ravel(),
            "order": np.repeat(np.arange(len(names)), keep.size),
        }
    )
    fills = [theme.STACK[n % len(theme.STACK)] for n in range(len(names))]
    x = time_axis(kind, times, ticks=3)
    axis = alt.Axis(format=_PERCENT, tickCount=5)
    y = alt.Y("share:Q", title=whose, axis=axis, stack=True).scale(domain=[0, 1])
    areas = alt.Chart(table).mark_area(stroke=theme.PAPER, strokeWidth=0.8)
    fill = alt.Color("state:N", legend=None).scale(domain=names, range=fills)
    labels = pd.DataFrame(
        {"state": names, "at": _spread(values[:, -1]), "time": [shown[-1]] * len(names)}
    )
    text = alt.Chart(labels).mark_text(align="left", dx=7, limit=LABELS - 8, color=theme.INK)
    return alt.LayerChart(
        layer=[
            areas.encode(x, y, fill, alt.Order("order:Q")),
            text.encode(x, alt.Y("at:Q"), alt.Text("state:N")),
        ]
    )


def _spread(last: Float[ndarray, " state"]) -> list[float]:
    """Where labels stand beside stacked areas: in the middle of each, but not on each other."""
    places = (np.cumsum(last) - 0.5 * last).tolist()
    for n in range(1, len(places)):
        places[n] = max(places[n], places[n - 1] + _LABEL_GAP)
    places[-1] = min(places[-1], 1.0)
    for n in range(len(places) - 2, -1, -1):
        places[n] = min(places[n], places[n + 1] - _LABEL_GAP)
    return places


def bins(
    margin: Float[ndarray, " draw"], holds: Bool[ndarray, " draw"]
) -> tuple[pd.DataFrame, bool]:
    """How often each size of a margin comes up, by whether the claim holds.

    Zero is an edge, and on the chart unless every margin is far from it. The outer half percent at
    either end is put into the outermost bins. Margins that take few values are counted value by
    value; what differs in the tenth digit only is one value.

    Args:
        margin: Finite margins.
        holds: Whether the claim holds.

    Returns:
        Columns `low, high, holds, fails`, the last two as shares of these worlds; and whether rows
        are single values.
    """
    size = float(np.abs(margin).max())
    if size > 0:
        rounded = np.round(margin / size, 9) * size
        margin = np.where(rounded == 0, margin, rounded)  # a sign is never rounded away
    values = np.unique(margin)
    few = values.size <= _FEW
    if few:
        place, low, high = np.searchsorted(values, margin), values, values
    else:
        edges = _edges(margin)
        low, high = edges[:-1], edges[1:]
        place = np.clip(np.searchsorted(edges, margin, side="right") - 1, 0, low.size - 1)
    table = pd.DataFrame({"low": low, "high": high}, dtype=np.float64)
    for column, chosen in (("holds", holds), ("fails", ~holds)):
        table[column] = np.bincount(place[chosen], minlength=low.size) / margin.size
    return table, few


def _edges(margin: Float[ndarray, " draw"]) -> Float[ndarray, " edge"]:
    """Edges of bins of one round width; a zero that is near is one, with a bin on either side."""
    low, high = np.quantile(margin, [0.005, 0.995]).tolist()
    if high <= low:
        low, high = float(margin.min()), float(margin.max())
    width = _round_width((high - low) / _BINS)
    first, last = math.floor(low / width), math.ceil(high / width)
    if _near_zero(low, high):
        first, last = min(first, -1), max(last, 1)
    return np.arange(first, last + 1, dtype=np.float64) * width


def _near_zero(low: float, high: float) -> bool:
    """Whether zero is no farther from an interval than twice its length, or it is one point."""
    return max(low, -high) <= 2 * (high - low) or high <= low


def histogram(table: pd.DataFrame, few: bool, unit: str) -> alt.LayerChart:
    """Margins over worlds: right of the zero line the claim holds, left of it it fails.

    Args:
        table: From `bins`.
        few: Whether its rows are single values.
        unit: Unit of the margin; may be empty.

    Returns:
        The chart.
    """
    first, last = float(table["low"].iloc[0]), float(table["high"].iloc[-1])
    half = (last - first or abs(first) or 1.0) / 40 if few else 0.0
    low, high = table["low"] - half, table["high"] + half
    parts = [
        pd.DataFrame({"low": low, "high": high, "from": floor, "to": top, "claim": name})
        for name, floor, top in (
            ("fails", 0.0, table["fails"]),
            ("holds", table["fails"], table["fails"] + table["holds"]),
        )
    ]
    long = pd.concat(parts)
    long = long[long["to"] > long["from"]]
    reach = (float(low.min()), float(high.max()))
    if _near_zero(first, last):
        reach = (min(reach[0], 0.0), max(reach[1], 0.0))
    title = f"margin, {unit}" if unit else "margin"
    tiny = 0 < max(abs(first), abs(last)) < _TINY
    axis = alt.Axis(tickCount=4 if tiny else 5, grid=False, format=".1~e" if tiny else "")
    x = alt.X("low:Q", title=title, axis=axis).scale(domain=reach, nice=False)
    y = alt.Y("from:Q", title="worlds", axis=alt.Axis(format="~%", tickCount=4, titleY=-24))
    fill = alt.Color("claim:N", legend=None).scale(
        domain=["fails", "holds"], range=[theme.EMPTY, theme.DEEP]
    )
    bars = alt.Chart(long).mark_bar(stroke=theme.PAPER, strokeWidth=0.4)
    bars = bars.encode(x, alt.X2("high:Q"), y, alt.Y2("to:Q"), fill)
    if not reach[0] <= 0 <= reach[1]:
        return alt.LayerChart(layer=[bars])
    zero = alt.Chart(_NOTHING).mark_rule(color=theme.INK, strokeWidth=1.6).encode(alt.XDatum(0))
    return alt.LayerChart(layer=[bars, zero, *_sides(reach)])


def _sides(reach: tuple[float, float]) -> list[alt.Chart]:
    """Words above the two sides of the zero line, where there is room for them."""
    low, high = reach
    room = 0.16 * (high - low)
    fails = alt.Chart(_NOTHING).mark_text(align="right", dx=-4, color=theme.INK)
    holds = alt.Chart(_NOTHING).mark_text(align="left", dx=4, color=theme.INK)
    sides = ((fails, "fails", -low), (holds, "holds", high))
    return [
        mark.encode(alt.XDatum(0), alt.YValue(-8), alt.TextValue(word))
        for mark, word, length in sides
        if length > room
    ]


def share_bars(table: pd.DataFrame, cuts: tuple[float, ...]) -> alt.LayerChart:
    """Bars of shares of worlds with 95 % intervals; rules where the word for a share changes.

    Args:
        table: Columns `claim, share, low, high, verdict`, in the order to be drawn.
        cuts: Shares at which the word changes.

    Returns:
        The chart.
    """
    order = list(table["claim"])
    claim = alt.Y("claim:N", sort=order, title=None).axis(
        labelLimit=320, labelPadding=8, labelColor=theme.INK
    )
    axis = alt.Axis(format="%", values=list(cuts), grid=False, orient="top", labelOverlap=False)
    share = alt.X("share:Q", title="share of worlds", axis=axis).scale(domain=[0, 1])
    rules = alt.Chart(pd.DataFrame({"cut": cuts})).mark_rule(color=theme.RULE, strokeWidth=1.2)
    bars = alt.Chart(table).mark_bar(color=theme.DEEP, height=11).encode(share, claim)
    halo = alt.Chart(table).mark_rule(color=theme.PAPER, strokeWidth=4)
    whisker = alt.Chart(table).mark_rule(color=theme.INK, strokeWidth=2)
    ends = (alt.X("low:Q"), alt.X2("high:Q"), claim)
    words = alt.Chart(table).mark_text(align="left", color=theme.SOFT, fontSize=theme.TEXT_SIZE)
    layers = [
        rules.encode(alt.X("cut:Q", title="share of worlds")),
        bars,
        halo.encode(*ends),
        whisker.encode(*ends),
        words.encode(claim, alt.Text("verdict:N"), alt.XValue(_VERDICT_AT)),
    ]
    return alt.LayerChart(layer=layers).properties(width=360, height=alt.Step(22))


def time_axis(kind: str, times: ndarray, ticks: int, near: int = 1) -> alt.X:
    """The axis of time: days in universal time, or numbers of steps.

    Args:
        kind: What `moments` says.
        times: From the first to the last that is shown.
        ticks: About how many.
        near: Within so many pixels of an end a label is set flush with it, or it would be cut.
    """
    if kind == "Q":
        return alt.X("time:Q", title=None, axis=alt.Axis(grid=False, tickCount=ticks))
    days = (times[-1] - times[0]) / np.timedelta64(1, "D")
    # from half a year a tick on, ticks stand where years begin
    style = "%-d %b" if days < 150 else "%b %Y" if days < 190 * ticks else "%Y"
    flush = True if near == 1 else near
    axis = alt.Axis(format=style, grid=False, tickCount=ticks, labelFlush=flush, labelOverlap=True)
    return alt.X("time:T", title=None, axis=axis).scale(type="utc")


def thinned(count: int) -> ndarray[Any, np.dtype[np.int64]]:
    """Positions to draw: all of them, or evenly spread ones with both ends."""
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_TIMES)).round().astype(np.int64))


def _frame(data: Fan) -> list[float]:
    """Lowest and highest value shown: sample worlds may leave the band by its width, not more."""
    if not np.isfinite(data.bands).all():  # every world failed
        return [0.0, 1.0]
    low, high = float(data.bands.min()), float(data.bands.max())
    width = high - low
    finite = data.paths[np.isfinite(data.paths)]
    if finite.size:
        low = max(min(low, float(finite.min())), low - width) if width else float(finite.min())
        high = min(max(high, float(finite.max())), high + width) if width else float(finite.max())
    seen = [value for _, value, _ in data.records]
    low, high = min([low, *seen]), max([high, *seen])
    room = 0.03 * (high - low) or max(0.05 * abs(high), 0.05)
    return [low - room, high + room]


def _round_width(width: float) -> float:
    """The next larger of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(width))
    return float(power * next(step for step in (1, 2, 2.5, 5, 10) if step * power >= width * 0.999))
