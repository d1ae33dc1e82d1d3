"""The compiled programs of a plan: one call is a block of one fixed shape on every core.

All that can change from run to run comes in as an argument: the draws, the numbers of the worlds,
their luck, and the numbers of the case's formulas. So the same programs serve every seed, every
prior and every number; only another structure is compiled anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, PartitionSpec
from jaxtyping import Array

from schelling.compile import recorded, worlds
from schelling.compile.luck import Luck
from schelling.compile.plan import Plan
from schelling.study.runs.computing import program_key
from schelling.study.runs.computing.kept_programs import QUICKLY, Program, cache_is_open

LANES = 1024
"""Worlds in a block: large enough to fill the vector units, small enough for the cache."""

_CROWD = 2**22
"""Bytes of agents in a block; where they take more, fewer worlds lie side by side."""

_CACHE = 2**23
"""Whole courses up to so many bytes a block are kept along the way; longer ones would cost every
world more than it costs to compile a second simulation for the few whose course is wanted."""

_FIRST, _LAST, _ALL = PartitionSpec("block"), PartitionSpec(None, "block"), PartitionSpec()
"""Which axis of an array has the worlds that are spread over the devices."""

_FUNCTIONS: dict[str, tuple[Callable[[Plan, Any], Any], Any, Any]] = {
    "simulation": (partial(worlds.simulation, whole=False), (_FIRST, _FIRST, _ALL), _LAST),
    "whole simulation": (worlds.simulation, (_FIRST, _FIRST, _ALL), _LAST),
    "answers": (worlds.answers, (_FIRST, _LAST), _FIRST),
    "courses": (worlds.courses, (_FIRST, _LAST), _FIRST),
    "records": (recorded.recorded, (_FIRST, _LAST), _FIRST),
}
"""What is compiled of a plan and its numbers: the function of a block, how its arguments are spread
over the devices, and how what it returns is."""


def agents(plan: Plan) -> int:
    """Bytes that the agents of one world take, with those of its twins and whom they meet."""
    each = sum(one.computed * (len(one.traits) + len(one.states)) for one in plan.populations)
    met = sum(one.computed * ties.most_met for one in plan.populations for ties in one.contacts)
    return 8 * each * len(plan.twins) + 4 * met


def lanes(plan: Plan) -> int:
    """Worlds in a block of a plan: `LANES`, or a smaller power of two where agents take room."""
    found = LANES
    while found > 1 and found * agents(plan) > _CROWD:
        found //= 2
    return found


def seen_whole(plan: Plan) -> bool:
    """Whether whole courses are kept along the way, in the simulation of all worlds."""
    course = (plan.steps + 1) * len(plan.stocks) * lanes(plan) * 8
    return course <= _CACHE and not plan.records


class Programs:
    """The programs of a structure, compiled for this machine while something else goes on.

    Args:
        structure: What is computed, as `constants.separated` parts it from its numbers.
        numbers: How many numbers it has.
        met: Luck of the shape that the programs take.
        mesh: The devices.
        quickly: Ready sooner, but slower per world.

    Attributes:
        lanes: Worlds of a block.
        width: Worlds computed in one call, a block on every device.
    """

    def __init__(
        self, structure: Plan, numbers: int, met: Luck, mesh: Mesh, *, quickly: bool
    ) -> None:
        plan = structure
        self._plan, self._luck = plan, _shapes(met)
        self._numbers = _numbers(numbers)
        self._mesh, self._options = mesh, QUICKLY if quickly else {}
        self.lanes = lanes(plan)
        self.width = self.lanes * mesh.size
        self._drawn = jax.ShapeDtypeStruct((self.width, len(plan.assumptions)), np.float64)
        self._used = jax.ShapeDtypeStruct((mesh.size,), np.bool_)
        self._together = seen_whole(plan)
        simulation = self._simulation(plan, self._options, whole=self._together)
        self._finished = simulation.out_info
        beside = ThreadPoolExecutor(2, "compile")  # compiling leaves the interpreter free
        self._simulate = beside.submit(simulation.compile)
        self._answer = beside.submit(self._answers, plan, self._options)
        beside.shutdown(wait=False)

    def fit(self, structure: Plan, met: Luck, mesh: Mesh) -> bool:
        """Whether these are the programs of a structure, for such luck on these devices."""
        return (
            mesh == self._mesh
            and jax.tree.flatten(_shapes(met)) == jax.tree.flatten(self._luck)
            and structure == self._plan
        )

    @property
    def run(self) -> tuple[Any, Any]:
        """The simulation, and what asks the claims of the finished run."""
        return self._simulate.result(), self._answer.result()

    def answers_beside(self, structure: Plan, numbers: int) -> Any:
        """What asks the claims of another structure of the same finished run."""
        given = _numbers(numbers), self._drawn, self._finished
        return self._program("answers", structure, given, QUICKLY).compile()

    @cached_property
    def record(self) -> tuple[Any, Any]:
        """Simulation and what the records should have been, compiled by the first who asks."""
        given = self._numbers, self._drawn, self._finished
        look = self._program("records", self._plan, given, {}).compile()
        return self._simulate.result(), look

    @cached_property
    def course(self) -> tuple[Any, Any]:
        """Simulation and what looks at it, compiled by the first who asks for paths."""
        simulation = None
        if not self._together:
            simulation = self._simulation(self._plan.actual, QUICKLY, whole=True)
        finished = self._finished if simulation is None else simulation.out_info
        given = self._numbers, self._drawn, finished
        look = self._program("courses", self._plan, given, QUICKLY).compile()
        return self._simulate.result() if simulation is None else simulation.compile(), look

    def prepare_course(self) -> None:
        """Compile what looks at paths while worlds are computed; errors wait for who asks.

        Not beside what computes them: compiling takes memory, and more of it at once.
        """
        with contextlib.suppress(Exception):
            _ = self.run
            _ = self.course

    def _simulation(self, plan: Plan, options: dict[str, bool], *, whole: bool) -> Program:
        numbers = jax.ShapeDtypeStruct((self.width,), np.uint32)
        name = "whole simulation" if whole else "simulation"
        given = self._numbers, self._drawn, numbers, self._luck
        return self._program(name, plan, given, options)

    def _answers(self, plan: Plan, options: dict[str, bool]) -> Any:
        """What asks the claims of a plan, compiled."""
        given = self._numbers, self._drawn, self._finished
        return self._program("answers", plan, given, options).compile()

    def _program(
        self, name: str, plan: Plan, given: tuple[Any, ...], options: dict[str, bool]
    ) -> Program:
        """A function of one block of a plan, as one of one block per device."""
        function, takes, gives = _FUNCTIONS[name]

        def lower() -> Any:
            spread = jax.shard_map(
                partial(_unless_empty, partial(_block, function, plan)),
                mesh=self._mesh,
                in_specs=(_FIRST, _ALL, *takes),
                out_specs=gives,
                check_vma=False,
            )
            return jax.jit(spread).lower(self._used, *given)

        devices = [device.id for device in self._mesh.devices.flat]
        key = program_key.key(name, plan, given, options, devices) if cache_is_open() else None
        return Program(key, lower, options)


def _numbers(count: int) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct((count,), np.float64)


def _block(function: Callable[[Plan, Any], Any], plan: Plan, numbers: Array, *given: Any) -> Any:
    """A function of a plan with its numbers, of a block."""
    return function(plan, numbers)(*given)


def _unless_empty(function: Callable[..., Any], used: Array, *given: Any) -> Any:
    """What a function makes of a block; zeros where no world of the block is wanted."""
    traced_once = jax.jit(function)

    def nothing(*given: Any) -> Any:
        return jax.tree.map(_zeros, jax.eval_shape(traced_once, *given))

    return cast("Any", lax.cond(used[0], traced_once, nothing, *given))


def _zeros(shape: jax.ShapeDtypeStruct) -> Array:
    return jnp.zeros(shape.shape, shape.dtype)


def _shapes(met: Luck) -> Luck:
    """The shapes of some luck, in its containers."""
    return jax.tree.map(_shape, met)


def _shape(leaf: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)
