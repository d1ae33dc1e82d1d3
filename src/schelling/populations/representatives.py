"""Luck of representatives: few agents that stand for very many.

In the limit of very many agents what is counted over them no longer varies by chance: of a
population that draws a number each, every tenth of the unit interval holds a tenth. A handful of
agents with numbers of their own would miss this by far, so theirs are spread evenly: one in each of
as many equal cells, shifted alike, in an order of its own for each stream, step and world (a
randomly shifted Latin hypercube; each number alone is uniform). Axes: (agent, world).

References:
    McKay, Beckman & Conover (1979), A comparison of three methods for selecting values of input
    variables, Technometrics 21, section 2.1 (Latin hypercube sampling).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float, Integer, UInt32

from schelling import chance
from schelling.populations import luck

_BITS = 26


def uniform(
    key: UInt32[Array, " two"],
    step: Integer[Array, ""] | int,
    count: int,
    worlds: UInt32[Array, " world"],
    *,
    draw: int | Integer[Array, ""] = 0,
) -> Float[Array, "agent world"]:
    """Numbers strictly between 0 and 1, one in each of `count` equal cells.

    Args:
        key: Of one stream, from `schelling.chance.keys`.
        step: Step number.
        count: How many representatives; a power of two, at most 2**16.
        worlds: Numbers of the worlds.
        draw: Which of several numbers each needs in one step.

    Returns:
        The centres of cells of width 2**-52.
    """
    three = jnp.arange(3, dtype=jnp.uint32)
    found = luck.words(key, step, three, worlds, draw=draw)
    first, second = chance.once(key, found)
    places = _shuffled(count, (first[:2], second[:2]))
    bits = count.bit_length() - 1
    high = (first[2] >> (6 + bits)).astype(jnp.float64)
    low = (second[2] >> 6).astype(jnp.float64)
    shift = high * 2.0**_BITS + low + 0.5
    return (places.astype(jnp.float64) * 2.0 ** (2 * _BITS - bits) + shift) * 2.0 ** (-2 * _BITS)


def _shuffled(
    count: int, words: tuple[UInt32[Array, "two world"], UInt32[Array, "two world"]]
) -> UInt32[Array, "agent world"]:
    """A permutation of 0 to `count` - 1 for every world, made of its random words.

    Each of four rounds is one to one: an odd factor, an addend, and high bits onto low ones.
    """
    mask, half = jnp.uint32(count - 1), max((count.bit_length() - 1) // 2, 1)
    place = jnp.arange(count, dtype=jnp.uint32)[:, None]
    factors, addends = words
    for turn in range(4):
        shift = 16 * (turn // 2)
        factor = (factors[turn % 2] >> shift) | jnp.uint32(1)
        place = (place * factor + (addends[turn % 2] >> shift)) & mask
        place = place ^ (place >> half)
    return place


def numbers(count: int, size: int) -> Float[Array, " agent"]:
    """Which agents, numbered from 1, representatives stand for: the middle one of as many each.

    Args:
        count: How many representatives.
        size: How many agents there are, at least `count`.
    """
    return jnp.floor((jnp.arange(count) + 0.5) * (size / count)) + 1.0
