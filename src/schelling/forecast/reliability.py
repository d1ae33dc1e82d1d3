"""Calibration: whether events that were given 70 % happen in 70 % of cases.

The curve is the non-decreasing one closest to the outcomes, so no bins are chosen. Its bands show
where the curves of a perfectly calibrated forecaster would lie with the same number of questions.
With few questions the curve is mostly noise: reports show it from `ENOUGH` questions on. Axes:
(question).

References:
    Dimitriadis, Gneiting & Jordan (2021), Stable reliability diagrams for probabilistic
        classifiers.
    Ehm, Gneiting, Jordan & Krueger (2016), Of quantiles and expectiles: consistent scoring
        functions, Choquet representations and forecast rankings, section 2.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from numpy.random import Generator

ENOUGH = 50
"""Matured questions from which a calibration curve is worth a look."""


@dataclass(frozen=True)
class Reliability:
    """A calibration curve; `mean score = miscalibration - discrimination + uncertainty`.

    Attributes:
        p: The forecasts, rising.
        calibrated: Observed frequency at each, by isotonic regression.
        miscalibration: Reduction of the Brier score (half convention) by recalibration.
        discrimination: Reduction of the Brier score by the recalibrated forecast relative to the
            base rate.
        uncertainty: Brier score of the base rate.
    """

    p: Float[ndarray, " question"]
    calibrated: Float[ndarray, " question"]
    miscalibration: float
    discrimination: float
    uncertainty: float


def isotonic(
    value: Float[ndarray, " question"], weight: Float[ndarray, " question"]
) -> Float[ndarray, " question"]:
    """Non-decreasing numbers closest to the given ones in weighted squares: pool what violates.

    Args:
        value: Numbers in the order in which the fit may not fall.
        weight: Positive weights.

    Returns:
        The fit.

    Examples:
        >>> isotonic(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4))
        array([1. , 2.5, 2.5, 4. ])
    """
    means: list[float] = []
    weights: list[float] = []
    sizes: list[int] = []
    for own, mass in zip(value.tolist(), weight.tolist(), strict=True):
        mean, total, size = own, mass, 1
        while means and means[-1] >= mean:
            before = weights.pop()
            mean = (means.pop() * before + mean * total) / (before + total)
            total, size = before + total, size + sizes.pop()
        means.append(mean)
        weights.append(total)
        sizes.append(size)
    return np.repeat(np.array(means), np.array(sizes, dtype=int))


def recalibrated(
    p: Float[ndarray, " question"], happened: Bool[ndarray, " question"]
) -> Float[ndarray, " question"]:
    """The isotonic fit at each forecast, in the order given; equal forecasts get equal answers."""
    _, group, sizes = np.unique(p, return_inverse=True, return_counts=True)
    shares = np.bincount(group, weights=happened) / sizes
    return isotonic(shares, sizes.astype(float))[group]


def reliability(
    p: Float[ndarray, " question"], happened: Bool[ndarray, " question"]
) -> Reliability:
    """Calibration curve and the decomposition of the Brier score that goes with it.

    Args:
        p: Probabilities of yes; at least one.
        happened: Whether it was yes.

    Returns:
        The curve at the forecasts in rising order, and the three terms.

    Examples:
        >>> seen = reliability(np.array([0.2, 0.4, 0.6, 0.8]), np.array([0, 1, 0, 1]) == 1)
        >>> seen.calibrated
        array([0. , 0.5, 0.5, 1. ])

    References:
        Dimitriadis, Gneiting & Jordan (2021), equation 5.
    """
    fit = recalibrated(p, happened)
    own = float(np.square(p - happened).mean())
    best = float(np.square(fit - happened).mean())
    rate = float(np.square(np.mean(happened) - happened).mean())
    order = np.argsort(p, kind="stable")
    return Reliability(p[order], fit[order], own - best, rate - best, rate)


def consistency_band(
    p: Float[ndarray, " question"], random: Generator, level: float = 0.9, repeats: int = 1000
) -> tuple[Float[ndarray, " question"], Float[ndarray, " question"]]:
    """Where the curve of a calibrated forecaster with these forecasts would lie.

    Args:
        p: The forecasts.
        random: Draws what happens under calibration.
        level: Share of such curves between the two, at each forecast.
        repeats: How often it is drawn.

    Returns:
        Lower and upper end at the forecasts in rising order.
    """
    ordered = np.sort(p)
    drawn = random.random((repeats, len(p))) < ordered
    curves = np.stack([recalibrated(ordered, happened) for happened in drawn])
    tail = 0.5 * (1.0 - level)
    low, high = np.quantile(curves, [tail, 1.0 - tail], axis=0)
    return low, high


def murphy_curve(
    p: Float[ndarray, " question"],
    happened: Bool[ndarray, " question"],
    threshold: Float[ndarray, " threshold"],
) -> Float[ndarray, " threshold"]:
    """Mean elementary score at each threshold: the cost of acting above that probability.

    A forecast that is below another at every threshold is better under every proper score; the area
    below the curve is the mean Brier score (half convention).

    Args:
        p: Probabilities of yes.
        happened: Whether it was yes.
        threshold: Probabilities from 0 to 1 above which a user of the forecast acts.

    Returns:
        The curve.

    Examples:
        >>> murphy_curve(np.array([0.3]), np.array([True]), np.array([0.2, 0.6]))
        array([0. , 0.8])

    References:
        Ehm, Gneiting, Jordan & Krueger (2016), equation 14, times two.
    """
    acts = p[:, np.newaxis] > threshold
    missed = 2.0 * (1.0 - threshold) * (happened[:, np.newaxis] & ~acts)
    alarmed = 2.0 * threshold * (~happened[:, np.newaxis] & acts)
    return (missed + alarmed).mean(axis=0)
