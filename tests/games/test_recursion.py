"""Backward recursion with logit choice: closed forms, axes, extremes, gradients."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from schelling.games import build, recursion
from schelling.games.build import Sketch, chance, decision, end
from schelling.games.recursion import PerNode, PerPlayer
from schelling.games.tree import GameError


def centipede() -> tuple[Sketch, np.ndarray]:
    """Four moves, .40 and .10 doubling, of McKelvey and Palfrey (1992)."""
    take = [(0.4, 0.1), (0.2, 0.8), (1.6, 0.4), (0.8, 3.2)]
    node = end("end", {"1": 6.4, "2": 1.6})
    for move in reversed(range(4)):
        stop = end(f"take {move}", dict(zip("12", take[move], strict=True)))
        node = decision("12"[move % 2], {"take": stop, "pass": node})
    return node, build.payoffs(node, ["1", "2"])


@pytest.mark.parametrize(
    ("precision", "take"),
    [
        (1.0, (0.296257, 0.277980, 0.464884, 0.832018)),
        (2.0, (0.236193, 0.376299, 0.761577, 0.960834)),
    ],
)
def test_centipede_take_probabilities(precision: float, take: tuple[float, ...]) -> None:
    """T8.12: McKelvey and Palfrey (1998), the four-move centipede; agrees with pygambit."""
    root, payoffs = centipede()
    game = build.compile(root, ["1", "2"])
    play = recursion.solve(game, jnp.asarray(payoffs), precision)
    assert_allclose(play.choice[::2], take, atol=5e-7)  # six digits are given


def four_ends() -> Sketch:
    low = decision("b", {"x": end(), "y": end()})
    return decision("a", {"l": low, "r": decision("b", {"x": end(), "y": end()})})


def test_any_leading_axes_and_broadcast_precision() -> None:
    game = build.compile(four_ends(), ["a", "b"])
    payoffs = jnp.asarray(np.random.default_rng(0).normal(size=(3, 5, 4, 2)))
    precision = jnp.linspace(0.0, 4.0, 5)
    whole = recursion.solve(game, payoffs, precision)
    assert whole.choice.shape == (3, 5, 6)
    assert whole.reach.shape == (3, 5, 7)
    assert whole.values.shape == (3, 5, 7, 2)
    one = recursion.solve(game, payoffs[2, 3], precision[3])
    # the same operations in the same order, so equal but for fused rounding
    assert_allclose(whole.values[2, 3], one.values, rtol=1e-14)
    path = recursion.solve(game, payoffs[0, 0], precision)
    assert path.choice.shape == (5, 6)
    mapped = jax.vmap(recursion.solve, in_axes=(None, 0, None))(game, payoffs[0], 2.0)
    assert mapped.choice.shape == (5, 6)


def test_precision_per_player_and_per_node() -> None:
    game = build.compile(four_ends(), ["a", "b"])
    payoffs = jnp.asarray(np.random.default_rng(1).normal(size=(4, 2)))
    player = recursion.solve(game, payoffs, PerPlayer(jnp.array([0.0, 3.0])))
    node = recursion.solve(game, payoffs, PerNode(jnp.array([0.0, 3, 9, 9, 3, 9, 9])))
    assert_allclose(player.choice, node.choice, rtol=1e-15)
    assert_allclose(player.choice[:2], 0.5)
    odds = player.choice[2] / player.choice[3]
    assert_allclose(odds, np.exp(3 * (payoffs[0, 1] - payoffs[1, 1])), rtol=1e-13)


def test_huge_precision_times_payoff_stays_finite_with_gradient() -> None:
    game = build.compile(four_ends(), ["a", "b"])
    payoffs = jnp.array([[1e6, 0.0], [0.0, 1e6], [-1e6, 0.0], [0.0, -1e6]])

    def worth(payoffs: jax.Array) -> jax.Array:
        return recursion.solve(game, payoffs, 1e6).values[0].sum()

    assert jnp.isfinite(worth(payoffs))
    assert bool(jnp.isfinite(jax.grad(worth)(payoffs)).all())


def test_gradient_equals_finite_difference() -> None:
    game = build.compile(four_ends(), ["a", "b"])
    payoffs = jnp.asarray(np.random.default_rng(2).normal(size=(4, 2)))

    def strike(payoffs: jax.Array) -> jax.Array:
        return recursion.solve(game, payoffs, 1.5).choice[0]

    step = 1e-6
    slope = [
        (strike(payoffs.at[e, p].add(step)) - strike(payoffs.at[e, p].add(-step))) / (2 * step)
        for e in range(4)
        for p in range(2)
    ]
    # central differences: error about step**2 plus rounding over step
    assert_allclose(jax.grad(strike)(payoffs).ravel(), slope, atol=1e-8)


def test_open_chance_takes_weights_per_draw() -> None:
    root = chance({"red": (None, end()), "black": (None, end())})
    game = build.compile(root, ["a"])
    payoffs = jnp.array([[1.0], [0.0]])
    play = recursion.solve(game, payoffs, 1.0, weights=jnp.array([[0.2, 0.8], [0.7, 0.3]]))
    assert_allclose(play.values[:, 0, 0], [0.2, 0.7])
    with pytest.raises(GameError, match="chance at node 0 is open"):
        recursion.solve(game, payoffs, 1.0)


def test_hidden_information_is_refused() -> None:
    second = {"x": end(), "y": end()}
    root = decision("a", {"l": decision("b", second, "s"), "r": decision("b", second, "s")})
    game = build.compile(root, ["a", "b"])
    with pytest.raises(GameError, match="set 1 of 'b' joins 2 nodes"):
        recursion.solve(game, jnp.zeros((4, 2)), 1.0)
