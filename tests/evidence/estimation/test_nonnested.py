"""Vuong's and Clarke's tests by hand, and what happens when the models change places."""

from __future__ import annotations

import math

import numpy as np
from numpy.testing import assert_allclose
from scipy import stats

from schelling.evidence.estimation import nonnested


def test_vuong_by_hand() -> None:
    """Gaps 0.3, 0.1, -0.2 and 0.6; one coefficient more costs half a log of four."""
    gap = np.array([0.3, 0.1, -0.2, 0.6])
    found = nonnested.vuong(gap, np.zeros(4), (3, 2), np.ones(4))
    spread = math.sqrt(((gap - 0.2) ** 2).mean())
    by_hand = (0.8 - math.log(4) / 2) / (2 * spread)
    assert_allclose(found.statistic, by_hand, rtol=1e-12)
    assert_allclose(found.p, 2 * stats.norm.sf(abs(by_hand)), rtol=1e-12)


def test_clarke_by_hand() -> None:
    """Nine of ten gaps are above their share of the correction: 11 of 1,024, on both sides."""
    gap = np.array([1.0] * 9 + [-5.0])
    found = nonnested.clarke(gap, np.zeros(10), (4, 3), np.ones(10))
    assert (found.favouring, found.observations) == (9, 10)
    assert_allclose(found.p, 2 * 11 / 1024, rtol=1e-12)


def test_a_row_with_a_weight_is_that_many_rows() -> None:
    gap, weights = np.array([0.3, -0.1, 0.2]), np.array([2.0, 1.0, 3.0])
    long = np.repeat(gap, [2, 1, 3])
    one = nonnested.vuong(gap, np.zeros(3), (2, 2), weights)
    other = nonnested.vuong(long, np.zeros(6), (2, 2), np.ones(6))
    assert_allclose(one, other, rtol=1e-12)


def test_the_models_may_change_places() -> None:
    source = np.random.default_rng(0)
    a, b = source.normal(size=(2, 30))
    one = nonnested.vuong(a, b, (2, 5), np.ones(30))
    other = nonnested.vuong(b, a, (5, 2), np.ones(30))
    assert_allclose((one.statistic, one.p), (-other.statistic, other.p), rtol=1e-12)


def test_models_of_the_same_likelihood_are_not_told_apart() -> None:
    found = nonnested.vuong(np.full(5, -0.7), np.full(5, -0.7), (2, 2), np.ones(5))
    assert math.isnan(found.statistic)
    assert math.isnan(found.p)


def test_ties_favour_neither_model() -> None:
    """Thirty rows alike, two for the first and one for the second: 2 of 3, not 2 of 33."""
    gap = np.array([0.0] * 30 + [1.0, 1.0, -1.0])
    found = nonnested.clarke(gap - 0.7, np.full(33, -0.7), (2, 2), np.ones(33))
    assert found == (2, 3, 1.0, 30)


def test_rows_that_are_all_ties_give_no_test() -> None:
    found = nonnested.clarke(np.full(5, -0.7), np.full(5, -0.7), (2, 2), np.ones(5))
    assert (found.favouring, found.observations, found.ties) == (0, 0, 5)
    assert math.isnan(found.p)
