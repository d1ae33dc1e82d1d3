"""Whom agents meet in a step: so many random others, all different, drawn anew each time.

Who meets somebody sees it and need not be seen. Axes: (place, *cell), where a cell is an agent in a
world, `(agent, world)`, or the one agent of every world whose turn it is, `(world)`.

References:
    Bentley & Floyd (1987), Programming pearls: a sample of brilliance, Communications of the ACM
    30(9), 754-757 (a random sample without repetition).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple, cast

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int32, Integer

from schelling.populations.contacts import below


class Others(NamedTuple):
    """Those whom an agent can meet: agents of successive numbers, but for a gap.

    Attributes:
        first: The lowest number.
        size: How many there are.
        gap: How many of them come before the gap.
        width: How many numbers the gap leaves out.
    """

    first: Int32[Array, "*#cell"]
    size: Int32[Array, "*#cell"]
    gap: Int32[Array, "*#cell"]
    width: Int32[Array, "*#cell"]

    def at(self, place: Int32[Array, "*cell"]) -> Int32[Array, "*cell"]:
        """The agents in some places, counted from 0."""
        return self.first + place + jnp.where(place < self.gap, 0, self.width)


class Met(NamedTuple):
    """Whom agents meet.

    Attributes:
        others: Their numbers, from 0; agent 0 where there is nobody.
        there: Where there is somebody.
    """

    others: Int32[Array, "place ..."]
    there: Bool[Array, "place ..."]


Luck = Callable[[Integer[Array, ""] | int], Float[Array, "*cell"]]
"""Uniform numbers, one for every cell, by the number of a draw."""


def all_others(population: int, agents: Integer[Array, "*#cell"]) -> Others:
    """All agents but oneself.

    Args:
        population: How many agents there are.
        agents: Who meets somebody.
    """
    me = agents.astype(jnp.int32)
    return Others(*jnp.broadcast_arrays(jnp.int32(0), jnp.int32(population - 1), me, jnp.int32(1)))


def of_own_group(sizes: Sequence[int], agents: Integer[Array, "*#cell"]) -> Others:
    """The others of an agent's group.

    Args:
        sizes: Of the groups, whose agents have successive numbers.
        agents: Who meets somebody.
    """
    first, size = _group(sizes, agents)
    me = agents.astype(jnp.int32)
    return Others(*jnp.broadcast_arrays(first, size - 1, me - first, jnp.int32(1)))


def of_other_groups(sizes: Sequence[int], agents: Integer[Array, "*#cell"]) -> Others:
    """All agents outside of an agent's group; the arguments are those of `of_own_group`."""
    first, size = _group(sizes, agents)
    return Others(*jnp.broadcast_arrays(jnp.int32(0), sum(sizes) - size, first, size))


def drawn(others: Others, mean: float, luck: Luck, shape: tuple[int, ...]) -> Met:
    """So many of the others, every set of as many equally likely.

    A mean between two whole numbers is met by chance: of 2.3 others 2 are met for certain and a
    third with the chance 0.3.

    Args:
        others: Those who can be met; at least `mean` rounded up.
        mean: How many are met on average; more than 0.
        luck: Takes the numbers 0, 1, ... of as many draws as `mean` rounded up, and of one more
            where `mean` is no whole number.
        shape: Of the cells.
    """
    most = math.ceil(mean)
    there = jnp.ones((most, *shape), bool)
    if most > mean:
        there = there.at[0].set(luck(most) < mean - math.floor(mean))

    def one(number: Array, taken: Int32[Array, "place ..."]) -> Int32[Array, "place ..."]:
        last = others.size - most + number.astype(jnp.int32)
        place = below(luck(number), last + 1)
        again = reduce(jnp.logical_or, (taken[before] == place for before in range(most)))
        chosen = jnp.where(again, last, place)
        if most > mean:
            chosen = jnp.where(there[number], chosen, -1)
        return taken.at[number].set(chosen)

    nobody = jnp.full((most, *shape), -1, jnp.int32)
    taken = cast("Array", lax.fori_loop(0, most, one, nobody))
    return Met(jnp.where(there, others.at(taken), 0), there)


def together(met: Sequence[Met]) -> Met:
    """Whom agents meet in several circles."""
    return Met(*(jnp.concatenate(parts) for parts in zip(*met, strict=True)))


def _group(sizes: Sequence[int], agents: Integer[Array, "*#cell"]) -> tuple[Array, Array]:
    """First agent and size of an agent's group."""
    ends = jnp.cumsum(jnp.asarray(sizes, jnp.int32))
    group = jnp.searchsorted(ends, agents.astype(jnp.int32), side="right")
    size = jnp.asarray(sizes, jnp.int32)[group]
    return ends[group] - size, size
