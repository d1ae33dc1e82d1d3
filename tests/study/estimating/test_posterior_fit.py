"""`schelling estimate --bayes`: declared priors, words for its chains, refusals, a picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.signal import lfilter

import schelling
from schelling.errors import CaseError, RunError
from schelling.evidence import hamiltonian
from schelling.evidence.estimation.bayes import CoefficientDraws
from schelling.report.estimates import (
    estimate_chart,
    estimate_json,
    estimate_tables,
    estimate_words,
)
from schelling.study.estimating import posterior_fit
from schelling.study.estimating.fitted import Estimation, FitStatus

pytestmark = pytest.mark.skipif(not hamiltonian.is_there(), reason="needs NumPyro")

ONE = 'EFG 2 R "One" { "a" } p "" 1 1 "" { "l" "r" } 0 t "left" 1 "" { 0 } t "right" 2 "" { 0 }'


def estimated(folder: Path, lines: tuple[str, ...], **more: str | bool) -> Estimation:
    """Sixty choices of left; more often where x is large."""
    source = np.random.default_rng(3)
    x = source.normal(40, 3, 60)
    went = source.random(60) < 1 / (1 + np.exp(-(x - 40) / 3))
    (folder / "one.efg").write_text(ONE, encoding="utf-8")
    table = pd.DataFrame({"end": np.where(went, "left", "right"), "x": x.round(3)})
    model = ("outcome = end", "link = logit", "a.left ~ x", *lines)
    found = schelling.estimate(folder / "one.efg", table, model, **more)  # pyright: ignore[reportArgumentType]
    assert isinstance(found, Estimation)
    return found


def test_a_posterior_has_means_priors_and_a_picture(tmp_path: Path) -> None:
    result = estimated(tmp_path, ("prior(a.left) = 1.5",), bayes=True, vary="x")
    found = result.fitted
    assert found.status is FitStatus.SOLVED
    assert found.posterior is not None
    assert found.posterior.rows[1].positive > 0.95
    said = " ".join(estimate_words.notes(found))
    assert "R-hat is 1.0" in said
    assert "prior of a.left: normal(0, 1.5) at the covariates' means" in said
    assert "standard errors" not in said
    told = json.loads(json.dumps(estimate_json.to_json(result), allow_nan=False))
    assert told["posterior"]["diagnostics"]["r_hat"]["sound"] is True
    assert all(told[key] is None for key in ("log_likelihood", "aic", "bic"))
    assert told["coefficients"][0]["z"] is told["coefficients"][0]["p"] is None
    assert result.coefficients[["z", "p"]].isna().all(axis=None)
    table = estimate_tables.markdown(result)
    assert "posterior mean (SD)" in table
    assert "priors: a.left normal(0, 1.5) at" in table
    assert "AIC" not in table
    svg = estimate_chart.draw(result).svg
    assert "prediction along x" in svg
    estimate_chart.write(result, tmp_path / "bands.svg")
    assert (tmp_path / "bands.svg").read_text(encoding="utf-8") == svg


def test_the_prior_is_of_the_payoff_at_the_means(tmp_path: Path) -> None:
    bound = estimated(tmp_path, ()).fitted.bound
    prior, _ = posterior_fit.prior(bound)
    drawn = prior.mean + np.random.default_rng(1).normal(size=(50_000, 2)) @ prior.root.T
    rows = bound.sample.covariates[0]
    # a deviation of 50,000 draws has an error of 0.3 %: four of them
    assert_allclose((drawn @ rows.mean(axis=0)).std(), 2.5, rtol=0.013)
    assert_allclose(drawn[:, 1].std() * rows[:, 1].std(), 2.5, rtol=0.013)


def test_a_prior_is_in_units_of_the_scale(tmp_path: Path) -> None:
    told = [
        dict(posterior_fit.prior(estimated(tmp_path, lines).fitted.bound)[1])["a.left"]
        for lines in ((), ("scale = 3",))
    ]
    assert "normal(0, 2.5) at" in told[0]
    assert "normal(0, 7.5) at" in told[1]


def test_predictions_of_separated_data_lie_in_their_bands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The likelihood rises for ever, so its climb ends far from the posterior."""

    def near(*_: object) -> CoefficientDraws:
        source = np.random.default_rng(1)
        return CoefficientDraws(source.normal([0, 2], 0.2, (4, 500, 2)), 0.0)

    monkeypatch.setattr(posterior_fit.bayes, "draw", near)
    (tmp_path / "one.efg").write_text(ONE, encoding="utf-8")
    x = np.linspace(-1, 1, 20)
    table = pd.DataFrame({"end": np.where(x > 0, "left", "right"), "x": x.round(3)})
    model = ("outcome = end", "link = logit", "a.left ~ x")
    result = schelling.estimate(tmp_path / "one.efg", table, model, bayes=True, vary="x")
    assert isinstance(result, Estimation)
    assert result.fitted.growing == ()
    found = result.fitted.prediction
    assert found is not None
    assert (found.low <= found.chance).all()
    assert (found.chance <= found.high).all()


def test_priors_are_those_of_the_table_written_out(tmp_path: Path) -> None:
    """A table with a column of counts has the prior and the steps of one with every row."""
    (tmp_path / "one.efg").write_text(ONE, encoding="utf-8")
    short = pd.DataFrame({"end": ["left", "right", "left"], "x": [1.0, 2.0, 5.0], "n": [7, 2, 1]})
    model = ("outcome = end", "link = logit", "a.left ~ x", "count = n")
    both = [short, short.loc[short.index.repeat(short["n"])].assign(n=1)]
    found = [schelling.estimate(tmp_path / "one.efg", table, model) for table in both]
    bounds = [one.fitted.bound for one in found if isinstance(one, Estimation)]
    roots = [posterior_fit.prior(bound)[0].root for bound in bounds]
    assert_allclose(roots[0], roots[1], rtol=1e-12)  # sums in another order
    assert_allclose(bounds[0].sample.size, bounds[1].sample.size, rtol=1e-12)


def test_priors_without_a_name_are_of_payoffs(tmp_path: Path) -> None:
    found = estimated(tmp_path, ("prior = 0.5",)).fitted
    assert found.bound.spreads == (("a.left", 0.5),)
    assert any("were not used" in note for note in estimate_words.notes(found))
    with pytest.raises(CaseError, match="a prior is given twice"):
        estimated(tmp_path, ("prior = 1", "prior = 2"))


def test_chains_that_disagree_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def apart(*_: object) -> CoefficientDraws:
        source = np.random.default_rng(1)
        draws = source.normal(size=(4, 500, 2)) + np.arange(4)[:, None, None]
        return CoefficientDraws(draws, 0.1)

    monkeypatch.setattr(posterior_fit.bayes, "draw", apart)
    found = estimated(tmp_path, (), bayes=True, vary="x")
    assert not found.sound
    assert found.fitted.prediction is None
    assert np.isnan(found.fitted.coefficients[0].estimate)
    told = json.loads(json.dumps(estimate_json.to_json(found), allow_nan=False))
    assert told["covariance"] == [[None, None], [None, None]]
    assert told["posterior"]["coefficients"][0]["probability_above_zero"] is None
    words = estimate_words.trouble(found.fitted)
    assert "the fit is refused" in words
    assert "above 1.01: parts that were made apart disagree" in words
    assert "of the steps diverged, more than" in words


def test_thin_tails_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Slow draws whose signs are independent know their mean well and their tails badly."""

    def thin(*_: object) -> CoefficientDraws:
        source = np.random.default_rng(1)
        noise = source.standard_normal((4, 1200, 2)) * np.sqrt(1 - 0.99**2)
        slow = lfilter([1.0], [1.0, -0.99], noise, axis=1)[:, 200:]
        return CoefficientDraws(np.abs(slow) * source.choice([-1.0, 1.0], slow.shape), 0.0)

    monkeypatch.setattr(posterior_fit.bayes, "draw", thin)
    found = estimated(tmp_path, (), bayes=True).fitted
    assert found.status is FitStatus.REFUSED
    assert found.posterior is not None
    sound = {one.name: one.sound for one in found.posterior.readings}
    assert sound["effective"]
    assert not sound["tail_effective"]
    assert found.posterior.rows[0].effective < 400
    assert "of the 5 % and 95 % quantiles" in estimate_words.trouble(found)


def test_what_does_not_go_together_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="--bayes takes no --bootstrap"):
        estimated(tmp_path, (), bayes=True, robust=True)
    with pytest.raises(CaseError, match=r"'a\.right' has no formula, so it has no prior"):
        estimated(tmp_path, ("prior(a.right) = 1",))
    with pytest.raises(CaseError, match="a prior is given by its standard deviation"):
        estimated(tmp_path, ("prior = -1",))
    with pytest.raises(RunError, match="--chart draws predictions along a column"):
        estimate_chart.check(tmp_path / "a.svg", "")
    with pytest.raises(RunError, match=r"writes \.svg"):
        estimate_chart.check(tmp_path / "a.png", "x")
