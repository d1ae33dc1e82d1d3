"""Scores against worked values, the reference library, and the law that honesty pays.

T9.1 to T9.5 are the project's list of worked values: arithmetic done by hand, the baseline scores
as in the tests of Metaculus' scoring code.
"""

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from schelling.forecast import ordered, samples, scores, verbal

EXACT = 1e-12  # closed forms of a few operations: rounding only
PRINTED = 1e-6  # values known to six digits
YES = np.array([True])


def test_seven_tenths_on_a_yes() -> None:
    """T9.1: half and two-category Brier, nats, bits."""
    p = np.array([0.7])
    assert_allclose(scores.brier_half(p, YES), 0.09, atol=EXACT)
    assert_allclose(scores.brier(np.array([[0.7, 0.3]]), np.array([0])), 0.18, atol=EXACT)
    assert_allclose(scores.log_score(p), 0.356675, atol=PRINTED)
    assert_allclose(scores.surprise(p), 0.514573, atol=PRINTED)


def test_baseline_score() -> None:
    """T9.2: 0.9, 0.1 and one over the root of two."""
    found = scores.baseline(np.array([0.9, 0.1, 2**-0.5]))
    assert_allclose(found, [84.799691, -232.192809, 50.0], atol=PRINTED)


def test_baseline_score_of_several_answers_is_zero_for_ignorance_and_hundred_for_certainty() -> (
    None
):
    """100 ln(pK) / ln K, as Metaculus defines it."""
    assert_allclose(scores.baseline(np.array([0.2, 1.0, 0.04]), 5), [0, 100, -100], atol=1e-10)


def test_pooling_by_geometric_mean() -> None:
    """T9.3: what three forecasters gave to yes, and to no."""
    p = np.array([[0.7], [0.8], [0.9]])
    assert_allclose(scores.geometric_mean(p), 0.79581144, atol=1e-8)  # printed digits
    assert_allclose(scores.geometric_mean(1 - p), 0.18171206, atol=1e-8)


def test_peer_scores() -> None:
    """T9.4: the same three, yes."""
    found = scores.peer(np.array([[0.7], [0.8], [0.9]]))[:, 0]
    assert_allclose(found, [-19.242291, 0.787418, 18.454873], atol=PRINTED)
    assert_allclose(found.sum(), 0, atol=1e-12)


def test_peers_need_company() -> None:
    with pytest.raises(ValueError, match="at least 2 forecasters; got 1"):
        scores.peer(np.array([[0.7]]))


def test_ordered_answers() -> None:
    """T9.5, and the ranked probability score 0.13 of (0.2, 0.5, 0.3) with the second bin true."""
    p = np.array([[0.25, 0.25, 0.30, 0.20]])
    assert_allclose(ordered.ordered_brier(p, np.array([1])), 0.235, atol=EXACT)
    assert_allclose(scores.brier(p, np.array([1])), 0.755, atol=EXACT)
    assert_allclose(ordered.rps(np.array([[0.2, 0.5, 0.3]]), np.array([1])), 0.13, atol=EXACT)


def test_what_was_ruled_out_and_happened_costs_infinity() -> None:
    none, one = np.array([0.0]), np.array([1.0])
    assert scores.log_score(none) == np.inf
    assert scores.surprise(none) == np.inf
    assert scores.baseline(none) == -np.inf
    assert scores.surprise(one) == 0
    assert scores.geometric_mean(np.array([[0.0], [1.0]])) == 0


def test_crps_of_three_samples() -> None:
    """Mean distance 5/3 less half the mean distance of all nine pairs, 8/9."""
    found = samples.crps(np.array([[1.0, 2.0, 5.0]]), np.array([3.0]))
    assert_allclose(found, 5 / 3 - 8 / 9, atol=EXACT)


def test_crps_of_many_normal_samples_is_that_of_the_normal() -> None:
    """Gneiting & Raftery (2007), equation 21 on: at its mean, (sqrt 2 - 1) / sqrt pi."""
    count = 200_001
    levels = (np.arange(count) + 0.5) / count
    from scipy.special import ndtri  # noqa: PLC0415

    found = samples.crps(ndtri(levels)[np.newaxis], np.array([0.0]))
    assert_allclose(found, (np.sqrt(2) - 1) / np.sqrt(np.pi), atol=1e-5)  # spacing of the samples


# Random inputs against scoringrules; it takes observations first.

SEEDS = st.integers(0, 2**32 - 1)
AGREE = 1e-10  # the same formula in another order of operations


@given(SEEDS)
def test_probabilities_agree_with_the_reference(seed: int) -> None:
    random = np.random.default_rng(seed)
    p, happened = random.random(7), random.random(7) < 0.5
    other = scoringrules.brier_score(happened.astype(float), p)
    assert_allclose(scores.brier_half(p, happened), other, atol=AGREE)
    logs = scores.log_score(scores.of_what_happened(p, happened))
    assert_allclose(logs, scoringrules.log_score(happened.astype(float), p), atol=AGREE)
    bins, truth = random.dirichlet(np.ones(5), 7), random.integers(0, 5, 7)
    other = scoringrules.rps_score(truth + 1, bins)  # counts bins from one
    assert_allclose(ordered.rps(bins, truth), other, atol=AGREE)


@given(SEEDS)
def test_numbers_agree_with_the_reference(seed: int) -> None:
    random = np.random.default_rng(seed)
    value, drawn = random.normal(size=6), random.normal(size=(6, 11))
    other = scoringrules.crps_ensemble(value, drawn, estimator="nrg")
    assert_allclose(samples.crps(drawn, value), other, atol=AGREE)
    level = np.array([0.5, 0.8, 0.95])
    low = -np.sort(random.random((6, 3)), axis=1)
    high, median = np.sort(random.random((6, 3)), axis=1), random.normal(size=6)
    other = scoringrules.interval_score(value, low[:, 1], high[:, 1], 1 - level[1])
    found = samples.interval(low[:, 1], high[:, 1], value, level[1])
    assert_allclose(found, other, rtol=AGREE)
    other = scoringrules.weighted_interval_score(value, median, low, high, 1 - level)
    found = samples.weighted_interval(median, low, high, value, level)
    # Version 0.10 adds half the median itself where Bracher et al. (2021) have its distance.
    missing = 0.5 * (np.abs(value - median) - median) / 3.5
    assert_allclose(found, other + missing, atol=AGREE)
    levels = random.random(6)
    other = scoringrules.quantile_score(value, drawn[:, 0], levels)
    assert_allclose(samples.pinball(drawn[:, 0], levels, value), other, atol=AGREE)


# Propriety: whoever believes `truth` expects to score best by saying so.

PARTS = st.lists(st.integers(1, 20), min_size=3, max_size=3)


@given(st.integers(1, 99), st.integers(1, 99))
def test_honest_probabilities_expect_the_best_score(believed: int, said: int) -> None:
    truth = believed / 100
    p, no = np.array([truth, said / 100]), np.array([False, False])
    for rule in (
        scores.brier_half,
        lambda p, o: scores.log_score(scores.of_what_happened(p, o)),
        lambda p, o: -scores.baseline(scores.of_what_happened(p, o)),
    ):
        honest, other = truth * rule(p, ~no) + (1 - truth) * rule(p, no)
        assert honest <= other + EXACT
        assert said == believed or honest < other


@given(PARTS, PARTS)
def test_honest_bins_expect_the_best_score(believed: list[int], said: list[int]) -> None:
    truth, other = (np.array(parts) / sum(parts) for parts in (believed, said))
    bins = np.arange(3)
    for rule in (scores.brier, ordered.rps, ordered.ordered_brier):
        honest = truth @ rule(np.tile(truth, (3, 1)), bins)
        lying = truth @ rule(np.tile(other, (3, 1)), bins)
        assert honest <= lying + EXACT
        assert honest < lying or np.allclose(truth, other)


WORLDS = st.lists(st.integers(-9, 9), min_size=1, max_size=7)


@given(WORLDS, WORLDS)
def test_honest_samples_expect_the_best_score(believed: list[int], said: list[int]) -> None:
    """The gain from honesty is the squared area between the two distributions."""
    truth, other = np.array(believed, float), np.array(said, float)
    honest = samples.crps(np.tile(truth, (len(truth), 1)), truth).mean()
    lying = samples.crps(np.tile(other, (len(truth), 1)), truth).mean()
    grid = np.arange(-9, 9) + 0.5
    gap = (truth[:, np.newaxis] < grid).mean(axis=0) - (other[:, np.newaxis] < grid).mean(axis=0)
    assert_allclose(lying - honest, np.square(gap).sum(), atol=1e-10)  # sums of small integers


@given(WORLDS, st.integers(-10, 10), st.integers(-10, 10), st.sampled_from([0.5, 0.8, 0.9]))
def test_honest_quantiles_and_intervals_expect_the_best_score(
    believed: list[int], first: int, second: int, level: float
) -> None:
    truth = np.array(believed, float)
    tail = (1 - level) / 2
    low, high = np.quantile(truth, [tail, 1 - tail], method="inverted_cdf")
    other_low, other_high = min(first, second), max(first, second)
    honest = samples.interval(low, high, truth, level).mean()
    assert honest <= samples.interval(other_low, other_high, truth, level).mean() + 1e-9
    honest = samples.pinball(low, tail, truth).mean()
    assert honest <= samples.pinball(other_low, tail, truth).mean() + EXACT
    middle = np.quantile(truth, 0.5, method="inverted_cdf")
    ends = np.full((len(truth), 1), low), np.full((len(truth), 1), high)
    told = np.full((2, len(truth), 1), [[[other_low]], [[other_high]]], float)
    levels = np.array([level])
    honest = samples.weighted_interval(middle, *ends, truth, levels).mean()
    lying = samples.weighted_interval(float(first), *told, truth, levels).mean()
    assert honest <= lying + 1e-9  # sums over a few samples of penalties up to 20 a unit


# Words


def test_bands_follow_one_another_and_hold_their_lower_end() -> None:
    """ICD 203 (2015): 1, 5, 20, 45, 55, 80, 95, 99 per cent."""
    edges = [0.01, 0.05, 0.20, 0.45, 0.55, 0.80, 0.95, 0.99]
    assert [band.low for band in verbal.BANDS] == edges[:-1]
    assert [band.high for band in verbal.BANDS] == edges[1:]
    for band in verbal.BANDS:
        assert verbal.word_of(band.low) == band.likelihood
        assert verbal.band_of(band.probability.upper()) == band
    assert verbal.word_of(0.0099) == verbal.word_of(0.9901) == ""
    assert verbal.word_of(0.99) == "almost certain"


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_best_and_worst_enclose_every_point_of_an_interval(a: float, b: float, yes: bool) -> None:
    low, high = np.array([min(a, b)]), np.array([max(a, b)])
    happened = np.array([yes])
    best, worst = verbal.best_and_worst(scores.brier_half, low, high, happened)
    for point in np.linspace(low, high, 11):
        inside = scores.brier_half(point, happened)
        assert best - EXACT <= inside <= worst + EXACT


def test_an_interval_holds_its_ends_and_nothing_beyond() -> None:
    value = np.array([0.9, 1.0, 1.5, 2.0, 2.1])
    held = samples.covered(np.full(5, 1.0), np.full(5, 2.0), value)
    assert held.tolist() == [False, True, True, True, False]


def test_scores_of_several_forecasters_are_those_of_each() -> None:
    """A score goes over answers or samples, the last axis, and leaves all others as they are."""
    generator = np.random.default_rng(3)
    drawn, value = generator.normal(size=(4, 5, 6)), generator.normal(size=(4, 5))
    p, happened = generator.dirichlet(np.ones(6), size=(4, 5)), generator.integers(6, size=(4, 5))
    for rule, told, truth in (
        (samples.crps, drawn, value),
        (scores.brier, p, happened),
        (ordered.rps, p, happened),
        (ordered.ordered_brier, p, happened),
    ):
        each = [rule(one, own) for one, own in zip(told, truth, strict=True)]
        assert_allclose(rule(told, truth), each, atol=EXACT)
    ends, level = np.sort(generator.normal(size=(2, 4, 5, 3)), axis=0), np.array([0.5, 0.8, 0.9])
    middle = generator.normal(size=(4, 5))
    each = [
        samples.weighted_interval(middle[n], ends[0, n], ends[1, n], value[n], level)
        for n in range(4)
    ]
    whole = samples.weighted_interval(middle, *ends, value, level)
    assert_allclose(whole, each, atol=EXACT)
