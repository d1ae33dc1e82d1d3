"""PAWN, RBD-FAST and Shapley effects: indices from any sample."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.stats import qmc

from schelling.analysis.sensitivity.pawn import pawn
from schelling.analysis.sensitivity.rbd_fast import rbd_fast
from schelling.analysis.sensitivity.shapley import ALL_SETS_UP_TO, shapley_effects

V = 0.5 + 7.0**2 / 8.0 + 0.1 * np.pi**4 / 5.0 + 0.01 * np.pi**8 / 18.0
V1, V2 = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2, 7.0**2 / 8.0
V13 = 0.01 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)


def ishigami(u):
    """Ishigami and Homma (1990) with a = 7, b = 0.1."""
    x = (2.0 * u[:, :3] - 1.0) * np.pi
    return np.sin(x[:, 0]) * (1.0 + 0.1 * x[:, 2] ** 4) + 7.0 * np.sin(x[:, 1]) ** 2


@settings(max_examples=25)
@given(st.integers(20, 90), st.booleans(), st.integers(0, 2**32))
def test_pawn_is_the_median_of_scipys_distances(draws, tied, seed) -> None:
    generator = np.random.default_rng(seed)
    x, y = generator.random((draws, 2)), generator.normal(size=draws)
    x[:, 1] = generator.integers(0, 3, draws)
    if tied:
        y = np.round(y)
    seen = pawn(x, y[:, np.newaxis], generator, slices=4, dummies=2)
    place = np.argsort(np.argsort(x[:, 0])) * 4 // draws
    for thing, slices in enumerate((place, x[:, 1])):
        distances = [
            stats.ks_2samp(y[slices == one], y, method="asymp").statistic
            for one in np.unique(slices)
        ]
        assert_allclose(seen.median[thing, 0], np.median(distances), atol=1e-12)  # rounding
        assert_allclose(seen.maximum[thing, 0], max(distances), atol=1e-12)


def test_pawn_of_a_threshold() -> None:
    """y = 1 if x > 1/2: every slice is all 0 or all 1, half a unit from the whole."""
    x = np.random.default_rng(0).random((4000, 3))
    seen = pawn(x, x[:, :1] > 0.5, np.random.default_rng(1))
    # the whole is 1 in half of 4000 draws, give or take 1.6 points
    assert_allclose(seen.median[0], 0.5, atol=0.025)
    assert (seen.median[1:, 0] <= 1.5 * seen.median_noise[1:, 0]).all()


def test_the_noise_level_is_exceeded_once_in_twenty() -> None:
    """200 samples of an idle assumption, whose index is compared with its dummies'."""
    beyond = []
    for run in range(200):
        generator = np.random.default_rng(run)
        seen = pawn(generator.random((200, 1)), generator.random((200, 1)), generator)
        beyond.append([seen.median > seen.median_noise, seen.maximum > seen.maximum_noise])
    share = np.mean(beyond, axis=0)
    assert ((share >= 0.01) & (share <= 0.10)).all()


def test_rbd_fast_is_salibs() -> None:
    """SALib 1.6.0 `rbd_fast.analyze(problem, X, Y, M=10)`: same formulas, so rounding only.

    Ishigami at fractional parts of (i + 1) sqrt(2, 3, 5), i < 256.
    """
    x = np.modf(np.arange(1, 257)[:, np.newaxis] * np.sqrt([2.0, 3.0, 5.0]))[0]
    seen = rbd_fast(x, ishigami(x)[:, np.newaxis])
    salib = [0.30041909754214163, 0.4120416894499356, 0.004280692439270761]
    assert_allclose(seen.s1[:, 0], salib, atol=1e-9)


def test_rbd_fast_of_ishigami() -> None:
    x = qmc.Sobol(3, rng=1).random(2**13)
    seen = rbd_fast(x, ishigami(x)[:, np.newaxis])
    # noise of 20 of 4096 waves, about sqrt(40) / 8192 of what others explain, and six more waves
    assert_allclose(seen.s1[:, 0], np.array([V1, V2, 0.0]) / V, atol=0.01)


def test_the_noise_of_rbd_fast_is_exceeded_once_in_twenty() -> None:
    beyond = []
    for run in range(200):
        generator = np.random.default_rng(run)
        seen = rbd_fast(generator.random((300, 2)), generator.normal(size=(300, 1)))
        beyond.append(seen.s1[:, 0] > seen.noise[0])
    assert 0.01 <= np.mean(beyond) <= 0.10


@pytest.mark.parametrize("method", ["pawn", "rbd_fast", "shapley"])
def test_batches_gaps_constants_and_order(method) -> None:
    generator = np.random.default_rng(0)
    x = generator.random((400, 3))
    y = np.column_stack([ishigami(x), np.full(400, 3.7), x[:, 1] > 0.4])

    def index(inputs, outcomes):
        rng = np.random.default_rng(1)
        if method == "pawn":
            return pawn(inputs, outcomes, rng, dummies=2).median
        if method == "rbd_fast":
            return rbd_fast(inputs, outcomes).s1
        return shapley_effects(inputs, outcomes, rng, resamples=2, anchors=400).effect

    whole = index(x, y)
    assert_array_equal(whole[:, 1], 0.0)
    for column in range(3):
        assert_allclose(whole[:, [column]], index(x, y[:, [column]]), atol=1e-12)  # sums
    # distances between ranks tie now and then, and chance decides then
    tolerance = 0.005 if method == "shapley" else 1e-12
    assert_allclose(index(x[:, ::-1], y[:, :1]), whole[::-1, :1], atol=tolerance)
    holes = y.copy()
    holes[[5, 9]] = np.nan
    kept = np.delete(np.arange(400), [5, 9])
    if method == "shapley":
        rng = np.random.default_rng(1)
        assert shapley_effects(x, holes, rng, resamples=2).dropped == 2
    else:
        assert_allclose(index(x, holes), index(x[kept], y[kept]), atol=1e-12)


def test_too_few_draws() -> None:
    with pytest.raises(ValueError, match="more than 40 finite draws are needed; got 40"):
        rbd_fast(np.zeros((40, 1)), np.zeros((40, 1)))
    with pytest.raises(ValueError, match="4 finite draws are needed; got 1, 3"):
        shapley_effects(np.zeros((3, 1)), np.zeros((3, 1)), np.random.default_rng(0))
    empty = pawn(np.zeros((2, 1)), np.full((2, 1), np.nan), np.random.default_rng(0))
    assert_array_equal(empty.dropped, [2])


def linear_gaussian(beta, covariance):
    """Shapley effects of a linear outcome of normals, every conditional variance in closed form."""
    things = len(beta)
    total = beta @ covariance @ beta

    def explained(members):
        rest = [one for one in range(things) if one not in members]
        if not rest:
            return 1.0
        left = covariance[np.ix_(rest, rest)]
        if members:
            across = covariance[np.ix_(rest, members)]
            inner = covariance[np.ix_(members, members)]
            left = left - across @ np.linalg.solve(inner, across.T)
        return 1.0 - beta[rest] @ left @ beta[rest] / total

    effects = np.zeros(things)
    for thing in range(things):
        others = [one for one in range(things) if one != thing]
        for size in range(things):
            for members in itertools.combinations(others, size):
                weight = 1.0 / (things * math.comb(things - 1, size))
                gain = explained(sorted((*members, thing))) - explained(list(members))
                effects[thing] += weight * gain
    return effects


def test_the_closed_form_of_two_normals() -> None:
    """Song, Nelson and Staum (2016): with weights b, sds s, correlation r,

    Sh1 = (b1^2 s1^2 (1 - r^2 / 2) + r b1 b2 s1 s2 + b2^2 s2^2 r^2 / 2) / variance.
    """
    b1, b2, s1, s2, r = 1.0, 0.5, 1.0, 2.0, 0.7
    covariance = np.array([[s1**2, r * s1 * s2], [r * s1 * s2, s2**2]])
    cross = r * b1 * b2 * s1 * s2
    variance = (b1 * s1) ** 2 + 2.0 * cross + (b2 * s2) ** 2
    first = ((b1 * s1) ** 2 * (1 - r**2 / 2) + cross + (b2 * s2) ** 2 * r**2 / 2) / variance
    seen = linear_gaussian(np.array([b1, b2]), covariance)
    assert_allclose(seen, [first, 1.0 - first], rtol=1e-12)


@pytest.mark.parametrize("correlation", [0.0, 0.8, -0.5])
def test_shapley_effects_of_dependent_normals(correlation) -> None:
    beta = np.array([1.0, 1.0, 1.0])
    covariance = np.array(
        [[1.0, 0.0, 0.0], [0.0, 1.0, 2 * correlation], [0.0, 2 * correlation, 4.0]]
    )
    generator = np.random.default_rng(2)
    x = generator.multivariate_normal(np.zeros(3), covariance, size=8000)
    seen = shapley_effects(x, (x @ beta)[:, np.newaxis], generator, anchors=2000)
    # 2000 anchors: errors of 1 to 2 points; far neighbours leave about 1 point open
    assert_allclose(seen.effect[:, 0], linear_gaussian(beta, covariance), atol=0.045)
    assert seen.unexplained[0] < 0.03
    assert seen.effect.sum() + seen.unexplained[0] == pytest.approx(1.0, abs=1e-12)


def test_shapley_effects_of_independent_ishigami() -> None:
    """Interactions are split equally (Owen 2014): (V1 + V13 / 2, V2, V13 / 2) / V."""
    x = np.random.default_rng(3).random((10_000, 3))
    seen = shapley_effects(x, ishigami(x)[:, np.newaxis], np.random.default_rng(4), anchors=3000)
    truth = np.array([V1 + V13 / 2.0, V2, V13 / 2.0]) / V
    assert_allclose(seen.effect[:, 0], truth, atol=0.05)  # 2 points of error, 2 of far neighbours
    assert (seen.error < 0.03).all()


def test_random_orders_agree_with_all_sets() -> None:
    """Nine assumptions, of which three matter and two of them move together."""
    generator = np.random.default_rng(5)
    things = ALL_SETS_UP_TO + 1
    covariance = np.eye(things)
    covariance[0, 1] = covariance[1, 0] = 0.9
    beta = np.zeros(things)
    beta[[0, 2]] = 1.0
    x = generator.multivariate_normal(np.zeros(things), covariance, size=4000)
    y = (x @ beta)[:, np.newaxis]
    seen = shapley_effects(x, y, generator, anchors=300, orders=12)
    truth = linear_gaussian(beta, covariance)
    # far neighbours in up to nine dimensions leave a tenth or two open, taken from all
    assert_allclose(seen.effect[:, 0], truth, atol=0.15)
    assert set(np.argsort(seen.effect[:, 0])[-3:]) == {0, 1, 2}
    assert (seen.error > 0.0).all()


def test_shapley_errors_cover_the_truth() -> None:
    """Two independent normals, weights 2 and 1: effects 0.8 and 0.2; 200 runs of a 95 % bar."""
    inside = []
    for run in range(200):
        generator = np.random.default_rng(run)
        x = generator.normal(size=(2000, 2))
        seen = shapley_effects(x, x @ np.array([[2.0], [1.0]]), generator, anchors=300)
        inside.append(np.abs(seen.effect[:, 0] - [0.8, 0.2]) <= 1.96 * seen.error[:, 0])
    assert 0.90 <= np.mean(inside) <= 0.99


def test_shapley_effects_of_categories() -> None:
    """A category that decides all, and one that repeats it: half each."""
    generator = np.random.default_rng(6)
    side = generator.integers(0, 3, 3000)
    x = np.column_stack([side, side, generator.random(3000)])
    y = np.array([0.0, 1.0, 5.0])[side][:, np.newaxis]
    seen = shapley_effects(x, y, generator, categories=(3, 3, 0))
    assert_allclose(seen.effect[:, 0], [0.5, 0.5, 0.0], atol=0.03)  # 1000 anchors
    assert_allclose(seen.unexplained, 0.0, atol=1e-12)


def test_the_noise_of_pawn_is_that_of_the_outcome() -> None:
    """Without ties it is one for all outcomes; with ties each has its own.

    A yes in one world of a hundred moves the distribution of a slice by a hundredth or so, a yes in
    every other world by ten times as much.
    """
    generator = np.random.default_rng(2)
    x, luck = generator.random((1000, 1)), generator.random((1000, 2))
    rank = np.arange(1000)[:, np.newaxis] % np.array([2, 100]) == 0
    seen = pawn(x, np.hstack([luck, rank.astype(float)]), generator)
    free, other, often, seldom = seen.median_noise[0]
    assert free == other
    assert seldom < 0.5 * often
    assert often != free
