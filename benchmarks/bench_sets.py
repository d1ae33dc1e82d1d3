"""Whole processes on cases whose set has more and more members, which is mostly compiling."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.bench_process import measure

MEMBERS = (5, 10, 20, 40)
WORLDS = 1_024
CASE = """
schelling: 1
title: Cities that fall one after another
time: {{start: 2022-03-21, step: 1 week, until: 2023-03-20}}
sets: {{city: [{names}]}}
assumptions:
  garrison[city]: {{prior: 1000 to 2000, why: planted}}
  losses: {{prior: 100 to 400, unit: 1 / week, why: planted}}
stocks:
  standing[city]:
    start: garrison[city]
    change: "-losses if all(standing[c] < 1 for c in before(city)) else 0"
    within: [0, 100000]
claims:
  all_fall: {{holds: "final(sum(standing[c] for c in city)) < 1", why: planted}}
"""


def rows() -> list[dict[str, object]]:
    """Cpu seconds of a run by number of members; every member reads all members before it."""
    _seconds(1)  # byte-compiles, as any installation does once
    return [_row(members, _seconds(members)) for members in MEMBERS]


def _seconds(members: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        names = ", ".join(f"city_{n}" for n in range(members))
        path.write_text(CASE.format(names=names), "utf-8")
        return measure("run", str(path), "--worlds", str(WORLDS))[1]


def _row(members: int, cpu: float) -> dict[str, object]:
    return {
        "name": f"run a set of {members} coupled stocks, {WORLDS:,} worlds, cold",
        "unit": "cpu s",
        "ours": cpu,
        "peer": None,
        "theirs": None,
        "ratio": None,
    }
