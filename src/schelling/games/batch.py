"""Very many draws of one tree: quantal response in chunks that stay in the cache.

The answer is kept small, since at a million draws memory is what costs: choices, where the game
ends, and what it is worth at the root. Values and reach at every node are `recursion.solve`'s.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from schelling.games import recursion
from schelling.games.recursion import PerNode, PerPlayer, Precision
from schelling.games.tree import Tree

_CHUNK = 4096  # draws whose payoffs and answers fit a level-two cache together


class Outcome(NamedTuple):
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
    payoffs: Float[np.ndarray, "draw end player"] | Float[Array, "draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None = None,
    chunk: int = _CHUNK,
) -> Outcome:
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
    draws = payoffs.shape[0]
    spread = jax.tree.map(jnp.asarray, precision)
    if isinstance(spread, PerPlayer | PerNode):
        spread = type(spread)(jnp.broadcast_to(spread.value, (draws, spread.value.shape[-1])))
    else:
        spread = jnp.broadcast_to(spread, (draws,))
    if weights is not None:
        weights = jnp.broadcast_to(weights, (draws, weights.shape[-1]))
    rows = _chunked(game, jnp.asarray(payoffs), spread, weights, max(1, min(chunk, draws)))
    return Outcome(*(np.asarray(block).T for block in rows))


@partial(jax.jit, static_argnums=(0, 4))
def _chunked(
    game: Tree,
    payoffs: Float[Array, "draw end player"],
    precision: Precision,
    weights: Float[Array, "draw open"] | None,
    chunk: int,
) -> tuple[Float[Array, "thing draw"], ...]:
    """The outcome with the draws last, so that every column is written in one run."""
    draws = payoffs.shape[0]
    inputs = (payoffs, precision, weights)
    first = jax.eval_shape(partial(_columns, game), *jax.tree.map(lambda a: a[:chunk], inputs))
    empty = tuple(jnp.zeros((block.shape[0], draws)) for block in first)

    def step(turn: Array, filled: tuple[Array, ...]) -> tuple[Array, ...]:
        start = jnp.minimum(turn * chunk, draws - chunk)
        part = jax.tree.map(lambda a: jax.lax.dynamic_slice_in_dim(a, start, chunk), inputs)
        return tuple(
            jax.lax.dynamic_update_slice(block, new, (0, start))
            for block, new in zip(filled, _columns(game, *part), strict=True)
        )

    return jax.lax.fori_loop(0, -(-draws // chunk), step, empty) if draws else empty


def _columns(
    game: Tree,
    payoffs: Float[Array, "draw end player"],
    precision: Precision,
    weights: Float[Array, "draw open"] | None,
) -> tuple[Float[Array, "thing draw"], ...]:
    choice, values = recursion.choices(game, payoffs, precision, weights)
    reach = recursion.reach(game, choice)
    shape = payoffs.shape[:1]
    blocks = (
        [choice[node][action] for node, action in game.edges],
        [reach[node] for node in game.ends],
        values[0],
    )
    return tuple(
        jnp.stack([jnp.broadcast_to(column, shape) for column in block])
        if block else jnp.zeros((0, *shape)) for block in blocks
    )  # fmt: skip
