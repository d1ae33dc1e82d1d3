"""Whether a strategic game has only one logit equilibrium: a proof, or no word.

Axes: draw, action; payoffs `(draw, action of each player..., player)`.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from schelling.games.tables import strategic
from schelling.games.tables.strategic import Payoffs

_SQUARINGS = 4  # the bound on the spectral radius uses the sixteenth power


def certified(payoffs: Payoffs, precision: Float[Array, "draw player"]) -> Bool[Array, " draw"]:
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
    count = len(strategic.actions(payoffs))
    rows: list[Array] = []
    for i in range(count):
        gaps = _own_gaps(payoffs, i)
        row = [
            jnp.zeros_like(precision[:, 0])
            if i == j
            else jnp.max(jnp.ptp(gaps, axis=j + 2).reshape(gaps.shape[0], -1), axis=1)
            for j in range(count)
        ]
        rows.append(jnp.stack(row, axis=1))
    factors = 0.25 * precision[:, :, None] * jnp.stack(rows, axis=1)
    return _radius_below_one(factors)


def _own_gaps(payoffs: Payoffs, player: int) -> Float[Array, "draw pair ..."]:
    """Payoff differences between every two own actions; the own axis is kept with length one."""
    own = jnp.asarray(payoffs[..., player])
    axis = player + 1
    count = own.shape[axis]
    pairs = [(a, b) for a in range(count) for b in range(a)]
    if not pairs:
        return jnp.zeros_like(own)[:, None]
    take = partial(jax.lax.slice_in_dim, own, axis=axis)
    return jnp.stack([take(a, a + 1) - take(b, b + 1) for a, b in pairs], axis=1)


def _radius_below_one(factors: Float[Array, "draw player player"]) -> Bool[Array, " draw"]:
    """A bound from above on the spectral radius: the norm of a high power, exact for two."""
    log_scale = jnp.zeros(factors.shape[0])
    power = factors
    for _ in range(_SQUARINGS):
        largest = jnp.max(jnp.sum(power, axis=2), axis=1)
        safe = jnp.where(largest > 0, largest, 1.0)
        power = power / safe[:, None, None]
        log_scale = 2.0 * (log_scale + jnp.log(safe))
        power = jnp.sum(power[:, :, :, None] * power[:, None], axis=2)
    norm = jnp.max(jnp.sum(power, axis=2), axis=1)
    return log_scale + jnp.log(norm) < 0
