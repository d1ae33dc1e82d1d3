"""Pareto smoothed importance sampling against closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from schelling.evidence import pareto


@pytest.mark.parametrize("k", [0.3, 0.5, 0.7, 1.0])
def test_the_shape_of_a_pareto_tail_is_found(k: float) -> None:
    """Weights u ** -k of uniform u have a tail of shape k.

    The tolerance is four standard errors of the maximum likelihood estimate from the 424 largest of
    20,000, (1 + k) / sqrt(424), and the pull of the weak prior.
    """
    u = np.random.default_rng(5).uniform(size=20_000)
    found = pareto.smoothed(-k * np.log(u)).k
    assert abs(found - k) < 4 * (1 + k) / np.sqrt(424) + 0.01


def test_lognormal_weights_have_the_mean_and_size_of_the_closed_form() -> None:
    """For weights exp(s z): mean exp(s**2 / 2), effective share exp(-s**2)."""
    s, count = 0.7, 50_000
    found = pareto.smoothed(s * np.random.default_rng(6).standard_normal(count))
    assert abs(found.log_mean - s**2 / 2) < 4 * found.log_mean_error
    assert_allclose(found.effective / count, np.exp(-(s**2)), rtol=0.05)  # Monte Carlo
    assert found.k < pareto.RELIABLE
    assert_allclose(found.weights.sum(), 1.0)


def test_equal_weights_are_perfect() -> None:
    found = pareto.smoothed(np.full(1000, -3.0))
    assert found.effective == pytest.approx(1000)
    assert found.log_mean == pytest.approx(-3.0)
    assert found.k < pareto.RELIABLE


def test_weights_that_many_worlds_share_have_no_tail() -> None:
    """One in five has the weight 9, the others 1: the effective share is (13/5)**2 / (85/5)."""
    found = pareto.smoothed(np.log(np.where(np.arange(10_000) % 5 == 0, 9.0, 1.0)))
    assert found.k < pareto.RELIABLE
    assert found.effective / 10_000 == pytest.approx(2.6**2 / 17)


def test_three_worlds_that_carry_all_are_found_out() -> None:
    found = pareto.smoothed(np.where(np.arange(1000) < 3, 20.0, 0.0))
    assert found.k > pareto.RELIABLE


def test_impossible_worlds_have_no_weight_and_none_possible_is_told() -> None:
    logs = np.where(np.arange(1000) % 2 == 0, -np.inf, 0.0)
    found = pareto.smoothed(logs)
    assert not found.weights[::2].any()
    assert found.log_mean == pytest.approx(np.log(0.5))
    nothing = pareto.smoothed(np.full(100, -np.inf))
    assert nothing.log_mean == -np.inf
    assert nothing.k == np.inf


def test_weights_near_the_least_number_are_none() -> None:
    """One world carries all, and the others weigh next to nothing beside it: no shape is known."""
    found = pareto.smoothed(np.concatenate([[0.0], -np.linspace(712, 740, 999)]))
    assert found.k == np.inf
    assert found.effective == pytest.approx(1)
    assert np.isfinite(found.weights).all()


@pytest.mark.parametrize("low", [0.5, 1.0, 2.0, 3.0, 5.0])
def test_weights_of_two_sizes_keep_their_shares(low: float) -> None:
    """As luck of two kinds makes them: 60 of weight 1 and 4,036 of exp(-low), to rounding."""
    found = pareto.smoothed(np.where(np.arange(4096) < 60, 0.0, -low))
    small = np.exp(-low)
    assert found.k < pareto.RELIABLE
    assert found.weights[:60].sum() == pytest.approx(60 / (60 + 4036 * small), rel=1e-9)
    wanted = (60 + 4036 * small) ** 2 / (60 + 4036 * small**2)
    assert found.effective == pytest.approx(wanted, rel=1e-9)
