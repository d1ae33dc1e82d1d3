"""Dependence between assumptions: the Gaussian copula on points of the unit cube.

Ranks are tied, margins stay uniform, so any family can be put behind each column afterwards. Axes:
(draw, thing).

References:
    Nelsen, R. B. (2006), An Introduction to Copulas, section 2.3.
"""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import ndtr, ndtri

_BELOW_ONE = math.nextafter(1.0, 0.0)
_ABOVE_ZERO = 5e-324


def correlate(
    u: Float[ndarray, "draw thing"], correlation: Float[ndarray, "thing thing"]
) -> Float[ndarray, "draw thing"]:
    """Points of the unit cube with the ranks of their columns tied.

    Column k depends on columns 0 to k only, so a thing added at the end never moves the others; a
    column that is correlated with none before it comes back with the same bits. Each row is
    computed by itself, so it has the same bits in any batch.

    Args:
        u: Independent uniform points, strictly between 0 and 1.
        correlation: Correlation of the normal scores; symmetric, ones on the diagonal, positive
            definite. The rank correlation that results is `6 / pi * arcsin(r / 2)`.

    Returns:
        Points strictly between 0 and 1, each column uniform.

    Raises:
        ValueError: If `correlation` is not a positive definite correlation matrix.

    Examples:
        >>> u = np.array([[0.9, 0.5], [0.1, 0.5]])
        >>> correlate(u, np.array([[1.0, 0.8], [0.8, 1.0]])).round(3)
        array([[0.9  , 0.847],
               [0.1  , 0.153]])
    """
    factor = _factor(correlation)
    tied = u.copy(order="K")
    scores: dict[int, Float[ndarray, " draw"]] = {}
    for column in range(u.shape[1]):
        others = [k for k in range(column) if factor[column, k] != 0.0]
        if not others:
            continue
        total = np.zeros(u.shape[0])
        for k in (*others, column):  # a fixed order of sums: no row feels its batch
            if k not in scores:
                scores[k] = ndtri(u[:, k])
            total = total + factor[column, k] * scores[k]
        tied[:, column] = np.clip(ndtr(total), _ABOVE_ZERO, _BELOW_ONE)
    return tied


def least_eigenvalue(correlation: Float[ndarray, "thing thing"]) -> float:
    """Least eigenvalue of a symmetric matrix: a correlation matrix is possible when it is positive.

    Args:
        correlation: Symmetric matrix; only the lower triangle is read.

    Returns:
        The least eigenvalue; negative when no set of variables can be correlated like this.

    Examples:
        >>> opposed = np.array([[1.0, -0.9, -0.9], [-0.9, 1.0, -0.9], [-0.9, -0.9, 1.0]])
        >>> round(least_eigenvalue(opposed), 12)
        -0.8
    """
    return float(np.linalg.eigvalsh(correlation)[0])


def _factor(correlation: Float[ndarray, "thing thing"]) -> Float[ndarray, "thing thing"]:
    symmetric = np.array_equal(correlation, correlation.T)
    if not (symmetric and np.all(np.diag(correlation) == 1.0)):
        msg = "`correlation` must be symmetric with ones on the diagonal"
        raise ValueError(msg)
    try:
        return np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError as error:
        least = least_eigenvalue(correlation)
        msg = f"`correlation` must be positive definite; its least eigenvalue is {least:.3g}"
        raise ValueError(msg) from error
