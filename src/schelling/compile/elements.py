"""The array functions behind the element functions of the language.

The names are those of `schelling.case.language.vocabulary`; a test proves the two sets equal.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import nn
from jax.scipy.special import gammaln, logit, ndtr, ndtri
from jaxtyping import Array

from schelling.dynamics.thresholds import lowest_fixed_point


def _least(*values: Array) -> Array:
    least = values[0]
    for value in values[1:]:
        least = jnp.minimum(least, value)
    return least


def _largest(*values: Array) -> Array:
    largest = values[0]
    for value in values[1:]:
        largest = jnp.maximum(largest, value)
    return largest


def _log_gamma(x: Array) -> Array:
    """Not a number below 0, where the gamma function changes its sign at every whole number."""
    return jnp.where(x >= 0, gammaln(jnp.abs(x)), jnp.nan)


ELEMENTS: dict[str, Callable[..., Array]] = {
    "abs": jnp.abs,
    "min": _least,
    "max": _largest,
    "clip": jnp.clip,
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tanh": jnp.tanh,
    "logistic": nn.sigmoid,
    "logit": logit,
    "atanh": jnp.arctanh,
    "normal_cdf": ndtr,
    "normal_ppf": ndtri,
    "lgamma": _log_gamma,
    "floor": jnp.floor,
    "ceil": jnp.ceil,
    "round": jnp.round,
    "sign": jnp.sign,
    "threshold_share": lowest_fixed_point,
}

OPERATORS: dict[str, Callable[..., Array]] = {
    "+": jnp.add,
    "-": jnp.subtract,
    "*": jnp.multiply,
    "/": jnp.divide,
    "**": jnp.power,
    "neg": jnp.negative,
}
