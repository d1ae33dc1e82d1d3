"""Chance, one number at a time: threefry-2x32 in whole numbers, as the paper tells it.

References:
    Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC11, section
    3.3 (Threefry) and table 1 (its rotations are those of the Random123 library).
"""

from __future__ import annotations

import hashlib

WORD = 2**32
ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
PARITY = 0x1BD11BDA
ROUNDS = 20


def threefry(key: tuple[int, int], counter: tuple[int, int]) -> tuple[int, int]:
    """Two random words: mix with a rotation in every round, add key words after every fourth."""
    words = (key[0], key[1], PARITY ^ key[0] ^ key[1])
    left, right = (counter[0] + words[0]) % WORD, (counter[1] + words[1]) % WORD
    for number in range(ROUNDS):
        left = (left + right) % WORD
        turn = ROTATIONS[number % 8]
        right = ((right << turn) % WORD) | (right >> (32 - turn))
        right ^= left
        if number % 4 == 3:
            injection = (number + 1) // 4
            left = (left + words[injection % 3]) % WORD
            right = (right + words[(injection + 1) % 3] + injection) % WORD
    return left, right


def key(seed: int, stream: str) -> tuple[int, int]:
    """The key of a named stream: 8 bytes of BLAKE2b of `seed/name`, as two little-endian words."""
    digest = hashlib.blake2b(f"{seed}/{stream}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def uniform(seed: int, stream: str, count: int, world: int) -> float:
    """A number strictly between 0 and 1: 26 bits of each word, centred in their cell."""
    high, low = threefry(key(seed, stream), (world, count))
    return ((high >> 6) * 2**26 + (low >> 6) + 0.5) / 2**52
