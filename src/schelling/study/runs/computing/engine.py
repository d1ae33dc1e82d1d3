"""The engine: one compiled function, every core, blocks of one fixed shape.

Worlds are always computed in blocks of `LANES` that start at multiples of `LANES`, one block a
core at a time; in smaller blocks where a case has so many agents that these would not fit. A world
therefore sits in the same lane of the same program whatever the number of worlds or cores, and its
numbers are the same to the last bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import Any, cast

import jax
import numpy as np
from jax.sharding import Mesh, PartitionSpec
from jaxtyping import Float, UInt32
from numpy import ndarray

from schelling.compile import luck, worlds
from schelling.compile.outcomes import Outcomes, Paths
from schelling.compile.plan import Plan
from schelling.errors import RunError
from schelling.study.runs.computing import program_key
from schelling.study.runs.computing.kept_programs import Program, cache_is_open
from schelling.study.runs.files.manifest import MAX_WORLDS

LANES = 1024
"""Worlds in a block: large enough to fill the vector units, small enough for the cache."""

_CROWD = 2**22
"""Bytes of agents in a block; where they take more, fewer worlds lie side by side."""

_CACHE = 2**23
"""Whole courses up to so many bytes a block are kept along the way; longer ones would cost every
world more than it costs to compile a second simulation for the few whose course is wanted."""

_FIRST, _LAST, _ALL = PartitionSpec("block"), PartitionSpec(None, "block"), PartitionSpec()
"""Which axis of an array has the worlds that are spread over the devices."""

_FUNCTIONS: dict[str, tuple[Callable[[Plan], Any], Any, Any]] = {
    "simulation": (partial(worlds.simulation, whole=False), (_FIRST, _FIRST, _ALL), _LAST),
    "whole simulation": (worlds.simulation, (_FIRST, _FIRST, _ALL), _LAST),
    "answers": (worlds.answers, (_FIRST, _LAST), _FIRST),
    "courses": (worlds.courses, (_FIRST, _LAST), _FIRST),
}
"""What is compiled of a plan: the function of a block, how its arguments are spread over the
devices, and how what it returns is."""

_QUICKLY = {"xla_cpu_use_fusion_emitters": False, "xla_llvm_disable_expensive_passes": True}
"""How to compile what few worlds pass through: in half the time, to slower code."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def use_cores(count: int | None = None) -> None:
    """Give JAX one CPU device per core, or so many; without effect once JAX has started.

    A number that was given before stands when none is given now.
    """
    if count is None and jax.config.values["jax_num_cpu_devices"] > 0:
        return
    try:
        jax.config.update("jax_num_cpu_devices", count or cores())
    except RuntimeError:
        return


def agents(plan: Plan) -> int:
    """Bytes that the agents of one world take, with those of its twins."""
    each = sum(one.computed * (len(one.traits) + len(one.states)) for one in plan.populations)
    return 8 * each * len(plan.twins)


def lanes(plan: Plan) -> int:
    """Worlds in a block of a plan: `LANES`, or a smaller power of two where agents take room."""
    found = LANES
    while found > 1 and found * agents(plan) > _CROWD:
        found //= 2
    return found


class Engine:
    """A plan compiled for this machine.

    Attributes:
        plan: What is computed.
        width: Worlds computed in one call.

    Compiled `quickly`, it is ready sooner but slower per world.
    """

    def __init__(
        self, plan: Plan, *, seed: int, devices: int | None = None, quickly: bool = False
    ) -> None:
        use_cores()
        available = cast("list[Any]", jax.devices("cpu"))
        self.plan = plan
        self._mesh = Mesh(np.array(available[:devices]), ("block",))
        self.width = lanes(plan) * self._mesh.size
        self._luck = luck.of(plan, seed)
        self._drawn = jax.ShapeDtypeStruct((self.width, len(plan.assumptions)), np.float64)
        course = (plan.steps + 1) * len(plan.stocks) * lanes(plan) * 8
        self._together = course <= _CACHE
        options = _QUICKLY if quickly else {}
        simulation = self._simulation(plan, options, whole=self._together)
        self._finished = simulation.out_info
        beside = ThreadPoolExecutor(2, "compile")  # compiling leaves the interpreter free
        self._simulate = beside.submit(simulation.compile)
        self._answer = beside.submit(self._answers, plan, options)
        beside.shutdown(wait=False)

    @cached_property
    def _course(self) -> tuple[Any, Any]:
        """Simulation and what looks at it, compiled by the first who asks for paths."""
        if self._together:
            simulate, finished = self._simulate.result(), self._finished
        else:
            simulation = self._simulation(self.plan.actual, _QUICKLY, whole=True)
            simulate, finished = simulation.compile(), simulation.out_info
        given = self._drawn, finished
        return simulate, self._program("courses", self.plan, given, _QUICKLY).compile()

    def _simulation(self, plan: Plan, options: dict[str, bool], *, whole: bool) -> Program:
        numbers = jax.ShapeDtypeStruct((self.width,), np.uint32)
        name = "whole simulation" if whole else "simulation"
        return self._program(name, plan, (self._drawn, numbers, self._luck), options)

    def _answers(self, plan: Plan, options: dict[str, bool]) -> Any:
        """What asks the claims of a plan, compiled."""
        given = self._drawn, self._finished
        return self._program("answers", plan, given, options).compile()

    def _program(
        self, name: str, plan: Plan, given: tuple[Any, ...], options: dict[str, bool]
    ) -> Program:
        """A function of one block of a plan, as one of one block per device."""
        function, takes, gives = _FUNCTIONS[name]

        def lower() -> Any:
            spread = jax.shard_map(
                function(plan), mesh=self._mesh, in_specs=takes, out_specs=gives, check_vma=False
            )
            return jax.jit(spread).lower(*given)

        devices = [device.id for device in self._mesh.devices.flat]
        key = program_key.key(name, plan, given, options, devices) if cache_is_open() else None
        return Program(key, lower, options)

    def run(self, draws: Float[ndarray, "draw assumption"], first: int) -> Iterator[Outcomes]:
        """Outcomes of consecutive worlds, call by call, in order.

        Args:
            draws: Assumptions of the worlds from `first` on, in declared units.
            first: A multiple of `LANES`.

        Yields:
            Outcomes of up to `width` worlds, as NumPy arrays.

        Raises:
            RunError: The first world is not the first of a block.
        """
        answer = (self._simulate.result(), self._answer.result())
        yield from self._calls(answer, draws, _numbered(draws, first))

    def ask(
        self, draws: Float[ndarray, "draw assumption"], numbers: UInt32[ndarray, " draw"]
    ) -> Iterator[Outcomes]:
        """Outcomes of any draws, each with the chance draws of the world of a given number.

        Numbers may differ in their last digits from those of `run`: worlds sit in other lanes.
        """
        answer = (self._simulate.result(), self._answer.result())
        yield from self._calls(answer, draws, numbers)

    def ask_beside(
        self,
        plan: Plan,
        draws: Float[ndarray, "draw assumption"],
        numbers: UInt32[ndarray, " draw"],
    ) -> Iterator[Outcomes]:
        """Outcomes of other claims about the same worlds; see `ask`.

        Args:
            plan: The plan with other claims, which look at nothing that those of the engine do not.
            draws: Assumptions, in declared units.
            numbers: Numbers of the worlds whose luck is met.
        """
        look = self._answers(plan, _QUICKLY)
        yield from self._calls((self._simulate.result(), look), draws, numbers)

    def paths(self, draws: Float[ndarray, "draw assumption"], first: int) -> Iterator[Paths]:
        """The whole course of consecutive worlds; see `run`."""
        yield from self._calls(self._course, draws, _numbered(draws, first))

    def ask_paths(
        self, draws: Float[ndarray, "draw assumption"], numbers: UInt32[ndarray, " draw"]
    ) -> Iterator[Paths]:
        """The whole course of any draws; see `ask`."""
        yield from self._calls(self._course, draws, numbers)

    def _calls(
        self,
        functions: tuple[Any, Any],
        draws: Float[ndarray, "draw assumption"],
        numbers: UInt32[ndarray, " draw"],
    ) -> Iterator[Any]:
        """One call after the other; the next is under way while one is handed out."""
        simulate, look = functions
        pending: tuple[Any, int] | None = None
        for start in range(0, len(draws), self.width):
            part = draws[start : start + self.width]
            padded = np.concatenate([part, np.repeat(part[-1:], self.width - len(part), axis=0)])
            met = np.resize(numbers[start : start + self.width], self.width)
            finished = simulate(padded, met, self._luck)
            following = (look(padded, finished), len(part))
            if pending is not None:
                yield _fetch(*pending)
            pending = following
        if pending is not None:
            yield _fetch(*pending)


def _numbered(draws: Float[ndarray, "draw assumption"], first: int) -> UInt32[ndarray, " draw"]:
    if first % LANES or first + len(draws) > MAX_WORLDS:
        message = f"blocks start at multiples of {LANES}; got {first}"
        raise RunError(message)
    return (first + np.arange(len(draws))).astype(np.uint32)


def _fetch(results: Any, count: int) -> Any:
    return jax.tree.map(partial(_head, count), results)


def _head(count: int, leaf: jax.Array) -> ndarray:
    return np.asarray(leaf)[:count]
