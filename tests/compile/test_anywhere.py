"""Whether any of a block of worlds is concerned, for many things at once."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from schelling.compile.race import anywhere


@pytest.mark.parametrize("count", [1, 31, 32, 33, 70])
def test_all_masks_are_looked_at_in_one_pass(count: int) -> None:
    """More of them than a word has bits, too; in some exactly one world is concerned."""
    chance = np.random.default_rng(count)
    masks = np.zeros((count, 3, 16), bool)
    for place in range(count):
        if chance.random() < 0.5:
            masks[place, chance.integers(3), chance.integers(16)] = True
    found = anywhere([jnp.asarray(mask) for mask in masks])
    assert [bool(one) for one in found] == masks.any((1, 2)).tolist()
    assert len(set(map(bool, found))) == 2 or count == 1
