"""Murphy's decomposition of the mean Brier score: reliability - resolution + uncertainty.

Exact because forecasts are grouped by their value and never binned. With few forecasts per value,
the plain terms overstate resolution and the reliability term. The corrected terms are unbiased and
can therefore be negative. Axes: (question).

References:
    Murphy (1973), A new vector partition of the probability score.
    Ferro & Fricker (2012), A bias-corrected decomposition of the Brier score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray


@dataclass(frozen=True)
class MurphyTerms:
    """Terms of the mean Brier score (half convention): reliability - resolution + uncertainty.

    Attributes:
        reliability: Squared distance between a forecast and the observed frequency after it; 0 is
            best.
        resolution: Squared distance between that frequency and the overall frequency.
        uncertainty: Variance of the outcomes.
    """

    reliability: float
    resolution: float
    uncertainty: float

    @property
    def total(self) -> float:
        """The mean Brier score."""
        return self.reliability - self.resolution + self.uncertainty


@dataclass(frozen=True)
class Decomposition:
    """Both versions; they have the same total.

    Attributes:
        plain: Murphy's terms.
        corrected: Terms without bias.
        alone: Number of forecasts whose value occurs once. One outcome gives no variance, so they
            add nothing to the correction, which is too small if there are many of them.
    """

    plain: MurphyTerms
    corrected: MurphyTerms
    alone: int


def decompose(
    p: Float[ndarray, " question"], happened: Bool[ndarray, " question"]
) -> Decomposition:
    """Decompose the mean Brier score of yes-or-no forecasts.

    Args:
        p: Probabilities of yes.
        happened: Whether it was yes; at least two questions.

    Returns:
        Plain and corrected terms.

    Raises:
        ValueError: There are fewer than two questions.

    Examples:
        >>> found = decompose(np.array([0.2, 0.2, 0.8, 0.8]), np.array([0, 0, 0, 1]) == 1)
        >>> found.plain
        MurphyTerms(reliability=0.065, resolution=0.0625, uncertainty=0.1875)

    References:
        Ferro & Fricker (2012), equations 9 to 11.
    """
    count = len(p)
    if count < 2:
        message = f"a decomposition needs at least 2 questions; got {count}"
        raise ValueError(message)
    values, group, sizes = np.unique(p, return_inverse=True, return_counts=True)
    shares = np.bincount(group, weights=happened) / sizes
    overall = float(np.mean(happened))
    weight = sizes / count
    plain = MurphyTerms(
        float(weight @ np.square(values - shares)),
        float(weight @ np.square(shares - overall)),
        overall * (1.0 - overall),
    )
    repeated = sizes > 1
    within = weight * shares * (1.0 - shares) / np.where(repeated, sizes - 1, 1)
    bias = float(within[repeated].sum())
    between = plain.uncertainty / (count - 1)
    corrected = MurphyTerms(
        plain.reliability - bias,
        plain.resolution - bias + between,
        plain.uncertainty + between,
    )
    return Decomposition(plain, corrected, int((~repeated).sum()))
