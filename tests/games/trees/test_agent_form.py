"""Agent quantal response with hidden information: published values, slow oracles, invariances."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from games import deterrence
from games.random_trees import sketch
from schelling.errors import Status
from schelling.games.errors import GameError
from schelling.games.trees import agent_form, build, certify, recursion
from schelling.games.trees.build import Sketch, chance, decision, end
from schelling.games.trees.recursion import PerNode, PerPlayer
from schelling.games.trees.tree import NodeKind, Tree

solve = jax.jit(agent_form.solve, static_argnums=0)


def outcomes(game: Tree, reach: np.ndarray, names: tuple[str, ...]) -> list[float]:
    return [
        float(sum(reach[node] for node in game.ends if game.names[node] == name)) for name in names
    ]


@pytest.mark.slow  # `test_card_game_branch` and `private` of `tests/oracle`
def test_asymmetric_escalation_with_types() -> None:
    """T8.10 and T8.11: the escalation game with two-sided types, precision 1 and 2."""
    branches: dict[str, tuple[float, Sketch]] = {}
    for ch in ("H", "S"):
        for df, share in zip(("HH", "HS", "SH", "SS"), (0.2, 0.2, 0.2, 0.4), strict=True):
            c = {"SQ": 6, "DC": 8, "DD": 3, "ED": 4, "DE": 1, "EE": 2 if ch == "H" else 0}
            d = {"SQ": 7, "DC": 4, "DE": 6, "ED": 1}
            d |= {"DD": 5 if df[0] == "H" else 3, "EE": 2 if df[1] == "H" else 0}
            branches[ch + df] = (0.5 * share, deterrence.escalation(c, d, f"{ch} {df}"))
    root = chance(branches)
    game, payoffs = build.compile(root, ["ch", "def"]), build.payoffs(root, ["ch", "def"])
    found = solve(game, jnp.asarray(payoffs), jnp.array([1.0, 2.0]))
    assert_array_equal(found.status, int(Status.SOLVED))
    names = ("SQ", "DC", "DD", "DE", "ED", "EE")
    expected = (
        (0.672741, 0.182207, 0.032046, 0.042990, 0.011779, 0.058237),
        (0.489144, 0.339353, 0.054276, 0.042389, 0.012729, 0.062110),
    )
    for reach, row in zip(np.asarray(found.play.reach), expected, strict=True):
        assert_allclose(outcomes(game, reach, names), row, atol=6e-7)  # six digits are given


@pytest.fixture(scope="module")
def poker() -> tuple[Tree, np.ndarray]:
    root = deterrence.poker()
    return build.compile(root, ["1", "2"]), build.payoffs(root, ["1", "2"])


def test_card_game_branch(poker: tuple[Tree, np.ndarray]) -> None:
    """T8.17: Myerson (1991), figure 2.1, at precision 1, and its Nash limit (1, 1/3, 2/3)."""
    game, payoffs = poker
    found = solve(game, jnp.asarray(payoffs), jnp.array([1.0, 1e4]))
    edges = [game.first_edge[game.at(*way)] for way in (["king"], ["queen"], ["king", "raise"])]
    choice = np.asarray(found.play.choice)[:, edges]
    assert_allclose(choice[0], (0.931785, 0.539087, 0.614444), atol=6e-7)  # six digits are given
    # log-odds of order one at precision 1e4 leave payoff differences, so gaps, of order 1e-4
    assert_allclose(choice[1], (1, 1 / 3, 2 / 3), atol=1e-4)
    assert_array_equal(found.status, int(Status.SOLVED))


def test_perfect_information_agrees_with_the_closed_form() -> None:
    root = sketch(11, players=2, depth=4, hidden=False)
    game = build.compile(root, ["p0", "p1"])
    payoffs = jnp.asarray(np.random.default_rng(0).normal(size=(7, len(game.ends), 2)))
    found, closed = solve(game, payoffs, 2.0), recursion.solve(game, payoffs, 2.0)
    for mine, theirs in zip(found.play, closed, strict=True):
        assert_allclose(mine, theirs, rtol=1e-13)
    assert_array_equal(found.steps, 0)
    assert agent_form.selection(game).startswith("the only equilibrium")


def simultaneous(first: str = "u d", second: str = "l r") -> Sketch:
    """A two by two table inside a tree: somebody opts out before it, chance after it."""
    reply = {name: end() for name in second.split()}
    both = {name: decision("b", reply, "b") for name in first.split()}
    return decision("c", {"play": decision("a", both, "a"), "out": end()})


@pytest.fixture(scope="module")
def stage() -> tuple[Tree, np.ndarray]:
    game = build.compile(simultaneous(), ["a", "b", "c"])
    return game, np.random.default_rng(5).normal(size=(40, len(game.ends), 3))


@pytest.fixture(scope="module")
def solved(stage: tuple[Tree, np.ndarray]) -> agent_form.AgentQuantal:
    game, payoffs = stage
    return solve(game, jnp.asarray(payoffs), 3.0)


def test_residual_recomputed_elsewhere_is_rounding(
    stage: tuple[Tree, np.ndarray], solved: agent_form.AgentQuantal
) -> None:
    (game, payoffs), found = stage, solved
    assert_array_equal(found.status, int(Status.SOLVED))
    residual = certify.logit_residual(game, payoffs, np.asarray(found.play.choice), 3.0)
    assert residual.max() < 1e-11  # end points are polished to 1e-12 in the log-odds
    assert agent_form.selection(game).startswith("principal branch")


def test_batch_equals_one_by_one(
    stage: tuple[Tree, np.ndarray], solved: agent_form.AgentQuantal
) -> None:
    game, payoffs = stage
    for draw in (0, 17, 39):
        one = solve(game, jnp.asarray(payoffs[draw]), 3.0)
        assert one.play.choice.shape == (len(game.edges),)
        assert_allclose(one.play.choice, solved.play.choice[draw], atol=1e-11)


def test_positive_affine_payoffs_with_precision_rescaled(
    stage: tuple[Tree, np.ndarray], solved: agent_form.AgentQuantal
) -> None:
    """Each player's payoffs scaled and shifted, its precision divided by the scale."""
    (game, payoffs), before = stage, solved
    scale, shift = np.array([2.0, 0.5, 30.0]), np.array([-7.0, 100.0, 0.25])
    after = solve(game, jnp.asarray(scale * payoffs + shift), PerPlayer(jnp.asarray(3.0 / scale)))
    assert_allclose(after.play.choice, before.play.choice, atol=1e-10)
    assert_allclose(
        after.play.values, scale * np.asarray(before.play.values) + shift, rtol=1e-9, atol=1e-9
    )


def test_relabelling_players_and_actions_moves_the_answer_along(
    stage: tuple[Tree, np.ndarray], solved: agent_form.AgentQuantal
) -> None:
    (game, payoffs), before = stage, solved
    flipped = build.compile(simultaneous("d u", "l r"), ["b", "c", "a"])
    ways = [flipped.path(node) for node in flipped.ends]
    order = [game.end_of[game.at(*way)] for way in ways]
    moved = payoffs[:, order][:, :, [1, 2, 0]]
    after = solve(flipped, jnp.asarray(moved), 3.0)
    for node, action in flipped.edges:
        way = flipped.path(flipped.children[node][action])
        edge = game.slot[game.at(*way)] + game.first_edge[game.at(*way[:-1])]
        mine = after.play.choice[:, flipped.first_edge[node] + action]
        assert_allclose(mine, before.play.choice[:, edge], atol=1e-11)


@pytest.mark.slow
def test_splitting_a_chance_move_changes_nothing() -> None:
    def answer() -> Sketch:
        return decision("b", {"x": end(payoffs={"b": 1}), "y": end(payoffs={"a": 2})}, "b")

    def start() -> Sketch:
        return decision("a", {"in": answer(), "out": end(payoffs={"a": 1})}, "a")

    other = end(payoffs={"a": -3, "b": 1})
    whole = chance({"p": (0.3, start()), "q": (0.2, other), "r": (0.5, start())})
    parts = chance(
        {"p": (0.3, start()), "s": (0.7, chance({"q": (2 / 7, other), "r": (5 / 7, start())}))}
    )
    found = []
    for root in (whole, parts):
        game, payoffs = build.compile(root, ["a", "b"]), build.payoffs(root, ["a", "b"])
        play = agent_form.solve(game, jnp.asarray(payoffs), 2.0).play
        found.append([*play.values[0], play.choice[game.first_edge[game.at("p")]]])
    assert_allclose(found[0], found[1], atol=1e-12)


@pytest.mark.slow
def test_an_action_that_pays_terribly_is_irrelevant(
    stage: tuple[Tree, np.ndarray], solved: agent_form.AgentQuantal
) -> None:
    (game, payoffs), before = stage, solved
    wider = build.compile(simultaneous("u d mad"), ["a", "b", "c"])
    ends = [wider.at(*game.path(node)) for node in game.ends]
    worth = np.full((40, len(wider.ends), 3), -1e6)
    worth[:, [wider.end_of[node] for node in ends]] = payoffs
    after = solve(wider, jnp.asarray(worth), 3.0)
    assert_array_equal(after.status, int(Status.SOLVED))
    for way in (("play",), ("play", "u"), ("out",)):
        up = way[:-1]
        mine = after.play.choice[:, wider.first_edge[wider.at(*up)] + wider.slot[wider.at(*way)]]
        old = before.play.choice[:, game.first_edge[game.at(*up)] + game.slot[game.at(*way)]]
        assert_allclose(mine, old, atol=1e-9)  # the rescaled payoffs lose six digits


@pytest.mark.slow
def test_a_subgame_is_played_as_on_its_own(
    stage: tuple[Tree, np.ndarray], solved: agent_form.AgentQuantal
) -> None:
    _, payoffs = stage
    alone = build.compile(simultaneous().branches[0][2], ["a", "b", "c"])
    part = solve(alone, jnp.asarray(payoffs[:, :4]), 3.0)
    assert_allclose(solved.play.choice[:, 2:], part.play.choice, atol=1e-12)


def test_precision_per_node_reaches_into_blocks(stage: tuple[Tree, np.ndarray]) -> None:
    game, payoffs = stage
    table = np.array([1.0, 4.0, 2.0])
    nodes = [table[owner] if owner >= 0 else np.nan for owner in game.owner]
    found = solve(game, jnp.asarray(payoffs), PerNode(jnp.asarray(nodes)))
    by_set = table[[infoset.player for infoset in game.infosets]][None]
    residual = certify.logit_residual(game, payoffs, np.asarray(found.play.choice), by_set)
    assert residual.max() < 1e-11


def test_gradient_through_a_block_equals_finite_difference(
    stage: tuple[Tree, np.ndarray],
) -> None:
    game, payoffs = stage

    @jax.jit  # one program for values and slopes
    @jax.value_and_grad
    def worth(payoffs: jax.Array) -> jax.Array:
        return agent_form.solve(game, payoffs, 2.0).play.values[0, 0]

    _, slope = worth(jnp.asarray(payoffs[3]))
    step = 1e-5
    for end_, player in ((0, 0), (2, 1), (3, 2)):
        bump = np.zeros_like(payoffs[3])
        bump[end_, player] = step
        above, below = (worth(jnp.asarray(payoffs[3] + sign * bump))[0] for sign in (1, -1))
        difference = above - below
        # central difference: step**2 plus solver rounding 1e-12 over the step
        assert_allclose(slope[end_, player], difference / (2 * step), atol=1e-6)


def test_statuses_count_every_draw(stage: tuple[Tree, np.ndarray]) -> None:
    game, payoffs = stage
    broken = payoffs.copy()
    broken[7, 2, 0] = np.nan
    found = solve(game, jnp.asarray(broken), 3.0)
    assert np.bincount(found.status, minlength=5)[int(Status.OUT_OF_DOMAIN)] == 1
    assert np.isnan(found.play.choice[7]).all()
    assert np.isfinite(np.delete(np.asarray(found.play.choice), 7, axis=0)).all()


def test_imperfect_recall_is_refused() -> None:
    last = {"l": end(), "r": end()}
    root = decision("a", {"x": decision("a", last, "s"), "y": decision("a", last, "s")})
    game = build.compile(root, ["a"])
    with pytest.raises(GameError, match=r"'a' forgets which action it took: set 2 \(s\), nodes"):
        agent_form.solve(game, jnp.zeros((4, 1)), 1.0)


def iterate(game: Tree, payoffs: np.ndarray, precision: float) -> np.ndarray:
    """Slow and plain: logit responses to the play itself, over and over, all in scalars."""
    play = {i: [1 / len(s.actions)] * len(s.actions) for i, s in enumerate(game.infosets)}

    def odds(node: int) -> list[float]:
        if game.kind[node] is NodeKind.CHANCE:
            return [float(weight) for weight in game.weights[node] if weight is not None]
        return play[game.infoset[node]]

    def worth(node: int, player: int) -> float:
        if game.kind[node] is NodeKind.END:
            return payoffs[game.end_of[node], player]
        pairs = zip(odds(node), game.children[node], strict=True)
        return sum(share * worth(child, player) for share, child in pairs)

    def reach(node: int) -> float:
        up = game.parent[node]
        return 1.0 if up < 0 else reach(up) * odds(up)[game.slot[node]]

    for _ in range(60):
        new = {}
        for index, infoset in enumerate(game.infosets):
            weights = [reach(node) for node in infoset.members]
            value = [
                sum(w * worth(game.children[node][a], infoset.player)
                    for w, node in zip(weights, infoset.members, strict=True)) / sum(weights)
                for a in range(len(infoset.actions))
            ]  # fmt: skip
            raised = [math.exp(precision * v) for v in value]
            new[index] = [r / sum(raised) for r in raised]
        play = new
    return np.array([odds(node)[action] for node, action in game.edges])


def check_random_games(seeds: list[int]) -> None:
    for seed in seeds:
        root = sketch(seed, players=2, depth=3)
        game, payoffs = build.compile(root, ["p0", "p1"]), build.payoffs(root, ["p0", "p1"])
        found = agent_form.solve(game, jnp.asarray(payoffs), 0.05)
        # precision times span is 0.5, so responses contract and 60 rounds reach rounding
        assert_allclose(found.play.choice, iterate(game, payoffs, 0.05), atol=1e-12)


def test_random_games_against_plain_iteration() -> None:
    check_random_games([1, 31])


@pytest.mark.slow
def test_many_random_games_against_plain_iteration() -> None:
    check_random_games(list(range(2, 30)))
