"""Half the step, against what Euler's rule gives in closed form."""

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.study.runs.step_check import StepCheck

WEEKS = 10
CASE = """
schelling: 1
title: decay
time: {start: 2022-03-21, until: 2022-05-30}
assumptions:
  rate: {prior: uniform(0.1, 0.3), unit: 1 / week, why: x}
stocks:
  decay: {start: 2, change: -rate * decay}
  still: {start: 1}
claims:
  lasts: {why: x, holds: final(decay) > 0.22}
  starts: {why: x, holds: at(decay, 2022-03-21) > 1}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, StepCheck]:
    """The rates drawn, and what half the step changes."""
    path = tmp_path_factory.mktemp("step_check") / "decay.yaml"
    path.write_text(CASE, encoding="utf-8")
    run = schelling.run(schelling.load(path), worlds=1024, seed=3)
    assert run.step_check is not None
    return run.column("rate"), run.step_check


def test_against_the_closed_form(found: tuple[np.ndarray, StepCheck]) -> None:
    """A step multiplies by 1 - r, two half steps by (1 - r / 2) squared."""
    rate, made = found
    whole, half = 2 * (1 - rate) ** WEEKS, 2 * (1 - rate / 2) ** (2 * WEEKS)
    assert made.worlds == len(rate)
    flips = np.mean((whole > 0.22) != (half > 0.22))
    assert flips > 0.02  # or the test would prove nothing
    assert made.flipped == {"lasts": flips, "starts": 0}
    width = np.subtract(*np.quantile(whole, (0.95, 0.05)))
    # rounding of ten multiplications
    assert made.moved["decay"] == pytest.approx(np.median(np.abs(half - whole)) / width, rel=1e-12)
    assert made.moved["still"] == 0


def test_nothing_flows(tmp_path: Path) -> None:
    """A case without time has no step."""
    path = tmp_path / "still.yaml"
    path.write_text(
        "schelling: 1\ntitle: still\nassumptions:\n  a: {prior: uniform(0, 1), why: x}\n"
        "claims:\n  c: {why: x, holds: a > 0.5}\n",
        encoding="utf-8",
    )
    assert schelling.run(schelling.load(path), worlds=16).step_check is None
