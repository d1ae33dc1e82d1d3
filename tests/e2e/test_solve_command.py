"""`schelling solve` as a shell runs it: what goes where, and the exit status."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PENNIES = 'NFG 1 R "Pennies" { "even" "odd" } { 2 2 } 1 -1 -1 1 -1 1 1 -1'


def schelling(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("schelling")
    return subprocess.run(
        [command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_an_answer_on_standard_output(tmp_path: Path) -> None:
    path = tmp_path / "pennies.nfg"
    path.write_text(PENNIES, encoding="utf-8")
    done = schelling("solve", str(path), "--json", "--draw", str(tmp_path / "pennies.svg"))
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["equilibria"][0]["strategy"] == {"1.1": [0.5, 0.5], "2.1": [0.5, 0.5]}
    assert done.stderr == f"picture written to {tmp_path / 'pennies.svg'}\n"


def test_problems_on_standard_error(tmp_path: Path) -> None:
    done = schelling("solve", str(tmp_path / "none.efg"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "none.efg: the file cannot be read: no such file or directory [E802]" in done.stderr
    wrong = schelling("solve", "README.md")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("schelling: 'README.md' is neither a .efg")


ON_CORES = """import os, sys
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv.pop(1))])
from schelling.cli.app import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("cores", [1, 2, 4])
def test_thirty_states_are_solved_on_any_number_of_cores(cores: int, tmp_path: Path) -> None:
    """A random game of 30 states hung for ever on two cores in about every second try.

    The number of devices sets the number of threads too, so that four cores are not needed.
    """
    source = random.Random(30)
    rows = ["state,a_a,a_b,u_a,u_b,to_state", "delta,,,0.9,0.9,"]
    for state in range(30):
        for cell in ("x0,y0", "x0,y1", "x1,y0", "x1,y1"):
            worth = f"{source.randint(0, 10)},{source.randint(0, 10)}"
            rows.append(f"s{state},{cell},{worth},s{source.randrange(30)}")
    path = tmp_path / "states.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ON_CORES, str(cores), "solve", path, "--as", "quantal", "--json"],
        env={**os.environ, "JAX_NUM_CPU_DEVICES": str(cores)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "solved"
