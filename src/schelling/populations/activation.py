"""One at a time: in every turn one random agent, or one pair, acts on what the last turn left.

For rules that are not synchronous, such as the voter model (Holley and Liggett 1975) or pairs of
bounded confidence (Deffuant, Neau, Amblard and Weisbuch 2000). Every world has its own agents and
luck; turns are numbered, so that a run in two parts is the run in one. Axes: (agent, world), or
(agent, twin, world) where worlds have twins, which share who acts. An array that is the same for
all agents has length 1 there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int32, Integer, Shaped, UInt32

from schelling import chance
from schelling.populations import contacts
from schelling.populations.lists import Lists

States = dict[str, Shaped[Array, "#agent *twin world"]]
Own = dict[str, Shaped[Array, "*#twin #world"]]

MOST_TURNS = 2**31
"""Turns of a run: each counts two of the 2**32 random numbers of a stream, who and whom."""


class Turn(NamedTuple):
    """Who acts in a turn.

    Attributes:
        number: Of the turn.
        who: Whose turn it is, in each world.
        whom: Whom it meets; itself where it meets nobody.
    """

    number: UInt32[Array, ""]
    who: Int32[Array, " world"]
    whom: Int32[Array, " world"]


Meeting = Callable[[Own, Own, Turn], tuple[Own, Own]]
Looking = Callable[[States, Turn], Own]


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["key", "worlds", "first", "count"],
    meta_fields=[],
)
@dataclass(frozen=True)
class Turns:
    """Which turns are taken, and where their luck comes from.

    Attributes:
        key: Of this stream of chance, from `schelling.chance.keys`.
        worlds: Numbers of the worlds.
        first: Number of the first turn.
        count: How many turns; the last is below `MOST_TURNS`.
    """

    key: UInt32[Array, " two"]
    worlds: UInt32[Array, " world"]
    first: int | Integer[Array, ""]
    count: int | Integer[Array, ""]

    def luck(self, number: UInt32[Array, ""], draws: int) -> Shaped[Array, "draw world"]:
        """Uniform numbers of a turn: for who acts, and for whom it meets."""
        counts = 2 * number + jnp.arange(draws, dtype=jnp.uint32)[:, None]
        return lax.optimization_barrier(
            chance.cells((self.key[0], self.key[1]), counts, self.worlds)
        )


def pairwise(states: States, turns: Turns, ties: Lists | None, rule: Meeting) -> States:
    """Turns in which a random agent meets one of its neighbours.

    Args:
        states: Arrays over agents and worlds.
        turns: Which turns, and their luck.
        ties: Who may meet whom; anybody if None. Who has no neighbours lets its turn pass.
        rule: Takes the states of the agent, those of whom it meets, and the turn; returns the
            states of both afterwards.
    """
    agents = _agents(states)
    if agents == 1:
        return states

    def turn(number: UInt32[Array, ""], before: States) -> States:
        drawn = turns.luck(number, 2)
        who = contacts.below(drawn[0], jnp.int32(agents))
        if ties is None:
            whom = contacts.anybody(agents, who, drawn[1])
        else:
            whom = contacts.neighbour(ties, who, drawn[1])
        mine = {name: of(array, who) for name, array in before.items()}
        theirs = {name: of(array, whom) for name, array in before.items()}
        here, there = rule(mine, theirs, Turn(number, who, whom))
        if ties is not None:
            met = ties.degree[who] > 0
            here = {name: jnp.where(met, here[name], mine[name]) for name in before}
            there = {name: jnp.where(met, there[name], theirs[name]) for name in before}
        values = {name: jnp.stack([there[name], here[name]]) for name in before}
        return _put(before, jnp.stack([whom, who]), values)

    return _taken(states, turns, turn)


def alone(states: States, turns: Turns, rule: Looking) -> States:
    """Turns in which a random agent acts on what it sees.

    Args:
        states: Arrays over agents and worlds.
        turns: Which turns, and their luck.
        rule: Takes the states of all agents and the turn; returns those of the agent afterwards.
            Its neighbours are `contacts.around`, and what they have is told by `of`.
    """
    agents = _agents(states)

    def turn(number: UInt32[Array, ""], before: States) -> States:
        who = contacts.below(turns.luck(number, 1)[0], jnp.int32(agents))
        after = rule(before, Turn(number, who, who))
        values = {name: after[name][None] for name in before}
        return _put(before, who[None], values)

    return _taken(states, turns, turn)


def of(
    array: Shaped[Array, "agent *twin lane"], agents: Integer[Array, "*some world"]
) -> Shaped[Array, "*cell"]:
    """What some agents have, others in every world; an array can be the same for all worlds."""
    return array.at[_places(array, agents)].get(mode="promise_in_bounds")


def _agents(states: States) -> int:
    return max(len(array) for array in states.values())


def _places(array: Array, agents: Array) -> tuple[Array, ...]:
    first, *twins, worlds = array.shape
    rows = jnp.minimum(agents, first - 1)  # one row for all where agents do not differ
    lanes = jnp.arange(worlds)
    if not twins:
        return rows, lanes
    return rows[..., None, :], jnp.arange(twins[0])[:, None], lanes


def _put(before: States, agents: Array, values: dict[str, Array]) -> States:
    """The states with those of some agents replaced; `values` has these in front.

    Reads come to their end before anything is written, or the compiler would keep a copy of every
    array in every turn. Who stands twice among the agents has the same value twice.
    """
    agents, values, before = lax.optimization_barrier((agents, values, before))
    return {
        name: array.at[_places(array, agents)].set(values[name], mode="promise_in_bounds")
        for name, array in before.items()
    }


def _taken(
    states: States, turns: Turns, turn: Callable[[UInt32[Array, ""], States], States]
) -> States:
    first = jnp.asarray(turns.first, jnp.uint32)
    last = first + jnp.asarray(turns.count, jnp.uint32)
    return cast("States", lax.fori_loop(first, last, turn, states))
