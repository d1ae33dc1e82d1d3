"""Whole processes on two cores: checking and running the flagship, cold, with peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
CASE = ROOT / "cases" / "widening-war"
SCHELLING = Path(sys.executable).with_name("schelling")
CORES = set(sorted(os.sched_getaffinity(0))[:2])


def measure(*arguments: str) -> tuple[float, float, float]:
    """Wall seconds, cpu seconds and peak memory in GB of one whole process on two cores."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(SCHELLING), *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: os.sched_setaffinity(0, CORES),  # noqa: PLW1509
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status:
            message = process.stderr.read().decode() if process.stderr else ""
            raise RuntimeError(message)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6


def rows() -> list[dict[str, object]]:
    """Checking five times (the median counts), then 100,000 and 1,000,000 worlds once each."""
    measure("check", str(CASE))  # byte-compiles, as any installation does once
    checks = sorted(measure("check", str(CASE))[0] for _ in range(5))
    found: list[dict[str, object]] = [
        _row("check the flagship, whole process", "s", checks[2], "limit", 0.5)
    ]
    for worlds, limit in ((100_000, 15.0), (1_000_000, None)):
        wall, cpu, memory = measure("run", str(CASE), "--worlds", str(worlds))
        label = f"run the flagship, {worlds:,} worlds, two cores, cold"
        found += [
            _row(label, "s", wall, "limit", limit),
            _row(label, "cpu s", cpu, None, None),
            _row(label, "GB peak", memory, "limit", 2.0),
        ]
    return found


def _row(
    name: str, unit: str, ours: float, peer: str | None, theirs: float | None
) -> dict[str, object]:
    ratio = theirs / ours if theirs else None
    return {
        "name": name,
        "unit": unit,
        "ours": ours,
        "peer": peer if theirs else None,
        "theirs": theirs,
        "ratio": ratio,
    }
