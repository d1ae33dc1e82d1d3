"""One at a time: in every turn one random agent, or one pair, acts on what the last turn left.

For rules that are not synchronous, such as the voter model (Holley and Liggett 1975) or pairs of
bounded confidence (Deffuant, Neau, Amblard and Weisbuch 2000). Every world has its own agents and
luck; turns are numbered, so that a run in two parts is the run in one. Axes: (agent, world).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Integer, Shaped, UInt32

from schelling.populations import contacts, luck
from schelling.populations.lists import Lists

States = dict[str, Shaped[Array, "agent world"]]
Own = dict[str, Shaped[Array, " world"]]
Seen = dict[str, Shaped[Array, "slot world"]]
Meeting = Callable[[Own, Own, Float[Array, " world"]], tuple[Own, Own]]
Looking = Callable[[Own, Seen, Bool[Array, "slot world"], Float[Array, " world"]], Own]


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
        count: How many turns.
    """

    key: UInt32[Array, " two"]
    worlds: UInt32[Array, " world"]
    first: int | Integer[Array, ""]
    count: int | Integer[Array, ""]


def pairwise(states: States, turns: Turns, ties: Lists | None, rule: Meeting) -> States:
    """Turns in which a random agent meets one of its neighbours.

    Args:
        states: Arrays over agents and worlds.
        turns: Which turns, and their luck.
        ties: Who may meet whom; anybody if None. Who has no neighbours lets its turn pass.
        rule: Takes the states of the agent, those of whom it meets, and a uniform number for every
            world; returns the states of both afterwards.
    """
    agents = next(iter(states.values())).shape[0]
    lane = jnp.arange(len(turns.worlds))

    def turn(number: UInt32[Array, ""], before: States) -> States:
        drawn = luck.uniform(turns.key, number, jnp.arange(3, dtype=jnp.uint32), turns.worlds)
        who = contacts.below(drawn[0], jnp.int32(agents))
        if ties is None:
            whom = contacts.anybody(agents, who, drawn[1])
        else:
            whom = contacts.neighbour(ties, who, drawn[1])
        mine = {name: array[who, lane] for name, array in before.items()}
        theirs = {name: array[whom, lane] for name, array in before.items()}
        here, there = rule(mine, theirs, drawn[2])
        met = who != whom
        after: States = {}
        for name, array in before.items():
            other = jnp.where(met, there[name], theirs[name])
            own = jnp.where(met, here[name], mine[name])
            after[name] = array.at[whom, lane].set(other).at[who, lane].set(own)
        return after

    return _taken(states, turns, turn)


def alone(states: States, turns: Turns, ties: Lists, rule: Looking) -> States:
    """Turns in which a random agent looks at all its neighbours.

    Args:
        states: Arrays over agents and worlds.
        turns: Which turns, and their luck.
        ties: Whom each agent sees. Every turn reads as many slots as the widest agent has.
        rule: Takes the states of the agent, those of its neighbours, which slots are neighbours,
            and a uniform number for every world; returns the states of the agent afterwards.
    """
    agents = next(iter(states.values())).shape[0]
    lane, slots = jnp.arange(len(turns.worlds)), jnp.arange(ties.widest)[:, None]

    def turn(number: UInt32[Array, ""], before: States) -> States:
        drawn = luck.uniform(turns.key, number, jnp.arange(2, dtype=jnp.uint32), turns.worlds)
        who = contacts.below(drawn[0], jnp.int32(agents))
        there = slots < ties.degree[who]
        seen = ties.seen[jnp.where(there, ties.starts[who] + slots, 0)]
        mine = {name: array[who, lane] for name, array in before.items()}
        theirs = {name: array[seen, lane] for name, array in before.items()}
        after = rule(mine, theirs, there, drawn[1])
        return {name: array.at[who, lane].set(after[name]) for name, array in before.items()}

    return _taken(states, turns, turn)


def _taken(
    states: States, turns: Turns, turn: Callable[[UInt32[Array, ""], States], States]
) -> States:
    first = jnp.asarray(turns.first, jnp.uint32)
    last = first + jnp.asarray(turns.count, jnp.uint32)
    return cast("States", jax.lax.fori_loop(first, last, turn, states))
