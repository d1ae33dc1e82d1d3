"""The array functions behind the element functions of the language.

The names are those of `schelling.case.language.words.vocabulary`; a test proves the two sets equal.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import jax.numpy as jnp
from jax import lax, nn
from jax.scipy.special import gammaln, logit, ndtri
from jaxtyping import Array

from schelling.case.language.typed.types import Operation, Reference, Typed
from schelling.dynamics import calendar
from schelling.dynamics.thresholds import lowest_fixed_point

_ROOT_HALF = math.sqrt(0.5)


def _known(found: Array, *parts: Array) -> Array:
    """NaN where a part is, which XLA's own functions may forget on a CPU.

    A minimum or maximum does within a sum, and an arcus tangent in vectors of 512 bits.
    """
    for part in parts:
        found = jnp.where(jnp.isnan(part), jnp.nan, found)
    return found


def _clip(value: Array, low: Array, high: Array) -> Array:
    return _known(jnp.clip(value, low, high), value, low, high)


def _least(*values: Array) -> Array:
    least = values[0]
    for value in values[1:]:
        least = _known(jnp.minimum(least, value), least, value)
    return least


def _largest(*values: Array) -> Array:
    largest = values[0]
    for value in values[1:]:
        largest = _known(jnp.maximum(largest, value), largest, value)
    return largest


def _arctan(x: Array) -> Array:
    return _known(jnp.arctan(x), x)


def _normal_cdf(x: Array) -> Array:
    """As good as JAX's own, which also takes an error function, one number at a time."""
    return 0.5 * lax.erfc(x * -_ROOT_HALF)


def _log_gamma(x: Array) -> Array:
    """Not a number below 0, where the gamma function changes its sign at every whole number."""
    return jnp.where(x >= 0, gammaln(jnp.abs(x)), jnp.nan)


def _interpolate(x: Array, *points: Array) -> Array:
    """Straight lines between points `x0, y0, x1, y1, ...`; exact at the points themselves."""
    places, heights = points[::2], points[1::2]
    value = heights[0]
    segments = zip(places, places[1:], heights, heights[1:], strict=False)
    for left, right, low, high in segments:
        share = (x - left) / (right - left)
        inside = jnp.where(x >= right, high, low * (1 - share) + high * share)
        value = jnp.where(x > left, inside, value)
    return jnp.where(jnp.isnan(x), jnp.nan, value)


ELEMENTS: dict[str, Callable[..., Array]] = {
    "abs": jnp.abs,
    "min": _least,
    "max": _largest,
    "clip": _clip,
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tanh": jnp.tanh,
    "logistic": nn.sigmoid,
    "logit": logit,
    "atanh": jnp.arctanh,
    "atan": _arctan,
    "normal_cdf": _normal_cdf,
    "normal_ppf": ndtri,
    "lgamma": _log_gamma,
    "floor": jnp.floor,
    "ceil": jnp.ceil,
    "round": jnp.round,
    "sign": jnp.sign,
    "threshold_share": lowest_fixed_point,
    "interpolate": _interpolate,
}

CALENDAR: dict[str, Callable[..., Array]] = {
    "month_of_year": calendar.month_of_year,
    "day_of_year": calendar.day_of_year,
}
"""Behind the words of the language for the present day; of the time since a start and its day."""

_PARTS = 2.0**20  # of a unit; a power of two, since XLA multiplies by the inverse of a constant
_ROUNDED = 8 * 2.0**-52  # relative: a step's length, its multiple, an inverse and a product round


def _units_of_time(passed: Array, unit: Array) -> Array:
    """The time since the start as a number of units; whole, or so many halves, where it rounds so.

    Fifteen months of 4.348... weeks each, divided by the weeks of one, are else a little more or
    less than 15, and `floor` of less is 14.
    """
    count = passed / unit
    exact = jnp.round(count * _PARTS) / _PARTS
    off = lax.stop_gradient(exact - count)  # the slope is that of the quotient
    return count + jnp.where(jnp.abs(off) <= _ROUNDED * jnp.abs(count), off, 0.0)


OPERATORS: dict[str, Callable[..., Array]] = {
    "+": jnp.add,
    "-": jnp.subtract,
    "*": jnp.multiply,
    "/": jnp.divide,
    "**": jnp.power,
    "neg": jnp.negative,
}


_FUNCTIONS = OPERATORS | ELEMENTS | CALENDAR


def function(operation: Operation) -> Callable[..., Array]:
    """The array function behind an operator or a word, by what it is applied to."""
    return _units_of_time if _counts_time(operation) else _FUNCTIONS[operation.name]


def _counts_time(expression: Typed) -> bool:
    """Whether it is the time since the start in units, such as `elapsed / 1 week / 52`."""
    match expression:
        case Operation("/", (Reference("elapsed"), _)):
            return True
        case Operation("/", (inner, _)):
            return _counts_time(inner)
        case _:
            return False
