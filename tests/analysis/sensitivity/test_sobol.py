"""Sobol' indices against closed forms, against SALib's numbers, and their error bars."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import qmc

from schelling.analysis.sensitivity.resampling import bootstrap, jackknife
from schelling.analysis.sensitivity.saltelli import (
    require_independent,
    saltelli_columns,
    saltelli_design,
)
from schelling.analysis.sensitivity.sobol import sobol_indices
from schelling.errors import MethodError

V = 0.5 + 7.0**2 / 8.0 + 0.1 * np.pi**4 / 5.0 + 0.01 * np.pi**8 / 18.0
V1, V2 = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2, 7.0**2 / 8.0
V13 = 0.01 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)


def ishigami(u):
    """Ishigami and Homma (1990) with a = 7, b = 0.1."""
    x = (2.0 * u - 1.0) * np.pi
    return np.sin(x[:, 0]) * (1.0 + 0.1 * x[:, 2] ** 4) + 7.0 * np.sin(x[:, 1]) ** 2


def sobol_g(u, a):
    """Sobol' (1993)'s g-function, a product of hats."""
    return np.prod((np.abs(4.0 * u - 2.0) + a) / (1.0 + a), axis=1)


def kronecker(points, dimensions):
    """Fractional parts of multiples of square roots of primes: the same base points anywhere."""
    primes = np.array([2.0, 3, 5, 7, 11, 13, 17, 19])[:dimensions]
    return np.modf(np.arange(1, points + 1)[:, np.newaxis] * np.sqrt(primes))[0]


def test_ishigami() -> None:
    """S1, ST and S2 in closed form; tolerances are three times the errors seen at 2^14 points."""
    base = qmc.Sobol(6, rng=1).random(2**14)
    worlds = saltelli_design(base, second_order=True)
    seen = sobol_indices(ishigami(worlds)[:, np.newaxis], 3, second_order=True)
    assert_allclose(seen.s1[:, 0], np.array([V1, V2, 0.0]) / V, atol=5e-3)
    assert_allclose(seen.st[:, 0], np.array([V1 + V13, V2, V13]) / V, atol=3e-3)
    assert seen.s2 is not None
    assert_allclose(seen.s2[[0, 0, 1], [1, 2, 2], 0], np.array([0.0, V13 / V, 0.0]), atol=1e-2)
    assert np.isnan(seen.s2[np.tril_indices(3)]).all()


def test_sobol_g() -> None:
    """V_i = 1 / (3 (1 + a_i)^2); a set's part is the product of its V_i (Sobol' 1993)."""
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    part = 1.0 / (3.0 * (1.0 + a) ** 2)
    variance = np.prod(1.0 + part) - 1.0
    worlds = saltelli_design(qmc.Sobol(10, rng=2).random(2**13))
    seen = sobol_indices(sobol_g(worlds, a)[:, np.newaxis], 5)
    # about three times the error seen at 2^13 points
    assert_allclose(seen.s1[:, 0], part / variance, atol=5e-3)
    total = part * np.prod(1.0 + part) / (1.0 + part) / variance
    assert_allclose(seen.st[:, 0], total, atol=5e-3)


def test_the_estimates_are_salibs() -> None:
    """SALib 1.6.0 `sobol.analyze(problem, Y, calc_second_order=True)`.

    Ishigami over 256 base points, fractional parts of (i + 1) sqrt(2, 3, 5, 7, 11, 13); SALib lays
    its worlds out in our order. Same formulas, so rounding only.
    """
    worlds = saltelli_design(kronecker(256, 6), second_order=True)
    seen = sobol_indices(ishigami(worlds)[:, np.newaxis], 3, second_order=True)
    s1 = [0.243892476767852, 0.48622593869666864, -0.027783544079825372]
    st_ = [0.39721989673598235, 0.43224346335016306, 0.23831541149659916]
    s2 = [0.023432347196360115, 0.3287697188767463, -0.05826462921057833]
    assert_allclose(seen.s1[:, 0], s1, atol=1e-9)
    assert_allclose(seen.st[:, 0], st_, atol=1e-9)
    assert seen.s2 is not None
    assert_allclose(seen.s2[[0, 0, 1], [1, 2, 2], 0], s2, atol=1e-9)


def test_bootstrap_errors_are_those_of_resampled_points() -> None:
    """Each row of weights against the formulas on the points it stands for, centred as a whole."""
    worlds = saltelli_design(kronecker(64, 6), second_order=True)
    y = ishigami(worlds)
    drawn = bootstrap(64, 5, np.random.default_rng(4))
    seen = sobol_indices(y[:, np.newaxis], 3, second_order=True, resamples=drawn)
    redone = []
    for row in drawn.weights:
        points = np.repeat(np.arange(64), np.rint(64 * row).astype(int))
        a, ab0, ab1, ab2, ba0, _, _, b = (y - y.mean()).reshape(64, 8)[points].T
        variance = np.var(np.concatenate([a, b]))
        s1, s1_of_2 = np.mean(b * (ab0 - a)) / variance, np.mean(b * (ab2 - a)) / variance
        st_ = np.mean((a - ab1) ** 2) / 2.0 / variance
        redone.append([s1, st_, np.mean(ba0 * ab2 - a * b) / variance - s1 - s1_of_2])
    spread = np.std(redone, axis=0, ddof=1)
    assert seen.s1_error is not None
    assert seen.st_error is not None
    assert seen.s2_error is not None
    errors = [seen.s1_error[0, 0], seen.st_error[1, 0], seen.s2_error[0, 2, 0]]
    assert_allclose(errors, spread, rtol=1e-10)  # rounding of sums


@settings(max_examples=25)
@given(st.integers(1, 4), st.booleans(), st.integers(0, 2**32))
def test_many_outcomes_equal_one_by_one(outcomes, second_order, seed) -> None:
    generator = np.random.default_rng(seed)
    worlds = saltelli_design(generator.random((16, 6)), second_order=second_order)
    y = np.sin(worlds @ generator.normal(size=(3, outcomes)) * 5.0)
    drawn = bootstrap(16, 4, generator)
    all_at_once = sobol_indices(y, 3, second_order=second_order, resamples=drawn)
    for column in range(outcomes):
        one = sobol_indices(y[:, [column]], 3, second_order=second_order, resamples=drawn)
        for name in ("s1", "st", "s1_error", "st_error"):
            whole = getattr(all_at_once, name)[:, column]
            # matrix products of other shapes round otherwise; variances may be small
            assert_allclose(whole, getattr(one, name)[:, 0], rtol=1e-8, atol=1e-10)


@settings(max_examples=25)
@given(st.permutations(range(3)), st.floats(0.1, 10.0), st.floats(-100.0, 100.0))
def test_order_scale_and_shift_do_not_matter(order, scale, shift) -> None:
    base = kronecker(128, 6)
    plain = sobol_indices(ishigami(saltelli_design(base))[:, np.newaxis], 3)
    both = np.concatenate([base[:, :3][:, order], base[:, 3:][:, order]], axis=1)
    mixed = saltelli_design(both)
    back = np.argsort(order)
    other = sobol_indices((shift + scale * ishigami(mixed[:, back]))[:, np.newaxis], 3)
    assert_allclose(other.s1[:, 0], plain.s1[order, 0], atol=1e-10)  # cancellation of the shift
    assert_allclose(other.st[:, 0], plain.st[order, 0], atol=1e-10)


def covered(error_of, replications=200):
    """How often the 95 % intervals of all S1 and ST of a linear outcome cover the truth."""
    weights = np.array([3.0, 1.0])
    truth = weights**2 / (weights**2).sum()
    inside = []
    for run in range(replications):
        base, resamples = error_of(np.random.default_rng(run))
        y = (saltelli_design(base) @ weights)[:, np.newaxis]
        seen = sobol_indices(y, 2, resamples=resamples)
        for estimate, error in ((seen.s1, seen.s1_error), (seen.st, seen.st_error)):
            inside.append(np.abs(estimate[:, 0] - truth) <= seen.multiplier * error[:, 0])
    return np.mean(inside)


def test_bootstrap_intervals_cover_the_truth() -> None:
    """400 independent points; 200 runs of a 95 % bar are within 90 to 99 % of the time."""
    share = covered(lambda rng: (rng.random((400, 4)), bootstrap(400, 200, rng)))
    assert 0.90 <= share <= 0.99


def test_jackknife_intervals_cover_the_truth_with_replicated_scrambles() -> None:
    def replicated(rng):
        base = np.concatenate([qmc.Sobol(4, rng=rng).random(32) for _ in range(8)])
        return base, jackknife(np.repeat(np.arange(8), 32))

    assert 0.90 <= covered(replicated) <= 0.99


def test_outcomes_that_do_not_vary_and_numbers_that_failed() -> None:
    worlds = saltelli_design(kronecker(64, 6))
    y = ishigami(worlds)
    holes = y.copy()
    holes[[3, 4, 5 * 20]] = np.nan, np.inf, np.nan  # worlds of base points 0 and 20
    table = np.column_stack([np.full(y.size, 0.1), holes, np.full(y.size, np.nan)])
    drawn = jackknife(np.arange(64) % 4)
    seen = sobol_indices(table, 3, resamples=drawn)
    assert_array_equal(seen.dropped, [0, 2, 64])
    assert_array_equal(seen.s1[:, 0], 0.0)
    assert_array_equal(seen.st_error[:, 0], 0.0)
    assert np.isnan(seen.s1[:, 2]).all()
    kept = np.delete(np.arange(64), [0, 20])
    without = y.reshape(64, 5)[kept].reshape(-1, 1)
    fewer = sobol_indices(without, 3, resamples=jackknife(kept % 4))
    assert_allclose(seen.s1[:, 1], fewer.s1[:, 0], atol=1e-12)  # rounding
    assert_allclose(seen.st_error[:, 1], fewer.st_error[:, 0], atol=1e-12)


def test_truth_values_and_the_layout() -> None:
    worlds = saltelli_design(kronecker(128, 4))
    holds = worlds[:, :1] > 0.5
    assert_allclose(sobol_indices(holds, 2).st[1], 0.0, atol=1e-15)
    columns = saltelli_columns(3, second_order=True)
    assert columns.shape == (8, 3)
    assert_array_equal(columns[4], [0, 4, 5])  # B with the first column of A


def test_products_of_any_size_are_one_product() -> None:
    drawn = bootstrap(300, 8, np.random.default_rng(0))
    for terms in (1, 40, 3000):
        y = np.random.default_rng(1).normal(size=(300, terms))
        assert_allclose(drawn.means(y), drawn.weights @ y, atol=1e-12)  # rounding of 300 sums


def test_misfits_are_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 4; got 7"):
        sobol_indices(np.zeros((7, 1)), 2)
    with pytest.raises(ValueError, match="over 3 base points, not 2"):
        sobol_indices(np.zeros((8, 1)), 2, resamples=bootstrap(3, 2, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="even number of columns"):
        saltelli_design(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="at least 1; got 0"):
        saltelli_columns(0)
    with pytest.raises(ValueError, match="2 resamples"):
        bootstrap(3, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="2 replicates are needed; got 1"):
        jackknife(np.zeros(3, dtype=int))


def test_dependent_assumptions_are_refused_with_the_reason() -> None:
    matrix = np.eye(3)
    require_independent(["a", "b", "c"], matrix)
    matrix[0, 1] = matrix[1, 0] = 0.2
    matrix[1, 2] = matrix[2, 1] = -0.7
    with pytest.raises(MethodError, match=r"2 pairs .* `b` and `c` \(-0.7\).*Shapley"):
        require_independent(["a", "b", "c"], matrix)


@pytest.mark.parametrize(("replicates", "t"), [(2, 12.706), (4, 3.182), (16, 2.131)])
def test_half_widths_are_those_of_students_table(replicates: int, t: float) -> None:
    """Two-sided 95 %, one degree of freedom less than replicates; three digits are printed."""
    assert jackknife(np.arange(replicates)).multiplier == pytest.approx(t, abs=5e-4)
    assert bootstrap(8, 4, np.random.default_rng(0)).multiplier == pytest.approx(1.960, abs=5e-4)
