"""The strategic form of a whole tree, and mixtures over its strategies as choices in the tree.

Strategies that differ only where the player's own earlier choices never lead are one. A mixture
becomes choices by Kuhn's theorem, so players must have perfect recall. One draw at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod

import numpy as np
from jaxtyping import Float, Shaped

from schelling.games.errors import GameError
from schelling.games.trees import blocks
from schelling.games.trees.blocks import Block, BlockTable
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import NodeKind, Tree

_LETTERS = "abcdefghijklmnopqrst"
_MOST_TERMS = 2_000_000  # products that are added up as fractions


@dataclass(frozen=True)
class StrategicForm:
    """A tree as a table.

    Attributes:
        game: The tree.
        table: Its strategies; players are those who move.
        payoffs: Expected payoff of each of them, by every one's strategy.
    """

    game: Tree
    table: BlockTable
    payoffs: Float[np.ndarray, "... mover"]

    @property
    def movers(self) -> tuple[str, ...]:
        """Names of the players who move."""
        return tuple(self.game.players[player] for player in self.table.players)

    @property
    def strategies(self) -> tuple[tuple[str, ...], ...]:
        """Every strategy in words, by player: its actions, set by set."""
        found: list[tuple[str, ...]] = []
        for sets, listed in zip(self.table.sets, self.table.strategies, strict=True):
            labels = [self.game.infosets[index].actions for index in sets]
            found.append(
                tuple(
                    "/".join(own[action] for own, action in zip(labels, actions, strict=True))
                    for actions in listed
                )
            )
        return tuple(found)


def form(
    game: Tree, payoffs: Float[np.ndarray, "end player"], luck: Float[np.ndarray, " edge"]
) -> StrategicForm:
    """The strategic form of a game.

    Args:
        game: The game, with perfect recall.
        payoffs: Payoff of each player at each end.
        luck: Probability of each chance edge; other edges are ignored.

    Returns:
        The table.

    Raises:
        GameError: A player has imperfect recall, or there are too many strategy profiles.
    """
    blocks.require_recall(game)
    inner = tuple(node for node in range(game.size) if game.kind[node] is not NodeKind.END)
    table = blocks.table(game, Block(0, inner, game.ends, tuple(range(len(game.infosets)))))
    count = len(table.players)
    if count > len(_LETTERS):
        msg = f"{count} players move; a table is made for at most {len(_LETTERS)}"
        raise GameError(msg)
    chance = np.array([_chance(game, node, luck) for node in game.ends])
    own = payoffs[:, list(table.players)] * chance[:, None]
    masks = "".join(f"{letter}x," for letter in _LETTERS[:count])
    worth = np.einsum(f"{masks}xy->{_LETTERS[:count]}y", *table.allows, own, optimize=True)
    return StrategicForm(game, table, worth)


def fractions(
    found: StrategicForm, payoffs: Sequence[Sequence[Fraction]] | None
) -> Shaped[np.ndarray, "row column 2"] | None:
    """The payoffs of the strategic form of two players who move, without rounding.

    Args:
        found: The form.
        payoffs: Exact payoff of each player at each end.

    Returns:
        Fractions in an object array; None where there are none, or too many to add up.
    """
    game, movers = found.game, found.table.players
    if payoffs is None or len(movers) != 2 or game.open_edges:
        return None
    mine, theirs = found.table.allows
    if mine.shape[0] * theirs.shape[0] * mine.shape[1] > _MOST_TERMS:
        return None
    chance = [_exact_chance(game, node) for node in game.ends]
    tables: list[np.ndarray] = []
    for player in movers:
        worth = [row[player] * share for row, share in zip(payoffs, chance, strict=True)]
        common = lcm(*(value.denominator for value in worth))
        whole = np.array([int(value * common) for value in worth], dtype=object)
        summed = (mine.astype(int).astype(object) * whole) @ theirs.astype(int).astype(object).T
        tables.append(summed * Fraction(1, common))
    return np.stack(tables, axis=-1)


def _chance(game: Tree, node: int, luck: Float[np.ndarray, " edge"]) -> float:
    steps = [float(luck[game.first_edge[up] + action]) for up, action in _luck(game, node)]
    return prod(steps)


def _exact_chance(game: Tree, node: int) -> Fraction:
    steps = [Fraction(game.weights[up][action] or 0) for up, action in _luck(game, node)]
    return prod(steps, start=Fraction(1))


def _luck(game: Tree, node: int) -> list[tuple[int, int]]:
    """Chance nodes on the way to a node, and what comes of them."""
    found: list[tuple[int, int]] = []
    while game.parent[node] != NONE:
        up = game.parent[node]
        if game.kind[up] is NodeKind.CHANCE:
            found.append((up, game.slot[node]))
        node = up
    return found


def behave(
    found: StrategicForm, profile: tuple[Float[np.ndarray, " _strategy"], ...]
) -> dict[int, Float[np.ndarray, " _action"]]:
    """Choices at every information set that come to the same as a profile of mixtures.

    Args:
        found: The table.
        profile: A mixture over strategies for each player who moves.

    Returns:
        By index of the set, the probability of each action; the first action for certain where the
        player's own strategy never leads.

    References:
        Kuhn, Extensive games and the problem of information, 1953.
    """
    choices: dict[int, Float[np.ndarray, " _action"]] = {}
    for sets, listed, mixture in zip(
        found.table.sets, found.table.strategies, profile, strict=True
    ):
        taken = np.array(listed)
        for position, index in enumerate(sets):
            required = _own_way(found.game, sets, found.game.infosets[index].members[0])
            leads = np.ones(len(listed), dtype=bool)
            for place, action in required:
                leads &= taken[:, place] == action
            count = len(found.game.infosets[index].actions)
            mass = np.bincount(taken[:, position], weights=mixture * leads, minlength=count)
            total = mass.sum()
            choices[index] = mass / total if total > 0 else np.eye(count)[0]
    return choices


def _own_way(game: Tree, sets: tuple[int, ...], node: int) -> list[tuple[int, int]]:
    """What a player must have done before, as places among its sets and actions there."""
    found: list[tuple[int, int]] = []
    while game.parent[node] != NONE:
        up = game.parent[node]
        if game.infoset[up] in sets:
            found.append((sets.index(game.infoset[up]), game.slot[node]))
        node = up
    return found
