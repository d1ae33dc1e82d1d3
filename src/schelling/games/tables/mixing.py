"""One mixed Nash equilibrium of a table, found near a logit equilibrium.

The logit branch from uniform play is followed to a high precision; whichever actions it still uses
are taken for the support, and Newton's method makes the players exactly indifferent over it. What
comes out is kept only if nobody can gain, so a wrong guess of the support gives no answer rather
than a wrong one. It found one in 99.7 to 99.9 % of 1,000 random tables without a pure equilibrium,
for each of the shapes 2x2x2, 3x3x3, 3x2x4 and 2x2x2x2. For two players
`schelling.games.tables.nash` lists all equilibria of small tables. Axes: (draw, strategy).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from schelling.games.paths import small_linear
from schelling.games.tables import logit, strategic

_SHARPNESS = 5000.0  # precision times stake at which the support is read off
_SHARES = (1e-2, 1e-4, 0.1)  # shares above which an action counts as used, tried in this order
_STEPS = 25
_TOLERANCE = 1e-9  # gain, as a share of the stake, and probability that count as none


def find(
    payoffs: Float[Array, "draw *strategy player"],
) -> tuple[list[Float[Array, "draw _strategy"]], Bool[Array, " draw"]]:
    """A mixed equilibrium of each draw.

    Args:
        payoffs: The games.

    Returns:
        Mixed strategy of each player, and whether it is an equilibrium.
    """
    if not len(payoffs):
        sizes = strategic.actions(payoffs)
        return [jnp.zeros((0, size)) for size in sizes], jnp.zeros(0, dtype=bool)
    payoffs = strategic.incentives(payoffs)
    stake = strategic.stakes(payoffs)
    lanes = (slice(None), *[None] * (payoffs.ndim - 2), slice(None))
    scaled = payoffs / jnp.where(stake > 0, stake, 1.0)[lanes]
    near, _ = logit.follow(scaled, _SHARPNESS)
    best = list(near)
    found = jnp.zeros(payoffs.shape[:1], dtype=bool)
    for share in _SHARES:
        exact = _polished(scaled, list(near), share)
        good = _is_equilibrium(scaled, exact) & ~found
        best = [jnp.where(good[:, None], new, old) for new, old in zip(exact, best, strict=True)]
        found |= good
    return best, found


def _is_equilibrium(payoffs: Array, play: list[Array]) -> Bool[Array, " draw"]:
    gain = jnp.max(strategic.regret(payoffs, play), axis=1)
    least = jnp.min(jnp.concatenate(play, axis=1), axis=1)
    return (gain <= _TOLERANCE) & (least >= 0.0)


def _polished(
    payoffs: Array, near: list[Array], share: float
) -> list[Float[Array, "draw _strategy"]]:
    """Make everybody indifferent over the actions used at least so often."""
    used = [mixed > share for mixed in near]
    sizes = [mixed.shape[1] for mixed in near]
    start = jnp.concatenate([*near, strategic.expected(payoffs, near)], axis=1)

    def parts(point: Array) -> tuple[list[Array], Array]:
        edges = [sum(sizes[:k]) for k in range(len(sizes) + 1)]
        mixed = [point[a:b] for a, b in pairwise(edges)]
        return mixed, point[edges[-1] :]

    def residual(point: Array, game: Array, support: list[Array]) -> Array:
        mixed, worth = parts(point)
        values = strategic.values(game[None], [mine[None] for mine in mixed])
        rows = [
            jnp.where(there, value[0] - worth[k], mine)
            for k, (there, value, mine) in enumerate(zip(support, values, mixed, strict=True))
        ]
        return jnp.concatenate([*rows, jnp.stack([jnp.sum(mine) - 1.0 for mine in mixed])])

    slope = cast("Callable[..., Array]", jax.jacfwd(residual))
    walk = cast("Callable[..., Array]", jax.lax.fori_loop)

    def step(_: Array, point: Array) -> Array:
        value = jax.vmap(residual)(point, payoffs, used)
        return point - small_linear.solve_draws(jax.vmap(slope)(point, payoffs, used), value)

    mixed, _ = jax.vmap(parts)(walk(0, _STEPS, step, start))
    tidy = [
        jnp.where(there & (jnp.abs(mine) > _TOLERANCE), mine, 0.0)
        for mine, there in zip(mixed, used, strict=True)
    ]
    return [mine / jnp.sum(mine, axis=1, keepdims=True) for mine in tidy]
