"""Which of two models is nearer to the data: Vuong's and Clarke's tests, or a likelihood ratio.

The ratio is for a model that contains the other, the two tests for models that do not. Both of
these start from the differences of the rows' log-likelihoods, corrected for the numbers of
coefficients as the Bayesian information criterion does.

References:
    Vuong, Q. H. (1989), Likelihood ratio tests for model selection and non-nested hypotheses,
    Econometrica 57(2), 307-333; Clarke, K. A. (2007), A simple distribution-free test for nonnested
    model selection, Political Analysis 15(3), 347-363; Wilks, S. S. (1938), The large-sample
    distribution of the likelihood ratio for testing composite hypotheses, Annals of Mathematical
    Statistics 9(1), 60-62.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import stats

_TIE = 1e-12  # difference of log-likelihoods that counts as none, per unit of them


class Vuong(NamedTuple):
    """Vuong's test.

    Attributes:
        statistic: Standard normal if both models are equally near; positive for the first.
        p: Two-sided p-value; NaN where the models give every row the same likelihood.
    """

    statistic: float
    p: float


class Clarke(NamedTuple):
    """Clarke's test.

    Attributes:
        favouring: Observations to which the first model gives the higher corrected likelihood.
        observations: Those to which the two do not give the same, up to rounding.
        p: Two-sided p-value of a binomial with chance one half; NaN where there are none.
        ties: Observations to which the two give the same: they are left out.
    """

    favouring: int
    observations: int
    p: float
    ties: int


class LikelihoodRatio(NamedTuple):
    """A likelihood-ratio test of a model within another.

    Attributes:
        statistic: Twice the difference of the log-likelihoods; chi-square if the smaller is right.
        freedom: Coefficients that the smaller model lacks.
        p: The p-value.
        larger: Which model contains the other, 1 or 2.
    """

    statistic: float
    freedom: int
    p: float
    larger: int


def likelihood_ratio(
    heights: tuple[float, float], coefficients: tuple[int, int]
) -> LikelihoodRatio:
    """The likelihood-ratio test of two models; that with more coefficients contains the other.

    Args:
        heights: Log-likelihoods of the two at their maxima.
        coefficients: Numbers of coefficients of the two.

    Returns:
        The test.

    Examples:
        >>> found = likelihood_ratio((-100.0, -101.9207), (3, 2))
        >>> found.freedom, found.larger, round(found.p, 3)
        (1, 1, 0.05)
    """
    larger = 0 if coefficients[0] > coefficients[1] else 1
    statistic = max(2 * (heights[larger] - heights[1 - larger]), 0.0)
    freedom = coefficients[larger] - coefficients[1 - larger]
    return LikelihoodRatio(statistic, freedom, float(stats.chi2.sf(statistic, freedom)), larger + 1)


def vuong(
    first: Float[np.ndarray, " row"],
    second: Float[np.ndarray, " row"],
    coefficients: tuple[int, int],
    weights: Float[np.ndarray, " row"],
) -> Vuong:
    """Vuong's test of two models of the same rows.

    Args:
        first: Log-likelihood of each row in one model.
        second: ... in the other.
        coefficients: Numbers of coefficients of the two.
        weights: Observations that each row stands for.

    Returns:
        The test.

    Examples:
        >>> rows = np.log([0.5, 0.6, 0.7, 0.6]), np.log([0.4, 0.5, 0.5, 0.7])
        >>> round(vuong(*rows, (1, 1), np.ones(4)).statistic, 4)
        1.6079
    """
    count = float(weights.sum())
    gap = first - second
    ratio = float(weights @ gap) - _correction(coefficients, count)
    mean = float(weights @ gap) / count
    spread = math.sqrt(max(float(weights @ (gap - mean) ** 2) / count, 0.0))
    if spread <= 1e-12 * max(1.0, float(np.abs(first).max())):
        return Vuong(math.nan, math.nan)
    statistic = ratio / (math.sqrt(count) * spread)
    return Vuong(statistic, float(2 * stats.norm.sf(abs(statistic))))


def clarke(
    first: Float[np.ndarray, " row"],
    second: Float[np.ndarray, " row"],
    coefficients: tuple[int, int],
    weights: Float[np.ndarray, " row"],
) -> Clarke:
    """Clarke's test of two models of the same rows.

    Args:
        first: Log-likelihood of each row in one model.
        second: ... in the other.
        coefficients: Numbers of coefficients of the two.
        weights: Observations that each row stands for.

    Returns:
        The test.

    Examples:
        >>> rows = np.log([0.5, 0.6, 0.7, 0.6]), np.log([0.4, 0.5, 0.5, 0.7])
        >>> clarke(*rows, (1, 1), np.ones(4))
        Clarke(favouring=3, observations=4, p=0.625, ties=0)
    """
    count = round(float(weights.sum()))
    share = _correction(coefficients, count) / count
    gap = first - second - share
    apart = np.abs(gap) > _TIE * np.maximum(1.0, np.abs(first) + np.abs(second))
    compared = round(float(weights @ apart))
    favouring = round(float(weights @ (apart & (gap > 0))))
    p = float(stats.binomtest(favouring, compared, 0.5).pvalue) if compared else math.nan
    return Clarke(favouring, compared, p, count - compared)


def _correction(coefficients: tuple[int, int], count: float) -> float:
    return (coefficients[0] - coefficients[1]) * math.log(count) / 2
