"""Threshold models of collective action: how many act when each waits for enough others.

Person i acts once the visible share reaches its threshold. With thresholds distributed as
N(mean, sd) the visible share settles at the lowest fixed point of y = Phi((y - mean) / sd).
Element by element over any axes.
"""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float

_MOST_STEPS = 60
_SETTLED = 1e-13
_LONG = 128
_ROOT_HALF = math.sqrt(0.5)
_ROOT_TWO_PI = math.sqrt(2 * math.pi)


class _Climb(NamedTuple):
    """The search in every world; one that has settled stays, whatever the others do."""

    share: Float[Array, "*world"]
    going: Bool[Array, "*world"]
    lost: Bool[Array, "*world"]
    steps: Float[Array, ""]


def lowest_fixed_point(
    mean: Float[Array, "*#world"] | float, sd: Float[Array, "*#world"] | float
) -> Float[Array, "*#world"]:
    """Share who act in the lowest equilibrium of normal thresholds.

    Below the mean threshold the response is convex: from 0 the search climbs to the lowest fixed
    point. Where there is none on that side, the share runs away to the upper one, which the search
    reaches from 1, where the response is concave. Steps go to the root of the local parabola
    (Euler's method), which is quick also near a tangency, where Newton's steps only halve the gap.

    Args:
        mean: Mean threshold, a share.
        sd: Standard deviation of thresholds, a share; must be positive.

    Returns:
        The share who act; NaN where `sd` is not positive.

    References:
        Granovetter (1978), American Journal of Sociology 83:1420; Kuran (1991), World Politics
        44:7.

    Examples:
        >>> [round(float(lowest_fixed_point(0.25, sd)), 3) for sd in (0.12, 0.13)]
        [0.04, 1.0]

        Between the two lies the tangency at 0.1222, where a few become all.
    """
    mean, sd = jnp.broadcast_arrays(jnp.asarray(mean, float), jnp.asarray(sd, float))
    return _settled(mean, sd)


@jax.custom_jvp
def _settled(mean: Float[Array, "*world"], sd: Float[Array, "*world"]) -> Float[Array, "*world"]:
    """The same, row by row where rows are long: one stays in the cache, and waits for no other."""
    if mean.ndim < 2 or mean.shape[-1] < _LONG:
        return _searched(mean, sd)

    def row(parameters: tuple[Array, Array]) -> Array:
        return _searched(*parameters)

    rows = mean.reshape(-1, mean.shape[-1]), sd.reshape(-1, mean.shape[-1])
    return cast("Array", lax.map(row, rows)).reshape(mean.shape)


def _searched(mean: Float[Array, "*world"], sd: Float[Array, "*world"]) -> Float[Array, "*world"]:
    sound = (sd > 0) & jnp.isfinite(mean)
    safe = jnp.where(sound, sd, 1.0)

    def step(share: Array) -> tuple[Array, Array]:
        """Where to look next, and whether the response is still flatter than the diagonal."""
        z = (share - mean) / safe
        gap = 0.5 + 0.5 * lax.erf(z * _ROOT_HALF) - share
        density = jnp.exp(-0.5 * z * z) / (safe * _ROOT_TWO_PI)
        fall = 1.0 - density
        flatter = fall > 0
        fall = jnp.where(flatter, fall, 1.0)
        bend = fall * fall + 2.0 * gap * z * density / safe
        euler = share + 2.0 * gap / (fall + jnp.sqrt(jnp.maximum(bend, 0.0)))
        short = (bend > 0) & (jnp.abs(euler - mean) >= safe)  # beyond, it could overshoot
        short &= (euler > mean) == (share > mean)
        return jnp.where(short, euler, share + gap / fall), flatter

    def climb(state: _Climb) -> _Climb:
        share, flatter = step(state.share)
        lost = state.going & (~flatter | (share > mean))  # no fixed point on the convex side
        going = state.going & ~lost & (share - state.share > _SETTLED)
        return _Climb(
            jnp.where(state.going, share, state.share), going, state.lost | lost, state.steps + 1
        )

    def descend(state: _Climb) -> _Climb:
        share, flatter = step(state.share)
        share = jnp.where(flatter, jnp.maximum(share, 0.0), 0.0)
        going = state.going & (state.share - share > _SETTLED) & (share > 0)
        share = jnp.where(state.going, share, state.share)
        return _Climb(share, going, state.lost, state.steps + 1)

    def unfinished(state: _Climb) -> Array:
        return jnp.any(state.going) & (state.steps < _MOST_STEPS)

    never, start = jnp.zeros(jnp.shape(mean), bool), jnp.zeros(())
    low = lax.while_loop(unfinished, climb, _Climb(mean * 0.0, sound & (mean > 0), never, start))
    above = sound & (low.lost | (mean <= 0))
    high = lax.while_loop(unfinished, descend, _Climb(mean * 0.0 + 1.0, above, never, start))
    return jnp.where(sound, jnp.where(above, high.share, low.share), jnp.nan)


@_settled.defjvp
def _moves(  # pyright: ignore[reportUnusedFunction]
    at: tuple[Array, Array], along: tuple[Array, Array]
) -> tuple[Float[Array, "*world"], Float[Array, "*world"]]:
    """How the fixed point moves with its parameters, by the implicit function theorem."""
    mean, sd = at
    share = _settled(mean, sd)
    z = (share - mean) / sd
    density = jnp.exp(-0.5 * z * z) / _ROOT_TWO_PI
    return share, -density * (along[0] + z * along[1]) / (sd - density)
