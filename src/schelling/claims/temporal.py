"""Statements over time: always, eventually, until; and when they hold: first, last.

Time is the first axis of a signal here (worlds lie side by side behind it); the result has none.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from schelling.claims.signal import Signal


@jax.custom_jvp
def least(values: Float[Array, " time *world"]) -> Float[Array, "*world"]:
    """Least over time; NaN where one is, which XLA's own minimum over an axis forgets on a CPU.

    The first axis may as well be members or agents.
    """
    return jnp.where(jnp.any(jnp.isnan(values), axis=0), jnp.nan, jnp.min(values, axis=0))


@jax.custom_jvp
def largest(values: Float[Array, " time *world"]) -> Float[Array, "*world"]:
    """Largest over time, members or agents; NaN where one is, as of `least`."""
    return jnp.where(jnp.any(jnp.isnan(values), axis=0), jnp.nan, jnp.max(values, axis=0))


@least.defjvp
def _slope_of_least(
    values: tuple[Float[Array, " time *world"]], slopes: tuple[Float[Array, " time *world"]]
) -> tuple[Float[Array, "*world"], Float[Array, "*world"]]:
    """The slope at the step of the least value.

    JAX looks for the steps whose value equals the least. Where XLA computes one of the two anew and
    rounds it otherwise, none does, and the slope would be zero.
    """
    return least(*values), _at(jnp.argmin(*values, axis=0), *slopes)


@largest.defjvp
def _slope_of_largest(
    values: tuple[Float[Array, " time *world"]], slopes: tuple[Float[Array, " time *world"]]
) -> tuple[Float[Array, "*world"], Float[Array, "*world"]]:
    return largest(*values), _at(jnp.argmax(*values, axis=0), *slopes)


def _at(step: Int[Array, "*world"], values: Float[Array, " time *world"]) -> Float[Array, "*world"]:
    return jnp.take_along_axis(values, step[None], axis=0)[0]


def always(signal: Signal) -> Signal:
    """True at every step; the margin is the least."""
    return Signal(jnp.all(signal.truth, axis=0), least(signal.margin))


def eventually(signal: Signal) -> Signal:
    """True at some step; the margin is the largest."""
    return Signal(jnp.any(signal.truth, axis=0), largest(signal.margin))


def share(signal: Signal) -> Float[Array, "*world"]:
    """Share of the steps at which it is true; NaN where it means nothing at one of them."""
    return jnp.mean(jnp.where(signal.sound, signal.truth.astype(float), jnp.nan), axis=0)


def first(signal: Signal) -> Float[Array, "*world"]:
    """Number of the first step at which it is true, from 0.

    Infinite where it never is; NaN where it means nothing at one of the steps.
    """
    return _step(signal, jnp.argmax(signal.truth, axis=0))


def last(signal: Signal) -> Float[Array, "*world"]:
    """Number of the last step at which it is true; infinite and NaN as of `first`."""
    steps = signal.truth.shape[0]
    return _step(signal, steps - 1 - jnp.argmax(signal.truth[::-1], axis=0))


def _step(signal: Signal, step: Int[Array, "*world"]) -> Float[Array, "*world"]:
    found = jnp.where(jnp.any(signal.truth, axis=0), step.astype(float), jnp.inf)
    return jnp.where(jnp.all(signal.sound, axis=0), found, jnp.nan)


def until(hold: Signal, goal: Signal) -> Signal:
    """`goal` comes true at some step and `hold` is true at every step up to and including it.

    The margin is the largest, over steps, of the lesser of the goal's margin there and the least
    margin of `hold` up to there.
    """
    held = lax.associative_scan(jnp.logical_and, hold.truth, axis=0)
    lowest = lax.associative_scan(jnp.minimum, hold.margin, axis=0)
    truth = jnp.any(held & goal.truth, axis=0)
    return Signal(truth, largest(jnp.minimum(lowest, goal.margin)))
