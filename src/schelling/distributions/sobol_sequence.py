"""The points of the plain Sobol' sequence, as binary digits.

The direction numbers are those that SciPy ships. They are read from its file, as importing
`scipy.stats` takes longer than a run of few worlds. Where SciPy has no such file, its own generator
makes the points, which are the same. Axes: (point, thing).

References:
    Joe, S. and Kuo, F. Y. (2008), Constructing Sobol' sequences with better two-dimensional
    projections, SIAM J. Sci. Comput. 30(5): the direction numbers.
    Antonov, I. A. and Saleev, V. M. (1979), An economic method of computing LP-tau sequences, USSR
    Computational Mathematics and Mathematical Physics 19(1): points in the order of the Gray code.
"""

from __future__ import annotations

import zipfile
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from jaxtyping import UInt64
from numpy import ndarray

BITS: Final = 32
"""Binary digits of a point."""

_FILE: Final = "stats/_sobol_direction_numbers.npz"
_LOW: Final = 10  # digits of a point's number whose share of the point is looked up at once


def digits(things: int, start: int, stop: int) -> UInt64[ndarray, "point thing"]:
    """Points `start` to `stop - 1`.

    Args:
        things: Dimensions; at most 21,201.
        start: The first point.
        stop: The point after the last one; at most `2**32`.

    Returns:
        The `BITS` digits of every coordinate, the last one in the lowest bit; each thing in one
        piece of memory.

    Raises:
        ValueError: There are too many dimensions.

    Examples:
        >>> (digits(2, 0, 4) / 2.0**32).tolist()
        [[0.0, 0.0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]
    """
    try:
        by_thing = directions(things)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return by_scipy(things, start, stop)
    number = np.arange(start, stop, dtype=np.uint64)
    low, high = number & np.uint64(2**_LOW - 1), number >> np.uint64(_LOW)
    first = int(high[0]) if len(high) else 0
    last = int(high[-1]) + 1 if len(high) else 0
    heads = _made_of(by_thing, np.arange(first, last, dtype=np.uint64) << np.uint64(_LOW))
    tails = _made_of(by_thing, np.arange(2**_LOW, dtype=np.uint64))
    return (heads[:, high.astype(np.intp) - first] ^ tails[:, low.astype(np.intp)]).T


def by_scipy(things: int, start: int, stop: int) -> UInt64[ndarray, "point thing"]:
    """The same as `digits`, by SciPy's generator."""
    from scipy.stats import qmc  # noqa: PLC0415 - takes half a second

    if start == stop:
        return np.zeros((things, 0), dtype=np.uint64).T
    engine = qmc.Sobol(things, scramble=False, bits=BITS)
    skip = max(start, 1)  # the first point is 0, and SciPy warns when a block starts there
    engine.fast_forward(skip)
    found = np.zeros((things, stop - start), dtype=np.uint64).T
    found[skip - start :] = engine.random(stop - skip) * 2.0**BITS
    return found


def _made_of(
    by_thing: UInt64[ndarray, "thing bit"], number: UInt64[ndarray, " point"]
) -> UInt64[ndarray, "thing point"]:
    """The points of some numbers: directions where the Gray code of the number has a 1."""
    gray = number ^ (number >> np.uint64(1))
    found = np.zeros((len(by_thing), len(number)), dtype=np.uint64)
    for bit in range(int(number.max(initial=0)).bit_length()):
        has = (gray >> np.uint64(bit)) & np.uint64(1)
        found ^= by_thing[:, bit, np.newaxis] * has
    return found


@lru_cache(maxsize=8)
def directions(things: int) -> UInt64[ndarray, "thing bit"]:
    """Direction numbers, by Joe and Kuo's recurrence (their equation 2)."""
    with files("scipy").joinpath(_FILE).open("rb") as file, np.load(file) as table:
        polynomials = table["poly"][:things].tolist()
        starts = table["vinit"][:things].tolist()
    if len(polynomials) < things:
        message = f"the Sobol' sequence has {len(polynomials)} dimensions; {things} are wanted"
        raise ValueError(message)
    found = [[1] * BITS]  # the first dimension is that of van der Corput
    for polynomial, start in zip(polynomials[1:], starts[1:], strict=True):
        degree = polynomial.bit_length() - 1
        own = start[:degree]
        for bit in range(degree, BITS):
            new = own[bit - degree]
            for back in range(1, degree + 1):
                if polynomial >> (degree - back) & 1:
                    new ^= own[bit - back] << back
            own.append(new)
        found.append(own)
    raised = np.array(found[:things], dtype=np.uint64).reshape(things, BITS)
    return raised << np.arange(BITS - 1, -1, -1, dtype=np.uint64)
