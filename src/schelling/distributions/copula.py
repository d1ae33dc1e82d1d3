"""Dependence between assumptions: the Gaussian copula on points of the unit cube.

Ranks are tied, margins stay uniform, so any family can be put behind each column afterwards. Axes:
(draw, thing).

References:
    Nelsen, R. B. (2006), An Introduction to Copulas, section 2.3.
"""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float, Int
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


def loads(correlation: Float[ndarray, "thing thing"]) -> Float[ndarray, "thing thing"]:
    """How the score of each thing is made up of independent ones: the factor `correlate` uses.

    Raises:
        ValueError: If `correlation` is not a positive definite correlation matrix.

    Examples:
        >>> loads(np.array([[1.0, 0.8], [0.8, 1.0]])).round(3)
        array([[1. , 0. ],
               [0.8, 0.6]])
    """
    return _factor(correlation)


def blocks(correlation: Float[ndarray, "thing thing"]) -> tuple[tuple[int, ...], ...]:
    """Things by their dependence: those joined by correlations, directly or through others.

    Args:
        correlation: Correlation of the normal scores.

    Returns:
        Positions of each block, in order; things of different blocks are independent.

    Examples:
        >>> blocks(np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0], [0.5, 0.0, 1.0]]))
        ((0, 2), (1,))
    """
    found: list[tuple[int, ...]] = []
    left = list(range(correlation.shape[0]))
    while left:
        block, waiting = set[int](), [left[0]]
        while waiting:
            one = waiting.pop()
            if one not in block:
                block.add(one)
                waiting += np.flatnonzero(correlation[one]).tolist()
        found.append(tuple(sorted(block)))
        left = [one for one in left if one not in block]
    return tuple(found)


def redrawn(
    u: Float[ndarray, "draw thing"],
    fresh: Float[ndarray, "draw thing"],
    place: Int[ndarray, "draw thing"],
    correlation: Float[ndarray, "thing thing"],
    *,
    steps: int,
) -> Float[ndarray, "draw step thing"]:
    """Each draw as its things are drawn anew one after another, given those that are not yet.

    At step k the things whose place is below k have been drawn from their joint distribution given
    all the others. So every step has the same law, and two steps of a draw that share some things
    are independent given those. (Rosenblatt's transformation in the reverse of the order: what is
    drawn anew last comes first, and depends on nothing.)

    Args:
        u: Independent uniform points, strictly between 0 and 1, behind the draws to begin with.
        fresh: The same, independent of them, behind what is drawn anew.
        place: Where in the order of its draw each thing is drawn anew, counted from 0.
        correlation: Correlation of the normal scores, as for `correlate`.
        steps: How many steps to return, the first with nothing drawn anew.

    Returns:
        Points of the unit cube, dependent as `correlation` says.

    Raises:
        ValueError: If `correlation` is not a positive definite correlation matrix.

    Examples:
        >>> u, fresh = np.array([[0.1, 0.5]]), np.array([[0.9, 0.5]])
        >>> tied = np.array([[1.0, 0.8], [0.8, 1.0]])
        >>> redrawn(u, fresh, np.array([[1, 0]]), tied, steps=3)[0].round(3)
        array([[0.1  , 0.153],
               [0.1  , 0.153],
               [0.9  , 0.847]])

    References:
        Rosenblatt, M. (1952), Remarks on a multivariate transformation, Annals of Mathematical
        Statistics 23(3).
    """
    anew = place[:, np.newaxis, :] < np.arange(steps)[:, np.newaxis]
    points = np.where(anew, fresh[:, np.newaxis], u[:, np.newaxis])
    for block in blocks(correlation):
        members = np.array(block)
        if members.size == 1:
            continue
        last_first = members[np.argsort(-place[:, members], axis=1)]
        for order in np.unique(last_first, axis=0):
            rows = np.flatnonzero((last_first == order).all(axis=1))
            factor = _factor(correlation[np.ix_(order, order)])
            scores = ndtri(points[np.ix_(rows, np.arange(steps), order)]) @ factor.T
            tied = np.clip(ndtr(scores), _ABOVE_ZERO, _BELOW_ONE)
            points[np.ix_(rows, np.arange(steps), order)] = tied
    return points


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
