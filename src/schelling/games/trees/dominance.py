"""Whether one move beats another whatever the others answer, and by how much.

A margin, not a verdict: payoff units by which the better move stays ahead in its worst case. Knows
nothing of equilibrium or of precision. For dominance in tables see
`schelling.games.tables.strategic`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from schelling.games.errors import GameError
from schelling.games.trees import chance
from schelling.games.trees.play import mean
from schelling.games.trees.tree import NodeKind, Tree

_MOST_ANSWERS = 256

_Pick = Callable[[Array, Array], Array]


def weak_margin(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    node: int,
    first: int,
    second: int,
    weights: Float[Array, "*#draw open"] | None = None,
) -> Float[Array, "*draw"]:
    """How far the owner of a node is better off with one action than with another, at worst.

    The smallest difference, over everything the others can do, between what the owner gets after
    `first` and after `second`; the owner's own later moves are its best, chance counts at its mean.
    Answers that see the move are given at different nodes, so they may harm `first` and please
    `second`; answers that do not see it are the same to both. A margin of zero or more is weak
    dominance, given that the node is reached, and a positive one strict; where the owner cannot
    tell the node from others, it holds at each of them.

    Args:
        game: The game.
        payoffs: Payoff of each player at each end, in the game's payoff unit.
        node: A decision node.
        first: Index of the action that should be better.
        second: Index of the action it is compared with.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        The margin in payoff units; zero or more where `first` weakly dominates `second`.

    Raises:
        GameError: The node is not a decision, its owner cannot see where the game stands later
            on, or there are too many answers that do not see the move.

    Examples:
        >>> from schelling.games.trees import build
        >>> answer = build.decision("nato", {"ignore": build.end(), "respond": build.end()})
        >>> root = build.decision("russia", {"hold": build.end(), "strike": answer})
        >>> game = build.compile(root, ["russia", "nato"])
        >>> payoffs = jnp.array([[0.0, 0.0], [0.3, -1.0], [-1.0, -0.5]])
        >>> float(weak_margin(game, payoffs, node=0, first=1, second=0))
        -1.0
    """
    if game.kind[node] is not NodeKind.DECISION:
        msg = f"node {node} is not a decision"
        raise GameError(msg)
    luck = chance.probabilities(game, weights)
    margins: list[Array] = []
    for member in game.infosets[game.infoset[node]].members:
        best, worst = (game.children[member][action] for action in (first, second))
        for answers in _unseeing(game, member):
            least = _value(game, payoffs, best, luck, _Answers(answers, jnp.minimum))
            most = _value(game, payoffs, worst, luck, _Answers(answers, jnp.maximum))
            margins.append(least - most)
    return reduce(jnp.minimum, margins)


class _Answers(NamedTuple):
    """What the others do: fixed actions at some sets, elsewhere the worst or the best."""

    fixed: dict[int, int]
    others: _Pick


def _unseeing(game: Tree, node: int) -> list[dict[int, int]]:
    """Every way to act at the sets below a node that join several nodes."""
    last = node + game.subtree_size[node]
    sets = [
        index
        for index, infoset in enumerate(game.infosets)
        if len(infoset.members) > 1 and any(node < member < last for member in infoset.members)
    ]
    count = math.prod(len(game.infosets[index].actions) for index in sets)
    if any(game.infosets[index].player == game.owner[node] for index in sets):
        msg = f"{game.players[game.owner[node]]!r} moves again after node {node} without seeing all"
        raise GameError(msg)
    if count > _MOST_ANSWERS:
        msg = f"{count} answers that do not see the move; at most {_MOST_ANSWERS} are compared"
        raise GameError(msg)
    picks = itertools.product(*(range(len(game.infosets[index].actions)) for index in sets))
    return [dict(zip(sets, pick, strict=True)) for pick in picks]


def _value(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    root: int,
    luck: dict[int, list[Array]],
    answers: _Answers,
) -> Float[Array, "*draw"]:
    """Value of a subtree, after a move, to the player who made it."""
    player = game.owner[game.parent[root]]
    values: dict[int, Array] = {}
    for node in reversed(range(root, root + game.subtree_size[root])):
        below = [values[child] for child in game.children[node]]
        if game.kind[node] is NodeKind.END:
            values[node] = payoffs[..., game.end_of[node], player]
        elif game.kind[node] is NodeKind.CHANCE:
            values[node] = mean(luck[node], below)
        elif game.infoset[node] in answers.fixed:
            values[node] = below[answers.fixed[game.infoset[node]]]
        else:
            pick = jnp.maximum if game.owner[node] == player else answers.others
            values[node] = reduce(pick, below)
    return values[root]
