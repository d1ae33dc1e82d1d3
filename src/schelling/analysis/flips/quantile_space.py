"""Where a search for flips may go: quantile levels of assumptions, and how far a point is.

A change from the median to the 90 % quantile is a change of 0.4, whatever the unit. Knows no
model. Axes: (point, thing).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

PRICE = 0.05
"""What moving one more assumption counts, in quantile levels."""

Points = Float[ndarray, "point thing"]


@dataclass(frozen=True)
class Space:
    """Where a search may go, in quantile levels.

    Attributes:
        start: Where it starts.
        low: Lowest level it may move each assumption to.
        high: Highest.
        stops: For an assumption with few values the only levels, one a value; None for a
            continuous one.
    """

    start: Float[ndarray, " thing"]
    low: Float[ndarray, " thing"]
    high: Float[ndarray, " thing"]
    stops: tuple[tuple[float, ...] | None, ...]

    @cached_property
    def continuous(self) -> Int[ndarray, " free"]:
        """Assumptions that may take any level."""
        return np.array([n for n, stop in enumerate(self.stops) if stop is None], dtype=np.int64)

    def distance(self, points: Float[ndarray, "*point thing"]) -> Float[ndarray, "*point"] | float:
        """Sum of the changes of every assumption; a number for a single point."""
        return np.abs(points - self.start).sum(axis=-1)

    def moved(self, points: Float[ndarray, "*point thing"]) -> Bool[ndarray, "*point thing"]:
        """Which assumptions are changed."""
        return points != self.start

    def size(self, points: Float[ndarray, "*point thing"]) -> Float[ndarray, "*point"] | float:
        """Sum of the changes and the price of the assumptions moved."""
        return self.distance(points) + PRICE * self.moved(points).sum(axis=-1)


@dataclass(frozen=True)
class Asked:
    """What became of the claim at each point.

    Attributes:
        flipped: Whether its truth differs from that at the start; False where numbers failed.
        gap: How far it is from flipping, negative where it has flipped; NaN where numbers failed.
    """

    flipped: Bool[ndarray, " point"]
    gap: Float[ndarray, " point"]


@dataclass(frozen=True)
class Grid:
    """One assumption at a time, level by level.

    Attributes:
        points: The points.
        thing: Which assumption each moves.
    """

    points: Float[ndarray, "point thing"]
    thing: Int[ndarray, " point"]


def sweep(space: Space, count: int, around: Float[ndarray, " thing"] | None = None) -> Grid:
    """Every assumption moved alone over its range.

    Args:
        space: The space.
        count: Levels of a continuous assumption.
        around: Where the others stay; the start when None.

    Returns:
        The points; those that change nothing are left out.

    Examples:
        >>> space = Space(np.array([0.5, 0.25]), np.zeros(2), np.ones(2), (None, (0.25, 0.75)))
        >>> sweep(space, 3).points
        array([[0.  , 0.25],
               [1.  , 0.25],
               [0.5 , 0.75]])
    """
    here = space.start if around is None else around
    points: list[Points] = []
    things: list[int] = []
    for thing, stops in enumerate(space.stops):
        low, high = float(space.low[thing]), float(space.high[thing])
        reach: Float[ndarray, " level"] = np.linspace(low, high, count)
        levels = reach if stops is None else np.array(stops)
        levels = levels[levels != here[thing]]
        block = np.repeat(here[np.newaxis], levels.size, axis=0)
        block[:, thing] = levels
        points.append(block)
        things += [thing] * levels.size
    return Grid(np.concatenate(points), np.array(things, dtype=np.int64))
