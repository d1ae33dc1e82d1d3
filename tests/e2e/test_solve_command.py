"""`schelling solve` as a shell runs it: what goes where, and the exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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
    assert wrong.stderr.startswith("schelling: 'README.md' is no .efg")
