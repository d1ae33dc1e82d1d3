"""Slopes of the margins: local effects of the assumptions, where the case is smooth.

Reverse-mode derivatives of the compiled case, world by world. A world counts as smooth for a claim
where a small step along a random direction changes the margin as the derivatives say; a derivative
does not see jumps, changes of phase or chance outcomes that depend on an assumption, and the worlds
in which they occur do not count as smooth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.compile import worlds
from schelling.dynamics import chance
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import varies

READ = 256
"""Worlds in which slopes are taken: the first of the run."""

SMOOTH = 0.5
"""Share of smooth worlds below which a claim's slopes are not told."""

_STEP = 1e-5
_AGREE = 0.02


@dataclass(frozen=True)
class Slopes:
    """Local effects of the assumptions on the margins.

    Attributes:
        assumptions: Names of those that vary.
        claims: Names of the claims.
        elasticity: Median over smooth worlds of the relative change of the margin for a relative
            change of the assumption; NaN for claims that are not smooth.
        pull: Median over smooth worlds of the change of the margin, in base units, for a change of
            the assumption by its spread (half of what holds its central 68 %).
        smooth: Share of worlds in which a step confirms the derivatives.
        worlds: Worlds looked at.
    """

    assumptions: tuple[str, ...]
    claims: tuple[str, ...]
    elasticity: Float[ndarray, "assumption claim"]
    pull: Float[ndarray, "assumption claim"]
    smooth: Float[ndarray, " claim"]
    worlds: int


def of_claims(probe: Probe, draws: Float[ndarray, "draw assumption"], *, seed: int) -> Slopes:
    """Differentiate every margin with respect to every assumption.

    Args:
        probe: The plan.
        draws: Assumptions of the first worlds of a run, in declared units.
        seed: Seed of the directions in which slopes are tried out.

    Returns:
        The slopes.
    """
    plan = probe.plan
    at = draws[:READ]
    levels = probe.values(np.tile(np.array([[0.16], [0.84]]), (1, len(plan.assumptions))))
    spread = (levels[1] - levels[0]) / 2
    direction = np.random.default_rng([seed, 4]).choice([-1.0, 1.0], at.shape) * spread * _STEP
    slope, margin, change = _differentiated(probe, at, direction)
    told = np.einsum("cda,da->dc", slope, direction)
    size = np.abs(slope * direction).sum(axis=-1).T
    fine: Bool[ndarray, "draw claim"] = np.abs(change - told) <= _AGREE * size + 1e-12
    fine &= np.isfinite(slope).all(axis=-1).T & np.isfinite(margin) & (margin != 0.0) & (size > 0.0)
    free = [n for n, assumption in enumerate(plan.assumptions) if varies(assumption)]
    shape = (len(free), len(plan.claims))
    elasticity, pull = np.full(shape, np.nan), np.full(shape, np.nan)
    for claim in range(len(plan.claims)):
        chosen = fine[:, claim]
        if chosen.mean() < SMOOTH:
            continue
        own = slope[claim][chosen][:, free]
        relative = own * at[chosen][:, free] / np.abs(margin[chosen, claim])[:, np.newaxis]
        elasticity[:, claim] = np.median(relative, axis=0)
        pull[:, claim] = np.median(own * spread[free], axis=0)
    return Slopes(
        tuple(plan.assumptions[n].name for n in free),
        tuple(claim.name for claim in plan.claims),
        elasticity,
        pull,
        fine.mean(axis=0),
        len(at),
    )


def _differentiated(
    probe: Probe, at: Float[ndarray, "draw assumption"], step: Float[ndarray, "draw assumption"]
) -> tuple[
    Float[ndarray, "claim draw assumption"],
    Float[ndarray, "draw claim"],
    Float[ndarray, "draw claim"],
]:
    """Slopes and margins at some draws, and what half a step either way changes."""
    kernel = worlds.kernel(probe.plan)
    keys = jnp.asarray(chance.keys(probe.seed, probe.plan.streams))
    numbers = jnp.arange(len(at), dtype=jnp.uint32)

    def summed(draws: jax.Array) -> tuple[jax.Array, jax.Array]:
        margin = kernel(draws, numbers, keys).margin
        return margin.sum(axis=0), margin  # worlds know nothing of each other

    both: Any = jax.jit(jax.jacrev(summed, has_aux=True))
    slope, margin = both(jnp.asarray(at))

    def margins_at(draws: jax.Array) -> jax.Array:
        return kernel(draws, numbers, keys).margin

    margins: Any = jax.jit(margins_at)
    ahead, behind = (margins(jnp.asarray(at + side * step / 2)) for side in (1, -1))
    return np.asarray(slope), np.asarray(margin), np.asarray(ahead) - np.asarray(behind)
