"""What a change of a case costs before the first world: 1,000 worlds of the flagship.

Whole processes with a structure never seen and with one that was seen, the same once more in one
process with other numbers, and each program alone: traced, compiled both ways and run. In
cpu-seconds, as machines that measure have other things to do.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax

import schelling
from benchmarks.bench_process import CASE, SCHELLING
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.quickness import Quickness

WORLDS = 1000


def process(cache: str) -> float:
    """Cpu-seconds of a whole run, with a folder for compiled programs."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["SCHELLING_CACHE"] = cache
    arguments = [str(SCHELLING), "run", str(CASE), "--worlds", str(WORLDS), "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(arguments, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        message = f"{arguments} ended with status {status}"
        raise RuntimeError(message)
    return usage.ru_utime + usage.ru_stime


def seconds(work: Callable[[], Any]) -> float:
    """Cpu-seconds of some work in this process."""
    start = time.process_time()
    jax.block_until_ready(work())
    return time.process_time() - start


def again() -> float:
    """A run in a process that has run the case, with another seed and another prior."""
    case = schelling.load(CASE)
    schelling.run(case, worlds=WORLDS)
    other = case.replace(kin_value="uniform(0, 1.5)")
    return min(seconds(partial(_shares, other, seed)) for seed in (1, 2, 3))


def _shares(case: schelling.Case, seed: int) -> Any:
    return schelling.run(case, worlds=WORLDS, seed=seed).verdicts["share"].to_numpy()


def programs(quickly: Quickness) -> tuple[float, float]:
    """Both programs of a run: cpu-seconds until they are ready, and of two blocks."""
    built = plan.build(schelling.load(CASE))
    made: list[Engine] = []

    def make() -> None:
        made.append(Engine(built, seed=0, quickly=quickly))
        _ = made[0].programs.run  # waits for both

    ready = seconds(make)
    drawn = draws.draw(built, seed=0, replicates=16, first=0, count=2048)
    return ready, min(seconds(lambda: list(made[0].run(drawn, 0))) for _ in range(3))


def rows() -> list[dict[str, object]]:
    """One after the other; what is in the cache of programs is what this benchmark put there."""
    with tempfile.TemporaryDirectory() as cache:
        never, seen = process(cache), min(process(cache) for _ in range(3))
    found = [
        _row("structure never seen, whole process", never, 5.0),
        _row("structure seen before, whole process", seen, 1.5),
        _row("again in one process, other numbers", again(), 0.15),
    ]
    ways = {
        "compiled slowly": Quickness(),
        "compiled quickly": Quickness(simulation=True, answers=True),
    }
    for name, quickly in ways.items():
        ready, run = programs(quickly)
        found += [
            _row(f"simulation and answers traced and {name}", ready, None),
            _row(f"2,048 worlds and their claims, {name}", run, None),
        ]
    return found


def _row(name: str, ours: float, limit: float | None) -> dict[str, object]:
    return {
        "name": f"1,000 worlds of the flagship: {name}" if limit else f"flagship: {name}",
        "unit": "cpu s",
        "ours": ours,
        "peer": "limit" if limit else None,
        "theirs": limit,
        "ratio": limit / ours if limit else None,
    }
