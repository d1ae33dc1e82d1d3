"""Early signs that are planted are found, and luck is not taken for one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from schelling.analysis.indicators import earliest, signs


def planted(seed=0, draws=2000, times=30, begins=12, shift=4.0):
    """Noise for all, until from one step on the failing worlds lie higher."""
    generator = np.random.default_rng(seed)
    fails = generator.random(draws) < 0.3
    series = generator.normal(size=(draws, times))
    series[fails, begins:] += shift
    return series, fails


def test_a_planted_sign_is_found_at_its_step() -> None:
    series, fails = planted()
    seen = signs(series, fails)
    found = earliest(seen, decided=29)
    assert found is not None
    assert (found.time, found.lead, found.above) == (12, 17, True)
    assert found.threshold == pytest.approx(2.0, abs=0.4)  # the middle of two normals 4 apart
    # beyond the middle lie 97.7 % of the failing and 2.3 % of the holding worlds
    assert found.hits == pytest.approx(0.977, abs=0.03)
    assert found.alarms == pytest.approx(0.023, abs=0.02)
    assert found.low < found.ratio < found.high
    assert earliest(seen, decided=11) is None
    assert earliest(signs(-series, fails), decided=29).above is False


def test_the_ratio_by_hand() -> None:
    """Simel et al. (1991), with half a world added: (8.5 / 10.5) / (2.5 / 20.5)."""
    column = np.concatenate([np.ones(8), np.zeros(2), np.ones(2), np.zeros(18)])
    fails = np.arange(30) < 10
    both = np.concatenate([column, column])[:, np.newaxis]
    judged = np.arange(60) >= 30
    seen = signs(both, np.concatenate([fails, fails]), judged)
    ratio = (8.5 / 10.5) / (2.5 / 20.5)
    assert_allclose(seen.ratio, [ratio], rtol=1e-12)
    spread = math.sqrt(1 / 8.5 - 1 / 10.5 + 1 / 2.5 - 1 / 20.5)
    assert_allclose(seen.high, [ratio * math.exp(1.959964 * spread)], rtol=1e-6)  # printed digits
    assert_array_equal((seen.hits, seen.alarms), [[0.8], [0.1]])


def test_the_interval_covers_the_true_ratio() -> None:
    """Signs in 60 % of failing, 20 % of holding worlds: ratio 3; 200 runs of a 95 % bar."""
    inside = []
    for run in range(200):
        generator = np.random.default_rng(run)
        fails = generator.random(800) < 0.4
        shows = generator.random(800) < np.where(fails, 0.6, 0.2)
        seen = signs(shows[:, np.newaxis].astype(float), fails)
        inside.append(seen.low[0] <= 3.0 <= seen.high[0])
    assert 0.90 <= np.mean(inside) <= 0.99


def test_noise_is_no_sign() -> None:
    """The best of 100 thresholds a step looks good where it was chosen, not where it is judged."""
    series, fails = planted(shift=0.0, draws=400, times=60)
    assert earliest(signs(series, fails), decided=59, least_hits=0.0) is None


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_times_are_independent_and_increasing_maps_do_not_matter(seed) -> None:
    series, fails = planted(seed, draws=200, times=4, begins=2, shift=1.0)
    whole, part = signs(series, fails), signs(series[:, [3]], fails)
    assert_array_equal(whole.threshold[[3]], part.threshold)
    assert_array_equal(whole.ratio[[3]], part.ratio)
    bent = signs(np.exp(series), fails)
    assert_array_equal(bent.hits, whole.hits)
    assert_array_equal(bent.above, whole.above)


def test_gaps_constants_and_one_sided_worlds() -> None:
    series, fails = planted(draws=300, times=3, begins=0)
    series[:, 1] = 7.0
    series[::3, 2] = np.nan
    seen = signs(series, fails)
    assert math.isnan(seen.threshold[1])
    assert seen.ratio[1] == 1.0
    kept = np.arange(300) % 3 != 0
    alone = signs(series[kept][:, [2]], fails[kept], (np.arange(300) % 2 == 1)[kept])
    assert_array_equal(alone.threshold, seen.threshold[[2]])
    assert_array_equal(signs(series, np.zeros(300, dtype=bool)).ratio, 1.0)
    lopsided = fails & (np.arange(300) % 2 == 0)  # no failing world is left to judge
    assert_array_equal(signs(series, lopsided).ratio, 1.0)
