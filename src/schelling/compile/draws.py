"""Draws of the assumptions: from the design's points to values in declared units.

World w is the same world whatever the number of worlds drawn. Axes: (draw, thing).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.model import Correlation, Prior
from schelling.compile.plan import Plan
from schelling.distributions import copula, design
from schelling.distributions.families import FAMILIES
from schelling.distributions.truncate import truncate

DESIGNS = ("sobol", "monte_carlo")


def draw(
    plan: Plan,
    *,
    seed: int,
    replicates: int,
    first: int,
    count: int,
    kind: str = "sobol",
) -> Float[ndarray, "draw assumption"]:
    """Values of the plan's assumptions in the worlds `first` to `first + count - 1`.

    Args:
        plan: The plan.
        seed: Any integer.
        replicates: Independent copies of the design, for error bars.
        first: The first world.
        count: How many worlds.
        kind: `sobol` (scrambled) or `monte_carlo`.

    Returns:
        One column per assumption, in declared units.
    """
    names = [assumption.name for assumption in plan.assumptions]
    points = getattr(design, kind)(
        names, seed=seed, replicates=replicates, first=first, count=count
    )
    if plan.correlations:
        points = copula.correlate(points, correlation_matrix(names, plan.correlations))
    columns = [
        quantile(assumption.prior, points[:, column])
        for column, assumption in enumerate(plan.assumptions)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((count, 0))


def quantile(prior: Prior, u: Float[ndarray, " draw"]) -> Float[ndarray, " draw"]:
    """Quantiles of a prior, in the assumption's declared unit."""
    family = FAMILIES[prior.family]
    if prior.within is not None:
        family = truncate(family, *prior.within)
    return np.asarray(family.quantile(u, *prior.parameters), dtype=np.float64)


def correlation_matrix(
    names: Sequence[str], correlations: Sequence[Correlation]
) -> Float[ndarray, "thing thing"]:
    """The matrix of correlations between normal scores; ones on the diagonal."""
    matrix = np.eye(len(names))
    for correlation in correlations:
        i, j = names.index(correlation.first), names.index(correlation.second)
        matrix[i, j] = matrix[j, i] = correlation.rho
    return matrix
