"""Analysis of competing hypotheses: which one the evidence speaks against least.

It counts only what is inconsistent, since what fits every hypothesis tells nothing. It ignores base
rates and how much an item tells, so it is a display beside the Bayes factors and never instead of
them. Axes: (evidence, hypothesis).

References:
    Heuer (1999), Psychology of Intelligence Analysis, chapter 8.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

AGAINST = {"CC": 0.0, "C": 0.0, "N": 0.0, "I": 1.0, "II": 2.0}
"""How far each mark speaks against a hypothesis: consistent, neutral, inconsistent."""


def against(marks: Sequence[Sequence[str]]) -> Float[ndarray, "evidence hypothesis"]:
    """Marks as numbers.

    Examples:
        >>> against([["II", "C"], ["N", "I"]])
        array([[2., 0.],
               [0., 1.]])
    """
    return np.array([[AGAINST[mark] for mark in row] for row in marks])


def inconsistency(
    speaks_against: Float[ndarray, "evidence hypothesis"], weight: Float[ndarray, " evidence"]
) -> Float[ndarray, " hypothesis"]:
    """Weighted sum of what speaks against each hypothesis; the least is the one to prefer.

    Args:
        speaks_against: From `against`.
        weight: Credibility times relevance of each item; ones to count all alike.

    Returns:
        The sums.
    """
    return weight @ speaks_against


def diagnostic(speaks_against: Float[ndarray, "evidence hypothesis"]) -> Bool[ndarray, " evidence"]:
    """Whether an item tells hypotheses apart at all."""
    return np.ptp(speaks_against, axis=1) > 0


def marks(p: Float[ndarray, "evidence hypothesis"]) -> list[list[str]]:
    """Marks from probabilities: how far each falls behind the one that fits an item best.

    By the steps for Bayes factors: up to 3 consistent, up to 20 inconsistent, beyond very
    inconsistent.

    Args:
        p: Probability each hypothesis gave to what happened.

    Returns:
        `C`, `I` or `II` for each.

    Examples:
        >>> marks(np.array([[0.9, 0.5, 0.1, 0.01]]))
        [['C', 'C', 'I', 'II']]
    """
    best = p.max(axis=1, keepdims=True)
    return [
        ["C" if q * 3 >= top else "I" if q * 20 >= top else "II" for q in row]
        for row, (top,) in zip(p.tolist(), best.tolist(), strict=True)
    ]
