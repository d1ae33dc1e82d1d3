"""Of both ends of a tie at once: what is taken together of one of them, and whether it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import jax.numpy as jnp
from jaxtyping import Array

from schelling.populations.neighbours import Between

Pair = Callable[[Mapping[str, Array], Mapping[str, Array]], tuple[Array, Array]]
"""Of what others and oneself have: what is taken together, and 1 where it counts."""


def between(
    body: Pair, agents: Mapping[str, Array], shape: tuple[int, int, int]
) -> tuple[Between, Between]:
    """What is taken together of a tie, and whether it counts, of both of its ends.

    Args:
        body: Says both, of what those at the ends have.
        agents: What all agents have, (agent, twin, world); what is the same for all has one.
        shape: How many agents, twins and worlds there are.
    """
    names = [name for name, value in agents.items() if len(value) > 1]
    flat = tuple(agents[name].reshape(len(agents[name]), -1) for name in names)
    shared = {name: value for name, value in agents.items() if len(value) == 1}
    twins = [agents[name].shape[1] for name in names]

    def ends(*arrays: Array) -> tuple[Array, Array]:
        both = [
            {
                **shared,
                **{
                    name: array.reshape(len(array), twin, -1)
                    for name, array, twin in zip(names, part, twins, strict=True)
                },
            }
            for part in (arrays[: len(names)], arrays[len(names) :])
        ]
        own, others = both
        taken, here = body(others, own)
        cells = (len(arrays[0]), *shape[1:])
        known = jnp.where(jnp.isnan(here), jnp.nan, taken)
        return (
            jnp.broadcast_to(known, cells).reshape(cells[0], -1),
            jnp.broadcast_to(here != 0, cells).reshape(cells[0], -1),
        )

    def value(*arrays: Array) -> Array:
        return ends(*arrays)[0]

    def counts(*arrays: Array) -> Array:
        return ends(*arrays)[1]

    return Between(value, flat, flat), Between(counts, flat, flat)
