"""`schelling estimate ultimatum`: from a table of offers to reservation values, and its errors."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import schelling
from schelling.errors import CaseError
from schelling.evidence.estimation.ultimatum import best_offer
from schelling.report.estimates import estimate_json, estimate_words
from schelling.study.estimating import offers, posterior_fit
from schelling.study.estimating.fitted import Estimation, FitStatus

LINES = ("offer = offer", "answer = taken", "pie = 100")
MODEL = (*LINES, "proposer.rejected ~ trust", "responder.rejected ~ 1")


def plays(rows: int = 800) -> pd.DataFrame:
    """Reservation values of 15 + 6 trust and 25, scales 12 and 7, a pie of 100."""
    source = np.random.default_rng(5)
    trust = source.normal(size=rows)
    own = 15 + 6 * trust + source.logistic(0, 12, rows)
    other, spread = np.full(rows, 25.0), np.full(rows, 7.0)
    offer = best_offer(np.full(rows, 100.0), own, other, spread)
    taken = offer > other + source.logistic(0, 7, rows)
    return pd.DataFrame({"offer": offer.round(2), "taken": taken.astype(int), "trust": trust})


def estimated(model: tuple[str, ...], table: pd.DataFrame, **more: str) -> Estimation:
    found = schelling.estimate("ultimatum", table, model, **more)
    assert isinstance(found, Estimation)
    return found


def test_the_truth_lies_within_four_standard_errors() -> None:
    result = estimated(MODEL, plays(), vary="trust")
    found = result.fitted
    assert found.status is FitStatus.SOLVED
    truth = [15, 6, 25, np.log(12), np.log(7)]
    for row, true in zip(found.coefficients, truth, strict=True):
        assert abs(row.estimate - true) < 4 * row.error, row
    assert "statistical ultimatum game" in estimate_words.form(found)
    assert "equally likely" not in estimate_words.fit_line(found)
    told = json.loads(json.dumps(estimate_json.to_json(result), allow_nan=False))
    assert told["log_likelihood_of_equal_chances"] is None
    assert found.prediction is not None
    assert found.prediction.chance.shape[1] == 2
    # who trusts has more without an agreement, and offers less
    assert found.prediction.chance[0, 0] > found.prediction.chance[-1, 0]


def test_priors_are_parts_of_the_pie() -> None:
    """At the mean of trust; a tenth of the pie is the middle of a scale."""
    bound = estimated(MODEL, plays(200)).fitted.bound
    prior, words = posterior_fit.prior(bound)
    assert dict(words) == {
        "proposer.rejected": "normal(20, 50) at the covariates' means, "
        "normal(0, 50) per standard deviation of each covariate",
        "responder.rejected": "normal(20, 50)",
        "log(scale(proposer))": "normal(2.303, 1)",
        "log(scale(responder))": "normal(2.303, 1)",
    }
    covariance = prior.root @ prior.root.T
    trust = bound.sample.covariates[0][:, 1]
    at_mean = np.array([1, trust.mean(), 0, 0, 0])
    # rounding of sums of squares
    assert_allclose(at_mean @ covariance @ at_mean, 50**2, rtol=1e-9)
    assert_allclose(covariance[1, 1] * trust.var(), 50**2, rtol=1e-9)
    assert_allclose(np.diag(covariance)[2:], [50**2, 1, 1], rtol=1e-9)
    assert_allclose(prior.mean, [20, 0, 20, np.log(10), np.log(10)], rtol=1e-9)


def test_the_mean_pie_is_that_of_observations() -> None:
    given = plays(40).assign(size=100, times=1)
    given.loc[0, ["size", "times"]] = 1000, 361  # of 400 plays the pie is 912.25 in the mean
    model = ("offer = offer", "answer = taken", "pie = size", "count = times", MODEL[3])
    assert offers.mean_pie(estimated(model, given).fitted.bound) == pytest.approx(912.25)


def test_offers_alone_tell_reservation_values_too() -> None:
    lines = ("offer = offer", "pie = 100", "responder.rejected ~ 1", "scale(responder) = 7")
    found = estimated(lines, plays()).fitted
    assert found.status is FitStatus.SOLVED
    assert any("the answer" in note for note in estimate_words.notes(found))
    assert any("proposer.rejected = 0" in note for note in estimate_words.notes(found))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("offer = offer", "proposer.rejected ~ 1"), "needs the pie"),
        ((*LINES, "proposer.war ~ 1"), "'proposer.war' is no payoff of the ultimatum game"),
        ((*LINES, "outcome = offer"), "no line 'outcome'"),
        ((*LINES, "behaviour = quantal"), "no line 'behaviour'"),
        (("offer = offer", "pie = nothing"), "'0' in column 'nothing' is no pie"),
        ((*LINES, "link = probit"), "logistic reservation values"),
        ((*LINES[:2], "pie = 20"), "does not lie between 0 and the pie, 20"),
        ((*LINES[:2], "pie = -3"), "the pie is a positive number"),
        (("offer = offer", "answer = trust", "pie = 100"), "is no answer"),
        ((*LINES, "log(scale(anna)) ~ 1"), "the proposer's or the responder's"),
    ],
)
def test_what_does_not_fit_is_said(lines: tuple[str, ...], says: str) -> None:
    with pytest.raises(CaseError) as caught:
        estimated(lines, plays(40).assign(nothing=0))
    assert says in str(caught.value)
