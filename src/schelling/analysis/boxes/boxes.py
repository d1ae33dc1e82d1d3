"""Boxes of worlds: intervals of some assumptions, and how well a box catches what is looked for.

A box restricts a number to an interval and a category to some of its values. Knows neither names
nor how a box was found. Axes: (draw, thing); a column is either numbers, or categories written as
0, 1, ... Vocabulary of Bryant and Lempert (2010): coverage, density, mass, restricted dimensions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int, Integer
from numpy import ndarray
from scipy.special import betainc

LOW: Final = 0
HIGH: Final = 1
CATEGORY: Final = 2


@dataclass(frozen=True)
class Box:
    """Intervals of numbers and sets of categories; bounds belong to the box.

    Attributes:
        low: Lower bound of each assumption; minus infinity where there is none.
        high: Upper bound; infinity where there is none.
        allowed: Categories kept, in order; None for a number, or where all are kept.
    """

    low: Float[ndarray, " thing"]
    high: Float[ndarray, " thing"]
    allowed: tuple[tuple[int, ...] | None, ...]

    @property
    def restrictions(self) -> tuple[tuple[int, int], ...]:
        """Every restriction as (thing, LOW, HIGH or CATEGORY)."""
        found: list[tuple[int, int]] = []
        for thing, kept in enumerate(self.allowed):
            if math.isfinite(self.low[thing]):
                found.append((thing, LOW))
            if math.isfinite(self.high[thing]):
                found.append((thing, HIGH))
            if kept is not None:
                found.append((thing, CATEGORY))
        return tuple(found)

    @property
    def restricted(self) -> tuple[int, ...]:
        """The restricted dimensions."""
        return tuple(sorted({thing for thing, _ in self.restrictions}))


@dataclass(frozen=True)
class Fit:
    """How well a box catches the worlds looked for.

    Attributes:
        coverage: Share of the worlds looked for that lie in the box.
        density: Share of the box's worlds that are looked for.
        mass: Share of all worlds that lie in the box.
        worlds: How many worlds lie in the box.
        caught: How many of them are looked for.
        dimensions: Number of restricted dimensions.
        coverage_error: Standard error of the coverage; NaN without replicates.
        density_error: Standard error of the density; NaN without replicates. Both take the box as
            given: a box fitted to the same worlds looks a little better than it is.
    """

    coverage: float
    density: float
    mass: float
    worlds: int
    caught: int
    dimensions: int
    coverage_error: float = math.nan
    density_error: float = math.nan


def unrestricted(things: int) -> Box:
    """The box that holds every world.

    Args:
        things: Number of assumptions.

    Returns:
        A box without restrictions.
    """
    return Box(np.full(things, -np.inf), np.full(things, np.inf), (None,) * things)


def outside(
    box: Box, inputs: Float[ndarray, "draw thing"], restriction: tuple[int, int]
) -> Bool[ndarray, " draw"]:
    """Which worlds one restriction of a box shuts out.

    Args:
        box: The box.
        inputs: One row a world.
        restriction: One of `box.restrictions`.

    Returns:
        True where the world breaks that restriction.
    """
    thing, side = restriction
    column = inputs[:, thing]
    if side == LOW:
        return ~(column >= box.low[thing])
    if side == HIGH:
        return ~(column <= box.high[thing])
    kept = box.allowed[thing]
    return ~np.isin(column, np.array(() if kept is None else kept, dtype=np.float64))


def broken(
    box: Box, inputs: Float[ndarray, "draw thing"]
) -> tuple[Int[ndarray, " draw"], dict[tuple[int, int], Bool[ndarray, " draw"]]]:
    """How many restrictions every world breaks, and which worlds break each of them.

    Args:
        box: The box.
        inputs: One row a world.

    Returns:
        The number, and for every restriction the worlds it shuts out.
    """
    shut = {one: outside(box, inputs, one) for one in box.restrictions}
    count = np.zeros(inputs.shape[0], dtype=np.int16)
    for out in shut.values():
        count += out
    return count, shut


def inside(box: Box, inputs: Float[ndarray, "draw thing"]) -> Bool[ndarray, " draw"]:
    """Which worlds lie in a box.

    Args:
        box: The box.
        inputs: One row a world.

    Returns:
        True where no restriction is broken.

    Examples:
        >>> box = Box(np.array([0.5, -np.inf]), np.array([np.inf, np.inf]), (None, (0, 2)))
        >>> inside(box, np.array([[0.7, 2.0], [0.7, 1.0], [0.4, 0.0]]))
        array([ True, False, False])
    """
    return broken(box, inputs)[0] == 0


def without(box: Box, restriction: tuple[int, int]) -> Box:
    """The box with one restriction taken away.

    Args:
        box: The box.
        restriction: One of `box.restrictions`.

    Returns:
        A wider box.
    """
    thing, side = restriction
    if side == CATEGORY:
        return replace(box, allowed=(*box.allowed[:thing], None, *box.allowed[thing + 1 :]))
    bounds = (box.low if side == LOW else box.high).copy()
    bounds[thing] = -np.inf if side == LOW else np.inf
    return replace(box, low=bounds) if side == LOW else replace(box, high=bounds)


def fit(
    box: Box,
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    replicate: Integer[ndarray, " draw"] | None = None,
) -> Fit:
    """Coverage, density and mass of a box.

    Args:
        box: The box.
        inputs: One row a world.
        sought: The worlds looked for, such as those where a claim fails.
        replicate: Which replicate of the design each world belongs to; errors come from leaving out
            one replicate at a time.

    Returns:
        The measures; coverage NaN if nothing is sought, density NaN if the box is empty.

    Examples:
        >>> x = np.arange(10.0)[:, np.newaxis]
        >>> box = Box(np.array([6.0]), np.array([np.inf]), (None,))
        >>> seen = fit(box, x, np.arange(10) >= 5)
        >>> seen.coverage, seen.density, seen.mass
        (0.8, 1.0, 0.4)

    References:
        Bryant, B. P. and Lempert, R. J. (2010), Thinking inside the box, Technological Forecasting
        and Social Change 77(1).
    """
    within = inside(box, inputs)
    caught, worlds = int(np.count_nonzero(within & sought)), int(np.count_nonzero(within))
    wanted, draws = int(np.count_nonzero(sought)), sought.size
    errors = math.nan, math.nan
    if replicate is not None:
        sums = [np.bincount(replicate, weights=one) for one in (within & sought, within, sought)]
        errors = _ratio_error(sums[0], sums[2]), _ratio_error(sums[0], sums[1])
    return Fit(
        caught / wanted if wanted else math.nan,
        caught / worlds if worlds else math.nan,
        worlds / draws if draws else math.nan,
        worlds,
        caught,
        len(box.restricted),
        *errors,
    )


def _ratio_error(above: Float[ndarray, " replicate"], below: Float[ndarray, " replicate"]) -> float:
    """Jackknife error of a ratio of sums over replicates; NaN where it cannot be known."""
    groups, rest = above.size, below.sum() - below
    if groups < 2 or not (rest > 0.0).all():
        return math.nan
    ratios = (above.sum() - above) / rest
    return float(np.sqrt((groups - 1) * np.var(ratios)))


def quasi_p(
    box: Box, inputs: Float[ndarray, "draw thing"], sought: Bool[ndarray, " draw"]
) -> dict[tuple[int, int], float]:
    """How likely a box as dense would arise by chance, were a restriction not needed.

    For each restriction: the chance that as many worlds as the box holds, drawn from the box
    without that restriction, would contain as many of those sought. Not a true p-value: the box was
    made from the same worlds. Small means the restriction matters.

    Args:
        box: The box.
        inputs: One row a world.
        sought: The worlds looked for.

    Returns:
        A number from 0 to 1 for every restriction of the box.

    Examples:
        >>> x = np.arange(100.0)[:, np.newaxis]
        >>> box = Box(np.array([50.0]), np.array([98.5]), (None,))
        >>> seen = quasi_p(box, x, np.arange(100) >= 50)
        >>> seen[(0, LOW)] < 1e-9, seen[(0, HIGH)]
        (True, 1.0)

    References:
        Bryant, B. P. and Lempert, R. J. (2010): quasi-p, a one-sided binomial test.
    """
    # `count` is how many restrictions a world breaks, `shut[r]` whether it breaks restriction r.
    count, shut = broken(box, inputs)
    worlds, caught = np.count_nonzero(count == 0), np.count_nonzero((count == 0) & sought)
    found: dict[tuple[int, int], float] = {}
    for restriction, out in shut.items():
        # Without restriction r the box holds the worlds that break nothing, and those that break r
        # alone: where `out` is 0 the count must be 0, where it is 1 the count must be 1.
        wider = count == out
        share = np.count_nonzero(wider & sought) / max(np.count_nonzero(wider), 1)
        # P(X >= k) of a binomial X of n draws with chance p is the regularised incomplete beta
        # function I_p(k, n - k + 1); for k = 0 it is 1.
        tail = betainc(caught, worlds - caught + 1, share) if caught else 1.0
        found[restriction] = float(tail)
    return found


def drop_idle(
    box: Box,
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    significance: float = 0.05,
) -> Box:
    """Drop restrictions that chance explains, the least significant first.

    Args:
        box: The box.
        inputs: One row a world.
        sought: The worlds looked for.
        significance: A restriction stays if its quasi-p is at most this.

    Returns:
        A box all of whose restrictions matter.
    """
    while chances := quasi_p(box, inputs, sought):
        worst = max(chances, key=lambda one: chances[one])
        if chances[worst] <= significance:
            return box
        box = without(box, worst)
    return box


def check_columns(
    inputs: Float[ndarray, "draw thing"], categories: Sequence[int] | None
) -> tuple[int, ...]:
    """Number of categories of every column, 0 for numbers, once they fit the inputs.

    Args:
        inputs: One row a world.
        categories: For each column 0 if it is a number, else how many categories it has; all are
            numbers when None.

    Returns:
        One number a column.

    Raises:
        ValueError: If the lengths differ, or a column of categories holds something else.
    """
    kinds = (0,) * inputs.shape[1] if categories is None else tuple(categories)
    if len(kinds) != inputs.shape[1]:
        msg = f"`categories` must have one entry a column, {inputs.shape[1]}; got {len(kinds)}"
        raise ValueError(msg)
    for thing, kind in enumerate(kinds):
        column = inputs[:, thing]
        if kind and not (np.isin(column, np.arange(kind)).all()):
            msg = f"column {thing} of `inputs` must hold categories 0 to {kind - 1} only"
            raise ValueError(msg)
        if not kind and not np.isfinite(column).all():
            msg = f"column {thing} of `inputs` must be finite"
            raise ValueError(msg)
    return kinds
