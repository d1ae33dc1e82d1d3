"""Whom some agents meet by chance, one neighbour or anybody, or see. Axes: (agent, world)."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Integer

from schelling.populations.lists import Lists


def neighbour(
    ties: Lists, agents: Integer[Array, "*#cell"], luck: Float[Array, "*#cell"]
) -> Integer[Array, "*cell"]:
    """One of an agent's neighbours, each equally likely.

    Args:
        ties: Neighbours of every agent.
        agents: Who meets somebody.
        luck: Uniform on (0, 1), such as from `luck.uniform`.

    Returns:
        Whom they meet; an agent without neighbours meets itself.
    """
    degree = ties.degree[agents]
    place = ties.starts[agents] + below(luck, degree)
    return jnp.where(degree == 0, agents, ties.seen[jnp.where(degree == 0, 0, place)])


def anybody(
    population: int, agents: Integer[Array, "*#cell"], luck: Float[Array, "*#cell"]
) -> Integer[Array, "*cell"]:
    """Another agent, each equally likely; the only agent there is meets itself.

    Args:
        population: How many agents there are.
        agents: Who meets somebody.
        luck: Uniform on (0, 1).
    """
    if population == 1:
        return jnp.broadcast_arrays(agents, luck)[0]
    other = below(luck, jnp.int32(population - 1))
    return other + (other >= agents)


def around(
    ties: Lists, agents: Integer[Array, " world"]
) -> tuple[Integer[Array, "slot world"], Bool[Array, "slot world"]]:
    """All neighbours of one agent a world, in as many slots as the widest agent has.

    Args:
        ties: Neighbours of every agent.
        agents: Who looks around.

    Returns:
        The neighbours, and which slots hold one; another agent stands in the rest.
    """
    slots = jnp.arange(ties.widest)[:, None]
    there = slots < ties.degree[agents]
    return ties.seen[jnp.where(there, ties.starts[agents] + slots, 0)], there


def below(
    luck: Float[Array, "*#cell"], count: Integer[Array, "*#cell"]
) -> Integer[Array, "*#cell"]:
    """A whole number from 0 to `count` - 1, each equally likely.

    Args:
        luck: Uniform on (0, 1).
        count: How many numbers.
    """
    # where luck has 32 bits, the product may be rounded up to `count`
    return jnp.minimum((luck * count).astype(jnp.int32), count - 1)
