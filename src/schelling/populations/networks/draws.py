"""Numbers that a network is made from: keyed by seed and stream, counted by what they decide.

The k-th number of a stream is the same whatever the size of the chunk it is drawn in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64, UInt32, UInt64
from numpy import ndarray

from schelling import chance

CHUNK: Final = 2**18
"""Numbers drawn at once: few enough for the cache of a processor."""


def key(seed: int, stream: str) -> UInt32[ndarray, " two"]:
    """The key of one stream, such as `ties/peers/rewired`."""
    return chance.keys(seed, [stream])[0]


def uniform(stream: UInt32[ndarray, " two"], start: int, count: int) -> Float64[ndarray, " count"]:
    """Uniform numbers strictly between 0 and 1.

    Args:
        stream: From `key`.
        start: Number of the first.
        count: How many in a row. Every new count is compiled anew.
    """
    return np.asarray(_compiled(jnp.asarray(stream), np.uint64(start), count=count))


def all_uniform(
    stream: UInt32[ndarray, " two"], count: int, *, start: int = 0, chunk: int = CHUNK
) -> Float64[ndarray, " count"]:
    """The same in chunks, so that any count is drawn by one program."""
    found = np.empty(count)
    for begin in range(0, count, chunk):
        end = min(begin + chunk, count)
        found[begin:end] = uniform(stream, start + begin, chunk)[: end - begin]
    return found


def _uniform(
    stream: UInt32[Array, " two"], start: UInt64[Array, ""], *, count: int
) -> Float64[Array, " count"]:
    number = start + jnp.arange(count, dtype=jnp.uint64)
    low, high = number.astype(jnp.uint32), (number >> 32).astype(jnp.uint32)
    words = (jnp.full(count, stream[0]), jnp.full(count, stream[1]))
    left, right = chance.threefry(words, (low, high))
    cell = (left >> 6).astype(jnp.float64) * 2.0**26 + (right >> 6).astype(jnp.float64)
    return (cell + 0.5) * 2.0**-52


_compiled: Callable[..., Array] = jax.jit(_uniform, static_argnames="count")
