"""Weights of rival models by the forecasts of their mixture.

Stacking finds the best mixture and is appropriate if no model is true. Pseudo-BMA asks which model
is true and, with much evidence, gives all weight to one. Axes: (question, model).

References:
    Yao, Vehtari, Simpson & Gelman (2018), Using stacking to average Bayesian predictive
        distributions, equations 5 and 11.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.errors import Status


@dataclass(frozen=True)
class Stacked:
    """Weights of a mixture.

    Attributes:
        weight: One per model, summing to one; NaN where `status` is not solved.
        score: Log score of the mixture, summed over questions.
        gap: Upper bound of the possible improvement of the mean log score per question.
        status: `OUT_OF_DOMAIN` where every model ruled out something that happened.
    """

    weight: Float[ndarray, " model"]
    score: float
    gap: float
    status: Status


def stack(
    p: Float[ndarray, "question model"], tolerance: float = 1e-10, most: int = 100_000
) -> Stacked:
    """Weights that maximise the log score of the mixture, by expectation and maximisation.

    The objective is concave, so what is found is the best there is, up to `gap`.

    Args:
        p: Probability (or density) each model gave to what happened; of no question, the weights
            stay equal.
        tolerance: Gap at which the iteration stops.
        most: Maximum number of iterations.

    Returns:
        The weights, with what they reach.

    Examples:
        >>> stack(np.array([[0.8, 0.3], [0.7, 0.4], [0.2, 0.6]])).weight
        array([0.705, 0.295])
    """
    count = int(p.shape[1])
    weight = np.full(count, 1.0 / count)
    if not (p.max(axis=1, initial=0.0) > 0).all():
        return Stacked(np.full(count, np.nan), -np.inf, np.inf, Status.OUT_OF_DOMAIN)
    if not p.size:
        return Stacked(weight, 0.0, 0.0, Status.SOLVED)
    gap = np.inf
    for _ in range(most):
        gain = (p / (p @ weight)[:, np.newaxis]).mean(axis=0)
        gap = float(gain.max() - 1.0)
        if gap <= tolerance:
            break
        weight = weight * gain
    weight = weight / weight.sum()
    status = Status.SOLVED if gap <= tolerance else Status.NO_CONVERGENCE
    return Stacked(weight, float(np.log(p @ weight).sum()), gap, status)


def pseudo_bma(p: Float[ndarray, "question model"]) -> Float[ndarray, " model"]:
    """Weights in proportion to the probability each model gave to all that happened.

    Returns:
        The weights; NaN where every model ruled out something that happened.

    Examples:
        >>> pseudo_bma(np.array([[0.8, 0.4], [0.5, 0.5]]))
        array([0.667, 0.333])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(p).sum(axis=0)
        weight = np.exp(logs - logs.max())
        return weight / weight.sum()
