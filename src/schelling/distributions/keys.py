"""Keys for numbers that look random: one per purpose, seed, replicate and name.

A key depends on the words it is made from and on nothing else, so neither the other names nor
their order, the number of worlds or the machine can move the numbers that hang on it.
"""

from __future__ import annotations

import hashlib

import numpy as np
from jaxtyping import UInt64
from numpy import ndarray


def key_words(
    purpose: str, *, seed: int, replicate: int, name: str, count: int
) -> UInt64[ndarray, " word"]:
    """Words of 64 bits that no two different requests share.

    Args:
        purpose: What the key is for, such as `sobol`; without a colon.
        seed: The run's seed; any integer.
        replicate: Which independent copy of the design.
        name: The assumption.
        count: How many words.

    Returns:
        The first `count` words of SHAKE-128 over the request.

    Examples:
        >>> [hex(word) for word in key_words("sobol", seed=0, replicate=0, name="aid", count=1)]
        ['0x7fc85157d19cd659']
    """
    text = f"{purpose}:{seed}:{replicate}:{name}".encode()
    return np.frombuffer(hashlib.shake_128(text).digest(8 * count), dtype="<u8").astype(np.uint64)
