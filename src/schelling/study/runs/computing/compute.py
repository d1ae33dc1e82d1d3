"""Gives the tasks of a run to an executor and stores the answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import pyarrow as pa

from schelling.errors import RunError
from schelling.study.runs.computing import looks
from schelling.study.runs.computing.dispatch import Patience, gather
from schelling.study.runs.computing.jobs import Job
from schelling.study.runs.computing.resumable import RunRequest
from schelling.study.runs.computing.worker import (
    Progress,
    Result,
    Task,
    compute,
    looks_on_the_way,
)
from schelling.study.runs.files import manifest, tables
from schelling.study.runs.files.series_store import Course

COURSE = -1
"""Number of the task that makes the course; parts of the table count from 0."""


@dataclass(frozen=True)
class Workers:
    """The executor and its function.

    Attributes:
        executor: Takes tasks.
        function: Does one.
        patience: When to repeat tasks, and when to give up.
        progress: Called as worlds are finished.
        tells: Whether `function` calls it itself.
    """

    executor: Executor
    function: Callable[[Task], Result]
    patience: Patience
    progress: Progress | None = None
    tells: bool = False

    def tell(self, count: int) -> None:
        """Say that worlds are finished."""
        if self.progress is not None:
            self.progress(count)


class Store(Protocol):
    """Where answers are stored."""

    stored: bool

    def held(self) -> set[int]:
        """Numbers of the answers it has."""
        ...

    def take(self, number: int, answer: Result) -> None:
        """Keep an answer."""
        ...

    def columns(self, number: int, names: Sequence[str]) -> pa.Table:
        """Some columns of a part it has."""
        ...


@dataclass
class InMemory:
    """Keeps answers in memory."""

    stored: bool = False
    parts: dict[int, pa.Table] = field(default_factory=dict[int, pa.Table])
    _course: Course | None = None

    def held(self) -> set[int]:
        """Nothing, at first."""
        return set(self.parts)

    def take(self, number: int, answer: Result) -> None:
        """Keep an answer."""
        if number == COURSE:
            self._course = answer.course
        elif answer.table is not None:
            self.parts[number] = answer.table

    def columns(self, number: int, names: Sequence[str]) -> pa.Table:
        """Some columns of a part."""
        return self.parts[number].select(list(names))

    def table(self) -> pa.Table:
        """All parts in order."""
        return pa.concat_tables([self.parts[number] for number in sorted(self.parts)])

    @property
    def course(self) -> Course | None:
        """The course of the run; None if it was not to be computed."""
        return self._course


@contextmanager
def local(progress: Progress | None) -> Generator[Workers]:
    """This process, on all its cores: one part is computed while another is written."""
    stop = threading.Event()

    def tell(count: int) -> None:
        if stop.is_set():
            raise CancelledError
        if progress is not None:
            progress(count)

    executor = ThreadPoolExecutor(2, "worlds")
    try:
        yield Workers(
            executor, partial(compute, progress=tell), Patience(2, 1, None), progress, True
        )
    finally:
        stop.set()
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def remote(executor: Executor, progress: Progress | None) -> Generator[Workers]:
    """Somebody else's executor, which stays open."""
    workers: Any = getattr(executor, "_max_workers", None)
    window = 2 * workers if isinstance(workers, int) else 32
    yield Workers(executor, compute, Patience(max(window, 4)), progress)


def make(request: RunRequest, workers: Workers, store: Store) -> Job:
    """Compute what a run still lacks.

    Args:
        request: The run.
        workers: The executor and its function.
        store: Where answers are stored, and which are there already.

    Returns:
        The job that was done; it has fewer worlds if fewer were enough.
    """
    job = request.job
    if request.until_error is None:
        _make(job, _numbers(request), workers, store)
        return job
    return _until(job, request.until_error, workers, store)


def _numbers(request: RunRequest) -> list[int]:
    """Tasks of a run or of its shard: the course first, as the first part has waited for less."""
    count = -(-request.job.design.worlds // tables.PART)
    if request.shard is None:
        return [*_course(request.job), *range(count)]
    mine, all_ = request.shard
    parts = range(mine - 1, count, all_)
    return [*_course(request.job), *parts] if mine == 1 else list(parts)


def _course(job: Job) -> list[int]:
    return [COURSE] if job.course else []


def _make(job: Job, numbers: Sequence[int], workers: Workers, store: Store) -> None:
    """Compute parts and course that are not there."""
    held = store.held()
    wanted = {number: _task(job, number, stored=store.stored) for number in numbers}
    for number in held & wanted.keys():
        workers.tell(wanted.pop(number).count)
    if {COURSE, 0} <= wanted.keys() and looks_on_the_way(job):
        del wanted[COURSE]
        wanted[0] = replace(wanted[0], course=True)
    for number, answer in _gather(workers, wanted):
        store.take(number, answer)
        if answer.beside is not None:
            store.take(COURSE, answer.beside)


def _gather(workers: Workers, tasks: Mapping[int, Task]) -> Iterator[tuple[int, Result]]:
    for number, answer in gather(workers.executor, workers.function, tasks, workers.patience):
        _same_versions(answer.versions)
        yield number, answer
        if not workers.tells:
            workers.tell(tasks[number].count)


def _until(job: Job, until: float, workers: Workers, store: Store) -> Job:
    """Ever more worlds until every error bar is short enough, or there may be no more."""
    design, claims = job.design, [claim.name for claim in job.plan.claims]
    head: list[pa.Table] = []
    known, counted = 0, None
    for look in looks.schedule(design.worlds, design.replicates):
        done = job.of(look)
        _grow(done, known, workers, store, head)
        rows = _rows(known, look, store, head, looks.columns(claims))
        more = looks.tally(rows, claims, design.replicates)
        counted = more if counted is None else counted + more
        known = look
        if looks.error_bars(counted, until).enough:
            break
    done = job.of(known)
    if head:
        store.take(0, _answer(pa.concat_tables(head), stored=store.stored))
    _make(done, _course(job), workers, store)
    return done


def _grow(job: Job, known: int, workers: Workers, store: Store, head: list[pa.Table]) -> None:
    """All worlds of a job after the first `known`; those of the first part come to the head."""
    worlds, part = job.design.worlds, tables.PART
    if known < part and 0 not in store.held():
        task = Task(job, known, min(worlds, part) - known, stored=False)
        head.extend(answer.table for _, answer in _gather(workers, {0: task}) if answer.table)
        if worlds >= part:
            store.take(0, _answer(pa.concat_tables(head), stored=store.stored))
            head.clear()
    _make(job, range(max(known // part, 1), -(-worlds // part)), workers, store)


def _rows(
    first: int, stop: int, store: Store, head: Sequence[pa.Table], names: Sequence[str]
) -> pa.Table:
    """Some columns of consecutive worlds."""
    if head:
        return pa.concat_tables(head).select(list(names)).slice(first, stop - first)
    begin = first // tables.PART
    parts = [store.columns(number, names) for number in range(begin, -(-stop // tables.PART))]
    return pa.concat_tables(parts).slice(first - begin * tables.PART, stop - first)


def _answer(table: pa.Table, *, stored: bool) -> Result:
    if stored:
        return Result(manifest.versions(), data=tables.encode(table))
    return Result(manifest.versions(), table=table.combine_chunks())


def _task(job: Job, number: int, *, stored: bool) -> Task:
    if number == COURSE:
        return Task(job, 0, 0, stored)
    first = number * tables.PART
    return Task(job, first, min(tables.PART, job.design.worlds - first), stored)


def _same_versions(found: Mapping[str, str]) -> None:
    here = manifest.versions()
    differ = [
        f"{name} {found.get(name)}, here {here[name]}"
        for name in here
        if found.get(name) != here[name]
    ]
    if differ:
        message = "a worker has other versions, so its worlds would differ: "
        message += "; ".join(differ)
        raise RunError(message)
