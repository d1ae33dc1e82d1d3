"""Worlds weighed by resolved questions, against counting by hand."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import schelling
from schelling.cli.app import app
from schelling.errors import RunError
from schelling.evidence.posterior import FitReading
from schelling.report.fitting import outcome_text
from schelling.report.verdicts import changed_words
from schelling.study.fitting import fit_export
from schelling.study.fitting.outcomes import fit_on_outcomes, rival_weights
from schelling.study.rivals.compare import compare
from schelling.study.scoring.forecasters import MODEL
from schelling.study.scoring.score import score

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
    (question,) = outcome_text.to_json([found])["arguments"][0]["questions"]
    assert (question["before"] is None) is not news


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


def test_worlds_that_outcomes_weighed_are_handed_on(folder: Path, tmp_path: Path) -> None:
    """Runs, scores and comparisons draw them as they draw those of other fits."""
    case, fair = (schelling.load(folder, rival=name) for name in (None, "fair"))
    found, other = fit_on_outcomes(case, seed=3), fit_on_outcomes(fair, seed=3)
    given = ["fit", str(folder), "--on", "outcomes", "--seed", "3", "--into"]
    done = CliRunner().invoke(app, [*given, str(tmp_path / "after")])
    assert "posterior written to" in done.stderr
    assert json.loads((tmp_path / "after/fit.json").read_text())["schema"] == outcome_text.SCHEMA
    with pytest.raises(RunError, match="exists"):
        fit_export.write_outcomes(found, tmp_path / "after")
    made = schelling.run(case, posterior=tmp_path / "after", course=False)
    assert made.manifest.worlds == int(found.found.effective)
    wanted = found.claims[0].after
    error = np.hypot(made.shares["often"].half_width, wanted.half_width)
    assert abs(made.shares["often"].share - wanted.share) < 2 * error
    assert not made.manifest.own_luck
    told = " ".join(changed_words.lines(made))
    assert "fitted to 4 resolved questions by weights for the worlds of a run" in told
    scored = score(case, posterior=found.posterior)
    assert scored.conditioned_on == dt.date(2022, 10, 1)
    late = [o.retrospective for row in scored.rows for o in row.told if o.forecaster == MODEL]
    assert late
    assert all(late)
    seen = compare(case, [fair], posteriors=[other.posterior, found.posterior])
    assert seen.verdicts.loc["often"].iloc[0] > 0.75
    low = FitReading("effective", 3.0, 400.0, above=False)
    refused = replace(found, found=replace(found.found, readings=(low,)))
    with pytest.raises(RunError, match="not sound"):
        _ = refused.posterior


def test_options_under_outcomes_are_read_as_options(folder: Path, tmp_path: Path) -> None:
    """The record was made by one side's choice: what goes with it is no advice."""
    lever = 'heads: {prior: "choice(0.2, 0.8)", lever: bank, why: a test}'
    chosen = CASE.replace('heads: {prior: "uniform(0, 1)", why: a test}', lever)
    chosen = chosen.replace("assumptions:", "actors: {bank: {says: A bank.}}\nassumptions:", 1)
    (tmp_path / "case.yaml").write_text(chosen[: chosen.index("rivals:")])
    (tmp_path / "register.csv").write_text(REGISTER)
    (tmp_path / "outcomes.csv").write_text(OUTCOMES)
    case = schelling.load(tmp_path)
    found = fit_on_outcomes(case)
    told = " ".join(outcome_text.text([found]).split())
    assert "heads is an option of an actor. Shares without the evidence are over all" in told
    made = schelling.run(case, posterior=found.posterior, course=False)
    told = " ".join(changed_words.lines(made))
    assert "of the worlds of the posterior in which it was drawn" in told
    (one,) = made.by_option.values()
    options = {option.values[0][2]: share for option, share in one.options}
    assert {value: share.share for value, share in options.items()} == {0.2: 0.0, 0.8: 1.0}
    # odds 9 to 1 by F1, and alike by the others: 90 % of the worlds have the option 0.8
    worlds = {value: share.worlds / made.manifest.worlds for value, share in options.items()}
    assert worlds[0.8] == pytest.approx(0.9, abs=0.01)
