"""How finely quantiles of a sample are known, and quantiles as text to just that digit."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.report.words.numerals import decimals, fixed, general

_FINEST, _COARSEST = 1e-4, 1e6


def quantile_errors(
    values: Float[ndarray, "quantile ..."],
    probabilities: Float[ndarray, " quantile"],
    draws: int,
) -> Float[ndarray, "quantile ..."]:
    """Half the 95 % interval of each quantile, its density taken from its neighbours.

    Args:
        values: Quantiles of a sample, ascending; best 5, 25, 50, 75 and 95 %.
        probabilities: Which ones.
        draws: Size of the sample.

    Returns:
        1.96 times sqrt(p (1 - p) / draws) times the slope of the quantile function; 0 in ties.
        The slope at the outer quantiles is twice that to their neighbour, as it is from 25 to 5 %
        of a normal distribution.

    Examples:
        >>> p = np.array([0.25, 0.5, 0.75])
        >>> quantile_errors(p, p, 10_000).round(4)
        array([0.017 , 0.0098, 0.017 ])

    References:
        Serfling, R. J. (1980), Approximation Theorems of Mathematical Statistics, section 2.3.3.
    """
    slope = np.gradient(values, probabilities, axis=0)
    slope[[0, -1]] *= 2.0
    spread = 1.96 * np.sqrt(probabilities * (1.0 - probabilities) / max(draws, 1))
    return slope * spread.reshape(-1, *([1] * (values.ndim - 1)))


def quantile_texts(
    values: Float[ndarray, " quantile"], probabilities: Float[ndarray, " quantile"], draws: int
) -> tuple[str, ...]:
    """Quantiles as text, none finer than the sample allows.

    Args:
        values: Quantiles of a sample, at least two, ascending.
        probabilities: Which ones.
        draws: Size of the sample.

    Returns:
        One text a quantile.
    """
    errors = quantile_errors(values, probabilities, draws)
    if whole(values):
        errors = np.zeros_like(values)
    return tuple(resolved(v, e) for v, e in zip(values.tolist(), errors.tolist(), strict=True))


def whole(values: ndarray) -> bool:
    """Whether all values are whole numbers, as counts are; such are known exactly."""
    return bool(np.all(values == np.round(values)))


def resolved(value: float, error: float) -> str:
    """A number to the first digit of its error, or to a few digits where that is out of sight.

    Args:
        value: The number.
        error: Half of its 95 % interval; 0 or NaN where it is not known.

    Returns:
        Its text.

    Examples:
        >>> resolved(0.58123, 0.004), resolved(2.6512e-7, 1e-8), resolved(405.0, 0.0)
        ('0.581', '2.7×10⁻⁷', '405')
    """
    if _FINEST <= error < _COARSEST:
        return fixed(value, decimals(error))
    return general(value, 2 if error > 0.0 else 3)
