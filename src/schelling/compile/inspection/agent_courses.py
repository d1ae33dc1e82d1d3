"""The agents of one world, step by step: computed again, as no run keeps them.

A run counts over its agents and forgets them. What they were in one of its worlds is found by
simulating that world alone, with its draws and its luck. Its numbers are those of the run; another
program may round a sum in another order, so they can differ in the last digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Shaped
from numpy import ndarray

from schelling.case.language.words.agent_words import NUMBER
from schelling.case.populations import Population
from schelling.compile import worlds
from schelling.compile.agents.people import truths
from schelling.compile.compiler_options import QUICKLY, SLOWLY
from schelling.compile.course.outcomes import Finished
from schelling.compile.drawing import luck
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan

_NUMBER, _TRUTH = 8, 1
_FEW = 1_000_000
"""Moves of agents up to which what moves them is compiled quickly."""


@dataclass(frozen=True)
class AgentCourse:
    """What the agents of a population had and did in one world; base units, truths as truths.

    Attributes:
        numbers: Of the agents, from 1; of representatives, those of the agents they stand for.
        traits: What they keep, by name.
        states: What changes in them, by name.
        sound: Whether the numbers of the world were finite to the end.
    """

    numbers: Float[ndarray, " agent"]
    traits: Mapping[str, Shaped[ndarray, " agent"]]
    states: Mapping[str, Shaped[ndarray, "time agent"]]
    sound: bool


def memory(plan: Plan, population: Population) -> int:
    """Bytes that the course of a population's agents takes in one world."""
    facts = truths(population)
    each = sum(_TRUTH if state.name in facts else _NUMBER for state in population.states)
    return (plan.steps + 1) * population.computed * each


def of_world(
    plan: Plan,
    draws: Float[ndarray, " assumption"],
    world: int,
    seed: int,
    populations: Iterable[str],
) -> dict[str, AgentCourse]:
    """The agents of some populations in one actual world.

    Args:
        plan: What was run.
        draws: The assumptions of the world, in declared units.
        world: Its number.
        seed: Of the run's chance.
        populations: Names of populations; what they take, `memory` tells.

    Returns:
        By name of population, in the order of the case.

    Raises:
        RunError: The ties of the plan take more memory than there may be.
    """
    alone, wanted = plan.actual, frozenset(populations)
    given = jnp.asarray(draws)[None], jnp.asarray([world], jnp.uint32), luck.of(alone, seed)
    finished = _compiled(alone, wanted)(*given)
    return {one.name: _course(one, finished) for one in alone.populations if one.name in wanted}


@lru_cache(maxsize=2)
def _compiled(alone: Plan, populations: frozenset[str]) -> worlds.Simulation:
    """The simulation of a world, kept for other worlds of the same run."""
    chosen = [one for one in alone.populations if one.name in populations]
    kept = frozenset(needs.agents(one.name, state.name) for one in chosen for state in one.states)
    moves = alone.steps * sum(one.computed for one in alone.populations)
    options = dict(QUICKLY if moves < _FEW else SLOWLY)
    simulation = worlds.simulation(alone, whole=False, agents=kept)
    return cast("worlds.Simulation", jax.jit(simulation, compiler_options=options))


def _course(population: Population, finished: Finished) -> AgentCourse:
    last, count = finished.last, population.computed
    agents = last.agents[population.name]
    states = (
        (state.name, np.asarray(finished.seen[0, needs.agents(population.name, state.name)]))
        for state in population.states
    )
    return AgentCourse(
        numbers=np.asarray(agents[NUMBER])[:, 0, 0],
        traits={
            trait.name: np.broadcast_to(np.asarray(agents[trait.name])[:, 0, 0], count)
            for trait in population.traits
        },
        states={name: path[..., 0] for name, path in states},
        sound=bool(last.sound[0, 0]),
    )
