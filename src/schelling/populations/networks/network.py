"""A network, stored so that a step gathers quickly.

Ties are cut into rows of at most `WIDEST` neighbours; an agent who sees more has several rows.
Rows of one length form a block with one index vector a slot: the k-th vector holds the k-th
neighbour of every row. A reduction adds the gathered slots in one fused loop, without padding that
hubs would make long. Rows of one agent are combined by a second level, whose neighbours are
the rows of the first, and so on: a hub with 30,000 ties needs three levels. `place` says where the
last word on each agent stands among the results of all levels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Int8, Int32
from numpy import ndarray

WIDEST: Final = 32
"""Slots of the longest row: unrolled when compiled, so longer ones would compile slowly."""


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["slots", "length", "row", "weights"],
    meta_fields=["fewest"],
)
@dataclass(frozen=True)
class RowBlock:
    """Rows of nearly one length.

    Attributes:
        slots: Indices of neighbours, a slot a vector; 0 beyond a row's length.
        length: How many slots of a row count; None where all do.
        row: Whose row it is: the agent.
        weights: Of each tie; None where all are 1.
        fewest: Least length, so the first `fewest` slots always count.
    """

    slots: Int32[Array, "slot row"]
    length: Int8[Array, " row"] | None
    row: Int32[Array, " row"]
    weights: Float[Array, "slot row"] | None
    fewest: int


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["degree", "levels", "place"],
    meta_fields=["agents", "ties"],
)
@dataclass(frozen=True)
class Network:
    """Whom each agent sees.

    Attributes:
        degree: How many others each agent sees.
        levels: Blocks of rows. Slots of the first level are agents, those of a later one the
            results of the level before.
        place: Where each agent's result stands after the results of all levels are put one after
            the other; None where they stand in the order of agents.
        agents: How many there are.
        ties: Sum of degrees: a tie between two who see each other counts twice.
    """

    degree: Int32[Array, " agent"]
    levels: tuple[tuple[RowBlock, ...], ...] = field(repr=False)
    place: Int32[Array, " agent"] | None = field(repr=False)
    agents: int
    ties: int

    @property
    def weighted(self) -> bool:
        """Whether ties have weights of their own."""
        return any(block.weights is not None for block in self.levels[0])

    @property
    def nbytes(self) -> int:
        """Memory that its arrays take, in bytes."""
        return sum(leaf.nbytes for leaf in jax.tree_util.tree_leaves(self))


def counted(block: RowBlock, slot: int) -> Bool[Array, " row"] | None:
    """Which rows have a neighbour in a slot; None where all do."""
    return None if block.length is None or slot < block.fewest else block.length > slot


def pairs(network: Network) -> Int32[ndarray, "tie two"]:
    """Every two agents of whom one sees the other, the lower number first; in ascending order."""
    found = [np.empty(0, np.int64)]
    for block in network.levels[0]:
        whose = np.asarray(block.row, np.int64)
        for number, slot in enumerate(block.slots):
            here = counted(block, number)
            chosen = slice(None) if here is None else np.asarray(here)
            one, other = whose[chosen], np.asarray(slot, np.int64)[chosen]
            found.append(np.minimum(one, other) * network.agents + np.maximum(one, other))
    ends = np.divmod(np.unique(np.concatenate(found)), network.agents)
    return np.stack(ends, axis=1).astype(np.int32)
