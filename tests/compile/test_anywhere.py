"""Whether any of a block of worlds is concerned, for many things at once."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from schelling.compile.steps.race import anywhere


@pytest.mark.parametrize("count", [1, 11, 31, 32, 33, 70])
def test_all_things_are_looked_for_in_one_pass(count: int) -> None:
    """More of them than a word has bits, too; some are in one world, some in several or in none."""
    which = np.random.default_rng(count).integers(0, count + 1, (3, 16)).astype(np.int32)
    found = [bool(one) for one in anywhere(jnp.asarray(which), count)]
    assert found == [bool((which == place).any()) for place in range(count)]
    assert not any(map(bool, anywhere(jnp.full((3, 16), count, jnp.int32), count)))
