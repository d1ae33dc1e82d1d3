"""The engine: one compiled function, every core, blocks of one fixed shape.

Worlds are always computed in blocks of one size, `programs.WIDEST`, one block a core at a time; in
smaller blocks where a case has so many agents that these would not fit. Runs start at multiples of
`LANES`, where a block starts, whatever its size. A world
therefore sits in the same lane of the same program whatever the number of worlds or cores, and its
numbers are the same to the last bit among runs of up to 16,384 worlds, and among longer ones: the
two kinds are compiled in different ways (`quickness`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, cast

import jax
import numpy as np
from jax.sharding import Mesh
from jaxtyping import Float, UInt32
from numpy import ndarray

from schelling.compile.course.outcomes import Outcomes, Paths
from schelling.compile.drawing import luck
from schelling.compile.expressions.constants import separated
from schelling.compile.inspection.games_over_time import GameCourse
from schelling.compile.planning.plan import Plan
from schelling.compile.records.recorded import Recorded
from schelling.errors import RunError
from schelling.study.runs.computing.programs import LANES, Programs, columns
from schelling.study.runs.computing.quickness import Quickness
from schelling.study.runs.files.manifest import MAX_WORLDS


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


class Engine:
    """A plan compiled for this machine, for one seed.

    Args:
        plan: What is computed.
        seed: Of its chance.
        devices: Devices it runs on; all of them when None.
        quickly: What is ready sooner, but slower per world.
        known: Programs that were compiled before, and are used again if they fit.

    Attributes:
        plan: What is computed.
        seed: Of its chance.
        programs: What was compiled.
        width: Worlds computed in one call.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        seed: int,
        devices: int | None = None,
        quickly: Quickness = Quickness(),  # noqa: B008 - of what never changes
        known: Iterable[Programs] = (),
    ) -> None:
        use_cores()
        available = cast("list[Any]", jax.devices("cpu"))
        mesh = Mesh(np.array(available[:devices]), ("block",))
        self.plan, self.seed = plan, seed
        self._luck = luck.of(plan, seed)
        self._structure, self._numbers = separated(plan)
        shape = self._structure, self._luck, mesh
        fitting = (one for one in known if one.fit(*shape, quickly=quickly))
        self.programs = next(fitting, None) or Programs(
            self._structure, len(self._numbers), self._luck, mesh, quickly=quickly
        )
        self.width = self.programs.width

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
        yield from self._calls(self.programs.run, draws, _numbered(draws, first))

    def run_with_paths(
        self, draws: Float[ndarray, "draw assumption"], first: int
    ) -> Iterator[tuple[Outcomes, Paths]]:
        """Outcomes and the whole course of consecutive worlds, where both are of one simulation.

        See `run`; for a plan of which `programs.seen_whole` is true.
        """
        _, follow = self.programs.course
        simulate, look = self.programs.run

        def both(*given: Any) -> tuple[Any, Any]:
            return look(*given), follow(*given)

        yield from self._calls((simulate, both), draws, _numbered(draws, first))

    def run_twice_with_paths(
        self,
        draws: Float[ndarray, "draw assumption"],
        first: int,
        other: UInt32[ndarray, " draw"],
    ) -> tuple[Outcomes, Paths, Outcomes]:
        """The same worlds with their own luck and with that of others, at the same time.

        Args:
            draws: Assumptions of so few worlds that `twice` is true.
            first: A multiple of `LANES`.
            other: Numbers of the worlds whose luck is met the second time.

        Returns:
            Outcomes and courses as of `run_with_paths`, and outcomes as of `ask`.
        """
        lanes, count = self.programs.lanes, len(draws)
        half = -(-count // lanes) * lanes
        numbers = np.concatenate([np.resize(_numbered(draws, first), half), other])
        worlds = np.concatenate([draws, np.repeat(draws[-1:], half - count, axis=0), draws])
        used, drawn, met = self._spread(worlds, numbers)
        (simulate, look), (_, follow) = self.programs.run, self.programs.course
        finished = simulate(used, self._numbers, drawn, met, self._luck)
        both = look(used, self._numbers, drawn, finished)
        own = used & (np.arange(len(used)) * lanes < half)
        paths = follow(own, self._numbers, drawn, finished)
        again = jax.tree.map(partial(_part, half, half + count), both)
        return _fetch(both, count), _fetch(paths, count), again

    def twice(self, count: int) -> bool:
        """Whether so many worlds leave as many cores idle as they take."""
        return 2 * -(-count // self.programs.lanes) * self.programs.lanes <= self.width

    def ask(
        self, draws: Float[ndarray, "draw assumption"], numbers: UInt32[ndarray, " draw"]
    ) -> Iterator[Outcomes]:
        """Outcomes of any draws, each with the chance draws of the world of a given number.

        Numbers may differ in their last digits from those of `run`: worlds sit in other lanes.
        """
        yield from self._calls(self.programs.run, draws, numbers)

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
        structure, own = separated(plan)
        look = self.programs.answers_beside(structure, len(own))
        yield from self._calls((self.programs.run[0], look), draws, numbers, own)

    def paths(self, draws: Float[ndarray, "draw assumption"], first: int) -> Iterator[Paths]:
        """The whole course of consecutive worlds; see `run`."""
        yield from self._calls(self.programs.course, draws, _numbered(draws, first))

    def ask_paths(
        self, draws: Float[ndarray, "draw assumption"], numbers: UInt32[ndarray, " draw"]
    ) -> Iterator[Paths]:
        """The whole course of any draws; see `ask`."""
        yield from self._calls(self.programs.course, draws, numbers)

    def ask_games(
        self, draws: Float[ndarray, "draw assumption"], numbers: UInt32[ndarray, " draw"]
    ) -> Iterator[tuple[GameCourse, ...]]:
        """The games of any draws at some dates of their courses; see `ask`."""
        yield from self._calls(self.programs.games, draws, numbers)

    def ask_records(
        self, draws: Float[ndarray, "draw assumption"], numbers: UInt32[ndarray, " draw"]
    ) -> Iterator[Recorded]:
        """What the records should have been under any draws; see `ask`."""
        yield from self._calls(self.programs.record, draws, numbers)

    def _calls(
        self,
        functions: tuple[Any, Any],
        draws: Float[ndarray, "draw assumption"],
        numbers: UInt32[ndarray, " draw"],
        asked: Float[ndarray, " number"] | None = None,
    ) -> Iterator[Any]:
        """One call after the other; the next is under way while one is handed out."""
        simulate, look = functions
        its = self._numbers if asked is None else asked
        pending: tuple[Any, int] | None = None
        for start in range(0, len(draws), self.width):
            part = draws[start : start + self.width]
            used, drawn, met = self._spread(part, numbers[start : start + self.width])
            finished = simulate(used, self._numbers, drawn, met, self._luck)
            following = (look(used, its, drawn, finished), len(part))
            if pending is not None:
                yield _fetch(*pending)
            pending = following
        if pending is not None:
            yield _fetch(*pending)

    def _spread(
        self, draws: Float[ndarray, "draw assumption"], numbers: UInt32[ndarray, " draw"]
    ) -> tuple[ndarray, Any, ndarray]:
        """Worlds of one call: blocks that are used, columns of the draws, numbers of the worlds."""
        padded = np.concatenate([draws, np.repeat(draws[-1:], self.width - len(draws), axis=0)])
        used = np.arange(0, self.width, self.programs.lanes) < len(draws)
        return used, columns(padded), np.resize(numbers, self.width)


def _numbered(draws: Float[ndarray, "draw assumption"], first: int) -> UInt32[ndarray, " draw"]:
    if first % LANES or first + len(draws) > MAX_WORLDS:
        message = f"blocks start at multiples of {LANES}; got {first}"
        raise RunError(message)
    return (first + np.arange(len(draws))).astype(np.uint32)


def _fetch(results: Any, count: int) -> Any:
    return jax.tree.map(partial(_head, count), results)


def _head(count: int, leaf: jax.Array) -> ndarray:
    return np.asarray(leaf)[:count]


def _part(start: int, stop: int, leaf: jax.Array) -> ndarray:
    return np.asarray(leaf)[start:stop]
