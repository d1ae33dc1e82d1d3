"""Every Nash equilibrium of a two-player game with two actions each, in closed form.

Four cells that may be pure equilibria, and the one mixture at which both players are indifferent.
No loop, no system to solve. Which difference counts as a tie is an argument;
`schelling.games.tables.nash` removes what is listed twice.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

_PURE = ((1.0, 0.0), (0.0, 1.0))


def mixture(
    payoffs: Float[Array, "draw 2 2 2"], room: Float[Array, "draw 2"] | float = 0.0
) -> tuple[Float[Array, "draw 2"], Float[Array, "draw 2"], Bool[Array, " draw"]]:
    """The profile that leaves both players indifferent between their actions.

    Args:
        payoffs: The game.
        room: Difference of payoffs, per player, that counts as a tie.

    Returns:
        The row player's and the column player's mixture, and whether there is one: a player whom
        a tie makes indifferent leaves the other at a pure action, which counts.

    Examples:
        Chicken: swerve or go straight; each swerves with probability 5/7.

        >>> import jax.numpy as jnp
        >>> chicken = jnp.array([[[[0.0, 0], [-0.5, 1]], [[1, -0.5], [-3, -3]]]])
        >>> row, column, exists = mixture(chicken)
        >>> row.round(6).tolist(), exists.tolist()
        ([[0.714286, 0.285714]], [True])
    """
    own, other = payoffs[..., 0], payoffs[..., 1]
    limit = jnp.broadcast_to(jnp.asarray(room), (*payoffs.shape[:1], 2))
    column, rows_tie = _zero_between(own[:, 0] - own[:, 1], limit[:, 0])
    row, columns_tie = _zero_between(other[..., 0] - other[..., 1], limit[:, 1])
    return row, column, rows_tie & columns_tie


def candidates(
    payoffs: Float[Array, "draw 2 2 2"],
    steady: Bool[Array, "draw 2 2"],
    room: Float[Array, "draw 2"] | float = 0.0,
) -> tuple[Float[Array, "draw 5 2"], Float[Array, "draw 5 2"], Bool[Array, "draw 5"]]:
    """The four cells and the mixture.

    Args:
        payoffs: The game.
        steady: Which cells are pure equilibria.
        room: Difference of payoffs, per player, that counts as a tie.

    Returns:
        Row mixtures, column mixtures, and which of them are equilibria.
    """
    row, column, exists = mixture(payoffs, room)
    draws = payoffs.shape[0]
    cells = [(i, j) for i in range(2) for j in range(2)]
    rows = jnp.broadcast_to(jnp.array([_PURE[i] for i, _ in cells]), (draws, 4, 2))
    columns = jnp.broadcast_to(jnp.array([_PURE[j] for _, j in cells]), (draws, 4, 2))
    return (
        jnp.concatenate([rows, row[:, None]], axis=1),
        jnp.concatenate([columns, column[:, None]], axis=1),
        jnp.concatenate([steady.reshape(draws, 4), exists[:, None]], axis=1),
    )


def _zero_between(
    lead: Float[Array, "draw 2"], limit: Float[Array, " draw"]
) -> tuple[Float[Array, "draw 2"], Bool[Array, " draw"]]:
    """Weights on two numbers of opposite sign that average them to zero, if there are."""
    snapped = jnp.where(jnp.abs(lead) <= limit[:, None], 0.0, lead)
    first, second = snapped[:, 0], snapped[:, 1]
    exists = (first * second <= 0) & (first != second)
    share = second / jnp.where(exists, second - first, 1.0)
    return jnp.stack([share, 1.0 - share], axis=1), exists
