"""Thresholds of collective action against published tipping points and a slow iteration."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from examples import examples
from schelling.dynamics.thresholds import lowest_fixed_point

settled = jax.jit(lowest_fixed_point)


def normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def crowd(mean: float, sd: float) -> float:
    """Round after round, from nobody, whoever has seen enough joins: slow, monotone, obvious."""
    share = 0.0
    for _ in range(100_000):
        following = normal_cdf((share - mean) / sd)
        if following - share < 1e-15:
            break
        share = following
    return share


# (mean threshold, critical sd, share just below it): T2.4 is Granovetter (1978), AJS 83:1420, who
# prints 12.2 of 100 and about 6 for a mean of 25; the digits and the other two rows (T2.5) are
# computed: where Phi((y - mean) / sd) touches y
TIPPING = [
    (0.25, 0.1222209, 0.0620033),
    (0.30, 0.1566842, 0.0857852),
    (0.40, 0.2413456, 0.1580309),
]


@pytest.mark.parametrize(("mean", "critical", "level"), TIPPING)
def test_tipping_points(mean: float, critical: float, level: float) -> None:
    """The jump lies at the published standard deviation, and leaves from the published share."""
    low, high = 0.05, 0.5
    for _ in range(45):
        middle = (low + high) / 2
        few = float(settled(mean, middle)) < mean
        low, high = (middle, high) if few else (low, middle)
    assert abs(low - critical) < 1e-7  # printed to 5e-8
    # the share comes to the tangency like the root of the distance, and of the search's 1e-13
    assert abs(float(settled(mean, low)) - level) < 1e-6
    assert float(settled(mean, high)) > 0.9


def test_one_hothead_less() -> None:
    """A hardly wider spread of thresholds turns a few into nearly all.

    Granovetter (1978): two crowds that differ by one person's threshold end at 1 and at 100.
    """
    before, after = (float(settled(0.25, sd)) for sd in (0.122, 0.123))
    assert before < 0.07
    assert after > 0.97


@examples(60)
@given(mean=st.floats(-0.3, 1.3), sd=st.floats(0.02, 1.5))
def test_slow_iteration(mean: float, sd: float) -> None:
    """Where the iteration converges well (a slope below 0.98 there), both agree.

    It stops when a round adds less than 1e-15, so it is within 1e-15 / (1 - 0.98) of its limit.
    """
    slow = crowd(mean, sd)
    slope = math.exp(-0.5 * ((slow - mean) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    assume(slope < 0.98)
    assert abs(float(settled(mean, sd)) - slow) < 1e-12


def test_no_threshold_without_spread() -> None:
    found = lowest_fixed_point(
        jnp.array([0.2, 0.2, jnp.nan, 0.2]), jnp.array([0.0, -1.0, 0.1, jnp.nan])
    )
    assert np.isnan(found).all()


def test_company_changes_nothing() -> None:
    """A world's share to the last bit, alone among easy ones or beside one that takes longest."""
    mean, sd = jnp.array([0.25, 0.3, 0.9]), jnp.array([0.05, 0.2, 0.4])
    hard_mean, hard_sd = jnp.append(mean, 0.25), jnp.append(sd, 0.1222209)
    alone, beside = settled(mean, sd), settled(hard_mean, hard_sd)
    np.testing.assert_array_equal(alone, beside[:3])


def test_long_rows() -> None:
    """Long rows, which are searched one after the other, hold what each world has by itself."""
    rng = np.random.default_rng(4)
    mean, sd = rng.uniform(-0.1, 0.9, (2, 3, 200)), rng.uniform(0.03, 0.9, (2, 3, 200))
    np.testing.assert_array_equal(
        settled(mean, sd), settled(mean.ravel(), sd.ravel()).reshape(2, 3, -1)
    )


@pytest.mark.parametrize(("mean", "sd"), [(0.25, 0.1), (0.25, 0.2), (0.6, 0.9), (-0.1, 0.3)])
def test_gradient(mean: float, sd: float) -> None:
    """Against the implicit function theorem: dy = phi (-dmean - z dsd) / (sd - phi)."""
    share = float(settled(mean, sd))
    z = (share - mean) / sd
    density = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    expected = np.array([-density, -density * z]) / (sd - density)
    found = jax.grad(lambda x: lowest_fixed_point(x[0], x[1]))(jnp.array([mean, sd]))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)
