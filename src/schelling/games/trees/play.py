"""How a tree is played, as data: precision going in, choices, reach and values coming out.

Also what every solver of trees does with them: put columns side by side, multiply choices out to
reach, blank draws without an answer. Axes: draws first, any number of them.
"""

from __future__ import annotations

from types import EllipsisType
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import Tree


class PerPlayer(NamedTuple):
    """Precision that differs between players, `(draw, player)`."""

    value: Float[Array, "*#draw player"]


class PerNode(NamedTuple):
    """Precision that differs between decision nodes, `(draw, node)`; other nodes are ignored."""

    value: Float[Array, "*#draw node"]


Precision = Float[Array, "*#draw"] | float | PerPlayer | PerNode
"""How sharply actors prefer the better action, in one over the payoff unit."""


class Columns:
    """Payoffs kept apart, one array per end and player, read like one array `(draw, end, player)`.

    Where draws lie in the last axis, putting ends and players behind it would spread every column
    over memory.

    Attributes:
        columns: By end and player.
    """

    def __init__(self, columns: list[list[Array]]) -> None:
        self.columns = columns

    def __getitem__(self, place: tuple[EllipsisType, int, int]) -> Array:
        _, end, player = place
        return self.columns[end][player]

    def stacked(self) -> Float[Array, "*draw end player"]:
        """The one array."""
        return jnp.stack([jnp.stack(row, -1) for row in self.columns], -2)


class Play(NamedTuple):
    """How a game is played, and what it is worth.

    Attributes:
        choice: Probability of each edge given that its node is reached, chance included.
        reach: Probability that a node is reached.
        values: Expected payoff of every player from each node on.
    """

    choice: Float[Array, "*draw edge"]
    reach: Float[Array, "*draw node"]
    values: Float[Array, "*draw node player"]


def precision_at(game: Tree, precision: Precision, node: int) -> Array | float:
    """Precision of the owner of one node.

    Args:
        game: The game.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode`.
        node: A decision node.

    Returns:
        One number or one per draw.
    """
    if isinstance(precision, PerPlayer):
        return precision.value[..., game.owner[node]]
    if isinstance(precision, PerNode):
        return precision.value[..., node]
    return precision


def draw_axes(
    payoffs: Float[Array, "*#draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None,
) -> tuple[int, ...]:
    """Shape of the draws: that of all inputs broadcast against each other.

    Args:
        payoffs: Payoff of each player at each end.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode`.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        The shape; empty for a single game.
    """
    own = isinstance(precision, PerPlayer | PerNode)
    sharp = precision.value.shape[:-1] if own else jnp.shape(precision)
    chance = () if weights is None else weights.shape[:-1]
    return jnp.broadcast_shapes(payoffs.shape[:-2], sharp, chance)


def assemble(
    game: Tree,
    draws: tuple[int, ...],
    choice: dict[int, list[Array]],
    values: dict[int, list[Array]],
) -> Play:
    """Put per-node results into arrays and multiply choices out to reach.

    Args:
        game: The game.
        draws: Shape of the draw axes.
        choice: Per inner node, the probability of each action.
        values: Per node, the value to each player.

    Returns:
        The play.
    """
    edges = [choice[node][action] for node, action in game.edges]
    worth = [value for node in range(game.size) for value in values[node]]
    shape = (*draws, game.size, len(game.players))
    return Play(
        choice=stack(edges, draws),
        reach=stack(reach(game, choice), draws),
        values=stack(worth, draws).reshape(shape),
    )


def reach(game: Tree, choice: dict[int, list[Array]]) -> list[Array]:
    """Probability that each node is reached.

    Args:
        game: The game.
        choice: Per inner node, the probability of each action.

    Returns:
        One probability per node; the root's is one.
    """
    found: list[Array] = []
    for node, up in enumerate(game.parent):
        here = jnp.ones(()) if up == NONE else found[up] * choice[up][game.slot[node]]
        found.append(here)
    return found


def blanked(play: Play, solved: Bool[Array, "*draw"]) -> Play:
    """A play with NaN in the draws that have no answer.

    Args:
        play: The play.
        solved: Whether each draw has an answer.

    Returns:
        The play, the other draws blank.
    """
    return Play(
        jnp.where(solved[..., None], play.choice, jnp.nan),
        jnp.where(solved[..., None], play.reach, jnp.nan),
        jnp.where(solved[..., None, None], play.values, jnp.nan),
    )


def level(
    payoffs: Float[Array, "*#draw end player"],
) -> tuple[Float[Array, "*#draw end player"], Float[Array, "*#draw player"]]:
    """Payoffs less the one of each player that is nearest to zero, and that one.

    What is the same at every end moves no choice. Left in, a large one would take the digits that
    differences need. Where some payoffs are small already, nothing is lost by a large one.

    Args:
        payoffs: Payoff of each player at each end.

    Returns:
        The payoffs, and what to add to their expectations.
    """
    place = jnp.argmin(jnp.abs(payoffs), axis=-2, keepdims=True)
    nearest = jnp.take_along_axis(payoffs, place, axis=-2)
    return payoffs - nearest, nearest[..., 0, :]


def lifted(play: Play, least: Float[Array, "*#draw player"]) -> Play:
    """A play whose values count from zero again.

    Args:
        play: How the game of `level` is played.
        least: What was left out of its payoffs.

    Returns:
        The play with the values of the game itself.
    """
    return play._replace(values=play.values + least[..., None, :])


def mean(weights: list[Array], values: list[Array]) -> Array:
    """Weighted sum, one array per term.

    Args:
        weights: Probabilities.
        values: As many values.

    Returns:
        The expected value.
    """
    terms = [weight * value for weight, value in zip(weights, values, strict=True)]
    return sum(terms[1:], start=terms[0])


def stack(columns: list[Array], draws: tuple[int, ...]) -> Float[Array, "*draw thing"]:
    """Columns side by side, each spread over all draws.

    Args:
        columns: One array per thing.
        draws: Shape of the draw axes.

    Returns:
        The things on the last axis.
    """
    if not columns:
        return jnp.zeros((*draws, 0))
    return jnp.stack([jnp.broadcast_to(column, draws) for column in columns], axis=-1)
