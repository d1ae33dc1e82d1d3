"""Quantile functions of what agents draw: from a uniform number to one of a distribution.

Parameters are numbers of a world, or of every agent. Those of the language are written in
`schelling.case.language.words.prior_words`; in base units here.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import nn
from jax.scipy.special import logit, ndtr, ndtri
from jaxtyping import Array, Bool, Float

from schelling.case.language.words.prior_words import DISTRIBUTIONS

Number = Float[Array, "*#cell"]


def _uniform(u: Number, low: Number, high: Number) -> Number:
    return low + (high - low) * u


def _normal(u: Number, mean: Number, sd: Number) -> Number:
    return mean + sd * ndtri(u)


def _lognormal(u: Number, median: Number, sigma: Number) -> Number:
    return median * jnp.exp(sigma * ndtri(u))


def _truncnormal(u: Number, mean: Number, sd: Number, low: Number, high: Number) -> Number:
    """Counted from the side of the mean where the interval lies, or its tail would be lost."""
    above = low > mean
    near = jnp.where(above, mean - high, low - mean) / sd
    far = jnp.where(above, mean - low, high - mean) / sd
    share = jnp.where(above, 1 - u, u)
    z = ndtri(ndtr(near) + share * (ndtr(far) - ndtr(near)))
    return jnp.clip(mean + jnp.where(above, -z, z) * sd, low, high)


def _exponential(u: Number, mean: Number) -> Number:
    return -mean * jnp.log1p(-u)


def _triangular(u: Number, low: Number, mode: Number, high: Number) -> Number:
    width, left = high - low, mode - low
    rising = low + jnp.sqrt(u * width * left)
    falling = high - jnp.sqrt((1 - u) * width * (high - mode))
    return jnp.where(u * width < left, rising, falling)


def _loguniform(u: Number, low: Number, high: Number) -> Number:
    return low * jnp.exp(u * jnp.log(high / low))


def _logitnormal(u: Number, median: Number, sigma: Number) -> Number:
    return nn.sigmoid(logit(median) + sigma * ndtri(u))


QUANTILES: dict[str, Callable[..., Array]] = {
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "truncnormal": _truncnormal,
    "exponential": _exponential,
    "triangular": _triangular,
    "loguniform": _loguniform,
    "logitnormal": _logitnormal,
}
"""By the name of the distribution: of a uniform number and the parameters in order."""


def allowed(family: str, parameters: list[Array]) -> Bool[Array, "*cell"]:
    """Where the parameters are such as the distribution has them.

    What must be above a bound or another parameter may also be equal to it here: agents who all
    draw the same are no error.
    """
    distribution = DISTRIBUTIONS[family]
    known = dict(zip(distribution.parameters, parameters, strict=True))
    found = jnp.ones((), bool)
    for rule in distribution.rules:
        left = known[rule.left]
        right = known[rule.right] if isinstance(rule.right, str) else jnp.asarray(rule.right)
        found &= (left >= right) if rule.sign == ">" else (left <= right)
    return found
