"""Chance: uniform numbers keyed by seed, stream, world and a count: a step, or how often.

A counter-based generator has no state to share: the number a world meets depends on nothing but its
own counter, so it is the same whatever the batch, the order or the number of cores, and a twin
world meets the same luck. Axes: (step, stream, world).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float64, UInt32

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA


def keys(seed: int, streams: Sequence[str]) -> UInt32[np.ndarray, "stream two"]:
    """One generator key for every named stream of chance.

    Args:
        seed: Any integer; zero is a seed like any other.
        streams: Names, such as `event/city_falls`.

    Returns:
        Keys that depend on the seed and the name only, not on the order or number of streams.
    """
    digests = [hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8) for name in streams]
    words = [np.frombuffer(digest.digest(), dtype="<u4") for digest in digests]
    return np.array(words, dtype=np.uint32).reshape(len(words), 2)


def once(key: UInt32[Array, "*#cell"], values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Values that are computed once, and not again for every number that is made of them.

    XLA merges cheap sums with what reads them, so that a hash for a world is computed anew for each
    agent in it; its barriers are gone by then. It merges nothing into a loop, and cannot know that
    this one never runs.

    Args:
        key: Any words.
        values: The values.
    """
    never = jnp.isnan(key.astype(jnp.float32).ravel()[0])  # words are numbers
    rounds = never.astype(jnp.int32)

    def going(now: tuple[Array, ...]) -> Array:
        return now[0] < rounds

    def changed(now: tuple[Array, ...]) -> tuple[Array, ...]:
        return tuple(~one if one.dtype == jnp.bool_ else one + 1 for one in now)

    begun = (jnp.zeros((), jnp.int32), *values)
    return lax.while_loop(going, changed, begun)[1:]


def threefry(
    key: tuple[UInt32[Array, "*#cell"], UInt32[Array, "*#cell"]],
    counter: tuple[UInt32[Array, "*#cell"], UInt32[Array, "*#cell"]],
) -> tuple[UInt32[Array, "*#cell"], UInt32[Array, "*#cell"]]:
    """Threefry-2x32 with 20 rounds: two random words for a key and a counter.

    References:
        Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, section 4.
    """
    first, second = key
    schedule = (first, second, first ^ second ^ jnp.uint32(_PARITY))
    x, y = counter[0] + first, counter[1] + second
    for block in range(5):
        for rotation in _ROTATIONS[block % 2]:
            x = x + y
            y = (y << jnp.uint32(rotation)) | (y >> jnp.uint32(32 - rotation))
            y = y ^ x
        x = x + schedule[(block + 1) % 3]
        y = y + schedule[(block + 2) % 3] + jnp.uint32(block + 1)
    return x, y


def uniform(
    streams: UInt32[Array, "stream two"],
    steps: UInt32[Array, " step"],
    worlds: UInt32[Array, " world"],
) -> Float64[Array, "step stream world"]:
    """Uniform numbers strictly between 0 and 1: the centres of 2**52 cells, each exactly a double.

    Args:
        streams: Keys from `keys`.
        steps: Step numbers.
        worlds: World numbers.

    Returns:
        One number for every step, stream and world.
    """
    shape = (len(steps), len(streams), len(worlds))
    key = jnp.broadcast_to(streams[None, :, :, None], (*shape[:2], 2, shape[2]))
    return _uniform(
        (key[:, :, 0], key[:, :, 1]),
        jnp.broadcast_to(steps[:, None, None], shape),
        jnp.broadcast_to(worlds[None, None, :], shape),
    )


def cells(
    key: tuple[UInt32[Array, "*#cell"], UInt32[Array, "*#cell"]],
    counts: UInt32[Array, "*#cell"],
    worlds: UInt32[Array, "*#cell"],
) -> Float64[Array, "*cell"]:
    """Uniform numbers where every cell has a key and a counter of its own; see `uniform`.

    Args:
        key: The two words of each cell's key.
        counts: How often something has happened.
        worlds: World numbers.
    """
    first, second, counts, worlds = jnp.broadcast_arrays(*key, counts, worlds)
    return _uniform((first, second), counts, worlds)


def _uniform(key: tuple[Array, Array], counts: Array, worlds: Array) -> Array:
    high, low = threefry(key, (worlds, counts))
    cell = (high >> 6).astype(jnp.float64) * 2.0**26 + (low >> 6).astype(jnp.float64)
    return (cell + 0.5) * 2.0**-52
