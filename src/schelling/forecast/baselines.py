"""Baselines for forecasts: persistence, past cases, a coin.

A baseline is a probability like any other and can be certain and wrong. Knows no case.

References:
    Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, section 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from scipy.special import betaincinv

COIN = 0.5
"""Probability of yes when nothing is known."""


@dataclass(frozen=True)
class Rate:
    """Probability of the next case from past ones, as a beta distribution.

    Attributes:
        a: First parameter of the beta distribution.
        b: Second parameter.
    """

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Probability that it happens the next time."""
        return self.a / (self.a + self.b)

    def quantile(self, level: float) -> float:
        """A quantile of the rate."""
        return float(betaincinv(self.a, self.b, level))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Central interval of the rate.

        Examples:
            >>> low, high = reference_class(30, 106).interval()
            >>> print(f"{low:.3f} {high:.3f}")
            0.204 0.374
        """
        tail = 0.5 * (1.0 - level)
        return self.quantile(tail), self.quantile(1.0 - tail)


def reference_class(k: int, n: int) -> Rate:
    """Distribution of the rate after `k` of `n` past cases, by Jeffreys' prior; never just zero.

    Args:
        k: Number of cases in which it happened.
        n: Number of cases; with 0 the result is the prior.

    Returns:
        Beta distribution with parameters `k + 1/2` and `n - k + 1/2`.

    Raises:
        ValueError: `k` is not between 0 and `n`.

    Examples:
        >>> print(f"{reference_class(0, 52).mean:.4f}")
        0.0094
    """
    if not 0 <= k <= n:
        message = f"k must be from 0 to n; got {k} of {n}"
        raise ValueError(message)
    return Rate(k + 0.5, n - k + 0.5)


def persistence(
    unchanged: Bool[ndarray, "*question"], trust: float = 1.0
) -> Float[ndarray, "*question"]:
    """Probability of yes if nothing changes: certain, or as far as persistence is trusted.

    Args:
        unchanged: The answer if nothing changes.
        trust: Probability that nothing changes.

    Returns:
        Probabilities of yes.

    Examples:
        >>> persistence(np.array([True, False]), 0.9)
        array([0.9, 0.1])
    """
    return np.where(unchanged, trust, 1.0 - trust)
