"""Agents of one world at a few steps as SVG text: a network, or the cells of a lattice.

Panels stand beside or below each other, with one key to the classes. No script, no style sheet, no
foreign request; every label is escaped. Knows no cases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from markupsafe import Markup, escape
from numpy import ndarray

from schelling.report.charts import theme
from schelling.report.charts.svg_number import px
from schelling.report.charts.text_width import pinned, text_width
from schelling.report.populations.classes import Classes

BROAD, NARROW = 704.0, 308.0
"""Widths of a picture, in pixels."""

_GAP, _LINE, _SWATCH = 16.0, 18.0, 11.0
_MARGIN = 7.0
_Draw = Callable[[int, float, float, float], list[str]]


@dataclass(frozen=True)
class Panels:
    """What the pictures at several steps are drawn from.

    Attributes:
        classes: Of the agents.
        steps: Which steps are shown.
        captions: What stands above each.
        title: Of the picture; read out by screen readers.
        description: What is to be seen, in a sentence or two.
    """

    classes: Classes
    steps: Sequence[int]
    captions: Sequence[str]
    title: str
    description: str


def network(
    shown: Panels,
    places: Float[ndarray, "agent two"],
    ties: Int[ndarray, "tie two"],
    mark: str,
    width: float = BROAD,
) -> Markup:
    """Agents as dots and ties as lines.

    Args:
        shown: What is shown.
        places: Of the agents, within a unit square.
        ties: Positions of the two of every tie.
        mark: What ids begin with; no other picture of a page may have the same.
        width: `BROAD` or `NARROW`.
    """

    def draw(step: int, left: float, top: float, side: float) -> list[str]:
        size = min(7.0, 0.36 * side / len(places) ** 0.5, 1.7 * side / len(places))
        at = np.round(_MARGIN + places * (side - 2 * _MARGIN) + [left, top], 1)
        lines = "".join(f"M{_two(at[one])}L{_two(at[other])}" for one, other in ties.tolist())
        ground = f'stroke="{theme.SOFT}" stroke-width="0.7" opacity="0.45"'
        dots = "".join(f"M{_two(here)}h0" for here in at)
        edge = f'stroke="{theme.SOFT}" stroke-width="{px(size + 1.4)}" stroke-linecap="round"'
        parts = [f'<path d="{lines}" fill="none" {ground}/>'] if lines else []
        parts.append(f'<path d="{dots}" {edge}/>')
        for number, fill in ((-1, theme.PAPER), *enumerate(shown.classes.fills)):
            here = at[shown.classes.place[step] == number]
            if len(here):
                path = "".join(f"M{_two(one)}h0" for one in here)
                look = f'stroke="{fill}" stroke-width="{px(size)}" stroke-linecap="round"'
                parts.append(f'<path d="{path}" {look}/>')
        return parts

    return _picture(shown, draw, 1.0, mark, width)


def cells(shown: Panels, rows: int, mark: str, width: float = BROAD) -> Markup:
    """Agents as the cells of a lattice, row by row.

    Args:
        shown: What is shown.
        rows: Of the lattice.
        mark: What ids begin with; no other picture of a page may have the same.
        width: `BROAD` or `NARROW`.
    """
    columns = shown.classes.place.shape[1] // rows

    def draw(step: int, left: float, top: float, side: float) -> list[str]:
        one = side / max(rows, columns)
        one = float(int(one)) if one >= 1 else one  # whole pixels leave no seams
        grid = shown.classes.place[step].reshape(rows, columns)
        frame = f'width="{px(one * columns)}" height="{px(one * rows)}"'
        place = f'x="{px(left)}" y="{px(top)}"'
        parts = [f'<rect {place} {frame} fill="{theme.PAPER}" stroke="{theme.SOFT}"/>']
        for number, fill in enumerate(shown.classes.fills):
            path = _runs(grid == number, one, left, top)
            if path:
                look = f'stroke="{fill}" stroke-width="{px(one)}"'
                parts.append(f'<path d="{path}" {look} shape-rendering="crispEdges"/>')
        return parts

    return _picture(shown, draw, rows / max(rows, columns), mark, width)


def _runs(here: ndarray, one: float, left: float, top: float) -> str:
    """A line through every stretch of cells of a class that lie beside each other in a row."""
    padded = np.pad(here, ((0, 0), (1, 1))).astype(np.int8)
    turns = np.diff(padded, axis=1)
    row, begin = np.nonzero(turns == 1)
    _, end = np.nonzero(turns == -1)
    return "".join(
        f"M{px(left + one * b)} {px(top + one * (r + 0.5))}h{px(one * (e - b))}"
        for r, b, e in zip(row.tolist(), begin.tolist(), end.tolist(), strict=True)
    )


def _picture(shown: Panels, draw: _Draw, tall: float, mark: str, width: float) -> Markup:
    key, top = _key(shown.classes, width)
    beside = len(shown.steps) if width == BROAD else 1
    side = (width - _GAP * (beside - 1)) / max(beside, 3 if width == BROAD else 1)
    height = _LINE + side * tall + _GAP
    parts: list[str] = []
    for number, (step, caption) in enumerate(zip(shown.steps, shown.captions, strict=True)):
        left = (number % beside) * (side + _GAP)
        above = top + (number // beside) * height
        parts.append(f'<text x="{px(left)}" y="{px(above + 12)}">{escape(caption)}</text>')
        parts += draw(step, left, above + _LINE, side)
    whole = top + height * -(-len(shown.steps) // beside) - _GAP + 1
    names = f'aria-labelledby="{mark}-title {mark}-desc"'
    size = f'viewBox="0 0 {px(width)} {px(whole)}" width="{px(width)}" height="{px(whole)}"'
    text = f'font-family="{theme.FONT}" font-size="{theme.TEXT_SIZE}" fill="{theme.INK}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" {size} {names} {text}>',
        f'<title id="{mark}-title">{escape(shown.title)}</title>',
        f'<desc id="{mark}-desc">{escape(shown.description)}</desc>',
        *key,
        *parts,
        "</svg>",
    ]
    return Markup(pinned("".join(lines)))


def _key(classes: Classes, width: float) -> tuple[list[str], float]:
    """The name of every class beside its fill, in as many lines as they need; and their height."""
    parts: list[str] = []
    left, line = 0.0, 0
    for name, fill in zip(classes.names, classes.fills, strict=True):
        room = _SWATCH + 6 + text_width(name, theme.TEXT_SIZE) + 18
        if left and left + room - 18 > width:
            left, line = 0.0, line + 1
        y = _LINE * line
        look = f'fill="{fill}" stroke="{theme.SOFT}" stroke-width="0.8"'
        parts.append(
            f'<rect x="{px(left + 0.5)}" y="{px(y + 1)}" width="{px(_SWATCH)}" '
            f'height="{px(_SWATCH)}" {look}/>'
            f'<text x="{px(left + _SWATCH + 6)}" y="{px(y + 11)}">{escape(name)}</text>'
        )
        left += room
    return parts, _LINE * (line + 1) + 8


def _two(place: ndarray) -> str:
    return f"{px(float(place[0]))} {px(float(place[1]))}"
