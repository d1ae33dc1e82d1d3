"""Every pure subgame-perfect equilibrium, against trying every profile in every subgame."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import prod

import pytest

from games.random_trees import sketch
from schelling.games.errors import GameError
from schelling.games.trees import all_perfect, build
from schelling.games.trees.build import decision, end
from schelling.games.trees.tree import NodeKind, Tree

NAMES = ["p0", "p1"]
Payoffs = list[list[Fraction]]


def exact(root: build.Sketch, names: Sequence[str]) -> tuple[Tree, Payoffs]:
    table = build.payoffs(root, list(names)).tolist()
    return build.compile(root, list(names)), [[Fraction(v) for v in row] for row in table]


def worth(game: Tree, payoffs: Payoffs, node: int, profile: dict[int, int]) -> list[Fraction]:
    if game.kind[node] is NodeKind.END:
        return payoffs[game.end_of[node]]
    children = game.children[node]
    if game.kind[node] is NodeKind.DECISION:
        return worth(game, payoffs, children[profile[game.infoset[node]]], profile)
    parts = [worth(game, payoffs, child, profile) for child in children]
    weights = [Fraction(weight) for weight in game.weights[node] if weight is not None]
    return [
        sum((w * p[i] for w, p in zip(weights, parts, strict=True)), Fraction()) for i in (0, 1)
    ]


def by_trying(game: Tree, payoffs: Payoffs) -> set[tuple[int, ...]]:
    """Nobody gains in any subgame by any other strategy, all of them tried."""
    counts = [range(len(infoset.actions)) for infoset in game.infosets]
    profiles = list(itertools.product(*counts))
    values = {
        (profile, root): worth(game, payoffs, root, dict(enumerate(profile)))
        for profile in profiles
        for root in game.subgames
    }
    best: dict[tuple[int, int, tuple[int, ...]], Fraction] = {}
    owners = [infoset.player for infoset in game.infosets]

    def others(profile: tuple[int, ...], player: int) -> tuple[int, ...]:
        return tuple(-1 if o == player else a for a, o in zip(profile, owners, strict=True))

    for (profile, root), value in values.items():
        for player in (0, 1):
            key = (player, root, others(profile, player))
            best[key] = max(best.get(key, value[player]), value[player])
    return {
        profile
        for profile in profiles
        if all(
            values[profile, root][player] == best[player, root, others(profile, player)]
            for root in game.subgames
            for player in (0, 1)
        )
    }


@pytest.mark.parametrize("hidden", [False, True], ids=["seen", "hidden"])
def test_random_games_against_trying_everything(hidden: bool) -> None:
    """Whole payoffs between -5 and 5 and chance in thirds: ties are common, and exact."""
    tried = several = none = 0
    for seed in range(80):
        game, payoffs = exact(sketch(seed, depth=3, hidden=hidden), NAMES)
        if prod(len(infoset.actions) for infoset in game.infosets) > 800:
            continue
        payoffs = [[Fraction(int(v) // 2) for v in row] for row in payoffs]  # more ties
        found = all_perfect.solve(game, payoffs, most=1000)
        profiles = [
            tuple(one.choice[k] for k in range(len(game.infosets))) for one in found.equilibria
        ]
        assert not found.cut
        assert len(set(profiles)) == len(profiles)
        assert set(profiles) == by_trying(game, payoffs)
        for one in found.equilibria:
            assert list(one.payoffs) == worth(game, payoffs, 0, dict(one.choice))
        tried += 1
        several += len(profiles) > 1
        none += not profiles
    assert tried > 30
    assert several > 5
    assert none > 0 or not hidden


def indifferent(moves: int) -> build.Sketch:
    """A chain in which nobody ever cares: every profile is an equilibrium."""
    root = end(payoffs={"p0": 0, "p1": 0})
    for k in range(moves):
        stop = end(payoffs={"p0": 0, "p1": 0})
        root = decision(NAMES[k % 2], {"stop": stop, "go": root})
    return root


def test_many_are_cut_and_it_is_said() -> None:
    game, payoffs = exact(indifferent(12), NAMES)
    assert all_perfect.solve(game, payoffs).cut
    assert len(all_perfect.solve(game, payoffs).equilibria) == all_perfect.MOST
    whole = all_perfect.solve(game, payoffs, most=5000)
    assert (len(whole.equilibria), whole.cut) == (2**12, False)
    hurried = all_perfect.solve(game, payoffs, most=5000, work=50)
    assert hurried.cut


def test_a_tie_in_thirds_is_a_tie() -> None:
    """0.1 + 0.2 is not 0.3 in floating point; three tenths are."""
    third = Fraction(1, 3)
    lottery = build.chance({str(k): (third, end(payoffs={"p0": 0, "p1": 0})) for k in range(3)})
    root = decision("p0", {"sure": end(payoffs={"p0": 0, "p1": 0}), "draw": lottery})
    game = build.compile(root, NAMES)
    tenths = [Fraction(3, 10), Fraction(1, 10), Fraction(2, 10), Fraction(6, 10)]
    found = all_perfect.solve(game, [[value, Fraction()] for value in tenths])
    assert [one.choice[0] for one in found.equilibria] == [0, 1]


def test_open_chance_is_refused() -> None:
    root = build.chance({"a": (None, end(payoffs={"p0": 0, "p1": 0})),
                         "b": (None, end(payoffs={"p0": 0, "p1": 0}))})  # fmt: skip
    game, payoffs = exact(root, NAMES)
    with pytest.raises(GameError, match="no probabilities"):
        all_perfect.solve(game, payoffs)
