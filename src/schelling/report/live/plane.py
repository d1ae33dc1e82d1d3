"""A tipping map: the share of worlds in which a claim holds, over the plane of two assumptions.

Nothing is computed anew: the worlds of a run are sorted into cells of about equal size by the
values that the two assumptions have in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int
from markupsafe import Markup
from numpy import ndarray

from schelling.report.charts import theme
from schelling.report.page.figure import Figure, Table
from schelling.report.words.numerals import general, percent
from schelling.study.runs.results import Run

CELLS: Final = 7
"""Cells along each side."""

FEW: Final = 20
"""Worlds of a cell below which no share is told."""

_WIDE, _HIGH, _LEFT, _BELOW, _TOP = 62.0, 34.0, 78.0, 46.0, 22.0
_TEXT = 12


@dataclass(frozen=True)
class Plane:
    """A claim over the plane of two assumptions.

    Attributes:
        claim: The claim.
        across: The assumption that grows to the right.
        upward: The one that grows upwards.
        edges: Bounds of the cells, of both.
        values: Of each that has few values, the value that every cell stands for; else empty.
        shares: Share of the worlds of each cell in which the claim holds; NaN where too few.
        worlds: How many worlds each cell has that ask the claim and have a number.
        levers: Levers that reach the claim and lie along neither side: cells are over their
            options, as they are drawn.
    """

    claim: str
    across: str
    upward: str
    edges: tuple[Float[ndarray, " right"], Float[ndarray, " top"]]
    values: tuple[Float[ndarray, " few"], Float[ndarray, " few_up"]]
    shares: Float[ndarray, "up across"]
    worlds: Int[ndarray, "up across"]
    levers: tuple[str, ...] = ()


def plane(run: Run, claim: str, across: str = "", upward: str = "") -> Plane:
    """Sort the worlds of a run into the cells of a plane.

    Args:
        run: The run.
        claim: One of its claims.
        across: An assumption; the one most associated with the claim when empty.
        upward: Another; the next most associated when empty.

    Raises:
        ValueError: There is no such claim or assumption, or no two different ones.
    """
    known = run.manifest
    if claim not in known.claims:
        message = "there is no such claim"
        raise ValueError(message)
    free = [name for name in _leading(run, claim) if name not in (across, upward)]
    across = across or (free.pop(0) if free else "")
    upward = upward or (free.pop(0) if free else "")
    if across == upward or not {across, upward} <= set(known.assumptions):
        message = "a plane needs two different assumptions"
        raise ValueError(message)
    asked = np.isfinite(run.column(f"margin.{claim}"))
    holds = run.column(f"holds.{claim}").astype(bool)
    sides = run.column(across), run.column(upward)
    values = _few(sides[0]), _few(sides[1])
    edges = _edges(sides[0]), _edges(sides[1])
    shares, worlds = _shares(sides, edges, asked, holds)
    options = run.by_option.get(claim)
    own = () if options is None else options.levers
    levers = tuple(name for name in own if name not in (across, upward))
    return Plane(claim, across, upward, edges, values, shares, worlds, levers)


def _leading(run: Run, claim: str) -> list[str]:
    """The assumptions most associated with a claim, then the others in their order."""
    leading = [str(name) for name in run.leading(claim, most=4).index.tolist()]
    return [*leading, *(name for name in run.manifest.assumptions if name not in leading)]


def figure(seen: Plane) -> Figure:
    """The map as a figure."""
    told = seen.worlds[seen.worlds >= FEW]
    # the widest interval a share of so many worlds can have: at one half
    room = f", ± {100 * 0.98 / np.sqrt(told.min()):.0f} points at most" if told.size else ""
    title = f"Where {seen.claim} holds"
    head = (f"{seen.upward} \\ {seen.across}", *_names(seen, 0))
    rows = tuple(
        (name, *(_told(value) for value in row))
        for name, row in zip(_names(seen, 1), seen.shares.tolist(), strict=True)
    )
    return Figure(
        anchor="figure-plane",
        title=title,
        reading=(
            f"Each cell: share of its worlds in which the claim holds{room}. {_cells(seen)}; all "
            f"else varies within them{_options(seen)}. Thick lines: one half is crossed."
        ),
        picture=_picture(seen, title),
        table=Table(title, head, rows[::-1]),
    )


def _options(seen: Plane) -> str:
    """That options are among what varies; empty where none do."""
    if not seen.levers:
        return ""
    named = ", ".join(seen.levers)
    return (
        f", and so do the options of {named}, as drawn: put one on a side, or set it, to see each"
    )


def _cells(seen: Plane) -> str:
    """How the worlds are sorted."""
    sides = zip((seen.across, seen.upward), seen.values, strict=True)
    few = [name for name, values in sides if len(values)]
    if not few:
        return "Cells have about equally many worlds"
    return f"Each value of {' and of '.join(few)} has cells of its own"


def _few(values: Float[ndarray, " world"]) -> Float[ndarray, " few"]:
    several = np.unique(values)
    return several if len(several) <= CELLS else several[:0]


def _edges(values: Float[ndarray, " world"]) -> Float[ndarray, " bound"]:
    """Bounds between which about equally many values lie; of few values, each by itself."""
    several = _few(values)
    if len(several):
        middles = (several[1:] + several[:-1]) / 2
        return np.concatenate([several[:1], middles, several[-1:]])
    return np.unique(np.quantile(values, np.linspace(0, 1, CELLS + 1)))


def _shares(
    sides: tuple[ndarray, ndarray],
    edges: tuple[ndarray, ndarray],
    asked: Bool[ndarray, " world"],
    holds: Bool[ndarray, " world"],
) -> tuple[Float[ndarray, "up across"], Int[ndarray, "up across"]]:
    x, y = (
        np.searchsorted(bounds[1:-1], values, side="right")
        for values, bounds in zip(sides, edges, strict=True)
    )
    shape = max(len(edges[1]) - 1, 1), max(len(edges[0]) - 1, 1)
    cell = np.ravel_multi_index((y[asked], x[asked]), shape)
    size = shape[0] * shape[1]
    worlds = np.bincount(cell, minlength=size).reshape(shape)
    held = np.bincount(cell[holds[asked]], minlength=size).reshape(shape)
    shares = np.where(worlds >= FEW, held / np.maximum(worlds, 1), np.nan)
    return shares, worlds


def _names(seen: Plane, side: int) -> list[str]:
    """What the cells along a side are called: by their value, or by their range."""
    if len(seen.values[side]):
        return [general(float(value)) for value in seen.values[side]]
    return [f"{low} to {high}" for low, high in pairwise(map(general, seen.edges[side].tolist()))]


def _ticks(seen: Plane, side: int) -> list[tuple[float, str]]:
    """Where along a side something is written, in cells: values in the middle of their cells."""
    few = seen.values[side].tolist()
    at = [(n + 0.5, value) for n, value in enumerate(few)] or enumerate(seen.edges[side].tolist())
    return [(place, general(value)) for place, value in at]


def _told(share: float) -> str:
    return "too few" if np.isnan(share) else percent(share)


def _picture(seen: Plane, title: str) -> Markup:
    up, across = seen.shares.shape
    width, height = _LEFT + across * _WIDE + 30, _TOP + up * _HIGH + _BELOW
    places = [(row, column) for row in range(up) for column in range(across)]
    parts = [part for place in places for part in _cell(seen.shares, *place)]
    parts += [part for place in places for part in _borders(seen.shares, *place)]
    floor = _TOP + up * _HIGH
    for n, text in _ticks(seen, 0):
        parts.append(_label(_LEFT + n * _WIDE, floor + 16, text, "middle"))
    for n, text in _ticks(seen, 1):
        parts.append(_label(_LEFT - 6, floor - n * _HIGH + 4, text, "end"))
    parts.append(_label(_LEFT + across * _WIDE, floor + 36, f"{seen.across} →", "end"))
    parts.append(_label(0, 12, f"↑ {seen.upward}", "start"))
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" font-size="{_TEXT}" '
        f'font-family="{theme.FONT}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _cell(shares: Float[ndarray, "up across"], row: int, column: int) -> list[str]:
    share = float(shares[row, column])
    left, top = _LEFT + column * _WIDE, _TOP + (len(shares) - 1 - row) * _HIGH
    fill, ink = _shade(share)
    words = "–" if np.isnan(share) else percent(share)
    return [
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{_WIDE:.0f}" height="{_HIGH:.0f}" '
        f'fill="{fill}" stroke="{theme.PAPER}"/>',
        _label(left + _WIDE / 2, top + _HIGH / 2 + 4, words, "middle", ink),
    ]


def _borders(shares: Float[ndarray, "up across"], row: int, column: int) -> list[str]:
    """Thick lines above and to the right of a cell where one half is crossed."""
    share, found = float(shares[row, column]), list[str]()
    left, top = _LEFT + column * _WIDE, _TOP + (len(shares) - 1 - row) * _HIGH
    if column + 1 < shares.shape[1] and _crossed(share, float(shares[row, column + 1])):
        found.append(_thick(f"M{left + _WIDE:.0f} {top:.0f}v{_HIGH:.0f}"))
    if row + 1 < shares.shape[0] and _crossed(share, float(shares[row + 1, column])):
        found.append(_thick(f"M{left:.0f} {top:.0f}h{_WIDE:.0f}"))
    return found


def _crossed(one: float, other: float) -> bool:
    """Whether one half lies between two shares that are known."""
    return not (np.isnan(one) or np.isnan(other)) and (one > 0.5) != (other > 0.5)


def _shade(share: float) -> tuple[str, str]:
    """Ground and ink of a cell; the darker, the more often the claim holds."""
    if np.isnan(share):
        return "#f4f4f2", theme.SOFT
    shades = ("#f3f6f9", theme.PALE, "#b3cade", "#3f6d96", theme.DEEP)
    step = min(int(share * len(shades)), len(shades) - 1)
    return shades[step], theme.PAPER if step > 2 else theme.INK


def _thick(way: str) -> str:
    return f'<path d="{way}" stroke="{theme.WARM}" stroke-width="3"/>'


def _label(x: float, y: float, text: str, anchor: str, ink: str = theme.INK) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{ink}">{escape(text)}</text>'
    )
