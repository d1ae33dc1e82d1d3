"""How sure an estimate is, when the estimate is a function of weighted means over points.

Every resample is a row of weights, so all resamples of all means are one matrix product
`weights @ terms`. Knows neither what the terms are nor what is made of them. Axes: a resample, then
the point of the design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Integer
from numpy import ndarray
from scipy.special import ndtri, stdtrit

_ONE_CORE: Final = 2**18
"""Products of fewer multiplications are not shared among cores, which would cost more than it saves
and far more where the cores are busy."""


@dataclass(frozen=True)
class Resamples:
    """Weights of the points in each resample, and how the spread becomes an error.

    Attributes:
        weights: Each row sums to 1.
        factor: The squared error is this times the sum of squared deviations over the resamples.
        multiplier: Half the 95 % interval is this times the error.
    """

    weights: Float[ndarray, "resample point"]
    factor: float
    multiplier: float

    def means(self, terms: Float[ndarray, "point term"]) -> Float[ndarray, "resample term"]:
        """Weighted means of terms in every resample: the matrix product.

        Args:
            terms: What is averaged, one row a point.

        Returns:
            One row a resample.
        """
        return weighted_means(self.weights, terms)

    def error(
        self, estimates: Float[ndarray, " resample *estimate"]
    ) -> Float[ndarray, "*estimate"]:
        """Standard error of an estimate from its value in every resample.

        Args:
            estimates: The estimate made with each row of weights.

        Returns:
            The standard error, in the unit of the estimate.
        """
        deviations = estimates - estimates.mean(axis=0)
        squares = np.einsum("r...,r...->...", deviations, deviations)
        return np.asarray(np.sqrt(self.factor * squares))


def bootstrap(points: int, resamples: int, generator: np.random.Generator) -> Resamples:
    """Resamples that draw as many points as there are, with replacement.

    Right for independent points; for the points of a low-discrepancy sequence the error is on the
    safe side, because it knows nothing of their evenness.

    Args:
        points: Number of points.
        resamples: At least 2.
        generator: Source of chance.

    Returns:
        Weights that are multiples of 1 / points.

    Raises:
        ValueError: If there are no points or fewer than two resamples.

    Examples:
        >>> drawn = bootstrap(4, 100, np.random.default_rng(1))
        >>> drawn.weights.shape, bool(np.allclose(drawn.weights.sum(axis=1), 1.0))
        ((100, 4), True)

    References:
        Efron, B. and Tibshirani, R. J. (1993), An introduction to the bootstrap, section 6.2.
    """
    if points < 1 or resamples < 2:
        msg = f"at least 1 point and 2 resamples are needed; got {points} and {resamples}"
        raise ValueError(msg)
    weights = np.empty((resamples, points))
    for row in weights:
        np.divide(np.bincount(_drawn(points, generator), minlength=points), points, out=row)
    return Resamples(weights, 1.0 / (resamples - 1), float(ndtri(0.975)))


def _drawn(points: int, generator: np.random.Generator) -> Integer[ndarray, " point"]:
    """Points drawn with replacement; straight from bits where their number is a power of two."""
    if points <= 2**16 and points & (points - 1) == 0:
        return np.frombuffer(generator.bytes(2 * points), dtype="<u2") & np.uint16(points - 1)
    return generator.integers(points, size=points)


def jackknife(replicate: Integer[ndarray, " point"]) -> Resamples:
    """Resamples that leave out one replicate of the design at a time.

    The replicates are independent, the points within one are not; so this is the error of choice
    for replicated low-discrepancy designs.

    Args:
        replicate: Which replicate each point belongs to; at least two are present.

    Returns:
        One resample a replicate.

    Raises:
        ValueError: If there are fewer than two replicates.

    Examples:
        >>> left_out = jackknife(np.array([0, 1, 0, 1]))
        >>> left_out.weights
        array([[0. , 0.5, 0. , 0.5],
               [0.5, 0. , 0.5, 0. ]])
        >>> round(float(left_out.error(left_out.weights @ np.array([1.0, 2.0, 3.0, 4.0]))), 9)
        0.5

    References:
        Owen, A. B. (2013), Monte Carlo theory, methods and examples, section 17.3 (replicates).
        Efron, B. and Tibshirani, R. J. (1993), An introduction to the bootstrap, chapter 11.
    """
    present, sizes = np.unique(replicate, return_counts=True)
    groups = present.size
    if groups < 2:
        msg = f"at least 2 replicates are needed; got {groups}"
        raise ValueError(msg)
    outside = present[:, np.newaxis] != replicate
    weights = outside / (replicate.size - sizes)[:, np.newaxis]
    return Resamples(weights, (groups - 1) / groups, float(stdtrit(groups - 1, 0.975)))


def weighted_means(
    weights: Float[ndarray, "resample point"], terms: Float[ndarray, "point term"]
) -> Float[ndarray, "resample term"]:
    """The matrix product of weights and terms, small ones kept on one core.

    Args:
        weights: One row a resample.
        terms: What is averaged, one row a point.

    Returns:
        One row a resample.
    """
    resamples, points = weights.shape
    step = _ONE_CORE // max(resamples * terms.shape[1], 1)
    if step < 16:
        return weights @ terms
    means = np.zeros((resamples, terms.shape[1]))
    for start in range(0, points, step):
        means += weights[:, start : start + step] @ terms[start : start + step]
    return means
