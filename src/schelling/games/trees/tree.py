"""Extensive games: the structure of a tree of moves, compiled once to integers.

A `Tree` holds the structure only. Payoffs come beside it as an array `(draw, end, player)`, so that
one structure serves any number of draws; it is hashable and can be static under `jax.jit`. Nodes
are numbered in prefix order, ends and edges in the order of their nodes, players as given.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from schelling.games.errors import GameError
from schelling.games.trees import structure
from schelling.games.trees.structure import NONE, Forgetting

Weight = Fraction | float
"""A chance probability: exact where it was given as an integer or a fraction."""


class NodeKind(enum.IntEnum):
    """What happens at a node."""

    END = 0
    DECISION = 1
    CHANCE = 2


@dataclass(frozen=True)
class Infoset:
    """Decision nodes that their owner cannot tell apart.

    Attributes:
        player: Index of the owner.
        number: Counts the owner's sets from 1, in prefix order of their first node.
        name: A name for people; may be empty.
        actions: What can be done there, the same at every member.
        members: The nodes, in prefix order.
    """

    player: int
    number: int
    name: str
    actions: tuple[str, ...]
    members: tuple[int, ...]


@dataclass(frozen=True)
class Tree:
    """An extensive game without its payoffs. All tuples have one entry per node unless said.

    Attributes:
        players: Names of the players.
        kind: End, decision or chance.
        owner: Index of the player who moves; -1 at ends and chance nodes.
        infoset: Index into `infosets`; -1 at ends and chance nodes.
        parent: Parent node; -1 at the root.
        children: Children in the order of the actions.
        actions: Label of each action or chance outcome.
        weights: Probability of each chance outcome, None where given per draw; empty elsewhere.
        names: Label of the node; may be empty.
        infosets: The information sets, in prefix order of their first node.
    """

    players: tuple[str, ...]
    kind: tuple[NodeKind, ...]
    owner: tuple[int, ...]
    infoset: tuple[int, ...]
    parent: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]
    actions: tuple[tuple[str, ...], ...]
    weights: tuple[tuple[Weight | None, ...], ...]
    names: tuple[str, ...]
    infosets: tuple[Infoset, ...] = field(repr=False)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.players, self.owner, self.infoset, self.parent, self.actions))

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.kind)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Node of each end, in prefix order."""
        return tuple(node for node, kind in enumerate(self.kind) if kind is NodeKind.END)

    @cached_property
    def end_of(self) -> tuple[int, ...]:
        """Number of the end at each node; -1 at inner nodes."""
        numbers = {node: end for end, node in enumerate(self.ends)}
        return tuple(numbers.get(node, NONE) for node in range(self.size))

    @cached_property
    def end_names(self) -> tuple[str, ...]:
        """Label of each end; the path of actions where it has none."""
        return tuple(self.names[node] or " / ".join(self.path(node)) for node in self.ends)

    @cached_property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Each edge as (node it leaves, index of the action), by node, then by action."""
        return tuple(
            (node, action) for node in range(self.size) for action in range(len(self.actions[node]))
        )

    @cached_property
    def first_edge(self) -> tuple[int, ...]:
        """Number of each node's first edge; its action `a` is edge `first_edge[node] + a`."""
        counts = (len(actions) for actions in self.actions)
        return tuple(accumulate(counts, initial=0))[:-1]

    @cached_property
    def open_edges(self) -> tuple[int, ...]:
        """Chance edges whose probability is given per draw."""
        return tuple(
            edge
            for edge, (node, action) in enumerate(self.edges)
            if self.weights[node] and self.weights[node][action] is None
        )

    @cached_property
    def slot(self) -> tuple[int, ...]:
        """Position of each node among its parent's actions; -1 at the root."""
        slots = [NONE] * self.size
        for children in self.children:
            for position, child in enumerate(children):
                slots[child] = position
        return tuple(slots)

    @cached_property
    def subtree_size(self) -> tuple[int, ...]:
        """Nodes below and including each node, which are numbered without a gap from it on."""
        return structure.subtree_sizes(self.parent)

    @cached_property
    def subgames(self) -> tuple[int, ...]:
        """Inner nodes at which a subgame starts, the root first."""
        return structure.subgame_roots(self.parent, self.infoset)

    @cached_property
    def perfect_information(self) -> bool:
        """Whether everyone who moves knows exactly where the game stands."""
        return all(len(infoset.members) == 1 for infoset in self.infosets)

    @cached_property
    def forgettings(self) -> tuple[Forgetting, ...]:
        """Information sets whose owner forgets its own past; empty with perfect recall."""
        return structure.forgettings(self.parent, self.slot, self.owner, self.infoset)

    def path(self, node: int) -> tuple[str, ...]:
        """Labels of the actions that lead to a node.

        Args:
            node: The node.

        Returns:
            The labels from the root on; empty at the root.
        """
        labels: list[str] = []
        while self.parent[node] != NONE:
            up = self.parent[node]
            labels.append(self.actions[up][self.slot[node]])
            node = up
        return tuple(reversed(labels))

    def at(self, *actions: str) -> int:
        """The node that a sequence of actions leads to.

        Args:
            actions: Labels from the root on.

        Returns:
            The node's number.

        Raises:
            GameError: An action does not exist where it is taken.
        """
        node = 0
        for label in actions:
            if label not in self.actions[node]:
                offered = ", ".join(map(repr, self.actions[node])) or "none: the game has ended"
                msg = f"no action {label!r} at node {node}; actions there: {offered}"
                raise GameError(msg)
            node = self.children[node][self.actions[node].index(label)]
        return node
