"""What would be best at every information set of a tree, given how the others are known to play.

Numbers in, numbers out: no equilibrium is sought here. Axes: (draw, thing).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from schelling.games.trees.certify import beliefs
from schelling.games.trees.tree import Tree

_TIE = 1e-9  # of the largest difference at a set: rounding of sums


def best_replies(
    game: Tree,
    payoffs: Float[np.ndarray, "draw end player"],
    choice: Float[np.ndarray, "draw edge"],
) -> tuple[Float[np.ndarray, "draw action"], ...]:
    """Which action is worth most to its owner at each information set, all else as it is played.

    Args:
        game: The game.
        payoffs: Payoff of each player at each end.
        choice: Probability of each edge given that its node is reached.

    Returns:
        For each information set, 1 at the best action and 0 at the others; actions worth the same
        share the 1. NaN at sets that cannot be reached, where there is no belief.

    Examples:
        >>> from schelling.games.trees import build
        >>> root = build.decision("ann", {"go": build.end(), "stay": build.end()})
        >>> game = build.compile(root, ["ann"])
        >>> (best,) = best_replies(game, np.array([[[1.0], [0.0]]]), np.array([[0.3, 0.7]]))
        >>> best.tolist()
        [[1.0, 0.0]]

    References:
        Kreps and Wilson, Sequential equilibria, Econometrica 50, 1982: beliefs by Bayes' rule.
    """
    worth = _worth(game, payoffs, choice)
    with np.errstate(divide="ignore"):
        believed = beliefs(game, np.log(choice))
    found: list[Float[np.ndarray, "draw action"]] = []
    for infoset in game.infosets:
        value = np.zeros((len(choice), len(infoset.actions)))
        for node in infoset.members:
            below = worth[:, list(game.children[node]), infoset.player]
            value += believed[:, [node]] * below
        room = np.abs(value).max(axis=1, keepdims=True) * _TIE
        best = (value >= value.max(axis=1, keepdims=True) - room).astype(float)
        best[np.isnan(value).any(axis=1)] = np.nan
        found.append(best / best.sum(axis=1, keepdims=True))
    return tuple(found)


def _worth(
    game: Tree,
    payoffs: Float[np.ndarray, "draw end player"],
    choice: Float[np.ndarray, "draw edge"],
) -> Float[np.ndarray, "draw node player"]:
    """What each node is worth to each player when everybody plays like that."""
    found = np.zeros((len(choice), game.size, payoffs.shape[2]))
    for node in reversed(range(game.size)):
        children = list(game.children[node])
        if not children:
            found[:, node] = payoffs[:, game.end_of[node]]
            continue
        first = game.first_edge[node]
        odds = choice[:, first : first + len(children), None]
        found[:, node] = (odds * found[:, children]).sum(axis=1)
    return found
