"""Fitting with gradients: the posterior of a smooth case by Hamiltonian Monte Carlo."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from schelling.compile.records import smooth
from schelling.errors import RunError
from schelling.evidence import error_models, hamiltonian, posterior
from schelling.evidence.hamiltonian import CHAINS
from schelling.evidence.posterior import FittedWorlds, PosteriorWorlds
from schelling.study.fitting.problem import FitProblem

_STRETCHES = 4  # of each chain, which count as groups
_BEST = 0.02
"""Share of the worlds of the prior, the likeliest, that chains may begin in."""


def why_not(problem: FitProblem) -> str:
    """Why gradients cannot be used, in words; empty where they can."""
    if not hamiltonian.is_there():
        return "NumPyro is not installed (pip install 'schelling[fit]')"
    if not problem.moved:
        return "no uncertain assumption reaches what was recorded"
    return smooth.rough(problem.plan)


def fitted(problem: FitProblem, prior: PosteriorWorlds) -> FittedWorlds:
    """The posterior by NUTS, in four chains.

    Args:
        problem: What is fitted.
        prior: Worlds of the prior; chains begin in likely ones.

    Raises:
        RunError: NumPyro is missing, or the case is not smooth.
    """
    if reason := why_not(problem):
        message = f"this case cannot be fitted by 'nuts': {reason}; use 'smc'"
        raise RunError(message)
    count, moved = len(prior.points), list(problem.moved)
    possible = int(np.isfinite(prior.log_likelihood).sum())
    if possible < CHAINS:
        message = f"only {possible} of {count:,} worlds of the prior allow the records, "
        message += f"and {CHAINS} chains have to begin somewhere"
        raise RunError(message)
    best = np.argsort(-prior.log_likelihood)[: min(max(int(_BEST * count), CHAINS), possible)]
    rng = np.random.default_rng([abs(problem.seed), 37])
    start = prior.points[rng.choice(best, CHAINS, replace=False)][:, moved]
    density = log_likelihood(problem)
    found = hamiltonian.sample(density, start, draws=count // CHAINS, seed=problem.seed)
    points = prior.points.copy()
    points[:, moved] = found.points.reshape(count, len(moved))
    numbers = np.arange(count, dtype=np.uint32)
    worlds = PosteriorWorlds(
        points,
        numbers,
        np.full(count, 1 / count),
        np.arange(count) * _STRETCHES * CHAINS // count,
        problem.log_likelihood(points, numbers),
    )
    return posterior.of_chains(found, worlds)


def log_likelihood(
    problem: FitProblem,
) -> Callable[[Float[Array, " coordinate"]], Float[Array, ""]]:
    """The log likelihood of one world, by the normal scores of what can reach the records."""
    columns, moved = smooth.columns(problem.plan), jnp.array(problem.moved)
    whole = len(problem.plan.assumptions)

    def density(scores: Array) -> Array:
        found = columns(jnp.zeros((1, whole)).at[:, moved].set(scores))
        parts = [
            error_models.log_densities(series.model, series.values, own)
            for series, own in zip(problem.series, problem.unpacked(found), strict=True)
        ]
        return sum((jnp.sum(part) for part in parts), jnp.zeros(()))

    return density
