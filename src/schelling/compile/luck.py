"""What a run owes to its seed: keys of the streams of chance, and the ties of populations.

They are arguments of the compiled functions, never part of them: another seed compiles nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, UInt32

from schelling import chance
from schelling.case.populations import PopulationTies
from schelling.compile.plan import Plan
from schelling.errors import MethodError, RunError
from schelling.populations.networks.lattice import lattice
from schelling.populations.networks.network import Network
from schelling.populations.networks.random_graph import random
from schelling.populations.networks.scale_free import scale_free
from schelling.populations.networks.small_world import small_world


class Luck(NamedTuple):
    """What a run owes to its seed.

    Attributes:
        streams: Keys of the plan's streams of chance.
        ties: The ties of each population, by its name and theirs; the same in all worlds.
    """

    streams: UInt32[Array, "stream two"]
    ties: dict[tuple[str, str], Network]


def of(plan: Plan, seed: int) -> Luck:
    """The luck of a plan.

    Args:
        plan: The plan.
        seed: Any integer.

    Raises:
        RunError: The ties take more memory than there may be.
    """
    ties = {
        (population.name, ties.name): _network(ties, population.name, population.size, seed)
        for population in plan.populations
        for ties in population.networks
    }
    return Luck(jnp.asarray(chance.keys(seed, plan.streams)), ties)


def _network(ties: PopulationTies, population: str, size: int, seed: int) -> Network:
    try:
        return _made(ties, f"ties/{population}/{ties.name}", size, seed)
    except MethodError as error:
        message = f"the ties '{ties.name}' of '{population}' cannot be made: {error}"
        raise RunError(message) from error


def _made(ties: PopulationTies, stream: str, size: int, seed: int) -> Network:
    match ties.network:
        case "small_world":
            return small_world(size, int(ties.degree), ties.rewire, seed=seed, stream=stream)
        case "scale_free":
            return scale_free(size, ties.joins, seed=seed, stream=stream)
        case "lattice":
            columns = size // ties.rows
            return lattice(
                ties.rows, columns, sight=ties.sight, radius=ties.radius, torus=ties.torus
            )
        case _:
            return random(size, ties.degree, seed=seed, stream=stream)
