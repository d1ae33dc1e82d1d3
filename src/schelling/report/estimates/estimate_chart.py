"""Predicted probabilities with their bands, as a picture: one panel an outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from schelling.errors import RunError, printable
from schelling.report.charts import chart_svg, theme, world_charts
from schelling.report.charts.chart_svg import Picture
from schelling.study.estimating.fitted import Estimation, PredictedEnds

MOST_PANELS = 8
"""Outcomes that are drawn; the table has them all."""
_WIDTH, _HEIGHT = 200, 150


def check(path: Path, column: str) -> None:
    """Refuse a picture that cannot be made.

    Raises:
        RunError: The file has another ending, or nothing is predicted along a column.
    """
    if path.suffix.lower() != ".svg":
        msg = f"--chart writes .svg, not '{path.name}'"
        raise RunError(msg)
    if not column:
        msg = "--chart draws predictions along a column: say which by --vary COLUMN"
        raise RunError(msg)


def write(estimate: Estimation, path: Path) -> None:
    """Write the picture to a file.

    Args:
        estimate: A result with a prediction.
        path: The file.

    Raises:
        RunError: The file cannot be written.
    """
    try:
        path.write_text(draw(estimate).svg, encoding="utf-8")
    except OSError as error:
        msg = f"the chart cannot be written: {error.strerror}: {path}"
        raise RunError(msg) from error


def draw(estimate: Estimation) -> Picture:
    """Predicted probabilities with their bands.

    Args:
        estimate: A result with a prediction.

    Returns:
        The picture.

    Raises:
        RunError: Nothing was predicted.
    """
    fitted = estimate.fitted
    found = fitted.prediction
    if found is None:
        msg = "nothing was predicted, so there is nothing to draw"
        raise RunError(msg)
    own = fitted.bound.names.own
    names = [printable(name) for name in own[:MOST_PANELS]]
    panels = [_panel(found, k, name) for k, name in enumerate(names)]
    joined: Any = alt.ConcatChart(concat=panels, columns=2, spacing=24)
    game = printable(fitted.bound.game.name)
    title = f"{game}: prediction along {printable(found.column)}"
    held = ", ".join(f"{printable(name)} = {value}" for name, value in found.held)
    under = f"{100 * found.level:.4g} % bands" + (f"; held: {held}" if held else "")
    if len(own) > len(names):
        under += f"; {len(names)} of {len(own):,} outcomes"
    words = alt.TitleParams(title, subtitle=under, anchor="start")
    chart = world_charts.styled(joined.properties(title=words))
    seen = "; ".join(
        f"{name} {found.chance[0][k]:.1%} to {found.chance[-1][k]:.1%}"
        for k, name in enumerate(names)
    )
    return chart_svg.draw(chart, "estimate", title, f"From the first value to the last: {seen}.")


def _panel(found: PredictedEnds, end: int, name: str) -> alt.LayerChart:
    """One outcome: a line with its band over numbers, points with bars over words."""
    numbers = _numbers(found.values)
    table = pd.DataFrame(
        {
            "x": list(found.values) if numbers is None else numbers,
            "p": found.chance[:, end],
            "low": found.low[:, end],
            "high": found.high[:, end],
        }
    )
    kind = "N" if numbers is None else "Q"
    x = alt.X(f"x:{kind}", title=printable(found.column), scale=alt.Scale(zero=False))
    if numbers is None:
        x = alt.X("x:N", title=printable(found.column), axis=alt.Axis(labelAngle=0))
    axis = alt.Axis(format="%", tickCount=5)
    y = alt.Y("low:Q", title="share", axis=axis, scale=alt.Scale(domain=[0, 1]))
    chart = alt.Chart(table)
    if numbers is None:
        band = chart.mark_rule(color=theme.MIDDLE, strokeWidth=3)
        line = chart.mark_point(color=theme.INK, filled=True, size=50)
    else:
        band = chart.mark_area(color=theme.PALE)
        line = chart.mark_line(color=theme.INK, strokeWidth=2.2)
    layers = [band.encode(x, y, alt.Y2("high:Q")), line.encode(x, alt.Y("p:Q"))]
    return alt.LayerChart(layer=layers, width=_WIDTH, height=_HEIGHT, title=name)


def _numbers(values: tuple[str, ...]) -> list[float] | None:
    try:
        return [float(value) for value in values]
    except ValueError:
        return None
