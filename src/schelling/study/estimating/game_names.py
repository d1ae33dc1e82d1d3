"""What the ends, decisions and players of a tree are called in a model and in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from schelling.games.trees.tree import NodeKind, Tree


class ObservedMove(NamedTuple):
    """A move of a tree that can be observed.

    Attributes:
        node: Its node.
        names: What it may be called, the shortest first.
    """

    node: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class GameNames:
    """The names of a game.

    Attributes:
        ends: By name, the ends that have it.
        own: Name of each end that no other end shares.
        payoffs: By `PLAYER.END`, the player and the ends.
        moves: By name, the node of a decision or chance move; -1 where several share the name.
        places: Every move, in prefix order.
    """

    ends: dict[str, tuple[int, ...]]
    own: tuple[str, ...]
    payoffs: dict[str, tuple[int, tuple[int, ...]]]
    moves: dict[str, int]
    places: tuple[ObservedMove, ...]


def names(tree: Tree) -> GameNames:
    """Collect the names of a game.

    An end is called by its label, by the last action that leads to it if no other end is, and by
    all actions from the root on, joined by ` / `. A move is called by its number (`1.1`), by its
    label or that of its information set, by its player if the player moves once, and by the
    actions that lead to it; a chance move at the root that has no label is called `chance`.

    Args:
        tree: The game.

    Returns:
        Its names.

    Examples:
        >>> from schelling.games.trees import build
        >>> war = build.decision("bob", {"yield": build.end(), "war": build.end()})
        >>> ann = build.decision("ann", {"hold": build.end(), "go": war})
        >>> found = names(build.compile(ann, ("ann", "bob")))
        >>> list(found.ends)
        ['hold', 'go / yield', 'go / war', 'yield', 'war']
        >>> found.moves
        {'1.1': 0, 'ann': 0, '2.1': 2, 'bob': 2, 'go': 2}
    """
    ends: dict[str, list[int]] = {}
    last: dict[str, list[int]] = {}
    for end, node in enumerate(tree.ends):
        path = tree.path(node)
        for name in dict.fromkeys((tree.names[node], " / ".join(path))):
            if name:
                ends.setdefault(name, []).append(end)
        if path:
            last.setdefault(path[-1], []).append(end)
    for name, found in last.items():
        if len(found) == 1 and name not in ends:
            ends[name] = found
    ordered = {name: tuple(found) for name, found in ends.items()}
    own = tuple(_own(tree, end, ordered) for end in range(len(tree.ends)))
    payoffs = {
        f"{player}.{name}": (index, found)
        for name, found in ordered.items()
        for index, player in enumerate(tree.players)
    }
    places = _places(tree)
    moves: dict[str, int] = {}
    for place in places:
        for name in place.names:
            moves[name] = place.node if name not in moves else -1
    return GameNames(ordered, own, payoffs, moves, places)


def _own(tree: Tree, end: int, ends: dict[str, tuple[int, ...]]) -> str:
    """The label of an end, or the shortest name that it shares with no other."""
    alone = [name for name, found in ends.items() if found == (end,)]
    label = tree.names[tree.ends[end]]
    return label if label in alone else min(alone, key=len, default=f"end {end + 1}")


def _places(tree: Tree) -> tuple[ObservedMove, ...]:
    counts = [sum(owner == player for owner in tree.owner) for player in range(len(tree.players))]
    found: list[ObservedMove] = []
    for node, kind in enumerate(tree.kind):
        if kind is NodeKind.END:
            continue
        called: list[str] = []
        if kind is NodeKind.DECISION:
            infoset = tree.infosets[tree.infoset[node]]
            called.append(f"{infoset.player + 1}.{infoset.number}")
            called += [infoset.name, tree.names[node]]
            if counts[infoset.player] == 1:
                called.append(tree.players[infoset.player])
        else:
            called.append(tree.names[node])
        called.append(" / ".join(tree.path(node)))
        if not any(called):
            called.append("chance")
        found.append(ObservedMove(node, tuple(dict.fromkeys(name for name in called if name))))
    return tuple(found)
