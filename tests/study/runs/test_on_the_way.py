"""The course of a run is the same whether it is looked at on the way or by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.study.runs.computing import jobs, worker
from schelling.study.runs.computing.first_worlds import BAND_WORLDS
from schelling.study.runs.computing.programs import LANES
from schelling.study.runs.computing.worker import Task

CASE = Path("cases/teaching/waning-support")


@pytest.mark.parametrize(
    ("count", "paths"),
    [
        (BAND_WORLDS + 1_500, 256),
        (BAND_WORLDS + 1_500, BAND_WORLDS + 700),
        *((LANES + 1, 256), (LANES, 256), (300, 256), (40, 256)),
    ],
)
def test_the_course_on_the_way_is_that_of_a_task_of_its_own(count: int, paths: int) -> None:
    """And the table is the same as without it, to the last bit."""
    job = jobs.job(schelling.load(CASE), jobs.Design(count, 3), paths=paths)
    assert worker.looks_on_the_way(job)
    both = worker.compute(Task(job, 0, count, stored=True, course=True))
    assert both.beside is not None
    assert both.beside.data == worker.compute(Task(job, 0, 0, stored=True)).data
    assert both.data == worker.compute(Task(job, 0, count, stored=True)).data


def test_few_worlds_meet_other_luck_while_they_are_run() -> None:
    """Where a core is idle otherwise; the test above holds the numbers to those of one by one."""
    job = jobs.job(schelling.load(CASE), jobs.Design(LANES, 3))
    own = worker.engine(job)
    assert own.plan.streams
    blocks = own.width // own.programs.lanes
    assert own.twice(own.programs.lanes) == (blocks >= 2)
    assert not own.twice(blocks // 2 * own.programs.lanes + 1)
