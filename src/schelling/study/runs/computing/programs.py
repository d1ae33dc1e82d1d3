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
from jaxtyping import Array, Float

from schelling.case.populations import Population
from schelling.compile import worlds
from schelling.compile.agents import people
from schelling.compile.compiler_options import QUICKLY, SLOWLY, Options
from schelling.compile.drawing.luck import Luck
from schelling.compile.inspection import games_over_time
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan
from schelling.compile.records import recorded
from schelling.compile.steps.beforehand import DrawnRows
from schelling.study.runs.computing import program_key
from schelling.study.runs.computing.kept_programs import Program, cache_is_open
from schelling.study.runs.computing.quickness import Quickness, options

LANES = 1024
"""Runs and their parts start at multiples of so many worlds: whole blocks, whatever their size."""

WIDEST = 512
"""Worlds in a block, at most: a block of twice or half as many takes as long per world or longer,
and a thousand worlds should keep two cores busy."""

_CROWD = 2**22
"""Bytes of agents in a block; where they take more, fewer worlds lie side by side."""

_COURSES = 2**31
"""Bytes of the courses of all twins in a block; likewise."""

_FEWEST = 32
"""Worlds that lie side by side nonetheless, so that what is computed of an agent fills vectors and
what is read of its neighbours fills lines of the cache."""

_ROOM = 2**26
"""Bytes of agents in a block beyond which even fewer do."""

_BESIDE = 2**22
"""Whole courses are kept along the way if that takes at most so many bytes a block beside what
claims look at; more would cost every world more than it costs to compile a second simulation for
the few whose course is wanted."""

_APART = 64
"""Assumptions up to which each is an argument of its own; more of them come in one array, which is
compiled sooner."""

_FIRST, _LAST, _ALL = PartitionSpec("block"), PartitionSpec(None, "block"), PartitionSpec()
"""Which axis of an array has the worlds that are spread over the devices."""

_EACH = None
"""Its last axis, of arrays that may have none; these are the same everywhere."""

_FUNCTIONS: dict[str, tuple[Callable[[Plan, Any], Any], Any, Any]] = {
    "known": (worlds.known, (_EACH,), _EACH),
    "simulation": (partial(worlds.simulation, whole=False), (_EACH, _FIRST, _ALL), _LAST),
    "whole simulation": (worlds.simulation, (_EACH, _FIRST, _ALL), _LAST),
    "simulation of known": (
        partial(worlds.simulation_of_known, whole=False),
        (_EACH, _FIRST, _ALL),
        _LAST,
    ),
    "whole simulation of known": (worlds.simulation_of_known, (_EACH, _FIRST, _ALL), _LAST),
    "answers": (worlds.answers, (_EACH, _LAST), _FIRST),
    "courses": (worlds.courses, (_EACH, _LAST), _FIRST),
    "records": (recorded.recorded, (_EACH, _LAST), _FIRST),
    "games": (games_over_time.games_over_time, (_EACH, _LAST), _FIRST),
}
"""What is compiled of a plan and its numbers: the function of a block, how its arguments are spread
over the devices, and how what it returns is."""


def agents(plan: Plan) -> int:
    """Bytes that the agents of one world take, with those of its twins and whom they meet."""
    own = sum(one.computed * _bytes(one) for one in plan.populations)
    met = sum(one.computed * ties.most_met for one in plan.populations for ties in one.contacts)
    return own * len(plan.twins) + 4 * met


def _bytes(population: Population) -> int:
    """Bytes that an agent takes."""
    truths = len(people.truths(population))
    return 8 * (sum(1 for _ in population.rules()) - truths) + truths


def lanes(plan: Plan) -> int:
    """Worlds in a block of a plan: `WIDEST`, or a smaller power of two where it takes much room."""
    found, each = _halved(WIDEST, _COURSES // max(1, _courses(plan))), agents(plan)
    while found > 1 and found * each > (_CROWD if found > _FEWEST else _ROOM):
        found //= 2
    return found


def crowded(plan: Plan) -> bool:
    """Whether agents take so much room that few worlds are computed side by side."""
    return WIDEST * agents(plan) > _CROWD


def _halved(lanes: int, most: int) -> int:
    """A power of two, halved until it is no more than `most`; at least 1."""
    while lanes > max(1, most):
        lanes //= 2
    return lanes


def _courses(plan: Plan) -> int:
    """Bytes of the courses of one world and its twins, as far as anything of them may be kept."""
    return 8 * (plan.steps + 1) * len(plan.twins) * len(plan.series)


def seen_whole(plan: Plan) -> bool:
    """Whether whole courses are kept along the way, in the simulation of all worlds."""
    return _kept_beside(plan) <= _BESIDE and not plan.records


def _kept_beside(plan: Plan) -> int:
    """Bytes of a block that keeping the whole course takes, beside what is looked at anyway."""
    looked, whole = (needs.afterwards(plan, whole=flag)[0] for flag in (False, True))
    stocks = {stock.name for stock in plan.stocks}
    kept = whole - looked
    each = 8 * len(kept & stocks) + 4 * len(kept - stocks)
    return (plan.steps + 1) * lanes(plan) * each


class Programs:
    """The programs of a structure, compiled for this machine while something else goes on.

    Args:
        structure: What is computed, as `constants.separated` parts it from its numbers.
        numbers: How many numbers it has.
        met: Luck of the shape that the programs take.
        mesh: The devices.
        quickly: What is ready sooner, but slower per world.

    Attributes:
        lanes: Worlds of a block.
        width: Worlds computed in one call, a block on every device.
        quickly: As above.
    """

    def __init__(
        self, structure: Plan, numbers: int, met: Luck, mesh: Mesh, *, quickly: Quickness
    ) -> None:
        plan = structure
        self._plan, self._luck = plan, _shapes(met)
        self._numbers = _numbers(numbers)
        self._mesh, self.quickly = mesh, quickly
        self.lanes = lanes(plan)
        self.width = self.lanes * mesh.size
        self._drawn = _drawn(self.width, len(plan.assumptions))
        self._used = jax.ShapeDtypeStruct((mesh.size,), np.bool_)
        self._together = seen_whole(plan)
        # many small parts that run once a block: as much to compile slowly as a fifth of the rest
        apart = quickly == Quickness(simulation=False, answers=True)
        known = (
            self._program("known", plan, (self._numbers, self._drawn), QUICKLY) if apart else None
        )
        simulation = self._simulation(
            plan, options(quickly.simulation), whole=self._together, known=known
        )
        self._finished = simulation.out_info
        beside = ThreadPoolExecutor(2, "compile")  # compiling leaves the interpreter free
        self._simulate = beside.submit(_together, known, simulation)
        self._answer = beside.submit(self._answers, plan, options(quickly.answers))
        beside.shutdown(wait=False)

    def fit(self, structure: Plan, met: Luck, mesh: Mesh, *, quickly: Quickness) -> bool:
        """Whether these are the programs of a structure, for such luck on these devices."""
        return (
            quickly == self.quickly
            and mesh == self._mesh
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
        look = self._program("records", self._plan, given, SLOWLY).compile()
        return self._simulate.result(), look

    @cached_property
    def course(self) -> tuple[Any, Any]:
        """Simulation and what looks at it, compiled by the first who asks for paths."""
        finished = self._finished if self._together else self._whole[1]
        given = self._numbers, self._drawn, finished
        look = self._program("courses", self._plan, given, QUICKLY).compile()
        return self._whole[0], look

    def prepare_course(self) -> None:
        """Compile what looks at paths while worlds are computed; errors wait for who asks.

        Not beside what computes them: compiling takes memory, and more of it at once.
        """
        with contextlib.suppress(Exception):
            _ = self.run
            _ = self.course

    @cached_property
    def games(self) -> tuple[Any, Any]:
        """Simulation and what solves the games along it, compiled by the first who asks."""
        simulate, finished = self._whole
        given = self._numbers, self._drawn, finished
        return simulate, self._program("games", self._plan, given, QUICKLY).compile()

    @cached_property
    def _whole(self) -> tuple[Any, Any]:
        """The simulation that keeps whole courses, and the shapes of what it returns."""
        if self._together:
            return self._simulate.result(), self._finished
        simulation = self._simulation(self._plan.actual, QUICKLY, whole=True)
        return simulation.compile(), simulation.out_info

    def _simulation(
        self, plan: Plan, options: Options, *, whole: bool, known: Program | None = None
    ) -> Program:
        """The simulation of a plan; of what another program makes of the draws, if there is one."""
        numbers = jax.ShapeDtypeStruct((self.width,), np.uint32)
        name = "whole simulation" if whole else "simulation"
        if known is None:
            given = self._numbers, self._drawn, numbers, self._luck
            return self._program(name, plan, given, options)
        given = self._numbers, known.out_info, numbers, self._luck
        return self._program(f"{name} of known", plan, given, options)

    def _answers(self, plan: Plan, options: Options) -> Any:
        """What asks the claims of a plan, compiled."""
        given = self._numbers, self._drawn, self._finished
        return self._program("answers", plan, given, options).compile()

    def _program(self, name: str, plan: Plan, given: tuple[Any, ...], options: Options) -> Program:
        """A function of one block of a plan, as one of one block per device."""
        function, takes, gives = _FUNCTIONS[name]

        def block(used: Array, *given: Any) -> Any:  # JAX writes out all that a `partial` holds
            return _unless_empty(partial(_block, function, plan), used, *given)

        def lower() -> Any:
            own = [
                _each(one) if spec is _EACH else spec
                for spec, one in zip(takes, given[1:], strict=True)
            ]
            spread = jax.shard_map(
                block,
                mesh=self._mesh,
                in_specs=(_FIRST, _ALL, *own),
                out_specs=_each(self._of_a_block(function, plan, given))
                if gives is _EACH
                else gives,
                check_vma=False,
            )
            return jax.jit(spread).lower(self._used, *given)

        devices = [device.id for device in self._mesh.devices.flat]
        key = program_key.key(name, plan, given, options, devices) if cache_is_open() else None
        return Program(key, lower, options)

    def _of_a_block(self, function: Any, plan: Plan, given: tuple[Any, ...]) -> Any:
        """Shapes of what a function makes of the draws of one block."""

        def cut(shape: Any) -> jax.ShapeDtypeStruct:
            return jax.ShapeDtypeStruct((*shape.shape[:-1], self.lanes), shape.dtype)

        numbers, *drawn = given
        return jax.eval_shape(partial(_block, function, plan), numbers, *jax.tree.map(cut, drawn))


def _together(known: Program | None, simulation: Program) -> Any:
    """A simulation, compiled, that takes draws; what is known of them is found out before."""
    if known is None:
        return simulation.compile()
    before, after = known.compile(), simulation.compile()

    def simulate(used: Any, numbers: Any, drawn: Any, met: Any, luck: Any) -> Any:
        return after(used, numbers, before(used, numbers, drawn), met, luck)

    return simulate


def _each(arrays: Any) -> Any:
    """How arrays are spread over the devices that have the worlds in their last axis, or none."""
    return jax.tree.map(_by_last_axis, arrays)


def _by_last_axis(array: Any) -> PartitionSpec:
    return PartitionSpec(*[None] * (array.ndim - 1), "block") if array.ndim else _ALL


def columns(draws: Float[np.ndarray, "draw assumption"]) -> Any:
    """Draws as the programs take them."""
    rows = np.ascontiguousarray(draws.T)
    return DrawnRows(cast("Any", rows)) if len(rows) > _APART else tuple(rows)


def _drawn(width: int, count: int) -> Any:
    """The shapes of `columns`."""
    if count > _APART:
        return DrawnRows(cast("Any", jax.ShapeDtypeStruct((count, width), np.float64)))
    return (jax.ShapeDtypeStruct((width,), np.float64),) * count


def _numbers(count: int) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct((count,), np.float64)


def _block(function: Callable[[Plan, Any], Any], plan: Plan, numbers: Array, *given: Any) -> Any:
    """A function of a plan with its numbers, of a block."""
    return function(plan, numbers)(*given)


def _unless_empty(function: Callable[..., Any], used: Array, *given: Any) -> Any:
    """What a function makes of a block; zeros where no world of the block is wanted."""

    @jax.jit
    def traced_once(*given: Any) -> Any:
        return function(*given)

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
