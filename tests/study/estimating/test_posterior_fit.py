"""`schelling estimate --bayes`: declared priors, words for its chains, refusals, a picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import schelling
from schelling.errors import CaseError, RunError
from schelling.evidence import hamiltonian
from schelling.evidence.estimation.bayes import CoefficientDraws
from schelling.report.estimates import estimate_chart, estimate_json, estimate_words
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
    assert "the chains agree" in said
    assert "prior of a.left: normal(0, 1.5) at the covariates' means" in said
    assert "standard errors" not in said
    told = json.loads(json.dumps(estimate_json.to_json(result), allow_nan=False))
    assert told["posterior"]["diagnostics"]["r_hat"]["sound"] is True
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


def test_chains_that_disagree_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def apart(*_: object) -> CoefficientDraws:
        source = np.random.default_rng(1)
        draws = source.normal(size=(4, 500, 2)) + np.arange(4)[:, None, None]
        return CoefficientDraws(draws, 0.1, np.zeros(2))

    monkeypatch.setattr(posterior_fit.bayes, "draw", apart)
    found = estimated(tmp_path, (), bayes=True, vary="x")
    assert not found.sound
    assert found.fitted.prediction is None
    assert np.isnan(found.fitted.coefficients[0].estimate)
    words = estimate_words.trouble(found.fitted)
    assert "the fit is refused" in words
    assert "the chains disagree" in words
    assert "of the steps diverged (limit" in words


def test_what_does_not_go_together_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="--bayes takes no --bootstrap"):
        estimated(tmp_path, (), bayes=True, robust=True)
    with pytest.raises(CaseError, match=r"'a\.right' has no formula, so it has no prior"):
        estimated(tmp_path, ("prior(a.right) = 1",))
    with pytest.raises(CaseError, match="a prior is given by its standard deviation"):
        estimated(tmp_path, ("prior = -1",))
    with pytest.raises(RunError, match="--chart draws predicted probabilities"):
        estimate_chart.check(tmp_path / "a.svg", "")
    with pytest.raises(RunError, match=r"writes \.svg"):
        estimate_chart.check(tmp_path / "a.png", "x")
