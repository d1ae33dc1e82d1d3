"""Agents on a rectangle of cells who see the cells around them.

Agent r * columns + c stands in row r and column c.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from jaxtyping import Int32
from numpy import ndarray

from schelling.errors import MethodError
from schelling.populations.networks import storing
from schelling.populations.networks.network import Network

Sight = Literal["moore", "von_neumann", "disc"]


def lattice(
    rows: int,
    columns: int,
    *,
    sight: Sight = "moore",
    radius: int = 1,
    torus: bool = True,
    limit: int = storing.LIMIT,
) -> Network:
    """A lattice.

    Args:
        rows: Of cells.
        columns: Of cells.
        sight: What is near, for dr rows and dc columns apart. `moore`: the larger of the two is at
            most `radius`, 8 neighbours at radius 1; `von_neumann`: their sum is, 4 neighbours;
            `disc`: the root of the sum of their squares is.
        radius: How far agents see, in cells.
        torus: Whether opposite edges touch; otherwise agents at the edge see fewer.
        limit: Most bytes while it is made.

    Raises:
        MethodError: An argument is out of range, a torus is so small that an agent would see
            another twice, or the network is too large.
    """
    offsets = _offsets(sight, radius)
    if rows < 1 or columns < 1:
        msg = f"a lattice has at least one row and one column; got {rows} by {columns}"
        raise MethodError(msg)
    if torus and offsets and min(rows, columns) < 2 * radius + 1:
        msg = (
            f"a torus in which agents see {radius} cells far has at least {2 * radius + 1} rows "
            f"and columns; got {rows} by {columns}"
        )
        raise MethodError(msg)
    storing.afford(rows * columns, 2.0 * len(offsets) * rows * columns, limit=limit)
    ends = [_ties(rows, columns, down, right, torus=torus) for down, right in offsets]
    none = np.empty(0, np.int32)
    one = np.concatenate([none, *(start for start, _ in ends)])
    other = np.concatenate([none, *(end for _, end in ends)])
    del ends
    return storing.mutual(rows * columns, [one, other])


def _offsets(sight: Sight, radius: int) -> list[tuple[int, int]]:
    """One of each pair of opposite offsets: rows down, and columns to the right."""
    if radius < 0:
        msg = f"agents see 0 or more cells far; got {radius}"
        raise MethodError(msg)
    return [
        (down, right)
        for down in range(radius + 1)
        for right in range(-radius, radius + 1)
        if (down > 0 or right > 0) and _near(sight, radius, down, right)
    ]


def _near(sight: Sight, radius: int, down: int, right: int) -> bool:
    match sight:
        case "moore":
            return max(down, abs(right)) <= radius
        case "von_neumann":
            return down + abs(right) <= radius
        case "disc":
            return down**2 + right**2 <= radius**2


def _ties(
    rows: int, columns: int, down: int, right: int, *, torus: bool
) -> tuple[Int32[ndarray, " tie"], Int32[ndarray, " tie"]]:
    """The ties of one offset."""
    cells = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    ends = np.roll(cells, (-down, -right), (0, 1))
    if not torus:
        tall, left = max(0, rows - down), max(0, -right)
        wide = max(left, columns - max(0, right))
        cells, ends = cells[:tall, left:wide], ends[:tall, left:wide]
    return cells.ravel(), ends.ravel()
