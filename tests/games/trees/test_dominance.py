"""Dominance of one move over another, and the critical probability of reaction."""

from __future__ import annotations

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from schelling.games.errors import GameError
from schelling.games.trees import build, dominance
from schelling.games.trees.build import Sketch, chance, decision, end
from schelling.games.trees.tree import NodeKind, Tree


def provocation() -> Tree:
    answer = decision("nato", {"ignore": end(), "respond": end()})
    return build.compile(decision("russia", {"hold": end(), "strike": answer}), ["russia", "nato"])


@pytest.mark.parametrize(
    ("gains", "margin", "critical"),
    [
        ((0.3, 0.2), 0.2, None),
        ((0.3, -1.0), -1.0, 0.2307692),
        ((0.3, -2.7), -2.7, 0.1),
        ((-0.1, 0.4), -0.1, 0.2),
    ],
)
def test_gain_whatever_they_answer(
    gains: tuple[float, float], margin: float, critical: float | None
) -> None:
    """T8.1: dominant; q <= .2307692; q <= .1; q >= .2.

    Where the answer is a chance move of that probability, striking gains nothing.
    """
    payoffs = jnp.array([[0.0, 0.0], [gains[0], -1.0], [gains[1], -1.0]])
    assert_allclose(dominance.weak_margin(provocation(), payoffs, 0, 1, 0), margin)
    luck = chance({"ignore": (None, end()), "respond": (None, end())})
    game = build.compile(decision("russia", {"hold": end(), "strike": luck}), ["russia", "nato"])

    def gain(reaction: float) -> float:
        weights = jnp.array([1.0 - reaction, reaction])
        return float(dominance.weak_margin(game, payoffs, 0, 1, 0, weights))

    if critical is None:
        assert min(gain(0.0), gain(1.0)) == margin
    else:
        assert abs(gain(critical)) < 2e-7  # seven digits of q are given; the slope is 3 at most
        assert gain(0.0) * gain(1.0) < 0


def deep() -> Sketch:
    """Own later moves, two others and chance on both sides of the first move."""

    def side() -> Sketch:
        mine = decision("a", {"u": end(), "d": decision("c", {"s": end(), "t": end()})})
        luck = chance({"h": (0.25, mine), "t": (0.75, end())})
        return decision("b", {"x": luck, "y": decision("a", {"u": end(), "d": end()})})

    return decision("a", {"l": side(), "r": side()})


def smallest_difference(game: Tree, payoffs: np.ndarray, root: int = 0) -> float:
    """Over every strategy of the others: best own value after 0 minus best own value after 1."""

    def value(node: int, answers: dict[int, int]) -> float:
        if game.kind[node] is NodeKind.END:
            return payoffs[game.end_of[node], game.owner[root]]
        below = [value(child, answers) for child in game.children[node]]
        if game.kind[node] is NodeKind.CHANCE:
            return float(np.dot([float(w) for w in game.weights[node] if w is not None], below))
        own = game.owner[node] == game.owner[root]
        return max(below) if own else below[answers[game.infoset[node]]]

    others = [k for k, s in enumerate(game.infosets) if s.player != game.owner[root]]
    choices = itertools.product(*(range(len(game.infosets[k].actions)) for k in others))
    answers = (dict(zip(others, picks, strict=True)) for picks in choices)
    left, right = game.children[root]
    return min(value(left, answer) - value(right, answer) for answer in answers)


def test_margin_equals_the_worst_case_over_all_strategies() -> None:
    game = build.compile(deep(), ["a", "b", "c"])
    payoffs = np.random.default_rng(3).normal(size=(40, len(game.ends), 3))
    margin = dominance.weak_margin(game, jnp.asarray(payoffs), 0, 0, 1)
    slow = [smallest_difference(game, draw) for draw in payoffs]
    assert_allclose(margin, slow, atol=1e-12)  # sums of a few payoffs: rounding only


def simultaneous() -> Sketch:
    """Both others move without seeing the first move; one of them moves again and sees it."""

    def side() -> Sketch:
        last = decision("c", {"s": end(), "t": end()}, "late")
        again = decision("b", {"u": end(), "d": end()})
        return decision("b", {"x": last, "y": again}, "hidden")

    return decision("a", {"l": side(), "r": side()})


def test_answers_that_do_not_see_the_move_are_the_same_to_both_actions() -> None:
    game = build.compile(simultaneous(), ["a", "b", "c"])
    payoffs = np.random.default_rng(8).normal(size=(40, len(game.ends), 3))
    margin = dominance.weak_margin(game, jnp.asarray(payoffs), 0, 0, 1)
    slow = [smallest_difference(game, draw) for draw in payoffs]
    assert_allclose(margin, slow, atol=1e-12)


def test_prisoners_dilemma_is_dominated_though_min_and_max_overlap() -> None:
    reply = {"silent": end(), "talk": end()}
    root = decision("a", {k: decision("b", reply, "b") for k in ("silent", "talk")})
    game = build.compile(root, ["a", "b"])
    payoffs = jnp.array([[3.0, 3], [0, 5], [5, 0], [1, 1]])
    assert float(dominance.weak_margin(game, payoffs, 0, 1, 0)) == 1.0
    assert float(dominance.weak_margin(game, payoffs, 1, 1, 0)) == 1.0  # at both nodes of b


def test_margin_needs_a_decision_and_later_sight() -> None:
    with pytest.raises(GameError, match="node 1 is not a decision"):
        dominance.weak_margin(provocation(), jnp.zeros((3, 2)), 1, 0, 1)
    later = {"x": end(), "y": end()}
    answer = {k: decision("a", later, "later") for k in ("u", "v")}
    root = decision("a", {"l": decision("b", answer), "r": end()})
    game = build.compile(root, ["a", "b"])
    with pytest.raises(GameError, match="'a' moves again after node 0 without seeing all"):
        dominance.weak_margin(game, jnp.zeros((5, 2)), 0, 0, 1)
    many = {str(k): decision("b", {str(j): end() for j in range(300)}, "b") for k in range(2)}
    game = build.compile(decision("a", many), ["a", "b"])
    with pytest.raises(GameError, match="300 answers that do not see the move; at most 256"):
        dominance.weak_margin(game, jnp.zeros((600, 2)), 0, 0, 1)
