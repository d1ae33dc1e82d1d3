"""Draws of the assumptions: from the design's points to values in declared units.

World w is the same world whatever the number of worlds drawn. Axes: (draw, thing).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.drawn import Correlation, Prior
from schelling.case.model import Case
from schelling.compile.planning.plan import Plan
from schelling.distributions import copula, design
from schelling.distributions.families import FAMILIES
from schelling.distributions.truncate import truncate

DESIGNS = {
    "sobol": "scrambled Sobol'",
    "latin_hypercube": "Latin hypercube",
    "monte_carlo": "Monte Carlo",
    "full_factorial": "full factorial",
}
"""Kinds of designs, and what they are called."""


def draw(
    plan: Plan,
    *,
    seed: int,
    replicates: int,
    first: int,
    count: int,
    kind: str = "sobol",
    worlds: int | None = None,
) -> Float[ndarray, "draw assumption"]:
    """Values of the plan's assumptions in the worlds `first` to `first + count - 1`.

    Args:
        plan: The plan.
        seed: Any integer.
        replicates: Independent copies of the design, for error bars.
        first: The first world.
        count: How many worlds.
        kind: One of `DESIGNS`.
        worlds: Number of worlds of the whole design; a Latin hypercube and a full factorial design
            need it, the others do not depend on it.

    Returns:
        One column per assumption, in declared units.

    Raises:
        ValueError: A design that needs `worlds` does not know it.
    """
    names = [assumption.name for assumption in plan.assumptions]
    if kind in {"sobol", "monte_carlo"}:
        lay = design.sobol if kind == "sobol" else design.monte_carlo
        points = lay(names, seed=seed, replicates=replicates, first=first, count=count)
    elif worlds is None:
        message = f"a {DESIGNS[kind]} needs the number of `worlds`"
        raise ValueError(message)
    elif kind == "latin_hypercube":
        points = design.latin_hypercube(
            names, seed=seed, replicates=replicates, worlds=worlds, first=first, count=count
        )
    else:
        levels = levels_within(worlds, replicates, len(names))
        points = _grid(levels, len(names), replicates, first, count)
    if plan.correlations:
        points = copula.correlate(points, correlation_matrix(names, plan.correlations))
    columns = [
        quantile(assumption.prior, points[:, column])
        for column, assumption in enumerate(plan.assumptions)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((count, 0))


def levels_within(worlds: int, replicates: int, things: int) -> int:
    """Levels each of several assumptions can have when all combinations fit into some worlds.

    Examples:
        >>> levels_within(1000, 2, 3)
        7
    """
    levels = max(int((worlds / replicates) ** (1 / max(things, 1))), 1)
    return levels + ((levels + 1) ** things * replicates <= worlds)  # the root may round down


def _grid(
    levels: int, things: int, replicates: int, first: int, count: int
) -> Float[ndarray, "draw assumption"]:
    """The middles of equal slices of every assumption, all combinations, each in every replicate.

    Replicates of one combination differ in their chance alone.
    """
    start, stop = first // replicates, -(-(first + count) // replicates)
    rows = design.full_factorial([levels] * things, first=start, count=stop - start)
    inside = first - start * replicates
    rows = np.repeat(rows, replicates, axis=0)[inside : inside + count]
    return (rows + 0.5) / levels


def quantile(prior: Prior, u: Float[ndarray, " draw"]) -> Float[ndarray, " draw"]:
    """Quantiles of a prior, in the assumption's declared unit.

    Infinite or NaN where a prior is so wide that its values are beyond the largest number.
    """
    family = FAMILIES[prior.family]
    if prior.within is not None:
        family = truncate(family, *prior.within)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return np.asarray(family.quantile(u, *prior.parameters), dtype=np.float64)


def middles(case: Case) -> dict[str, float]:
    """The median of the prior of every assumption, in its declared unit."""
    half = np.array([0.5])
    return {one.name: float(quantile(one.prior, half)[0]) for one in case.assumptions}


def correlation_matrix(
    names: Sequence[str], correlations: Sequence[Correlation]
) -> Float[ndarray, "thing thing"]:
    """The matrix of correlations between normal scores; ones on the diagonal."""
    matrix = np.eye(len(names))
    for correlation in correlations:
        i, j = names.index(correlation.first), names.index(correlation.second)
        matrix[i, j] = matrix[j, i] = correlation.rho
    return matrix
