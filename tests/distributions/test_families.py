"""Families against SciPy, against printed tables, and against their own inverses."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from examples import examples
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.distributions.families import FAMILIES

EPS = np.finfo(float).eps
TAIL = 10.0 ** -np.arange(1.0, 13.0)  # down to 1e-12
BODY = np.linspace(0.02, 0.98, 49)
FROZEN = {
    "uniform": ((-2.0, 3.0), stats.uniform(-2.0, 5.0)),
    "normal": ((1.0, 2.0), stats.norm(1.0, 2.0)),
    "lognormal": ((2.0, 0.7), stats.lognorm(0.7, scale=2.0)),
    "truncnormal": ((1.0, 2.0, -1.0, 9.0), stats.truncnorm(-1.0, 4.0, 1.0, 2.0)),
    "beta": ((2.5, 0.7), stats.beta(2.5, 0.7)),
    "gamma": ((0.3, 2.0), stats.gamma(0.3, scale=2.0)),
    "exponential": ((4.0,), stats.expon(scale=4.0)),
    "triangular": ((-1.0, 0.5, 4.0), stats.triang(0.3, -1.0, 5.0)),
    "loguniform": ((0.01, 30.0), stats.loguniform(0.01, 30.0)),
}
EXAMPLES = {name: parameters for name, (parameters, _) in FROZEN.items()} | {
    "logitnormal": (0.3, 1.2),
    "choice": ((3.0, 1.0, 2.0), (1.0, 2.0, 3.0)),
    "fixed": (2.5,),
}


def test_every_family_has_an_example() -> None:
    assert set(EXAMPLES) == set(FAMILIES)
    assert all(family.name == name for name, family in FAMILIES.items())
    assert all(len(EXAMPLES[name]) == len(FAMILIES[name].parameters) for name in FAMILIES)


def test_the_language_declares_the_same_families() -> None:
    """A prior's parameters reach the family as they stand, so both tables must mean the same."""
    declared = {name: entry.parameters for name, entry in DISTRIBUTIONS.items()}
    assert declared == {name: family.parameters for name, family in FAMILIES.items()}


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_matches_scipy(name: str) -> None:
    """SciPy's `ppf`, `isf`, `cdf` and `sf` to 1e-12 in body and tails.

    Values of x are compared relative to their size and the width of the body, because near a finite
    end that is not 0 doubles themselves are that coarse; shares relative to 1 for the same reason.
    """
    parameters, frozen = FROZEN[name]
    family = FAMILIES[name]
    u = np.concatenate([TAIL, BODY, 1.0 - TAIL])
    width = float(frozen.ppf(0.95) - frozen.ppf(0.05))
    x, y = family.quantile(u, *parameters), family.upper_quantile(TAIL, *parameters)
    assert_allclose(x, frozen.ppf(u), rtol=1e-12, atol=1e-12 * width)
    # SciPy takes these two upper tails through 1 - q and is left with 1e-10
    loose = 1e-9 if name in {"truncnormal", "triangular"} else 1e-12
    assert_allclose(y, frozen.isf(TAIL), rtol=loose, atol=loose * width)
    grid = frozen.ppf(BODY)
    assert_allclose(family.cdf(grid, *parameters), frozen.cdf(grid), rtol=1e-12)
    assert_allclose(family.survival(grid, *parameters), frozen.sf(grid), rtol=1e-12)
    assert_allclose(family.mean(*parameters), frozen.mean(), rtol=1e-13)  # rounding only


@pytest.mark.parametrize("name", ["normal", "lognormal", "gamma", "exponential"])
def test_far_tails_keep_their_digits(name: str) -> None:
    """Where the end is 0 or infinity, tail shares are right to 1e-12 relative, however small."""
    parameters, frozen = FROZEN[name]
    family = FAMILIES[name]
    tiny = 10.0 ** -np.arange(10.0, 200.0, 10.0)
    assert_allclose(family.survival(frozen.isf(tiny), *parameters), tiny, rtol=1e-12)
    assert_allclose(family.upper_quantile(tiny, *parameters), frozen.isf(tiny), rtol=1e-12)
    assert_allclose(family.quantile(tiny, *parameters), frozen.ppf(tiny), rtol=1e-12)


def test_printed_tables() -> None:
    """NIST/SEMATECH e-Handbook, tables 1.3.6.7.1-1.3.6.7.4; tolerance is the last printed digit."""
    one = np.array([0.05])
    normal, gamma, beta = FAMILIES["normal"], FAMILIES["gamma"], FAMILIES["beta"]
    assert_allclose(normal.cdf(np.array([1.96]), 0.0, 1.0), [0.97500], atol=5e-6)
    # chi-square with 10 degrees of freedom is gamma(5, 2): 18.307 above, 3.940 below
    assert_allclose(gamma.upper_quantile(one, 5.0, 2.0), [18.307], atol=5e-4)
    assert_allclose(gamma.quantile(one, 5.0, 2.0), [3.940], atol=5e-4)
    # F(5, 10) at 5 % is 3.326; 5 F / (10 + 5 F) is beta(5/2, 10/2)
    ratio = beta.upper_quantile(one, 2.5, 5.0)
    assert_allclose(2.0 * ratio / (1.0 - ratio), [3.326], atol=5e-4)


def test_logitnormal_is_the_normal_seen_through_the_logistic() -> None:
    """Log-odds 1.2 sd wide about those of a median of 0.3."""
    family, normal = FAMILIES["logitnormal"], FAMILIES["normal"]
    centre = math.log(0.3 / 0.7)
    x = 1.0 / (1.0 + np.exp(-normal.quantile(BODY, centre, 1.2)))
    assert_allclose(family.quantile(BODY, 0.3, 1.2), x, rtol=1e-14)  # rounding of one exponential
    assert family.quantile(np.array([0.5]), 0.3, 1.2)[0] == pytest.approx(0.3, rel=1e-15)
    assert_allclose(family.cdf(x, 0.3, 1.2), BODY, rtol=1e-13)
    assert_allclose(family.survival(x, 0.3, 1.2), 1.0 - BODY, rtol=1e-13)
    assert_array_equal(family.cdf(np.array([-1.0, 0.0, 1.0, 2.0]), 0.3, 1.2), [0.0, 0.0, 1.0, 1.0])


def test_normal_cut_far_from_its_mean() -> None:
    """Ten and forty sd out: SciPy's `ppf` is good there; its `isf` is not, so mirror instead."""
    family = FAMILIES["truncnormal"]
    for low, high in [(10.0, 11.0), (37.0, 45.0), (-3.0, 40.0), (-0.5, 0.5)]:
        frozen = stats.truncnorm(low, high)
        x = family.quantile(BODY, 0.0, 1.0, low, high)
        assert_allclose(x, frozen.ppf(BODY), rtol=1e-13, atol=1e-15)  # rounding
        mirrored = -family.upper_quantile(BODY, 0.0, 1.0, -high, -low)
        assert_allclose(mirrored, x, rtol=1e-15, atol=1e-15)
        # a rounding of x near z moves the share by z times as much
        tolerance = 8.0 * EPS * max(abs(low), abs(high)) ** 2
        assert_allclose(family.cdf(x, 0.0, 1.0, low, high), BODY, atol=tolerance)
        assert_allclose(family.survival(x, 0.0, 1.0, low, high), 1.0 - BODY, atol=tolerance)
    assert_allclose(family.mean(0.0, 1.0, 37.0, 45.0), stats.truncnorm(37, 45).mean(), rtol=1e-12)
    assert_allclose(family.mean(5.0, 2.0, 1.0, 4.0), 5.0 + 2.0 * stats.truncnorm(-2, -0.5).mean())


def test_choice_by_hand() -> None:
    """Three numbers out of order, one of them impossible."""
    choice = FAMILIES["choice"]
    values, weights = (30.0, 10.0, 20.0, 40.0), (0.5, 0.3, 0.2, 0.0)
    u = np.array([1e-12, 0.3, 0.31, 0.5, 0.51, 1.0 - 1e-12])
    assert_array_equal(choice.quantile(u, values, weights), [10, 10, 20, 20, 30, 30])
    q = np.array([1e-12, 0.49, 0.51, 0.69, 0.71, 1.0 - 1e-12])
    assert_array_equal(choice.upper_quantile(q, values, weights), [30, 30, 20, 20, 10, 10])
    x = np.array([9.9, 10.0, 15.0, 20.0, 30.0, 99.0])
    assert_allclose(choice.cdf(x, values, weights), [0, 0.3, 0.3, 0.5, 1, 1], atol=1e-15)
    assert_allclose(choice.survival(x, values, weights), [1, 0.7, 0.7, 0.5, 0, 0], atol=1e-15)
    assert choice.support(values, weights) == (10.0, 30.0)
    assert choice.mean(values, weights) == pytest.approx(22.0)
    assert choice.discrete


def test_choice_whose_weights_do_not_add_up_in_doubles() -> None:
    """Ten tenths sum to 1 - 1e-16; the largest u still finds the last point that has mass."""
    choice, last = FAMILIES["choice"], np.array([math.nextafter(1.0, 0.0)])
    values, weights = tuple(np.arange(11.0)), (*[0.1] * 10, 0.0)
    assert choice.quantile(last, values, weights) == [9.0]
    assert choice.upper_quantile(last, values, weights) == [0.0]
    assert choice.upper_quantile(last, values[::-1], weights) == [1.0]


def test_fixed_is_fixed() -> None:
    fixed = FAMILIES["fixed"]
    assert_array_equal(fixed.quantile(BODY, 2.5), np.full(BODY.shape, 2.5))
    assert_array_equal(fixed.upper_quantile(BODY, 2.5), np.full(BODY.shape, 2.5))
    assert_array_equal(fixed.cdf(np.array([2.4, 2.5]), 2.5), [0.0, 1.0])
    assert_array_equal(fixed.survival(np.array([2.4, 2.5]), 2.5), [1.0, 0.0])
    assert fixed.support(2.5) == (2.5, 2.5)
    assert fixed.mean(2.5) == 2.5


def test_triangular_with_its_mode_at_an_end() -> None:
    triangular = FAMILIES["triangular"]
    # density 2 x on [0, 1]: cdf x^2; and its mirror image
    assert_allclose(triangular.quantile(BODY, 0.0, 1.0, 1.0), np.sqrt(BODY), rtol=1e-15)
    assert_allclose(triangular.cdf(BODY, 0.0, 1.0, 1.0), BODY**2, rtol=1e-15)
    assert_allclose(triangular.upper_quantile(BODY, 0.0, 0.0, 1.0), 1.0 - np.sqrt(BODY), rtol=1e-14)
    assert_allclose(triangular.survival(BODY, 0.0, 0.0, 1.0), (1.0 - BODY) ** 2, rtol=1e-15)
    assert_array_equal(triangular.cdf(np.array([0.0, 1.0]), 0.0, 1.0, 1.0), [0.0, 1.0])
    # both tails of one with its mode inside, mirrored: the grain of numbers near 4 is 4e-16
    low = triangular.quantile(TAIL, -4.0, -0.5, 1.0)
    assert_allclose(triangular.upper_quantile(TAIL, -1.0, 0.5, 4.0), -low, rtol=1e-15)
    assert_allclose(low, -4.0 + np.sqrt(17.5 * TAIL), rtol=1e-15)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_world_has_the_same_bits_in_any_batch(name: str) -> None:
    family, parameters = FAMILIES[name], EXAMPLES[name]
    table = np.random.default_rng(5).random((1009, 3))
    whole = family.quantile(table[:, 1], *parameters)
    for first, last in [(0, 1), (5, 6), (3, 10), (17, 400), (1001, 1009)]:
        part = family.quantile(table[first:last, 1].copy(), *parameters)
        assert_array_equal(part, whole[first:last])


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"choice"}))
def test_parameters_broadcast(name: str) -> None:
    family, parameters = FAMILIES[name], EXAMPLES[name]
    columns = [np.full(BODY.shape, parameter) for parameter in parameters]
    assert_array_equal(family.quantile(BODY, *columns), family.quantile(BODY, *parameters))
    assert_array_equal(family.cdf(BODY, *columns), family.cdf(BODY, *parameters))


def test_lognormal_too_wide_for_doubles_is_infinite_without_a_warning() -> None:
    lognormal = FAMILIES["lognormal"]
    assert lognormal.quantile(np.array([1.0 - 1e-15]), 1.0, 200.0)[0] == math.inf
    assert lognormal.upper_quantile(np.array([1e-15]), 1.0, 200.0)[0] == math.inf


def test_cheap_to_import() -> None:
    """The heavy packages come only with a Sobol' design; measured in a process of its own."""
    script = (
        "import sys, schelling.distributions.families, schelling.distributions.design,"
        " schelling.distributions.copula, schelling.distributions.truncate;"
        "print([name for name in ('scipy.stats', 'jax', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# Properties: any sensible parameters

place = st.floats(-50.0, 50.0)
size = st.floats(0.01, 50.0)
shape = st.floats(0.2, 200.0)


@st.composite
def ordered(draw: st.DrawFn, count: int, *, positive: bool = False) -> tuple[float, ...]:
    start = draw(size) if positive else draw(place)
    return tuple(start + np.cumsum([0.0, *[draw(size) for _ in range(count - 1)]]))


@st.composite
def cut_normal(draw: st.DrawFn) -> tuple[float, ...]:
    mean, sd = draw(place), draw(size)
    low, high = draw(ordered(2))
    return mean, sd, mean + sd * low / 10.0, mean + sd * high / 10.0


@st.composite
def weighted(draw: st.DrawFn) -> tuple[tuple[float, ...], tuple[float, ...]]:
    values = draw(st.lists(st.integers(-9, 9), min_size=1, max_size=6, unique=True))
    weights = draw(st.lists(st.integers(1, 9), min_size=len(values), max_size=len(values)))
    return tuple(map(float, values)), tuple(map(float, weights))


PARAMETERS = {
    "uniform": ordered(2),
    "normal": st.tuples(place, size),
    "lognormal": st.tuples(size, st.floats(0.01, 3.0)),
    "truncnormal": cut_normal(),
    "beta": st.tuples(shape, shape),
    "gamma": st.tuples(shape, size),
    "exponential": st.tuples(size),
    "triangular": ordered(3),
    "loguniform": ordered(2, positive=True),
    "logitnormal": st.tuples(st.floats(0.02, 0.98), st.floats(0.01, 3.0)),
    "choice": weighted(),
    "fixed": st.tuples(place),
}
chance = st.one_of(
    st.floats(1e-12, 1.0 - 1e-12), st.sampled_from([1e-12, 1e-9, 0.5, 1.0 - 1e-9, 1.0 - 1e-12])
)
any_family = st.sampled_from(sorted(PARAMETERS)).flatmap(
    lambda name: st.tuples(st.just(name), PARAMETERS[name])
)
smooth_family = st.sampled_from(sorted(set(PARAMETERS) - {"choice", "fixed"})).flatmap(
    lambda name: st.tuples(st.just(name), PARAMETERS[name])
)


def _grain(x: float, parameters: tuple[float, ...]) -> float:
    """How coarse doubles make x: a few roundings of the largest number that enters it."""
    return 32.0 * EPS * max(abs(x), *map(abs, parameters))


@examples(150)
@given(any_family, st.lists(chance, min_size=2, max_size=12))
def test_quantiles_rise_and_stay_in_the_support(chosen, chances) -> None:
    name, parameters = chosen
    family = FAMILIES[name]
    u = np.sort(np.array(chances))
    low, high = family.support(*parameters)
    x = family.quantile(u, *parameters)
    assert ((low <= x) & (x <= high)).all()
    # monotone up to rounding, where a family changes formula between its two tails
    assert (np.diff(x) >= -8.0 * EPS * np.abs(x[1:])).all()
    for far in (family.upper_quantile(u, *parameters),):
        assert ((low <= far) & (far <= high)).all()
        assert (np.diff(far) <= 8.0 * EPS * np.abs(far[1:])).all()
    share = family.cdf(x, *parameters)
    assert ((share >= 0.0) & (share <= 1.0)).all()
    assert_allclose(share + family.survival(x, *parameters), 1.0, atol=1e-12)


@examples(200)
@given(smooth_family, chance)
def test_cdf_undoes_quantile(chosen, u) -> None:
    """The share at the quantile is u, as far as the grain of x lets it, in both tails."""
    name, parameters = chosen
    family = FAMILIES[name]
    x = float(family.quantile(np.array([u]), *parameters)[0])
    grain = _grain(x, parameters)
    near = np.array([x - grain, x + grain])
    below, above = family.cdf(near, *parameters)
    assert below * (1.0 - 1e-11) <= u <= above * (1.0 + 1e-11)
    x = float(family.upper_quantile(np.array([u]), *parameters)[0])
    grain = _grain(x, parameters)
    above, below = family.survival(np.array([x - grain, x + grain]), *parameters)
    assert below * (1.0 - 1e-11) <= u <= above * (1.0 + 1e-11)


@examples(200)
@given(smooth_family, st.floats(0.001, 0.999))
def test_quantile_undoes_cdf(chosen, where) -> None:
    """From x to its share and back, as far as the grain of the share lets it."""
    name, parameters = chosen
    family = FAMILIES[name]
    low, high = family.quantile(np.array([0.001, 0.999]), *parameters)
    x = low + where * (high - low)
    share = float(family.cdf(np.array([x]), *parameters)[0])
    around = np.clip(share * np.array([1.0 - 1e-12, 1.0 + 1e-12]), 1e-15, 1.0 - EPS)
    below, above = family.quantile(around, *parameters)
    grain = _grain(x, parameters)
    assert below - grain <= x <= above + grain
