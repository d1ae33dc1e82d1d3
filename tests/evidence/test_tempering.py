"""Tempered Monte Carlo against the linear-Gaussian model, and luck as part of a world."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import ive
from scipy.stats import norm

from schelling.evidence import diagnostics, moves, posterior
from schelling.evidence.tempering import Tempered, TemperingSetting, TemperingStage, temper

POPULATIONS, WORLDS = 16, 4096


def linear(size: int, rows: int, sd: float, seed: int):
    """A Gaussian likelihood of standard normal coordinates, and its closed forms."""
    rng = np.random.default_rng(seed)
    slopes = rng.standard_normal((rows, size))
    records = slopes @ rng.standard_normal(size) + sd * rng.standard_normal(rows)

    def likelihood(points, numbers):
        off = (records - points @ slopes.T) / sd
        return -0.5 * (off**2).sum(axis=1) - rows * np.log(sd * np.sqrt(2 * np.pi))

    covariance = np.linalg.inv(np.eye(size) + slopes.T @ slopes / sd**2)
    mean = covariance @ slopes.T @ records / sd**2
    marginal = slopes @ slopes.T + sd**2 * np.eye(rows)
    _, logdet = np.linalg.slogdet(2 * np.pi * marginal)
    evidence = -0.5 * (records @ np.linalg.solve(marginal, records) + logdet)
    return likelihood, mean, np.sqrt(np.diag(covariance)), evidence


def settled(likelihood, size: int, moved: tuple[int, ...], *, luck: bool = False, seed: int = 1):
    points = np.random.default_rng(seed).standard_normal((WORLDS, size))
    setting = TemperingSetting(POPULATIONS, moved, luck)
    return temper(likelihood, points, setting, np.random.default_rng(seed + 1)), setting


@pytest.mark.parametrize(("size", "rows", "sd"), [(1, 1, 1.0), (2, 3, 0.3), (6, 10, 0.3)])
def test_the_linear_gaussian_posterior_and_evidence(size: int, rows: int, sd: float) -> None:
    """Tolerances: four standard errors of 1,000 effective draws; four of the evidence."""
    likelihood, mean, spread, evidence = linear(size, rows, sd, seed=4)
    found, setting = settled(likelihood, size, tuple(range(size)))
    own = found.weights @ found.points
    assert np.all(np.abs(own - mean) < 4 * spread / np.sqrt(1000))
    deviation = np.sqrt(found.weights @ (found.points - own) ** 2)
    assert_allclose(deviation, spread, rtol=4 / np.sqrt(2 * 1000))
    assert abs(found.log_evidence - evidence) < 4 * found.log_evidence_error
    assert posterior.of_tempered(found, setting).sound


def test_luck_is_part_of_the_posterior() -> None:
    """One record y = x + luck + noise, luck standard normal by the number of the world.

    Then x given y is normal with mean y / 3 and variance 2 / 3 where all three have variance 1.
    """
    record = 1.5

    def luck(numbers):
        seeds = np.random.default_rng(9).standard_normal(2**20)
        return seeds[numbers % 2**20]

    def likelihood(points, numbers):
        return -0.5 * (record - points[:, 0] - luck(numbers)) ** 2 - 0.5 * np.log(2 * np.pi)

    found, setting = settled(likelihood, 1, (0,), luck=True)
    mean = found.weights @ found.points[:, 0]
    sd = np.sqrt(found.weights @ (found.points[:, 0] - mean) ** 2)
    assert abs(mean - record / 3) < 4 * np.sqrt(2 / 3 / 1000)
    assert_allclose(sd, np.sqrt(2 / 3), rtol=4 / np.sqrt(2000))
    wanted = -0.5 * record**2 / 3 - 0.5 * np.log(2 * np.pi * 3)
    assert abs(found.log_evidence - wanted) < 4 * found.log_evidence_error + 0.01  # 2**20 lucks
    assert posterior.of_tempered(found, setting).sound


def test_what_cannot_reach_the_likelihood_stays_what_it_was() -> None:
    likelihood, *_ = linear(1, 4, 0.2, seed=3)
    points = np.random.default_rng(1).standard_normal((WORLDS, 2))
    setting = TemperingSetting(POPULATIONS, (0,), luck=False)
    found = temper(lambda z, n: likelihood(z[:, :1], n), points, setting, np.random.default_rng(0))
    assert (found.points[:, 1] == points[:, 1]).all()
    assert (found.numbers == np.arange(WORLDS)).all()


@pytest.mark.parametrize("luck", [False, True])
def test_many_coordinates_that_nothing_is_known_of_keep_their_spread(luck: bool) -> None:
    """Records tell one of 60; moved by what all are like, the others would lose a tenth and more.

    Mean deviation of 59 coordinates of 1,024 worlds: an error below 0.01. The evidence is that of
    one normal coordinate. Moves are few, as sides that differ from those of the prior by chance
    are taken for these.
    """
    likelihood, mean, spread, evidence = linear(1, 1, 0.2, seed=3)
    rng = np.random.default_rng(1)
    setting = TemperingSetting(POPULATIONS, tuple(range(60)), luck)
    worlds = rng.standard_normal((1024, 60))
    found = temper(lambda z, n: likelihood(z[:, :1], n), worlds, setting, rng)
    middle = found.weights @ found.points
    sd = np.sqrt(found.weights @ (found.points - middle) ** 2)
    assert sd[1:].mean() == pytest.approx(1, abs=0.03)
    assert abs(middle[0] - mean[0]) < 4 * spread[0] / np.sqrt(400)
    assert abs(found.log_evidence - evidence) < 4 * found.log_evidence_error + 0.02
    assert sum(stage.moves for stage in found.stages) < 30  # 13 to 17 of three seeds


def test_two_far_peaks_that_populations_share_unequally_are_refused_or_weighed() -> None:
    """Peaks at -3 and 3 of different heights: each population is weighed by its evidence."""

    def likelihood(points, numbers):
        x = points[:, 0]
        return np.logaddexp(np.log(0.8) - 50 * (x - 2) ** 2, np.log(0.2) - 50 * (x + 2) ** 2)

    found, _ = settled(likelihood, 1, (0,))
    share = found.weights[found.points[:, 0] > 0].sum()
    assert abs(share - 0.8) < 0.1  # the prior gives both peaks the same; a tenth is Monte Carlo


def test_records_that_no_world_allows_are_refused() -> None:
    found, setting = settled(lambda z, n: np.full(len(z), -np.inf), 1, (0,))
    made = posterior.of_tempered(found, setting)
    assert not made.sound
    assert [one.name for one in made.readings] == ["possible"]


def test_worlds_that_are_impossible_cost_their_share_of_the_evidence() -> None:
    """Half of the prior is impossible, all else equal: the evidence is one half."""
    found, _ = settled(lambda z, n: np.where(z[:, 0] > 0, 0.0, -np.inf), 1, (0,))
    assert (found.points[:, 0] > 0).all()
    assert found.log_evidence == pytest.approx(np.log(0.5), abs=0.05)  # binomial error of 4,096


def test_worlds_that_hardly_move_may_be_right() -> None:
    """A likelihood that jumps too fast to be walked in leaves the prior as the posterior.

    The worlds correlate with where they were, but their weights are right and the populations
    agree. The evidence is exp(40 sin) averaged over a turn, the Bessel function I0(40).
    """

    def likelihood(points, numbers):
        return 40 * np.sin(1e7 * points[:, 0])

    found, setting = settled(likelihood, 1, (0,))
    made = posterior.of_tempered(found, setting)
    assert made.sound
    assert found.stages[-1].moves == 480  # as long as moves may take
    mean = found.weights @ found.points[:, 0]
    assert abs(mean) < 4 / np.sqrt(made.effective)
    assert_allclose(
        found.weights @ found.points[:, 0] ** 2, 1, atol=4 * np.sqrt(2 / made.effective)
    )
    exact = 40 + np.log(ive(0, 40))
    assert abs(found.log_evidence - exact) < 4 * found.log_evidence_error


@pytest.mark.parametrize(("luck", "kept"), [(True, 0.9), (False, 0.5)])
def test_the_power_rises_in_smaller_steps_where_there_is_luck(luck: bool, kept: float) -> None:
    found, _ = settled(lambda z, n: -50 * z[:, 0] ** 2, 1, (0,), luck=luck)
    # the power is found by halving, to far less than this
    assert found.stages[0].effective == pytest.approx(kept * WORLDS, rel=1e-3)


def test_luck_of_another_kind_is_reached_with_its_own_assumptions() -> None:
    """Luck is of two kinds; one goes with points above 0, the other with those below.

    All worlds begin above, and no move of points or of luck alone leads across.
    """

    def likelihood(points, numbers):
        kind = (numbers * np.uint32(2654435761) >> 16) % 2  # no pattern from world to world
        return np.where((kind == 0) == (points[:, 0] > 0), 0.0, -np.inf)

    begin = np.abs(np.random.default_rng(3).standard_normal((WORLDS, 1)))
    setting = TemperingSetting(POPULATIONS, (0,), luck=True)
    found = temper(likelihood, begin, setting, np.random.default_rng(4))
    assert found.weights @ (found.points[:, 0] < 0) > 0.01  # else none


@pytest.mark.parametrize("seed", [0, 2])
def test_a_needle_that_few_populations_find_is_refused(seed: int) -> None:
    """Half of the posterior within 0.03 of a point, where some 2 of 4,096 worlds begin."""
    width, place = 0.03, 1.5
    height = place**2 - 2 * np.log(width)  # times the prior: the mass of the needle is one

    def likelihood(points, numbers):
        return np.logaddexp(0, height - 0.5 * (((points - place) / width) ** 2).sum(axis=1))

    found, setting = settled(likelihood, 2, (0, 1), seed=seed)
    made = {one.name: one for one in posterior.of_tempered(found, setting).readings}
    assert not made["r_hat"].sound
    assert not made["effective"].sound


def test_worlds_of_few_lucks_are_refused() -> None:
    """Only three of the lucks that begin allow the record, and later ones never do."""

    def likelihood(points, numbers):
        return np.where(numbers < 3, 0.0, -np.inf)

    found, setting = settled(likelihood, 1, (0,), luck=True)
    made = {one.name: one for one in posterior.of_tempered(found, setting).readings}
    assert made["lucks"].value == pytest.approx(3, abs=0.01)
    assert not made["lucks"].sound


def diagnosed(values: np.ndarray, fit: np.ndarray | None = None) -> posterior.FittedWorlds:
    """Worlds of 16 populations, all of one weight, with their log likelihoods."""
    count = len(values)
    rest = -1.0, 0.01, (TemperingStage(1.0, 1.0, 4, 0.3),), True, count, count
    even = np.full(count, 1 / count)
    numbers = np.arange(count, dtype=np.uint32)
    groups = np.arange(count) % POPULATIONS
    found = Tempered(values[:, None], numbers, even if fit is None else fit, groups, even, *rest)
    return posterior.of_tempered(found, TemperingSetting(POPULATIONS, (0,), luck=False))


def sizes(values: np.ndarray) -> float:
    """What worlds of 16 populations are worth."""
    return diagnosed(values).effective


@pytest.mark.parametrize(("shift", "sound"), [(0.0, True), (1.0, False)])
def test_populations_whose_luck_fits_otherwise_are_refused(shift: float, sound: bool) -> None:
    """Their assumptions agree; half of them have worlds that fit better, by one deviation.

    Variances are 1 within and 1/4 between them: R-hat is the root of 5/4, or 1.12, above 1.05.
    """
    rng = np.random.default_rng(8)
    values, fit = rng.standard_normal((2, WORLDS))
    better = np.arange(WORLDS) % POPULATIONS < POPULATIONS // 2
    made = {one.name: one for one in diagnosed(values, fit + shift * better).readings}
    assert made["r_hat"].sound is sound


def test_worlds_are_worth_what_populations_agree_on() -> None:
    """Shifts of variance 0.02 of populations of 256: their means vary by 0.024, of variance 1.02.

    Worlds are so worth 16 / 0.0235 = 680; the variance of 16 means is known to a third.
    """
    rng = np.random.default_rng(6)
    apart = rng.standard_normal(WORLDS)
    assert sizes(apart) > 2000
    shifts = rng.permutation(norm.ppf((np.arange(POPULATIONS) + 0.5) / POPULATIONS)) * 0.02**0.5
    assert 350 < sizes(apart + np.tile(shifts, WORLDS // POPULATIONS)) < 1400


def test_worlds_are_worth_no_more_than_there_are() -> None:
    """Every population has each value and its opposite, so that all means are exactly alike."""
    half = np.random.default_rng(6).standard_normal(WORLDS // 2)
    assert sizes(np.concatenate([half, -half])) == pytest.approx(WORLDS, rel=1e-9)  # rounding


@pytest.mark.parametrize(("slowest", "rounds"), [(0.7, 1), (0.8, 480)])
def test_one_coordinate_that_hardly_moves_is_moved_longer(
    monkeypatch: pytest.MonkeyPatch, slowest: float, rounds: int
) -> None:
    """In the mean of four coordinates all have forgotten where they were."""
    monkeypatch.setattr(moves, "still", lambda *_: np.array([0.0, 0.0, 0.0, slowest]))
    points = np.random.default_rng(1).standard_normal((64, 4))
    setting = TemperingSetting(POPULATIONS, (0, 1, 2, 3), luck=False)
    found = temper(lambda z, n: -0.1 * z[:, 0] ** 2, points, setting, np.random.default_rng(2))
    assert found.stages[-1].moves == rounds


def test_r_hat_sees_what_means_and_spreads_hide() -> None:
    rng = np.random.default_rng(2)
    even = rng.standard_normal((4, 1000))
    assert diagnostics.r_hat(even) < 1.01
    wide = even * np.array([1, 1, 1, 4])[:, None]
    assert diagnostics.r_hat(wide) > 1.05
    assert diagnostics.r_hat(np.ones((4, 10))) == 1.0
