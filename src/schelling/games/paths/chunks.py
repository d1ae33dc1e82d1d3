"""Any number of draws through functions that are compiled for a few fixed numbers.

Knows nothing of games: rows in, rows out, the draw first in every array.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

SIZES = (16, 256, 4096, 16384)
"""Lengths of a chunk; the shortest that holds what is left is used."""

Rows = Any
"""A tree of arrays, every leaf with one row per draw."""
_Answer = TypeVar("_Answer")


def run(
    function: Callable[[Rows, int], _Answer], rows: Rows, sizes: tuple[int, ...] = SIZES
) -> _Answer:
    """Apply a compiled function chunk by chunk.

    Args:
        function: From rows of a fixed length and the number of rows that count to a tree of arrays
            with one row per draw; rows beyond that number are copies of the last.
        rows: The input; at least one leaf.
        sizes: Lengths of a chunk, ascending.

    Returns:
        The function's answer for all draws, in their order.

    Examples:
        >>> import jax.numpy as jnp
        >>> run(lambda rows, count: (2 * rows,), np.arange(5), sizes=(2, 4))[0].tolist()
        [0, 2, 4, 6, 8]
    """
    whole = jax.tree.map(np.asarray, rows)
    draws = int(jax.tree.leaves(whole)[0].shape[0])
    parts: list[Any] = []
    start = 0
    while start < draws or not parts:
        left = draws - start
        size = next((size for size in sizes if size >= left), sizes[-1])
        count = min(size, left)
        part = jax.tree.map(partial(_slice, start=start, count=count, size=size), whole)
        parts.append(jax.tree.map(partial(_first, count=count), function(part, count)))
        start += size
    return cast("_Answer", jax.tree.map(_joined, *parts))


def _slice(leaf: np.ndarray, start: int, count: int, size: int) -> np.ndarray:
    part = leaf[start : start + count]
    if count == size:
        return part
    filler = part[-1:] if count else np.zeros((1, *leaf.shape[1:]), leaf.dtype)
    return np.concatenate([part, np.repeat(filler, size - count, axis=0)])


def _first(leaf: Array | np.ndarray, count: int) -> np.ndarray:
    return np.asarray(leaf)[:count]


def _joined(*leaves: np.ndarray) -> Array:
    return jnp.asarray(leaves[0] if len(leaves) == 1 else np.concatenate(leaves))
