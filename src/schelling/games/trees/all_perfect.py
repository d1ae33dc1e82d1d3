"""Every pure subgame-perfect equilibrium of one game, in exact fractions.

`schelling.games.trees.perfect` takes one equilibrium by a tie rule; where players are indifferent
there can be many, and here they are listed, up to a bound that is said when it cuts. Payoffs are
added and compared as fractions, so a tie is a tie. One game at a time: no draws, no arrays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import NamedTuple

from schelling.games.errors import GameError
from schelling.games.trees import blocks
from schelling.games.trees.blocks import Block
from schelling.games.trees.tree import NodeKind, Tree

MOST = 100
"""Equilibria listed unless asked for more."""
MOST_WORK = 200_000
"""Nodes looked at before the search is cut, a second or two."""

Worth = tuple[Fraction, ...]
"""Payoff of each player."""


class Pure(NamedTuple):
    """One equilibrium.

    Attributes:
        choice: Position of the action taken at each information set, by index of the set.
        payoffs: Payoff of each player.
    """

    choice: Mapping[int, int]
    payoffs: Worth


class Listed(NamedTuple):
    """Pure subgame-perfect equilibria.

    Attributes:
        equilibria: Distinct equilibria; first actions come first.
        cut: Whether there may be more than are listed.
    """

    equilibria: tuple[Pure, ...]
    cut: bool


def solve(
    game: Tree, payoffs: Sequence[Sequence[Fraction]], most: int = MOST, work: int = MOST_WORK
) -> Listed:
    """List the pure subgame-perfect equilibria of a game.

    Args:
        game: The game, with perfect recall and no open chance.
        payoffs: Payoff of each player at each end; anything that `Fraction` takes exactly.
        most: Equilibria after which to stop, of the game and of every subgame.
        work: Nodes after which to stop.

    Returns:
        The equilibria; none where a subgame has no pure one.

    Raises:
        GameError: A player has imperfect recall, or a chance move has no probabilities.

    Examples:
        The responder is indifferent, so there are two equilibria, and the proposer's depends on it.

        >>> from schelling.games.trees import build
        >>> answer = build.decision("nato", {"ignore": build.end(), "respond": build.end()})
        >>> root = build.decision("russia", {"hold": build.end(), "strike": answer})
        >>> game = build.compile(root, ["russia", "nato"])
        >>> found = solve(game, [[0, 0], [1, -1], [-1, -1]])
        >>> [(dict(one.choice), one.payoffs[0] == 1) for one in found.equilibria], found.cut
        ([({0: 1, 1: 0}, True), ({0: 0, 1: 1}, False)], False)
    """
    blocks.require_recall(game)
    exact = [tuple(Fraction(value) for value in row) for row in payoffs]
    search = _Enumeration(game, most, work)
    solved: dict[int, tuple[Pure, ...]] = {
        node: (Pure({}, exact[end]),) for end, node in enumerate(game.ends)
    }
    for block in blocks.cut(game):
        solved[block.root] = search.of_block(block, solved)
    return Listed(solved[0], search.cut)


@dataclass
class _Enumeration:
    """What is left to spend, and whether something had to be left out."""

    game: Tree
    most: int
    work: int
    cut: bool = field(default=False)

    def of_block(self, block: Block, solved: Mapping[int, tuple[Pure, ...]]) -> tuple[Pure, ...]:
        """The equilibria of a subgame from those of the subgames inside it."""
        found: list[Pure] = []
        options = [solved[node] for node in block.exits]
        for inner in itertools.product(*options):
            values = {node: one.payoffs for node, one in zip(block.exits, inner, strict=True)}
            below = {index: action for one in inner for index, action in one.choice.items()}
            for choice, worth in self._steady(block, values):
                if len(found) >= self.most:
                    self.cut = True
                    return tuple(found)
                found.append(Pure({**choice, **below}, worth))
            if self.work < 0:
                self.cut = True
                return tuple(found)
        return tuple(found)

    def _steady(
        self, block: Block, values: Mapping[int, Worth]
    ) -> Iterator[tuple[dict[int, int], Worth]]:
        """Pure Nash equilibria of a block whose exits are worth what is given."""
        sets = block.infosets
        for actions in itertools.product(*(self._actions(index) for index in sets)):
            if self.work < 0:
                return
            choice = dict(zip(sets, actions, strict=True))
            worth = self._worth(block.root, choice, values)
            movers = sorted({self.game.infosets[index].player for index in sets})
            steady = all(self._best(block, p, choice, values) <= worth[p] for p in movers)
            if steady and self.work >= 0:  # otherwise not every deviation was tried
                yield choice, worth

    def _best(
        self, block: Block, player: int, choice: Mapping[int, int], values: Mapping[int, Worth]
    ) -> Fraction:
        """Most that a player gets against the others' choices."""
        own = [i for i in block.infosets if self.game.infosets[i].player == player]
        if prod(len(self._actions(index)) for index in own) > self.work:
            self.work = -1
        return max(
            self._worth(block.root, {**choice, **dict(zip(own, other, strict=True))}, values)[
                player
            ]
            for other in itertools.islice(
                itertools.product(*(self._actions(index) for index in own)), max(self.work, 1)
            )
        )

    def _actions(self, index: int) -> range:
        return range(len(self.game.infosets[index].actions))

    def _worth(self, node: int, choice: Mapping[int, int], values: Mapping[int, Worth]) -> Worth:
        self.work -= 1
        game = self.game
        if node in values:
            return values[node]
        children = game.children[node]
        if game.kind[node] is NodeKind.DECISION:
            return self._worth(children[choice[game.infoset[node]]], choice, values)
        parts = [self._worth(child, choice, values) for child in children]
        weights = [_weight(game, node, action) for action in range(len(children))]
        return tuple(
            sum((w * part[player] for w, part in zip(weights, parts, strict=True)), Fraction())
            for player in range(len(game.players))
        )


def _weight(game: Tree, node: int, action: int) -> Fraction:
    weight = game.weights[node][action]
    if weight is None:
        msg = f"chance at node {node} has no probabilities of its own"
        raise GameError(msg)
    return Fraction(weight)
