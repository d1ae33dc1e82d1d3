"""Some worlds of a block by themselves: taken out, side by side, and put back.

In most steps few worlds of a block play a game with a condition. It costs less to solve it for
these alone, a fixed number of them at a time. What becomes of a world does not depend on which
others are taken with it. The world is the last axis; what lacks it is the same for all worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Int

from schelling.compile.constants import NUMBERS
from schelling.compile.frame import Value

_Tree = TypeVar("_Tree")

Places = Int[Array, " place"]
"""Places of worlds in a block; beyond its end of those that stand in for none."""

PARTS: Final = 8
"""So many times fewer worlds than there are in a block are taken out of it at a time."""

FEWEST: Final = 16
"""Worlds worth taking out; where that part of a block is smaller, all of it goes through."""


def at_a_time(worlds: int) -> int:
    """How many of the worlds of a block are taken out at a time; 0 where that is not worth it."""
    return worlds // PARTS if worlds // PARTS >= FEWEST else 0


def each(
    here: Bool[Array, " world"],
    many: int,
    values: _Tree,
    act: Callable[[Places, _Tree], _Tree],
) -> _Tree:
    """What becomes of a block once something is done for every world where it is due.

    Args:
        here: Where it is due.
        many: For how many worlds it is done at a time.
        values: The block.
        act: What is done for the worlds at some places.
    """

    def going(now: tuple[Array, _Tree]) -> Array:
        return jnp.any(now[0])

    def some(now: tuple[Array, _Tree]) -> tuple[Array, _Tree]:
        left, values = now
        _, first = lax.top_k(left.astype(jnp.float32), many)  # of equals the first
        places = jnp.where(left[first], first, len(left))
        return left.at[places].set(False, mode="drop"), act(places, values)

    return lax.while_loop(going, some, (here, values))[1]


def taken(values: _Tree, places: Places, worlds: int) -> _Tree:
    """Arrays of a block with the worlds at some places alone; the last world stands in for none."""

    def some(leaf: Array) -> Array:
        return leaf[..., jnp.minimum(places, worlds - 1)] if _of_worlds(leaf, worlds) else leaf

    return jax.tree.map(some, values)


def taken_by_name(values: Mapping[str, Value], places: Places, worlds: int) -> dict[str, Value]:
    """What a frame holds fixed, of the worlds at some places; see `taken`."""
    return {
        name: value if name == NUMBERS else taken(value, places, worlds)
        for name, value in values.items()
    }


def put_back(values: _Tree, some: _Tree, places: Places, worlds: int) -> _Tree:
    """Arrays of a block with what has become of the worlds at some places."""

    def back(leaf: Array, own: Array) -> Array:
        return leaf.at[..., places].set(own, mode="drop") if _of_worlds(leaf, worlds) else leaf

    return jax.tree.map(back, values, some)


def _of_worlds(leaf: Array, worlds: int) -> bool:
    return jnp.ndim(leaf) > 0 and jnp.shape(leaf)[-1] == worlds
