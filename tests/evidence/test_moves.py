"""Moves leave their target as it is: exact draws of it are draws of it after many moves.

The target is neither normal nor alike in its two coordinates and its luck, and the cloud is not its
own. What is compared are means of functions of exact draws, moved, with those of other exact draws,
in standard errors (Geweke 2004, Getting it right).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from schelling.evidence import calibration, moves
from schelling.evidence.moves import Cloud, Swarm
from schelling.evidence.tempering import TemperingSetting, temper

POWER, WORLDS, ROUNDS = 0.6, 60_000, 12
LUCK = np.random.default_rng(9).standard_normal(2**20)
SURELY = 4.5
"""Standard errors: by chance one of these tests in 5,000 fails, with ten functions each."""


def luck_of(numbers):
    return LUCK[numbers % len(LUCK)]


def likelihood(points, numbers):
    off = 1.5 - points[:, 0] - 0.7 * points[:, 1] ** 2 - luck_of(numbers)
    return -0.5 * (off / 0.7) ** 2


def exact(count, rng):
    """Draws of the target by rejection: the likelihood is at most 1."""
    points, numbers = np.zeros((0, 2)), np.zeros(0, np.uint32)
    while len(points) < count:
        more = rng.standard_normal((4 * count, 2))
        met = rng.integers(0, len(LUCK), 4 * count).astype(np.uint32)
        kept = np.log(rng.uniform(size=4 * count)) < POWER * likelihood(more, met)
        points, numbers = np.concatenate([points, more[kept]]), np.concatenate([numbers, met[kept]])
    return points[:count], numbers[:count]


def functions(points, numbers):
    x, y, u = points[:, 0], points[:, 1], luck_of(numbers)
    known = (x, y, u, x * x, y * y, u * u, x * u, x * y * y, np.sin(3 * x), np.abs(y) ** 3)
    return np.stack(known, axis=1)


def distance(move: str, seed: int = 1) -> float:
    """How far means are from those of exact draws after many moves, in standard errors."""
    rng = np.random.default_rng(seed)
    (points, numbers), other = exact(WORLDS, rng), exact(WORLDS, rng)
    fit, place = likelihood(points, numbers), np.arange(WORLDS)
    swarm = Swarm(points, numbers, fit, place, place * 0, np.zeros(1), 1.2, reach=0.8)
    cloud = moves.cloud_of(exact(300, rng)[0] + 0.2)
    for _ in range(ROUNDS):
        if move == "other_luck":
            moves.other_luck(swarm, likelihood, POWER, rng)
        else:
            getattr(moves, move)(swarm, likelihood, [0, 1], cloud, POWER, rng)
    assert np.mean(swarm.numbers != numbers) > 0.5 or np.mean(swarm.points != points) > 0.5
    after, before = functions(swarm.points, swarm.numbers), functions(*other)
    error = np.sqrt((after.var(axis=0) + before.var(axis=0)) / WORLDS)
    return float(np.abs((after.mean(axis=0) - before.mean(axis=0)) / error).max())


@pytest.mark.parametrize("move", ["walked", "drawn_near", "other_luck", "both_at_once"])
def test_a_move_leaves_the_target_as_it_is(move: str) -> None:
    assert distance(move) < SURELY


def test_a_move_without_its_ratio_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step towards the cloud, taken as if it were symmetric, moves the target by far."""
    monkeypatch.setattr(Cloud, "log_density", lambda _, points: np.zeros(len(points)))
    assert distance("drawn_near") > 4 * SURELY
    assert distance("both_at_once") > 4 * SURELY


def kept_variance(populations: np.ndarray) -> float:
    """What 10 clouds and 10 rounds of moves by each leave of the variance of exact draws.

    The target is normal in 60 coordinates with a deviation of 0.2, far from that of the prior.
    """
    rng, worlds, size, sd = np.random.default_rng(3), len(populations), 60, 0.2
    points, place = sd * rng.standard_normal((worlds, size)), np.arange(worlds)

    def density(points, numbers):
        return -0.5 * (points**2).sum(axis=1) * (1 / sd**2 - 1)

    fit, moved = density(points, place), list(range(size))
    swarm = Swarm(points, place.astype(np.uint32), fit, place, populations, np.zeros(2), 0.3, 0.5)
    for _ in range(10):
        cloud = moves.crossed(swarm.points, populations)
        for move in [moves.drawn_near, moves.walked] * 5:
            move(swarm, density, moved, cloud, 1.0, rng)
    return float((swarm.points**2).mean() / (points**2).mean())


def test_worlds_that_others_move_again_and_again_keep_their_spread() -> None:
    """By a cloud of their own, as of one population, they lose some of it."""
    halves = np.arange(1024) % 2
    # the ratio of two variances of 1,024 times 60 numbers each has an error below 0.0081
    assert kept_variance(halves) == pytest.approx(1, abs=4 * 0.0081)
    assert kept_variance(0 * halves) < 1 - 4 * 0.0081


def ranks(repeats: int) -> np.ndarray:
    """Ranks of x in posteriors of one record y = x + luck + noise, all standard normal."""
    setting, found = TemperingSetting(16, (0,), luck=True), []
    for repeat in range(repeats):
        rng = np.random.default_rng([7, repeat])
        own = rng.standard_normal(3)
        record, start = own.sum(), rng.standard_normal((512, 1))
        away = int(rng.integers(2**20))

        def density(points, numbers, record=record, away=away):
            return -0.5 * (record - points[:, 0] - luck_of(numbers + np.uint32(away))) ** 2

        made = temper(density, start, setting, rng)
        found.append(calibration.rank(own[0], made.points[:, 0], made.weights, 99))
    return np.array(found)


@pytest.mark.slow
def test_posteriors_with_luck_are_calibrated() -> None:
    """Ranks are uniform, as no posterior of this model is too narrow, too wide or off.

    At 1 in 1,000, in 20 bins. The variance of the normal scores of the ranks is 1, within four of
    its standard errors: spreads that are off by a sixth would be found.
    """
    seen = ranks(300)
    assert calibration.uniform(seen, 99, 20) > 1e-3
    assert abs(ndtri((seen + 0.5) / 100).var() - 1) < 4 * np.sqrt(2 / len(seen))
