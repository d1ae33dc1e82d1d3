"""Threshold models of collective action: how many act when each waits for enough others.

Person i acts once the visible share reaches its threshold. With thresholds distributed as
N(mean, sd) the visible share settles at the lowest fixed point of y = Phi((y - mean) / sd).
Element by element over any axes.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax
from jax.scipy.special import ndtr
from jaxtyping import Array, Float

from schelling import axes as axes  # noqa: PLC0414 - switches JAX to float64

_NEWTON_STEPS = 60


def lowest_fixed_point(
    mean: Float[Array, "*world"] | float, sd: Float[Array, "*world"] | float
) -> Float[Array, "*world"]:
    """Share who act in the lowest equilibrium of normal thresholds.

    Below the mean threshold the response is convex, so Newton's method from 0 climbs to the lowest
    fixed point without passing it; where it meets none there, the share runs away to the upper
    one, which Newton's method from 1 reaches from above, where the response is concave.

    Args:
        mean: Mean threshold, a share.
        sd: Standard deviation of thresholds, a share; must be positive.

    Returns:
        The share who act; NaN where `sd` is not positive.

    References:
        Granovetter (1978), American Journal of Sociology 83:1420; Kuran (1991), World Politics
        44:7.

    Examples:
        >>> round(float(lowest_fixed_point(0.25, 0.13)), 2)  # past the tangency at 0.1222
        0.97
    """
    mean, sd = jnp.broadcast_arrays(jnp.asarray(mean, float), jnp.asarray(sd, float))
    safe = jnp.where(sd > 0, sd, jnp.nan)

    def gap(share: Array) -> Array:
        return ndtr((share - mean) / safe) - share

    def slope(share: Array) -> Array:
        z = (share - mean) / safe
        return jnp.exp(-0.5 * z * z) / (safe * jnp.sqrt(2 * jnp.pi)) - 1.0

    def climb(_: int, share: Array) -> Array:
        steep = slope(share)
        step = jnp.where(steep < 0, -gap(share) / jnp.where(steep < 0, steep, -1.0), 1.0)
        return jnp.minimum(share + jnp.maximum(step, 0.0), jnp.maximum(mean, 0.0))

    def descend(_: int, share: Array) -> Array:
        steep = slope(share)
        step = jnp.where(steep < 0, gap(share) / jnp.where(steep < 0, steep, -1.0), 1.0)
        return jnp.maximum(share - jnp.maximum(step, 0.0), 0.0)

    low = jnp.asarray(lax.fori_loop(0, _NEWTON_STEPS, climb, jnp.zeros_like(mean)))
    high = jnp.asarray(lax.fori_loop(0, _NEWTON_STEPS, descend, jnp.ones_like(mean)))
    settled = (gap(low) <= 1e-9) & (low < mean)
    return jnp.where(jnp.isnan(safe), jnp.nan, jnp.where(settled, low, high))
