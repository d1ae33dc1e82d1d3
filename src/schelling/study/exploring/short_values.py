"""Changes that flip a claim, with values short enough to be read and typed.

The search ends a hair beyond the point where the claim flips, and a value rounded to the nearest
may lie before it. So rounded values are run as well, and those that flip are told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from jaxtyping import Float
from numpy import ndarray

DIGITS = (3, 4, 5, 6)
"""Significant digits tried, the fewest first."""

_FAR = 20
"""Steps that one of several values is moved on, where conditions tie them to each other."""

SLIGHT = 1e-6
"""A change of fewer quantile levels is told as the slightest one, without a value."""


def candidates(
    before: Float[ndarray, " assumption"],
    after: Float[ndarray, " assumption"],
    moved: Sequence[int],
) -> list[Float[ndarray, " assumption"]]:
    """The values after a change, rounded to the nearest and away from those before it.

    Args:
        before: Values before the change.
        after: Values after it.
        moved: Positions of the assumptions whose values may be rounded.

    Returns:
        The values to try in order, the shortest first; last those that were found.
    """
    return [*_rounded(before, after, moved), after]


def _rounded(
    before: Float[ndarray, " assumption"],
    after: Float[ndarray, " assumption"],
    moved: Sequence[int],
) -> Iterator[Float[ndarray, " assumption"]]:
    """To every number of digits: nearest, all a step further, and one of several many steps."""
    steps = [{}, dict.fromkeys(moved, 1)]
    steps += [dict.fromkeys(moved, 1) | {one: _FAR} for one in moved if len(moved) > 1]
    for digits in DIGITS:
        for away in steps:
            short = after.copy()
            for thing in moved:
                ends = float(before[thing]), float(after[thing])
                short[thing] = shortened(*ends, digits, away.get(thing, 0))
            if all(short[thing] != before[thing] for thing in moved):
                yield short


def shortened(before: float, after: float, digits: int, away: int) -> float:
    """A value to some significant digits: the nearest, or some steps further from another.

    Args:
        before: The value it is to lie further from.
        after: The value.
        digits: Significant digits.
        away: Steps of the last digit beyond the value; 0 for the nearest, on whichever side.

    Examples:
        >>> shortened(1.0, 0.27253, 3, 0), shortened(1.0, 0.27253, 3, 1)
        (0.273, 0.272)
    """
    near = float(f"{after:.{digits}g}")
    between = min(before, after) < near < max(before, after)
    steps = away if between else away - 1
    if not after or steps <= 0:
        return near
    step = 10.0 ** (math.floor(math.log10(abs(after))) - digits + 1)
    return float(f"{near + math.copysign(steps * step, after - before):.{digits}g}")
