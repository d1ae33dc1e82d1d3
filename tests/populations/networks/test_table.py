"""Tables of ties: what they mean, and what is refused, by row."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from populations import naive
from schelling.errors import MethodError
from schelling.populations import neighbours
from schelling.populations.lists import lists
from schelling.populations.networks.table import table


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers)


ONE, OTHER = ints(0, 3, 1), ints(2, 0, 0)


def test_both_ends_or_one() -> None:
    seen = np.zeros((4, 4), int)
    seen[ONE, OTHER] = 1
    np.testing.assert_array_equal(naive.matrix(table(4, ONE, OTHER, mutual=False)), seen)
    np.testing.assert_array_equal(naive.matrix(table(4, ONE, OTHER)), seen + seen.T)


def test_nobody_is_tied() -> None:
    none = np.empty(0, int)
    assert table(3, none, none).ties == table(3, none, none, weights=np.empty(0)).ties == 0


@pytest.mark.parametrize("mutual", [True, False])
def test_weights_and_oneself(mutual: bool) -> None:
    """A weighted sum is a product with the matrix of weights, whatever the order of the rows."""
    rng = np.random.default_rng(3)
    matrix = np.where(rng.random((70, 70)) < 0.7, rng.integers(0, 9, (70, 70)) / 4, 0.0)
    if mutual:
        matrix = np.maximum(matrix, matrix.T)
    one, other = np.nonzero(np.triu(matrix) if mutual else matrix)
    order = rng.permutation(len(one))
    one, other = one[order], other[order]
    network = table(70, one, other, mutual=mutual, own=True, weights=matrix[one, other])
    opinion = rng.integers(-9, 9, (70, 2))
    assert network.weighted
    asked = (
        jax.jit(rule, static_argnames="weighted") for rule in (neighbours.sum, neighbours.mean)
    )
    found, mean = (rule(network, jnp.asarray(opinion), weighted=True) for rule in asked)
    np.testing.assert_array_equal(found, matrix @ opinion)  # quarters: exact
    expected = matrix @ opinion / matrix.sum(1, keepdims=True)
    np.testing.assert_allclose(mean, expected, rtol=3e-16)  # one division, rounded once


def test_a_weight_of_zero_is_a_tie() -> None:
    network = table(3, ints(0, 1), ints(1, 2), weights=np.array([0.0, 1.0]))
    assert network.ties == 4
    ones = jnp.ones(3)
    np.testing.assert_array_equal(
        neighbours.mean(network, ones, weighted=True, empty=5.0), [5, 1, 1]
    )
    np.testing.assert_array_equal(lists(network).seen, [1, 0, 2, 1])


NAN, HUGE = float("nan"), np.array([2**64 - 1], np.uint64)


@pytest.mark.parametrize(("one", "other", "more", "what"), [
    (ints(0, 4), ints(1, 1), {}, "row 1 names agent 4, but agents are 0 to 3"),
    (ints(0, 1), ints(1, -1), {}, "row 1 names agent -1"),
    (HUGE, ints(1), {}, "row 0 names agent 18446744073709551615"),
    (ints(0, 2), ints(1, 2), {}, "row 1 ties agent 2 to itself"),
    (ints(0, 2, 1), ints(1, 3, 0), {}, "row 2 ties agents 1 and 0 once more, as row 0 does"),
    (ints(2, 1, 1, 1, 2), ints(3, 2, 2, 2, 3), {"mutual": False}, "row 2 .* 1 and 2 .* row 1"),
    (ints(0, 1), ints(1), {}, "equally long; got 2 and 1 rows"),
    (np.array([0.0]), ints(1), {}, r"whole numbers; got float64 \(1,\)"),
    (np.array([True]), ints(1), {}, "whole numbers; got bool"),
    (np.array(["0"]), ints(1), {}, "whole numbers; got <U1"),
    (np.array([[0]]), ints(1), {}, r"whole numbers; got int64 \(1, 1\)"),
    (ints(0), ints(1), {"weights": np.array([1.0, 2.0])}, "one number for each of 1 ties"),
    (ints(0), ints(1), {"weights": np.array([NAN])}, "row 0 has weight nan"),
    (ints(0), ints(1), {"weights": np.array([-1.0])}, "row 0 has weight -1.0"),
    (ints(0), ints(1), {"weights": np.array([np.inf])}, "row 0 has weight inf"),
    (ints(0), ints(1), {"limit": 10}, "GiB"),
])  # fmt: skip
def test_hostile_tables(one: np.ndarray, other: np.ndarray, more: dict, what: str) -> None:
    with pytest.raises(MethodError, match=what):
        table(4, one, other, **more)


def test_one_way_ties_may_answer_each_other() -> None:
    network = table(2, ints(0, 1), ints(1, 0), mutual=False)
    np.testing.assert_array_equal(naive.matrix(network), [[0, 1], [1, 0]])
