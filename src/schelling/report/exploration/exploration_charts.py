"""Charts of an exploration, as Altair objects: indices, boxes, trade-offs, tipping points, maps.

Every function takes the numbers it draws and returns a chart whose data are inside it. Knows no
cases and no explorations.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.report.charts import theme, world_charts
from schelling.report.charts.densities import Density
from schelling.report.words.numerals import percent_number

_NAMES, _NUMBERS = 150, 46
_ROW = 24
_NEAR_EDGE = 20  # pixels: nearer to the end of an axis, a number is not centred on its tick
_NOTHING = alt.InlineData(values=[{}])
_TALL = 168
_LABEL_GAP = 0.085
_Side = Literal["left", "right"]
_DASHES = [[1, 0], [7, 3], [2, 2], [1, 0], [9, 3, 2, 3]]


def indices(table: pd.DataFrame, title: str) -> Any:
    """Total and first-order index of every input, with 95 % intervals.

    Args:
        table: Columns `input, total, low, high, alone`, in the order to be drawn; `alone` may be
            NaN.
        title: What the filled dot is.

    Returns:
        The chart.
    """
    order = list(table["input"])
    y = alt.Y("input:N", sort=order, title=None).axis(labelLimit=_NAMES - 12, labelPadding=6)
    top = max(1.0, float(table["high"].max()))
    axis = alt.Axis(tickCount=5, titleAnchor="end")  # it is wider than the frame
    x = alt.X("total:Q", title=title, axis=axis).scale(domain=[0, top])
    base = alt.Chart(table)
    bar = base.mark_rule(color=theme.INK, strokeWidth=1.6, clip=True)
    bar = bar.encode(alt.X("low:Q", title=title), alt.X2("high:Q"), y)
    dot = base.mark_point(filled=True, size=70, color=theme.DEEP, opacity=1).encode(x, y)
    alone = base.transform_filter("isValid(datum.alone)")
    ring = alone.mark_point(filled=False, size=70, color=theme.WARM, strokeWidth=1.8, clip=True)
    ring = ring.encode(alt.X("alone:Q"), y)
    chart = alt.LayerChart(layer=[bar, dot, ring])
    return _sized(chart, _NAMES, _ROW * len(order), below=42)


def over_time(times: ndarray, names: Sequence[str], values: Float[ndarray, "input time"]) -> Any:
    """Total index of some inputs over time, each line named at its end.

    Args:
        times: Days or step numbers.
        names: Names of the inputs, the most important first.
        values: Their indices; steps where nothing varies are zero.

    Returns:
        The chart.
    """
    shown, kind = world_charts.moments(times)
    order = [str(name) for name in names]
    table = pd.DataFrame(
        {
            "time": np.tile(shown, len(order)),
            "input": np.repeat(order, len(shown)),
            "index": values.ravel(),
        }
    )
    x = alt.X(f"time:{kind}", title=None, axis=alt.Axis(grid=False, tickCount=3))
    x = x.scale(type="utc") if kind == "T" else x
    y = alt.Y("index:Q", title="share", axis=alt.Axis(tickCount=5)).scale(domain=[0, 1.05])
    shades = [theme.INK, theme.DEEP, theme.WARM, theme.MIDDLE, theme.SOFT][: len(order)]
    colour = alt.Color("input:N", legend=None).scale(domain=order, range=shades)
    dash = alt.StrokeDash("input:N", legend=None).scale(domain=order, range=_DASHES[: len(order)])
    lines = alt.Chart(table).mark_line(strokeWidth=2, clip=True).encode(x, y, colour, dash)
    ranked: Int[ndarray, " input"] = np.argsort(-values[:, -1], kind="stable")
    places = values[ranked, -1]
    for n in range(1, len(places)):  # labels one below the other, not on each other
        places[n] = min(places[n], places[n - 1] - _LABEL_GAP)
    ends = pd.DataFrame(
        {
            "time": [shown[-1]] * len(order),
            "input": [order[int(n)] for n in ranked],
            "index": places,
        }
    )
    text = alt.Chart(ends).mark_text(align="left", dx=6, limit=_NAMES - 24, color=theme.INK)
    layers = [lines, text.encode(x, y, alt.Text("input:N"))]
    wide = world_charts.SIZE[0] - _NAMES + 12
    chart = _sized(alt.LayerChart(layer=layers), _NUMBERS, _TALL, below=30, width=wide)
    return chart.properties(padding={"left": _NUMBERS, "right": _NAMES, "top": 26, "bottom": 30})


def box(table: pd.DataFrame) -> Any:
    """A box: for every restricted assumption the part of its range that is in the box.

    Args:
        table: Columns `label, low, high, words`; `low` and `high` from 0 to 1 of its range.

    Returns:
        The chart.
    """
    order = list(table["label"])
    y = alt.Y("label:N", sort=order, title=None).axis(labelLimit=_NAMES - 12, labelPadding=6)
    x = alt.X("low:Q", title="of its central 99 %", axis=alt.Axis(format="%", tickCount=3))
    whole = pd.DataFrame({"label": order, "low": 0.0, "high": 1.0})
    pale = alt.Chart(whole).mark_bar(color=theme.PALE, height=12)
    dark = alt.Chart(table).mark_bar(color=theme.DEEP, height=12)
    words = alt.Chart(table).mark_text(align="left", dy=-13, color=theme.SOFT)
    layers = [
        pale.encode(x.scale(domain=[0, 1]), alt.X2("high:Q"), y),
        dark.encode(x.scale(domain=[0, 1]), alt.X2("high:Q"), y),
        words.encode(alt.XValue(0), y, alt.Text("words:N")),
    ]
    return _sized(alt.LayerChart(layer=layers), _NAMES, 36 * len(order), below=42)


def tradeoff(curve: pd.DataFrame, chosen: tuple[float, float]) -> Any:
    """Coverage and density along a peeling; the number of restrictions as the size of the dot.

    Args:
        curve: Columns `coverage, density, dimensions`.
        chosen: Coverage and density of the box described.

    Returns:
        The chart.
    """
    scale = alt.Scale(domain=[0, 1.02], nice=False)
    x = alt.X("coverage:Q", title="coverage", axis=alt.Axis(format="%", tickCount=5), scale=scale)
    y = alt.Y("density:Q", title="density", axis=alt.Axis(format="%", tickCount=5), scale=scale)
    size = alt.Size("dimensions:Q", legend=None).scale(domain=[0, 6], range=[18, 150], clamp=True)
    dots = alt.Chart(curve).mark_point(filled=True, color=theme.MIDDLE, stroke=theme.INK)
    dots = dots.encode(x, y, size).properties()
    at = pd.DataFrame({"coverage": [chosen[0]], "density": [chosen[1]]})
    ring = alt.Chart(at).mark_point(size=260, color=theme.WARM, strokeWidth=2.2, filled=False)
    return _sized(alt.LayerChart(layer=[dots, ring.encode(x, y)]), _NUMBERS, _TALL, below=42)


def tipping(curve: Density, start: float, end: float, unit: str, name: str) -> Any:
    """Where an assumption tips a claim, on the density of its prior.

    Args:
        curve: The density.
        start: The value at the start.
        end: The value at which the claim has flipped.
        unit: Unit of both; may be empty.
        name: Name of the assumption.

    Returns:
        The chart.
    """

    def at(value: float) -> float:
        return float(np.log10(value)) if curve.logarithmic else value

    table = pd.DataFrame({"at": curve.at, "height": curve.height})
    title = f"{name}, {unit}" if unit else name
    expression = "format(pow(10, datum.value), '.2~g')" if curve.logarithmic else "datum.label"
    axis = alt.Axis(tickCount=4, grid=False, labelExpr=expression)
    x = alt.X("at:Q", title=title, axis=axis, scale=alt.Scale(nice=False, zero=False))
    y = alt.Y("height:Q", axis=None).scale(domain=[0, 1.25])
    if curve.points:
        shape = alt.Chart(table).mark_bar(color=theme.MIDDLE, width=8).encode(x, y)
    else:
        shape = alt.Chart(table).mark_area(color=theme.PALE, line={"color": theme.MIDDLE})
        shape = shape.encode(x, y)
    sides = _sides(at(start), at(end), (float(curve.at.min()), float(curve.at.max())))
    row = 13 if sides[0] == sides[1] else 0
    rules = [
        *_marked(at(start), "start", theme.INK, [4, 3], sides[0], 7),
        *_marked(at(end), "flips", theme.WARM, [1, 0], sides[1], 7 + row),
    ]
    return _sized(alt.LayerChart(layer=[shape, *rules]), _NUMBERS, 110, below=42)


def _marked(
    place: float, word: str, colour: str, dash: list[float], side: _Side, height: float
) -> list[alt.Chart]:
    """An upright line and a word beside it."""
    line = alt.Chart(_NOTHING).mark_rule(color=colour, strokeWidth=2, strokeDash=dash)
    text = alt.Chart(_NOTHING).mark_text(color=colour, align=side, dx=5 if side == "left" else -5)
    return [
        line.encode(alt.XDatum(place)),
        text.encode(alt.XDatum(place), alt.YValue(height), alt.TextValue(word)),
    ]


def _sides(one: float, two: float, frame: tuple[float, float]) -> tuple[_Side, _Side]:
    """How two words beside two lines are aligned: away from each other, but inside the frame."""
    room = 0.16 * (frame[1] - frame[0])
    lower: _Side = "right" if min(one, two) - frame[0] > room else "left"
    upper: _Side = "left" if frame[1] - max(one, two) > room else "right"
    return (lower, upper) if one < two else (upper, lower)


def tipping_map(
    states: Int[ndarray, "row column"],
    levels: tuple[Float[ndarray, " row"], Float[ndarray, " column"]],
    ticks: tuple[Sequence[tuple[float, str]], Sequence[tuple[float, str]]],
    names: tuple[str, str],
    start: tuple[float, float],
) -> Any:
    """A claim over two assumptions: dark where it holds, pale where it fails, white if unknown.

    Args:
        states: 1 where the claim holds, 0 where it fails, 2 where it has no truth value.
        levels: Quantile levels of rows and of columns.
        ticks: For the rows and for the columns, levels and what is written there.
        names: Names of the assumptions of the rows and of the columns.
        start: Levels at the start.

    Returns:
        The chart.
    """
    rows, columns = (_edges(axis) for axis in levels)
    runs: list[dict[str, Any]] = []
    kinds = ("fails", "holds", "no truth value")
    for row in range(states.shape[0]):
        cut = [0, *(np.flatnonzero(np.diff(states[row])) + 1).tolist(), states.shape[1]]
        runs += [
            {
                "low": columns[first],
                "high": columns[last],
                "bottom": rows[row],
                "top": rows[row + 1],
                "claim": kinds[int(states[row, first])],
            }
            for first, last in itertools.pairwise(cut)
        ]
    x = alt.X("low:Q", title=names[1], axis=_ticked(ticks[1])).scale(domain=[0, 1], nice=False)
    y = alt.Y("bottom:Q", title=names[0], axis=_ticked(ticks[0])).scale(domain=[0, 1], nice=False)
    fill = alt.Color("claim:N", legend=None).scale(
        domain=list(kinds), range=[theme.EMPTY, theme.DEEP, theme.PAPER]
    )
    cells = alt.Chart(pd.DataFrame(runs)).mark_rect()
    cells = cells.encode(x, alt.X2("high:Q"), y, alt.Y2("top:Q"), fill)
    at = pd.DataFrame({"low": [start[1]], "bottom": [start[0]]})
    halo = alt.Chart(at).mark_point(shape="cross", size=130, filled=True, color=theme.PAPER)
    mark = alt.Chart(at).mark_point(shape="cross", size=60, filled=True, color=theme.WARM)
    layers = [cells, halo.encode(x, y), mark.encode(x, y)]
    return _sized(alt.LayerChart(layer=layers), 70, 200, below=42)


def matrix(pairs: Float[ndarray, "claim claim"], names: Sequence[str]) -> Any:
    """Share of worlds in which two claims both hold, for every two of them.

    Args:
        pairs: The shares; single shares on the diagonal.
        names: Names of the claims.

    Returns:
        The chart; columns are numbered like the rows.
    """
    count = len(names)
    labels = [f"{n + 1} {name}" for n, name in enumerate(names)]
    table = pd.DataFrame(
        {
            "row": np.repeat(labels, count),
            "column": np.tile([str(n + 1) for n in range(count)], count),
            "share": pairs.ravel(),
        }
    ).dropna()
    table["words"] = [percent_number(share) for share in table["share"]]
    x = alt.X("column:N", sort=[str(n + 1) for n in range(count)], title=None)
    x = x.axis(orient="top", labelAngle=0)
    y = alt.Y("row:N", sort=labels, title=None).axis(labelLimit=226, labelPadding=6)
    fill = alt.Color("share:Q", legend=None).scale(domain=[0, 1], range=[theme.PAPER, theme.MIDDLE])
    cells = alt.Chart(table).mark_rect(stroke=theme.RULE).encode(x, y, fill)
    text = alt.Chart(table).mark_text(fontSize=theme.TEXT_SIZE, color=theme.INK)
    both = alt.LayerChart(layer=[cells, text.encode(x, y, alt.Text("words:N"))])
    side = 25 * count
    return _sized(both, 236, side, width=side, above=24, below=8)


def heat_map(table: pd.DataFrame, claims: Sequence[str], inputs: Sequence[str]) -> Any:
    """How much of every claim each input decides, as shades with numbers.

    Args:
        table: Columns `claim, input, index`, one row a cell that is known; `index` from 0 to 1.
        claims: The rows, from the top.
        inputs: The columns, from the left.

    Returns:
        The chart.
    """
    shown = table.assign(words=[f"{100 * index:.0f}" for index in table["index"]])
    x = alt.X("input:N", title=None).scale(domain=list(inputs)).axis(orient="top", labelAngle=0)
    y = alt.Y("claim:N", title=None).scale(domain=list(claims))
    y = y.axis(labelLimit=226, labelPadding=6)
    fill = alt.Color("index:Q", legend=None).scale(domain=[0, 1], range=[theme.PAPER, theme.MIDDLE])
    cells = alt.Chart(shown).mark_rect(stroke=theme.RULE).encode(x, y, fill)
    text = alt.Chart(shown).mark_text(fontSize=theme.TEXT_SIZE, color=theme.INK)
    both = alt.LayerChart(layer=[cells, text.encode(x, y, alt.Text("words:N"))])
    wide, tall = 28 * len(inputs), _ROW * len(claims)
    return _sized(both, 236, tall, width=wide, above=24, below=8)


def _sized(
    chart: Any, left: int, height: int, *, below: int, above: int = 26, width: int | None = None
) -> Any:
    """A chart whose frame does not depend on the fonts of the machine."""
    wide = width if width is not None else world_charts.SIZE[0] + _NUMBERS - left
    padding = {"left": left, "right": 12, "top": above, "bottom": below}
    small = chart.properties(width=wide, height=height, padding=padding)
    return world_charts.styled(small).properties(autosize="none")


def _edges(levels: Float[ndarray, " level"]) -> Float[ndarray, " edge"]:
    middle = (levels[1:] + levels[:-1]) / 2
    return np.concatenate([[0.0], middle, [1.0]])


def _ticked(ticks: Sequence[tuple[float, str]]) -> alt.Axis:
    """An axis with values written at some levels."""
    chain = "''"
    for level, word in reversed(ticks):
        chain = f"abs(datum.value - {level}) < 1e-6 ? '{word}' : {chain}"
    return alt.Axis(
        values=[level for level, _ in ticks],
        labelExpr=chain,
        grid=False,
        labelFlush=_NEAR_EDGE,  # a long number at 95 % would stand out over the edge
    )
