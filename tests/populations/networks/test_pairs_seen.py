"""The ties of a network as pairs of agents."""

from __future__ import annotations

import numpy as np
import pytest

from schelling.populations.networks.lattice import lattice
from schelling.populations.networks.network import Network, pairs
from schelling.populations.networks.random_graph import random
from schelling.populations.networks.scale_free import scale_free
from schelling.populations.networks.small_world import small_world
from schelling.populations.networks.unconnected import nobody


@pytest.mark.parametrize(
    "made",
    [
        random(90, 5.0, seed=1, stream="ties"),
        scale_free(150, 3, seed=1, stream="ties"),
        small_world(60, 4, 0.3, seed=1, stream="ties"),
        lattice(5, 7),
        nobody(4),
    ],
    ids=["random", "hubs", "small_world", "lattice", "unconnected"],
)
def test_every_tie_stands_there_once(made: Network) -> None:
    found = pairs(made)
    assert (found[:, 0] < found[:, 1]).all()
    assert len(np.unique(found, axis=0)) == len(found) == made.ties // 2
    counted = np.bincount(found.ravel(), minlength=made.agents)
    np.testing.assert_array_equal(counted, made.degree)


def test_neighbours_on_a_lattice_are_its_pairs() -> None:
    found = pairs(lattice(1, 4, torus=False, sight="von_neumann"))
    assert found.tolist() == [[0, 1], [1, 2], [2, 3]]
