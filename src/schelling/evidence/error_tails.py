"""How far out a record lies under its error model: the chances of less and of more.

Parameters come in the order of the case language's table. Axes: (world, row); a parameter may be
the same in all rows.

References:
    Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.5.24 and 26.5.26: tails of
    counts by incomplete beta functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import betainc, betaincc, ndtr, stdtr
from scipy.stats import binom

from schelling.evidence import error_models
from schelling.evidence.error_models import Numbers

Tails = tuple[Float[ndarray, "_world row"], Float[ndarray, "_world row"]]

MOST_TERMS: Final = 20_000_000
"""Chances of single counts, over all worlds and rows, that are added up for tails."""


def tails(name: str, records: Float[ndarray, " row"], parameters: Sequence[Numbers]) -> Tails:
    """The chance of a record up to each one, and of one from it on; both include the record.

    Args:
        name: The error model.
        records: What was recorded.
        parameters: Of the model, in every world.

    Returns:
        NaN where the parameters are impossible, or a sum has too many terms.

    Examples:
        >>> low, high = tails("binomial", np.array([1.0]), [np.array([[2.0]]), np.array([[0.5]])])
        >>> low.tolist(), high.tolist()
        ([[0.75]], [[0.75]])
    """
    possible = error_models.possible(name, parameters)
    given = [np.where(possible, one, 0.5) for one in parameters]
    low, high = _TAILS[name](records, *given)
    return np.where(possible, low, np.nan), np.where(possible, high, np.nan)


def _normal(y: ndarray, mean: Numbers, sd: Numbers) -> Tails:
    score = (y - mean) / sd
    return ndtr(score), ndtr(-score)


def _lognormal(y: ndarray, median: Numbers, sigma: Numbers) -> Tails:
    return _normal(np.log(y), np.log(median), sigma)


def _student_t(y: ndarray, df: Numbers, location: Numbers, scale: Numbers) -> Tails:
    score = (y - location) / scale
    return stdtr(df, score), stdtr(df, -score)


def _binomial(y: ndarray, trials: Numbers, chance: Numbers) -> Tails:
    n = np.round(trials)
    return np.asarray(binom.cdf(y, n, chance)), np.asarray(binom.sf(y - 1, n, chance))


def _negative_binomial(y: ndarray, mean: Numbers, size: Numbers) -> Tails:
    share = mean / (size + mean)  # not 1 less it, which has no digits left where a size is large
    more = betainc(np.maximum(y, 1), size, share)
    return betaincc(y + 1, size, share), np.where(y > 0, more, 1.0)


def _beta_binomial(y: ndarray, trials: Numbers, mean: Numbers, concentration: Numbers) -> Tails:
    shape = np.broadcast(trials, mean, concentration, y[None]).shape
    less, more = np.full(shape, np.nan), np.full(shape, np.nan)
    given = [np.broadcast_to(one, shape) for one in (trials, mean, concentration)]
    for row, record in enumerate(y):
        own = [one[:, row : row + 1] for one in given]
        most = int(np.round(own[0]).max())
        if shape[0] * (most + 1) > MOST_TERMS / len(y):
            continue
        chance, counts = _chances(most, *own), np.arange(most + 1.0)
        less[:, row] = chance[:, counts <= record].sum(axis=1)
        more[:, row] = chance[:, counts >= record].sum(axis=1)
    return less, more


def _chances(
    most: int, trials: Numbers, mean: Numbers, concentration: Numbers
) -> Float[ndarray, "_world count"]:
    """Chances of 0 to `most` successes, from the ratio of each to the one before."""
    n, a, b = np.round(trials), mean * concentration, (1 - mean) * concentration
    k = np.arange(float(most))
    left = np.maximum(n - k, 0.0)
    with np.errstate(divide="ignore"):
        steps = np.log(left * (k + a)) - np.log((k + 1) * (np.maximum(left - 1, 0.0) + b))
    logs = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    chance = np.exp(logs - logs.max(axis=1, keepdims=True))
    return chance / chance.sum(axis=1, keepdims=True)


_TAILS: Final[Mapping[str, Callable[..., Tails]]] = MappingProxyType(
    {
        "normal": _normal,
        "lognormal": _lognormal,
        "student_t": _student_t,
        "binomial": _binomial,
        "beta_binomial": _beta_binomial,
        "negative_binomial": _negative_binomial,
    }
)
