"""Probabilities of chance moves, fixed in the tree or given per draw.

Weights given per draw have one column for each edge in `Tree.open_edges`.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from schelling.games.errors import GameError
from schelling.games.trees.tree import Tree


def require_weights(game: Tree, weights: Float[Array, "*#draw open"] | None) -> None:
    """Refuse open chance without weights.

    Args:
        game: The game.
        weights: Probability of each edge in `game.open_edges`.

    Raises:
        GameError: The tree leaves chance to the draws and no weights are given.
    """
    if game.open_edges and weights is None:
        node = game.edges[game.open_edges[0]][0]
        msg = f"chance at node {node} is open: give `weights`, one per edge in `open_edges`"
        raise GameError(msg)


def probabilities(
    game: Tree, weights: Float[Array, "*#draw open"] | None
) -> dict[int, list[Array]]:
    """Probability of every chance outcome, fixed or per draw.

    Args:
        game: The game.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        For each chance node, one array per outcome.

    Raises:
        GameError: The tree leaves chance to the draws and no weights are given.
    """
    require_weights(game, weights)
    column = {edge: position for position, edge in enumerate(game.open_edges)}
    found: dict[int, list[Array]] = {}
    for node, fixed in enumerate(game.weights):
        for action, weight in enumerate(fixed):
            if weight is not None:
                value = jnp.asarray(float(weight))
            else:
                assert weights is not None
                value = weights[..., column[game.first_edge[node] + action]]
            found.setdefault(node, []).append(value)
    return found


def edges(game: Tree, weights: Float[Array, "*#draw open"] | None) -> Float[Array, "*#draw edge"]:
    """Probability of every chance edge, fixed or per draw; zero on edges of decisions.

    Args:
        game: The game.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        One column per edge.

    Raises:
        GameError: The tree leaves chance to the draws and no weights are given.
    """
    require_weights(game, weights)
    fixed = np.zeros(len(game.edges))
    for edge, (node, action) in enumerate(game.edges):
        weight = game.weights[node][action] if game.weights[node] else None
        fixed[edge] = 0.0 if weight is None else float(weight)
    if weights is None:
        return jnp.asarray(fixed)
    spread = jnp.broadcast_to(fixed, (*weights.shape[:-1], fixed.size))
    return spread.at[..., np.array(game.open_edges, dtype=int)].set(weights)
