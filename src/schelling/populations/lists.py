"""Neighbours one after the other, for rules that ask a single neighbour rather than all.

Reductions do not need them; whoever meets somebody by chance does. They take as much memory as the
network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int, Int32

from schelling.later import LaterModule
from schelling.populations.networks.network import Network

if TYPE_CHECKING:
    import scipy.sparse
else:
    scipy = LaterModule("scipy")


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["starts", "degree", "seen"],
    meta_fields=["widest"],
)
@dataclass(frozen=True)
class Lists:
    """Neighbours of every agent, ascending, in one vector.

    Attributes:
        starts: Where each agent's neighbours start.
        degree: How many there are.
        seen: The neighbours of agent 0, then those of agent 1, and so on; never empty.
        widest: Most neighbours of any agent.
    """

    starts: Int[Array, " agent"]
    degree: Int32[Array, " agent"]
    seen: Int32[Array, " tie"]
    widest: int


_PER_TIE = 24
_PER_AGENT = 16
"""Bytes while lists are made: ends of ties in two orders with their marks; starts and degrees."""


def memory(agents: int, ties: float) -> int:
    """About how many bytes `lists` needs at once, beside the network.

    Args:
        agents: How many there are.
        ties: Sum of degrees.
    """
    return int(_PER_TIE * ties + _PER_AGENT * agents)


def lists(network: Network) -> Lists:
    """The neighbours of every agent of a network."""
    owners, others = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for block in network.levels[0]:
        row = np.asarray(block.row)
        for slot, seen in enumerate(np.asarray(block.slots)):
            there = slice(None) if block.length is None else np.asarray(block.length) > slot
            owners.append(row[there])
            others.append(seen[there])
    marks = np.ones(network.ties, np.int8)
    ends = (np.concatenate(owners), np.concatenate(others))
    shape = (network.agents, network.agents)
    rows = scipy.sparse.coo_array((marks, ends), shape=shape).tocsr()
    return Lists(
        starts=jnp.asarray(rows.indptr[:-1]),
        degree=network.degree,
        seen=jnp.asarray(rows.indices if network.ties else np.zeros(1, np.int32)),
        widest=int(network.degree.max()),
    )
