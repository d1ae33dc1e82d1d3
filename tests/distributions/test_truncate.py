"""Any family cut to an interval."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from examples import examples
from schelling.distributions.families import FAMILIES
from schelling.distributions.truncate import mass, truncate

BODY = np.linspace(0.02, 0.98, 49)


def test_cut_normal_is_the_truncated_normal() -> None:
    """Two roads to the same numbers; 1e-13 is rounding of the shares over the density."""
    for low, high in [(-1.0, 4.0), (2.0, 3.0), (-3.0, -2.0), (6.0, 9.0), (-9.0, -6.0)]:
        cut = truncate(FAMILIES["normal"], low, high)
        own = FAMILIES["truncnormal"]
        x = cut.quantile(BODY, 0.0, 1.0)
        assert_allclose(x, own.quantile(BODY, 0.0, 1.0, low, high), rtol=1e-13, atol=1e-14)
        y = cut.upper_quantile(BODY, 0.0, 1.0)
        assert_allclose(y, own.upper_quantile(BODY, 0.0, 1.0, low, high), rtol=1e-13, atol=1e-14)
        assert_allclose(cut.cdf(x, 0.0, 1.0), BODY, atol=1e-12)
        assert_allclose(cut.survival(x, 0.0, 1.0), 1.0 - BODY, atol=1e-12)


def test_the_exponential_forgets() -> None:
    """Given that it is above 600 the wait is 600 plus a fresh wait, though 1 - F(600) is 0."""
    family = FAMILIES["exponential"]
    late = truncate(family, 600.0, math.inf)
    # x near 600 is coarse: 600 roundings
    assert_allclose(late.quantile(BODY, 1.0) - 600.0, family.quantile(BODY, 1.0), atol=1e-12)
    assert late.support(1.0) == (600.0, math.inf)
    assert late.mean is None


def test_no_mass_is_nan() -> None:
    beyond = truncate(FAMILIES["uniform"], 2.0, 3.0)
    assert np.isnan(beyond.quantile(BODY, 0.0, 1.0)).all()
    assert np.isnan(beyond.cdf(BODY, 0.0, 1.0)).all()
    assert mass(FAMILIES["uniform"], 2.0, 3.0, 0.0, 1.0) == 0.0
    underflow = truncate(FAMILIES["exponential"], 1e4, 2e4)
    assert np.isnan(underflow.upper_quantile(BODY, 1.0)).all()


def test_interval_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="at most `high`"):
        truncate(FAMILIES["normal"], 1.0, 0.0)


def test_cut_choice_keeps_the_points_at_both_ends() -> None:
    values, weights = (1.0, 2.0, 3.0, 4.0), (1.0, 2.0, 2.0, 5.0)
    cut = truncate(FAMILIES["choice"], 2.0, 3.0)
    assert_allclose(mass(FAMILIES["choice"], 2.0, 3.0, values, weights), 0.4)
    u = np.array([0.01, 0.49, 0.51, 0.99])
    assert_array_equal(cut.quantile(u, values, weights), [2.0, 2.0, 3.0, 3.0])
    assert_array_equal(cut.upper_quantile(u, values, weights), [3.0, 3.0, 2.0, 2.0])
    x = np.array([1.0, 1.9, 2.0, 2.5, 3.0, 4.0])
    assert_allclose(cut.cdf(x, values, weights), [0, 0, 0.5, 0.5, 1, 1], atol=1e-15)
    assert_allclose(cut.survival(x, values, weights), [1, 1, 0.5, 0.5, 0, 0], atol=1e-15)
    assert cut.support(values, weights) == (2.0, 3.0)


@examples(60)
@given(
    st.sampled_from(
        [("gamma", (2.0, 1.5)), ("beta", (2.0, 3.0)), ("lognormal", (1.0, 0.5)), ("normal", (0, 1))]
    ),
    st.floats(0.001, 0.9),
    st.floats(0.01, 0.09),
    st.floats(0.001, 0.999),
)
def test_ratios_of_masses_are_kept(chosen, start, share, u) -> None:
    """P(X <= x | low <= X <= high) is a ratio of masses of the whole family."""
    name, parameters = chosen
    family = FAMILIES[name]
    low, high = family.quantile(np.array([start, start + share]), *parameters)
    cut = truncate(family, float(low), float(high))
    x = cut.quantile(np.array([u]), *parameters)
    assert low <= x[0] <= high
    # shares of a hundredth, from differences of numbers near 1: 1e-16 / 0.01, and some
    assert_allclose(family.cdf(x, *parameters), start + u * share, atol=1e-13)
    assert_allclose(cut.cdf(x, *parameters), u, atol=1e-11)
