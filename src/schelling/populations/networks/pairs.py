"""Each of very many pairs joined with one small probability, in time that grows with the ties.

Instead of asking every pair, one draws how many are passed over until the next tie: a geometric
number (Batagelj and Brandes 2005). Exact, and the ties come in ascending order.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int32, Int64, UInt32
from numpy import ndarray

from schelling.populations.networks import draws


def chosen(
    pairs: int, probability: float, stream: UInt32[ndarray, " two"], *, chunk: int = draws.CHUNK
) -> Iterator[Int64[ndarray, " tie"]]:
    """The numbers of the pairs that are joined, ascending, in chunks.

    Args:
        pairs: How many there are, at most 2**62.
        probability: Of each, independently.
        stream: From `draws.key`.
        chunk: How many gaps are drawn at once.
    """
    if pairs == 0 or probability <= 0.0:
        return
    last, drawn = -1, 0
    with np.errstate(divide="ignore"):
        scale = np.log1p(-np.float64(probability))
    while True:
        passed = np.floor(np.log(draws.uniform(stream, chunk, start=drawn, chunk=chunk)) / scale)
        drawn += chunk
        # a gap beyond the end is cut there, so that sums stay within 64 bits
        gaps = np.minimum(passed, float(pairs)).astype(np.int64) + 1
        found, over = _positions(last, gaps, pairs)
        yield found
        if over:
            return
        last = int(found[-1])


def _positions(last: int, gaps: Int64[ndarray, " gap"], pairs: int) -> tuple[ndarray, bool]:
    """Pair numbers after `last`, up to the end, and whether the end was passed."""
    found: list[ndarray] = []
    safe = max(1, 2**62 // (pairs + 1))  # so many gaps cannot overflow
    for begin in range(0, len(gaps), safe):
        position = last + np.cumsum(gaps[begin : begin + safe])
        inside = position[: int(np.searchsorted(position, pairs))]
        found.append(inside)
        if len(inside) < len(position):
            return np.concatenate(found), True
        last = int(position[-1])
    return np.concatenate(found), False


def corner(number: Int64[ndarray, " tie"]) -> tuple[Int32[ndarray, " tie"], Int32[ndarray, " tie"]]:
    """The two ends of a pair by its number: (0, 1), (0, 2), (1, 2), (0, 3), ...

    Returns:
        The lower end and the higher one.
    """
    high = ((1.0 + np.sqrt(1.0 + 8.0 * number.astype(np.float64))) / 2.0).astype(np.int64)
    high -= high * (high - 1) // 2 > number  # the square root may be off by one
    high += high * (high + 1) // 2 <= number
    return (number - high * (high - 1) // 2).astype(np.int32), high.astype(np.int32)
