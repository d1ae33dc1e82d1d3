"""The memory a run is said to take, held against what it takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import schelling
from schelling.errors import RunError
from schelling.study.runs.computing import jobs, memory, programs
from study.runs.keeping import write


def test_a_shard_makes_no_verdicts(tmp_path: Path) -> None:
    """Its memory does not grow with the worlds of the whole run."""
    case = schelling.load(write(tmp_path / "tiny"))
    few, many = (jobs.job(case, jobs.Design(n)) for n in (10**6, 10**9))
    assert memory.estimate(few, in_memory=False, shard=True).total == (
        memory.estimate(many, in_memory=False, shard=True).total
    )


TWINS = """
schelling: 1
title: each member holds its own
time: {start: 2022-03-21, step: 1 week, until: 2022-04-18}
sets: {city: [CITIES]}
assumptions: {pace: {prior: "uniform(0.01, 0.05)", unit: 1 / week, why: x}}
stocks:
  left[city]: {start: rank(city), change: "-pace * left[city]"}
claims:
  matters[city]:
    {why: x, holds: "sum(final(left[c]) for c in city) > (final(left[city]) | do(left[city] = 0))"}
"""


def test_many_twins_take_fewer_worlds_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """25 twins and the actual run, 25 stocks at 5 openings, 8 bytes each: 26,000 bytes a world."""
    path = tmp_path / "case.yaml"
    path.write_text(TWINS.replace("CITIES", ", ".join(f"c{n}" for n in range(25))), "utf-8")
    job = jobs.job(schelling.load(path), jobs.Design(4096))
    whole = memory.estimate(job, in_memory=True)
    assert programs.lanes(job.plan) == programs.WIDEST
    with pytest.raises(RunError, match=r"they hold 25 different things in `do\(\.\.\.\)`"):
        memory.check(job, in_memory=True, limit=1)
    monkeypatch.setattr(programs, "_COURSES", 26_000 * 64)
    assert programs.lanes(job.plan) == 64
    assert not programs.crowded(job.plan)
    assert memory.estimate(job, in_memory=True).blocks == whole.blocks * 64 / programs.WIDEST


MEASURED = """
import re, sys
from pathlib import Path
import schelling
from schelling.study.runs.computing.engine import use_cores
use_cores()
case = schelling.load(sys.argv[1])
run = schelling.run(case, worlds=int(sys.argv[3]), folder=sys.argv[2])
height = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(len(run.verdicts), int(height) * 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("worlds", [200_000, 4_000_000])
def test_the_memory_estimate(worlds: int, tmp_path: Path) -> None:
    """The height of a process that runs and judges, within a factor of the estimate.

    It must not be below what is taken, or a run would be started that ends in the middle; the
    program itself takes about 300 to 600 MB of it, depending on what is compiled. What is taken
    is read from the system's own record, because `ru_maxrss` of a child starts at its parent's.
    """
    place = write(tmp_path / "tiny")
    job = jobs.job(schelling.load(place), jobs.Design(worlds))
    command = [sys.executable, "-c", MEASURED, str(place), str(tmp_path / "run"), str(worlds)]
    ended = subprocess.run(command, capture_output=True, check=True, text=True)
    taken = int(ended.stdout.split()[-1])
    assert taken <= memory.estimate(job, in_memory=False).total <= 2.5 * taken
