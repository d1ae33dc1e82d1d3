"""The shell completes names of the case on the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCHELLING = Path(sys.executable).with_name("schelling")
CASE = "cases/teaching/bargaining-range"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", CASE, "--claim", "war"], {"war_comes"}),
        (["run", CASE, "--set", "cost_"], {"cost_a=", "cost_b="}),
        (["sweep", CASE, "--set", "cost_a"], {"cost_a="}),
        (["run", "cases/widening-war", "--rival", "d"], {"deterred", "drift"}),
        (["compare", "cases/widening-war", "det"], {"deterred"}),
        (["run", "no/such/case", "--claim", ""], set()),
    ],
)
def test_names_of_the_case_are_completed(words: list[str], expected: set[str]) -> None:
    line = ["schelling", *words]
    asked = {"COMP_WORDS": " ".join(line), "COMP_CWORD": str(len(line) - 1)}
    done = subprocess.run(
        [SCHELLING],
        cwd=ROOT,
        env=os.environ | asked | {"_SCHELLING_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert set(done.stdout.split()) == expected
    assert not done.stderr
