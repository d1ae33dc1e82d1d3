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
time: {start: 2022-03-21, until: 2022-05-30, method: euler}
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
    lasts, starts = made.verdicts["lasts"], made.verdicts["starts"]
    assert (lasts.flipped, starts.flipped) == (flips, 0)
    assert (lasts.before, lasts.after) == (np.mean(whole > 0.22), np.mean(half > 0.22))
    gap = (half > 0.22).astype(float) - (whole > 0.22)
    own = [gap[first::16].mean() for first in range(16)]
    # Student's t with 15 degrees of freedom: 2.131
    assert lasts.half_width == pytest.approx(2.131 * np.std(own, ddof=1) / 4, rel=1e-3)
    assert (starts.before, starts.change) == (1, 0)
    assert starts.half_width == pytest.approx(3 / len(rate))  # the rule of three: nothing changed
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


CHANCE = """
schelling: 1
title: what has a date, what comes by chance, and a game
time: {start: 2022-03-21, until: 2022-05-30}
phases: [war, peace]
stocks:
  struck: {start: 0}
  asked: {start: 0}
events:
  strike: {hazard: 0.3 / week, effects: {struck: struck + 1}}
  treaty: {on: 2022-05-02, effects: {phase: peace}}
actors: {red: {}}
games:
  vote:
    played: {every: 2 weeks, while: phase == war}
    solve: {precision: 0}
    tree: {red: {yes: {payoffs: {red: 0}, effects: {asked: asked + 1}}, no: {payoffs: {red: 0}}}}
claims:
  many: {why: x, holds: final(struck) > 2}
  asked: {why: x, holds: final(asked) > 1}
  late: {why: x, holds: "at(phase == war, 2022-04-25) and mean(phase == peace) > 0.3"}
  odds: {why: x, holds: "probability(vote, red, yes) > 0.4"}
  turn:
    why: x
    holds: first(elapsed >= 4 weeks) == 4 weeks and last(elapsed <= 4 weeks) == 4 weeks
  counted: {why: x, holds: "count(elapsed >= 0 weeks, until=2022-05-02) == 7"}
  lasting: {why: x, holds: duration(elapsed >= 0 weeks) == 10 weeks}
"""


def test_luck_and_dates_stay_where_they_are(tmp_path: Path) -> None:
    """Constant hazards and even odds: no error of the step, so nothing may change at all."""
    path = tmp_path / "chance.yaml"
    path.write_text(CHANCE, encoding="utf-8")
    made = schelling.run(schelling.load(path), worlds=2048, seed=3).step_check
    assert made is not None
    assert {name: found.flipped for name, found in made.verdicts.items()} == {
        "many": 0,
        "asked": 0,
        "late": 0,
        "odds": 0,
        "turn": 0,
        "counted": 0,
        "lasting": 0,
    }
    assert {made.verdicts[name].before for name in ("turn", "counted", "lasting")} == {1}
    assert set(made.moved.values()) == {0}
    assert 0.3 < made.verdicts["many"].before < 0.9


def test_half_the_step_is_a_real_one(tmp_path: Path) -> None:
    """A window of a claim and a condition of an event both see the finer grid."""
    path = tmp_path / "finer.yaml"
    path.write_text(
        "schelling: 1\ntitle: finer\ntime: {start: 2022-03-21, until: 2022-05-30, step: 2 weeks, "
        "method: euler}\nstocks: {s: {start: 0}}\nevents:\n"
        "  strike: {hazard: 1000 / week, once: true, while: elapsed >= 3 weeks, effects: {s: 1}}\n"
        "claims:\n  early: {why: x, holds: 'at(s, 4 weeks) > 0'}\n",
        encoding="utf-8",
    )
    made = schelling.run(schelling.load(path), worlds=64, seed=3).step_check
    assert made is not None
    early = made.verdicts["early"]
    assert (early.before, early.after, early.flipped) == (0, 1, 1)
