"""Scores of ordered answers: an error of one bin costs less than an error of three.

Knows bins by their position only. Axes: (question, bin).

References:
    Epstein (1969), A scoring system for probability forecasts of ranked categories.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray


def rps(
    p: Float[ndarray, "*question bin"], happened: Int[ndarray, "*question"]
) -> Float[ndarray, "*question"]:
    """Ranked probability score: squared distance of the cumulative probabilities, summed.

    Args:
        p: Probabilities of the bins in order, summing to one.
        happened: Index of the bin.

    Returns:
        The score, from 0 (best) to the number of bins minus one.

    Examples:
        >>> rps(np.array([[0.2, 0.5, 0.3]]), np.array([1]))
        array([0.13])
    """
    cuts = np.arange(int(p.shape[-1]) - 1)
    below = np.cumsum(p, axis=-1)[..., :-1]
    return np.square(below - (happened[..., np.newaxis] <= cuts)).sum(axis=-1)


def ordered_brier(
    p: Float[ndarray, "*question bin"], happened: Int[ndarray, "*question"]
) -> Float[ndarray, "*question"]:
    """Mean over the cuts between bins of the two-category Brier score, from 0 to 2.

    Twice the ranked probability score divided by the number of cuts, hence on the scale of `brier`
    whatever the number of bins.

    Args:
        p: Probabilities of the bins in order, summing to one; at least two bins.
        happened: Index of the bin.

    Returns:
        The score; 0 is best.

    Examples:
        >>> ordered_brier(np.array([[0.25, 0.25, 0.30, 0.20]]), np.array([1]))
        array([0.235])
    """
    return 2.0 * rps(p, happened) / (p.shape[-1] - 1)
