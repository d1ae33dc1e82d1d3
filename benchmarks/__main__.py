"""Runs every benchmark, prints a table and writes `benchmarks/results.json`.

Usage: python -m benchmarks [NAME ...], where NAME is a module such as `engine`. With names, only
the rows measured afresh are replaced.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
VERSIONS = (
    "schelling", "jax", "jaxlib", "numpy", "scipy", "ema-workbench", "pysd", "pygambit",
    "quantecon", "salib", "scoringrules", "mesa", "ndlib",
)  # fmt: skip


def machine() -> dict[str, object]:
    """What the numbers were measured on."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
        "versions": {name: _version(name) for name in VERSIONS},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def main() -> int:
    """Run the benchmarks named on the command line, or all of them."""
    wanted = sys.argv[1:] or sorted(path.stem[6:] for path in HERE.glob("bench_*.py"))
    rows: list[dict[str, object]] = []
    console = Console()
    for name in wanted:
        console.print(f"measuring {name} ...", style="dim")
        rows += importlib.import_module(f"benchmarks.bench_{name}").rows()
    table = Table("what", "unit", "ours", "peer", "theirs", "ratio")
    for row in rows:
        shown = [row["name"], row["unit"], row["ours"], row["peer"], row["theirs"], row["ratio"]]
        table.add_row(*(_show(value) for value in shown))
    console.print(table)
    here = machine()
    results = HERE / "results.json"
    stamped = [{**row, "machine": here} for row in rows]
    if sys.argv[1:] and results.exists():
        fresh = {(row["name"], row["peer"]) for row in rows}
        old = json.loads(results.read_text("utf-8"))
        stamped = [row for row in old if (row["name"], row["peer"]) not in fresh] + stamped
    results.write_text(json.dumps(stamped, indent=2) + "\n", "utf-8")
    return 0


def _show(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
