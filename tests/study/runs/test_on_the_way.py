"""The course of a run is the same whether it is looked at on the way or by itself."""

from __future__ import annotations

from pathlib import Path

import schelling
from schelling.study.runs.computing import jobs, worker
from schelling.study.runs.computing.first_worlds import BAND_WORLDS
from schelling.study.runs.computing.worker import Task

CASE = Path("cases/teaching/waning-support")


def test_the_course_on_the_way_is_that_of_a_task_of_its_own() -> None:
    """And the table is the same as without it, to the last bit."""
    count = BAND_WORLDS + 1_500
    job = jobs.job(schelling.load(CASE), jobs.Design(count, 3))
    assert worker.looks_on_the_way(job)
    both = worker.compute(Task(job, 0, count, stored=True, course=True))
    assert both.beside is not None
    assert both.beside.data == worker.compute(Task(job, 0, 0, stored=True)).data
    assert both.data == worker.compute(Task(job, 0, count, stored=True)).data
