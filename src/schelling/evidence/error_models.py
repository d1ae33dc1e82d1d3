"""How a record strays from what a world has: densities, draws and moments of error models.

Parameters come in the order of the case language's table. Where they are not possible, such as a
chance above 1, a record has the density 0. Axes: (world, row); a parameter may be the same in all
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln, xlog1py, xlogy
from jaxtyping import Array, Float
from numpy import ndarray

Numbers = Float[ndarray, "#world #row"]
Parameter = Float[Array, "#world #row"] | Numbers

_LARGE: Final = 1e3
"""From here on the next term of Stirling's series is below 1e-18."""

_HALF_LOG_TWO_PI: Final = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True)
class RecordError:
    """One error model.

    Attributes:
        log_density: Of records (row) under parameters (world, row); the log probability of a count.
        allowed: Where the parameters are possible.
        draw: Records drawn under parameters.
        moments: Mean and standard deviation of a record.
    """

    log_density: Callable[..., Array]
    allowed: Callable[..., Array]
    draw: Callable[..., Numbers]
    moments: Callable[..., tuple[Numbers, Numbers]]


def _normal(y: Array, mean: Array, sd: Array) -> Array:
    return -0.5 * ((y - mean) / sd) ** 2 - jnp.log(sd) - _HALF_LOG_TWO_PI


def _lognormal(y: Array, median: Array, sigma: Array) -> Array:
    return _normal(jnp.log(y), jnp.log(median), sigma) - jnp.log(y)


def _rise(start: Array, more: Array) -> Array:
    """Log of Gamma(start + more) / Gamma(start), to rounding for a large start too.

    There both logarithms are large and nearly equal, so Stirling's series of both is subtracted
    term by term (Abramowitz and Stegun, 1964, 6.1.41).
    """
    large = start > _LARGE
    some, big = jnp.where(large, 1.0, start), jnp.where(large, start, _LARGE)
    whole = big + more
    series = (big - 0.5) * jnp.log1p(more / big) + more * (jnp.log(whole) - 1)
    series = series + (1 / whole - 1 / big) / 12 - (1 / whole**3 - 1 / big**3) / 360
    return jnp.where(large, series, gammaln(some + more) - gammaln(some))


def _student_t(y: Array, df: Array, location: Array, scale: Array) -> Array:
    whole = _rise(df / 2, jnp.asarray(0.5)) - 0.5 * jnp.log(df * jnp.pi) - jnp.log(scale)
    return whole - (df + 1) / 2 * jnp.log1p(((y - location) / scale) ** 2 / df)


def _ways(n: Array, k: Array) -> Array:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _binomial(y: Array, trials: Array, chance: Array) -> Array:
    n = jnp.round(trials)
    found = _ways(n, y) + xlogy(y, chance) + xlog1py(n - y, -chance)
    return jnp.where(y <= n, found, -jnp.inf)


def _beta_binomial(y: Array, trials: Array, mean: Array, concentration: Array) -> Array:
    n, a, b = jnp.round(trials), mean * concentration, (1 - mean) * concentration
    found = _ways(n, y) + _rise(a, y) + _rise(b, n - y) - _rise(a + b, n)
    return jnp.where(y <= n, found, -jnp.inf)


def _negative_binomial(y: Array, mean: Array, size: Array) -> Array:
    ways = _rise(size, y) - gammaln(y + 1)
    return ways - size * jnp.log1p(mean / size) + xlogy(y, mean / (size + mean))


def _finite_with_spread(mean: Array, sd: Array) -> Array:
    return jnp.isfinite(mean) & (sd > 0)


def _both_positive(first: Array, second: Array) -> Array:
    return (first > 0) & (second > 0)


def _possible_t(df: Array, location: Array, scale: Array) -> Array:
    return (df > 0) & _finite_with_spread(location, scale)


def _possible_binomial(trials: Array, chance: Array) -> Array:
    return (trials > 0) & (chance >= 0) & (chance <= 1)


def _possible_beta_binomial(trials: Array, mean: Array, concentration: Array) -> Array:
    return (trials > 0) & (mean > 0) & (mean < 1) & (concentration > 0)


def _draw_normal(rng: np.random.Generator, mean: Numbers, sd: Numbers) -> Numbers:
    return mean + sd * rng.standard_normal(np.broadcast(mean, sd).shape)


def _draw_lognormal(rng: np.random.Generator, median: Numbers, sigma: Numbers) -> Numbers:
    return median * np.exp(sigma * rng.standard_normal(np.broadcast(median, sigma).shape))


def _draw_t(rng: np.random.Generator, df: Numbers, location: Numbers, scale: Numbers) -> Numbers:
    shape = np.broadcast(df, location, scale).shape
    return location + scale * rng.standard_t(np.broadcast_to(df, shape))


def _draw_binomial(rng: np.random.Generator, trials: Numbers, chance: Numbers) -> Numbers:
    return rng.binomial(np.round(trials).astype(int), chance).astype(float)


def _draw_beta_binomial(
    rng: np.random.Generator, trials: Numbers, mean: Numbers, concentration: Numbers
) -> Numbers:
    shape = np.broadcast(trials, mean, concentration).shape
    chance = rng.beta(mean * concentration, (1 - mean) * concentration, size=shape)
    return _draw_binomial(rng, trials, chance)


def _draw_negative_binomial(rng: np.random.Generator, mean: Numbers, size: Numbers) -> Numbers:
    shape = np.broadcast(mean, size).shape
    rate = rng.gamma(np.broadcast_to(size, shape), mean / size)
    return rng.poisson(rate).astype(float)


def _moments_of_normal(mean: Numbers, sd: Numbers) -> tuple[Numbers, Numbers]:
    return mean + 0 * sd, sd + 0 * mean


def _moments_of_lognormal(median: Numbers, sigma: Numbers) -> tuple[Numbers, Numbers]:
    mean = median * np.exp(sigma**2 / 2)
    return mean, mean * np.sqrt(np.expm1(sigma**2))


def _moments_of_t(df: Numbers, location: Numbers, scale: Numbers) -> tuple[Numbers, Numbers]:
    """Of a t with at most 2 degrees of freedom, which has no variance, the scale stands for it."""
    spread = np.where(df > 2, np.sqrt(df / np.maximum(df - 2, 1e-9)), 1.0)
    return location + 0 * scale, scale * spread


def _moments_of_binomial(trials: Numbers, chance: Numbers) -> tuple[Numbers, Numbers]:
    return trials * chance, np.sqrt(trials * chance * (1 - chance))


def _moments_of_beta_binomial(
    trials: Numbers, mean: Numbers, concentration: Numbers
) -> tuple[Numbers, Numbers]:
    spread = trials * mean * (1 - mean) * (1 + (trials - 1) / (concentration + 1))
    return trials * mean, np.sqrt(spread)


def _moments_of_negative_binomial(mean: Numbers, size: Numbers) -> tuple[Numbers, Numbers]:
    return mean + 0 * size, np.sqrt(mean + mean**2 / size)


ERRORS: Final[Mapping[str, RecordError]] = MappingProxyType(
    {
        "normal": RecordError(_normal, _finite_with_spread, _draw_normal, _moments_of_normal),
        "lognormal": RecordError(
            _lognormal, _both_positive, _draw_lognormal, _moments_of_lognormal
        ),
        "student_t": RecordError(_student_t, _possible_t, _draw_t, _moments_of_t),
        "binomial": RecordError(
            _binomial, _possible_binomial, _draw_binomial, _moments_of_binomial
        ),
        "beta_binomial": RecordError(
            _beta_binomial,
            _possible_beta_binomial,
            _draw_beta_binomial,
            _moments_of_beta_binomial,
        ),
        "negative_binomial": RecordError(
            _negative_binomial,
            _both_positive,
            _draw_negative_binomial,
            _moments_of_negative_binomial,
        ),
    }
)
"""Every error model by name."""


def log_densities(
    name: str,
    records: Float[Array, " row"] | Float[ndarray, " row"],
    parameters: Sequence[Parameter],
) -> Float[Array, "_world row"]:
    """The log density of every record in every world; minus infinity where it is impossible.

    A gradient exists wherever the parameters are possible.

    Examples:
        >>> import jax.numpy as jnp
        >>> coin = [jnp.array([[2.0]]), jnp.array([[0.5], [1.5]])]
        >>> jnp.exp(log_densities("binomial", jnp.array([1.0]), coin)).round(6).tolist()
        [[0.5], [0.0]]
    """
    model, given = ERRORS[name], [jnp.asarray(one) for one in parameters]
    possible = model.allowed(*given)
    safe = [jnp.where(possible, one, 0.5) for one in given]  # no NaN in any gradient
    found = model.log_density(jnp.asarray(records), *safe)
    return jnp.where(possible & ~jnp.isnan(found), found, -jnp.inf)


def draws(
    name: str, rng: np.random.Generator, parameters: Sequence[Numbers], rows: int
) -> Float[ndarray, "_world rows"]:
    """One record of each row in each world; NaN where the parameters are impossible."""
    model = ERRORS[name]
    shape = (max(len(one) for one in parameters), rows)
    allowed = np.broadcast_to(possible(name, parameters), shape)
    whole = [np.where(allowed, one, 0.5) for one in parameters]
    return np.where(allowed, model.draw(rng, *whole), np.nan)


def moments(name: str, parameters: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """Mean and standard deviation of the records in every world; NaN where impossible."""
    model = ERRORS[name]
    allowed = possible(name, parameters)
    mean, sd = model.moments(*[np.where(allowed, one, 0.5) for one in parameters])
    return np.where(allowed, mean, np.nan), np.where(allowed, sd, np.nan)


def possible(name: str, parameters: Sequence[Numbers]) -> ndarray:
    """Where parameters are possible."""
    return np.asarray(ERRORS[name].allowed(*[jnp.asarray(one) for one in parameters]))
