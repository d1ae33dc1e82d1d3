"""Families with all their mass on points: a weighted choice of numbers, and one fixed number.

The points of a choice may come in any order; quantiles run through them from the least to the
greatest, so that a correlated choice leans the way its numbers do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from schelling.distributions.family import Family, Numbers, Value


def _sorted_masses(
    values: Sequence[float], weights: Sequence[float]
) -> tuple[Numbers, Numbers, Numbers]:
    """Points in order, and for each the share at or below it and the share above it."""
    order = np.argsort(np.asarray(values, dtype=float), kind="stable")
    points = np.asarray(values, dtype=float)[order]
    masses = np.asarray(weights, dtype=float)[order]
    from_low, from_top = np.cumsum(masses), np.cumsum(masses[::-1])[::-1]
    # each sum divided by its own total: exactly 1 at the last point that has mass
    return points, from_low / from_low[-1], np.append(from_top[1:], 0.0) / from_top[0]


def steps(values: Sequence[float], weights: Sequence[float]) -> Numbers:
    """Levels at which the quantile of a choice goes on to the next value, from 0 to 1.

    Examples:
        >>> steps([3.0, 1.0], [0.25, 0.75])
        array([0.  , 0.75, 1.  ])
    """
    _, at_or_below, _ = _sorted_masses(values, weights)
    return np.append(0.0, at_or_below)


def _choice_quantile(u: Numbers, values: Sequence[float], weights: Sequence[float]) -> Numbers:
    points, at_or_below, _ = _sorted_masses(values, weights)
    return points[np.searchsorted(at_or_below, u, side="left")]


def _choice_upper_quantile(
    q: Numbers, values: Sequence[float], weights: Sequence[float]
) -> Numbers:
    points, _, above = _sorted_masses(values, weights)
    return points[len(points) - np.searchsorted(above[::-1], q, side="right")]


def _choice_cdf(x: Numbers, values: Sequence[float], weights: Sequence[float]) -> Numbers:
    points, at_or_below, _ = _sorted_masses(values, weights)
    return np.append(0.0, at_or_below)[np.searchsorted(points, x, side="right")]


def _choice_survival(x: Numbers, values: Sequence[float], weights: Sequence[float]) -> Numbers:
    points, _, above = _sorted_masses(values, weights)
    return np.append(1.0, above)[np.searchsorted(points, x, side="right")]


def _choice_support(values: Sequence[float], weights: Sequence[float]) -> tuple[Value, Value]:
    possible = [value for value, weight in zip(values, weights, strict=True) if weight > 0.0]
    return min(possible), max(possible)


def _choice_mean(values: Sequence[float], weights: Sequence[float]) -> Value:
    return float(np.average(np.asarray(values, dtype=float), weights=weights))


def _fixed_quantile(u: Numbers, value: Value) -> Numbers:
    return np.zeros_like(u) + value


def _fixed_cdf(x: Numbers, value: Value) -> Numbers:
    return np.where(np.greater_equal(x, value), 1.0, 0.0)


def _fixed_survival(x: Numbers, value: Value) -> Numbers:
    return np.where(np.greater_equal(x, value), 0.0, 1.0)


def _fixed_support(value: Value) -> tuple[Value, Value]:
    return value, value


def _fixed_mean(value: Value) -> Value:
    return value


CHOICE = Family(
    "choice",
    ("values", "weights"),
    _choice_quantile,
    _choice_upper_quantile,
    _choice_cdf,
    _choice_survival,
    _choice_support,
    _choice_mean,
    discrete=True,
)
FIXED = Family(
    "fixed",
    ("value",),
    _fixed_quantile,
    _fixed_quantile,
    _fixed_cdf,
    _fixed_survival,
    _fixed_support,
    _fixed_mean,
    discrete=True,
)
