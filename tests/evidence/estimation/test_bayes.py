"""Posteriors against quadrature, and of data whose likelihood has no maximum."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit

from schelling.evidence import hamiltonian
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


@pytest.mark.parametrize(("taken", "left"), [(12, 5), (9, 0)])
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
