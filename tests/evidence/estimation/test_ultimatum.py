"""Offers and answers: the likelihood in closed form, and simulated plays whose truth is known."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, optimize

from schelling.evidence.estimation import derivatives, maximum
from schelling.evidence.estimation.sample import DecisionSample
from schelling.evidence.estimation.ultimatum import (
    ACCEPTED,
    REJECTED,
    UNKNOWN,
    OfferGame,
    best_offer,
    expected,
    offer_log_likelihood,
)

GAME = OfferGame((0, 1), (0.0, 0.0), (2, 3), (0.0, 0.0), 4)
PIE = 10.0
TRUE = np.array([1.5, 0.6, 2.0, -0.5, np.log(1.4), np.log(0.8)])
POINTS = [
    np.array([2.0, 3.0, np.log(1.5), np.log(0.7)]),
    np.array([8.0, 1.0, np.log(2.0), np.log(2.0)]),
    np.array([-6.0, 7.0, np.log(3.0), np.log(0.5)]),
]


def height(eta: np.ndarray, offer: float, answer: float = UNKNOWN) -> float:
    seen = jnp.array([offer, PIE, answer])
    return float(offer_log_likelihood(GAME, jnp.asarray(eta), seen))


@pytest.mark.parametrize("eta", POINTS)
def test_densities_and_corners_sum_to_one(eta: np.ndarray) -> None:
    inside, error = integrate.quad(lambda y: np.exp(height(eta, y)), 0, PIE, epsabs=1e-10)
    corners = np.exp(height(eta, 0.0)) + np.exp(height(eta, PIE))
    # what the quadrature says of itself, and rounding
    assert_allclose(inside + corners, 1.0, atol=10 * error + 1e-9)


@pytest.mark.parametrize("eta", POINTS)
def test_answers_sum_to_the_offer(eta: np.ndarray) -> None:
    for offer in (0.0, 1.0, 4.0, PIE):
        both = np.exp(height(eta, offer, ACCEPTED)) + np.exp(height(eta, offer, REJECTED))
        # two products of exponentials: a few units in the last place
        assert_allclose(both, np.exp(height(eta, offer)), rtol=1e-12)


@pytest.mark.parametrize(
    ("own", "other", "spread"), [(2, 3, 1), (8, 1, 2), (-6, 7, 0.5), (12, 3, 1)]
)
def test_an_offer_is_the_best_that_a_search_finds(own: float, other: float, spread: float) -> None:
    def worth(offer: float) -> float:
        chance = 1 / (1 + np.exp(-(offer - other) / spread))
        return -(chance * (PIE - offer) + (1 - chance) * own)

    searched = optimize.minimize_scalar(worth, bounds=(0, PIE), options={"xatol": 1e-10})
    grid = np.array([0.0, float(searched.x), PIE])
    expected_offer = grid[np.argmin([worth(each) for each in grid])]
    given = [np.array([float(each)]) for each in (PIE, own, other, spread)]
    # a search for a flat top finds its place to the root of rounding
    assert_allclose(best_offer(*given)[0], expected_offer, atol=1e-6)


def played(rows: int, seed: int) -> DecisionSample:
    """Plays of a proposer and a responder whose reservation values have one covariate each."""
    source = np.random.default_rng(seed)
    parts = [np.stack([np.ones(rows), source.normal(size=rows)], axis=1) for _ in range(2)]
    first, second = parts[0] @ TRUE[:2], parts[1] @ TRUE[2:4]
    spreads = np.exp(TRUE[4:])
    own = first + source.logistic(0, spreads[0], rows)
    pie = np.full(rows, PIE)
    offer = best_offer(pie, own, second, np.full(rows, spreads[1]))
    answer = offer > second + source.logistic(0, spreads[1], rows)
    seen = np.stack([offer, pie, answer.astype(np.float64)])
    ones = np.ones((rows, 1))
    return DecisionSample(
        GAME, (*parts, ones, ones), np.zeros((4, rows)), seen, np.ones(rows), (1.0,) * 4
    )


@pytest.mark.parametrize("own", [0.01, 1.0])
@pytest.mark.parametrize("other", [0.01, 1.0])
def test_expectations_see_scales_of_a_thousandth_of_the_pie(own: float, other: float) -> None:
    """Held against the midpoints of 20,000 slices of equal probability of the proposer's value."""
    middles = (np.arange(20_000) + 0.5) / 20_000
    value = 2.0 + own * np.log(middles / (1 - middles))
    full = np.full(len(value), 1.0)
    offers = best_offer(PIE * full, value, 3 * full, other * full)
    taken = 1 / (1 + np.exp(-(offers - 3) / other))
    eta = jnp.array([2.0, 3.0, np.log(own), np.log(other)])
    found = expected(GAME, eta, jnp.asarray(PIE))
    # the slices' own error: halving their number moves them by less than a fifth of this
    assert_allclose(found, [offers.mean() / PIE, taken.mean()], atol=2e-6)


def test_what_is_expected_of_many_plays_is_that_of_each() -> None:
    pies = np.array([PIE, 5.0, 20.0])
    eta = played(3, 4).predictors(TRUE[None])[:, 0]
    told = derivatives.expectations(GAME, eta, pies)
    each = [expected(GAME, jnp.asarray(eta[:, k]), jnp.asarray(pies[k])) for k in range(3)]
    # the same program twice
    assert_allclose(told.T, np.asarray(each), rtol=1e-12)


@pytest.mark.slow
def test_what_is_expected_is_the_mean_of_plays() -> None:
    plays = played(40_000, 4)
    seen = np.asarray(plays.seen)
    eta = plays.predictors(TRUE[None])[:, 0]
    means = derivatives.expectations(GAME, eta, np.full(40_000, PIE)).mean(axis=1)
    # the standard errors are 0.0008 and 0.0021: four of them
    assert_allclose(means[0], (seen[0] / PIE).mean(), atol=0.0034)
    assert_allclose(means[1], seen[2].mean(), atol=0.0084)


def test_many_plays_give_the_reservation_values() -> None:
    found = maximum.maximise(played(20_000, 1), 2, 0)
    assert found.converged
    assert found.agreed == 2
    spread = np.sqrt(np.diag(maximum.covariance(found)))
    # four standard errors for each of six coefficients
    assert (np.abs(found.coefficients - TRUE) < 4 * spread).all()


@pytest.mark.slow
def test_intervals_hold_the_reservation_values_as_often_as_they_say() -> None:
    held = np.zeros(len(TRUE))
    repeats = 200
    for seed in range(repeats):
        found = maximum.maximise(played(500, 100 + seed), 1, 0, begin=TRUE)
        assert found.converged
        spread = np.sqrt(np.diag(maximum.covariance(found)))
        held += np.abs(found.coefficients - TRUE) < 1.959964 * spread
    # the standard error of a share of 95 % in 200 samples is 1.5 %; three and a half of them
    assert (np.abs(held / repeats - 0.95) < 0.054).all(), held / repeats
