"""What a run owes to its seed: keys of the streams of chance, and the ties of populations.

They are arguments of the compiled functions, never part of them: another seed compiles nothing.
"""

from __future__ import annotations

import sys
from typing import NamedTuple, TypedDict

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, UInt32
from numpy import ndarray

from schelling import chance
from schelling.case.populations import Population, PopulationTies
from schelling.compile.planning.plan import Plan
from schelling.errors import MethodError, RunError
from schelling.populations.lists import Lists, lists
from schelling.populations.networks.lattice import lattice
from schelling.populations.networks.network import Network
from schelling.populations.networks.random_graph import random
from schelling.populations.networks.scale_free import scale_free
from schelling.populations.networks.small_world import small_world
from schelling.populations.networks.stochastic_block import stochastic_block
from schelling.populations.networks.table import table


class Luck(NamedTuple):
    """What a run owes to its seed.

    Attributes:
        streams: Keys of the plan's streams of chance.
        ties: The ties of each population, by its name and theirs; the same in all worlds.
        lists: Those along which agents look or meet in turns, as lists of neighbours.
    """

    streams: UInt32[Array, "stream two"]
    ties: dict[tuple[str, str], Network]
    lists: dict[tuple[str, str], Lists]


def of(plan: Plan, seed: int, *, limit: int | None = None) -> Luck:
    """The luck of a plan.

    Args:
        plan: The plan.
        seed: Any integer.
        limit: Most bytes that making the ties of one kind may take; None where somebody has seen
            to it, as a run does before anything is computed.

    Raises:
        RunError: The ties take more memory than there may be.
    """
    most = sys.maxsize if limit is None else limit
    ties = {
        (population.name, ties.name): network(ties, population, seed, most)
        for population in plan.populations
        for ties in population.networks
    }
    listed = {key: lists(ties[key]) for key in plan.listed}
    return Luck(jnp.asarray(chance.keys(seed, plan.streams)), ties, listed)


def network(ties: PopulationTies, population: Population, seed: int, limit: int) -> Network:
    """Who sees whom along some ties of a population.

    Args:
        ties: What kind they are.
        population: Whose they are.
        seed: Of the run.
        limit: Bytes that they may take while they are made.

    Raises:
        RunError: They take more memory than there may be.
    """
    luck = _NetworkLuck(seed=seed, stream=f"ties/{population.name}/{ties.name}", limit=limit)
    try:
        return _made(ties, population.size, luck)
    except MethodError as error:
        message = f"the ties '{ties.name}' of '{population.name}' cannot be made: {error}"
        raise RunError(message) from error


class _NetworkLuck(TypedDict):
    """What every network that is drawn takes."""

    seed: int
    stream: str
    limit: int


def _made(ties: PopulationTies, size: int, luck: _NetworkLuck) -> Network:
    limit = luck["limit"]
    match ties.network:
        case "small_world":
            return small_world(size, int(ties.degree), ties.rewire, **luck)
        case "scale_free":
            return scale_free(size, ties.joins, **luck)
        case "lattice":
            columns, sight = size // ties.rows, ties.sight
            return lattice(
                ties.rows, columns, sight=sight, radius=ties.radius, torus=ties.torus, limit=limit
            )
        case "blocks":
            return stochastic_block(ties.sizes, _mean_degrees(ties), **luck)
        case "table":
            one, other = np.array(ties.ends).T - 1
            return table(size, one, other, mutual=ties.mutual, limit=limit)
        case _:
            return random(size, ties.degree, **luck)


def _mean_degrees(ties: PopulationTies) -> Float[ndarray, "group group"]:
    """How many ties agents of each group have to each group, on average.

    Every pair from two groups is tied with one chance, which gives an agent `between` ties to other
    groups on average over all agents. A tie between groups is counted from both ends, so members of
    small groups have more of them than those of large ones.
    """
    sizes = np.array(ties.sizes, float)
    agents = sizes.sum()
    chance = min(1.0, ties.between * agents / (sizes * (agents - sizes)).sum())
    found = np.tile(chance * sizes, (len(sizes), 1))
    np.fill_diagonal(found, ties.within)
    return found
