"""Very many draws at once give what one at a time gives."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from schelling.games.errors import GameError
from schelling.games.trees import batch, build, recursion
from schelling.games.trees.build import chance, decision, end
from schelling.games.trees.recursion import PerNode, PerPlayer
from schelling.games.trees.tree import Tree


@pytest.fixture(scope="module")
def game() -> Tree:
    luck = chance({"x": (None, end()), "y": (None, end())})
    answer = decision("b", {"l": luck, "m": end(), "r": end()})
    return build.compile(decision("a", {"in": answer, "out": end()}), ["a", "b"])


def test_chunks_change_nothing(game: Tree) -> None:
    source = np.random.default_rng(0)
    payoffs = source.normal(size=(1001, 5, 2))
    precision, share = source.uniform(0, 9, size=1001), source.uniform(size=1001)
    weights = np.stack([share, 1 - share], axis=1)
    play = recursion.solve(game, jnp.asarray(payoffs), jnp.asarray(precision), jnp.asarray(weights))
    for chunk in (300, 5000):
        found = batch.solve_batch(game, payoffs, precision, weights, chunk)
        assert found.choice.shape == (1001, 7)
        # vector and scalar exponentials differ in the last digit
        assert_allclose(found.choice, play.choice, rtol=1e-13, atol=1e-300)
        assert_allclose(found.ends, play.reach[:, np.array(game.ends)], rtol=1e-13, atol=1e-300)
        assert_allclose(found.worth, play.values[:, 0], rtol=1e-12)


@pytest.mark.parametrize(
    "precision",
    [
        2.0,
        PerPlayer(jnp.array([1.0, 5.0])),
        PerPlayer(jnp.linspace(0, 5, 80).reshape(40, 2)),
        PerNode(jnp.arange(8.0)),
    ],
    ids=["one", "per player", "per draw and player", "per node"],
)
def test_every_kind_of_precision(game: Tree, precision: float | PerPlayer | PerNode) -> None:
    payoffs = np.random.default_rng(1).normal(size=(40, 5, 2))
    weights = jnp.array([0.25, 0.75])
    play = recursion.solve(game, jnp.asarray(payoffs), precision, weights)
    found = batch.solve_batch(game, payoffs, precision, weights, chunk=32)
    assert_allclose(found.choice, play.choice, rtol=1e-13)


def test_no_draws_and_hidden_games(game: Tree) -> None:
    found = batch.solve_batch(game, np.zeros((0, 5, 2)), 1.0, jnp.array([0.5, 0.5]))
    assert found.choice.shape == (0, 7)
    second = {"x": end(), "y": end()}
    root = decision("a", {"l": decision("b", second, "s"), "r": decision("b", second, "s")})
    with pytest.raises(GameError, match="backward recursion needs perfect information"):
        batch.solve_batch(build.compile(root, ["a", "b"]), np.zeros((3, 4, 2)), 1.0)
