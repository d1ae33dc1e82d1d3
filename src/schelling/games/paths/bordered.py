"""One Newton step for F(z, t) = 0 on the Jacobian bordered by one more row.

F has one equation fewer than there are unknowns z and t. A row is added that the correction must
leave as it is; the same matrix with another right side gives the tangent of the branch. Arrays hold
the lane last.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from schelling.games.paths import small_linear


class Linearised(NamedTuple):
    """A residual with its derivatives, lanes last.

    Attributes:
        value: F(z, t).
        slope: Derivative of F by z, row by equation.
        drift: Derivative of F by t.
    """

    value: Float[Array, "unknown lane"]
    slope: Float[Array, "unknown unknown lane"]
    drift: Float[Array, "unknown lane"]


class Newton(NamedTuple):
    """One solution of the bordered system.

    Attributes:
        correction: What to add to (z, t).
        tangent: Tangent of the branch, of a length that makes its product with the row one.
        sign: Sign of the determinant of the bordered matrix.
    """

    correction: Float[Array, "row lane"]
    tangent: Float[Array, "row lane"]
    sign: Float[Array, " lane"]


def step(linear: Linearised, row: Float[Array, "row lane"], identity: int = 0) -> Newton:
    """Newton correction that leaves `row . (z, t)` as it is, and the tangent.

    Args:
        linear: Residual and derivatives.
        row: Last row of the bordered matrix.
        identity: How many leading unknowns have the identity as their block.

    Returns:
        The correction with tangent and sign.
    """
    drift = linear.drift[:, None]
    zero = jnp.zeros_like(linear.value)
    k = identity
    # The leading k by k block is the identity, so its unknowns are eliminated by hand (a Schur
    # complement): only the remaining rows need pivoting, and the sign of the determinant is theirs.
    right = jnp.stack([-linear.value, zero], axis=1)
    last = jnp.stack([jnp.zeros_like(row[-1]), jnp.ones_like(row[-1])])[None]
    upper = jnp.concatenate([linear.slope[:k, k:], drift[:k]], axis=1)
    left = jnp.concatenate([linear.slope[k:, :k], row[None, :k]])
    rest = jnp.concatenate(
        [jnp.concatenate([linear.slope[k:, k:], drift[k:]], axis=1), row[None, k:]]
    )
    below = jnp.concatenate([right[k:], last])
    if k == 0:
        x, sign = small_linear.solve(rest, below)
        return Newton(x[:, 0], x[:, 1], sign)
    tail, sign = small_linear.solve(
        rest - small_linear.multiply(left, upper), below - small_linear.multiply(left, right[:k])
    )
    x = jnp.concatenate([right[:k] - small_linear.multiply(upper, tail), tail])
    return Newton(x[:, 0], x[:, 1], sign)
