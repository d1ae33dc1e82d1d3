"""Games are recognised under other names, orders and scales, and not with one payoff changed."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.random_trees import sketch
from schelling.games.errors import GameError
from schelling.games.tables.rescaled import levels, rescaled
from schelling.games.tables.same_table import match as table_match
from schelling.games.trees import build
from schelling.games.trees.build import Sketch
from schelling.study.solving.answer import StatesGame, TableGame, TreeGame
from schelling.study.solving.same import games

SEEDS = range(100)


def table(seed: int) -> TableGame:
    """A random game of two or three players; payoffs of a few values, so that some are equal."""
    source = np.random.default_rng(seed)
    count = int(source.integers(2, 4))
    shape = tuple(int(n) for n in source.integers(2, 5, size=count))
    players = tuple(f"p{k}" for k in range(count))
    actions = tuple(tuple(f"a{k}{n}" for n in range(size)) for k, size in enumerate(shape))
    payoffs = source.integers(0, 6, size=(*shape, count)).astype(float)
    return TableGame(f"game {seed}", players, actions, payoffs)


def scrambled_table(game: TableGame, seed: int) -> TableGame:
    source = np.random.default_rng(seed + 10_000)
    count = len(game.players)
    order = source.permutation(count)
    payoffs = game.payoffs.transpose((*order, count))[..., order]
    chosen = [source.permutation(size) for size in payoffs.shape[:-1]]
    payoffs = payoffs[np.ix_(*chosen, range(count))]
    scale, shift = source.uniform(0.1, 50, size=count), source.normal(scale=100, size=count)
    actions = tuple(
        tuple(f"x{game.actions[player][k]}" for k in order_of)
        for player, order_of in zip(order, chosen, strict=True)
    )
    players = tuple(f"q{k}" for k in order)
    return TableGame("scrambled", players, actions, payoffs * scale + shift)


def changed(payoffs: np.ndarray, seed: int) -> np.ndarray:
    """One payoff lies elsewhere between the least and the largest of its player."""
    source = np.random.default_rng(seed + 20_000)
    found = payoffs.copy()
    rows = found.reshape(-1, found.shape[-1])
    player = int(source.integers(rows.shape[1]))
    low, high = rows[:, player].min(), rows[:, player].max()
    inner = np.flatnonzero((rows[:, player] > low) & (rows[:, player] < high))
    place = int(source.choice(inner)) if len(inner) else 0
    rows[place, player] = low + (high - low or 1.0) * 0.3719
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_scrambled_table_is_the_same_and_one_payoff_makes_another(seed: int) -> None:
    game = table(seed)
    other = scrambled_table(game, seed)
    found = games(game, other)
    assert found.same
    assert ("player", "p0", "q0") in found.names
    odd = games(game, replace(other, payoffs=changed(other.payoffs, seed)))
    assert not odd.same
    assert "payoff of p" in odd.difference


def scrambled_sketch(
    node: Sketch, source: random.Random, scale: dict[str, tuple[float, float]]
) -> Sketch:
    """The same game with other names and orders; payoffs at its ends on other scales."""
    branches = [
        (f"x{label}", weight, scrambled_sketch(following, source, scale))
        for label, weight, following in node.branches
    ]
    if not node.infoset:
        source.shuffle(branches)
    payoffs = {f"q{name}": scale[name][0] * value + scale[name][1]
               for name, value in node.payoffs.items()}  # fmt: skip
    infoset = f"i{node.infoset}" if node.infoset is not None else None
    player = f"q{node.player}" if node.player else ""
    return replace(node, branches=tuple(branches), payoffs=payoffs, infoset=infoset, player=player)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_scrambled_tree_is_the_same_and_one_payoff_makes_another(seed: int) -> None:
    drawn = sketch(seed, players=2 + seed % 2, depth=3)
    source = random.Random(seed)
    names = [f"p{k}" for k in range(2 + seed % 2)]
    scale = {name: (source.uniform(0.2, 9), source.uniform(-50, 50)) for name in names}
    one = tree_of(drawn, names)
    others = [f"q{name}" for name in names]
    source.shuffle(others)
    other = tree_of(scrambled_sketch(drawn, source, scale), others)
    assert games(one, other).same
    if len(one.tree.ends) > 2:
        odd = games(one, replace(other, payoffs=changed(other.payoffs[0], seed)[None]))
        assert not odd.same
        assert odd.difference


def tree_of(drawn: Sketch, players: list[str]) -> TreeGame:
    tree, numbers = build.compile(drawn, players), build.payoffs(drawn, players)
    return TreeGame("tree", tree, numbers[None])


def test_the_changed_payoff_is_named() -> None:
    """Of a prisoner's dilemma in other words, whose sucker's payoff is another."""
    dilemma = np.array([[[3.0, 3], [0, 5]], [[5, 0], [1, 1]]])
    one = TableGame("pd", ("ann", "bob"), (("trust", "cheat"),) * 2, dilemma)
    other = TableGame("x", ("bo", "al"), (("defect", "share"),) * 2, 10 * dilemma[::-1, ::-1] - 7)
    assert games(one, other).same
    odd = other.payoffs.copy()
    odd[1, 1, 0] += 5
    found = games(one, replace(other, payoffs=odd))
    assert not found.same
    assert "(trust, trust) is 60 %" in found.difference
    assert "(share, share) is 70 %" in found.difference


def test_other_sizes_and_kinds_are_said() -> None:
    two = TableGame("a", ("p", "q"), (("l", "r"),) * 2, np.zeros((2, 2, 2)))
    three = TableGame("b", ("p", "q"), (("l", "r"), ("a", "b", "c")), np.zeros((2, 3, 2)))
    assert games(two, three).difference == "the first has 2 by 2 actions, the second 2 by 3"
    one = TableGame("c", ("p",), (("l", "r"),), np.zeros((2, 1)))
    assert games(two, one).difference == "the first has 2 players, the second 1"


def test_what_is_known_tells_trees_apart() -> None:
    """The same moves and payoffs, seen and unseen: matching pennies one after the other."""
    pay = {"l": {"p": 1, "q": 0}, "r": {"p": 0, "q": 1}}
    from schelling.games.trees.build import decision, end  # noqa: PLC0415

    def pennies(infoset: str | None) -> TreeGame:
        def reply(mine: str) -> Sketch:
            ends = {o: end(payoffs=pay["l" if o == mine else "r"]) for o in ("l", "r")}
            return decision("q", ends, infoset=infoset)

        return tree_of(decision("p", {mine: reply(mine) for mine in ("l", "r")}), ["p", "q"])

    assert games(pennies("blind"), pennies("blind")).same
    found = games(pennies("blind"), pennies(None))
    assert not found.same
    assert found.difference


def test_symmetric_games_are_found_soon() -> None:
    """Coordination among ten: every action looks like every other."""
    identity = np.stack([np.eye(10), np.eye(10)], axis=-1)
    shuffled = identity[np.random.default_rng(1).permutation(10)]
    found = table_match(identity, shuffled)
    assert found is not None
    assert found.first is None
    many = np.zeros((2,) * 8 + (8,))
    with pytest.raises(GameError, match="more than 7 players"):
        table_match(many, many)


@given(
    st.lists(st.integers(-5, 5), min_size=2, max_size=8), st.floats(0.01, 100), st.floats(-99, 99)
)
def test_scales_do_not_matter(values: list[int], scale: float, shift: float) -> None:
    one = np.array(values, dtype=float)[:, None]
    both = levels(rescaled(one), rescaled(scale * one + shift))
    assert np.array_equal(both.first, both.second)


def test_fractions_that_are_equal_are_equal() -> None:
    one = np.array([[float(Fraction(1, 3))], [0.1 + 0.2], [1.0]])
    other = np.array([[2 / 3], [0.6], [2.0]])
    both = levels(rescaled(one), rescaled(other))
    assert np.array_equal(both.first, both.second)


def test_games_with_states_are_refused() -> None:
    with pytest.raises(Exception, match="not compared"):
        games(StatesGame("s", None), table(1))  # type: ignore[arg-type]
