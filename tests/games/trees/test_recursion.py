"""Backward recursion with logit choice: closed forms, axes, extremes, gradients."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from games.random_trees import sketch
from schelling.games.errors import GameError
from schelling.games.trees import build, certify, recursion
from schelling.games.trees.build import Sketch, chance, decision, end
from schelling.games.trees.recursion import PerNode, PerPlayer
from schelling.games.trees.tree import NodeKind, Tree


def centipede(moves: int = 4) -> tuple[Sketch, np.ndarray]:
    """The game of McKelvey and Palfrey (1992): .40 and .10, doubled at every pass."""

    def piles(passes: int) -> dict[str, float]:
        large, small = 0.4 * 2**passes, 0.1 * 2**passes
        return dict(zip("12" if passes % 2 == 0 else "21", (large, small), strict=True))

    node = end("end", piles(moves))
    for move in reversed(range(moves)):
        stop = end(f"take {move}", piles(move))
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


@pytest.mark.parametrize(
    ("moves", "pay", "games", "shares", "precision", "likelihood"),
    [
        (4, 1, 281, (0.071, 0.356, 0.370, 0.153, 0.049), 1.717901, -423.78165),
        (6, 1, 281, (0.007, 0.064, 0.199, 0.384, 0.253, 0.078, 0.014), 0.595207, -532.93648),
        (4, 4, 100, (0.15, 0.37, 0.32, 0.11, 0.05), 0.448779, -150.94133),
    ],
)
def test_centipede_likelihood_of_the_laboratory(
    moves: int,
    pay: float,
    games: int,
    shares: tuple[float, ...],
    precision: float,
    likelihood: float,
) -> None:
    """T8.13 and T8.14: end shares of McKelvey and Palfrey (1992), fitted by one precision."""
    root, payoffs = centipede(moves)
    game = build.compile(root, ["1", "2"])
    weights = games * jnp.array(shares)

    @jax.jit
    def fit(precision: jax.Array) -> jax.Array:
        play = recursion.solve(game, pay * jnp.asarray(payoffs), precision)
        return weights @ jnp.log(play.reach[jnp.array(game.ends)])

    assert_allclose(fit(jnp.asarray(precision)), likelihood, atol=6e-6)  # five decimals are given
    slope = jax.jit(jax.grad(fit))
    step = 1e-3
    before, here, after = (slope(jnp.asarray(precision + k * step)) for k in (-1.0, 0.0, 1.0))
    curvature = (after - before) / (2 * step)
    assert abs(here / curvature) < 6e-7  # the precision is given to six decimals


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


def plain_values(game: Tree, payoffs: np.ndarray, precision: float, node: int) -> list[float]:
    """Slow and obvious: one node at a time, in scalars."""
    if game.kind[node] is NodeKind.END:
        return list(payoffs[game.end_of[node]])
    below = [plain_values(game, payoffs, precision, child) for child in game.children[node]]
    if game.kind[node] is NodeKind.CHANCE:
        odds = [float(weight) for weight in game.weights[node] if weight is not None]
    else:
        raised = [math.exp(precision * value[game.owner[node]]) for value in below]
        odds = [r / sum(raised) for r in raised]
    pairs = list(zip(odds, below, strict=True))
    return [sum(p * value[k] for p, value in pairs) for k in range(len(game.players))]


def check_random_trees(seeds: range) -> None:
    for seed in seeds:
        root = sketch(seed, players=2, depth=3, hidden=False)
        game, payoffs = build.compile(root, ["p0", "p1"]), build.payoffs(root, ["p0", "p1"])
        if game.size > 16:
            continue  # every new size compiles anew
        play = recursion.solve(game, jnp.asarray(payoffs), 0.7)
        expected = plain_values(game, payoffs, 0.7, 0)
        assert_allclose(play.values[0], expected, atol=1e-13)  # payoffs of size 5: rounding
        residual = certify.logit_residual(game, payoffs[None], np.asarray(play.choice)[None], 0.7)
        assert residual[0] < 1e-14
        assert_allclose(play.reach[jnp.array(game.ends)].sum(), 1.0, rtol=1e-14)


def test_random_trees_against_plain_recursion() -> None:
    check_random_trees(range(20))


@pytest.mark.slow
def test_many_random_trees_against_plain_recursion() -> None:
    check_random_trees(range(20, 500))


def test_positive_affine_payoffs_with_precision_rescaled() -> None:
    game = build.compile(four_ends(), ["a", "b"])
    payoffs = np.random.default_rng(4).normal(size=(9, 4, 2))
    scale, shift = np.array([3.0, 0.1]), np.array([-20.0, 5.0])
    before = recursion.solve(game, jnp.asarray(payoffs), 2.0)
    after = recursion.solve(
        game, jnp.asarray(scale * payoffs + shift), PerPlayer(jnp.asarray(2.0 / scale))
    )
    assert_allclose(after.choice, before.choice, atol=1e-13)  # the shift costs two digits


def test_splitting_a_chance_move_changes_nothing() -> None:
    def move(name: str) -> Sketch:
        return decision("a", {"x": end(payoffs={"a": len(name)}), "y": end(payoffs={"a": 2})})

    whole = chance({"p": (0.3, move("p")), "qq": (0.2, move("qq")), "rrr": (0.5, move("rrr"))})
    rest = chance({"qq": (2 / 7, move("qq")), "rrr": (5 / 7, move("rrr"))})
    parts = chance({"p": (0.3, move("p")), "s": (0.7, rest)})
    worth = []
    for root in (whole, parts):
        game, payoffs = build.compile(root, ["a"]), build.payoffs(root, ["a"])
        worth.append(recursion.solve(game, jnp.asarray(payoffs), 1.3).values[0, 0])
    assert_allclose(*worth, rtol=1e-14)


def test_an_action_that_pays_terribly_is_irrelevant() -> None:
    low = {"x": end(payoffs={"b": 1}), "y": end(payoffs={"a": 3})}
    bad = end(payoffs={"a": -1e6, "b": -1e6})
    plain = decision("a", {"l": decision("b", low), "r": end(payoffs={"a": 1})})
    wider = decision("a", {"l": decision("b", {**low, "z": bad}), "r": plain.branches[1][2]})
    worth = []
    for root in (plain, wider):
        game, payoffs = build.compile(root, ["a", "b"]), build.payoffs(root, ["a", "b"])
        worth.append(recursion.solve(game, jnp.asarray(payoffs), 1.0).values[0])
    assert_allclose(*worth, rtol=1e-14)


def test_a_subgame_is_played_as_on_its_own() -> None:
    root = sketch(4, players=2, depth=4, hidden=False)
    game, payoffs = build.compile(root, ["p0", "p1"]), build.payoffs(root, ["p0", "p1"])
    whole = recursion.solve(game, jnp.asarray(payoffs), 0.5)
    child = game.children[0][-1]
    alone = build.compile(root.branches[-1][2], ["p0", "p1"])
    part = recursion.solve(alone, jnp.asarray(payoffs[-len(alone.ends) :]), 0.5)
    assert_allclose(part.values, whole.values[child:], rtol=1e-14)


@pytest.mark.parametrize("kind", ["one", "per player", "per node"])
def test_by_generations_equals_node_by_node(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large trees take the other way through the recursion; here both go through small ones."""
    root = decision("a", {"l": sketch(4, depth=4, hidden=False), "m": end(), "r": four_ends()})
    names = ["p0", "p1", "a", "b"]
    game = build.compile(root, names)
    source = np.random.default_rng(0)
    payoffs = jnp.asarray(source.normal(size=(3, len(game.ends), 4)))
    precision = {
        "one": jnp.array([0.5, 1.0, 2.0]),
        "per player": PerPlayer(jnp.array([0.1, 1.0, 2.0, 3.0])),
        "per node": PerNode(jnp.asarray(source.uniform(0, 3, size=(3, game.size)))),
    }[kind]
    before = recursion.solve(game, payoffs, precision)
    monkeypatch.setattr(recursion, "LARGEST_UNROLLED", 0)
    after = recursion.solve(game, payoffs, precision)
    for mine, theirs in zip(after, before, strict=True):
        assert_allclose(mine, theirs, rtol=1e-13)


def test_by_generations_takes_open_chance_per_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    luck = chance({"red": (None, end()), "black": (None, end())})
    game = build.compile(decision("a", {"bet": luck, "pass": end()}), ["a"])
    weights = jnp.array([[0.2, 0.8], [0.7, 0.3]])
    before = recursion.solve(game, jnp.array([[3.0], [0.0], [1.0]]), 1.0, weights)
    monkeypatch.setattr(recursion, "LARGEST_UNROLLED", 0)
    after = recursion.solve(game, jnp.array([[3.0], [0.0], [1.0]]), 1.0, weights)
    assert_allclose(after.reach, before.reach, rtol=1e-14)
    with pytest.raises(GameError, match="chance at node 1 is open"):
        recursion.solve(game, jnp.array([[3.0], [0.0], [1.0]]), 1.0)


def test_a_tree_of_thousands_of_nodes_is_solved_in_one_compilation() -> None:
    node = end()
    for _ in range(12):
        node = decision("a", {"l": node, "r": node})
    game = build.compile(node, ["a"])
    assert game.size == 8191
    play = recursion.solve(game, jnp.zeros((4096, 1)), 1.0)
    assert_allclose(play.reach[jnp.array(game.ends)], 1 / 4096, rtol=1e-14)
