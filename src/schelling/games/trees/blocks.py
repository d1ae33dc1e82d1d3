"""A tree cut at its subgames: pieces that can be solved one after the other, from the ends up.

A block is what is left of a subgame when the subgames inside it are replaced by their values. Where
everyone sees every move each block is a single node. Knows no payoffs.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from schelling.games.errors import GameError
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import Infoset, NodeKind, Tree

_MOST_PROFILES = 100_000


@dataclass(frozen=True)
class Block:
    """A subgame without the subgames inside it.

    Attributes:
        root: Where it starts.
        nodes: Its decision and chance nodes, in prefix order.
        exits: Nodes that lead out of it: ends, and roots of subgames inside.
        infosets: Indices of its information sets.
    """

    root: int
    nodes: tuple[int, ...]
    exits: tuple[int, ...]
    infosets: tuple[int, ...]

    @property
    def single(self) -> bool:
        """Whether it is one node, whose owner (or chance) knows where the game stands."""
        return len(self.nodes) == 1


@dataclass(frozen=True)
class BlockTable:
    """The strategic form of a block: who gets where with which strategy.

    Strategies that differ only where the player's own earlier choices never lead are one strategy,
    which takes the first action there.

    Attributes:
        players: Players who move in the block, in order.
        strategies: Per such player, each strategy as the action at each of its own sets.
        sets: Per such player, its information sets in the block.
        allows: Per such player, one where the strategy does not keep play from the exit.
    """

    players: tuple[int, ...]
    strategies: tuple[tuple[tuple[int, ...], ...], ...]
    sets: tuple[tuple[int, ...], ...]
    allows: tuple[Float[np.ndarray, "_strategy _exit"], ...]


def cut(game: Tree) -> tuple[Block, ...]:
    """The blocks of a game, each before the blocks that contain its root among their exits.

    Args:
        game: The game.

    Returns:
        The blocks, deepest first.

    Examples:
        >>> from schelling.games.trees.build import compile, decision, end
        >>> stage = {"x": end(), "y": end()}
        >>> both = decision("a", {"l": decision("b", stage, "s"), "r": decision("b", stage, "s")})
        >>> game = compile(decision("a", {"in": both, "out": end()}), ["a", "b"])
        >>> [(block.root, block.nodes, block.exits) for block in cut(game)]
        [(1, (1, 2, 5), (3, 4, 6, 7)), (0, (0,), (1, 8))]
    """
    roots = set(game.subgames)
    found: list[Block] = []
    for root in reversed(game.subgames):
        nodes: list[int] = []
        exits: list[int] = []
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if game.kind[node] is NodeKind.END or (node != root and node in roots):
                exits.append(node)
            else:
                nodes.append(node)
                waiting.extend(reversed(game.children[node]))
        infosets = sorted({game.infoset[node] for node in nodes} - {NONE})
        found.append(Block(root, tuple(nodes), tuple(exits), tuple(infosets)))
    return tuple(found)


def require_recall(game: Tree) -> None:
    """Refuse a game in which somebody forgets its own past.

    Args:
        game: The game.

    Raises:
        GameError: A player has imperfect recall; the message says what kind and where.
    """
    for lost in game.forgettings:
        infoset = game.infosets[lost.infoset]
        msg = (
            f"player {game.players[lost.player]!r} {lost.loss.value}: set {infoset.number} "
            f"({infoset.name or 'no name'}), nodes {lost.nodes[0]} and {lost.nodes[1]}; methods "
            "for information sets need perfect recall"
        )
        raise GameError(msg)


def table(game: Tree, block: Block) -> BlockTable:
    """The strategic form of a block.

    Args:
        game: The game, with perfect recall.
        block: One of its blocks.

    Returns:
        The strategic form.

    Raises:
        GameError: It has too many profiles to be listed.
    """
    own: dict[int, list[int]] = {}
    for index in block.infosets:
        own.setdefault(game.infosets[index].player, []).append(index)
    players = tuple(sorted(own))
    required = [_required(game, block, node) for node in block.exits]
    strategies: list[tuple[tuple[int, ...], ...]] = []
    allows: list[Float[np.ndarray, "_strategy _exit"]] = []
    profiles = 1
    for player in players:
        sets = own[player]
        count = int(np.prod([len(game.infosets[index].actions) for index in sets], dtype=object))
        if count > _MOST_PROFILES:
            _refuse(game.infosets[sets[0]], game, count)
        listed, mask = _reduced(game, sets, required)
        profiles *= len(listed)
        if profiles > _MOST_PROFILES:
            _refuse(game.infosets[sets[0]], game, profiles)
        strategies.append(listed)
        allows.append(mask)
    sets_of = tuple(tuple(own[player]) for player in players)
    return BlockTable(players, tuple(strategies), sets_of, tuple(allows))


def _refuse(infoset: Infoset, game: Tree, count: int) -> None:
    msg = (
        f"the subgame around set {infoset.number} of {game.players[infoset.player]!r} has at least "
        f"{count} strategy profiles; at most {_MOST_PROFILES} are listed"
    )
    raise GameError(msg)


def _required(game: Tree, block: Block, node: int) -> dict[int, int]:
    """The action that each set on the way from the root must take to get to a node."""
    found: dict[int, int] = {}
    while node != block.root:
        up = game.parent[node]
        if game.kind[up] is NodeKind.DECISION:
            found[game.infoset[up]] = game.slot[node]
        node = up
    return found


def _reduced(
    game: Tree, sets: list[int], required: list[dict[int, int]]
) -> tuple[tuple[tuple[int, ...], ...], Float[np.ndarray, "strategy exit"]]:
    """Strategies of one player that differ in where they let play go."""
    choices = [range(len(game.infosets[index].actions)) for index in sets]
    found: dict[bytes, tuple[tuple[int, ...], Float[np.ndarray, " exit"]]] = {}
    for strategy in itertools.product(*choices):
        taken = dict(zip(sets, strategy, strict=True))
        row = np.array([
            all(way[index] == taken[index] for index in way.keys() & taken.keys())
            for way in required
        ], dtype=np.float64)  # fmt: skip
        found.setdefault(row.tobytes(), (strategy, row))
    kept = list(found.values())
    return tuple(strategy for strategy, _ in kept), np.stack([row for _, row in kept])
