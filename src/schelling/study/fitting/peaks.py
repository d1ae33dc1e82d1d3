"""Whether a posterior lies in two places, with a gap between: its median tells of one at most.

References:
    Otsu (1979), A threshold selection method from gray-level histograms, equation 18.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.evidence import diagnostics

APART: Final = 0.9
"""Share of the variance that lies between two places; it is 0.64 for a normal distribution, 0.75
for a uniform one, and 0.9 for two normal ones that are six standard deviations apart."""

_LEAST: Final = 0.05
_MIDDLE = np.array([0.5])


@dataclass(frozen=True)
class TwoPlaces:
    """Two places that a posterior has.

    Attributes:
        at: Medians of both, the lower first.
        share: Of the posterior at the higher one.
    """

    at: tuple[float, float]
    share: float


def two_places(
    scores: Float[ndarray, " world"],
    values: Float[ndarray, " world"],
    weights: Float[ndarray, " world"],
) -> TwoPlaces | None:
    """Two places, where they are apart and each has one world in 20 at least.

    Args:
        scores: On a scale on which the prior is normal.
        values: The same in declared units, in the same order.
        weights: Of the worlds.

    Examples:
        >>> two = np.concatenate([np.linspace(-2.1, -1.9, 50), np.linspace(1.9, 2.1, 150)])
        >>> two_places(two, two, np.full(200, 1 / 200)).share
        0.75
        >>> two_places(np.linspace(-2, 2, 200), np.linspace(-2, 2, 200), np.full(200, 1 / 200))
    """
    order = np.argsort(scores)
    score, value, weight = scores[order], values[order], weights[order] / weights.sum()
    below = np.cumsum(weight)[:-1]
    mean = float(weight @ score)
    moment = np.cumsum(weight * (score - mean))[:-1]
    variance = float(weight @ (score - mean) ** 2)
    allowed = (below >= _LEAST) & (below <= 1 - _LEAST)
    if variance <= 0 or not allowed.any():
        return None
    inside = np.where(allowed, below * (1 - below), 1.0)
    between = np.where(allowed, moment**2 / inside, 0.0)
    cut = int(np.argmax(between))
    if between[cut] < APART * variance:
        return None
    low, high = (
        float(diagnostics.quantiles(value[part], weight[part], _MIDDLE)[0])
        for part in (slice(None, cut + 1), slice(cut + 1, None))
    )
    return TwoPlaces((low, high), 1 - float(below[cut]))
