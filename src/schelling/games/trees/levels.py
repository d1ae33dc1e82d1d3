"""Backward recursion row by row, for trees too large to unroll node by node.

Nodes are put into rows of one width, so that every node's children are ends or in earlier rows, and
one compiled loop goes through the rows: compiling takes as long for ten nodes as for ten thousand,
whether the tree is deep or wide. What a node does with the values below it is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.games.trees.tree import NodeKind, Tree


class Group(NamedTuple):
    """The nodes of one row; places that are left over do no harm.

    Attributes:
        nodes: Their numbers; 0 at a place left over.
        slot: Where what is found about them is kept.
        children: Child by node and action; what stands for none is worth nothing.
        edges: Edge by node and action.
        owner: Player by node; 0 where chance moves.
        luck: Whether chance moves.
        valid: Whether the node has the action; all True at a place left over.
    """

    nodes: Int[Array, " node"]
    slot: Int[Array, " node"]
    children: Int[Array, "node action"]
    edges: Int[Array, "node action"]
    owner: Int[Array, " node"]
    luck: Bool[Array, " node"]
    valid: Bool[Array, "node action"]

    def own(
        self, below: Float[Array, "node action player *draw"]
    ) -> Float[Array, "node action *draw"]:
        """Value of each action to the player who chooses."""
        return self.worth(below, self.owner)

    def worth(
        self, below: Float[Array, "node action player *draw"], player: Int[Array, " node"]
    ) -> Float[Array, "node action *draw"]:
        """Value of each action to a player given by node."""
        rows, columns = np.indices(self.children.shape)
        return below[rows, columns, player[:, None]]

    def has(self, like: Float[Array, "node action *draw"]) -> Bool[Array, "node action ..."]:
        """`valid` with axes to stand beside values of actions."""
        return self.valid.reshape(*self.valid.shape, *[1] * (like.ndim - 2))


Respond = Callable[[Group, Array], tuple[Array, Array]]
"""From a row and the values below it (node, action, player, *draw) to choices (node, action, *draw)
and a mark (node, *draw) per node; what it says of nodes where chance moves is not used."""


_Carry = tuple[Array, Array, Array]


class Swept(NamedTuple):
    """A solved game, with the marks that `Respond` made."""

    choice: Float[Array, "*draw edge"]
    reach: Float[Array, "*draw node"]
    values: Float[Array, "*draw node player"]
    marks: Bool[Array, "*draw node"]


_Steps = tuple[
    Int[np.ndarray, "row place"], Int[np.ndarray, "row place"], Int[np.ndarray, "row place"]
]
"""Nodes, their parents and the edges that lead to them."""


@dataclass(frozen=True)
class _Order:
    """The rows of a game: backward with their actions, forward by what leads to each node."""

    back: Group
    forward: _Steps


def sweep(
    game: Tree,
    payoffs: Float[Array, "*draw end player"],
    odds: Float[Array, "*#draw edge"],
    respond: Respond,
) -> Swept:
    """Solve from the ends to the root, then follow play from the root to the ends.

    Args:
        game: A game of perfect information.
        payoffs: Payoff of each player at each end, over all draws.
        odds: Probability of each chance edge; other columns are ignored.
        respond: Choices of a row of decision nodes.

    Returns:
        Choices, reach, values and marks.
    """
    draws = payoffs.shape[:-2]
    order = _order(game)
    size, edges = game.size, len(game.edges)
    values = jnp.zeros((size + 2, len(game.players), *draws))
    values = values.at[np.array(game.ends)].set(jnp.moveaxis(payoffs, (-2, -1), (0, 1)))
    choice = jnp.moveaxis(jnp.broadcast_to(odds, (*draws, edges)), -1, 0)
    choice = jnp.concatenate([choice, jnp.zeros((1, *draws))])
    marks = jnp.zeros((size + 2, *draws), dtype=bool)

    def back(carry: _Carry, group: Group) -> tuple[_Carry, None]:
        values, choice, marks = carry
        below = values[group.children]
        chosen, mark = respond(group, below)
        luck = group.luck.reshape(-1, *[1] * len(draws))
        p = jnp.where(luck[:, None], choice[group.edges], chosen)
        p = jnp.where(group.has(p), p, 0.0)
        choice = choice.at[group.edges].set(p)
        values = values.at[group.slot].set(jnp.sum(p[:, :, None] * below, axis=1))
        marks = marks.at[group.slot].set(mark & ~luck)
        return (values, choice, marks), None

    def forward(reach: Array, row: tuple[Array, Array, Array]) -> tuple[Array, None]:
        node, parent, edge = row
        return reach.at[node].set(reach[parent] * choice[edge]), None

    (values, choice, marks), _ = jax.lax.scan(back, (values, choice, marks), order.back)
    start = jnp.ones((size + 2, *draws))
    node, parent, edge = (jnp.asarray(part) for part in order.forward)
    reach, _ = jax.lax.scan(forward, start, (node, parent, edge))
    return Swept(
        jnp.moveaxis(choice[:edges], 0, -1),
        jnp.moveaxis(reach[:size], 0, -1),
        jnp.moveaxis(values[:size], (0, 1), (-2, -1)),
        jnp.moveaxis(marks[:size], 0, -1),
    )


@lru_cache(maxsize=64)
def _order(game: Tree) -> _Order:
    height, depth = [0] * game.size, [0] * game.size
    for node in range(game.size - 1, 0, -1):
        up = game.parent[node]
        height[up] = max(height[up], height[node] + 1)
    for node in range(1, game.size):
        depth[node] = depth[game.parent[node]] + 1
    inner = [node for node in range(game.size) if game.children[node]]
    return _Order(
        _grouped(game, _rows(height[node] for node in inner), np.array(inner, dtype=int)),
        _steps(game, _rows(depth[node] for node in range(1, game.size))),
    )


def _rows(levels: Iterable[int]) -> Int[np.ndarray, "row place"]:
    """Positions of things in rows of one width, level by level; -1 where a place is left over.

    A row is as wide as a level is on average, so that at most half the places are left over and
    there are at most twice as many rows as levels.
    """
    by_level: dict[int, list[int]] = {}
    for position, level in enumerate(levels):
        by_level.setdefault(level, []).append(position)
    count = sum(len(members) for members in by_level.values())
    width = -(-count // max(len(by_level), 1)) or 1
    rows: list[list[int]] = []
    for _, members in sorted(by_level.items()):
        for start in range(0, len(members), width):
            row = members[start : start + width]
            rows.append(row + [-1] * (width - len(row)))
    return np.array(rows, dtype=int).reshape(-1, width)


def _grouped(
    game: Tree, rows: Int[np.ndarray, "row place"], inner: Int[np.ndarray, " node"]
) -> Group:
    most = max((len(children) for children in game.children), default=1) or 1
    children = np.full((len(inner) + 1, most), game.size)
    edges = np.full((len(inner) + 1, most), len(game.edges))
    for position, node in enumerate(map(int, inner)):
        count = len(game.children[node])
        children[position, :count] = game.children[node]
        edges[position, :count] = game.first_edge[node] + np.arange(count)
    valid = children < game.size
    valid[-1] = True
    nodes, slots = np.append(inner, 0), np.append(inner, game.size + 1)
    luck = np.array([kind is NodeKind.CHANCE for kind in game.kind])[nodes]
    luck[-1] = False
    owner = np.where(luck, 0, np.array(game.owner)[nodes])
    owner[-1] = 0
    parts = (nodes, slots, children, edges, owner, luck, valid)
    return Group(*(cast("Array", part[rows]) for part in parts))  # -1: the place left over


def _steps(game: Tree, rows: Int[np.ndarray, "row place"]) -> _Steps:
    """By row the nodes, their parents and the edges that lead to them."""
    nodes = np.arange(1, game.size + 1)
    parents = np.array([*game.parent[1:], 0])
    edges = np.array(
        [game.first_edge[game.parent[node]] + game.slot[node] for node in range(1, game.size)]
        + [len(game.edges)]
    )
    nodes[-1] = game.size + 1
    return nodes[rows], parents[rows], edges[rows]
