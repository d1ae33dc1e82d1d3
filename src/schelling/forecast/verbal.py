"""Words of likelihood, and probabilities known only as an interval.

Two rows of seven terms each, the standard of the US intelligence community. The published ranges
share their edges; here a range holds its lower end and not its upper one, save the last, which
holds both. Below 1 % and above 99 % there is no word; print the number. A word stands for an
interval, not for its midpoint.

References:
    Office of the Director of National Intelligence (2015), Intelligence Community Directive 203,
        Analytic Standards, section D.6.e(2)(a).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

Rule = Callable[
    [Float[ndarray, "*question"], Bool[ndarray, "*question"]], Float[ndarray, "*question"]
]


class Band(NamedTuple):
    """A range of probabilities and its two words; do not mix the rows in one text.

    Attributes:
        low: Lowest probability.
        high: Where the next band begins.
        likelihood: Its word in the first row.
        probability: Its word in the second.
    """

    low: float
    high: float
    likelihood: str
    probability: str


BANDS = (
    Band(0.01, 0.05, "almost no chance", "remote"),
    Band(0.05, 0.20, "very unlikely", "highly improbable"),
    Band(0.20, 0.45, "unlikely", "improbable"),
    Band(0.45, 0.55, "roughly even chance", "roughly even odds"),
    Band(0.55, 0.80, "likely", "probable"),
    Band(0.80, 0.95, "very likely", "highly probable"),
    Band(0.95, 0.99, "almost certain", "nearly certain"),
)


def band_of(word: str) -> Band | None:
    """The band of a word of either row, or None.

    Examples:
        >>> band_of("Very likely")[:2]
        (0.8, 0.95)
        >>> band_of("perhaps")
    """
    wanted = " ".join(word.lower().split())
    return next((band for band in BANDS if wanted in band[2:]), None)


def word_of(p: float) -> str:
    """The word of the first row for a probability; empty where there is none.

    Examples:
        >>> word_of(0.05), word_of(0.99), word_of(0.995)
        ('very unlikely', 'almost certain', '')
    """
    if p == BANDS[-1].high:
        return BANDS[-1].likelihood
    return next((band.likelihood for band in BANDS if band.low <= p < band.high), "")


def best_and_worst(
    rule: Rule,
    low: Float[ndarray, "*question"],
    high: Float[ndarray, "*question"],
    happened: Bool[ndarray, "*question"],
) -> tuple[Float[ndarray, "*question"], Float[ndarray, "*question"]]:
    """Smallest and largest loss over an interval of probabilities.

    Args:
        rule: A loss that falls as the probability of what happened rises, such as `brier_half`.
        low: Lowest probability of yes.
        high: Highest.
        happened: Whether it was yes.

    Returns:
        The least and the largest loss over the interval.

    Examples:
        >>> from schelling.forecast.scores import brier_half
        >>> best, worst = best_and_worst(
        ...     brier_half, np.array([0.55]), np.array([0.95]), np.array([False])
        ... )
        >>> best, worst
        (array([0.3025]), array([0.9025]))
    """
    kind = np.where(happened, high, low)
    harsh = np.where(happened, low, high)
    return rule(kind, happened), rule(harsh, happened)
