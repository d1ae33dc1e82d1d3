"""What is computed in one go, here or on another machine: a part of the table, or the course.

A task contains everything it needs; the same task gives the same bytes wherever it is computed. A
process keeps its compiled engine from one task to the next.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from jaxtyping import Float, UInt32
from numpy import ndarray

from schelling.compile.course.outcomes import Outcomes, Paths
from schelling.compile.drawing import draws
from schelling.compile.planning.plan import Plan
from schelling.study.runs.computing import first_worlds, other_luck, quickness
from schelling.study.runs.computing.engine import Engine, use_cores
from schelling.study.runs.computing.jobs import Job
from schelling.study.runs.computing.programs import LANES, seen_whole
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
        course: Whether the course of the run is to be looked at on the way, of a task that begins
            with its first world.
    """

    job: Job
    first: int
    count: int
    stored: bool
    course: bool = False


@dataclass(frozen=True)
class Result:
    """The result of a task.

    Attributes:
        versions: Of the program and the libraries that computed it.
        data: Bytes of a file, if it is stored.
        table: Rows of the table, if it is not.
        course: The course, if it is not.
        beside: The course of the run, if it was looked at on the way.
    """

    versions: Mapping[str, str]
    data: bytes = b""
    table: pa.Table | None = None
    course: Course | None = None
    beside: Result | None = None


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
        again = None
        if task.course:
            engine(job)
            first_worlds.prepared()  # while programs are loaded or compiled, and run
        if _at_once(task, drawn):
            finished, beside, again = _twice(task, drawn, progress or _nobody)
        else:
            finished, beside = _outcomes(task, drawn, luck, progress or _nobody)
            if job.course:  # luck that is known in part cannot be exchanged for other luck
                again = other_luck.outcomes(engine(job), drawn, task.first) if luck is None else []
        table = tables.part(job.plan, drawn, finished, task.first, job.design.replicates, again)
        table = tables.with_luck(table, luck)
        if task.stored:
            return Result(manifest.versions(), data=tables.encode(table), beside=beside)
        return Result(manifest.versions(), table=table, beside=beside)


def looks_on_the_way(job: Job) -> bool:
    """Whether the course is looked at while the first part is computed, and not by itself."""
    if not job.course or job.posterior is not None:
        return False
    return seen_whole(job.plan) and _first_worlds(job) <= min(tables.PART, job.design.worlds)


def _at_once(task: Task, drawn: Float[ndarray, "world assumption"]) -> bool:
    """Whether there is room to run all worlds with other luck too while they are run."""
    if not task.course or len(drawn) > other_luck.WORLDS:
        return False
    own = engine(task.job)
    return bool(own.plan.streams) and own.twice(len(drawn))


def _twice(
    task: Task, drawn: Float[ndarray, "world assumption"], tell: Progress
) -> tuple[list[Outcomes], Result, list[Outcomes]]:
    """What becomes of few worlds, the course, and what becomes of them with other luck."""
    other = other_luck.numbers(task.first, len(drawn))
    found, paths, again = engine(task.job).run_twice_with_paths(drawn, task.first, other)
    tell(len(drawn))
    return [found], _as_answer(task, [paths]), [again]


def _outcomes(
    task: Task,
    drawn: Float[ndarray, "world assumption"],
    luck: UInt32[ndarray, " world"] | None,
    tell: Progress,
) -> tuple[list[Outcomes], Result | None]:
    """What becomes of worlds, and the course.

    The first worlds come last: what looks at the course is compiled while the others are computed.
    """
    own = engine(task.job)
    if luck is not None:
        return _told_of(own.ask(drawn, luck), tell), None
    looked = min(-(-_first_worlds(task.job) // LANES) * LANES, len(drawn)) if task.course else 0
    finished: list[Outcomes] = []
    if looked:
        threading.Thread(target=own.programs.prepare_course, name="compile course").start()
    if looked < len(drawn):
        finished = _told_of(own.run(drawn[looked:], task.first + looked), tell)
    return _with_course(task, drawn[:looked], finished, tell) if looked else (finished, None)


def _told_of(found: Iterator[Outcomes], tell: Progress) -> list[Outcomes]:
    """Outcomes as they come, each told of."""
    kept: list[Outcomes] = []
    for outcomes in found:
        kept.append(outcomes)
        tell(len(outcomes.status))
    return kept


def _with_course(
    task: Task,
    head: Float[ndarray, "draw assumption"],
    others: list[Outcomes],
    tell: Progress,
) -> tuple[list[Outcomes], Result]:
    """The first worlds before the others, and the course."""
    kept: list[Paths] = []

    def outcomes() -> Iterator[Outcomes]:
        for found, paths in engine(task.job).run_with_paths(head, task.first):
            kept.append(paths)
            yield found

    first = _told_of(outcomes(), tell)
    return first + others, _as_answer(task, kept)


def _nobody(_: int) -> None:
    pass


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
    job, count = task.job, _first_worlds(task.job)
    luck, drawn, made = _luck(job, 0, count), _draw(job, 0, count), engine(job)
    found = made.paths(drawn, 0) if luck is None else made.ask_paths(drawn, luck)
    return _as_answer(task, list(found))


def _first_worlds(job: Job) -> int:
    """How many of the first worlds the course is taken from."""
    return min(max(first_worlds.BAND_WORLDS, job.paths), job.design.worlds)


def _as_answer(task: Task, kept: list[Paths]) -> Result:
    """The course as an answer."""
    job, clock = task.job, task.job.case.clock
    first_worlds.prepared().result()
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
