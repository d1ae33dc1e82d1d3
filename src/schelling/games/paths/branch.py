"""The whole branch of solutions of F(z, t) = 0, point by point, with its folds and bifurcations.

For pictures and for reading: a few draws at a time, short steps. The answer at one target is
`schelling.games.paths.continuation`'s. Each draw is one lane.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from schelling.errors import Status
from schelling.games import programs
from schelling.games.paths import arclength
from schelling.games.paths.arclength import RUNNING, STANDARD, Lanes, Params, System, WalkSettings

FINE = replace(STANDARD, largest=0.25, bifurcation=1e-6, coarse=1e-8, evaluations=100_000)
"""Short steps, every point corrected to rounding, bifurcations located to 1e-6."""

_PER_CALL = 64  # corrections between two looks at whether all draws are done


@dataclass(frozen=True)
class WalkedBranch:
    """One draw's branch from z = 0 at t = 0 on, in the order it is walked.

    Attributes:
        t: Parameter at each point; falls after a fold.
        z: Unknowns at each point.
        folds: Parameter at each fold.
        bifurcations: Parameter at each bifurcation; the branch goes straight on.
        status: How the walk ended; NO_CONVERGENCE where it was given up before the target.
    """

    t: Float[np.ndarray, " point"]
    z: Float[np.ndarray, "point unknown"]
    folds: Float[np.ndarray, " fold"]
    bifurcations: Float[np.ndarray, " bifurcation"]
    status: Status


class _Record(NamedTuple):
    """Every lane after one correction."""

    place: Float[Array, "moment row lane"]
    tangent: Float[Array, "moment row lane"]
    steps: Int[Array, "moment lane"]
    bifurcations: Int[Array, "moment lane"]


def record(
    system: System,
    params: Params,
    target: Float[Array, " draw"] | Float[np.ndarray, " draw"],
    settings: WalkSettings = FINE,
) -> tuple[WalkedBranch, ...]:
    """Walk the branch of each draw to its target and keep every point.

    Args:
        system: The equations.
        params: Tree of arrays, every leaf with the draw first.
        target: The t at which to end.
        settings: Rules of the walk.

    Returns:
        One branch per draw.

    Examples:
        A perturbed pitchfork has no fold on the branch that starts at zero.

        >>> from schelling.games.paths import continuation
        >>> game = continuation.of_residual(1, lambda z, t, a: z - t * (1.5 * jnp.tanh(z) + a))
        >>> (found,) = record(game, jnp.array([0.1]), jnp.array([2.0]))
        >>> found.status.name, float(found.t[-1]), len(found.folds)
        ('SOLVED', 2.0, 0)
    """
    goal = np.asarray(target)
    last = jax.tree.map(_lane_last, params)
    draws = goal.shape[0]
    lanes = _begin(system.size, draws)
    records: list[_Record] = []
    while np.any(np.asarray(lanes.status) == RUNNING):
        lanes, moments = _walk(system, settings, last, goal, lanes)
        records.append(moments)
    whole = cast("_Record", jax.tree.map(_joined, *records))
    status = np.asarray(lanes.status)
    return tuple(_branch(whole, draw, Status(int(status[draw]))) for draw in range(draws))


@programs.compiled(0, 1)
def _begin(size: int, draws: int) -> Lanes:
    none = jnp.zeros(draws, dtype=bool)
    return arclength.begin(size, jnp.arange(draws), none, none)


@programs.compiled(0, 1)
def _walk(
    system: System, settings: WalkSettings, params: Params, target: Array, lanes: Lanes
) -> tuple[Lanes, _Record]:
    def correct(lanes: Lanes, _: None) -> tuple[Lanes, _Record]:
        after = arclength.advance(system, params, target, lanes, settings)
        landed = (after.status >= 0) & (after.tries > 0)
        place = jnp.where(landed, after.place, after.base)
        return after, _Record(place, after.tangent, after.steps, after.bifurcations)

    return jax.lax.scan(correct, lanes, length=_PER_CALL)


def _branch(moments: _Record, draw: int, status: Status) -> WalkedBranch:
    steps = np.asarray(moments.steps)[:, draw]
    new = np.diff(steps, prepend=0) > 0
    place = np.asarray(moments.place)[new, :, draw]
    tangent = np.asarray(moments.tangent)[new, :, draw]
    crossed = np.diff(np.asarray(moments.bifurcations)[new, draw], prepend=0) > 0
    points = np.concatenate([np.zeros((1, place.shape[1])), place])
    t = points[:, -1]
    middle = 0.5 * (points[:-1, -1] + points[1:, -1])
    return WalkedBranch(t, points[:, :-1], _folds(points, tangent), middle[crossed], status)


def _folds(
    points: Float[np.ndarray, "point row"], tangent: Float[np.ndarray, "step row"]
) -> Float[np.ndarray, " fold"]:
    """Extremes of t between points, of the cubic with the right ends and slopes."""
    rise = tangent[:-1, -1], tangent[1:, -1]
    turned = np.flatnonzero(rise[0] * rise[1] < 0)
    folds: list[float] = []
    for k in turned:
        start, end = points[k + 1], points[k + 2]
        length = float(np.linalg.norm(end - start))
        m0, m1 = length * rise[0][k], length * rise[1][k]
        gap = end[-1] - start[-1]
        cubic, square = m0 + m1 - 2 * gap, 3 * gap - 2 * m0 - m1
        roots = np.roots([3 * cubic, 2 * square, m0]).real
        s = float(roots[np.argmin(np.abs(roots - 0.5))])
        folds.append(float(start[-1] + s * (m0 + s * (square + s * cubic))))
    return np.array(folds)


def _lane_last(leaf: Array) -> np.ndarray:
    return np.moveaxis(np.asarray(leaf), 0, -1)


def _joined(*leaves: Array) -> np.ndarray:
    return np.concatenate([np.asarray(leaf) for leaf in leaves])
