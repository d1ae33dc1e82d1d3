"""Pairs of assumptions that the evidence constrains together rather than apart.

A sum or ratio that is known shows as a rank correlation; a product of either sign, or a curve that
turns, does not, so whether one assumption is a function of the other is asked as well.

References:
    Chatterjee (2021), A new coefficient of correlation, Journal of the American Statistical
    Association 116(536), equation 1.2, in which values may be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.stats import rankdata

from schelling.evidence import diagnostics
from schelling.evidence.posterior import PosteriorWorlds
from schelling.study.fitting.learned import Drawn
from schelling.study.fitting.problem import FitProblem

JOINT: Final = 0.8
"""Rank correlation from which two assumptions are said to be constrained together."""

CURVED: Final = 0.5
"""Chatterjee's coefficient from which they are; that of a normal pair correlated by 0.85."""

_DRAWN: Final = 4096


@dataclass(frozen=True)
class JointlyKnown:
    """Two assumptions that the evidence constrains together rather than apart.

    Attributes:
        first: One.
        second: The other.
        correlation: Their rank correlation in the posterior.
        before: ... in the prior.
        dependence: Chatterjee's coefficient in the posterior, of the better told one by the other:
            0 where they are independent, 1 where one is a function of the other.
    """

    first: str
    second: str
    correlation: float
    before: float
    dependence: float = 0.0


def pairs(
    problem: FitProblem,
    worlds: tuple[PosteriorWorlds, PosteriorWorlds],
    drawn: Drawn,
    effective: float,
) -> tuple[JointlyKnown, ...]:
    """Pairs that are known together in the posterior and not in the prior, the closest first.

    Args:
        problem: What was fitted.
        worlds: Of the prior and of the posterior.
        drawn: Their assumptions.
        effective: How many independent worlds those of the posterior are worth; so many are looked
            at, as copies of a world would make each assumption a function of the other.
    """
    rng, moved = np.random.default_rng([abs(problem.seed), 39]), list(problem.moved)
    names = [problem.plan.assumptions[place].name for place in moved]
    some = [
        d[diagnostics.systematic(w.weights, min(len(d), _DRAWN), rng)][:, moved]
        for d, w in zip(drawn, worlds, strict=True)
    ]
    ranks = [diagnostics.rank_correlations(one) for one in some]
    few = [one[rng.permutation(len(one))[: max(int(effective), 2)]] for one in some]
    curves = [dependences(np.unique(one, axis=0), rng) for one in few]
    found = [
        JointlyKnown(
            names[i], names[j], float(ranks[1][i, j]), float(ranks[0][i, j]), float(curves[1][i, j])
        )
        for i in range(len(moved))
        for j in range(i + 1, len(moved))
        if abs(ranks[0][i, j]) < JOINT
        and curves[0][i, j] < CURVED
        and (abs(ranks[1][i, j]) >= JOINT or curves[1][i, j] >= CURVED)
    ]
    return tuple(sorted(found, key=lambda pair: -max(abs(pair.correlation), pair.dependence)))


def dependences(
    values: Float[ndarray, "world thing"], rng: np.random.Generator
) -> Float[ndarray, "thing thing"]:
    """Chatterjee's coefficient of every two things, the larger of both directions.

    Ranks are found once for all pairs, which SciPy would rank one by one.

    Args:
        values: Of worlds that are no copies of each other.
        rng: Breaks ties of the thing that the other is told by.

    Returns:
        0 where one of the two does not vary.

    Examples:
        >>> x = np.linspace(-1, 1, 501)
        >>> found = dependences(np.stack([x, x**2], axis=1), np.random.default_rng(1))
        >>> float(found[0, 1].round(2))
        0.99
    """
    count, things = values.shape
    found: ndarray = np.zeros((things, things))
    if count < 3:
        return found
    shuffled = values[rng.permutation(count)]
    ranks = rankdata(shuffled, method="max", axis=0)
    above = rankdata(-shuffled, method="max", axis=0)
    most = 2 * (above * (count - above)).sum(axis=0)
    for place in np.flatnonzero(most):
        order = np.argsort(shuffled[:, place], kind="stable")
        jumps = np.abs(np.diff(ranks[order], axis=0)).sum(axis=0)
        found[place] = np.where(most > 0, 1 - count * jumps / np.maximum(most, 1), 0.0)
    return np.maximum(found, found.T)
