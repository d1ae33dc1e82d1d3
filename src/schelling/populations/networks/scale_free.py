"""Scale-free ties: newcomers join those who have many (Barabási and Albert 1999).

The first m + 1 agents all know each other. Every later one joins m different earlier agents, each
with a probability in proportion to its ties so far. Written as a list of ends of ties, a newcomer's
tie copies an end before it, drawn uniformly (Batagelj and Brandes 2005). Which one is a
number of its own for every tie, so that all ties are found at once by following the copies (Sanders
and Schulz 2016). A tie that leads to somebody the newcomer has joined already is drawn again.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from jaxtyping import Float64, Int32, Int64, UInt32
from numpy import ndarray

from schelling.errors import MethodError
from schelling.populations.networks import draws, storing
from schelling.populations.networks.network import Network

_ATTEMPT: Final = np.uint64(2**48)
"""Numbers of a stream between two attempts at all ties."""

_FIRST: Final = 1000
"""Newcomers whose ties are settled before those of the next."""


def scale_free(
    agents: int,
    joins: int,
    *,
    seed: int,
    stream: str,
    limit: int = storing.LIMIT,
    chunk: int = draws.CHUNK,
) -> Network:
    """A scale-free network; the mean degree is nearly twice `joins`.

    Args:
        agents: How many, more than `joins`.
        joins: How many earlier agents each newcomer joins (m in the paper), at least 1.
        seed: Of the run.
        stream: Name of this network's chance, such as `ties/peers`.
        limit: Most bytes while it is made.
        chunk: How many ties are drawn at once; changes nothing else.

    Raises:
        MethodError: An argument is out of range, or the network too large.
    """
    if joins < 1:
        msg = f"a newcomer joins at least 1 other; got {joins}"
        raise MethodError(msg)
    if agents <= joins:
        msg = f"newcomers who join {joins} others need more agents than that; got {agents}"
        raise MethodError(msg)
    later = agents - joins - 1
    ties = joins * (joins + 1) // 2 + later * joins
    storing.afford(agents, 2.0 * ties, limit=limit)
    low, high = np.triu_indices(joins + 1, 1)
    firsts = np.stack([low, high], 1).ravel().astype(np.int32)
    newcomers = np.repeat(np.arange(joins + 1, agents, dtype=np.int32), joins)
    joined = _joined(firsts, later, joins, draws.key(seed, stream), chunk)
    one = np.concatenate([low.astype(np.int32), newcomers])
    other = np.concatenate([high.astype(np.int32), joined])
    return storing.mutual(agents, [one, other])


def _joined(
    firsts: Int32[ndarray, " end"],
    later: int,
    joins: int,
    key: UInt32[ndarray, " two"],
    chunk: int,
) -> Int32[ndarray, " tie"]:
    """Whom the ties of newcomers lead to, `joins` in a row."""
    ties = later * joins
    copied = _choice(draws.uniform(key, ties, chunk=chunk), np.arange(ties), len(firsts), joins)
    attempts = np.zeros(ties, np.int16)
    stage = min(later, _FIRST)  # settled first, as whoever copies from the early must wait for them
    while True:
        joined = _followed(copied[: stage * joins], firsts, joins)
        again = _repeated(joined.reshape(stage, joins))
        if len(again):
            attempts[again] += 1
            numbers = attempts[again].astype(np.uint64) * _ATTEMPT + again.astype(np.uint64)
            copied[again] = _choice(draws.uniform_at(key, numbers), again, len(firsts), joins)
        elif stage == later:
            return joined
        else:
            stage = min(later, 8 * stage)


def _choice(
    luck: Float64[ndarray, " tie"], ties: Int64[ndarray, " tie"], firsts: int, joins: int
) -> Int64[ndarray, " tie"]:
    """Which of the ends before its newcomer a tie copies."""
    return (luck * (firsts + 2 * joins * (ties // joins))).astype(np.int64)


def _followed(
    copied: Int64[ndarray, " tie"], firsts: Int32[ndarray, " end"], joins: int
) -> Int32[ndarray, " tie"]:
    """The agents at the ends that ties copy, directly or by way of other ties.

    After the ends of the first ties, end 2t is the newcomer of tie t and end 2t + 1 whom it leads
    to. Every round doubles how far copies have been followed.
    """
    source = copied.copy()
    open_ties = np.flatnonzero((source >= len(firsts)) & ((source - len(firsts)) % 2 == 1))
    while len(open_ties):
        source[open_ties] = source[(source[open_ties] - len(firsts)) // 2]
        ahead = source[open_ties]
        open_ties = open_ties[(ahead >= len(firsts)) & ((ahead - len(firsts)) % 2 == 1)]
    first = source < len(firsts)
    joined = ((source - len(firsts)) // 2 // joins + joins + 1).astype(np.int32)
    joined[first] = firsts[source[first]]
    return joined


def _repeated(joined: Int32[ndarray, "newcomer join"]) -> Int64[ndarray, " tie"]:
    """Ties to somebody whom an earlier tie of the same newcomer leads to."""
    if joined.size == 0:
        return np.empty(0, np.int64)
    ordered = np.sort(joined, axis=1)
    twice = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
    order = np.argsort(joined[twice], axis=1, kind="stable")
    ordered = np.take_along_axis(joined[twice], order, 1)
    row, place = np.nonzero(ordered[:, 1:] == ordered[:, :-1])
    return np.sort(twice[row] * joined.shape[1] + order[row, place + 1])
