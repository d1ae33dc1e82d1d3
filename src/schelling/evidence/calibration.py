"""Simulation-based calibration: does a method find again what made the records?

A world of the prior makes records, the records make a posterior, and the rank of the world's own
values among draws of that posterior is uniform if the method is right. Axes: (repeat, thing).

References:
    Talts, Betancourt, Simpson, Vehtari & Gelman (2018), Validating Bayesian inference algorithms
    with simulation-based calibration, theorem 1 and section 4.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.stats import chi2


def rank(
    own: float, draws: Float[ndarray, " draw"], weights: Float[ndarray, " draw"], ranks: int
) -> int:
    """The rank of a value among weighted draws, from 0 to `ranks`; ties count half.

    Examples:
        >>> rank(0.7, np.arange(10.0) / 10, np.full(10, 0.1), 9)
        7
    """
    below = float(weights[draws < own].sum() + 0.5 * weights[draws == own].sum())
    return int(min(below / float(weights.sum()), 1 - 1e-12) * (ranks + 1))


def uniform(ranks: Int[ndarray, " repeat"], largest: int, bins: int) -> float:
    """The chance of a spread of ranks at least as uneven if they are uniform (chi-square test).

    Args:
        ranks: From 0 to `largest`.
        largest: The largest rank; `largest + 1` is a multiple of `bins`.
        bins: How many bins.

    Returns:
        NaN without ranks.

    Examples:
        >>> uniform(np.arange(100), 99, 10)
        1.0
    """
    if not len(ranks):
        return np.nan
    counts = np.bincount(ranks * bins // (largest + 1), minlength=bins)
    expected = len(ranks) / bins
    off = float(((counts - expected) ** 2).sum()) / expected
    return float(np.asarray(chi2.sf(off, bins - 1)))


def smallest_of(chances: Float[ndarray, " thing"]) -> float:
    """Smallest of several p-values, for their number (Holm's first step), at most 1."""
    return float(min(1.0, chances.min() * len(chances))) if len(chances) else 1.0
