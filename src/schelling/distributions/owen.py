"""Owen's nested uniform scrambling of base-2 points, by a keyed hash.

Owen scrambling flips each binary digit of a point depending on the digits before it. Written with
the first digit as the *lowest* bit, "depends on the digits before it" means "depends on lower bits
only", and that is what adding, multiplying by an odd number and `x ^= x * even` do in integer
arithmetic (Laine and Karras). Three keyed rounds of these stand in for Owen's tree of coin flips:
over random keys the flips are fair, and independent across branches of the tree as far as the
tests can see. On 64 bits a point of 32 digits leaves with 64, the tail random as in Owen's own
definition.

References:
    Owen, A. B. (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences, in Monte Carlo and
    Quasi-Monte Carlo Methods in Scientific Computing.
    Laine, S. and Karras, T. (2011), Stratified sampling for stochastic transparency, Computer
    Graphics Forum 30(4), section 3.
    Burley, B. (2020), Practical hash-based Owen scrambling, JCGT 9(4).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from jaxtyping import Float, UInt64
from numpy import ndarray

ROUNDS: Final = 3
"""Rounds of the hash; with three, flips of sibling branches are independent in every subset."""

WORDS: Final = 3 * ROUNDS
"""Words of key that one scramble uses."""

_SWAPS: Final = (
    (np.uint64(4), np.uint64(0x0F0F0F0F0F0F0F0F)),
    (np.uint64(2), np.uint64(0x3333333333333333)),
    (np.uint64(1), np.uint64(0x5555555555555555)),
)


def reverse_bits(x: UInt64[ndarray, "*shape"]) -> UInt64[ndarray, "*shape"]:
    """The same 64 bits in the opposite order.

    Examples:
        >>> reverse_bits(np.array([1, 6], dtype=np.uint64)) >> np.uint64(60)
        array([8, 6], dtype=uint64)
    """
    x = x.byteswap()
    for shift, mask in _SWAPS:
        x = ((x >> shift) & mask) | ((x & mask) << shift)
    return x


def scramble(
    digits: UInt64[ndarray, "*shape"], key: UInt64[ndarray, "*words"]
) -> UInt64[ndarray, "*scrambled"]:
    """Scramble binary digits, each depending on those before it and on the key.

    Args:
        digits: First binary digit of each coordinate in the lowest bit.
        key: `WORDS` random words first; further axes broadcast against `digits`.

    Returns:
        Scrambled digits, 64 of them, in the same order.
    """
    one = np.uint64(1)
    for i in range(0, WORDS, 3):
        digits = (digits + key[i]) * (key[i + 1] | one)
        digits ^= digits * (key[i + 2] & ~one)
    return digits


def open_unit(bits: UInt64[ndarray, "*shape"]) -> Float[ndarray, "*shape"]:
    """Random words as numbers strictly between 0 and 1.

    The 52 highest bits choose a cell of the unit interval and the middle of the cell is returned,
    so neither 0 nor 1 occurs and every elementary interval keeps its points.

    Examples:
        >>> ends = open_unit(np.array([0, 2**64 - 1], dtype=np.uint64))
        >>> bool(ends[0] > 0.0), bool(ends[1] < 1.0)
        (True, True)
    """
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
