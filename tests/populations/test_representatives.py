"""Luck of representatives: evenly spread in every world, and uniform for each of them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from schelling import chance
from schelling.populations import representatives

KEYS = jnp.asarray(chance.keys(0, ["opinion/noise", "opinion/start"]))
COUNT = 64
MANY = jnp.arange(20_000, dtype=jnp.uint32)
SELDOM = 1e-4  # chance that a right generator fails one of these tests; the seed is fixed


def numbers(key: int = 0, step: int = 3, count: int = COUNT) -> np.ndarray:
    drawn = jax.jit(representatives.uniform, static_argnames="count")
    return np.asarray(drawn(KEYS[key], step, count, MANY))


@pytest.mark.parametrize("count", [2, 64, 4096])
def test_each_cell_has_one(count: int) -> None:
    drawn = np.asarray(representatives.uniform(KEYS[0], 5, count, MANY[:20]))
    cells = np.sort(np.floor(drawn * count), axis=0)
    np.testing.assert_array_equal(cells, np.tile(np.arange(count)[:, None], 20))
    assert drawn.min() > 0
    assert drawn.max() < 1
    inside = drawn * count - np.floor(drawn * count)
    np.testing.assert_allclose(np.ptp(inside, axis=0), 0, atol=1e-9)  # 4096 / 2**52, with room


def test_each_is_uniform() -> None:
    drawn = numbers()
    for who in (0, 1, 31, 63):
        counts, _ = np.histogram(drawn[who], bins=COUNT, range=(0, 1))
        assert stats.chisquare(counts).pvalue > SELDOM
        inside = drawn[who] * COUNT % 1
        assert stats.kstest(inside, "uniform").pvalue > SELDOM


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 32), (5, 63), (62, 63)])
def test_two_of_them_are_anywhere_else(one: int, other: int) -> None:
    """Pairs of eighths: equally likely but for the cell that two cannot share."""
    drawn = np.floor(numbers() * 8).astype(int)
    counts = np.zeros((8, 8))
    np.add.at(counts, (drawn[one], drawn[other]), 1)
    same, different = 7 / 63 / 8, 8 / 63 / 8  # 7 or 8 of the other 63 cells lie in an eighth
    expected = len(MANY) * np.where(np.eye(8), same, different)
    assert stats.chisquare(counts.ravel(), expected.ravel()).pvalue > SELDOM


@pytest.mark.parametrize(("key", "step"), [(1, 3), (0, 4)])
def test_streams_and_steps_are_independent(key: int, step: int) -> None:
    """Correlations of the numbers of all, world by world, are those of random orders."""
    one, other = numbers()[:, :2000], numbers(key, step)[:, :2000]
    found = [np.corrcoef(one[:, world], other[:, world])[0, 1] for world in range(2000)]
    spread = 1 / np.sqrt(COUNT - 1)  # standard deviation under random orders
    assert abs(np.mean(found)) < 4 * spread / np.sqrt(2000)
    assert np.std(found) == pytest.approx(spread, rel=4 / np.sqrt(2 * 2000))


def test_whom_they_stand_for() -> None:
    np.testing.assert_array_equal(representatives.numbers(4, 4), [1, 2, 3, 4])
    np.testing.assert_array_equal(representatives.numbers(4, 100), [13, 38, 63, 88])
