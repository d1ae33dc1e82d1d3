"""Maximum likelihood of one positive number, such as the precision of quantal response.

The log-likelihood is looked at on a grid, then the best stretches are searched: it may have several
peaks. The interval holds the values that a likelihood ratio test does not reject; it need not be
symmetric.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import optimize, stats


class Single(NamedTuple):
    """The estimate of one number; NaN where a number is unknown.

    Attributes:
        value: The estimate.
        error: Standard error from the curvature of the log-likelihood.
        low: Lower end of the likelihood-ratio interval; NaN if unknown.
        high: Upper end, likewise; infinite if the grid ends before it.
        log_likelihood: At the estimate.
        peaks: Local maxima on the grid.
        at_end: Whether nothing is likelier than the upper end of the grid: no finite estimate.
    """

    value: float
    error: float
    low: float
    high: float
    log_likelihood: float
    peaks: int
    at_end: bool


def fit(
    log_likelihood: Callable[[float], float],
    grid: Float[np.ndarray, " point"],
    level: float = 0.95,
) -> Single:
    """Find the number of the highest likelihood.

    Args:
        log_likelihood: Log-likelihood of a number; NaN where it is unknown.
        grid: Numbers to look at first, rising from the least possible.
        level: Level of the interval.

    Returns:
        The estimate.

    Examples:
        >>> found = fit(lambda rate: 20 * math.log(rate) - 10 * rate, np.linspace(0.1, 9, 30))
        >>> round(found.value, 6), round(found.error, 4)
        (2.0, 0.4472)
        >>> hidden = fit(lambda x: math.nan if x > 2.5 else -((x - 2) ** 2), np.linspace(0, 9, 91))
        >>> round(hidden.low, 3), hidden.high
        (0.614, nan)
    """
    heights = np.array([log_likelihood(float(value)) for value in grid])
    heights = np.where(np.isnan(heights), -np.inf, heights)
    best, peaks = float(grid[int(np.argmax(heights))]), 0
    top = float(heights.max())
    for k in range(len(grid)):
        left = heights[k - 1] if k else -np.inf
        right = heights[k + 1] if k + 1 < len(grid) else -np.inf
        if not (heights[k] >= left and heights[k] > right):
            continue
        peaks += 1
        low, high = float(grid[max(k - 1, 0)]), float(grid[min(k + 1, len(grid) - 1)])
        found = optimize.minimize_scalar(
            lambda value: -log_likelihood(float(value)),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-9 * max(1.0, high)},
        )
        if -float(found.fun) > top:
            best, top = float(found.x), -float(found.fun)
    at_end = bool(heights[-1] >= top - 1e-9 * max(1.0, abs(top)))
    best = float(grid[-1]) if at_end else best
    error = math.nan if at_end else _error(log_likelihood, best, top)
    fall = float(stats.chi2.ppf(level, 1)) / 2
    ends = _ends(log_likelihood, grid, best, top - fall)
    return Single(best, error, *ends, top, peaks, at_end)


def _error(log_likelihood: Callable[[float], float], value: float, top: float) -> float:
    step = 1e-3 * max(value, 1e-3)
    left, right = log_likelihood(max(value - step, 0.0)), log_likelihood(value + step)
    bend = (left - 2 * top + right) / step**2
    return 1 / math.sqrt(-bend) if bend < 0 and value > step else math.nan


def _ends(
    log_likelihood: Callable[[float], float],
    grid: Float[np.ndarray, " point"],
    best: float,
    height: float,
) -> tuple[float, float]:
    def above(value: float) -> float:
        return log_likelihood(value) - height

    def end(values: list[float], beyond: float) -> float:
        """The first crossing on the way outward; NaN where what lies on the way is unknown."""
        inside = best
        for value in values:
            gap = above(value)
            if math.isnan(gap):
                return math.nan
            if gap < 0:
                return float(optimize.brentq(above, inside, value))
            inside = value
        return beyond

    below = [float(value) for value in grid[::-1] if value < best]
    return end(below, float(grid[0])), end([float(v) for v in grid if v > best], math.inf)
