"""Luck of agents: their own, whatever the order, the size and the chunk."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from schelling import chance
from schelling.populations import luck

KEY = jnp.asarray(chance.keys(0, ["opinion/noise"])[0])
WORLDS = jnp.array([0, 7, 1023], jnp.uint32)


def numbers(agents: list[int], *, single: bool = False) -> np.ndarray:
    drawn = jax.jit(luck.uniform, static_argnames="single")
    return np.asarray(drawn(KEY, 3, jnp.array(agents, jnp.uint32), WORLDS, single=single))


def test_agent_five_keeps_its_luck() -> None:
    alone = numbers([5])
    assert alone.shape == (1, 3)
    np.testing.assert_array_equal(numbers([9, 5, 0])[1:2], alone)
    np.testing.assert_array_equal(numbers(list(range(1000)))[5:6], alone)
    fewer = luck.uniform(KEY, 3, jnp.array([5], jnp.uint32), WORLDS[1:2])
    np.testing.assert_array_equal(fewer, alone[:, 1:2])


def test_each_of_the_five_matters() -> None:
    agents = jnp.arange(50, dtype=jnp.uint32)
    other = jnp.asarray(chance.keys(1, ["opinion/noise"])[0])
    drawn = [
        luck.uniform(KEY, 3, agents, WORLDS),
        luck.uniform(other, 3, agents, WORLDS),
        luck.uniform(KEY, 4, agents, WORLDS),
        luck.uniform(KEY, 3, agents + 50, WORLDS),
        luck.uniform(KEY, 3, agents, WORLDS + 2000),
        luck.uniform(KEY, 3, agents, WORLDS, draw=1),
    ]
    assert len(np.unique(np.stack(drawn))) == 6 * 50 * 3


def test_uniform() -> None:
    """Moments and neighbours' independence, to five standard errors of 300,000 numbers."""
    drawn = numbers(list(range(100_000)))
    error = 5 / np.sqrt(drawn.size)
    assert abs(drawn.mean() - 1 / 2) < error * np.sqrt(1 / 12)
    assert abs((drawn**2).mean() - 1 / 3) < error * np.sqrt(4 / 45)
    assert abs(np.corrcoef(drawn[1:].ravel(), drawn[:-1].ravel())[0, 1]) < error
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) < 5 / np.sqrt(len(drawn))


def test_half_the_memory_is_the_same_luck() -> None:
    single, double = numbers([1, 2, 3], single=True), numbers([1, 2, 3])
    assert single.dtype == np.float32
    assert np.abs(single - double).max() <= 2.0**-24  # half a cell of 2**-23
    top = luck.uniform(KEY, 0, jnp.arange(2**16, dtype=jnp.uint32), WORLDS, single=True)
    assert float(top.min()) > 0.0
    assert float(top.max()) < 1.0
