"""Runs every case at full size and records verdicts and times in `benchmarks/cases.json`.

`make demo-all` calls it; `PYTHONPATH=docs .venv/bin/python -m tooling.full_runs CASE...` runs some
cases and leaves what is recorded of the others. Each case is a process of its own that compiles
anew, so that its time is what somebody waits who runs it for the first time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tooling.gallery import ROOT, cases, read_record, write_page, write_record

WORLDS = 100_000
WORLDS_WITH_AGENTS = 1_000


def main() -> None:
    """Run the cases that are named, or all, then write the gallery anew."""
    parser = argparse.ArgumentParser(description="Run cases at full size and record the times.")
    parser.add_argument("case", nargs="*", help="a folder below cases/; all cases when left out")
    parser.add_argument("--longest", type=float, default=1800.0, help="seconds to wait for a case")
    asked = parser.parse_args()
    names: Sequence[str] = asked.case or cases()
    runs = read_record()["cases"]
    runs = {name: run for name, run in runs.items() if name in cases()}
    for name in names:
        runs[name] = full_run(name, longest=asked.longest)
        print(told(name, runs[name]), flush=True)  # noqa: T201, read by whoever waits
        write_record({"machine": machine(), "cases": runs})
    write_page()
    if any("failed" in runs[name] for name in names):
        sys.exit(1)


def full_run(name: str, *, longest: float) -> dict[str, Any]:
    """What is recorded of a case: seconds, worlds and verdicts, or why it has none.

    Args:
        name: The case's folder, relative to `cases/`.
        longest: After so many seconds it is given up.
    """
    folder = ROOT / "cases" / name
    worlds = worlds_of((folder / "case.yaml").read_text("utf-8"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        command = [str(Path(sys.executable).with_name("schelling")), "run", str(folder), "--json"]
        command += ["--worlds", str(worlds), "--no-cache", "--quiet", "--out", f"{place}/out.run"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=longest
            )
        except subprocess.TimeoutExpired:
            return {"worlds": worlds, "failed": f"not done after {longest:.0f} seconds"}
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return {"worlds": worlds, "failed": done.stderr.strip().splitlines()[-1]}
    found = json.loads(done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "digest": found["digest"],
        "worlds": worlds,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "claims": [
            {key: claim[key] for key in ("name", "says", "share", "verdict")}
            for claim in found["claims"]
        ],
    }


def worlds_of(text: str) -> int:
    """How many worlds are full size: fewer where each holds a population of agents."""
    return WORLDS_WITH_AGENTS if "\npopulations:" in text else WORLDS


def machine() -> str:
    """The processor and its cores, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"


def told(name: str, run: dict[str, Any]) -> str:
    """A line for whoever waits."""
    if "failed" in run:
        return f"{name}: {run['failed']}"
    return f"{name}: {run['worlds']:,} worlds in {run['seconds']} s"


if __name__ == "__main__":
    main()
