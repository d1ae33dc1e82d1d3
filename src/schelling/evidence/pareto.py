"""Pareto smoothed importance sampling: weights of worlds, and whether they can be trusted.

The largest weights are replaced by the expected order statistics of a generalised Pareto
distribution that is fitted to them; its shape k tells how many moments the weights have. Where k is
not above 0 the weights are bounded and stay what they are: smoothing would move the shares of
worlds whose weights are of a few sizes, as answers to questions and luck of a few kinds make them.

References:
    Vehtari, Simpson, Gelman, Yao & Gabry (2024), Pareto smoothed importance sampling, section 3.
    Zhang & Stephens (2009), A new and efficient estimation method for the generalized Pareto
    distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

RELIABLE: Final = 0.7
"""The largest k at which smoothed weights give usable answers (Vehtari and others, section 3.2)."""


_LEAST: Final = 1e-200
"""Weight, of the largest, below which a world counts as one without: nothing is divided by less."""


_FLAT: Final = 1e-12
"""Product of the parameter and the largest excess below which a tail is exponential."""


@dataclass(frozen=True)
class SmoothedWeights:
    """Weights of worlds.

    Attributes:
        weights: Summing to one.
        k: Shape of the tail of the raw weights; infinite where there are too few weights.
        effective: Effective sample size, one over the sum of the squared weights.
        log_mean: Log of the mean of the raw weights: the log marginal likelihood.
        log_mean_error: Its standard error, from the spread of the raw weights.
    """

    weights: Float[ndarray, " world"]
    k: float
    effective: float
    log_mean: float
    log_mean_error: float


def smoothed(log_weights: Float[ndarray, " world"]) -> SmoothedWeights:
    """Smooth importance weights.

    Args:
        log_weights: Log of the raw weights; minus infinity for a weight of 0.

    Returns:
        The weights with their diagnostics. All are NaN where every raw weight is 0.
    """
    count, largest = len(log_weights), float(np.max(log_weights, initial=-np.inf))
    if not np.isfinite(largest):
        return SmoothedWeights(np.full(count, np.nan), np.inf, 0.0, -np.inf, np.nan)
    raw = np.exp(log_weights - largest)
    mean = float(raw.mean())
    error = float(raw.std(ddof=1) / np.sqrt(count) / mean)
    tail = int(min(np.ceil(0.2 * count), np.ceil(3 * np.sqrt(count))))
    order = np.argsort(raw)
    cut, body = order[-tail:], raw[order[-tail - 1]] if count > tail else 0.0
    weights, k = raw.copy(), np.inf
    excess = raw[cut] - body
    seen = excess > _LEAST
    if tail >= 5 and np.count_nonzero(seen) >= 5:
        beyond = cut[seen]  # worlds that only share the weight where the tail begins are none of it
        k, scale = _fit(excess[seen])
        if k > 0:  # a bounded tail is known as it is, and need not be smooth
            places = (np.arange(len(beyond)) + 0.5) / len(beyond)
            weights[beyond] = np.minimum(body + _quantile(places, k, scale), 1.0)
    elif not np.any(excess > 0):
        k = -np.inf  # more worlds share the largest weight than the tail has: it is bounded
    weights /= weights.sum()
    effective = float(1 / np.sum(weights**2))
    return SmoothedWeights(weights, float(k), effective, largest + float(np.log(mean)), error)


def _quantile(p: Float[ndarray, " place"], k: float, scale: float) -> Float[ndarray, " place"]:
    with np.errstate(over="ignore"):  # weights are cut at 1 afterwards
        return scale * np.expm1(-k * np.log1p(-p)) / k


def _fit(excess: Float[ndarray, " tail"]) -> tuple[float, float]:
    """Shape and scale of a generalised Pareto distribution (Zhang and Stephens, section 2).

    The shape is drawn towards 0.5 by a weak prior, as section 3.1 of Vehtari and others has it.
    """
    x = np.sort(excess)
    n = len(x)
    points = 30 + int(np.sqrt(n))
    quarter = x[int(n / 4 + 0.5) - 1]
    b = 1 - np.sqrt(points / (np.arange(1, points + 1) - 0.5))
    b = b / (3 * quarter) + 1 / x[-1]
    b = np.where(b == 0, np.finfo(float).tiny, b)  # an exponential tail, to rounding
    shapes = np.log1p(-b[:, None] * x).mean(axis=1)
    rates = np.where(np.abs(b) * x[-1] < _FLAT, 1 / x.mean(), -b / np.where(shapes, shapes, 1.0))
    profile = n * (np.log(rates) - shapes - 1)
    with np.errstate(over="ignore"):
        weight = 1 / np.exp(profile - profile[:, None]).sum(axis=1)
    weight = np.where(weight >= 10 * np.finfo(float).eps, weight, 0)
    best = float(np.sum(b * weight) / weight.sum())
    k = float(np.log1p(-best * x).mean())
    scale = -k / best if abs(best) * x[-1] >= _FLAT else float(x.mean())
    return (n * k + 10 * 0.5) / (n + 10), scale
