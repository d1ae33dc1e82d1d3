"""Series over a set: every member has its own rows, and the posterior that of the closed form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.errors import CaseError
from schelling.study.fitting.fit import fit

CASE = """
schelling: 1
title: Lines in two places
time: {start: 2022-01-03, step: 1 week, until: 2022-06-27}
sets: {place: [north, south]}
assumptions:
  level[place]: {prior: "normal(0, 2)", why: a test}
  slope: {prior: "normal(0, 0.5)", unit: 1 / week, why: a test}
stocks:
  height[place]: {start: "level[place]", change: slope}
claims:
  rises: {holds: slope > 0 / week, why: a test}
observations:
  heights[place]: {table: heights.csv, model: "normal(height[place], 0.5)"}
"""
ROWS = """date,value,source,member
2022-01-03,1.2,lab,north
2022-01-03,-0.7,lab,south
2022-01-31,1.6,lab,north
2022-02-28,-0.1,lab,south
"""


def write(folder: Path, rows: str = ROWS) -> Path:
    (folder / "case.yaml").write_text(CASE)
    (folder / "heights.csv").write_text(rows)
    return folder


def test_members_have_their_own_rows(tmp_path: Path) -> None:
    """Tolerances: four standard errors of 1,000 effective worlds, and of the evidence itself."""
    found = fit(schelling.load(write(tmp_path)), engine="smc", worlds=2048)
    assert found.sound
    names = [(one.name, one.values.tolist()) for one in found.problem.series]
    assert names == [("heights[north]", [1.2, 1.6]), ("heights[south]", [-0.7, -0.1])]
    design = np.array([[1, 0, 0], [1, 0, 4], [0, 1, 0], [0, 1, 8]], np.float64)
    value, prior = np.array([1.2, 1.6, -0.7, -0.1]), np.diag([4.0, 4.0, 0.25])
    covariance = np.linalg.inv(np.linalg.inv(prior) + design.T @ design / 0.25)
    mean, spread = covariance @ design.T @ value / 0.25, np.sqrt(np.diag(covariance))
    worlds = found.found.worlds
    order = [one.name for one in found.problem.plan.assumptions]
    places = [order.index(name) for name in ("level[north]", "level[south]", "slope")]
    own = worlds.weights @ found.problem.draws(worlds.points)[:, places]
    assert np.all(np.abs(own - mean) < 4 * spread / np.sqrt(1000))
    marginal = 2 * np.pi * (design @ prior @ design.T + 0.25 * np.eye(4))
    log_evidence = -0.5 * (
        2 * np.pi * value @ np.linalg.solve(marginal, value) + np.linalg.slogdet(marginal)[1]
    )
    assert abs(found.found.log_evidence - log_evidence) < 4 * found.found.log_evidence_error


def test_a_series_over_a_set_needs_its_members(tmp_path: Path) -> None:
    wrong = ROWS.replace("lab,south", "lab,sout")
    with pytest.raises(CaseError, match="'sout' is no member of what the series is over"):
        schelling.load(write(tmp_path, wrong))
    bare = "\n".join(line.rpartition(",")[0] for line in ROWS.split("\n"))
    with pytest.raises(CaseError, match="needs a column 'member' in its table"):
        schelling.load(write(tmp_path, bare))
