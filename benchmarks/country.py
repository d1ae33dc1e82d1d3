"""Every adult of a large country, run by hand: `python -m benchmarks.country`.

A small world of 110 million agents, mean degree 10, is made and takes one step by chance. It needs
some 16 GB of memory and minutes, so `make bench` leaves it out; each run adds a line to
`benchmarks/history/country.jsonl`.
"""

from __future__ import annotations

import datetime
import json

from benchmarks.__main__ import HERE, machine
from benchmarks.bench_populations import large

AGENTS = 110_000_000


def main() -> None:
    """Measure, print and keep."""
    measured = large(AGENTS, 1)
    line = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "agents": AGENTS,
        "steps": 1,
        "seconds to make": measured["built"],
        "cpu-seconds to make": measured["built_cpu"],
        "GiB at most while made": measured["memory"],
        "seconds for the step": measured["taken"],
        "cpu-seconds for the step": measured["taken_cpu"],
        "GiB at most": measured["peak"],
        "machine": machine(),
    }
    print(json.dumps(line, indent=2))
    kept = HERE / "history" / "country.jsonl"
    kept.parent.mkdir(exist_ok=True)
    with kept.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
