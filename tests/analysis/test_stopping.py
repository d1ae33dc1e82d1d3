"""When error bars are short enough, and how many worlds that takes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from schelling.analysis.stopping import observed_rate, progress
from schelling.analysis.verdicts import share_of_worlds


def test_bars_are_those_of_the_verdicts() -> None:
    generator = np.random.default_rng(0)
    holds, replicate = generator.random((800, 2)) < [0.3, 0.0], np.arange(800) % 8
    shares = np.stack([holds[replicate == one].mean(axis=0) for one in range(8)])
    seen = progress(shares, 800)
    for claim in range(2):
        verdict = share_of_worlds(holds[:, claim], np.zeros(800, dtype=bool), replicate)
        assert seen.half_width[claim] == pytest.approx(verdict.half_width, rel=1e-12)


def test_the_estimate_is_about_right() -> None:
    """Independent worlds: the bar of a share of 1/2 is one point at 1.96^2 / 4 / 0.01^2 = 9604.

    From 1,024 worlds that is four doublings; over 200 runs most estimates are within one of it.
    """
    estimates = []
    for run in range(200):
        shares = np.random.default_rng(run).binomial(64, 0.5, size=(16, 1)) / 64.0
        estimates.append(progress(shares, 1024).needed[0])
    assert np.median(estimates) == 16384
    assert np.mean(np.isin(estimates, [8192, 16384, 32768])) > 0.9


def test_stopping_at_doublings_reaches_the_target() -> None:
    """Running until the bar is below 2 points leaves the truth inside it 90 to 99 % of the time."""
    inside = []
    for run in range(200):
        generator = np.random.default_rng(run)
        held, worlds = np.zeros(16), 512
        held += generator.binomial(32, 0.3, 16)
        while not (
            seen := progress((held / (worlds / 16))[:, np.newaxis], worlds, target=0.02)
        ).enough:
            held += generator.binomial(worlds // 16, 0.3, 16)
            worlds *= 2
        inside.append(abs(held.sum() / worlds - 0.3) <= seen.half_width[0])
        assert seen.worlds == worlds
    assert 0.90 <= np.mean(inside) <= 0.99


def test_rates_and_refusals() -> None:
    shares = np.array([[0.4], [0.6]])
    slow, fast = progress(shares, 64), progress(shares, 64, rate=1.0)
    assert fast.needed[0] ** 2 == pytest.approx(64 * slow.needed[0], rel=3.0)  # whole doublings
    assert observed_rate(np.array([64, 128]), np.array([0.2, 0.1])) == 0.5
    assert observed_rate(np.array([64, 128, 256]), np.array([0.2, 0.2, 0.2])) == 0.5
    assert_allclose(
        observed_rate(np.array([1, 4, 16]), np.array([1.0, 4.0**-0.7, 16.0**-0.7])), 0.7
    )
    assert_array_equal(progress(np.full((4, 1), 0.5), 1000).half_width, [0.003])
    with pytest.raises(ValueError, match="2 replicates, 1 world"):
        progress(shares[:1], 64)
    with pytest.raises(ValueError, match="positive `target`"):
        progress(shares, 64, target=0.0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_long_bar_is_enough_to_go_on(order: tuple[int, int]) -> None:
    """Every claim is waited for, wherever it stands among them."""
    shares = np.array([[0.5, 0.2], [0.5, 0.8], [0.5, 0.35], [0.51, 0.65]])[:, order]
    seen = progress(shares, 400, target=0.05)
    assert sorted(seen.short) == [False, True]
    assert not seen.enough
    assert progress(shares[:, [order.index(0)] * 2], 400, target=0.05).enough
