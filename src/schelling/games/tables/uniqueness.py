"""Whether a strategic game has only one logit equilibrium: a proof, or no word.

NumPy arrays go in and come out without any compiling, JAX arrays stay traceable. Axes: draw,
action; payoffs `(draw, action of each player..., player)`.
"""

from __future__ import annotations

from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from schelling.games.tables import strategic

_SQUARINGS = 4  # the bound on the spectral radius uses the sixteenth power


def certified(
    payoffs: Float[strategic.Kind, "draw *action player"],
    precision: Float[strategic.Kind, "draw player"],
) -> Bool[strategic.Kind, " draw"]:
    """Whether the logit equilibrium is proved to be the only one.

    With D[i, j] the most that player j's action can change an own payoff difference of player i,
    the logit response moves player i's play by at most precision[i] D[i, j] / 4 times what moved in
    player j's, in the L1 norm. Where the matrix of those factors has a spectral radius below one,
    the response is a contraction. For two players: the product of precisions and D is below 16.

    Args:
        payoffs: The games.
        precision: Precision of each player.

    Returns:
        True where proved; False says nothing.

    Examples:
        >>> import jax.numpy as jnp
        >>> hunt = jnp.array([[[[10.0, 10], [1, 8]], [[8, 1], [5, 5]]]] * 2)
        >>> certified(hunt, jnp.array([[0.6, 0.6], [0.7, 0.7]])).tolist()
        [True, False]
    """
    xp = strategic.module(payoffs)
    count = len(strategic.actions(payoffs))
    factors = [
        xp.stack(
            [xp.zeros_like(precision[:, 0]) if i == j else _reach(payoffs, i, j)
             for j in range(count)], axis=1,
        )
        for i in range(count)
    ]  # fmt: skip
    return _radius_below_one(0.25 * precision[:, :, None] * xp.stack(factors, axis=1))


def _reach(
    payoffs: Float[strategic.Kind, "draw *action player"], player: int, other: int
) -> Float[strategic.Kind, " draw"]:
    """Most that one player's action can change a difference between two own payoffs of another."""
    xp = strategic.module(payoffs)
    own = xp.moveaxis(payoffs[..., player], (player + 1, other + 1), (1, 2))

    def against(action: Any) -> Any:
        gaps = own - xp.take(own, action, axis=1)[:, None]
        spread = gaps.max(axis=2) - gaps.min(axis=2)
        return spread.max(axis=tuple(range(1, spread.ndim)))

    # Action by action in a loop: written out, thirty actions took 23 s to compile.
    if isinstance(payoffs, np.ndarray):
        return np.stack([against(action) for action in range(own.shape[1])]).max(axis=0)
    return cast("Any", jax.lax.map(against, jnp.arange(own.shape[1]))).max(axis=0)


def _radius_below_one(
    factors: Float[strategic.Kind, "draw player player"],
) -> Bool[strategic.Kind, " draw"]:
    """A bound from above on the spectral radius: the norm of a high power, exact for two."""
    xp = strategic.module(factors)
    log_scale = xp.zeros(factors.shape[0])
    power = factors
    for _ in range(_SQUARINGS):
        largest = power.sum(axis=2).max(axis=1)
        safe = xp.where(largest > 0, largest, 1.0)
        power = power / safe[:, None, None]
        log_scale = 2.0 * (log_scale + xp.log(safe))
        power = (power[:, :, :, None] * power[:, None]).sum(axis=2)
    norm = power.sum(axis=2).max(axis=1)
    return (norm <= 0) | (log_scale + xp.log(xp.where(norm > 0, norm, 1.0)) < 0)
