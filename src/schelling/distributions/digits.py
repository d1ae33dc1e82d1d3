"""How many digits a number needs, for those that differ to be written differently."""

from __future__ import annotations

import math
from typing import Final

DIGITS: Final = 6
"""Significant digits that numbers have at least."""

_MOST = 17  # what tells all floating-point numbers apart


def digits(number: float, width: float) -> int:
    """Significant digits of a number: as many of the width as `DIGITS`, and not fewer of its own.

    Args:
        number: The number.
        width: How far the numbers lie apart, from the least to the greatest, in the same unit.

    Returns:
        From `DIGITS` to 17.

    Examples:
        >>> digits(0.3, 1.0), digits(1_000_000.25, 1.0), digits(2.5, 0.0)
        (6, 13, 17)
    """
    if number == 0.0 or not math.isfinite(width) or not math.isfinite(number):
        return DIGITS
    if width <= 0.0:
        return _MOST
    further = math.ceil(math.log10(abs(number)) - math.log10(width))
    return min(DIGITS + max(further, 0), _MOST)


def rounded(number: float, width: float) -> float:
    """A number to so many digits.

    Examples:
        >>> rounded(2 / 3, 1.0), rounded(1_000_000 + 2 / 3, 10.0)
        (0.666667, 1000000.66667)
    """
    return float(f"{number:.{digits(number, width)}g}")
