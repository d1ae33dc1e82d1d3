"""Regret recomputed: against every pure strategy, and against perturbed equilibria."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from games.random_trees import sketch
from schelling.games.errors import GameError
from schelling.games.trees import build, certify
from schelling.games.trees.build import decision, end
from schelling.games.trees.tree import NodeKind, Tree


def random_play(game: Tree, source: np.random.Generator) -> np.ndarray:
    choice = np.zeros(len(game.edges))
    for node in range(game.size):
        count, first = len(game.actions[node]), game.first_edge[node]
        if game.kind[node] is NodeKind.CHANCE:
            choice[first : first + count] = [float(w) for w in game.weights[node] if w is not None]
    for infoset in game.infosets:
        mixed = source.dirichlet(np.ones(len(infoset.actions)))
        for node in infoset.members:
            choice[game.first_edge[node] : game.first_edge[node] + mixed.size] = mixed
    return choice


def worth(game: Tree, payoffs: np.ndarray, choice: np.ndarray, node: int, player: int) -> float:
    if game.kind[node] is NodeKind.END:
        return payoffs[game.end_of[node], player]
    return sum(
        choice[game.first_edge[node] + action] * worth(game, payoffs, choice, child, player)
        for action, child in enumerate(game.children[node])
    )


def best_of_all_strategies(
    game: Tree, payoffs: np.ndarray, choice: np.ndarray, root: int, player: int
) -> float:
    """Value of the best among every pure strategy of one player, from a node on."""
    own = [infoset for infoset in game.infosets if infoset.player == player]
    best = -np.inf
    for picks in itertools.product(*(range(len(infoset.actions)) for infoset in own)):
        changed = choice.copy()
        for infoset, pick in zip(own, picks, strict=True):
            for node in infoset.members:
                first = game.first_edge[node]
                changed[first : first + len(infoset.actions)] = np.eye(len(infoset.actions))[pick]
        best = max(best, worth(game, payoffs, changed, root, player))
    return best


@pytest.mark.parametrize("seed", range(25))
def test_regret_equals_the_best_of_all_strategies(seed: int) -> None:
    players = 2 + seed % 2
    root = sketch(seed, players=players, depth=3)
    names = [f"p{k}" for k in range(players)]
    game, payoffs = build.compile(root, names), build.payoffs(root, names)
    choice = random_play(game, np.random.default_rng(seed))
    found = certify.regret(game, payoffs[None], choice[None])
    for player in range(players):
        gains = [
            best_of_all_strategies(game, payoffs, choice, node, player)
            - worth(game, payoffs, choice, node, player)
            for node in game.subgames
        ]
        # payoffs of size 5 summed over a few paths: rounding only
        assert_allclose(found.strategy[0, player], gains[0] if gains else 0.0, atol=1e-12)
        assert_allclose(found.subgame[0, player], max(gains, default=0.0), atol=1e-12)


def test_agent_regret_is_zero_where_only_a_joint_change_pays() -> None:
    """One player who must change two choices at once: no agent gains alone, the player does."""
    last = decision("a", {"x": end(payoffs={"a": 0}), "y": end(payoffs={"a": 2})}, name="last")
    root = decision("a", {"stop": end(payoffs={"a": 1}), "go": last})
    game, payoffs = build.compile(root, ["a"]), build.payoffs(root, ["a"])
    found = certify.regret(game, payoffs[None], np.array([[1.0, 0.0, 1.0, 0.0]]))
    assert found.strategy[0, 0] == 1.0
    assert found.subgame[0, 0] == 2.0
    assert found.agent[0, 0] == 2.0  # at the unreached node, whose subgame it starts


def test_draws_without_an_answer_stay_nan() -> None:
    root = sketch(3)
    game, payoffs = build.compile(root, ["p0", "p1"]), build.payoffs(root, ["p0", "p1"])
    choice = np.stack(
        [random_play(game, np.random.default_rng(0)), np.full(len(game.edges), np.nan)]
    )
    found = certify.regret(game, np.stack([payoffs, payoffs]), choice)
    for gain in found:
        assert np.isfinite(gain[0]).all()
        assert np.isnan(gain[1]).all()
    residual = certify.logit_residual(game, np.stack([payoffs, payoffs]), choice, 1.0)
    assert np.isfinite(residual[0])
    assert np.isnan(residual[1])


def test_imperfect_recall_is_refused() -> None:
    second = decision("driver", {"exit": end(), "go": end()}, "road")
    game = build.compile(decision("driver", {"exit": end(), "go": second}, "road"), ["driver"])
    with pytest.raises(GameError, match="'driver' has imperfect recall"):
        certify.regret(game, np.zeros((1, 3, 1)), np.full((1, 4), 0.5))


def test_spans_are_per_draw_and_player() -> None:
    payoffs = np.array([[[1.0, 5.0], [4.0, 5.0]], [[-1.0, 0.0], [1.0, 0.5]]])
    assert_allclose(certify.spans(payoffs), [[3.0, 0.0], [2.0, 0.5]])
