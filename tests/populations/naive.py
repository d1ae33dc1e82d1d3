"""The slow and obvious way: lists of neighbours and loops over agents."""

from __future__ import annotations

import numpy as np

from schelling.populations.networks.lattice import lattice
from schelling.populations.networks.network import Network
from schelling.populations.networks.random_graph import random
from schelling.populations.networks.scale_free import scale_free
from schelling.populations.networks.small_world import small_world
from schelling.populations.networks.stochastic_block import stochastic_block
from schelling.populations.networks.table import table
from schelling.populations.networks.unconnected import nobody

AGENTS = 200
_ROWS = np.divmod(np.random.default_rng(7).choice(AGENTS**2, 900, replace=False), AGENTS)
KINDS: dict[str, Network] = {
    "nobody": nobody(AGENTS),
    "random": random(AGENTS, 10.0, seed=0, stream="ties"),
    "crowded": random(AGENTS, 80.0, seed=0, stream="ties"),  # three rows each
    "small world": small_world(AGENTS, 8, 0.3, seed=0, stream="ties"),
    "scale free": scale_free(AGENTS, 4, seed=0, stream="ties"),
    "blocks": stochastic_block(
        [50, 120, 30],
        np.array([[9.0, 6.0, 0.0], [2.5, 4.0, 1.0], [0.0, 4.0, 7.0]]),
        seed=0,
        stream="ties",
    ),
    "torus": lattice(10, 20),
    "rectangle": lattice(10, 20, sight="disc", radius=3, torus=False),
    "table": table(AGENTS, *_ROWS, mutual=False, own=True),  # seen from one end only
}


def matrix(network: Network) -> np.ndarray:
    """How often each agent sees each, read from the rows of the first level."""
    seen = np.zeros((network.agents, network.agents), int)
    for block in network.levels[0]:
        for slot, others in enumerate(np.asarray(block.slots)):
            there = slice(None) if block.length is None else np.asarray(block.length) > slot
            np.add.at(seen, (np.asarray(block.row)[there], others[there]), 1)
    return seen


def lists(network: Network) -> list[list[int]]:
    """Neighbours of every agent, each as often as it is seen."""
    return [
        [other for other, times in enumerate(row) for _ in range(times)] for row in matrix(network)
    ]
