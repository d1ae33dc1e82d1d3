"""Scores of forecasts of numbers: samples, quantiles and intervals.

All are in the unit of the number; smaller is better. Axes: (question, sample) or (question, level).

References:
    Gneiting & Raftery (2007), Strictly proper scoring rules, prediction, and estimation, sections
        4.2, 6.1 and 6.2.
    Bracher et al. (2021), Evaluating epidemic forecasts in an interval format, equation 2.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

Each = Float[ndarray, "*#question"] | float
"""One number a question, or one for all of them."""


def crps(
    samples: Float[ndarray, "*question sample"], value: Float[ndarray, "*question"]
) -> Float[ndarray, "*question"]:
    """Continuous ranked probability score of the distribution that puts equal weight on samples.

    `E|X - y| - E|X - X'| / 2`, the second mean over all pairs, a sample with itself included: the
    score of the samples as they are, not an estimate of where they came from.

    Args:
        samples: At least one each.
        value: What happened.

    Returns:
        The score; the absolute error when there is one sample.

    Examples:
        >>> crps(np.array([[1.0, 2.0, 5.0]]), np.array([3.0]))
        array([0.778])

    References:
        Gneiting & Raftery (2007), equation 21.
    """
    count = int(samples.shape[-1])
    ordered = np.sort(samples, axis=-1)
    rank = 2.0 * np.arange(count) - count + 1.0
    spread = (ordered @ rank) / count**2  # half the mean distance of all pairs
    return np.abs(samples - value[..., np.newaxis]).mean(axis=-1) - spread


def weighted_crps(
    samples: Float[ndarray, " sample"], weight: Float[ndarray, " sample"], value: float
) -> float:
    """The same for samples of unequal weight, and one question.

    Args:
        samples: At least one.
        weight: Their weights, summing to one.
        value: What happened.

    Returns:
        The score.

    Examples:
        >>> weighted_crps(np.array([1.0, 5.0]), np.array([1.0, 0.0]), 3.0)
        2.0
    """
    order = np.argsort(samples, kind="stable")
    ordered, mass = samples[order], weight[order]
    below = np.cumsum(mass) - mass
    spread = (mass * (2.0 * below + mass - 1.0)) @ ordered
    return float(mass @ np.abs(ordered - value) - spread)


def pinball(
    quantile: Each,
    level: Each,
    value: Float[ndarray, "*#question"],
) -> Float[ndarray, "*#question"]:
    """Pinball loss of a quantile: `level` per unit below the outcome, `1 - level` per unit above.

    Args:
        quantile: What was forecast.
        level: Its probability, between 0 and 1.
        value: What happened.

    Returns:
        The loss.

    Examples:
        >>> pinball(np.array([2.0, 2.0]), np.array([0.9, 0.9]), np.array([3.0, 1.0]))
        array([0.9, 0.1])
    """
    over = value - quantile
    return np.maximum(level * over, (level - 1.0) * over)


def interval(
    low: Each,
    high: Each,
    value: Float[ndarray, "*#question"],
    level: Each,
) -> Float[ndarray, "*#question"]:
    """Interval score: the width, plus `2 / (1 - level)` per unit by which the outcome lies outside.

    Args:
        low: Lower end of the central interval.
        high: Upper end.
        value: What happened.
        level: Probability the interval is said to have, such as 0.9.

    Returns:
        The score.

    Examples:
        >>> ends = np.array([1.0]), np.array([4.0])
        >>> interval(*ends, np.array([5.0]), np.array([0.8]))
        array([13.])

    References:
        Gneiting & Raftery (2007), equation 43.
    """
    missed = np.maximum(low - value, 0.0) + np.maximum(value - high, 0.0)
    return high - low + 2.0 / (1.0 - level) * missed


def weighted_interval(
    median: Float[ndarray, "*question"] | float,
    low: Float[ndarray, "*question level"],
    high: Float[ndarray, "*question level"],
    value: Float[ndarray, "*question"],
    level: Float[ndarray, " level"],
) -> Float[ndarray, "*question"]:
    """Weighted interval score: a median and central intervals together; close to the CRPS.

    Args:
        median: The median.
        low: Lower ends.
        high: Upper ends.
        value: What happened.
        level: Probabilities of the intervals.

    Returns:
        The score.

    Examples:
        >>> ends = np.array([[1.0]]), np.array([[4.0]])
        >>> weighted_interval(np.array([2.0]), *ends, np.array([5.0]), np.array([0.8]))
        array([1.867])

    References:
        Bracher et al. (2021), equation 2 with the usual weights.
    """
    tail = 1.0 - level
    each = interval(low, high, value[..., np.newaxis], level)
    total = 0.5 * np.abs(value - median) + (0.5 * tail * each).sum(axis=-1)
    return total / (len(level) + 0.5)


def covered(
    low: Float[ndarray, "*question"],
    high: Float[ndarray, "*question"],
    value: Float[ndarray, "*question"],
) -> Bool[ndarray, "*question"]:
    """Whether an interval, including its ends, contains the outcome."""
    return (low <= value) & (value <= high)
