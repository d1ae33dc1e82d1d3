"""Very many draws of one tree: quantal response in chunks that stay in the cache.

The answer is kept small, since at a million draws memory is what costs: choices, where the game
ends, and what it is worth at the root. Values and reach at every node are `recursion.solve`'s.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from schelling.games import programs
from schelling.games.trees import recursion
from schelling.games.trees.play import PerNode, PerPlayer, Precision, level, reach
from schelling.games.trees.tree import Tree

_CHUNK = 4096  # draws whose payoffs and answers fit a level-two cache together


class BatchPlay(NamedTuple):
    """How many draws of a game are played, without the insides of the tree.

    Attributes:
        choice: Probability of each edge given that its node is reached.
        ends: Probability of each end.
        worth: Expected payoff of each player in the whole game.
    """

    choice: Float[np.ndarray, "draw edge"]
    ends: Float[np.ndarray, "draw end"]
    worth: Float[np.ndarray, "draw player"]


def solve_batch(
    game: Tree,
    payoffs: Float[np.ndarray, "*draw end player"] | Float[Array, "*draw end player"],
    precision: Precision | Float[np.ndarray, "*#draw"],
    weights: Float[np.ndarray, "*#draw open"] | Float[Array, "*#draw open"] | None = None,
    chunk: int = _CHUNK,
) -> BatchPlay:
    """Logit agent quantal response of a tree of perfect information over many draws.

    Args:
        game: The game.
        payoffs: Payoff of each player at each end, in the game's payoff unit.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode`.
        weights: Probability of each edge in `game.open_edges`.
        chunk: Draws worked on at a time.

    Returns:
        Choices, ends and worth per draw.

    Raises:
        GameError: Somebody cannot see where the game stands, or open chance has no weights.
    """
    recursion.require_perfect_information(game)
    table = np.asarray(payoffs, dtype=np.float64)
    draws = table.shape[0]
    widths = (len(game.edges), len(game.ends), len(game.players))
    filled = tuple(np.empty((width, draws)) for width in widths)
    for begin in range(0, draws, chunk):
        start = max(0, min(begin, draws - chunk))  # the last chunk overlaps: one shape, one compile
        part = slice(start, min(start + chunk, draws))
        columns = _compiled(
            game,
            table[part],
            _part(precision, part, draws),
            None if weights is None else _rows(weights, part, draws, inner=1),
        )
        for block, new in zip(filled, columns, strict=True):
            block[:, part] = new
    return BatchPlay(*(block.T for block in filled))


def _part(
    precision: PerPlayer | PerNode | Array | np.ndarray | float, part: slice, draws: int
) -> Precision:
    """The precision of one chunk."""
    if isinstance(precision, PerPlayer):
        return PerPlayer(_rows(precision.value, part, draws, inner=1))
    if isinstance(precision, PerNode):
        return PerNode(_rows(precision.value, part, draws, inner=1))
    return _rows(precision, part, draws, inner=0)


def _rows(values: Array | np.ndarray | float, part: slice, draws: int, inner: int) -> Array:
    """The chunk of an array that has one row per draw, or the same row for all."""
    array = np.asarray(values, dtype=np.float64)
    per_draw = array.ndim > inner and array.shape[0] == draws
    return jnp.asarray(array[part] if per_draw else array)


def _columns(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None,
) -> tuple[Float[Array, " thing *draw"], ...]:
    """The outcome with the draws last, so that every column is written in one run."""
    if game.size > recursion.LARGEST_UNROLLED:
        play = recursion.solve(game, payoffs, precision, weights)
        return play.choice.T, play.reach[:, np.array(game.ends)].T, play.values[:, 0].T
    payoffs, least = level(payoffs)
    choice, values = recursion.choices(game, payoffs, precision, weights)
    reached = reach(game, choice)
    shape = payoffs.shape[:1]
    blocks = (
        [choice[node][action] for node, action in game.edges],
        [reached[node] for node in game.ends],
        [value + least[..., player] for player, value in enumerate(values[0])],
    )
    return tuple(
        jnp.stack([jnp.broadcast_to(column, shape) for column in block])
        if block else jnp.zeros((0, *shape)) for block in blocks
    )  # fmt: skip


_compiled = programs.compiled(0)(_columns)
