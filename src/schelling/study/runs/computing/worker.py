"""What is computed in one go, here or on another machine: a part of the table, or the course.

A task contains everything it needs; the same task gives the same bytes wherever it is computed. A
process keeps its compiled engine from one task to the next.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from jaxtyping import Float, UInt32
from numpy import ndarray

from schelling.compile import draws
from schelling.compile.outcomes import Outcomes
from schelling.compile.plan import Plan
from schelling.study.runs.computing import first_worlds, other_luck, quickness
from schelling.study.runs.computing.engine import Engine, use_cores
from schelling.study.runs.computing.jobs import Job
from schelling.study.runs.computing.quickness import Quickness
from schelling.study.runs.files import manifest, series_store, tables
from schelling.study.runs.files.series_store import Course

Progress = Callable[[int], None]
"""Called with the number of worlds finished since the last call."""


@dataclass(frozen=True)
class Task:
    """Something to compute.

    Attributes:
        job: What it is a part of.
        first: The first world; a multiple of the lanes of a block.
        count: How many worlds; 0 asks for the course of the run instead.
        stored: Whether the answer is the bytes of a file.
    """

    job: Job
    first: int
    count: int
    stored: bool


@dataclass(frozen=True)
class Result:
    """The result of a task.

    Attributes:
        versions: Of the program and the libraries that computed it.
        data: Bytes of a file, if it is stored.
        table: Rows of the table, if it is not.
        course: The course, if it is not.
    """

    versions: Mapping[str, str]
    data: bytes = b""
    table: pa.Table | None = None
    course: Course | None = None


_KEPT = 4
"""Cases whose compiled programs a process keeps: those that were asked for last."""

_compiled: list[Engine] = []
_compiling = threading.Lock()
_room = threading.BoundedSemaphore(2)  # tasks at a time: one is computed, one written


def compute(task: Task, progress: Progress | None = None) -> Result:
    """Do a task.

    Args:
        task: What to compute.
        progress: Called as worlds are finished.

    Returns:
        The answer, with the versions it rests on.
    """
    with _room:
        if task.count == 0:
            return _course(task)
        job = task.job
        drawn = _draw(job, task.first, task.count)
        luck = _luck(job, task.first, task.count)
        finished: list[Outcomes] = []
        made = engine(job)
        asked = made.run(drawn, task.first) if luck is None else made.ask(drawn, luck)
        for outcomes in asked:
            finished.append(outcomes)
            if progress is not None:
                progress(len(outcomes.status))
        again = None
        if job.course:  # luck that is known in part cannot be exchanged for other luck
            again = other_luck.outcomes(made, drawn, task.first) if luck is None else []
        table = tables.part(job.plan, drawn, finished, task.first, job.design.replicates, again)
        table = tables.with_luck(table, luck)
        if task.stored:
            return Result(manifest.versions(), data=tables.encode(table))
        return Result(manifest.versions(), table=table)


def engine(job: Job) -> Engine:
    """The compiled engine of a job."""
    return engine_of(job.plan, job.design.seed, job.most)


def engine_of(plan: Plan, seed: int, worlds: int | None = None) -> Engine:
    """The compiled engine of a plan and a seed; those that were asked for last are kept.

    Args:
        plan: The plan.
        seed: Of its chance.
        worlds: For how many worlds, which decides how it is compiled (`quickness`). Where it is not
            known, whatever is there already will do.
    """
    quickly = Quickness() if worlds is None else quickness.of(plan, worlds)
    with _compiling:
        use_cores(_threads())
        same = (one for one in _compiled if one.seed == seed and one.plan == plan)
        fitting = (one for one in same if worlds is None or one.programs.quickly == quickly)
        known = (one.programs for one in _compiled)
        made = next(fitting, None) or Engine(plan, seed=seed, quickly=quickly, known=known)
        others = (one for one in _compiled if one.programs is not made.programs)
        _compiled[:] = [made, *others][:_KEPT]
        return made


def _course(task: Task) -> Result:
    job, clock = task.job, task.job.case.clock
    count = min(max(first_worlds.BAND_WORLDS, job.paths), job.design.worlds)
    luck, drawn = _luck(job, 0, count), _draw(job, 0, count)
    made = engine(job)
    kept = list(made.paths(drawn, 0) if luck is None else made.ask_paths(drawn, luck))
    course = Course(
        first_worlds.series(job.plan, clock, kept, job.paths),
        first_worlds.bands(job.plan, clock, kept),
        first_worlds.games(job.plan, kept),
    )
    if task.stored:
        return Result(manifest.versions(), data=series_store.encode(course))
    return Result(manifest.versions(), course=course)


def _draw(job: Job, first: int, count: int) -> Float[ndarray, "draw assumption"]:
    design = job.design
    if job.posterior is not None:
        return job.posterior.values(first, count)
    return draws.draw(
        job.plan,
        seed=design.seed,
        replicates=design.replicates,
        first=first,
        count=count,
        kind=design.kind,
        worlds=design.worlds,
    )


def _luck(job: Job, first: int, count: int) -> UInt32[ndarray, " draw"] | None:
    """Numbers that the luck of worlds goes by where these are not their own."""
    return None if job.posterior is None else job.posterior.luck(first, count)


def _threads() -> int | None:
    """Threads this process was given by a Dask cluster; None when it is no worker of one."""
    distributed: Any = sys.modules.get("distributed.worker")
    if distributed is None:
        return None
    try:
        return int(distributed.get_worker().state.nthreads)
    except ValueError:
        return None
