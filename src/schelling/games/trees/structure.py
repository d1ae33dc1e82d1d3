"""What the shape of a tree implies: subtrees, subgames, and who forgets what.

Works on plain tuples, one entry per node in prefix order (a node before its children, the children
in the order of their actions). Knows no payoffs and no arrays.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

NONE = -1
"""Stands for 'no such thing' in a tuple of indices."""


class Loss(enum.Enum):
    """What a player with imperfect recall loses."""

    ABSENT_MINDED = "does not know whether it has already moved here"
    FORGETS_ACTION = "forgets which action it took"
    FORGETS_KNOWLEDGE = "forgets something it knew when it moved before"


@dataclass(frozen=True)
class Forgetting:
    """One information set at which its owner does not recall its own past.

    Attributes:
        loss: What is lost.
        player: Index of the player.
        infoset: Index of the information set.
        nodes: Two members of the set with different pasts (for absent-mindedness: on one path).
    """

    loss: Loss
    player: int
    infoset: int
    nodes: tuple[int, int]


def subtree_sizes(parent: Sequence[int]) -> tuple[int, ...]:
    """Number of nodes below and including each node.

    In prefix order the subtree of node `n` is exactly the nodes `n ... n + size - 1`.

    Args:
        parent: Parent of each node; the root's is -1.

    Returns:
        One count per node.

    Examples:
        >>> subtree_sizes((-1, 0, 0, 2, 2))
        (5, 1, 3, 1, 1)
    """
    sizes = [1] * len(parent)
    for node in range(len(parent) - 1, 0, -1):
        sizes[parent[node]] += sizes[node]
    return tuple(sizes)


def members(infoset: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Nodes of each information set, in prefix order.

    Args:
        infoset: Information set of each node; -1 where there is none.

    Returns:
        One tuple of nodes per set.
    """
    groups: list[list[int]] = [[] for _ in range(max(infoset, default=NONE) + 1)]
    for node, index in enumerate(infoset):
        if index != NONE:
            groups[index].append(node)
    return tuple(map(tuple, groups))


def subgame_roots(parent: Sequence[int], infoset: Sequence[int]) -> tuple[int, ...]:
    """Inner nodes at which a subgame starts: no information set leaves their subtree.

    Args:
        parent: Parent of each node; the root's is -1.
        infoset: Information set of each node; -1 at ends and chance nodes.

    Returns:
        The roots in prefix order, the whole game's root first, ends left out.

    Examples:
        Two players who move at the same time have one subgame, the whole.

        >>> subgame_roots((-1, 0, 1, 1, 0, 4, 4), (0, 1, -1, -1, 1, -1, -1))
        (0,)

        The second mover who sees the first one's move has two of its own.

        >>> subgame_roots((-1, 0, 1, 1, 0, 4, 4), (0, 1, -1, -1, 2, -1, -1))
        (0, 1, 4)
    """
    sizes = subtree_sizes(parent)
    groups = members(infoset)
    lowest = [node if index == NONE else groups[index][0] for node, index in enumerate(infoset)]
    highest = [node if index == NONE else groups[index][-1] for node, index in enumerate(infoset)]
    for node in range(len(parent) - 1, 0, -1):
        up = parent[node]
        lowest[up] = min(lowest[up], lowest[node])
        highest[up] = max(highest[up], highest[node])
    return tuple(
        node
        for node in range(len(parent))
        if sizes[node] > 1 and lowest[node] >= node and highest[node] < node + sizes[node]
    )


def forgettings(
    parent: Sequence[int],
    slot: Sequence[int],
    owner: Sequence[int],
    infoset: Sequence[int],
) -> tuple[Forgetting, ...]:
    """Every information set at which its owner has imperfect recall, with kind and place.

    Args:
        parent: Parent of each node; the root's is -1.
        slot: Position of each node among its parent's actions; -1 at the root.
        owner: Player who moves at each node; -1 at ends and chance nodes.
        infoset: Information set of each node; -1 at ends and chance nodes.

    Returns:
        One entry per offending set; empty with perfect recall.
    """
    pasts, absent = _own_pasts(parent, slot, owner, infoset)
    found: list[Forgetting] = []
    for index, nodes in enumerate(members(infoset)):
        player, first = owner[nodes[0]], nodes[0]
        for node in nodes:
            if node in absent:
                place = (absent[node], node)
                found.append(Forgetting(Loss.ABSENT_MINDED, player, index, place))
                break
            if pasts[node] != pasts[first]:
                knew = pasts[node].sets == pasts[first].sets
                loss = Loss.FORGETS_ACTION if knew else Loss.FORGETS_KNOWLEDGE
                found.append(Forgetting(loss, player, index, (first, node)))
                break
    return tuple(found)


class _Past(NamedTuple):
    """What a player has seen and done: numbers that stand for a sequence, equal if it is."""

    sets: int
    steps: int


_Sequences = dict[tuple[int, ...], int]


def _own_pasts(
    parent: Sequence[int], slot: Sequence[int], owner: Sequence[int], infoset: Sequence[int]
) -> tuple[dict[int, _Past], dict[int, int]]:
    """Per decision node the owner's past, and per absent-minded node the same set above it."""
    sets: _Sequences = {}
    steps: _Sequences = {}
    pasts: dict[int, _Past] = {}
    absent: dict[int, int] = {}
    now: dict[int, _Past] = {}
    on_path: dict[int, int] = {}
    trail: list[tuple[int, _Past]] = []
    for node, up in enumerate(parent):
        while trail and trail[-1][0] != up:
            left, before = trail.pop()
            if owner[left] != NONE:
                now[owner[left]] = before
                if on_path.get(infoset[left]) == left:
                    del on_path[infoset[left]]
        if up != NONE and owner[up] != NONE:
            now[owner[up]] = _Past(
                sets.setdefault((pasts[up].sets, infoset[up]), len(sets) + 1),
                steps.setdefault((pasts[up].steps, infoset[up], slot[node]), len(steps) + 1),
            )
        player = owner[node]
        here = now.get(player, _Past(0, 0)) if player != NONE else _Past(0, 0)
        if player != NONE:
            pasts[node] = here
            if infoset[node] in on_path:
                absent[node] = on_path[infoset[node]]
            on_path.setdefault(infoset[node], node)
        trail.append((node, here))
    return pasts, absent
