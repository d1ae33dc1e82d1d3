"""What luck decides, and where a chance crosses one half: known values, coverage."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from schelling.analysis.flips.chance_crossing import Crossing, critical, crossings, interval
from schelling.analysis.luck import luck_share

PAIRS, REPLICATES = 2048, 16
COVERED = (0.90, 1.0)
"""Of 95 % intervals; the upper ends are cut at 1, and few disagreements make them careful."""

Law = Callable[[np.random.Generator, int], np.ndarray]


def _spread(random: np.random.Generator, count: int) -> np.ndarray:
    return random.beta(0.5, 0.5, count)


def _sure(random: np.random.Generator, count: int) -> np.ndarray:
    return np.where(random.uniform(size=count) < 0.5, 0.0005, 0.9995)


def _hazard(random: np.random.Generator, count: int) -> np.ndarray:
    return np.exp(-52 * random.uniform(0, 0.04, count))


def _true(law: Law) -> float:
    p = law(np.random.default_rng(0), 1_000_000)
    return float(np.mean(p * (1 - p)) / (p.mean() * (1 - p.mean())))


@pytest.mark.parametrize("law", [_spread, _sure, _hazard])
def test_the_interval_of_the_luck_share_covers(law: Law) -> None:
    """200 runs: four standard errors of a coverage of 95 % are 6 points."""
    truth, hits = _true(law), 0
    for seed in range(200):
        random = np.random.default_rng([seed, 7])
        p = law(random, PAIRS)
        first, second = random.uniform(size=(2, PAIRS)) < p
        none = np.zeros(PAIRS, dtype=bool)
        seen = luck_share(first, second, none, np.arange(PAIRS) % REPLICATES)
        hits += abs(seen.share - truth) <= seen.half_width
    assert COVERED[0] <= hits / 200 <= COVERED[1]


def test_luck_alone_and_no_luck() -> None:
    random = np.random.default_rng(1)
    first, second = random.uniform(size=(2, PAIRS)) < 0.5
    none, group = np.zeros(PAIRS, dtype=bool), np.arange(PAIRS) % REPLICATES
    seen = luck_share(first, second, none, group)
    assert seen.share + seen.half_width >= 1.0
    alike = luck_share(first, first, none, group)
    assert alike.share == 0.0
    assert 0.0 < alike.half_width < 0.01
    assert math.isnan(luck_share(~none, ~none, none, group).share)


def test_a_handful_of_worlds_tells_nothing_of_luck() -> None:
    """Nine worlds hold, and nine others with other luck: that all is luck is no more than likely.

    Of 18 worlds none agrees, so up to 3 pairs of them might: 6 in 18. Of 6 nothing is known.
    """
    none, group = np.zeros(512, dtype=bool), np.arange(512) % REPLICATES
    places = np.arange(512)
    seen = luck_share(places < 9, (places >= 9) & (places < 18), none, group)
    assert (seen.share, seen.half_width) == (1.0, pytest.approx(6 / 18))
    few = luck_share(places < 3, (places >= 3) & (places < 6), none, group)
    assert few.half_width >= 1.0


@pytest.mark.parametrize("sure", [0.0, 0.3])
def test_the_interval_covers_from_a_dozen_worlds_on(sure: float) -> None:
    """About 22 worlds hold in a run: `sure` of them whatever luck does, the others by a toss."""
    mean = 22 / 1024
    ends = mean * sure, mean * (sure + 2 * (1 - sure))
    truth = (mean - mean * (sure + (1 - sure) / 2)) / (mean * (1 - mean))
    none, group = np.zeros(512, dtype=bool), np.arange(512) % REPLICATES
    told: list[bool] = []
    for seed in range(400):
        random = np.random.default_rng([seed, 9])
        u = random.uniform(size=512)
        chance = np.where(u < ends[0], 1.0, np.where(u < ends[1], 0.5, 0.0))
        first, second = random.uniform(size=(2, 512)) < chance
        seen = luck_share(first, second, none, group)
        if seen.half_width < 1.0:
            assert first.sum() + second.sum() >= 12
            told.append(abs(seen.share - truth) <= seen.half_width)
    # 95 % less four standard errors of 400 runs, which are a point each
    assert np.mean(told) >= 0.90
    assert len(told) > 300


@pytest.mark.parametrize(("luck", "told"), [(1, False), (2, True)])
def test_eleven_worlds_are_too_few(luck: int, told: bool) -> None:
    """Five pairs hold, and one world or two of pairs that disagree."""
    none, group, places = np.zeros(512, dtype=bool), np.arange(512) % REPLICATES, np.arange(512)
    for rare in (True, False):  # the rarer answer is that it holds, or that it fails
        first, second = (places < 5 + luck) == rare, (places < 5) == rare
        assert (luck_share(first, second, none, group).half_width < 1.0) == told


def test_pairs_without_a_number_are_left_out() -> None:
    first = np.arange(64) % 2 == 0
    failed = np.arange(64) < 16
    group = np.arange(64) % 4
    seen = luck_share(first, np.where(failed, ~first, first), failed, group)
    assert (seen.share, seen.pairs, seen.left_out) == (0.0, 48, 16)


def _crossing(
    curve: Callable[[np.ndarray], np.ndarray], seed: int, strokes: int
) -> Crossing | None:
    """From 0.5 down to 0.005, with the same strokes everywhere."""
    luck = np.random.default_rng([seed, 3]).uniform(size=strokes)

    def ask(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
        del rows
        return (luck < curve(points[:, :1])).mean(axis=1) - 0.5

    ends = np.array([[0.005]])
    return crossings(np.array([0.5]), ends, np.array([0.4]), ask, strokes)[0]


CURVES = {
    "by hazard": (lambda x: 1 - np.exp(-52 * 0.04 * x), math.log(2) / 52 / 0.04),
    "steep": (lambda x: 1 / (1 + np.exp(-40 * (x - 0.3))), 0.3),
    "wavy": (lambda x: 0.5 + 0.9 * (x - 0.2) * (1 + 0.3 * np.sin(40 * x)), 0.2),
}


@pytest.mark.parametrize("curve", CURVES)
def test_the_interval_of_a_tipping_point_covers(curve: str) -> None:
    """200 sets of strokes; nominal 95 % covers 90 to 99 %, give or take four errors of 1.5."""
    law, truth = CURVES[curve]
    hits = 0
    for seed in range(200):
        found = _crossing(law, seed, 256)
        if found is not None:
            near, far = (0.5 + part * (0.005 - 0.5) for part in (found.low, min(found.high, 1.0)))
            hits += (math.isinf(found.high) or far <= truth) and truth <= near
    assert hits / 200 >= 0.90


def test_a_jump_is_found_to_the_tolerance() -> None:
    found = _crossing(lambda x: (x > 0.2) * 1.0, 1, 256)
    assert found is not None
    # the tolerance of a bracket is 0.004 levels of 0.495
    assert 0.5 - 0.495 * found.at == pytest.approx(0.2, abs=0.004)
    assert 0.495 * (found.high - found.low) <= 0.008


def test_nothing_crosses() -> None:
    assert _crossing(lambda x: 0.8 + 0 * x, 1, 256) is None


def test_intervals_of_a_share() -> None:
    """Wilson's interval of 50 in 100 is 40.4 to 59.6 %; a binomial of 100 lies in 40 to 60."""
    assert interval(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert interval(0.0, 100)[0] == pytest.approx(0.0, abs=1e-15)  # rounding
    assert critical(100) == pytest.approx(0.1)
