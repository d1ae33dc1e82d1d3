"""Posteriors against quadrature, and of data whose likelihood has no maximum."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit, ndtri
from scipy.stats import norm

from evidence.estimation.crises import crisis
from schelling.evidence import calibration, hamiltonian
from schelling.evidence.estimation import bayes
from schelling.evidence.estimation.bayes import NormalPrior
from schelling.evidence.estimation.moves import (
    NOBODY,
    ErrorKind,
    LinkFunction,
    Moves,
    Specification,
)
from schelling.evidence.estimation.sample import DecisionSample

pytestmark = pytest.mark.skipif(not hamiltonian.is_there(), reason="needs NumPyro")

CHOICE = Moves((0, NOBODY, NOBODY), ((1, 2), (), ()), ((), (), ()), 1)
FORM = Specification(
    CHOICE, ((0.0,), (0.0,)), ((0,), (NOBODY,)), (0.0,), (NOBODY,), 1, LinkFunction.LOGIT,
    ErrorKind.AGENT,
)  # fmt: skip
PRIOR = NormalPrior(np.array([0.5]), np.array([[2.0]]))


def choices(taken: int, left: int) -> DecisionSample:
    """One payoff, the same for all, of the action that was taken or left so often."""
    return DecisionSample(
        FORM,
        (np.ones((2, 1)),),
        np.zeros((1, 2)),
        np.array([[True, False], [False, True]]),
        np.array([float(taken), float(left)]),
    )


@pytest.mark.parametrize(("taken", "left"), [pytest.param(12, 5, marks=pytest.mark.slow), (9, 0)])
def test_one_payoff_has_the_posterior_of_quadrature(taken: int, left: int) -> None:
    """With nine of nine the likelihood rises for ever; the prior makes the posterior proper."""
    found = bayes.draw(choices(taken, left), PRIOR, 1)
    grid = np.linspace(-12, 18, 200_001)
    log = taken * np.log(expit(grid)) + left * np.log(expit(-grid)) - 0.5 * ((grid - 0.5) / 2) ** 2
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float(weight @ grid)
    spread = float(np.sqrt(weight @ (grid - mean) ** 2))
    draws = found.values[..., 0]
    error = spread / np.sqrt(hamiltonian.effective(draws))
    # four Monte Carlo errors of a mean; of a deviation they are some 0.7 of that, more if skewed
    assert_allclose(draws.mean(), mean, atol=4 * error)
    assert_allclose(draws.std(), spread, atol=5 * error)
    assert found.divergent < 0.005


@pytest.mark.slow
def test_posteriors_are_calibrated() -> None:
    """Ranks of payoffs that made the data are uniform (Talts and others, 2018, theorem 1).

    Forty tables of 30 rows with payoffs of their own, drawn from the prior, are one table whose
    payoffs are told apart by indicators: their posteriors are independent, and one run of the
    chains has them all. At 1 in 1,000 over the 160 ranks, in 10 bins; posteriors a fifth too
    narrow or too wide would be found by the variance of the normal scores, within four errors.
    """
    tables, rows = 40, 30
    source = np.random.default_rng(11)
    which = np.repeat(np.eye(tables), rows, axis=0)
    x = source.standard_normal((tables * rows, 1))
    parts = (np.hstack([which, which * x]), which, which)
    true = source.standard_normal(4 * tables)
    pieces = np.split(true, [2 * tables, 3 * tables])
    stay, first, second = (part @ own for part, own in zip(parts, pieces, strict=True))
    resists = norm.cdf(second / np.sqrt(2))
    escalates = norm.cdf((resists * first - stay) / np.sqrt(2))
    went, fought = source.random((2, tables * rows)) < np.stack([escalates, resists])
    sample = crisis(parts, np.where(went, np.where(fought, 2, 1), 0))
    prior = NormalPrior(np.zeros(4 * tables), np.eye(4 * tables))
    found = bayes.draw(sample, prior, 5, draws=400)
    drawn = found.values.reshape(-1, 4 * tables)
    even = np.full(len(drawn), 1 / len(drawn))
    seen = np.array(
        [calibration.rank(t, own, even, 99) for t, own in zip(true, drawn.T, strict=True)]
    )
    assert calibration.uniform(seen, 99, 10) > 1e-3
    assert abs(ndtri((seen + 0.5) / 100).var() - 1) < 4 * np.sqrt(2 / len(seen))
