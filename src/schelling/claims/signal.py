"""Truth with a margin: how far a statement is from flipping.

A signal carries the truth itself and its quantitative semantics, a number that is positive where
the statement holds and negative where it fails; where it is zero only the truth decides. `and` is
the least margin, `or` the largest, `not` the opposite. Element by element over any axes.

References:
    Donze & Maler (2010), Robust satisfaction of temporal logic over real-valued signals, FORMATS,
    definition 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Num

EQUAL = 1e-12
"""Relative difference up to which two numbers count as equal."""


class Signal(NamedTuple):
    """A statement in every world (and at every step, where it has a time axis).

    Attributes:
        truth: Whether it holds.
        margin: How far it is from flipping, in the unit of what is compared; 1 for plain facts.
            Where it is not finite a number left the domain, and the truth means nothing.
    """

    truth: Bool[Array, "*world"]
    margin: Float[Array, "*world"]

    @property
    def sound(self) -> Bool[Array, "*world"]:
        """Where the statement means something."""
        return jnp.isfinite(self.margin)


def fact(truth: Bool[Array, "*world"]) -> Signal:
    """A statement without degrees, such as which phase it is: margin 1 or -1."""
    return Signal(truth, jnp.where(truth, 1.0, -1.0))


def told(number: Float[Array, "*world"]) -> Signal:
    """A statement that is kept as a number: above 0 where it holds, NaN where nothing is known."""
    found = fact(number > 0)
    return Signal(found.truth, jnp.where(jnp.isnan(number), jnp.nan, found.margin))


def compare(sign: str, left: Float[Array, "*#world"], right: Float[Array, "*#world"]) -> Signal:
    """`left sign right` for numbers; the margin is the distance to equality.

    Numbers that agree to twelve digits count as equal, so that rounding never decides a claim. What
    is infinite is no number: its margin is NaN, which no other part of a claim can hide.
    """
    gap = left - right
    size = jnp.maximum(jnp.abs(left), jnp.abs(right))
    near = jnp.where(jnp.abs(gap) <= EQUAL * size, 0.0, gap)
    gap = jnp.where(jnp.isfinite(gap), near, jnp.nan)
    match sign:
        case ">":
            return Signal(gap > 0, gap)
        case ">=":
            return Signal(gap >= 0, gap)
        case "<":
            return Signal(gap < 0, -gap)
        case "<=":
            return Signal(gap <= 0, -gap)
        case "==":
            return Signal(gap == 0, -jnp.abs(gap))
        case _:
            return Signal(gap != 0, jnp.abs(gap))


def compare_moments(
    sign: str, left: Float[Array, "*#world"], right: Float[Array, "*#world"], end: float
) -> Signal:
    """`left sign right` for times of which infinite ones stand for never.

    Never is later than every time, and two nevers are equal. For the margin, what never came comes
    at the first time after the run, or a week after what it is compared with if that is later.

    Args:
        sign: A comparison.
        left: Times in weeks.
        right: Times in weeks.
        end: First time after the run, in weeks.
    """
    return compare(sign, _seen(left, right, end), _seen(right, left, end))


def _seen(
    moment: Float[Array, "*#world"], other: Float[Array, "*#world"], end: float
) -> Float[Array, "*#world"]:
    """A time with never replaced by a time after the other and after the run."""
    after = jnp.maximum(end, jnp.where(jnp.isposinf(other), end, other + 1.0))
    return jnp.where(jnp.isposinf(moment), after, moment)


def same(left: Num[Array, "*#world"], right: Num[Array, "*#world"]) -> Signal:
    """`left == right` for labels, which have no distance: margin 1 or -1, NaN where one is NaN."""
    known = jnp.isfinite(left) & jnp.isfinite(right)
    return Signal(left == right, jnp.where(known, fact(left == right).margin, jnp.nan))


def every(signals: Sequence[Signal]) -> Signal:
    """All of several statements."""
    truth, margin = signals[0]
    for other in signals[1:]:
        truth, margin = truth & other.truth, jnp.minimum(margin, other.margin)
    return Signal(truth, margin)


def some(signals: Sequence[Signal]) -> Signal:
    """At least one of several statements."""
    truth, margin = signals[0]
    for other in signals[1:]:
        truth, margin = truth | other.truth, jnp.maximum(margin, other.margin)
    return Signal(truth, margin)


def negate(signal: Signal) -> Signal:
    """The opposite statement."""
    return Signal(~signal.truth, -signal.margin)


def choose(condition: Signal, then: Signal, otherwise: Signal) -> Signal:
    """One of two statements, by a condition."""
    truth = jnp.where(condition.truth, then.truth, otherwise.truth)
    margin = jnp.where(condition.truth, then.margin, otherwise.margin)
    return Signal(truth, jnp.where(condition.sound, margin, jnp.nan))


def given(body: Signal, condition: Signal) -> Signal:
    """A statement under a condition; NaN where the condition means nothing."""
    return Signal(body.truth, jnp.where(condition.sound, body.margin, jnp.nan))


def pick(
    condition: Signal, then: Float[Array, "*#world"], otherwise: Float[Array, "*#world"]
) -> Float[Array, "*#world"]:
    """One of two numbers, by a condition; NaN where the condition means nothing."""
    value = jnp.where(condition.truth, then, otherwise)
    return jnp.where(condition.sound, value, jnp.nan)
