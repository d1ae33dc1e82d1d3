"""Backward recursion generation by generation, for trees too large to unroll node by node.

A generation holds the nodes whose longest way to an end is equally long; those with the same
number of actions are handled as one array. Traced code grows with the depth of the tree instead of
its size. What a node does with the values below it is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from schelling import axes as axes  # noqa: PLC0414 - switches JAX to float64
from schelling.games.tree import Kind, Tree

Respond = Callable[["Group", Float[Array, "node action player *draw"]], Array]
"""From the nodes of a group and the values below them to choices (node, action, *draw)."""


@dataclass(frozen=True)
class Group:
    """Decision or chance nodes that can be handled at once.

    Attributes:
        kind: Decision or chance.
        nodes: Their numbers.
        children: Child by node and action.
        edges: Edge by node and action.
        owner: Player by node; -1 at chance nodes.
    """

    kind: Kind
    nodes: Int[np.ndarray, " node"]
    children: Int[np.ndarray, "node action"]
    edges: Int[np.ndarray, "node action"]
    owner: Int[np.ndarray, " node"]

    def own(
        self, below: Float[Array, "node action player *draw"]
    ) -> Float[Array, "node action *draw"]:
        """Value of each action to the player who chooses."""
        rows, columns = np.indices(self.children.shape)
        return below[rows, columns, self.owner[:, None]]


def sweep(
    game: Tree,
    payoffs: Float[Array, "*draw end player"],
    odds: Float[Array, "*#draw edge"],
    respond: Respond,
) -> tuple[
    Float[Array, "*draw edge"], Float[Array, "*draw node"], Float[Array, "*draw node player"]
]:
    """Solve from the ends to the root, then follow play from the root to the ends.

    Args:
        game: A game of perfect information.
        payoffs: Payoff of each player at each end, over all draws.
        odds: Probability of each chance edge; other columns are ignored.
        respond: Choices of a group of decision nodes.

    Returns:
        Choices, reach and values.
    """
    draws = payoffs.shape[:-2]
    values = jnp.zeros((game.size, len(game.players), *draws))
    values = values.at[np.array(game.ends)].set(jnp.moveaxis(payoffs, (-2, -1), (0, 1)))
    choice = jnp.moveaxis(jnp.broadcast_to(odds, (*draws, len(game.edges))), -1, 0)
    for group in generations(game):
        below = values[group.children]
        if group.kind is Kind.DECISION:
            choice = choice.at[group.edges].set(respond(group, below))
        mixed = choice[group.edges][:, :, None]
        values = values.at[group.nodes].set(jnp.sum(mixed * below, axis=1))
    reach = jnp.ones((game.size, *draws))
    for nodes, parents, edges in _depths(game):
        reach = reach.at[nodes].set(reach[parents] * choice[edges])
    return (
        jnp.moveaxis(choice, 0, -1),
        jnp.moveaxis(reach, 0, -1),
        jnp.moveaxis(values, (0, 1), (-2, -1)),
    )


@lru_cache(maxsize=64)
def generations(game: Tree) -> tuple[Group, ...]:
    """The inner nodes of a game in groups, deepest first.

    Args:
        game: The game.

    Returns:
        The groups; every node's children are ends or in earlier groups.
    """
    height = [0] * game.size
    for node in range(game.size - 1, 0, -1):
        up = game.parent[node]
        height[up] = max(height[up], height[node] + 1)
    found: dict[tuple[int, Kind, int], list[int]] = {}
    for node, children in enumerate(game.children):
        if children:
            found.setdefault((height[node], game.kind[node], len(children)), []).append(node)
    return tuple(
        Group(
            kind,
            np.array(nodes),
            np.array([game.children[node] for node in nodes]),
            np.array([[game.first_edge[node] + a for a in range(count)] for node in nodes]),
            np.array([game.owner[node] for node in nodes]),
        )
        for (_, kind, count), nodes in sorted(found.items())
    )


@lru_cache(maxsize=64)
def _depths(game: Tree) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]:
    """Per depth from one on: the nodes, their parents and the edges that lead to them."""
    depth = [0] * game.size
    rows: dict[int, list[tuple[int, int, int]]] = {}
    for node in range(1, game.size):
        up = game.parent[node]
        depth[node] = depth[up] + 1
        edge = game.first_edge[up] + game.slot[node]
        rows.setdefault(depth[node], []).append((node, up, edge))
    return tuple(tuple(np.array(row).T) for _, row in sorted(rows.items()))
