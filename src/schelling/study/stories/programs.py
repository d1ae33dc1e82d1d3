"""The compiled functions that a case's stories are told by: compiled once, or found compiled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Final, cast

import jax
import numpy as np

from schelling.compile.compiler_options import QUICKLY
from schelling.compile.drawing.luck import Luck
from schelling.compile.expressions import constants
from schelling.compile.inspection import chronicle
from schelling.compile.inspection.chronicle import Gone, Leg, Looked, Segment
from schelling.compile.planning.plan import Plan
from schelling.study.runs.computing import program_key
from schelling.study.runs.computing.engine import use_cores
from schelling.study.runs.computing.kept_programs import Program, cache_is_open


class StoryPrograms:
    """A plan compiled to look into one world at a time.

    Args:
        plan: The plan.
        luck: The luck of any seed in which ties have these shapes.
    """

    def __init__(self, plan: Plan, luck: Luck) -> None:
        use_cores()
        self._plan = plan
        leg = chronicle.whole(plan, np.zeros(len(plan.assumptions)), 0)
        begin = self._program("begin", chronicle.begin, leg, luck)
        self._gone = begin.out_info
        beside = ThreadPoolExecutor(2, "compile")  # compiling leaves the interpreter free
        self._begin = beside.submit(begin.compile)
        self._go = beside.submit(self._compiled, "go", chronicle.go, self._gone, leg, luck)
        self._look: dict[int, Any] = {1: beside.submit(self._looking, 1)}
        beside.shutdown(wait=False)

    def gone(self, legs: Sequence[Leg], luck: Luck) -> Gone:
        """A world at its end."""
        gone = cast("Gone", self._begin.result()(legs[0], luck))
        if self._plan.timed:
            for leg in legs:
                gone = cast("Gone", self._go.result()(gone, leg, luck))
        return gone

    def looked(self, legs: Sequence[Leg], gone: Gone) -> Looked:
        """What was seen of a finished world, as NumPy arrays."""
        since, segments = self.segments(legs)
        if len(segments) not in self._look:
            self._look[len(segments)] = self._looking(len(segments))
        known = self._look[len(segments)]
        look = cast("Future[Any]", known).result() if isinstance(known, Future) else known
        return cast("Looked", jax.tree.map(np.asarray, look(since, segments, gone)))

    @staticmethod
    def segments(legs: Sequence[Leg]) -> tuple[tuple[Any, ...], tuple[Segment, ...]]:
        """The numbers that held one after the other, and from which step on each did."""
        since: list[Any] = []
        segments: list[Segment] = []
        for leg in legs:
            now = Segment(cast("Any", leg.draws), cast("Any", leg.pins))
            if not segments or not _same(segments[-1], now):
                since.append(leg.first)
                segments.append(now)
        return tuple(since), tuple(segments)

    def _looking(self, count: int) -> Any:
        leg = chronicle.whole(self._plan, np.zeros(len(self._plan.assumptions)), 0)
        one = Segment(cast("Any", leg.draws), cast("Any", leg.pins))
        given = (leg.first,) * count, (one,) * count, self._gone
        return self._compiled("look", chronicle.look, *given)

    def _compiled(self, name: str, function: Callable[..., Any], *given: Any) -> Any:
        return self._program(name, function, *given).compile()

    def _program(self, name: str, function: Callable[..., Any], *given: Any) -> Program:
        def lower() -> Any:
            return jax.jit(partial(function, self._plan)).lower(*given)

        plan = self._plan
        key = None
        if cache_is_open():
            key = program_key.key(f"story: {name}", plan, given, QUICKLY, [0])
        return Program(key, lower, QUICKLY, devices=1)


def _same(one: Segment, other: Segment) -> bool:
    """Whether the same numbers hold."""
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


_known: list[tuple[tuple[Any, ...], StoryPrograms]] = []
_knowing = threading.Lock()
_MOST: Final = 2


def of_plan(plan: Plan, luck: Luck) -> StoryPrograms:
    """The compiled functions of a plan and of luck of one shape; the last few are kept."""
    structure, numbers = constants.separated(plan)
    form = cast("Any", jax.tree).structure(luck)
    shapes = tuple(np.shape(leaf) for leaf in jax.tree.leaves(luck))
    wanted: tuple[Any, ...] = structure, numbers.tobytes(), form, shapes
    with _knowing:
        same = (made for known, made in _known if known == wanted)
        made = next(same, None) or StoryPrograms(plan, luck)
        others = [one for one in _known if one[1] is not made]
        _known[:] = [*others, (wanted, made)][-_MOST:]
        return made
