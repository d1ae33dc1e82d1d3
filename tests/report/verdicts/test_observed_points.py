"""Records over fans: which series they are of, and in which unit they are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from schelling.case.check import load
from schelling.case.model import Case
from schelling.report.charts import world_charts
from schelling.report.verdicts import observed_points

CASE = """\
schelling: 1
title: Records
time: {{start: 2022-01-03, step: 1 week, until: 2022-03-28}}
assumptions:
  fall: {{prior: 0.01 to 0.02, unit: 1 / week, why: A test.}}
  bias: {{prior: normal(0, 1), why: A test.}}
stocks:
  support: {{start: 0.6, change: -fall * support, unit: share}}
  doubt: {{start: 40 percent, change: fall * support, unit: percent}}
observations:
  seen: {{table: seen.csv, model: "{model}", until: 2022-02-01, why: A test.}}
"""
ROWS = """\
date,value,source,vintage,trials
2022-02-07,50,a,2022-02-08,100
2022-01-10,60,a,2022-01-11,100
2022-01-10,61,a,2022-01-20,100
"""


def case(folder: Path, model: str) -> Case:
    """A case with one table of records."""
    trials = "trials" in model
    rows = ROWS if trials else "\n".join(row.rpartition(",")[0] for row in ROWS.splitlines())
    (folder / "seen.csv").write_text(rows + "\n", "utf-8")
    (folder / "case.yaml").write_text(CASE.format(model=model), "utf-8")
    return load(folder)


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        ("normal(100 * support, 3)", "support", [0.61, 0.5]),
        ("normal(support * 100, 3)", "support", [0.61, 0.5]),
        ("student_t(4, 100 * clip(support, 0, 1), 3)", "support", [0.61, 0.5]),
        ("binomial(trials, support)", "support", [0.61, 0.5]),
        ("lognormal(doubt / 0.01, 0.1)", "doubt", [61, 50]),
    ],
)
def test_a_record_is_drawn_in_the_unit_of_its_series(
    tmp_path: Path, model: str, name: str, values: list[float]
) -> None:
    found = observed_points.points(case(tmp_path, model), name)
    assert [one.value for one in found] == pytest.approx(values, rel=1e-12)  # rounding only
    assert [one.evidence for one in found] == [True, False]


def test_what_compares_with_more_than_a_series_is_not_drawn(tmp_path: Path) -> None:
    told = case(tmp_path, "normal(100 * support + bias, 3)")
    assert observed_points.observed(told) == frozenset()
    assert observed_points.points(told, "support") == ()


def test_dots_are_in_the_frame_and_tell_evidence_from_the_rest() -> None:
    days = np.array(["2022-01-03", "2022-01-10"], "datetime64[D]")
    records = (("2022-01-03", 9.0, True), ("2022-01-10", 0.5, False))
    fan = world_charts.Fan(days, np.ones((5, 2)), np.ones((1, 2)), "share", records)
    chart = world_charts.fan(fan).to_dict()
    low, high = chart["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low <= 0.5
    assert high >= 9.0
    assert "evidence" in str(chart["layer"][-1]["encoding"]["fill"])
