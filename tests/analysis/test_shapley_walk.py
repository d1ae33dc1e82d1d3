"""Shapley effects of walks against closed forms of Gaussian sums, and how often the bars cover."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from jaxtyping import Float
from numpy import ndarray
from scipy.special import ndtri

from schelling.analysis.sensitivity.resampling import jackknife
from schelling.analysis.sensitivity.shapley_walk import orders, shapley_of_walks, undivided
from schelling.distributions import copula, design

REPLICATES = 16


def pair(things: int) -> Float[ndarray, "thing thing"]:
    """All independent but the first two, which are correlated by a half."""
    matrix = np.eye(things)
    matrix[0, 1] = matrix[1, 0] = 0.5
    return matrix


def scores(
    correlation: Float[ndarray, "thing thing"], walks: int, seed: int
) -> tuple[ndarray, ndarray, ndarray]:
    """Normal scores of every world of some walks, when each thing was drawn anew, and `whole`."""
    things = len(correlation)
    names = [f"{half}{n}" for half in "AB" for n in range(things)]
    u = design.sobol(names, seed=seed, replicates=REPLICATES, first=0, count=walks)
    place = orders(walks, things, np.random.default_rng(seed))
    points = copula.redrawn(u[:, :things], u[:, things:], place, correlation, steps=things + 1)
    return ndtri(points), place, undivided(place, copula.blocks(correlation))


def exact(
    weights: Float[ndarray, " thing"], correlation: Float[ndarray, "thing thing"]
) -> Float[ndarray, " thing"]:
    """Shapley effects of a weighted sum of dependent normals, by their definition over all sets."""
    things = len(weights)

    def known(members: tuple[int, ...]) -> float:
        """Variance of the sum's mean given some of the normals."""
        inside = list(members)
        if not inside:
            return 0.0
        across = correlation[:, inside]
        explained = across @ np.linalg.solve(correlation[np.ix_(inside, inside)], across.T)
        return float(weights @ explained @ weights)

    effect = np.zeros(things)
    for thing in range(things):
        others = [n for n in range(things) if n != thing]
        for size in range(things):
            weight = 1.0 / (things * math.comb(things - 1, size))
            for members in itertools.combinations(others, size):
                effect[thing] += weight * (known((*members, thing)) - known(members))
    return effect / float(weights @ correlation @ weights)


def test_the_definition_gives_the_closed_form_of_the_planted_case() -> None:
    """Six normals, one correlation of a half: variance 7, and the pair shares its covariance."""
    expected = [3 / 14, 3 / 14, 1 / 7, 1 / 7, 1 / 7, 1 / 7]
    np.testing.assert_allclose(exact(np.ones(6), pair(6)), expected, atol=1e-12)  # rounding


def test_three_that_all_depend_on_one_another() -> None:
    """Every order divides the one group; tolerance three bars of 4,096 walks."""
    weights = np.array([3.0, 1.0, -2.0])
    tied = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, -0.2], [0.3, -0.2, 1.0]])
    worlds, place, whole = scores(tied, 4096, 1)
    resamples = jackknife(np.arange(4096) % REPLICATES)
    found = shapley_of_walks((worlds @ weights)[:, :, np.newaxis], place, resamples, whole)
    assert whole[:, 1:-1].sum() == 0
    np.testing.assert_array_less(
        np.abs(found.effect[:, 0] - exact(weights, tied)), 3 * 2.13 * found.error[:, 0]
    )
    assert found.error.max() < 0.03
    assert found.effect.sum() == pytest.approx(1, abs=1e-12)  # rounding


def test_steps_are_redrawn_from_their_law() -> None:
    """At every step the scores are correlated as asked; 1/sqrt(20,000) is 0.007, four of them."""
    tied = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, -0.2], [0.3, -0.2, 1.0]])
    rng = np.random.default_rng(3)
    place = orders(20_000, 3, rng)
    points = copula.redrawn(*rng.random((2, 20_000, 3)), place, tied, steps=4)
    for step in range(4):
        np.testing.assert_allclose(np.corrcoef(ndtri(points[:, step]).T), tied, atol=0.03)
    for thing in range(3):  # what is not drawn anew yet stays
        kept = place[:, thing] >= 1
        assert (points[kept, 1, thing] == points[kept, 0, thing]).all()
    ends = np.corrcoef(ndtri(points[:, 0]).T, ndtri(points[:, 3]).T)[:3, 3:]
    np.testing.assert_allclose(ends, 0.0, atol=0.03)


@pytest.mark.parametrize(
    ("things", "seeds"),
    [(3, 40), *(pytest.param(n, 200, marks=pytest.mark.slow) for n in (3, 6, 20))],
)
def test_the_bars_cover_the_closed_form(things: int, seeds: int) -> None:
    """Nominal 95 %. Of 40 seeds times 3 inputs 2 sd are 4 points; of 200 seeds less than 2."""
    effect = np.full(things, 1 / (things + 1))
    effect[:2] = 1.5 / (things + 1)
    resamples = jackknife(np.arange(256) % REPLICATES)
    covered = np.zeros((seeds, things))
    for seed in range(seeds):
        worlds, place, whole = scores(pair(things), 256, seed)
        found = shapley_of_walks(worlds.sum(axis=2, keepdims=True), place, resamples, whole)
        bar = found.multiplier * found.error[:, 0]
        covered[seed] = np.abs(found.effect[:, 0] - effect) <= bar
    assert 0.9 <= covered.mean() <= 0.99


def test_chance_alone_has_everything_and_idle_inputs_exactly_nothing() -> None:
    rng = np.random.default_rng(1)
    place = orders(512, 4, rng)
    begin, end = rng.random((2, 512, 1, 4))
    worlds = np.where(place[:, np.newaxis] < np.arange(5)[:, np.newaxis], end, begin)
    told = (worlds[:, :, 3:] > 0.3).astype(float)
    found = shapley_of_walks(told, place, jackknife(np.arange(512) % 16))
    np.testing.assert_array_equal(found.effect[:, 0], [0, 0, 0, 1])
    np.testing.assert_array_equal(found.error[:, 0], 0)


def test_walks_with_a_failed_world_are_left_out_and_counted() -> None:
    rng = np.random.default_rng(2)
    place = orders(64, 2, rng)
    told = rng.random((64, 3, 3))
    told[5, 1, 0] = np.nan
    told[:, 0, 1] = np.nan
    told[:, :, 2] = 4.0
    resamples = jackknife(np.arange(64) % 4)
    found = shapley_of_walks(told, place, resamples)
    assert found.dropped.tolist() == [1, 64, 0]
    assert np.isnan(found.effect[:, 1]).all()
    np.testing.assert_array_equal(found.effect[:, 2], 0)  # nothing varies
    assert found.effect[:, 0].sum() == pytest.approx(1, abs=1e-12)
