"""Predictions of others: every kind is scored, updates count over time, hindsight is set apart.

Every number is worked out by hand from the tables in `predicted/`. The window has 182 days.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest
import scoringrules
from numpy.testing import assert_allclose

import schelling
from schelling.study.scoring.score_board import ForecastLoss, Score

EXACT = 1e-12  # rounding


@pytest.fixture(scope="module")
def found() -> Score:
    return schelling.score(schelling.load(Path(__file__).parent / "predicted"), worlds=0)


def said(found: Score, question: str, who: str) -> ForecastLoss:
    told = found.row(question).by(who)
    assert told is not None
    return told


def test_probabilities_of_bins(found: Score) -> None:
    """Cumulative .2 and .7 against 0 and 1: (.04 + .09) / 2, doubled."""
    told = said(found, "O1", "anna")
    assert_allclose(told.best, 0.13, atol=EXACT)
    reference = scoringrules.rps_score(np.array([2]), np.array([[0.2, 0.5, 0.3]]))  # from 1
    assert_allclose(told.best, 2 * reference / 2, atol=EXACT)  # doubled, over two cuts
    assert (told.low, told.point, told.high) == (0, 1, 2)
    assert said(found, "O1", "persistence").best == 1.0


def test_quantiles_of_a_date(found: Score) -> None:
    """It was day 100: 30, 90 and 150 are 70 and 10 below it and 50 above."""
    told = said(found, "D1", "anna")
    assert_allclose(told.best, 2 * (0.05 * 70 + 0.5 * 10 + 0.05 * 50) / 3, atol=EXACT)
    assert said(found, "D1", "persistence").best == 182 - 100  # never is the end of the window
    assert (told.low, told.point, told.high) == (30, 90, 150)


def test_quantiles_and_intervals_of_a_number(found: Score) -> None:
    """It was 11. The interval is the central 90 %: its width is 5, and 11 lies in it."""
    told = said(found, "N1", "anna")
    assert_allclose(told.best, 2 * (0.05 * 3 + 0.5 * 1 + 0.05 * 2) / 3, atol=EXACT)
    told = said(found, "N1", "iv")
    score = scoringrules.interval_score(11.0, 8.0, 13.0, 0.1)
    assert_allclose(told.best, 0.1 / 2 * score, atol=EXACT)  # the interval score, as a CRPS
    assert said(found, "N1", "persistence").best == 2


def test_an_update_is_no_hindsight(found: Score) -> None:
    """Half until 1 February (31 days), then nine tenths until it came on 1 March (30 days)."""
    told = said(found, "B1", "anna")
    assert not told.retrospective
    assert told.point == 0.5
    assert_allclose(told.best, (31 * 0.25 + 30 * 0.01) / 61, atol=EXACT)
    calibration = next(one for one in found.calibrations if one.forecaster == "anna")
    assert dict(zip(calibration.questions, calibration.p, strict=True)) == {
        **{"B1": 0.5, "B2": 0.2, "B5": 0.2}
    }
    made = found.comparison("anna", "coin")
    assert made is not None
    assert made.questions == ("B1", "B2", "B5")


def test_what_was_made_after_closing_is_set_apart(found: Score) -> None:
    assert said(found, "B1", "late").retrospective
    assert said(found, "B2", "late").retrospective
    assert said(found, "B1", "late").point == 0.99
    assert "late" not in {one.forecaster for one in found.calibrations}
    assert not [one for one in found.comparisons if one.forecaster.startswith("late")]


def test_ruling_out_what_happens(found: Score) -> None:
    assert math.isinf(said(found, "B1", "zero").surprise)
    assert said(found, "B2", "zero").surprise == 0


def test_an_early_yes_says_when_it_is_scored() -> None:
    case = schelling.load(Path(__file__).parent / "predicted")
    early = schelling.score(case, as_of=dt.date(2024, 4, 1), worlds=0)
    settled = early.row("B1").settled
    assert (settled.status, settled.reason) == (
        "not matured",
        "yes, scored when its window closes on 2024-06-30",
    )


def test_a_late_update_leaves_the_forecast_as_it_stood(tmp_path: Path) -> None:
    """After the window a good forecast cannot be bettered, nor a bad one withdrawn."""
    for path in (Path(__file__).parent / "predicted").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "predictions.csv").open("a", encoding="utf-8") as file:
        file.write(
            "B2,anna,2024-08-01,2024-08-01,p,0\nO1,anna,2024-08-01,2024-08-01,bins,0; 1; 0\n"
        )
    found = schelling.score(schelling.load(tmp_path), worlds=0)
    assert_allclose(said(found, "B2", "anna").best, 0.04, atol=EXACT)
    assert_allclose(said(found, "O1", "anna").best, 0.13, atol=EXACT)
    assert_allclose(said(found, "N1", "anna").best, 0.5, atol=EXACT)
    assert not said(found, "B2", "anna").retrospective
