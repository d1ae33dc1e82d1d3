"""Events by chance against closed forms: as likely as their hazard says at any length of a step.

Shares of 8,192 worlds, each within four standard errors of a share.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.errors import Status

WORLDS = 8192


def run(folder: Path, text: str) -> schelling.Run:
    path = folder / "case.yaml"
    path.write_text(f"schelling: 1\ntitle: events\n{text}", encoding="utf-8")
    return schelling.run(schelling.load(path), worlds=WORLDS, seed=11, replicates=4, course=False)


def close(made: schelling.Run, claim: str, share: float) -> None:
    found = np.mean(made.column(f"holds.{claim}"))
    assert abs(found - share) < 4 * math.sqrt(share * (1 - share) / WORLDS)


SIEGES = """
time: {start: 2022-01-01, step: STEP, until: 2022-05-01}
phases: [held, fallen]
stocks:
  cities: {start: 0}
events:
  falls:
    hazard: 0.01 / 1 day + 0.002 / 1 day * elapsed / 1 day
    while: phase == held
    effects: {phase: fallen}
  next_city: {hazard: 0.02 / 1 day, effects: {cities: cities + 1}}
claims:
  by28: {holds: "at(phase == fallen, 28 days)", why: x}
  three: {holds: "at(cities, 112 days) >= 3", why: x}
"""


@pytest.mark.parametrize("step", ["1 week", "4 weeks"])
def test_a_hazard_that_grows_and_one_that_strikes_again(step: str, tmp_path: Path) -> None:
    """1 - exp(-0.28 - 0.784); Poisson of mean 2.24 at least three times."""
    made = run(tmp_path, SIEGES.replace("STEP", step))
    close(made, "by28", 1 - math.exp(-(0.01 * 28 + 0.001 * 28**2)))
    mean = 0.02 * 112
    close(made, "three", 1 - math.exp(-mean) * (1 + mean + mean**2 / 2))


CHAIN = """
time: {start: 2022-01-03, step: 4 weeks, until: 2022-01-31}
phases: [calm, alert, war, peace]
events:
  treaty: {hazard: 0.1 / week, while: phase == calm, effects: {phase: peace}}
  alarm: {hazard: 0.3 / week, while: phase == calm, effects: {phase: alert}}
  strike: {hazard: 0.5 / week, while: phase == alert, effects: {phase: war}}
claims:
  peace: {holds: final(phase == peace), why: x}
  war: {holds: final(phase == war), why: x}
"""


def test_the_first_in_time_happens_and_the_next_one_sees_it(tmp_path: Path) -> None:
    """One step of four weeks: two risks compete, and what one begins the other can end.

    The treaty comes first with chance 1/4 of one of the two; war is the second stage of a chain
    with rates 0.4 (three quarters of it go on) and 0.5, a hypoexponential.
    """
    made = run(tmp_path, CHAIN)
    time, leave, strike = 4.0, 0.4, 0.5
    close(made, "peace", 0.25 * (1 - math.exp(-leave * time)))
    second = strike * math.exp(-leave * time) - leave * math.exp(-strike * time)
    close(made, "war", 0.75 * (1 - second / (strike - leave)))


TWINS = """
time: {start: 2022-01-03, until: 2022-03-28}
assumptions: {rate: {prior: "uniform(0.05, 0.2)", unit: 1 / week, why: x}}
stocks: {happened: {start: 0}}
events:
  strike: {hazard: rate, effects: {happened: happened + 1}}
claims:
  more: {holds: "final(happened | do(rate = 2 * rate)) >= final(happened)", why: x}
  some: {holds: final(happened) > 0, why: x}
"""


def test_a_higher_hazard_meets_the_same_luck_sooner(tmp_path: Path) -> None:
    """The twin's events come earlier, never later: in every world at least as many."""
    made = run(tmp_path, TWINS)
    assert made.column("holds.more").all()
    assert 0.5 < np.mean(made.column("holds.some")) < 1


ENDLESS = """
time: {start: 2022-01-03, until: 2022-01-10}
assumptions: {rate: {prior: "choice(10, 100000)", unit: 1 / week, why: x}}
stocks: {happened: {start: 0}}
events:
  strike: {hazard: rate, effects: {happened: happened + 1}}
claims:
  some: {holds: final(happened) > 0, why: x}
"""


def test_more_than_a_thousand_events_in_a_step_are_a_failure(tmp_path: Path) -> None:
    made = run(tmp_path, ENDLESS)
    failed = made.column("status") == Status.OUT_OF_DOMAIN
    np.testing.assert_array_equal(failed, made.column("rate") > 10)
