"""Where the time of a simulation goes: `python -m benchmarks.kernels`.

A block of worlds of the flagship on one core. First ways to run it side by side, in turns, as
machines that measure have other things to do: cpu-seconds of 1,024 worlds, the least of several.
Then the kernels of the way that is used: how often each ran, times its median, which a busy machine
leaves alone.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, cast

import jax
import numpy as np
from jax.profiler import ProfileData, ProfileOptions

import schelling
from benchmarks.bench_process import CASE
from schelling.compile.compiler_options import SLOWLY, Options
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.study.runs.computing import programs, quickness
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.quickness import Quickness

WORLDS, TURNS, SHOWN = 1024, 12, 20

WAYS: tuple[tuple[int, Options], ...] = (
    (1024, {}),
    (512, {}),
    (256, {}),
    (512, SLOWLY),
)
"""Worlds in a block, and options of the compiler; the last is the one that is used."""


_QUICK = Quickness(simulation=False, answers=True)


class Block:
    """The simulation of a block, compiled in some way."""

    def __init__(self, lanes: int, options: Options) -> None:
        vars(programs)["WIDEST"], vars(quickness)["SLOWLY"] = lanes, options
        self.lanes = lanes
        start = time.process_time()
        self.engine = Engine(plan.build(schelling.load(CASE)), seed=0, devices=1, quickly=_QUICK)
        self.simulate, _ = self.engine.programs.run
        self.compiled = time.process_time() - start
        built = self.engine.plan
        self.drawn = draws.draw(built, seed=0, replicates=16, first=0, count=WORLDS)

    def run(self) -> float:
        """Cpu-seconds of all worlds."""
        total = 0.0
        for first in range(0, WORLDS, self.lanes):
            numbers = np.arange(first, first + self.lanes, dtype=np.uint32)
            given = self.engine._spread(self.drawn[first : first + self.lanes], numbers)
            used, drawn, met = given
            start = time.process_time()
            done = self.simulate(used, self.engine._numbers, drawn, met, self.engine._luck)
            jax.block_until_ready(done)
            total += time.process_time() - start
        return total


def kernels(block: Block) -> list[tuple[float, int, str]]:
    """Microseconds, how often it ran and the name of every kernel, from the most time down."""
    options = ProfileOptions()
    options.host_tracer_level = 3
    with tempfile.TemporaryDirectory() as folder:
        with jax.profiler.trace(folder, profiler_options=options):
            block.run()
        (path,) = Path(folder).glob("**/*.xplane.pb")
        data: Any = ProfileData.from_file(str(path))
        found: dict[str, list[float]] = defaultdict(list)
        lines = cast("list[Any]", [line for plane in data.planes for line in plane.lines])
        for line in lines:
            if "Eigen" in line.name:
                for event in line.events:
                    found[event.name].append(event.duration_ns / 1e3)
    inner = {k: v for k, v in found.items() if not k.startswith(("Thunk", "while", "cond", "end:"))}
    rows = [(len(v) * statistics.median(v), len(v), k) for k, v in inner.items() if len(v) > 2]
    return sorted(rows, reverse=True)


def main() -> None:
    """Print both tables."""
    blocks = [Block(*way) for way in WAYS]
    least = [
        min(times) for times in zip(*([b.run() for b in blocks] for _ in range(TURNS)), strict=True)
    ]
    for (lanes, options), block, spent in zip(WAYS, blocks, least, strict=True):
        print(f"{lanes:5} a block, {dict(options)}: {spent:.4f} cpu s, ", end="")
        print(f"compiled in {block.compiled:.1f} cpu s")
    rows = kernels(blocks[-1])
    total, count = sum(row[0] for row in rows), sum(row[1] for row in rows)
    print(f"{len(rows)} kernels ran {count:,} times in {total / 1e3:.0f} ms")
    for spent, often, name in rows[:SHOWN]:
        print(f"{spent / 1e3:7.2f} ms  {often:6,} x {spent / often:6.1f} us  {name}")


if __name__ == "__main__":
    main()
