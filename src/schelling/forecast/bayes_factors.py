"""How strongly the outcomes support one hypothesis over another.

Questions of one cluster are not independent evidence: their log likelihoods are discounted, at full
dependence to the mean of the cluster, one question's worth. Axes: (hypothesis, question).

References:
    Kass & Raftery (1995), Bayes factors, section 3.2.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.special import gammaln

READING = (
    (1.0, "for the other"),
    (3.0, "barely worth a mention"),
    (20.0, "positive"),
    (150.0, "strong"),
    (np.inf, "very strong"),
)
"""Words for a Bayes factor below each number."""


def posterior(
    prior: Float[ndarray, " hypothesis"], likelihood: Float[ndarray, "hypothesis item"]
) -> Float[ndarray, " hypothesis"]:
    """Probabilities of hypotheses after independent items of evidence.

    Args:
        prior: Probabilities before, summing to one.
        likelihood: Probability of each item under each hypothesis.

    Returns:
        Probabilities after; NaN where every hypothesis ruled out what happened.

    Examples:
        >>> items = np.array([[0.8, 0.6], [0.3, 0.6]])
        >>> posterior(np.array([0.5, 0.5]), items)
        array([0.727, 0.273])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(prior) + np.log(likelihood).sum(axis=1)
        weight = np.exp(logs - logs.max())
        return weight / weight.sum()


def discounts(
    cluster: Int[ndarray, " question"], correlation: float
) -> Float[ndarray, " question"]:
    """Weight of each question, `1 / (1 + (m - 1) r)` in a cluster of `m`.

    Args:
        cluster: Number of each question's cluster.
        correlation: Dependence of questions in a cluster: 0 for independent, 1 for identical.

    Returns:
        Weights up to one.

    Examples:
        >>> discounts(np.array([0, 0, 1]), 1.0)
        array([0.5, 0.5, 1. ])
    """
    _, group, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    return 1.0 / (1.0 + (sizes[group] - 1.0) * correlation)


def log_likelihood(
    p: Float[ndarray, "hypothesis question"],
    cluster: Int[ndarray, " question"],
    correlation: float = 1.0,
) -> Float[ndarray, " hypothesis"]:
    """Log likelihood of what happened under each hypothesis, clusters discounted.

    Args:
        p: Probability each gave to the answer that came true.
        cluster: Number of each question's cluster.
        correlation: How far questions of a cluster repeat each other.

    Returns:
        Nats; minus infinity for a hypothesis that ruled out what happened.
    """
    with np.errstate(divide="ignore"):
        return np.log(p) @ discounts(cluster, correlation)


def bayes_factors(log_likelihoods: Float[ndarray, " hypothesis"]) -> Float[ndarray, "row column"]:
    """Bayes factor of every hypothesis (row) over every other (column).

    Examples:
        >>> bayes_factors(np.log(np.array([0.6, 0.2])))
        array([[1.   , 3.   ],
               [0.333, 1.   ]])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(log_likelihoods[:, np.newaxis] - log_likelihoods)


def binomial_over_uniform(k: int, n: int, p: float) -> float:
    """Bayes factor of a known rate over one that is uniform from 0 to 1, from `k` of `n`.

    Examples:
        >>> print(f"{binomial_over_uniform(115, 200, 0.5):.6f}")
        1.197134
    """
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return float((n + 1) * np.exp(ways + k * np.log(p) + (n - k) * np.log1p(-p)))


def reading(factor: float) -> str:
    """Kass and Raftery's words for a Bayes factor.

    Examples:
        >>> reading(12.0)
        'positive'
    """
    return next((words for limit, words in READING if factor < limit), READING[-1][1])
