"""Worlds weighed by resolved questions, against counting by hand."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.errors import RunError
from schelling.evidence.posterior import FitReading
from schelling.report.fitting import outcome_text
from schelling.study.fitting.outcomes import fit_on_outcomes, rival_weights

CASE = """
schelling: 1
title: Two coins
assumptions:
  heads: {prior: "uniform(0, 1)", why: a test}
  tails: {prior: "uniform(0, 1)", why: a test}
claims:
  often: {holds: heads > 0.5, why: a test}
forecasts: {table: register.csv, outcomes: outcomes.csv, data_until: 2022-03-20}
rivals:
  fair:
    why: The coin is fair.
    assumptions: {heads: {prior: "uniform(0.4, 0.6)", why: It was looked at.}}
"""
REGISTER = """id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,resolves,cluster
F1,binary,Is it large?,,2022-03-21,2022-06-30,seen,record,never,heads > 0.7,
F2,binary,Is it huge?,,2022-03-21,2022-07-30,seen,record,never,heads > 0.9,same
F3,binary,Is it enormous?,,2022-03-21,2022-08-30,seen,record,never,heads > 0.95,same
F4,binary,Is it possible?,,2022-03-21,2022-09-30,seen,record,never,heads >= 0,
F5,binary,Is it open?,,2022-03-21,2022-10-30,seen,record,never,tails > 0.5,
"""
OUTCOMES = """forecast_id,status,resolved_on,recorded_at,source,mark
F1,yes,2022-05-20,2022-07-01,us,sourced
F2,no,2022-05-20,2022-08-01,us,sourced
F3,no,2022-05-20,2022-09-01,us,sourced
F4,yes,2022-05-20,2022-10-01,us,sourced
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("coins")
    (where / "case.yaml").write_text(CASE)
    (where / "register.csv").write_text(REGISTER)
    (where / "outcomes.csv").write_text(OUTCOMES)
    return where


def evidence(low: float, high: float) -> float:
    """Mean likelihood over a uniform prior, F2 and F3 with half the weight each."""
    x = low + (np.arange(200_000) + 0.5) / 200_000 * (high - low)

    def chance(right: np.ndarray) -> np.ndarray:
        return np.where(right, 0.9, 0.1)

    both = np.sqrt(chance(x <= 0.9) * chance(x <= 0.95))
    return float(np.log(np.mean(chance(x > 0.7) * both * 0.9)))


def test_worlds_weigh_what_they_said(folder: Path) -> None:
    """The evidence within the Monte-Carlo error of 16,384 quasi-random worlds."""
    found = fit_on_outcomes(schelling.load(folder))
    assert found.found.sound
    assert [one.name for one in found.questions] == ["F1", "F2", "F3", "F4"]
    assert [one.weight for one in found.questions] == [1.0, 0.5, 0.5, 1.0]
    assert [one.news for one in found.questions] == [True, True, True, False]
    assert found.news == 2.0
    assert found.found.log_evidence == pytest.approx(evidence(0, 1), abs=1e-3)
    (claim,) = found.claims
    assert claim.before.share == pytest.approx(0.5, abs=1e-3)
    assert claim.after.share > 0.75


def test_rivals_are_weighed_by_the_same_outcomes(folder: Path) -> None:
    fits = [fit_on_outcomes(schelling.load(folder, rival=name)) for name in (None, "fair")]
    ratio = np.exp(evidence(0, 1) - evidence(0.4, 0.6))
    assert rival_weights(fits)[0] == pytest.approx(ratio / (1 + ratio), abs=1e-3)
    told = outcome_text.text(fits)
    assert "worlds differ in" in told
    assert "fair" in told
    assert " ".join(told.split()).endswith("these outcomes do not tell the arguments apart.")
    assert outcome_text.to_json(fits)["arguments"][1]["rival"] == "fair"


def test_outcomes_tell_apart_what_differs_by_more_than_its_error(folder: Path) -> None:
    fits = [fit_on_outcomes(schelling.load(folder, rival=name)) for name in (None, "fair")]

    def gain(first: float, second: float, error: float) -> str:
        both = zip(fits, (first, second), strict=True)
        return outcome_text._gain(
            [
                replace(one, found=replace(one.found, log_evidence=log, log_evidence_error=error))
                for one, log in both
            ]
        )

    told = gain(-3.5, -1.0, 0.1)
    assert "the largest difference between any two arguments: positive, for fair" in told
    assert gain(-3.5, -1.0, 2.0).endswith("do not tell the arguments apart.")
    assert gain(-np.inf, -np.inf, np.nan).startswith("No argument allows these outcomes")


def test_arguments_that_are_alike_are_said_to_be(folder: Path) -> None:
    own = fit_on_outcomes(schelling.load(folder))
    assert outcome_text._gain([own, own]).startswith("All arguments made these outcomes equally")


def test_arguments_are_not_weighed_where_a_fit_is_refused(folder: Path) -> None:
    fits = [fit_on_outcomes(schelling.load(folder, rival=name)) for name in (None, "fair")]
    low = FitReading("effective", 3.0, 400.0, above=False)
    fits[1] = replace(fits[1], found=replace(fits[1].found, readings=(low,)))
    told = " ".join(outcome_text.text(fits).split())
    assert told.endswith("Arguments are not weighed, as fits are refused: fair.")
    assert "Bayes factor" not in told


@pytest.mark.parametrize(
    ("handle", "news", "says"),
    [
        ("sqrt(heads - 2) > 0", False, "worlds differ in none of them"),
        ("sqrt(heads - 0.5) >= 0", True, "worlds differ in 1 of them"),
    ],
)
def test_worlds_without_a_number_say_neither_yes_nor_no(
    tmp_path: Path, handle: str, news: bool, says: str
) -> None:
    """Where all fail they are alike; where some do, those weigh less than those that say yes."""
    (tmp_path / "case.yaml").write_text(CASE)
    line = REGISTER.splitlines()[1].replace("heads > 0.7", handle)
    (tmp_path / "register.csv").write_text("\n".join([REGISTER.splitlines()[0], line]) + "\n")
    (tmp_path / "outcomes.csv").write_text("\n".join(OUTCOMES.splitlines()[:2]) + "\n")
    found = fit_on_outcomes(schelling.load(tmp_path))
    assert found.questions[0].news is news
    # half of the worlds at 0.9 and half at 0.5, or all at 0.5
    wanted = np.log(0.7) if news else np.log(0.5)
    assert found.found.log_evidence == pytest.approx(wanted, abs=1e-3)
    told = " ".join(outcome_text.text([found]).split())
    assert says in told
    assert "A world whose numbers failed is taken to say yes or no" in told


def test_a_factor_below_one_speaks_for_the_other_as_strongly() -> None:
    assert outcome_text._reading(0.9) == outcome_text._reading(1.1) == "barely worth a mention"
    assert outcome_text._reading(1 / 12) == "positive, for the other"


def test_later_outcomes_do_not_count(folder: Path) -> None:
    found = fit_on_outcomes(schelling.load(folder), until=dt.date(2022, 7, 15))
    assert [one.name for one in found.questions] == ["F1"]


def test_impossible_requests(folder: Path) -> None:
    with pytest.raises(RunError, match="lies between 0 and"):
        fit_on_outcomes(schelling.load(folder), error=0.7)
    with pytest.raises(RunError, match="no yes-or-no question is resolved"):
        fit_on_outcomes(schelling.load(folder), until=dt.date(2022, 1, 1))
