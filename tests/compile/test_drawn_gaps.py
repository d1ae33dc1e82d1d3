"""Games at intervals that are drawn, counted by hand and by the oracle."""

from pathlib import Path

import numpy as np

import schelling
from oracle.compare import differences

CASE = """
schelling: 1
title: Talks at intervals that are not known
time: {start: 2022-03-21, step: 1 week, until: 2022-09-19}
actors: {a: {}, b: {}}
assumptions:
  gap: {prior: "uniform(2, 40)", unit: days, why: x}
  bad: {prior: "choice(-1, 0, 3)", unit: weeks, why: x}
  p: {prior: "uniform(0, 1)", why: x}
variables: {double: 2 * gap}
stocks: {n: {start: 0}, m: {start: 0}, k: {start: 0}}
games:
  often:
    played: {every: gap}
    solve: {precision: 2}
    tree:
      a:
        x: {payoffs: {a: 1}, effects: {n: n + 1}}
        y: {payoffs: {a: p}, effects: {n: n + 1}}
  later:
    played: {every: double, on: 2022-05-04, while: p > 0.5}
    solve: {precision: 2}
    tree:
      a:
        x: {payoffs: {a: 1}, effects: {m: m + 1}}
        y: {payoffs: {a: p}, effects: {m: m + 1}}
claims:
  c: {why: x, holds: final(n) > 9}
  d: {why: x, holds: final(m) > 2}
  f: {why: x, holds: "final(n) > (final(n) | do(gap = 30 days))"}
"""
STEPS = 26


def plays(interval: float, begun: float) -> int:
    """At how many steps a multiple of an interval comes first, both in weeks."""
    times = begun + interval * np.arange(500)
    return len({step for step in np.ceil(times - 1e-9) if step < STEPS})


def test_a_game_is_played_at_the_step_after_each_multiple(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    case = schelling.load(path)
    draws = schelling.run(case, worlds=64, replicates=4, course=False).draws
    weeks = draws["gap"].to_numpy() / 7
    wanted = [plays(gap, 0.0) for gap in weeks]
    assert len(set(wanted)) > 10
    np.testing.assert_array_equal(draws["final.n"], wanted)
    begun = 44 / 7  # 4 May, a Wednesday: first played on the Monday after it
    later = [plays(2 * gap, begun) for gap in weeks]
    np.testing.assert_array_equal(draws["final.m"], np.where(draws["p"] > 0.5, later, 0))
    held = plays(30 / 7, 0.0)
    np.testing.assert_array_equal(draws["holds.f"], np.array(wanted) > held)
    assert differences(case, range(16)) == []


def test_an_interval_that_is_not_above_zero_fails(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("every: double, on: 2022-05-04", "every: bad"), encoding="utf-8")
    draws = schelling.run(schelling.load(path), worlds=64, replicates=4, course=False).draws
    assert ((draws["status"] != 0) == (draws["bad"] <= 0)).all()
    good = draws[(draws["bad"] > 0) & (draws["p"] > 0.5)]
    assert (good["final.m"] == plays(3.0, 0.0)).all()
