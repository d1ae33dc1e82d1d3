"""Maxima and their errors against closed forms, and what must not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from evidence.estimation.crises import alone, random_crisis, simulated
from schelling.evidence.estimation import ascent, maximum
from schelling.evidence.estimation.moves import ErrorKind, LinkFunction
from schelling.evidence.estimation.sample import DecisionSample

EXACT = 1e-8
"""The climb ends where a step promises 1e-12, which is 1.4e-6 standard errors at the most; one
more step of Newton's squares what is left."""


def grouped(counts: tuple[tuple[int, int], ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of a group indicator, the action, and how often it was seen."""
    rows = [
        (1.0, float(g), a, n)
        for g, row in enumerate(counts)
        for a, n in zip((1, 0), row, strict=True)
    ]
    table = np.array(rows)
    return table[:, :2], table[:, 2].astype(int), table[:, 3]


def test_one_decision_with_logit_link_is_the_ordinary_logit() -> None:
    """Odds of two groups in closed form: 30 to 10 and 12 to 28; Woolf's standard errors."""
    design, first, weights = grouped(((30, 10), (12, 28)))
    sample = alone(design, first, LinkFunction.LOGIT, weights)
    found = maximum.maximise(sample, 3, 0)
    expected = np.log(30 / 10), np.log(12 / 28) - np.log(30 / 10)
    errors = np.sqrt([1 / 30 + 1 / 10, 1 / 30 + 1 / 10 + 1 / 12 + 1 / 28])
    assert found.converged
    assert_allclose(found.coefficients, expected, atol=EXACT)
    assert_allclose(np.sqrt(np.diag(maximum.covariance(found))), errors, rtol=1e-7)
    by_hand = sum(n * np.log(n / 40) for n in (30, 10, 12, 28))
    assert_allclose(found.log_likelihood, by_hand, rtol=1e-12)


def test_one_decision_with_probit_link_is_the_ordinary_probit() -> None:
    """Both actions are disturbed, so coefficients are those of probit times the root of two."""
    design, first, weights = grouped(((30, 10), (12, 28)))
    found = maximum.maximise(alone(design, first, LinkFunction.PROBIT, weights), 3, 0)
    quantiles = stats.norm.ppf([30 / 40, 12 / 40])
    assert_allclose(found.coefficients[0], np.sqrt(2) * quantiles[0], atol=EXACT)
    assert_allclose(found.coefficients[1], np.sqrt(2) * np.diff(quantiles)[0], atol=EXACT)
    # delta method: the error of a quantile is sqrt(p q / n) / density
    density = stats.norm.pdf(quantiles[0])
    error = np.sqrt(2) * np.sqrt(0.75 * 0.25 / 40) / density
    assert_allclose(np.sqrt(maximum.covariance(found)[0, 0]), error, rtol=1e-7)


def test_a_sandwich_of_shares_is_that_of_the_closed_form() -> None:
    """With one free share a group, the robust variance of log odds is 1/a + 1/b times N/(N-1)."""
    design, first, weights = grouped(((30, 10), (12, 28)))
    sample = alone(design, first, LinkFunction.LOGIT, weights)
    found = maximum.maximise(sample, 1, 0)
    robust = maximum.sandwich(sample, found)
    assert_allclose(robust[0, 0], (1 / 30 + 1 / 10) * 80 / 79, rtol=1e-7)


def test_clusters_of_copies_undo_the_copies() -> None:
    """Every row three times, its copies one cluster: the error of the rows themselves."""
    sample = random_crisis(200, 5, LinkFunction.PROBIT, ErrorKind.AGENT)
    plain = maximum.sandwich(sample, maximum.maximise(sample, 1, 0))
    three = DecisionSample(
        sample.specification,
        tuple(np.repeat(part, 3, axis=0) for part in sample.covariates),
        np.repeat(sample.offsets, 3, axis=1),
        np.repeat(sample.seen, 3, axis=1),
        np.ones(600),
    )
    found = maximum.maximise(three, 1, 0)
    clustered = maximum.sandwich(three, found, np.repeat(np.arange(200), 3))
    assert_allclose(clustered, plain, rtol=1e-6)


@pytest.mark.parametrize(("link", "errors"), [
    (LinkFunction.PROBIT, ErrorKind.AGENT), (LinkFunction.PROBIT, ErrorKind.PRIVATE),
    (LinkFunction.LOGIT, ErrorKind.AGENT),
])  # fmt: skip
def test_order_and_repetition_of_rows_do_not_matter(link: LinkFunction, errors: ErrorKind) -> None:
    sample = random_crisis(300, 6, link, errors, scale=True)
    found = maximum.maximise(sample, 1, 0)
    order = np.random.default_rng(0).permutation(300)
    shuffled = DecisionSample(
        sample.specification,
        tuple(part[order] for part in sample.covariates),
        sample.offsets,
        sample.seen[:, order],
        np.full(300, 2.0),
    )
    twice = maximum.maximise(shuffled, 1, 0)
    assert found.converged
    assert_allclose(twice.coefficients, found.coefficients, atol=1e-6)
    assert_allclose(twice.log_likelihood, 2 * found.log_likelihood, rtol=1e-10)
    assert_allclose(2 * maximum.covariance(twice), maximum.covariance(found), rtol=1e-5)


def test_units_of_covariates_do_not_matter() -> None:
    sample = random_crisis(300, 7, LinkFunction.PROBIT, ErrorKind.PRIVATE)
    found = maximum.maximise(sample, 1, 0)
    units = np.array([1.0, 1e4, 1e-4])
    scaled = replace(sample, covariates=tuple(part * units for part in sample.covariates))
    again = maximum.maximise(scaled, 1, 0)
    assert_allclose(again.coefficients * np.tile(units, 3), found.coefficients, atol=1e-6)


def test_many_climbs_at_once_are_many_climbs() -> None:
    """Replicates with their own weights end where each ends alone."""
    sample = random_crisis(150, 8, LinkFunction.PROBIT, ErrorKind.AGENT)
    source = np.random.default_rng(1)
    weights = source.multinomial(150, np.full(150, 1 / 150), 6).astype(float)
    start = np.zeros((6, sample.coefficients))
    together = ascent.climb(sample, start, weights)
    for k in range(6):
        one = ascent.climb(replace(sample, weights=weights[k]), start[:1])
        assert_allclose(together.coefficients[k], one.coefficients[0], atol=1e-6)
    assert together.converged.all()


@pytest.mark.slow
def test_a_bootstrap_is_the_same_by_its_seed_and_agrees_with_the_curvature() -> None:
    sample = random_crisis(2_000, 9, LinkFunction.PROBIT, ErrorKind.AGENT)
    sample = simulated(sample, np.array([-0.3, 0.8, 0.0, -0.6, 0.0, 0.5, 0.4, 1.0, -1.0]), 2)
    found = maximum.maximise(sample, 1, 0)
    drawn = maximum.bootstrap(sample, found, 200, 1)
    again = maximum.bootstrap(sample, found, 200, 1)
    assert np.array_equal(drawn.coefficients, again.coefficients)
    assert drawn.failed == 0
    errors = np.sqrt(np.diag(maximum.covariance(found)))
    # a standard deviation of 200 draws has a relative error of 1/sqrt(400); four of these
    assert_allclose(np.std(drawn.coefficients, axis=0), errors, rtol=0.2)


def test_the_profile_of_a_share_is_its_likelihood() -> None:
    """One coefficient: nothing else is free, so the profile is the log-likelihood itself."""
    sample = alone(np.ones((2, 1)), np.array([1, 0]), LinkFunction.LOGIT, np.array([30.0, 10.0]))
    found = maximum.maximise(sample, 1, 0)
    told = maximum.profile(sample, found, np.array([0.3]))
    by_hand = 30 * stats.logistic.logcdf(told.values) + 10 * stats.logistic.logsf(told.values)
    assert_allclose(told.heights, by_hand, rtol=1e-12)
    assert told.top <= found.log_likelihood + 1e-9


def test_a_bootstrap_in_blocks_is_the_bootstrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same resamples, though fewer climb side by side."""
    sample = random_crisis(150, 8, LinkFunction.PROBIT, ErrorKind.AGENT)
    found = maximum.maximise(sample, 1, 0)
    whole = maximum.bootstrap(sample, found, 10, 1)
    sizes: list[int] = []
    climb = ascent.climb

    def noted(one: DecisionSample, start: np.ndarray, weights: np.ndarray) -> ascent.Summit:
        sizes.append(len(start))
        return climb(one, start, weights)

    monkeypatch.setattr(ascent, "climb", noted)
    monkeypatch.setattr(maximum, "_DRAWN", 450)
    parts = maximum.bootstrap(sample, found, 10, 1)
    assert sizes == [3, 3, 3, 1]
    assert_allclose(parts.coefficients, whole.coefficients, atol=1e-6)
