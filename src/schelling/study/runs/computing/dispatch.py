"""The interface to executors: sends tasks and yields each answer once.

Any implementation of `concurrent.futures.Executor` can be used. Answers may come in any order,
twice or never: a task that failed or was lost is sent again, and a second answer to the same task
is ignored. This module does not know what is computed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from schelling.errors import RunError

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Patience:
    """When to repeat tasks, and when to give up.

    Attributes:
        window: Tasks under way at a time.
        attempts: How often a task may fail before the run does.
        seconds: An answer is overdue after this time and ten times the slowest so far, and the next
            time after twice as long. Its task is then sent once more. If None, answers are never
            overdue.
    """

    window: int
    attempts: int = 3
    seconds: float | None = 60.0


@dataclass
class _Flight(Generic[R]):
    """What is known of the tasks that are not answered.

    Attributes:
        waiting: Tasks to be asked for.
        flying: Futures that may still come, with their task and since when.
        overdue: Those of them that no place is kept for.
        failures: How often a task failed.
        chased: How often a task was asked for again because it was overdue.
        slowest: Seconds of the slowest answer; None before the first.
    """

    waiting: deque[int]
    flying: dict[Future[R], tuple[int, float]] = field(default_factory=dict)  # pyright: ignore
    overdue: set[Future[R]] = field(default_factory=set)  # pyright: ignore
    failures: dict[int, int] = field(default_factory=dict[int, int])
    chased: dict[int, int] = field(default_factory=dict[int, int])
    slowest: float | None = None

    @property
    def places(self) -> int:
        """Places taken in the window."""
        return len(self.flying) - len(self.overdue)


def gather(
    executor: Executor,
    function: Callable[[T], R],
    tasks: Mapping[int, T],
    patience: Patience,
) -> Iterator[tuple[int, R]]:
    """Answers to tasks, as they come.

    Args:
        executor: Computes.
        function: Takes a task.
        tasks: Tasks under their numbers.
        patience: When to repeat tasks, and when to give up.

    Yields:
        The number of each task with its answer, each number once.

    Raises:
        RunError: A task failed too often, or the executor takes no more tasks.
    """
    flight: _Flight[R] = _Flight(deque(tasks))
    answered: set[int] = set()
    try:
        while len(answered) < len(tasks):
            while flight.waiting and flight.places < patience.window:
                number = flight.waiting.popleft()
                if number not in answered:
                    future = _submit(executor, function, tasks[number])
                    flight.flying[future] = number, time.monotonic()
            finished, _ = wait(flight.flying, _pause(patience), FIRST_COMPLETED)
            for future in finished:
                number, since = flight.flying.pop(future)
                flight.overdue.discard(future)
                if number in answered:
                    continue
                if _failed(future, number, flight, patience):
                    flight.waiting.appendleft(number)
                    continue
                answered.add(number)
                flight.slowest = max(flight.slowest or 0.0, time.monotonic() - since)
                yield number, future.result()
            _chase(flight, answered, patience)
    finally:
        for future in flight.flying:
            future.cancel()


def _submit(executor: Executor, function: Callable[[T], R], task: T) -> Future[R]:
    try:
        return executor.submit(function, task)
    except RuntimeError as error:  # shut down, or a pool whose process was killed
        message = f"the executor accepts no more tasks: {error}"
        raise RunError(message) from error


def _failed(future: Future[R], number: int, flight: _Flight[R], patience: Patience) -> bool:
    """Whether a task has to be asked for again."""
    if future.cancelled():
        error: BaseException = RuntimeError("it was cancelled")
    else:
        found = future.exception()
        if found is None:
            return False
        error = found
    failures = flight.failures[number] = flight.failures.get(number, 0) + 1
    if patience.attempts == 1 or isinstance(error, RunError | KeyboardInterrupt):
        raise error
    if failures >= patience.attempts:
        message = f"task {number} failed {failures} times, the last time with: {error!r}"
        raise RunError(message) from error
    return True


def _pause(patience: Patience) -> float | None:
    return None if patience.seconds is None else max(patience.seconds / 4, 0.01)


def _chase(flight: _Flight[R], answered: set[int], patience: Patience) -> None:
    """Ask once more for what is long overdue; whichever answer comes first will do."""
    if patience.seconds is None:
        return
    now, slowest = time.monotonic(), flight.slowest
    usual = 10.0 * (patience.seconds if slowest is None else slowest)  # nothing known: be slow
    for future, (number, since) in flight.flying.items():
        patient = max(patience.seconds, usual) * 2.0 ** flight.chased.get(number, 0)
        if future not in flight.overdue and number not in answered and now - since > patient:
            flight.overdue.add(future)
            flight.chased[number] = flight.chased.get(number, 0) + 1
            flight.waiting.append(number)
