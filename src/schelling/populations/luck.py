"""Luck of agents: uniform numbers keyed by seed, stream, world, step and agent.

An agent's number depends on these five and nothing else, so it stays the same in a larger
population, in another order and in other chunks. The generator hashes world and step into a key of
their own and then counts agents. Axes: (agent, world).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float, Integer, UInt32

from schelling import chance


def uniform(
    key: UInt32[Array, " two"],
    step: Integer[Array, ""] | int,
    agents: UInt32[Array, " agent"],
    worlds: UInt32[Array, " world"],
    *,
    draw: int | Integer[Array, ""] = 0,
    single: bool = False,
) -> Float[Array, "agent world"]:
    """Uniform numbers strictly between 0 and 1, one for every agent in every world.

    Args:
        key: Of one stream, from `schelling.chance.keys`.
        step: Step number.
        agents: Numbers of the agents, which need not be in order.
        worlds: Numbers of the worlds.
        draw: Which of several numbers an agent needs in one step.
        single: Whether numbers are of 32 bits, with 2**23 values, rather than 64, with 2**52.

    Returns:
        The centres of equal cells, each exact in its type.
    """
    first, second = words(key, step, agents, worlds, draw=draw)
    if single:
        return ((first >> 9).astype(jnp.float32) + 0.5) * jnp.float32(2.0**-23)
    return _cell(first, second)


def words(
    key: UInt32[Array, " two"],
    step: Integer[Array, ""] | int,
    agents: UInt32[Array, " agent"],
    worlds: UInt32[Array, " world"],
    *,
    draw: int | Integer[Array, ""] = 0,
) -> tuple[UInt32[Array, "agent world"], UInt32[Array, "agent world"]]:
    """The two random words behind each number of `uniform`; the arguments are the same."""
    own = chance.once(key, _own(key, step, worlds)) if len(agents) > 1 else _own(key, step, worlds)
    shape = (len(agents), len(worlds))
    counter = jnp.broadcast_to(agents[:, None], shape)
    return chance.threefry(
        (jnp.broadcast_to(own[0], shape), jnp.broadcast_to(own[1], shape)),
        (counter, jnp.full(shape, draw, jnp.uint32)),
    )


def each(
    key: UInt32[Array, " two"],
    step: Integer[Array, ""] | int,
    agents: Integer[Array, " world"],
    worlds: UInt32[Array, " world"],
    *,
    draw: int | Integer[Array, ""] = 0,
) -> Float[Array, " world"]:
    """The number that `uniform` gives one agent a world, others in every world.

    Args:
        key: Of one stream, from `schelling.chance.keys`.
        step: Step number.
        agents: Number of the agent in every world.
        worlds: Numbers of the worlds.
        draw: Which of several numbers the agent needs.
    """
    numbers = agents.astype(jnp.uint32)
    draws = jnp.full(numbers.shape, draw, jnp.uint32)
    return _cell(*chance.threefry(_own(key, step, worlds), (numbers, draws)))


def _own(
    key: UInt32[Array, " two"], step: Integer[Array, ""] | int, worlds: UInt32[Array, " world"]
) -> tuple[Array, Array]:
    """A key of their own for every world and step."""
    moment = jnp.broadcast_to(jnp.asarray(step, jnp.uint32), worlds.shape)
    first, second = jnp.broadcast_arrays(key[0], key[1], worlds)[:2]
    return chance.threefry((first, second), (worlds, moment))


def _cell(first: Array, second: Array) -> Float[Array, "*cell"]:
    """Centres of 2**52 cells of the unit interval, from 26 bits of each word."""
    cell = (first >> 6).astype(jnp.float64) * 2.0**26 + (second >> 6).astype(jnp.float64)
    return (cell + 0.5) * 2.0**-52
