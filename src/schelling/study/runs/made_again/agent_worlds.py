"""The agents of one world of a run, as datasets over time and agents.

A run keeps what is counted over agents, never agents. One world of it is simulated again, with its
draws and its luck, and all that its agents had and did is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import xarray as xr
from jaxtyping import Int32, Shaped
from numpy import ndarray

from schelling.case.language.typed.scope import suggest
from schelling.case.language.typed.units import Unit
from schelling.case.populations import Population
from schelling.compile.drawing import luck
from schelling.compile.inspection import agent_courses
from schelling.compile.inspection.agent_courses import AgentCourse
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.errors import RunError
from schelling.populations.networks.network import pairs
from schelling.study.runs.results import Run

LIMIT: Final = 512 * 2**20
"""Bytes that the course of the agents of a population may take."""


def of_run(run: Run, population: str, world: int = 0) -> xr.Dataset:
    """What the agents of a population had and did in one world of a run.

    Args:
        run: The run.
        population: Its name.
        world: Number of the world.

    Returns:
        Traits over `agent` and states over `time` and `agent`, in declared units. Truths are true
        and false; groups are coordinates with their names; a state that is one of several names is
        its position among them, which stand in its attribute `flag_meanings`. Of a mean field
        these are representatives, as the attribute `representatives` says, and `agent` is the
        number of the agent that each stands for.

    Raises:
        RunError: There is no such population or world, or it would take more than `LIMIT`.
    """
    one = named(run, population)
    built = plan.build(run.case, run.manifest.claims)
    need = agent_courses.memory(built, one)
    if need > LIMIT:
        message = f"the agents of '{one.name}' in all steps of a world take {need / 1e9:.1f} GB, "
        message += f"and at most {LIMIT / 1e9:.1f} GB are kept; give it fewer agents "
        message += f"(`--set {one.name}.size=...`), or the case fewer steps"
        raise RunError(message)
    return several(run, [one], world, built)[one.name]


def several(
    run: Run, populations: Sequence[Population], world: int, built: Plan
) -> dict[str, xr.Dataset]:
    """The same of several populations, from one simulation of the world.

    Args:
        run: The run.
        populations: Some of its populations.
        world: Number of the world.
        built: What was run.

    Raises:
        RunError: There is no such world.
    """
    draws = run.assumptions(world)
    names = [one.name for one in populations]
    luck = run.luck_number(world)
    found = agent_courses.of_world(built, draws, luck, run.manifest.seed, names)
    times = run.bands["time"].values
    return {one.name: _dataset(one, found[one.name], times, world) for one in populations}


def ties(run: Run, population: Population) -> dict[str, Int32[ndarray, "tie two"]]:
    """Who of a population sees whom, by the name of the ties: positions of agents.

    Every two of whom one sees the other stand there once. Empty for a mean field, which has no
    ties.
    """
    seed = run.manifest.seed
    return {
        one.name: pairs(luck.network(one, population, seed, sys.maxsize))
        for one in population.networks
    }


def named(run: Run, name: str) -> Population:
    """A population by its name.

    Raises:
        RunError: No population is called so.
    """
    known = {one.name: one for one in run.case.populations}
    if name not in known:
        hint = suggest(name, tuple(known))
        more = f"; {hint}" if hint else ""
        message = f"this run has no population '{name}'{more}"
        raise RunError(message)
    return known[name]


def _dataset(
    population: Population, course: AgentCourse, times: Shaped[ndarray, " time"], world: int
) -> xr.Dataset:
    data: dict[str, Any] = {}
    coordinates: dict[str, Any] = {"time": times, "agent": course.numbers.astype(np.int64)}
    for trait in population.traits:
        values = course.traits[trait.name]
        if trait.numbers:
            names = np.array([name for name, _ in trait.numbers], dtype="U")
            place = _positions(trait.numbers, values)
            meaning = {"groups": " ".join(names)}
            coordinates[trait.name] = ("agent", np.where(place < 0, "", names[place]), meaning)
        else:
            data[trait.name] = ("agent", *_shown(values, trait.unit))
    for state in population.states:
        values = course.states[state.name]
        if state.numbers:
            meaning = {"flag_meanings": " ".join(name for name, _ in state.numbers)}
            data[state.name] = (("time", "agent"), _positions(state.numbers, values), meaning)
        else:
            data[state.name] = (("time", "agent"), *_shown(values, state.unit))
    about = {"population": population.name, "world": world, "size": population.size}
    about |= {"representatives": population.representatives, "sound": int(course.sound)}
    return xr.Dataset(data, coordinates, about)


def _shown(values: Shaped[ndarray, "*place"], unit: Unit) -> tuple[ndarray, dict[str, str]]:
    """Values in their declared unit, with its name; truths as they are."""
    if values.dtype == np.bool_:
        return values, {"units": ""}
    return values / unit.factor, {"units": unit.written}


def _positions(
    numbers: tuple[tuple[str, int], ...], values: Shaped[ndarray, "*place"]
) -> Shaped[ndarray, "*place"]:
    """Positions among names of what stands for them; -1 where there is no number."""
    found = np.full(values.shape, -1, np.int8)
    for position, (_, number) in enumerate(numbers):
        found[values == number] = position
    return found
