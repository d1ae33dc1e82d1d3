"""Bayes factors, stacking and competing hypotheses against the worked values T10.1 to T10.6."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from schelling.errors import Status
from schelling.forecast import ach, bayes_factors, stacking

PRINTED = 1e-6


@pytest.mark.parametrize(
    ("k", "n", "known"), [(115, 200, 1.197134), (60, 100, 1.095231), (3, 10, 1.289063)]
)
def test_a_fair_coin_against_any_coin(k: int, n: int, known: float) -> None:
    """T10.1."""
    assert_allclose(bayes_factors.binomial_over_uniform(k, n, 0.5), known, atol=PRINTED)


def test_births_and_the_lindley_paradox() -> None:
    """T10.2: 49,581 of 98,451 births, even odds; significant at 5 %, and probably fair."""
    factor = bayes_factors.binomial_over_uniform(49_581, 98_451, 0.5)
    assert_allclose(factor / (1 + factor), 0.9505230, atol=1e-7)  # printed digits


def test_three_hypotheses_and_three_items() -> None:
    """T10.3: rows are items of evidence there."""
    items = np.array([[0.8, 0.3, 0.1], [0.6, 0.6, 0.2], [0.1, 0.4, 0.7]])
    found = bayes_factors.posterior(np.array([0.5, 0.3, 0.2]), items.T)
    assert_allclose(found, [0.4958678, 0.4462810, 0.0578512], atol=1e-7)


def test_questions_of_a_cluster_count_less() -> None:
    p = np.array([[0.8, 0.8, 0.8, 0.5], [0.4, 0.4, 0.4, 0.5]])
    cluster = np.array([0, 0, 0, 1])
    apart = bayes_factors.bayes_factors(bayes_factors.log_likelihood(p, cluster, 0.0))
    as_one = bayes_factors.bayes_factors(bayes_factors.log_likelihood(p, cluster, 1.0))
    between = bayes_factors.bayes_factors(bayes_factors.log_likelihood(p, cluster, 0.5))
    assert_allclose([apart[0, 1], as_one[0, 1]], [8.0, 2.0], rtol=1e-12)
    assert_allclose(between[0, 1], 2**1.5, rtol=1e-12)  # three at 1 / (1 + 2 / 2) each
    assert_allclose(apart * apart.T, 1.0, rtol=1e-12)


def test_a_hypothesis_that_ruled_it_out_is_out() -> None:
    logs = bayes_factors.log_likelihood(np.array([[0.5], [0.0]]), np.array([0]))
    assert logs[1] == -np.inf
    factors = bayes_factors.bayes_factors(logs)
    assert (factors[0, 1], factors[1, 0]) == (np.inf, 0.0)
    assert bayes_factors.reading(factors[0, 1]) == "very strong"
    assert np.isnan(bayes_factors.posterior(np.array([0.5, 0.5]), np.zeros((2, 1)))).all()


def test_words_for_bayes_factors() -> None:
    """Kass & Raftery (1995): 1 to 3, 3 to 20, 20 to 150, more."""
    words = [bayes_factors.reading(factor) for factor in (0.5, 1, 3, 20, 150)]
    assert words == [entry[1] for entry in bayes_factors.READING]


def test_stacking_two_models() -> None:
    """T10.4, and pseudo-BMA of the same: 0.04032 against 0.0252."""
    p = np.array([[0.8, 0.3], [0.7, 0.4], [0.2, 0.6], [0.9, 0.5], [0.4, 0.7]])
    found = stacking.stack(p)
    assert found.status is Status.SOLVED
    # A gap of 1e-10 leaves weights uncertain by about its root.
    assert_allclose(found.weight, [0.6704676, 0.3295324], atol=1e-5)
    assert_allclose(found.score, -3.0250253, atol=1e-7)  # printed digits
    assert_allclose(stacking.pseudo_bma(p), [0.6153846, 0.3846154], atol=1e-7)


def test_stacking_leaves_a_model_out() -> None:
    """T10.5: three models, the first gets nothing."""
    p = np.array(
        [[0.6, 0.2, 0.5], [0.1, 0.7, 0.5], [0.8, 0.4, 0.5], [0.3, 0.9, 0.5], [0.2, 0.6, 0.5],
         [0.7, 0.3, 0.5]]
    )  # fmt: skip
    found = stacking.stack(p, tolerance=1e-12)
    assert_allclose(found.weight, [0.0, 0.1461158, 0.8538842], atol=1e-5)


def test_no_mixture_of_models_that_all_ruled_it_out() -> None:
    found = stacking.stack(np.array([[0.5, 0.5], [0.0, 0.0]]))
    assert found.status is Status.OUT_OF_DOMAIN
    assert np.isnan(found.weight).all()
    assert np.isnan(stacking.pseudo_bma(np.array([[0.5, 0.0], [0.0, 0.5]]))).all()


def test_a_model_may_rule_out_what_another_expects() -> None:
    """Maximum of ln w + ln (1 - w): half each."""
    found = stacking.stack(np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert_allclose(found.weight, [0.5, 0.5], atol=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_no_other_mixture_does_better(seed: int) -> None:
    random = np.random.default_rng(seed)
    p = random.random((8, 3)) + 0.01
    found = stacking.stack(p, tolerance=1e-6)
    for weight in random.dirichlet(np.ones(3), 20):
        assert np.log(p @ weight).sum() <= found.score + 8 * found.gap + 1e-12


def test_a_round_too_few_is_said() -> None:
    found = stacking.stack(np.array([[0.8, 0.3], [0.2, 0.6]]), most=1)
    assert found.status is Status.NO_CONVERGENCE


MARKS = [["II", "C", "N"], ["I", "C", "C"], ["C", "I", "II"], ["C", "C", "C"], ["N", "II", "I"]]


def test_inconsistency_of_three_hypotheses() -> None:
    """T10.6: alike without weights, told apart with them."""
    speaks = ach.against(MARKS)
    assert ach.inconsistency(speaks, np.ones(5)).tolist() == [3.0, 3.0, 3.0]
    weighted = ach.inconsistency(speaks, np.array([1, 2, 0.5, 1, 1.414]))
    assert_allclose(weighted, [4.0, 3.328, 2.414], atol=1e-12)  # exact
    assert ach.diagnostic(speaks).tolist() == [True, True, True, False, True]


def test_marks_from_probabilities() -> None:
    assert ach.marks(np.array([[0.6, 0.2, 0.19, 0.03, 0.029], [0.0, 0.0, 0.0, 0.0, 0.0]])) == [
        ["C", "C", "I", "I", "II"],
        ["C"] * 5,
    ]
