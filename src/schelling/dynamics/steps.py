"""One step of a world: what happens by chance, what is held in bounds. Element by element."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

BEFORE_THE_END = 1e-6
"""The last stage stands so far before the end of the substep, as a share of its length: what jumps
there, such as `6000 if elapsed < 2 days else 0`, counts for the substep that it begins."""

MORE_THAN_EQUAL = 4e-12
"""... and at least so much of the time since the start, or comparisons would call it equal."""


def hold(
    value: Float[Array, "*world"], bounds: tuple[float, float] | None
) -> tuple[Float[Array, "*world"], Bool[Array, "*world"]]:
    """A stock held in its bounds, and where the bounds were needed.

    What is not finite is no number that bounds could hold: it becomes NaN, so that the world fails.
    """
    if bounds is None:
        return value, jnp.zeros(jnp.shape(value), bool)
    low, high = bounds
    finite = jnp.isfinite(value)
    held = jnp.where(finite, jnp.clip(value, low, high), jnp.nan)
    return held, finite & ((value < low) | (value > high))


def wait(luck: Float[Array, "*world"]) -> Float[Array, "*world"]:
    """How much cumulative hazard an event waits for: exponential with mean 1.

    Args:
        luck: Uniform on (0, 1).
    """
    return -jnp.log(1.0 - luck)


def draw(
    probabilities: list[Float[Array, "*#world"]], luck: Float[Array, "*#world"]
) -> list[Bool[Array, "*#world"]]:
    """Which of several alternatives is drawn, by inversion; the last takes what is left.

    Args:
        probabilities: One per alternative, adding up to 1.
        luck: Uniform on (0, 1).

    Returns:
        One mask per alternative; each world is in exactly one of them.
    """
    taken = jnp.zeros(jnp.shape(luck), bool)
    below = jnp.zeros(())
    masks: list[Array] = []
    for probability in probabilities[:-1]:
        below = below + probability
        chosen = (luck < below) & ~taken
        masks.append(chosen)
        taken = taken | chosen
    return [*masks, ~taken]
