"""Analysis of competing hypotheses: which hypothesis is least inconsistent with the evidence.

It counts only inconsistent evidence, because evidence that fits every hypothesis does not
discriminate between them. It ignores base rates and the strength of an item of evidence, so it is
shown beside the Bayes factors and does not replace them. Axes: (evidence, hypothesis).

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
    """Weighted inconsistency of each hypothesis; the hypothesis with the smallest sum is preferred.

    Args:
        speaks_against: From `against`.
        weight: Credibility times relevance of each item; ones for equal weights.

    Returns:
        The sums.
    """
    return weight @ speaks_against


def diagnostic(speaks_against: Float[ndarray, "evidence hypothesis"]) -> Bool[ndarray, " evidence"]:
    """Whether an item discriminates between hypotheses."""
    return np.ptp(speaks_against, axis=1) > 0


def marks(p: Float[ndarray, "evidence hypothesis"]) -> list[list[str]]:
    """Marks from probabilities: the ratio of the best-fitting hypothesis to each of the others.

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
