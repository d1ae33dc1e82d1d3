"""What `low to high` means as a prior: the central 90 % of a lognormal or a normal."""

from __future__ import annotations

import math
from typing import Final

Z95: Final = 1.6448536269514722
"""95 % quantile of the standard normal."""


def central_90(low: float, high: float) -> tuple[str, tuple[float, float]]:
    """Family and parameters whose 5 % and 95 % quantiles are the two ends.

    Lognormal when both ends are positive, normal otherwise. One value in twenty lies below `low`,
    one in twenty above `high`.

    Args:
        low: The 5 % quantile, in the assumption's unit.
        high: The 95 % quantile, in the same unit.

    Returns:
        `("lognormal", (median, sigma))` or `("normal", (mean, sd))`, ready for `FAMILIES`.

    Raises:
        ValueError: If `low` is not below `high`, or an end is not finite.

    Examples:
        >>> central_90(-1.0, 3.0)[0]
        'normal'
        >>> name, (median, sigma) = central_90(0.1, 10.0)
        >>> name, round(median, 12), round(sigma, 4)
        ('lognormal', 1.0, 1.4)
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        msg = f"`low` must be below `high`, both finite; got {low!r} to {high!r}"
        raise ValueError(msg)
    if low > 0.0:
        median = math.sqrt(low) * math.sqrt(high)
        return "lognormal", (median, (math.log(high) - math.log(low)) / (2.0 * Z95))
    return "normal", (0.5 * low + 0.5 * high, (high - low) / (2.0 * Z95))
