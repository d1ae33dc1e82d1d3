"""Taking together what many agents have: sums, means, extremes, counts, shares.

A truth that is unsound, and a condition that is, make the result NaN. Of nobody the sum and the
count are 0, so is the share; `any` is false, `all` is true; mean, least and largest have no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int8, UInt32

from schelling import chance
from schelling.claims import temporal
from schelling.claims.signal import Signal

OF_TRUTHS: Final = ("sum", "mean", "share", "count", "any", "all")
"""What can be taken together of truths by counting."""

_GROUP: Final = 127
"""Ones that can be counted in eight bits."""


class Sums(NamedTuple):
    """What has been taken together so far.

    Attributes:
        total: Sum of the values that count, or the extreme one.
        weight: How many count.
    """

    total: Float[Array, "*cell"]
    weight: Float[Array, "*cell"]


def array(value: Array | Signal) -> Float[Array, "*cell"]:
    """A number; of a truth 1 or 0, and NaN where it is unsound."""
    if isinstance(value, Signal):
        return jnp.where(value.sound, value.truth, jnp.nan)
    return value


def nothing(function: str, shape: tuple[int, ...]) -> Sums:
    """Nothing taken together yet."""
    first = {"min": jnp.inf, "max": -jnp.inf}.get(function, 0.0)
    return Sums(jnp.full(shape, first), jnp.zeros(shape))


def add(function: str, sums: Sums, value: Array, counts: Array) -> Sums:
    """One more value.

    Args:
        function: Of the language.
        sums: So far.
        value: The value.
        counts: 1 where it counts, 0 where not, NaN where that is not known.
    """
    here = counts != 0
    match function:
        case "min":
            total = jnp.where(here, jnp.minimum(sums.total, value + 0 * counts), sums.total)
        case "max":
            total = jnp.where(here, jnp.maximum(sums.total, value + 0 * counts), sums.total)
        case _:
            total = sums.total + jnp.where(here, value * counts, 0.0)
    return Sums(total, sums.weight + counts)


def result(function: str, sums: Sums) -> Float[Array, "*cell"]:
    """The value of a function; 1 or 0 of a truth."""
    total, weight = sums
    match function:
        case "min" | "max":
            return jnp.where(weight == 0, jnp.nan, total)
        case "mean":
            return total / weight
        case "share":
            return jnp.where(weight == 0, 0.0, total / weight)
        case "any":
            return jnp.where(jnp.isnan(total), jnp.nan, total > 0)
        case "all":
            return jnp.where(jnp.isnan(total + weight), jnp.nan, total == weight)
        case _:
            return total


def whole(function: str, value: Array, counts: Array | None) -> Float[Array, "twin world"]:
    """A function over the first axis.

    Args:
        function: Of the language.
        value: Of every agent.
        counts: Which count, as for `add`; None where all do.
    """
    if function in ("min", "max"):
        worst = jnp.inf if function == "min" else -jnp.inf
        if counts is None:
            counts = jnp.ones_like(value)
        inside = jnp.where(counts != 0, value + 0 * counts, worst)
        total = temporal.least(inside) if function == "min" else temporal.largest(inside)
        return result(function, Sums(total, jnp.sum(counts, axis=0)))
    if counts is None:
        weight = jnp.full(value.shape[1:], float(value.shape[0]))
        return result(function, Sums(jnp.sum(value, axis=0), weight))
    inside = jnp.where(counts != 0, value * counts, 0.0)
    return result(function, Sums(jnp.sum(inside, axis=0), jnp.sum(counts, axis=0)))


def of_truths(
    function: str,
    body: Signal,
    conditions: Sequence[Signal],
    key: UInt32[Array, "*cell"] | None,
) -> Float[Array, "twin world"]:
    """A function of `OF_TRUTHS` over the first axis; the number is that of `whole`.

    Args:
        function: Of the language.
        body: What is true of every agent or not.
        conditions: One that says which agents count; none where all do.
        key: Any words; see `chance.once`. None where all that is true or false means something.
    """
    weight = jnp.full(body.truth.shape[1:], float(len(body.truth)))
    for condition in conditions:
        weight = _how_many(condition, key)
        sound = condition.sound & (~condition.truth | body.sound)
        body = Signal(body.truth & condition.truth, jnp.where(sound, 1.0, jnp.nan))
    return result(function, Sums(_how_many(body, key), weight))


def _how_many(statement: Signal, key: UInt32[Array, "*cell"] | None) -> Float[Array, "twin world"]:
    """Of how many along the first axis a statement is true; NaN where one of them is unsound."""
    if key is None:
        return ones(statement.truth.astype(jnp.int8))
    marks = jnp.where(statement.sound, statement.truth.astype(jnp.int8), jnp.int8(-1))
    (marks,) = chance.once(key, (marks,))
    return jnp.where(jnp.min(marks, axis=0) < 0, jnp.nan, ones(marks))


def ones(marks: Int8[Array, "*agent_and_cell"]) -> Float[Array, "*cell"]:
    """How many ones there are: first in groups so small that each is counted in eight bits.

    Args:
        marks: 1 or 0; where one of them is another number, the count means nothing.
    """
    agents, cells = len(marks), marks.shape[1:]
    fitting = (size for size in range(_GROUP, _GROUP // 2, -1) if agents % size == 0)
    size = next(fitting, min(_GROUP, agents))
    if agents % size:
        marks = jnp.concatenate([marks, jnp.zeros((-agents % size, *cells), jnp.int8)])
    groups = jnp.sum(marks.reshape(-1, size, *cells), axis=1, dtype=jnp.int8)
    return jnp.sum(groups, axis=0, dtype=jnp.int32).astype(float)
