"""Runs of rivals: in the same worlds where assumptions are shared, and kept as what they are."""

from pathlib import Path

import numpy as np

import schelling

CASE = """\
schelling: 1
title: A siege
time: {start: 2022-03-21, step: 1 week, until: 2022-04-18}
phases: [war, peace]
assumptions:
  rate: {prior: 0.1 to 0.3, unit: 1 / week, why: a guess}
  cost: {prior: "uniform(0, 1)", why: a guess}
events: {treaty: {hazard: rate, effects: {phase: peace}}}
claims:
  settled: {why: a question, holds: final(phase == peace)}
  cheap: {why: a question, holds: cost < 0.5}
rivals:
  dear: {why: others say so, assumptions: {cost: {prior: "uniform(0.4, 1)", why: dearer}}}
"""


def test_a_rival_lives_in_the_same_worlds(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    base = schelling.run(schelling.load(tmp_path), worlds=1024, seed=2)
    dear = schelling.load(tmp_path, rival="dear")
    rival = schelling.run(dear, worlds=1024, seed=2, folder=tmp_path / "kept")
    np.testing.assert_array_equal(base.column("rate"), rival.column("rate"))
    np.testing.assert_array_equal(base.column("holds.settled"), rival.column("holds.settled"))
    # the same points of the design, stretched: quantiles agree to rounding
    np.testing.assert_allclose(rival.column("cost"), 0.4 + 0.6 * base.column("cost"), rtol=1e-12)
    again = schelling.open_run(tmp_path / "kept")
    assert (again.case.rival, again.manifest.rival) == ("dear", "dear")
    assert "--rival dear" in again.manifest.command
    assert again.verdicts.loc["cheap", "share"] < base.verdicts.loc["cheap", "share"]
