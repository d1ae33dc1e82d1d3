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
    for digits in DIGITS:
        for away in (False, True):
            short = after.copy()
            for thing in moved:
                short[thing] = shortened(float(before[thing]), float(after[thing]), digits, away)
            if all(short[thing] != before[thing] for thing in moved):
                yield short


def shortened(before: float, after: float, digits: int, away: bool) -> float:
    """A value to some significant digits: the nearest, or the first one further from another.

    Args:
        before: The value it is to lie further from.
        after: The value.
        digits: Significant digits.
        away: Whether it is never rounded towards `before`.

    Examples:
        >>> shortened(1.0, 0.27253, 3, False), shortened(1.0, 0.27253, 3, True)
        (0.273, 0.272)
    """
    near = float(f"{after:.{digits}g}")
    between = min(before, after) < near < max(before, after)
    if not away or not between:
        return near
    step = 10.0 ** (math.floor(math.log10(abs(after))) - digits + 1) if after else 0.0
    return float(f"{near + math.copysign(step, after - before):.{digits}g}")
