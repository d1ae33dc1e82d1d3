"""How far the power of the likelihood may rise, and worlds drawn by their weights after it rose.

Every population is weighed and drawn from by itself. Axes: (world, coordinate).

References:
    Jasra, Stephens, Doucet & Tsagaris (2011), Inference for Levy-driven stochastic volatility
    models via adaptive sequential Monte Carlo, section 3.3: the rise that leaves a share of the
    effective sample size.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.evidence import diagnostics
from schelling.evidence.moves import Swarm


def rise(swarm: Swarm, most: float, kept: float) -> float:
    """How far the power may rise; 0 where no world is possible.

    Worlds that are impossible lose all weight at any power above 0.
    """
    possible = np.isfinite(swarm.fit)
    goal = kept * np.count_nonzero(possible)
    if goal == 0:
        return 0.0
    if _effective(swarm, most) >= goal:
        return most
    low, high = 0.0, most
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective(swarm, middle) >= goal else (low, middle)
    return high


def _effective(swarm: Swarm, rise: float) -> float:
    """Effective sample size after a rise of the power, summed over the populations."""
    weight, _ = _weights(swarm, rise)
    squares = (weight**2).sum(axis=1)
    return float(np.sum(1 / squares[squares > 0]))


def _weights(
    swarm: Swarm, rise: float
) -> tuple[Float[ndarray, "population member"], Float[ndarray, " population"]]:
    """Weights within every population, and the log of their mean; all 0 where none is possible."""
    count = len(swarm.log_evidence)
    with np.errstate(invalid="ignore"):
        gain = np.where(np.isfinite(swarm.fit), rise * swarm.fit, -np.inf)
    gain = gain.reshape(-1, count).T
    largest = gain.max(axis=1, keepdims=True)
    weight = np.exp(gain - np.where(np.isfinite(largest), largest, 0.0))
    total = weight.sum(axis=1)
    with np.errstate(divide="ignore"):
        log_mean = np.log(total / weight.shape[1]) + np.where(
            np.isfinite(largest), largest, 0.0
        ).squeeze(1)
    return weight / np.where(total > 0, total, 1.0)[:, None], log_mean


def resample(swarm: Swarm, rise: float, rng: np.random.Generator) -> float:
    """Draw worlds by their weights within every population, and keep score of the evidence."""
    effective = _effective(swarm, rise)
    weight, log_mean = _weights(swarm, rise)
    swarm.log_evidence = swarm.log_evidence + log_mean
    count, size = weight.shape
    chosen = np.empty((size, count), np.int64)
    alive = np.flatnonzero(weight.sum(axis=1))
    for one in range(count):
        source = one if one in alive else int(rng.choice(alive))
        chosen[:, one] = (
            diagnostics.places(weight[source], len(weight[source]), rng) * count + source
        )
    swarm.take(chosen.reshape(-1))
    return effective
