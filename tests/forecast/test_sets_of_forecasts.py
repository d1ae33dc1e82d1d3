"""Scores over time, decomposition, calibration, baselines and skill, against worked values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from schelling.forecast import baselines, murphy, over_time, reliability, scores, skill

PRINTED = 1e-6  # values known to six or seven digits
SEEDS = st.integers(0, 2**32 - 1)


def test_a_forecast_from_mid_life_earns_half() -> None:
    """T9.2, last value: 0.9 on a yes from the middle of a question's life."""
    seen = over_time.over_time(scores.baseline(np.array([0.9])), np.array([10.0]), 20.0)
    assert seen.coverage == 0.5
    assert_allclose(seen.earned, 42.399845, atol=PRINTED)


def test_two_forecasts_of_a_question_of_twenty_days() -> None:
    """T9.6: 0.5 from day 4, 0.8 from day 10, yes."""
    p, made = np.array([0.5, 0.8]), np.array([4.0, 10.0])
    two = scores.brier(np.stack([p, 1 - p], axis=1), np.array([0, 0]))
    assert_allclose(over_time.over_time(two, made, 20.0).active, 0.2375, atol=1e-12)  # exact
    seen = over_time.over_time(scores.baseline(p), made, 20.0)
    assert_allclose([seen.earned, seen.coverage], [33.903595, 0.8], atol=PRINTED)


def test_forecasts_outside_the_life_of_a_question() -> None:
    held = over_time.days_held(np.array([-5.0, 3.0, 12.0]), 10.0)
    assert held.tolist() == [3.0, 7.0, 0.0]
    late = over_time.over_time(np.array([0.2, np.inf]), np.array([0.0, 12.0]), 10.0)
    assert late.active == 0.2  # an infinite score after the end is none
    never = over_time.over_time(np.array([]), np.array([]), 10.0)
    assert np.isnan(never.active)
    assert (never.coverage, never.earned) == (0, 0)
    with pytest.raises(ValueError, match="in the order of their days"):
        over_time.days_held(np.array([3.0, 1.0]), 10.0)
    with pytest.raises(ValueError, match="got 0 days"):
        over_time.days_held(np.array([3.0]), 0)


def twenty() -> tuple[np.ndarray, np.ndarray]:
    """The forecasts and outcomes of T9.7."""
    p = np.repeat([0.1, 0.3, 0.6, 0.9], [4, 5, 5, 6])
    return p, np.array([int(o) for o in "00010100110110111101"]) == 1


def test_decomposition_of_twenty_forecasts() -> None:
    """T9.7."""
    found = murphy.decompose(*twenty())
    plain, fair = found.plain, found.corrected
    known = [0.0083333, 0.0483333, 0.2475, 0.2075]
    terms = [plain.reliability, plain.resolution, plain.uncertainty, plain.total]
    assert_allclose(terms, known, atol=1e-7)  # printed digits
    terms = [fair.reliability, fair.resolution, fair.uncertainty]
    assert_allclose(terms, [-0.0425, 0.0105263, 0.2605263], atol=1e-7)
    assert found.alone == 0


@given(SEEDS, st.integers(2, 40))
def test_the_terms_of_both_versions_add_up_to_the_mean_score(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    p, happened = random.integers(0, 5, count) / 4, random.random(count) < 0.4
    found = murphy.decompose(p, happened)
    mean = scores.brier_half(p, happened).mean()
    assert_allclose([found.plain.total, found.corrected.total], mean, atol=1e-12)


def test_corrected_terms_have_no_bias() -> None:
    """Ferro & Fricker (2012): calibrated forecasts have reliability 0 on average."""
    random = np.random.default_rng(3)
    p = np.repeat([0.2, 0.7], [6, 6])
    runs = [murphy.decompose(p, random.random(12) < p) for _ in range(4000)]
    fair = np.mean([run.corrected.reliability for run in runs])
    plain = np.mean([run.plain.reliability for run in runs])
    assert abs(fair) < 0.002  # four standard errors: 0.03 / sqrt(4000)
    assert_allclose(plain, (0.16 + 0.21) / 12, atol=0.002)  # mean of p (1 - p) / 6


def test_one_question_has_no_decomposition() -> None:
    with pytest.raises(ValueError, match="at least 2 questions; got 1"):
        murphy.decompose(np.array([0.5]), np.array([True]))


@given(SEEDS, st.integers(1, 12))
def test_pooling_finds_the_closest_rising_numbers(seed: int, count: int) -> None:
    """Against the max-min formula: the fit is the largest left mean of the least right mean."""
    random = np.random.default_rng(seed)
    value, weight = random.normal(size=count), random.integers(1, 4, count).astype(float)
    mean = np.array(
        [
            [
                np.average(value[i : j + 1], weights=weight[i : j + 1]) if i <= j else 0.0
                for j in range(count)
            ]
            for i in range(count)
        ]
    )
    slow = [max(mean[i, k:].min() for i in range(k + 1)) for k in range(count)]
    assert_allclose(reliability.isotonic(value, weight), slow, atol=1e-12)


@given(SEEDS, st.integers(1, 30))
def test_calibration_terms_are_not_negative_and_add_up(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    p, happened = random.integers(0, 9, count) / 8, random.random(count) < 0.5
    seen = reliability.reliability(p, happened)
    assert min(seen.miscalibration, seen.discrimination) > -1e-12
    total = seen.miscalibration - seen.discrimination + seen.uncertainty
    assert_allclose(total, scores.brier_half(p, happened).mean(), atol=1e-12)
    assert (np.diff(seen.calibrated) > -1e-12).all()


def test_a_calibrated_forecaster_lies_within_the_band() -> None:
    random = np.random.default_rng(5)
    p = np.repeat([0.1, 0.5, 0.9], 40)
    low, high = reliability.consistency_band(p, random, repeats=400)
    assert (low <= p).all()
    assert (p <= high).all()
    # Without pooling between them: quantiles of a share of 40 at 0.5, from the binomial.
    assert_allclose([low[60], high[60]], [0.375, 0.625], atol=0.026)  # a step is 1/40


@given(SEEDS)
def test_the_area_below_the_murphy_curve_is_the_brier_score(seed: int) -> None:
    random = np.random.default_rng(seed)
    p, happened = random.integers(0, 101, 9) / 100, random.random(9) < 0.5
    grid = (np.arange(10_000) + 0.5) / 10_000
    area = reliability.murphy_curve(p, happened, grid).mean()
    assert_allclose(area, scores.brier_half(p, happened).mean(), atol=1e-7)  # midpoint rule


def test_rates_of_past_cases() -> None:
    """Jeffreys' interval; with no case at all it is that of the arcsine distribution."""
    none = baselines.reference_class(0, 0)
    assert none.mean == 0.5
    assert_allclose(none.quantile(0.1), np.sin(np.pi * 0.1 / 2) ** 2, atol=1e-12)  # closed form
    never = baselines.reference_class(0, 52)
    assert_allclose(never.mean, 0.5 / 53, atol=1e-15)
    assert 0 < never.interval()[0] < never.mean < never.interval()[1] < 0.06
    with pytest.raises(ValueError, match="got 5 of 3"):
        baselines.reference_class(5, 3)


def test_persistence_is_certain_unless_told() -> None:
    unchanged = np.array([True, False])
    assert baselines.persistence(unchanged).tolist() == [1.0, 0.0]
    assert_allclose(baselines.persistence(unchanged, 0.9), [0.9, 0.1], atol=1e-15)


def test_skill_of_a_forecaster_against_a_coin() -> None:
    own, coin = np.array([0.04, 0.09, 0.01, 0.49, 0.16]), np.full(5, 0.25)
    seen = skill.compare(own, coin, np.arange(5))
    assert_allclose([seen.own, seen.difference, seen.skill], [0.158, 0.092, 0.368], atol=1e-12)
    # Student's t with 4 degrees of freedom at 95 %: 2.1318, as tables print it.
    half = 2.1318 * own.std(ddof=1) / np.sqrt(5)
    assert_allclose(seen.difference_interval, [0.092 - half, 0.092 + half], rtol=1e-3)
    # With a fixed reference that of the ratio is that of the mean, rescaled, and never above 1.
    low, high = seen.difference_interval
    assert_allclose([low / 0.25, min(high / 0.25, 1)], seen.skill_interval, atol=1e-12)


def test_a_reference_that_hardly_errs_leaves_skill_unbounded() -> None:
    """One error among eight: worse than it beyond luck, and there is no telling by how much."""
    own = np.array([1.0, 1, 1, 1, 1, 1, 0, 1])
    reference = np.array([0.0, 0, 0, 0, 0, 0, 1, 0])
    seen = skill.compare(own, reference, np.arange(8))
    low, high = seen.skill_interval
    assert low == -np.inf
    assert high < 0
    assert seen.difference_interval[1] < 0


def test_clusters_count_whole() -> None:
    """Ten copies of each answer tell no more than one of each."""
    own = np.linspace(0, 0.5, 8)
    few = skill.compare(own, np.full(8, 0.25), np.arange(8))
    many = skill.compare(np.repeat(own, 10), np.full(80, 0.25), np.repeat(np.arange(8), 10))
    assert_allclose(many.difference_interval, few.difference_interval, atol=1e-12)


def test_too_few_clusters_have_no_interval() -> None:
    seen = skill.compare(np.linspace(0, 0.5, 9), np.ones(9), np.repeat([0, 1, 2, 3], [3, 2, 2, 2]))
    assert seen.skill == 0.75
    assert np.isnan([*seen.skill_interval, *seen.difference_interval]).all()
    with pytest.raises(ValueError, match="nothing to compare"):
        skill.compare(np.array([]), np.array([]), np.array([], int))


def test_clusters_that_do_not_differ_tell_nothing_of_the_error() -> None:
    seen = skill.compare(np.zeros(6), np.ones(6), np.arange(6))
    assert seen.skill == 1
    assert np.isnan([*seen.skill_interval, *seen.difference_interval]).all()


@pytest.mark.parametrize("clusters", [skill.FEWEST, 6, 8, 12, 20, 40])
def test_intervals_of_skill_contain_the_truth(clusters: int) -> None:
    """Nominal 90 %, in 85 to 95 % of 2,000 registers of correlated questions of one to three."""
    random = np.random.default_rng(clusters)

    def register(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        group = np.repeat(np.arange(count), random.integers(1, 4, count))
        leaning = random.normal(0, 0.7, count)[group] + random.normal(0, 1, len(group))
        chance = 1 / (1 + np.exp(-leaning))
        happened = random.random(len(group)) < chance
        said = np.clip(chance + random.normal(0, 0.15, len(group)), 0.02, 0.98)
        return np.square(said - happened), np.square(0.35 - happened), group

    own, reference, _ = register(200_000)
    truth = reference.mean() - own.mean(), 1 - own.mean() / reference.mean()
    held = np.zeros(2)
    for _ in range(2_000):
        seen = skill.compare(*register(clusters))
        ends = seen.difference_interval, seen.skill_interval
        held += [low <= value <= high for value, (low, high) in zip(truth, ends, strict=True)]
    share = held / 2_000
    assert (share >= 0.85).all(), share  # standard error of a share: 0.7 points
    assert (share <= 0.95).all(), share


def test_no_skill_against_the_infallible() -> None:
    own, perfect = np.array([0.1, 0.2, 0.3]), np.zeros(3)
    seen = skill.compare(own, perfect, np.arange(3))
    assert np.isnan(seen.skill)
    assert np.isnan(seen.skill_interval).all()
    assert_allclose(seen.difference, -0.2, atol=1e-12)


def test_effective_number_of_questions() -> None:
    """All alike in a cluster: one each; nothing in common: all count; Kish (1965) in between."""
    pairs = np.repeat(np.arange(6), 2)
    alike = skill.effective_number(np.repeat(np.arange(6.0), 2), pairs)
    assert_allclose([alike.correlation, alike.effective], [1.0, 6.0], atol=1e-12)
    opposed = skill.effective_number(np.tile([0.0, 1.0], 6), pairs)
    assert (opposed.correlation, opposed.effective) == (0.0, 12.0)
    single = skill.effective_number(np.arange(5.0), np.arange(5))
    assert np.isnan(single.correlation)
    assert single.effective == 5
    one = skill.effective_number(np.arange(5.0), np.zeros(5, int))
    assert one.effective == 1


def test_correlation_within_clusters_is_found_again() -> None:
    """Variance between 1 and within 3: a correlation of 1/4, so 1 / (1 + 3/4) of the questions."""
    random = np.random.default_rng(7)
    cluster = np.repeat(np.arange(4000), 4)
    score = random.normal(size=4000)[cluster] + np.sqrt(3) * random.normal(size=16_000)
    seen = skill.effective_number(score, cluster)
    assert_allclose(seen.correlation, 0.25, atol=0.03)  # four standard errors of 4,000 clusters
    assert_allclose(seen.effective, 16_000 / 1.75, rtol=0.06)


def test_isotonic_minimises_squares() -> None:
    """One example by a general optimiser, over rises that cannot be negative."""
    value = np.array([0.9, 0.1, 0.4, 0.3, 0.8])
    found = minimize(
        lambda rise: np.square(np.cumsum(rise) - value).sum(),
        np.full(5, 0.1),
        bounds=[(None, None), *[(0, None)] * 4],
        options={"ftol": 1e-15, "gtol": 1e-10},
    )
    best = np.cumsum(found.x)
    assert_allclose(reliability.isotonic(value, np.ones(5)), best, atol=1e-5)  # the optimiser's


def test_two_clusters_are_enough_to_see_a_correlation() -> None:
    """By hand: mean squares 9 between and 2 within, pairs, so r = (9 - 2) / (9 + 2)."""
    seen = skill.effective_number(np.array([0.0, 2.0, 3.0, 5.0]), np.array([0, 0, 1, 1]))
    assert_allclose(seen.correlation, 7 / 11, rtol=1e-12)  # rounding
    assert_allclose(seen.effective, 4 / (1 + 7 / 11), rtol=1e-12)
