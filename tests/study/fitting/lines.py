"""A straight line that is observed with normal errors: a case whose posterior has a closed form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy import ndarray

START = dt.date(2022, 1, 3)
LEVEL_SD, SLOPE_SD, ERROR = 2.0, 0.5, 0.5

CASE = """
schelling: 1
title: A straight line
time: {start: 2022-01-03, step: 1 week, until: 2022-06-27}
assumptions:
  level: {prior: "normal(0, 2)", why: a test}
  slope: {prior: "normal(0, 0.5)", unit: 1 / week, why: a test}
  idle: {prior: "uniform(0, 1)", why: a test}
stocks: {height: {start: level, change: slope}}
claims:
  rises: {holds: slope > 0 / week, why: a test}
  idles: {holds: idle > 0.5, why: a test}
observations:
  heights: {table: heights.csv, model: "normal(height, SD)", until: UNTIL}
"""


@dataclass(frozen=True)
class Line:
    """What is known of a line by heart.

    Attributes:
        mean: Of level and slope in the posterior.
        sd: Their standard deviations.
        evidence: Log marginal likelihood.
    """

    mean: ndarray
    sd: ndarray
    evidence: float


def rows(weeks: int, *, seed: int = 3) -> list[tuple[dt.date, float]]:
    """One height a week, around 1.2 + 0.11 a week."""
    rng = np.random.default_rng(seed)
    return [
        (START + dt.timedelta(weeks=week), round(1.2 + 0.11 * week + rng.normal(0, ERROR), 3))
        for week in range(weeks)
    ]


def write(folder: Path, lines: list[str], *, until: str = "2022-06-27", sd: float = ERROR) -> Path:
    """Write the case with a table of lines below its header."""
    folder.mkdir(exist_ok=True)
    (folder / "case.yaml").write_text(CASE.replace("UNTIL", until).replace("SD", str(sd)))
    (folder / "heights.csv").write_text("\n".join(["date,value,source,vintage", *lines]) + "\n")
    return folder


def written(found: list[tuple[dt.date, float]]) -> list[str]:
    """Rows as lines of the table, published two days later."""
    return [f"{day},{value},lab,{day + dt.timedelta(days=2)}" for day, value in found]


def exact(found: list[tuple[dt.date, float]], sd: float = ERROR) -> Line:
    """The posterior of level and slope, by the formulas of the linear Gaussian model."""
    week = np.array([(day - START).days / 7 for day, _ in found])
    value = np.array([one for _, one in found])
    design = np.stack([np.ones(len(week)), week], axis=1)
    prior = np.diag([LEVEL_SD**2, SLOPE_SD**2])
    covariance = np.linalg.inv(np.linalg.inv(prior) + design.T @ design / sd**2)
    marginal = design @ prior @ design.T + sd**2 * np.eye(len(week))
    _, logdet = np.linalg.slogdet(2 * np.pi * marginal)
    evidence = -0.5 * float(value @ np.linalg.solve(marginal, value) + logdet)
    mean = covariance @ design.T @ value / sd**2
    return Line(mean, np.sqrt(np.diag(covariance)), evidence)
