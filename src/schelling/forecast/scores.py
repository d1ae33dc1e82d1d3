"""Scores of probabilities, and how forecasters are pooled.

A forecast is a number or, for several answers, one number each; what happened is an index or a
truth value. Knows nothing of windows, cases or days. Probabilities are not clipped: a forecaster
who gave probability 0 to the outcome scores infinity (minus infinity where larger is better), and a
mean over such scores is infinite too. Axes: (forecaster, question, answer).

References:
    Brier (1950), Verification of forecasts expressed in terms of probability.
    Good (1952), Rational decisions: the logarithmic score.
    Gneiting & Raftery (2007), Strictly proper scoring rules, prediction, and estimation.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray


def brier_half(
    p: Float[ndarray, "*question"], happened: Bool[ndarray, "*question"]
) -> Float[ndarray, "*question"]:
    """Brier score of a yes or no in its usual form today: `(p - o)^2`, from 0 to 1.

    Args:
        p: Probability of yes.
        happened: Whether it was yes.

    Returns:
        The score; 0 is best.

    Examples:
        >>> brier_half(np.array([0.7]), np.array([True]))
        array([0.09])
    """
    return np.square(p - happened)


def brier(
    p: Float[ndarray, "*question answer"], happened: Int[ndarray, "*question"]
) -> Float[ndarray, "*question"]:
    """Brier score over all answers, as first defined: from 0 to 2, twice the half of a yes or no.

    Args:
        p: Probabilities of the answers, summing to one.
        happened: Index of the answer.

    Returns:
        The score; 0 is best.

    Examples:
        >>> brier(np.array([[0.7, 0.3]]), np.array([0]))
        array([0.18])

    References:
        Brier (1950), equation 2.
    """
    answers = np.arange(int(p.shape[-1]))
    return np.square(p - (answers == happened[..., np.newaxis])).sum(axis=-1)


def of_what_happened(
    p: Float[ndarray, "*#question"], happened: Bool[ndarray, "*#question"]
) -> Float[ndarray, "*question"]:
    """Probability given to the answer that came true."""
    return np.where(happened, p, 1.0 - p)


def log_score(p: Float[ndarray, "*question"]) -> Float[ndarray, "*question"]:
    """Logarithmic score in nats, `-ln p`.

    Args:
        p: Probability given to the answer that came true.

    Returns:
        The score; 0 is best, infinity where what happened was ruled out.

    Examples:
        >>> log_score(np.array([0.7, 0.0]))
        array([0.357,   inf])
    """
    with np.errstate(divide="ignore"):
        return -np.log(p)


def surprise(p: Float[ndarray, "*question"]) -> Float[ndarray, "*question"]:
    """Logarithmic score in bits; a forecast of one half scores one bit.

    Args:
        p: Probability given to the answer that came true.

    Returns:
        Bits, from 0 to infinity.

    Examples:
        >>> surprise(np.array([0.5, 0.25]))
        array([1., 2.])
    """
    return log_score(p) / np.log(2.0)


def baseline(p: Float[ndarray, "*question"], answers: int = 2) -> Float[ndarray, "*question"]:
    """Metaculus' baseline score: 0 for a uniform forecast, 100 for certainty.

    Args:
        p: Probability given to the answer that came true.
        answers: How many answers there were.

    Returns:
        The score; more is better, minus infinity where what happened was ruled out.

    Examples:
        >>> baseline(np.array([0.9, 0.1, 0.5]))
        array([  84.8, -232.19,    0.  ])
    """
    return 100.0 * (1.0 - log_score(p) / np.log(answers))


def peer(p: Float[ndarray, "forecaster question"]) -> Float[ndarray, "forecaster question"]:
    """Metaculus' peer score: 100 times the lead over the others' mean log score.

    The scores of a question sum to zero. If any forecaster ruled out the outcome, a mean is
    infinite, and scores are infinite or NaN.

    Args:
        p: Probability each gave to the answer that came true; at least two forecasters.

    Returns:
        The scores; more is better.

    Raises:
        ValueError: There is one forecaster only, hence no peer.

    Examples:
        >>> peer(np.array([[0.7], [0.8], [0.9]]))[:, 0].round(2)
        array([-19.24,   0.79,  18.45])
    """
    if len(p) < 2:
        message = f"a peer score needs at least 2 forecasters; got {len(p)}"
        raise ValueError(message)
    logs = -log_score(p)
    with np.errstate(invalid="ignore"):
        others = (logs.sum(axis=0) - logs) / (len(p) - 1)
        return 100.0 * (logs - others)


def geometric_mean(p: Float[ndarray, "forecaster question"]) -> Float[ndarray, " question"]:
    """Geometric mean of what forecasters gave one answer; over all answers it sums to one or less.

    Args:
        p: Probabilities.

    Returns:
        The mean; 0 where anybody said 0.

    Examples:
        >>> geometric_mean(np.array([[0.7], [0.8], [0.9]]))
        array([0.7958])
    """
    return np.exp(-log_score(p).mean(axis=0))
