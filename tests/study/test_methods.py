"""Methods of a run that other rooms provide are there from whichever door one enters."""

from __future__ import annotations

import subprocess
import sys

import pytest

METHODS = "query to_xarray to_arviz to_ema plot_verdicts plot_series plot_game"


@pytest.mark.parametrize("door", ["Run", "run", "open_run", "merge", "explore", "score"])
def test_every_door_puts_the_methods_on(door: str) -> None:
    code = (
        f"import sys, schelling; schelling.{door}; from schelling.study.runs.results import Run; "
        f"assert all(callable(getattr(Run, name)) for name in '{METHODS}'.split()); "
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"altair", "duckdb"} & set(done.stdout.split())  # loaded when first called
