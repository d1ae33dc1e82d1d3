"""Quantiles and means with their errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from examples import examples
from schelling.analysis.summary import (
    half_width_95,
    mean_with_error,
    median_and_band,
    quantiles,
)

numbers = st.lists(st.integers(-50, 50), min_size=1, max_size=30)
PROBABILITIES = np.array([0.0, 0.05, 0.2, 0.5, 0.77, 0.95, 1.0])


@given(numbers)
def test_quantiles_are_hyndman_and_fans_fifth(values) -> None:
    sample = np.array(values, dtype=float)
    theirs = np.quantile(sample, PROBABILITIES, method="hazen")  # NumPy's name for the fifth
    assert_allclose(quantiles(sample, PROBABILITIES), theirs, atol=1e-12)  # rounding of 50s


@given(numbers, st.integers(1, 9))
def test_equal_weights_are_no_weights(values, weight) -> None:
    sample = np.array(values, dtype=float)
    weighted = quantiles(sample, PROBABILITIES, np.full(sample.shape, float(weight)))
    assert_allclose(weighted, quantiles(sample, PROBABILITIES), atol=1e-12)


def test_weights_and_gaps() -> None:
    sample = np.array([5.0, np.nan, 1.0, np.inf, 3.0])
    # 1, 3 and 5 weigh 1, 1 and 2 of 4: they stand at 1/8, 3/8 and 3/4; 7 weighs nothing
    weights = np.array([2.0, 9.0, 1.0, 9.0, 1.0])
    seen = quantiles(np.append(sample, 7.0), np.array([0.125, 0.25, 0.625]), np.append(weights, 0))
    assert_allclose(seen, [1.0, 2.0, 13.0 / 3.0], rtol=1e-14)
    assert np.isnan(quantiles(np.array([np.nan]), PROBABILITIES)).all()


def test_band_of_a_normal_sample() -> None:
    u = (np.arange(100_000) + 0.5) / 100_000
    low, middle, high = median_and_band(stats.norm.ppf(u))
    assert_allclose([low, middle, high], [-1.644854, 0.0, 1.644854], atol=1e-6)  # printed digits


def test_error_by_hand() -> None:
    """Means 2, 4 and 9 of three replicates: mean 5, sd sqrt(13), error sqrt(13 / 3)."""
    values = np.array([1.0, 4.0, 9.0, 3.0, 4.0, 9.0])
    mean, error = mean_with_error(values, np.array([0, 1, 2, 0, 1, 2]))
    assert mean == pytest.approx(5.0)
    assert error == pytest.approx(math.sqrt(13.0 / 3.0))


def test_error_needs_two_replicates_and_skips_numbers_nobody_has() -> None:
    mean, error = mean_with_error(np.array([1.0, 2.0]), np.array([4, 4]))
    assert mean == 1.5
    assert math.isnan(error)
    assert mean_with_error(np.array([1.0, 3.0]), np.array([0, 9])) == (2.0, 1.0)
    assert all(math.isnan(x) for x in mean_with_error(np.array([]), np.array([], dtype=int)))
    assert math.isnan(half_width_95(0.1, 1))


def test_half_width_is_students() -> None:
    """Student's t at 97.5 %, NIST handbook table 1.3.6.7.2; tolerance is the last printed digit."""
    table = {2: 12.706, 3: 4.303, 8: 2.365, 31: 2.042, 101: 1.984}
    for replicates, t in table.items():
        assert half_width_95(2.0, replicates) == pytest.approx(2.0 * t, abs=1e-3)


@examples(40)
@given(st.integers(2, 6), st.integers(1, 8), st.integers(0, 2**32))
def test_equal_replicates_of_independent_draws_agree_with_the_plain_formula(copies, each, seed):
    """With one draw a replicate the error is the plain standard error of a mean."""
    values = np.random.default_rng(seed).normal(size=copies * each)
    _, error = mean_with_error(values, np.arange(values.size))
    assert error == pytest.approx(stats.sem(values))
    mean, _ = mean_with_error(values, np.arange(values.size) % copies)
    assert mean == pytest.approx(values.mean(), abs=1e-14)
