"""A step of a world, against recursions and counts written out by hand.

The oracle looks at some ten worlds of a case; what happens in one world of a hundred is counted
here, over some thousands.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile.planning import needs
from schelling.errors import Status

WORLDS = 4096


def run(folder: Path, text: str, worlds: int = WORLDS) -> schelling.Run:
    path = folder / "case.yaml"
    path.write_text(f"schelling: 1\ntitle: steps\n{text}", encoding="utf-8")
    return schelling.run(schelling.load(path), worlds=worlds, seed=3, replicates=4)


def unsound(made: schelling.Run) -> np.ndarray:
    return made.column("status") == Status.OUT_OF_DOMAIN


STOCKS = """
time: {start: 2022-03-21, until: 2022-05-02}
assumptions:
  a: {prior: "uniform(-1, 1)", why: x}
stocks:
  lost: {start: 0, change: "(sqrt(a + 0.97) if elapsed < 2 weeks else 0) / week"}
  other: {start: 1}
events:
  mended: {on: 2022-04-18, effects: {lost: 0}}
claims:
  elsewhere: {why: x, holds: final(other) > 0}
"""


@pytest.mark.parametrize("mended", ["", "mended"], ids=["to the end", "for a while"])
def test_a_stock_that_is_no_number_makes_its_world_unsound(tmp_path: Path, mended: str) -> None:
    """Whatever looks at it, and also where an event makes a number of it again."""
    text = STOCKS if mended else STOCKS.replace("effects: {lost: 0}", "effects: {other: 1}")
    made = run(tmp_path, text)
    lost = made.column("a") < -0.97
    assert 0.005 < lost.mean() < 0.03  # 1.5 %: some, and too few for a glance at ten worlds
    np.testing.assert_array_equal(unsound(made), lost)
    np.testing.assert_array_equal(np.isnan(made.column("margin.elsewhere")), lost)
    assert bool(np.isnan(made.column("final.lost")[lost]).any()) is not bool(mended)


HAZARD = """
time: {start: 2022-03-21, until: 2022-04-18}
assumptions:
  a: {prior: "uniform(-1, 1)", why: x}
phases: [war, peace]
events:
  treaty: {hazard: HAZARD, WHILE once: true, effects: {phase: peace}}
claims:
  any: {why: x, holds: eventually(phase == war)}
"""


@pytest.mark.parametrize(
    "hazard", ["(a + 0.98) / week", "log(a + 0.98) ** 2 / week", "1 / max(a - 0.98, 0) / week"]
)
def test_a_hazard_that_is_none_makes_its_world_unsound(tmp_path: Path, hazard: str) -> None:
    """Negative, NaN, infinite: in the worlds where it is, and in no other."""
    made = run(tmp_path, HAZARD.replace("HAZARD", hazard).replace("WHILE", ""))
    a = made.column("a")
    wrong = a <= 0.98 if "max" in hazard else a < -0.98
    np.testing.assert_array_equal(unsound(made), wrong)
    assert 0 < np.mean(wrong) < 1


def test_a_hazard_that_does_not_count_is_not_judged(tmp_path: Path) -> None:
    """Where the condition does not hold, a negative hazard decides nothing."""
    text = HAZARD.replace("HAZARD", "(a + 0.98) / week").replace("WHILE", "while: a > 0,")
    made = run(tmp_path, text)
    assert not unsound(made).any()


def test_a_hazard_acts_for_the_length_of_a_step(tmp_path: Path) -> None:
    """One step of four weeks at 0.2 a week: 1 - exp(-0.8), within four standard errors."""
    text = """
time: {start: 2022-03-21, until: 2022-04-18, step: 4 weeks}
phases: [war, peace]
events:
  treaty: {hazard: 0.2 / week, effects: {phase: peace}}
claims:
  ended: {why: x, holds: final(phase == peace)}
"""
    share = 1 - math.exp(-0.2 * 4)
    error = math.sqrt(share * (1 - share) / WORLDS)
    assert abs(np.mean(run(tmp_path, text).column("holds.ended")) - share) < 4 * error


def test_every_substep_opens_anew(tmp_path: Path) -> None:
    """Time, variables and rates of change are those of the substep, the last one included."""
    text = """
time: {start: 2022-03-21, until: 2022-04-18, method: euler, substeps: 4}
stocks:
  s: {start: 1, change: "(now_and_then - 0.3 * s) / week"}
variables:
  now_and_then: elapsed / 1 week + 0.5 * s
claims:
  any: {why: x, holds: final(s) > 0}
"""
    made = run(tmp_path, text, worlds=16)
    path, s, size = [1.0], 1.0, 0.25
    for step in range(4):
        for part in range(4):
            s += size * ((step + size * part + 0.5 * s) - 0.3 * s)
        path.append(s)
    # sixteen additions of numbers below 20: rounding only
    np.testing.assert_allclose(made.series["s"].sel(world=5), path, rtol=1e-13)


TWINS = """
time: {start: 2022-03-21, until: 2022-04-11}
assumptions:
  a: {prior: "uniform(1, 2)", why: x}
  b: {prior: "uniform(3, 4)", why: x}
stocks:
  s: {start: 0, change: m / week}
  t: {start: 0}
phases: [war, raid, peace]
variables:
  v: 10 * a
  large: a > 3
  m: a + 0 * s
  of_phase: 1 if phase == war else 2
claims:
  assumptions: {why: x, holds: "final(a - b | do(a = b, b = a)) == b - a"}
  a_variable: {why: x, holds: "final(v | do(a = 7, v = v + a)) == 11 * a"}
  after_a_variable: {why: x, holds: "final(a | do(v = 7, a = v)) == 10 * a"}
  a_stock: {why: x, holds: "final(t | do(a = 7, t = v + a)) == 11 * a"}
  a_truth: {why: x, holds: "final(t | do(a = 7, t = 1 if large else 2)) == 2"}
  a_phase: {why: x, holds: "mean(of_phase | do(a = 7, phase = raid if a < 3 else war)) == 2"}
  flows: {why: x, holds: "final(s | do(a = 7, m = a)) == 3 * a"}
  read: {why: x, holds: "mean(m | do(a = 7, m = a)) == a"}
  left_alone: {why: x, holds: "final(s | do(a = 7)) == 21"}
"""


def test_what_a_twin_holds_is_worked_out_in_the_actual_world(tmp_path: Path) -> None:
    """`do(a = 7, t = a)` holds `t` at the `a` of the world it departs from, not at 7.

    Each sort of thing that can be held, beside an assumption that is held at something else.
    """
    made = run(tmp_path, TWINS, worlds=64)
    shares = made.verdicts["share"]
    assert shares.to_dict() == dict.fromkeys(shares.index, 1.0)


STILL = """
time: {start: 2022-03-21, until: 2022-05-02}
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
stocks:
  told: {start: a, CHANGE within: [0, 3]}
  grows: {start: 0, change: told / week}
events:
  news: {hazard: 0.4 / week, effects: {told: told + a}}
claims:
  often: {why: x, holds: final(grows) > 6}
  anyway: {why: x, holds: (mean(told) > 0.3) | do(told = 0.5)}
"""


@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_a_stock_that_stands_still_is_one_into_which_nothing_flows(
    tmp_path: Path, method: str
) -> None:
    """Nothing is added to the one and 0 to the other, which the compiler may round together."""
    text = STILL.replace("05-02}", f"05-02, method: {method}}}")
    still = run(tmp_path, text.replace("CHANGE", ""), 256)
    assert {one.name for one in still.case.stocks if needs.stands_still(one)} == {"told"}
    flowing = run(tmp_path, text.replace("CHANGE", 'change: "0 * a / week",'), 256)
    assert not any(map(needs.stands_still, flowing.case.stocks))
    assert still.column("final.told").max() == 3
    for name in ("final.told", "final.grows", "margin.often", "margin.anyway"):
        np.testing.assert_allclose(still.column(name), flowing.column(name), rtol=1e-13)
