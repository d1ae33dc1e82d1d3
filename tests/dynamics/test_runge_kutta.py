"""The classical rule of Runge and Kutta against closed forms."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import schelling

SMOOTH = """
schelling: 1
title: three closed forms
time: {start: 2022-03-21, until: 2022-05-30, substeps: SUBSTEPS}
stocks:
  decay: {start: 2, change: -0.25 * decay / 1 week}
  growth: {start: 0.1, change: 0.25 * growth * (1 - growth) / 1 week}
  swing: {start: 0, change: cos(elapsed / 1 week) / 1 week}
claims:
  any: {why: x, holds: final(decay) > 0}
"""


def run(folder: Path, text: str, worlds: int = 16) -> schelling.Run:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return schelling.run(schelling.load(path), worlds=worlds, seed=3, replicates=4)


def test_order_four(tmp_path: Path) -> None:
    """A slope of 4 in step sizes 1 and 1/2; higher orders leave it within 0.35 of that."""
    time = np.arange(11)
    exact = {
        "decay": 2 * np.exp(-0.25 * time),
        "growth": 1 / (1 + 9 * np.exp(-0.25 * time)),
        "swing": np.sin(time),
    }
    found: dict[str, list[float]] = {name: [] for name in exact}
    for count in (1, 2):
        made = run(tmp_path, SMOOTH.replace("SUBSTEPS", str(count)))
        for name, path in exact.items():
            found[name].append(float(np.abs(made.series[name].sel(world=0) - path).max()))
    for coarse, fine in found.values():
        assert coarse < 5e-4
        assert abs(math.log2(coarse / fine) - 4) < 0.35


IWO_JIMA = """
schelling: 1
title: Iwo Jima
time: {start: 1945-02-19, step: 1 day, until: 1945-03-19, substeps: 10}
variables:
  landed: "54000 if elapsed < 1 day else (6000 if elapsed >= 2 days and elapsed < 3 days else 0)"
stocks:
  US: {start: 0, change: (-0.0544 * Jap + landed) / 1 day}
  Jap: {start: 21500, change: -0.0106 * US / 1 day}
claims:
  any: {why: x, holds: final(US) > 0}
"""


@pytest.mark.parametrize("substeps", [1, 10, pytest.param(1000, marks=pytest.mark.slow)])
def test_what_jumps_at_a_step_counts_for_the_step_that_it_begins(
    substeps: int, tmp_path: Path
) -> None:
    """Landings of whole days (Engel 1954 with round coefficients): the closed form on each day.

    Between landings the equations are linear; the numbers are those of the matrix exponential.
    The last stage stands 1e-6 of a substep before the end, which costs less than 0.01 men.
    """
    made = run(tmp_path, IWO_JIMA.replace("substeps: 10", f"substeps: {substeps}"))
    tolerance = 0.5 if substeps == 1 else 0.01
    assert abs(made.column("final.US")[0] - 38097.93) < tolerance
    assert abs(made.column("final.Jap")[0] - 7910.01) < tolerance


def test_a_constant_rate_is_added_up_without_rounding(tmp_path: Path) -> None:
    """Whole numbers stay whole, so that a tie stays a tie."""
    made = run(tmp_path, SMOOTH.replace("SUBSTEPS", "1").replace("-0.25 * decay", "1"))
    np.testing.assert_array_equal(made.series["decay"].sel(world=0), 2.0 + np.arange(11))
