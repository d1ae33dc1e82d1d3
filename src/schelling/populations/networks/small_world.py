"""Small worlds: a ring of near neighbours, some of whose ties lead anywhere (Watts 1998).

A tie between i and i + j is rewired with a probability: it then joins i with somebody drawn from
all. As in the paper no two agents are joined twice, and a tie whose new end is not free stays in
place. Free is who is nobody of the ring within reach and is not already joined by an earlier
rewired tie, so all ties can be made at once and their number is exact.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int32, Int64
from numpy import ndarray

from schelling.errors import MethodError
from schelling.populations.networks import draws, pairs, storing
from schelling.populations.networks.network import Network


def small_world(
    agents: int,
    neighbours: int,
    rewire: float,
    *,
    seed: int,
    stream: str,
    limit: int = storing.LIMIT,
    chunk: int = draws.CHUNK,
) -> Network:
    """A small world; the mean degree is exactly `neighbours`.

    Args:
        agents: How many, more than `neighbours`.
        neighbours: On the ring, half of them on either side; even.
        rewire: Probability that a tie is rewired, from 0 to 1.
        seed: Of the run.
        stream: Name of this network's chance, such as `ties/peers`.
        limit: Most bytes while it is made.
        chunk: How many ties are made at once; changes nothing else.

    Raises:
        MethodError: An argument is out of range, or the network too large.
    """
    _check(agents, neighbours, rewire)
    storing.afford(agents, agents * neighbours, limit=limit)
    return storing.mutual(agents, _ends(agents, neighbours // 2, rewire, (seed, stream), chunk))


def _ends(
    agents: int, half: int, rewire: float, chance: tuple[int, str], chunk: int
) -> list[Int32[ndarray, " tie"]]:
    """One end of every tie, and the other."""
    one = np.tile(np.arange(agents, dtype=np.int32), half)
    other = np.empty(half * agents, np.int32)
    for distance in range(1, half + 1):
        ring = other[(distance - 1) * agents : distance * agents]
        ring[: agents - distance] = np.arange(distance, agents, dtype=np.int32)
        ring[agents - distance :] = np.arange(distance, dtype=np.int32)
    ties, targets = _rewired(agents, half, rewire, chance, chunk)
    other[ties] = targets
    return [one, other]


def _check(agents: int, neighbours: int, rewire: float) -> None:
    if neighbours < 0 or neighbours % 2:
        msg = f"neighbours on the ring are even, half on either side; got {neighbours}"
        raise MethodError(msg)
    if agents <= neighbours:
        msg = f"a ring with {neighbours} neighbours needs more agents than that; got {agents}"
        raise MethodError(msg)
    if not 0.0 <= rewire <= 1.0:
        msg = f"the probability of rewiring is from 0 to 1; got {rewire}"
        raise MethodError(msg)


def _rewired(
    agents: int, half: int, rewire: float, chance: tuple[int, str], chunk: int
) -> tuple[Int64[ndarray, " tie"], Int32[ndarray, " tie"]]:
    """Which ties are rewired, and whom they lead to.

    Tie (j - 1) * agents + i joins i and i + j.
    """
    seed, stream = chance
    which = draws.key(seed, f"{stream}/rewired")
    none = np.empty(0, np.int64)
    ties = np.concatenate([none, *pairs.chosen(half * agents, rewire, which, chunk=chunk)])
    luck = draws.uniform(draws.key(seed, f"{stream}/whom"), len(ties), chunk=chunk)
    targets = (luck * agents).astype(np.int64)
    starts = ties % agents
    apart = (targets - starts) % agents
    far = np.minimum(apart, agents - apart) > half
    ties, targets, starts = ties[far], targets[far], starts[far]
    joined = np.minimum(starts, targets) * agents + np.maximum(starts, targets)
    kept = _first_of_each(joined)
    return ties[kept], targets[kept].astype(np.int32)


def _first_of_each(numbers: Int64[ndarray, " number"]) -> Bool[ndarray, " number"]:
    """Where a number stands for the first time; few of them stand there again."""
    kept = np.ones(len(numbers), bool)
    in_order = np.sort(numbers)
    again = in_order[1:][in_order[1:] == in_order[:-1]]
    if len(again):
        place = np.minimum(np.searchsorted(again, numbers), len(again) - 1)
        several = np.flatnonzero(again[place] == numbers)
        _, first = np.unique(numbers[several], return_index=True)
        kept[several] = False
        kept[several[first]] = True
    return kept
