"""Designs: which points of the unit cube the worlds stand on.

World w is point `w // replicates` of replicate `w % replicates`. The replicates of a design are
independent and each is a whole design by itself, so the spread of their means is an error bar.
Everything random hangs on (seed, replicate, name): `first` and `count` cut the same worlds out of
the same design whatever is asked around them, and a name added at the end leaves the others alone.
Knows nothing of priors. Axes: (draw, thing), points strictly between 0 and 1.

References:
    Owen, A. B. (1997), Scrambled net variance for integrals of smooth functions, Annals of
    Statistics 25(4).
    McKay, M. D., Beckman, R. J. and Conover, W. J. (1979), A comparison of three methods for
    selecting values of input variables, Technometrics 21(2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from jaxtyping import Float, Int, UInt64
from numpy import ndarray

from schelling.distributions import sobol_sequence
from schelling.distributions.keys import key_words
from schelling.distributions.owen import WORDS, open_unit, reverse_bits, scramble

LONGEST_REPLICATE: Final = 2**32
"""Points a replicate can have: the lattice of the Sobol' sequence has 32 binary digits."""

_BELOW_ONE: Final = math.nextafter(1.0, 0.0)
_SHUFFLE_WORDS: Final = 12


def sobol(
    names: Sequence[str], *, seed: int, replicates: int, first: int, count: int
) -> Float[ndarray, "draw thing"]:
    """Scrambled Sobol' points.

    The dimension of a name is its position. Error bars are at their best when the number of worlds
    is a power of two times the number of replicates.

    Args:
        names: The assumptions, in order.
        seed: Any integer; another seed is another scramble.
        replicates: Number of independent scrambles.
        first: The first world.
        count: How many worlds.

    Returns:
        Points of worlds `first` to `first + count - 1`.

    Raises:
        ValueError: If a number is out of range.

    Examples:
        >>> u = sobol(["aid", "cost"], seed=1, replicates=1, first=0, count=8)
        >>> np.sort((8 * u[:, 1]).astype(int))
        array([0, 1, 2, 3, 4, 5, 6, 7])
        >>> later = sobol(["aid", "cost"], seed=1, replicates=1, first=5, count=2)
        >>> bool((later == u[5:7]).all())
        True

    References:
        Joe, S. and Kuo, F. Y. (2008), Constructing Sobol' sequences with better two-dimensional
        projections, SIAM J. Sci. Comput. 30(5): the direction numbers (`sobol_sequence`).
    """
    start, stop = _points(replicates, first, count)
    u = _empty(names, count)
    lattice = _sobol_digits(len(names), start, stop)
    for column, name in enumerate(names):
        keys = [
            key_words("sobol", seed=seed, replicate=r, name=name, count=WORDS)
            for r in range(replicates)
        ]
        scrambled = scramble(lattice[:, column, np.newaxis], np.stack(keys, axis=1)[:, np.newaxis])
        u[:, column] = _worlds(open_unit(reverse_bits(scrambled)), first, count)
    return u


def monte_carlo(
    names: Sequence[str], *, seed: int, replicates: int, first: int, count: int
) -> Float[ndarray, "draw thing"]:
    """Independent random points: the plain design every other is compared with.

    Args:
        names: The assumptions, in order.
        seed: Any integer.
        replicates: Number of independent streams.
        first: The first world.
        count: How many worlds.

    Returns:
        Points of worlds `first` to `first + count - 1`.

    Raises:
        ValueError: If a number is out of range.

    Examples:
        >>> u = monte_carlo(["aid", "cost"], seed=1, replicates=2, first=0, count=100)
        >>> later = monte_carlo(["aid", "cost"], seed=1, replicates=2, first=97, count=3)
        >>> bool((later == u[97:]).all())
        True

    References:
        Salmon, J. K. et al. (2011), Parallel random numbers: as easy as 1, 2, 3, SC11: Philox.
    """
    start, stop = _points(replicates, first, count)
    u = _empty(names, count)
    for column, name in enumerate(names):
        grid = np.empty((stop - start, replicates))
        for r in range(replicates):
            key = key_words("monte carlo", seed=seed, replicate=r, name=name, count=2)
            grid[:, r] = _stream(key, start, stop)
        u[:, column] = _worlds(grid, first, count)
    return u


def latin_hypercube(
    names: Sequence[str], *, seed: int, replicates: int, worlds: int, first: int, count: int
) -> Float[ndarray, "draw thing"]:
    """Latin hypercube: within a replicate, every column has one point in each of its equal slices.

    Unlike the other designs a world depends on `worlds`, because the slices do.

    Args:
        names: The assumptions, in order.
        seed: Any integer.
        replicates: Number of independent hypercubes.
        worlds: Number of worlds of the whole design.
        first: The first world wanted.
        count: How many are wanted.

    Returns:
        Points of worlds `first` to `first + count - 1`.

    Raises:
        ValueError: If a number is out of range, or worlds beyond the design are asked for.

    Examples:
        >>> u = latin_hypercube(["aid"], seed=1, replicates=1, worlds=5, first=0, count=5)
        >>> np.sort((5 * u[:, 0]).astype(int))
        array([0, 1, 2, 3, 4])
    """
    start, stop = _points(replicates, first, count)
    if first + count > worlds:
        msg = f"`first + count` must be at most `worlds`; got {first + count} and {worlds}"
        raise ValueError(msg)
    u = _empty(names, count)
    for column, name in enumerate(names):
        grid = np.empty((stop - start, replicates))
        for r in range(min(replicates, worlds)):
            size = (worlds - r + replicates - 1) // replicates
            order = key_words("slices", seed=seed, replicate=r, name=name, count=_SHUFFLE_WORDS)
            place = key_words("places", seed=seed, replicate=r, name=name, count=2)
            point = np.minimum(np.arange(start, stop, dtype=np.uint64), np.uint64(size - 1))
            grid[:, r] = (_shuffle(point, size, order) + _stream(place, start, stop)) / size
        u[:, column] = np.minimum(_worlds(grid, first, count), _BELOW_ONE)
    return u


def full_factorial(
    levels: Sequence[int], *, first: int = 0, count: int | None = None
) -> Int[ndarray, "row thing"]:
    """Every combination of the levels of several factors, the last factor fastest.

    Args:
        levels: Number of levels of each factor.
        first: The first row wanted.
        count: How many rows; all the rest when None.

    Returns:
        Level of each factor, counted from 0, one combination a row.

    Raises:
        ValueError: If a factor has no level, or rows beyond the design are asked for.

    Examples:
        >>> full_factorial([2, 3], first=1, count=3)
        array([[0, 1],
               [0, 2],
               [1, 0]])
    """
    rows = math.prod(levels)
    count = rows - first if count is None else count
    if min(levels, default=1) < 1:
        msg = f"every factor in `levels` needs at least 1 level; got {list(levels)}"
        raise ValueError(msg)
    if first < 0 or count < 0 or first + count > rows:
        msg = f"rows {first} to {first + count} lie outside a design of {rows} rows"
        raise ValueError(msg)
    combination = np.empty((count, len(levels)), dtype=np.int64)
    row = np.arange(first, first + count)
    for factor in reversed(range(len(levels))):
        row, combination[:, factor] = np.divmod(row, levels[factor])
    return combination


def _points(replicates: int, first: int, count: int) -> tuple[int, int]:
    """Range of points within the replicates that covers the worlds asked for."""
    if replicates < 1:
        msg = f"`replicates` must be at least 1; got {replicates}"
        raise ValueError(msg)
    if first < 0 or count < 0:
        msg = f"`first` and `count` must be at least 0; got {first} and {count}"
        raise ValueError(msg)
    stop = -(-(first + count) // replicates)
    if stop > LONGEST_REPLICATE:
        msg = f"a replicate has at most {LONGEST_REPLICATE} points; {stop} were asked for"
        raise ValueError(msg)
    return min(first // replicates, stop), stop


def _empty(names: Sequence[str], count: int) -> Float[ndarray, "draw thing"]:
    """Room for the points, each column in one piece of memory."""
    return np.empty((len(names), count)).T


def _worlds(
    grid: Float[ndarray, "point replicate"], first: int, count: int
) -> Float[ndarray, " draw"]:
    skip = first % grid.shape[1]
    return grid.reshape(-1)[skip : skip + count]


def _sobol_digits(things: int, start: int, stop: int) -> UInt64[ndarray, "point thing"]:
    """Binary digits of the plain Sobol' points, the first digit in the lowest bit."""
    if things == 0 or stop == start:
        return np.zeros((stop - start, things), dtype=np.uint64)
    found = sobol_sequence.digits(things, start, stop)
    return reverse_bits(found << np.uint64(64 - sobol_sequence.BITS))


def _stream(key: UInt64[ndarray, " word"], start: int, stop: int) -> Float[ndarray, " point"]:
    """Numbers `start` to `stop - 1` of the stream of a key; Philox makes four a step."""
    skip = start % 4
    source = np.random.Philox(key=key).advance(start // 4)
    return open_unit(source.random_raw(skip + stop - start)[skip:])


def _shuffle(
    index: UInt64[ndarray, " point"], size: int, key: UInt64[ndarray, " word"]
) -> UInt64[ndarray, " point"]:
    """Where a keyed permutation of 0 to `size - 1` sends each index.

    A permutation of the next power of two is walked until it lands inside (cycle walking; Black
    and Rogaway 2002, Ciphers with arbitrary finite domains).
    """
    bits = max((size - 1).bit_length(), 1)
    mask, half, one = np.uint64(2**bits - 1), np.uint64((bits + 1) // 2), np.uint64(1)

    def step(x: UInt64[ndarray, " point"]) -> UInt64[ndarray, " point"]:
        for i in range(0, len(key), 2):
            x = ((x + key[i]) * (key[i + 1] | one)) & mask
            x ^= x >> half
        return x

    index = step(index)
    while (outside := index >= size).any():
        index[outside] = step(index[outside])
    return index
