"""Charts of numbers over worlds, as Altair objects: histogram, fan, stacked shares, share bars.

Every function takes the numbers it draws and returns a chart whose data are inside it. Days are
written as days, so that no time zone moves them. Knows no cases and no runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.report import theme

SIZE = (292, 168)
_PADDING = {"left": 46, "right": 12, "top": 26, "bottom": 40}
_BINS = 36
_FEW = 12
_MOST_TIMES = 160
_PERCENT = ".0%"


@dataclass(frozen=True)
class Fan:
    """What a fan is drawn from; times are days or step numbers.

    Attributes:
        times: Where the values stand.
        bands: Quantiles 5, 25, 50, 75 and 95 %, one row each.
        paths: Sample worlds, one row each.
        unit: Unit of the values; may be empty.
    """

    times: ndarray
    bands: Float[ndarray, "quantile time"]
    paths: Float[ndarray, "world time"]
    unit: str


def framed(chart: alt.TopLevelMixin) -> Any:
    """A chart at the report's size, its frame independent of the fonts of the machine."""
    small = chart.properties(width=SIZE[0], height=SIZE[1], padding=_PADDING)  # pyright: ignore
    return styled(small).configure_view(stroke=None).properties(autosize="none")


def styled(chart: Any) -> Any:
    """A chart with the project's colours and type."""
    finished = chart.copy(deep=False)
    finished.config = theme.config()
    return finished


def fan(data: Fan) -> alt.LayerChart:
    """Bands of 50 and 90 % of worlds over time, their median, and sample worlds as thin lines.

    Args:
        data: Quantiles and sample paths.

    Returns:
        The chart.
    """
    keep = _thinned(len(data.times))
    times, kind = _times(data.times[keep])
    low, lower, middle, upper, high = data.bands[:, keep]
    band = pd.DataFrame(
        {"time": times, "q05": low, "q25": lower, "q50": middle, "q75": upper, "q95": high}
    )
    frame = _frame(data)
    y = alt.Y("q05:Q", title=data.unit or "value", scale=alt.Scale(domain=frame, nice=False))
    x = alt.X(f"time:{kind}", title=None if kind == "T" else "step", axis=_time_axis(data.times))
    if kind == "T":
        x = x.scale(type="utc")
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
    return alt.layer(wide, half, threads, median.encode(x, alt.Y("q50:Q")))


def shares(times: ndarray, names: list[str], values: Float[ndarray, "phase time"]) -> alt.Chart:
    """Shares of worlds in each of several phases, stacked over time.

    Args:
        times: Days or step numbers.
        names: Names of the phases, the lowest first.
        values: Share of worlds in each, summing to one.

    Returns:
        The chart.
    """
    keep = _thinned(len(times))
    shown, kind = _times(times[keep])
    table = pd.DataFrame(
        {
            "time": np.tile(shown, len(names)),
            "phase": np.repeat(names, keep.size),
            "share": values[:, keep].ravel(),
            "order": np.repeat(np.arange(len(names)), keep.size),
        }
    )
    fills = [theme.STACK[n % len(theme.STACK)] for n in range(len(names))]
    x = alt.X(f"time:{kind}", title=None if kind == "T" else "step", axis=_time_axis(times))
    if kind == "T":
        x = x.scale(type="utc")
    return (
        alt.Chart(table)
        .mark_area(stroke=theme.PAPER, strokeWidth=0.8)
        .encode(
            x,
            alt.Y("share:Q", title="worlds", axis=alt.Axis(format=_PERCENT, tickCount=5)).scale(
                domain=[0, 1]
            ),
            alt.Color("phase:N", title=None, sort=names).scale(domain=names, range=fills),
            alt.Order("order:Q"),
        )
    )


def bins(
    margin: Float[ndarray, " draw"], holds: Bool[ndarray, " draw"]
) -> tuple[pd.DataFrame, bool]:
    """How often each size of a margin comes up, by whether the claim holds.

    Zero is an edge. The outer half percent at either end is put into the outermost bins. Margins
    that take few values are counted value by value.

    Args:
        margin: Finite margins.
        holds: Whether the claim holds.

    Returns:
        Columns `low, high, holds, fails`, the last two as shares of these worlds; and whether rows
        are single values.
    """
    values = np.unique(margin)
    few = values.size <= _FEW
    if few:
        place, low, high = np.searchsorted(values, margin), values, values
    else:
        ends = np.quantile(margin, [0.005, 0.995])
        width = _round_width((ends[1] - ends[0]) / _BINS)
        first, last = np.floor(ends[0] / width), max(np.ceil(ends[1] / width), 1.0)
        low = np.arange(min(first, -1.0), last) * width
        high = low + width
        place = np.clip(np.floor(margin / width) - low[0] / width, 0, low.size - 1)
        place = np.round(place).astype(np.int64)
    counts = [np.bincount(place[chosen], minlength=low.size) for chosen in (holds, ~holds)]
    table = pd.DataFrame({"low": low, "high": high}, dtype=np.float64)
    table["holds"], table["fails"] = (count / margin.size for count in counts)
    return table, few


def histogram(table: pd.DataFrame, few: bool, unit: str) -> alt.LayerChart:
    """Margins over worlds: right of the zero line the claim holds, left of it it fails.

    Args:
        table: From `bins`.
        few: Whether its rows are single values.
        unit: Unit of the margin; may be empty.

    Returns:
        The chart.
    """
    long = table.melt(["low", "high"], ["fails", "holds"], "claim", "share")
    long = long[long["share"] > 0].copy()
    if few:
        span = float(table["high"].iloc[-1] - table["low"].iloc[0]) or 1.0
        long["low"], long["high"] = long["low"] - span / 40, long["high"] + span / 40
    title = f"margin, {unit}" if unit else "margin"
    reach = [min(float(long["low"].min()), 0.0), max(float(long["high"].max()), 0.0)]
    x = alt.X("low:Q", title=title, axis=alt.Axis(tickCount=5)).scale(domain=reach, nice=False)
    bars = (
        alt.Chart(long)
        .mark_bar(stroke=theme.PAPER, strokeWidth=0.4)
        .encode(
            x,
            alt.X2("high:Q"),
            alt.Y("share:Q", title="worlds", axis=alt.Axis(format="~%", tickCount=4)),
            alt.Color("claim:N", title=None, sort=["fails", "holds"]).scale(
                domain=["fails", "holds"], range=[theme.EMPTY, theme.DEEP]
            ),
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=theme.INK, strokeWidth=1.6)
    return alt.layer(bars, zero.encode(alt.X("zero:Q")))


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
        labelLimit=320, titleAlign="left", labelColor=theme.INK
    )
    axis = alt.Axis(format="%", values=[0, *cuts, 1], grid=False, orient="top")
    share = alt.X("share:Q", title="share of worlds", axis=axis).scale(domain=[0, 1])
    rules = alt.Chart(pd.DataFrame({"cut": cuts})).mark_rule(color=theme.RULE, strokeWidth=1.2)
    bars = alt.Chart(table).mark_bar(color=theme.DEEP, height=11).encode(share, claim)
    halo = alt.Chart(table).mark_rule(color=theme.PAPER, strokeWidth=4)
    whisker = alt.Chart(table).mark_rule(color=theme.INK, strokeWidth=2)
    ends = (alt.X("low:Q"), alt.X2("high:Q"), claim)
    words = alt.Chart(table).mark_text(align="left", color=theme.SOFT, fontSize=theme.TEXT_SIZE)
    return alt.layer(
        rules.encode(alt.X("cut:Q", title="share of worlds")),
        bars,
        halo.encode(*ends),
        whisker.encode(*ends),
        words.encode(alt.value(_VERDICT_AT), claim, alt.Text("verdict:N")),
    ).properties(width=360, height=alt.Step(22))


_VERDICT_AT = 370


def _times(times: ndarray) -> tuple[list[Any], str]:
    if np.issubdtype(times.dtype, np.datetime64):
        return np.datetime_as_string(times, unit="D").tolist(), "T"
    return times.tolist(), "Q"


def _time_axis(times: ndarray) -> alt.Axis:
    if not np.issubdtype(times.dtype, np.datetime64):
        return alt.Axis(grid=False, tickCount=5)
    days = (times[-1] - times[0]) / np.timedelta64(1, "D")
    style = "%b %Y" if days < 1500 else "%Y"
    return alt.Axis(format=style, grid=False, tickCount=4, labelFlush=True, labelOverlap=True)


def _thinned(count: int) -> ndarray[Any, np.dtype[np.int64]]:
    """Positions to draw: all of them, or evenly spread ones with both ends."""
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_TIMES)).round().astype(np.int64))


def _frame(data: Fan) -> list[float]:
    """Lowest and highest value shown: sample worlds may leave the band by its width, not more."""
    low, high = float(np.nanmin(data.bands)), float(np.nanmax(data.bands))
    width = high - low
    finite = data.paths[np.isfinite(data.paths)]
    if finite.size:
        low = max(min(low, float(finite.min())), low - width) if width else float(finite.min())
        high = min(max(high, float(finite.max())), high + width) if width else float(finite.max())
    room = 0.03 * (high - low) or max(0.05 * abs(high), 0.05)
    return [low - room, high + room]


def _round_width(width: float) -> float:
    """The next larger of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(width))
    return float(power * next(step for step in (1, 2, 2.5, 5, 10) if step * power >= width * 0.999))
