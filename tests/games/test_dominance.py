"""Dominance of one move over another, and the critical probability of reaction."""

from __future__ import annotations

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from schelling.games import build, dominance
from schelling.games.build import Sketch, chance, decision, end
from schelling.games.tree import GameError, Kind, Tree


def provocation() -> Tree:
    answer = decision("nato", {"ignore": end(), "respond": end()})
    return build.compile(decision("russia", {"hold": end(), "strike": answer}), ["russia", "nato"])


@pytest.mark.parametrize(
    ("gains", "margin", "critical", "below"),
    [
        ((0.3, 0.2), 0.2, np.nan, True),
        ((0.3, -1.0), -1.0, 0.2307692, True),
        ((0.3, -2.7), -2.7, 0.1, True),
        ((-0.1, 0.4), -0.1, 0.2, False),
    ],
)
def test_gain_whatever_they_answer(
    gains: tuple[float, float], margin: float, critical: float, below: bool
) -> None:
    """T8.1: dominant; q <= .2307692; q <= .1; q >= .2."""
    test = dominance.gain_test(jnp.array(gains[0]), jnp.array(gains[1]))
    assert_allclose(test.margin, margin)
    assert_allclose(test.critical, critical, atol=5e-8)  # seven digits are given
    assert bool(test.pays_below) is below
    payoffs = jnp.array([[0.0, 0.0], [gains[0], -1.0], [gains[1], -1.0]])
    assert_allclose(dominance.weak_margin(provocation(), payoffs, 0, 1, 0), margin)


def deep() -> Sketch:
    """Own later moves, two others and chance on both sides of the first move."""

    def side() -> Sketch:
        mine = decision("a", {"u": end(), "d": decision("c", {"s": end(), "t": end()})})
        luck = chance({"h": (0.25, mine), "t": (0.75, end())})
        return decision("b", {"x": luck, "y": decision("a", {"u": end(), "d": end()})})

    return decision("a", {"l": side(), "r": side()})


def smallest_difference(game: Tree, payoffs: np.ndarray) -> float:
    """Over every strategy of the others: best own value after 0 minus best own value after 1."""

    def value(node: int, answers: dict[int, int]) -> float:
        if game.kind[node] is Kind.END:
            return payoffs[game.end_of[node], 0]
        below = [value(child, answers) for child in game.children[node]]
        if game.kind[node] is Kind.CHANCE:
            return float(np.dot([float(w) for w in game.weights[node] if w is not None], below))
        return max(below) if game.owner[node] == 0 else below[answers[node]]

    others = [node for node in range(game.size) if game.owner[node] > 0]
    choices = itertools.product(*(range(len(game.actions[node])) for node in others))
    answers = (dict(zip(others, picks, strict=True)) for picks in choices)
    left, right = game.children[0]
    return min(value(left, answer) - value(right, answer) for answer in answers)


def test_margin_equals_the_worst_case_over_all_strategies() -> None:
    game = build.compile(deep(), ["a", "b", "c"])
    payoffs = np.random.default_rng(3).normal(size=(40, len(game.ends), 3))
    margin = dominance.weak_margin(game, jnp.asarray(payoffs), 0, 0, 1)
    slow = [smallest_difference(game, draw) for draw in payoffs]
    assert_allclose(margin, slow, atol=1e-12)  # sums of a few payoffs: rounding only


def test_margin_needs_a_decision_with_perfect_information_below() -> None:
    with pytest.raises(GameError, match="node 1 is not a decision"):
        dominance.weak_margin(provocation(), jnp.zeros((3, 2)), 1, 0, 1)
    second = {"x": end(), "y": end()}
    root = decision("a", {"l": decision("b", second, "s"), "r": decision("b", second, "s")})
    game = build.compile(root, ["a", "b"])
    with pytest.raises(GameError, match="set 1 of 'b' hides earlier moves"):
        dominance.weak_margin(game, jnp.zeros((4, 2)), 0, 0, 1)
