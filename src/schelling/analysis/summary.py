"""Quantiles and means over draws, and how sure they are.

Knows no claims and no names. Axes: draw first; whatever follows is kept. Draws that are not finite
are left out here and counted by the caller.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Integer
from numpy import ndarray
from scipy.special import stdtrit

NO_SPREAD: Final = 1e-15
"""Standard errors of a share up to this size are rounding: the replicates' shares are equal."""


def quantiles(
    values: Float[ndarray, " draw"],
    probabilities: Float[ndarray, " probability"],
    weights: Float[ndarray, " draw"] | None = None,
) -> Float[ndarray, " probability"]:
    """Quantiles of a sample, each draw counting by its weight.

    Draw i of the ordered sample stands at the middle of its own share of the weight, and values
    between draws are interpolated (the fifth of Hyndman and Fan's nine definitions).

    Args:
        values: The sample; draws that are not finite are left out.
        probabilities: Between 0 and 1.
        weights: How much each draw counts, not negative; equal when None.

    Returns:
        One value a probability, in the unit of `values`; NaN when no draw is left.

    Examples:
        >>> sample = np.array([3.0, 1.0, 2.0, np.nan])
        >>> quantiles(sample, np.array([0.0, 0.5, 1.0]))
        array([1., 2., 3.])
        >>> quantiles(sample, np.array([0.5]), np.array([2.0, 1.0, 1.0, 1.0]))
        array([2.33333333])

    References:
        Hyndman, R. J. and Fan, Y. (1996), Sample quantiles in statistical packages, American
        Statistician 50(4), definition 5.
    """
    kept = np.isfinite(values)
    if weights is not None:
        kept &= weights > 0.0
    if not kept.any():
        return np.full(probabilities.shape, np.nan)
    order = np.argsort(values[kept], kind="stable")
    ordered = values[kept][order]
    if weights is None:
        middles = (np.arange(ordered.size) + 0.5) / ordered.size
    else:
        share = weights[kept][order]
        middles = (np.cumsum(share) - 0.5 * share) / share.sum()
    return np.interp(probabilities, middles, ordered)


def median_and_band(
    values: Float[ndarray, " draw"], weights: Float[ndarray, " draw"] | None = None
) -> tuple[float, float, float]:
    """5 % quantile, median and 95 % quantile: the middle and its central 90 % band.

    Args:
        values: The sample; draws that are not finite are left out.
        weights: How much each draw counts; equal when None.

    Returns:
        Low end, median, high end, in the unit of `values`.

    Examples:
        >>> median_and_band(np.arange(101.0))
        (4.55, 50.0, 95.45)
    """
    low, middle, high = quantiles(values, np.array([0.05, 0.5, 0.95]), weights).tolist()
    return low, middle, high


def mean_with_error(
    values: Float[ndarray, " draw"] | Bool[ndarray, " draw"], replicate: Integer[ndarray, " draw"]
) -> tuple[float, float]:
    """Mean over all draws, and its standard error from the spread of the replicates' means.

    The replicates of a design are independent, the points within one are not; so the error comes
    from the replicates alone: `sqrt(sum (m_r - m)^2 / (R (R - 1)))` over the R means m_r, about
    their own mean. It presumes replicates of equal size, give or take a draw.

    Args:
        values: The sample, without missing values; true counts as 1.
        replicate: Which replicate each draw belongs to.

    Returns:
        The mean, and its standard error in the same unit; NaN for a mean of nothing, and for an
        error from fewer than two replicates.

    Examples:
        >>> mean_with_error(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 0, 1]))
        (2.5, 0.5)

    References:
        Owen, A. B. (2013), Monte Carlo theory, methods and examples, section 17.3.
    """
    if values.size == 0:
        return math.nan, math.nan
    sizes = np.bincount(replicate)
    present = sizes > 0
    sums = np.bincount(replicate, weights=values)
    mean = float(sums.sum() / values.size)
    means = sums[present] / sizes[present]
    if means.size < 2:
        return mean, math.nan
    return mean, float(np.std(means, ddof=1) / math.sqrt(means.size))


def half_width_95(standard_error: float, replicates: int) -> float:
    """Half the 95 % confidence interval that few replicates allow.

    Args:
        standard_error: From `mean_with_error`.
        replicates: How many replicates it came from; at least 2.

    Returns:
        The 97.5 % quantile of Student's t with one degree of freedom less, times the error; NaN
        with fewer than two replicates.

    Examples:
        >>> round(half_width_95(1.0, 8), 3)
        2.365
    """
    if replicates < 2:
        return math.nan
    return float(stdtrit(replicates - 1, 0.975)) * standard_error


def rule_of_three(draws: int) -> float:
    """The largest share that 95 % confidence allows to an event that no draw has shown.

    Args:
        draws: How many independent draws were seen.

    Returns:
        `3 / draws`, at most 1.

    Examples:
        >>> rule_of_three(1000), rule_of_three(2), rule_of_three(0)
        (0.003, 1.0, 1.0)

    References:
        Hanley, J. A. and Lippman-Hand, A. (1983), If nothing goes wrong, is everything all right?,
        JAMA 249(13).
    """
    return min(3.0 / draws, 1.0) if draws else 1.0


def widened(comparisons: int, replicates: int) -> float:
    """By how much to lengthen 95 % intervals, so that all of several hold together at 95 %.

    Args:
        comparisons: How many intervals are looked at (Bonferroni).
        replicates: How many replicates each came from.

    Returns:
        A factor, at least 1; NaN with fewer than two replicates.

    Examples:
        >>> widened(1, 16), round(widened(20, 16), 3)
        (1.0, 1.7)
    """
    if replicates < 2:
        return float("nan")
    own, all_of_them = (stdtrit(replicates - 1, 1 - 0.025 / n) for n in (1, max(comparisons, 1)))
    return float(all_of_them / own)


def share_half_width(standard_error: float, replicates: int, draws: int) -> float:
    """Half the 95 % interval of a share of draws; never 0.

    Replicates that all give the same share have no spread, which says nothing about how sure the
    share is, as when an event never happens; the rule of three does.

    Args:
        standard_error: Of the share, from `mean_with_error`.
        replicates: How many replicates it came from.
        draws: Draws behind the share.

    Returns:
        Half the interval, as a share; NaN with fewer than two replicates.

    Examples:
        >>> round(share_half_width(0.01, 8, 1000), 4), share_half_width(0.0, 8, 1000)
        (0.0236, 0.003)
    """
    if standard_error <= NO_SPREAD:
        return rule_of_three(draws)
    return half_width_95(standard_error, replicates)
