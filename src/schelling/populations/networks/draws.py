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


def uniform(
    stream: UInt32[ndarray, " two"], count: int, *, start: int = 0, chunk: int = CHUNK
) -> Float64[ndarray, " count"]:
    """Uniform numbers strictly between 0 and 1.

    Args:
        stream: From `key`.
        count: How many in a row.
        start: Number of the first.
        chunk: How many at once.
    """
    found = np.empty(count)
    for begin in range(0, count, chunk):
        end = min(begin + chunk, count)
        numbers = np.arange(start + begin, start + begin + chunk, dtype=np.uint64)
        found[begin:end] = _compiled(stream, numbers)[: end - begin]
    return found


def uniform_at(
    stream: UInt32[ndarray, " two"], numbers: UInt64[ndarray, " count"]
) -> Float64[ndarray, " count"]:
    """The same for numbers that need not be in a row."""
    full = np.zeros(1 << len(numbers).bit_length(), np.uint64)  # few lengths, few programs
    full[: len(numbers)] = numbers
    return np.asarray(_compiled(stream, full))[: len(numbers)]


def _uniform(
    stream: UInt32[Array, " two"], number: UInt64[Array, " count"]
) -> Float64[Array, " count"]:
    low, high = number.astype(jnp.uint32), (number >> 32).astype(jnp.uint32)
    words = (jnp.full(len(number), stream[0]), jnp.full(len(number), stream[1]))
    left, right = chance.threefry(words, (low, high))
    cell = (left >> 6).astype(jnp.float64) * 2.0**26 + (right >> 6).astype(jnp.float64)
    return (cell + 0.5) * 2.0**-52


_compiled: Callable[..., Array] = jax.jit(_uniform)
