"""What the shape of a tree implies: subtrees, subgames, and who forgets what.

Works on plain tuples, one entry per node in prefix order (a node before its children, the children
in the order of their actions). Knows no payoffs and no arrays.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

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
    pasts = _own_pasts(parent, slot, owner, infoset)
    found: list[Forgetting] = []
    for index, nodes in enumerate(members(infoset)):
        for node in nodes:
            loss, other = _compare(pasts, infoset, nodes[0], node)
            if loss is not None:
                found.append(Forgetting(loss, owner[node], index, (other, node)))
                break
    return tuple(found)


_Past = tuple[tuple[int, int, int], ...]


def _own_pasts(
    parent: Sequence[int], slot: Sequence[int], owner: Sequence[int], infoset: Sequence[int]
) -> dict[int, _Past]:
    """Per decision node, the owner's earlier (set, action, node) along the path."""
    latest: list[dict[int, _Past]] = []
    for node, up in enumerate(parent):
        if up == NONE:
            latest.append({})
        elif owner[up] == NONE:
            latest.append(latest[up])
        else:
            step = (infoset[up], slot[node], up)
            before = latest[up].get(owner[up], ())
            latest.append({**latest[up], owner[up]: (*before, step)})
    return {
        node: latest[node].get(player, ()) for node, player in enumerate(owner) if player != NONE
    }


def _compare(
    pasts: dict[int, _Past], infoset: Sequence[int], first: int, node: int
) -> tuple[Loss | None, int]:
    for index, _, earlier in pasts[node]:
        if index == infoset[node]:
            return Loss.ABSENT_MINDED, earlier
    mine, theirs = pasts[node], pasts[first]
    if [step[0] for step in mine] != [step[0] for step in theirs]:
        return Loss.FORGETS_KNOWLEDGE, first
    if [step[1] for step in mine] != [step[1] for step in theirs]:
        return Loss.FORGETS_ACTION, first
    return None, first
