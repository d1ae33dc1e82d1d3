"""Where something is largest in an interval, one place in every world, all worlds at once.

The interval is scanned on a grid; around each grid point that is at least as high as its neighbours
and higher than one of them the golden section closes in, and two of Newton's steps on the slope
bring the digits that values alone do not hold. A peak between two grid points that both lie lower
than a third is missed.

References:
    Kiefer (1953), Proceedings of the American Mathematical Society 4:502, the golden section.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from schelling.dynamics.roots import CELLS, Searched, directed, following, quotient, traced

_GOLDEN = (math.sqrt(5) - 1) / 2
_STEPS = 40  # leaves 4e-9 of two cells: values of a smooth peak hold no more
_NEWTON = 2
_NEAR = 1e-3  # Newton's steps stay within this part of a cell
_SAME = 1e-14  # heights this close, relative to their size, are a tie

Height = Callable[[Array], Array]


class _Climb(NamedTuple):
    """How far the candidates of every world have been looked at."""

    at: Array
    looked: Array
    place: Array
    height: Array


def largest(
    height: Height,
    low: Float[Array, "*#world"],
    high: Float[Array, "*#world"],
    choose: str = "lowest",
    *,
    cells: int = CELLS,
) -> Float[Array, "*world"]:
    """Where a value is largest in an interval, in every world.

    Args:
        height: The value at a place, element by element.
        low: Where the interval begins.
        high: Where it ends; both ends belong to it.
        choose: `lowest` or `highest` of the places where it is as large. On a plateau, the first or
            last grid point.
        cells: How many parts the interval is divided into.

    Returns:
        The place, with its derivatives where the value is smooth; NaN where there is none.

    Examples:
        >>> import jax.numpy as jnp
        >>> place = largest(lambda x: x * (1.0 - x), jnp.array(0.0), jnp.array(2.0))
        >>> round(float(place), 12)
        0.5
    """
    height, shape = traced(height, jnp.asarray(0.5 * (low + high)))
    low, high = (jnp.broadcast_to(jnp.asarray(end, float), shape) for end in (low, high))
    whole = directed(low, high, choose, cells)
    proper = (low < high) & jnp.isfinite(low) & jnp.isfinite(high)

    def slope(x: Array) -> Array:
        """Zero at a peak inside; at an end, zero there."""
        inside = _derivative(height)(x)
        inside = jnp.where(x >= high, x - high, inside)
        return jnp.where(x <= low, x - low, inside)

    def search(_: object, start: Array) -> Array:
        return jnp.where(proper, _highest(height, whole), jnp.nan)

    return cast("Array", lax.custom_root(slope, jnp.zeros(shape), search, quotient))


def _derivative(height: Height) -> Height:
    def slope(x: Array) -> Array:
        tangent = jax.jvp(height, (x,), (jnp.ones_like(x),))[1]
        return jnp.broadcast_to(tangent, x.shape)

    return slope


def _highest(height: Height, whole: Searched) -> Float[Array, "*world"]:
    """Scan the grid, then close in on every local peak; the first of those that are highest."""
    shape = whole.start.shape

    def scan(nothing: None, number: Array) -> tuple[None, Array]:
        return None, _finite(height, whole.node(number))

    _, heights = lax.scan(scan, None, whole.numbers)
    edge = jnp.full((1, *shape), -jnp.inf)
    before = jnp.concatenate([edge, heights[:-1]])
    after = jnp.concatenate([heights[1:], edge])
    # both ends of a plateau: beyond either of them may lie a peak that no grid point shows
    spots = ((heights > before) & (heights >= after)) | ((heights >= before) & (heights > after))
    total = jnp.sum(spots, axis=0)

    def look(state: _Climb) -> _Climb:
        now = state.looked < total
        at = following(spots, state.at)
        place, found = _closer(height, whole, at.astype(float))
        margin = _SAME * jnp.maximum(jnp.abs(found), jnp.abs(state.height))
        better = now & ((state.looked == 0) | (found - state.height > margin))
        return _Climb(
            jnp.where(now, at, state.at),
            state.looked + now,
            jnp.where(better, place, state.place),
            jnp.where(better, found, state.height),
        )

    none = jnp.zeros(shape, int)
    start = _Climb(none - 1, none, jnp.full(shape, jnp.nan), jnp.zeros(shape))
    return lax.while_loop(lambda state: jnp.any(state.looked < total), look, start).place


def _finite(height: Height, x: Array) -> Array:
    found = jnp.broadcast_to(height(x), x.shape)
    return jnp.where(jnp.isfinite(found), found, -jnp.inf)


def _closer(height: Height, whole: Searched, at: Array) -> tuple[Array, Array]:
    """The peak around a grid point, and its height."""
    middle = whole.node(at)
    a, b = whole.node(jnp.maximum(at - 1, 0.0)), whole.node(jnp.minimum(at + 1, whole.cells))

    def narrow(_: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
        a, b, c, d, at_c, at_d = state
        left = at_c >= at_d
        a, b = jnp.where(left, a, c), jnp.where(left, d, b)
        kept, at_kept = jnp.where(left, c, d), jnp.where(left, at_c, at_d)
        fresh = jnp.where(left, b - _GOLDEN * (b - a), a + _GOLDEN * (b - a))
        at_fresh = _finite(height, fresh)
        c, d = jnp.where(left, fresh, kept), jnp.where(left, kept, fresh)
        at_c, at_d = jnp.where(left, at_fresh, at_kept), jnp.where(left, at_kept, at_fresh)
        return a, b, c, d, at_c, at_d

    def at_each(x: Array) -> Array:
        return _finite(height, x)

    c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
    at_c, at_d, top = cast("Array", lax.map(at_each, jnp.stack([c, d, middle])))
    last = cast("tuple[Array, ...]", lax.fori_loop(0, _STEPS, narrow, (a, b, c, d, at_c, at_d)))
    c, d, at_c, at_d = last[2:]
    found, at_found = jnp.where(at_c >= at_d, c, d), jnp.maximum(at_c, at_d)
    inside = at_found > top
    place = jnp.where(inside, found, middle)
    return _polished(height, whole, place, jnp.where(inside, at_found, top))


def _polished(height: Height, whole: Searched, place: Array, top: Array) -> tuple[Array, Array]:
    """Newton's steps on the slope, where they are short and lose nothing."""
    reach = _NEAR * jnp.abs(whole.end - whole.start) / whole.cells
    least = jnp.minimum(whole.start, whole.end)
    most = jnp.maximum(whole.start, whole.end)
    interior = (place > least) & (place < most)

    def both(x: Array) -> tuple[Array, Array]:
        return jax.jvp(height, (x,), (jnp.ones_like(x),))

    def step(_: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
        place, top, tried = state
        (value, first), (_, second) = jax.jvp(both, (tried,), (jnp.ones_like(tried),))
        fine = interior & (value >= top - _SAME * jnp.abs(top))
        fine &= jnp.abs(tried - place) <= reach
        place, top = jnp.where(fine, tried, place), jnp.where(fine, value, top)
        further = jnp.clip(tried - first / second, least, most)
        return place, top, jnp.where(fine & (second < 0), further, place)

    start = place, top, place
    last = cast("tuple[Array, ...]", lax.fori_loop(0, _NEWTON + 1, step, start))
    return last[0], last[1]
