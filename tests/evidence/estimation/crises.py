"""Samples for the tests: the crisis of two players, and one decision alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from schelling.evidence.estimation import derivatives
from schelling.evidence.estimation.moves import (
    NOBODY,
    ErrorKind,
    LinkFunction,
    Moves,
    Specification,
)
from schelling.evidence.estimation.sample import DecisionSample

CRISIS = Moves((0, NOBODY, 1, NOBODY, NOBODY), ((1, 2), (), (3, 4), (), ()), ((),) * 5, 2)
"""First stays (end 0) or goes; then the second yields (end 1) or fights (end 2)."""
ALONE = Moves((0, NOBODY, NOBODY), ((1, 2), (), ()), ((), (), ()), 1)
"""One player, two actions."""


def crisis(
    covariates: tuple[Float[np.ndarray, "row own"], ...],
    ends: Int[np.ndarray, " row"],
    link: LinkFunction = LinkFunction.PROBIT,
    errors: ErrorKind = ErrorKind.AGENT,
) -> DecisionSample:
    """Predictors: first at stay, first at fight, second at fight, and a scale if there are four."""
    count, rows = len(covariates), len(ends)
    utility = ((0, NOBODY), (NOBODY, NOBODY), (1, 2))
    scale = (3, 3) if count == 4 else (NOBODY, NOBODY)
    made = Specification(CRISIS, ((0.0, 0.0),) * 3, utility, (0.0, 0.0), scale, count, link, errors)
    seen = ends[None] == np.arange(3)[:, None]
    return DecisionSample(made, covariates, np.zeros((count, rows)), seen, np.ones(rows))


def alone(
    covariates: Float[np.ndarray, "row own"],
    first: Int[np.ndarray, " row"],
    link: LinkFunction,
    weights: Float[np.ndarray, " row"] | None = None,
) -> DecisionSample:
    """One decision; the payoff of the first action is a predictor, that of the second zero."""
    made = Specification(
        ALONE, ((0.0,), (0.0,)), ((0,), (NOBODY,)), (0.0,), (NOBODY,), 1, link, ErrorKind.AGENT
    )
    seen = np.stack([first == 1, first == 0])
    rows = len(first)
    weight = np.ones(rows) if weights is None else weights
    return DecisionSample(made, (covariates,), np.zeros((1, rows)), seen, weight)


def simulated(
    sample: DecisionSample, coefficients: Float[np.ndarray, " own"], seed: int
) -> DecisionSample:
    """The same covariates, the ends drawn from the model itself."""
    eta = sample.predictors(coefficients[None])[:, 0]
    chance = derivatives.chances(sample.specification, eta)
    drawn = np.random.default_rng(seed).random(sample.rows)
    ends = np.minimum((drawn > np.cumsum(chance, axis=0)).sum(axis=0), len(chance) - 1)
    return replace(sample, seen=ends[None] == np.arange(len(chance))[:, None])


def random_crisis(
    rows: int, seed: int, link: LinkFunction, errors: ErrorKind, scale: bool = False
) -> DecisionSample:
    """Random covariates and ends, each end about as often."""
    source = np.random.default_rng(seed)
    one = np.ones((rows, 1))
    parts = [np.concatenate([one, source.normal(size=(rows, 2))], axis=1) for _ in range(3)]
    if scale:
        parts.append(source.normal(size=(rows, 1)))
    return crisis(tuple(parts), source.integers(0, 3, rows), link, errors)
