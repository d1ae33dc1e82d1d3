"""Spearman's rank correlation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from examples import examples
from schelling.analysis.sensitivity.association import rank_correlation, rank_correlations, ranks

columns = st.lists(st.integers(-5, 5), max_size=30)


@given(columns)
def test_ranks_are_scipys(values) -> None:
    assert_array_equal(ranks(np.array(values, dtype=float)), stats.rankdata(values))


@examples(60)
@given(st.integers(3, 40), st.integers(0, 2**32))
def test_matches_scipy_with_ties(draws, seed) -> None:
    generator = np.random.default_rng(seed)
    inputs = generator.integers(0, 6, size=(draws, 3)).astype(float)
    output = generator.integers(0, 4, size=draws).astype(float)
    inputs[:2], output[:2] = [[0.0] * 3, [9.0] * 3], [0.0, 9.0]  # nothing constant
    seen, dropped = rank_correlation(inputs, output)
    assert dropped == 0
    theirs = [stats.spearmanr(column, output).statistic for column in inputs.T]
    assert_allclose(seen, theirs, atol=1e-12)  # sums of 40 ranks


def test_squared_differences_of_ranks() -> None:
    """Without ties rho is 1 - 6 sum d^2 / (n (n^2 - 1)) (Spearman 1904); here 1 - 6 * 194 / 990."""
    score = np.array([106.0, 100, 86, 101, 99, 103, 97, 113, 112, 110])
    hours = np.array([7.0, 27, 2, 50, 28, 29, 20, 12, 6, 17])
    seen, _ = rank_correlation(score[:, np.newaxis], hours)
    assert seen[0] == pytest.approx(-29.0 / 165.0, abs=1e-14)


def test_only_order_matters() -> None:
    generator = np.random.default_rng(3)
    inputs = generator.normal(size=(200, 2))
    output = inputs[:, 0] + generator.normal(size=200)
    seen, _ = rank_correlation(inputs, output)
    bent, _ = rank_correlation(np.exp(inputs), -(output**3))
    assert_allclose(bent, -seen, atol=1e-13)  # rounding of 200 products


def test_constant_columns_give_0_without_a_warning() -> None:
    inputs = np.column_stack([np.full(50, 7.0), np.arange(50.0)])
    assert_array_equal(rank_correlation(inputs, np.arange(50.0))[0], [0.0, 1.0])
    assert_array_equal(rank_correlation(inputs, np.ones(50))[0], [0.0, 0.0])
    assert_array_equal(rank_correlation(inputs[:0], np.ones(0))[0], [0.0, 0.0])


def test_rows_that_are_not_finite_are_dropped_and_counted() -> None:
    """Each output drops its own rows, and inputs drop theirs for all."""
    generator = np.random.default_rng(4)
    inputs, outputs = generator.normal(size=(60, 2)), generator.normal(size=(60, 3))
    inputs[5, 1], outputs[[7, 8], 1], outputs[5, 2] = np.inf, np.nan, np.nan
    seen = rank_correlations(inputs, outputs)
    assert_array_equal(seen.dropped, [1, 3, 1])
    for column, gone in enumerate([[5], [5, 7, 8], [5]]):
        kept = np.setdiff1d(np.arange(60), gone)
        for thing in range(2):
            theirs = stats.spearmanr(inputs[kept, thing], outputs[kept, column]).statistic
            assert_allclose(seen.correlation[thing, column], theirs, atol=1e-13)


def test_truth_values_count_as_1_and_0() -> None:
    x = np.arange(100.0)
    seen = rank_correlations(np.column_stack([x, -x]), (x >= 50)[:, np.newaxis])
    # point-biserial on ranks of two halves: sqrt(3)/2 times 1 / sqrt(1 - 1/n^2)
    expected = np.sqrt(0.75 / (1.0 - 1e-4))
    assert_allclose(seen.correlation[:, 0], [expected, -expected], rtol=1e-12)
