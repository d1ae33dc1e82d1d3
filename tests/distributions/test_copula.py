"""The Gaussian copula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.special import ndtri

from examples import examples
from schelling.distributions.copula import correlate, least_eigenvalue
from schelling.distributions.design import monte_carlo, sobol

NAMES = ["a", "b", "c", "d"]
TIED = np.array(
    [[1.0, 0.0, 0.7, 0.0], [0.0, 1.0, 0.0, 0.0], [0.7, 0.0, 1.0, -0.4], [0.0, 0.0, -0.4, 1.0]]
)


def test_ranks_are_tied_as_told_and_margins_stay_uniform() -> None:
    u = correlate(sobol(NAMES, seed=2, replicates=1, first=0, count=4096), TIED)
    # 4096 Sobol' points: far closer than the 1/sqrt(4096) = 0.016 of independent points
    assert_allclose(np.corrcoef(ndtri(u).T), TIED, atol=0.005)
    ranks = stats.spearmanr(u).statistic
    # 6 / pi asin(rho / 2): Kruskal, Ordinal measures of association, JASA 53, 1958, section 7
    assert_allclose(ranks[0, 2], 6.0 / np.pi * np.arcsin(0.7 / 2.0), atol=0.005)
    for column in u.T:
        assert stats.kstest(column, "uniform").statistic < 0.01  # 4096 points, 5 % bar is 0.021


def test_two_columns_by_the_formula() -> None:
    """z2 = r z1 + sqrt(1 - r^2) e (Nelsen 2006, exercise 2.17 and the usual construction)."""
    u = monte_carlo(["a", "b"], seed=3, replicates=1, first=0, count=500)
    tied = correlate(u, np.array([[1.0, -0.6], [-0.6, 1.0]]))
    z = ndtri(u)
    assert_allclose(tied[:, 1], stats.norm.cdf(-0.6 * z[:, 0] + 0.8 * z[:, 1]), rtol=1e-12)


def test_uncorrelated_columns_keep_their_bits() -> None:
    u = monte_carlo(NAMES, seed=4, replicates=2, first=0, count=999)
    tied = correlate(u, TIED)
    assert_array_equal(tied[:, :2], u[:, :2])
    assert_array_equal(correlate(u, np.eye(4)), u)
    assert (tied[:, 2] != u[:, 2]).any()


def test_rows_do_not_feel_their_batch_and_columns_not_their_followers() -> None:
    u = monte_carlo(NAMES, seed=5, replicates=2, first=0, count=1000)
    tied = correlate(u, TIED)
    for first, last in [(0, 1), (7, 15), (500, 1000)]:
        assert_array_equal(correlate(u[first:last], TIED), tied[first:last])
    assert_array_equal(correlate(u[:, :3], TIED[:3, :3]), tied[:, :3])


def test_nearly_perfect_correlation_stays_inside_the_open_cube() -> None:
    edge = np.array([[2.0**-53, 2.0**-53], [1.0 - 2.0**-53, 1.0 - 2.0**-53]])
    tied = correlate(edge, np.array([[1.0, 0.8], [0.8, 1.0]]))
    assert ((tied > 0.0) & (tied < 1.0)).all()


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1.0, 0.5], [0.4, 1.0]], "symmetric"),
        ([[2.0, 0.5], [0.5, 1.0]], "ones on the diagonal"),
        ([[1.0, -0.9, -0.9], [-0.9, 1.0, -0.9], [-0.9, -0.9, 1.0]], "eigenvalue is -0.8"),
    ],
)
def test_impossible_matrices_are_refused(matrix: list[list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        correlate(np.full((2, len(matrix)), 0.5), np.array(matrix))


@examples(50)
@given(st.integers(2, 8), st.floats(-1.0, 1.0))
def test_least_eigenvalue_of_one_correlation_for_all(size, r) -> None:
    """All pairs at r: eigenvalues 1 - r (size - 1 times) and 1 + (size - 1) r."""
    matrix = np.full((size, size), r) + (1.0 - r) * np.eye(size)
    expected = min(1.0 - r, 1.0 + (size - 1) * r)
    assert_allclose(least_eigenvalue(matrix), expected, atol=1e-13)  # rounding of eight columns
