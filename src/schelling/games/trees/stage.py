"""A subgame with hidden information solved as a table of strategies.

Takes the first pure Nash equilibrium in the order of the strategies and, where there is none, a
mixed one: of two players the end of a path of Lemke and Howson, which always exists, of more one
near the end of the logit branch.
Strategies become choices by Kuhn's theorem; at sets that a player's own strategy rules out it takes
the first action.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.errors import Status
from schelling.games.tables import mixing, pivoting, strategic
from schelling.games.trees import blocks
from schelling.games.trees.blocks import Block, BlockTable
from schelling.games.trees.play import stack
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import NodeKind, Tree

_LARGEST_MIXED = 1_000  # profiles of three or more players up to which a mixed answer is sought


class Stage(NamedTuple):
    """An equilibrium of one block.

    Attributes:
        choice: Per decision node of the block, the probability of each action.
        several: Whether there are several pure equilibria, so that the order chose.
        mixed: Whether there is no pure equilibrium.
        failure: SOLVED; NO_CONVERGENCE where no mixed equilibrium was found; REFUSED where the
            table is too large to look for one.
    """

    choice: dict[int, list[Array]]
    several: Bool[Array, "*draw"]
    mixed: Bool[Array, "*draw"]
    failure: Int[Array, "*draw"]


def solve(
    game: Tree,
    block: Block,
    values: dict[int, list[Array]],
    choice: dict[int, list[Array]],
    draws: tuple[int, ...],
    tolerance: float,
) -> Stage:
    """First pure equilibrium of a block's strategic form, else a mixed one.

    Args:
        game: The game, with perfect recall.
        block: A block with hidden information.
        values: Value of each exit of the block to each player.
        choice: Probability of each outcome of the chance moves in the block.
        draws: Shape of the draw axes.
        tolerance: Gain, as a share of the stake, that counts as none.

    Returns:
        The equilibrium.

    Raises:
        GameError: The block has too many strategy profiles to be listed.
    """
    form = blocks.table(game, block)
    worth = stack([v for node in block.exits for v in values[node]], draws)
    worth = worth.reshape(prod(draws), len(block.exits), len(game.players))
    luck = jnp.stack(
        [_luck(game, block, node, choice, draws).reshape(-1) for node in block.exits], axis=-1
    )
    payoffs = _payoffs(form, worth[..., np.array(form.players)], luck)
    steady = strategic.pure(payoffs, tolerance)
    flat = steady.reshape(steady.shape[0], prod(steady.shape[1:]))
    found = flat.any(axis=1)
    index = jnp.unravel_index(jnp.argmax(flat, axis=1), steady.shape[1:])
    pure = [
        jax.nn.one_hot(picked, size, dtype=float)
        for picked, size in zip(index, steady.shape[1:], strict=True)
    ]
    mixture, failure = _mixed(payoffs, pure, found)
    played: dict[int, list[Array]] = {}
    for player, mine in enumerate(mixture):
        played.update(_behave(game, form, player, mine, draws))
    several = jnp.sum(flat, axis=1) > 1
    return Stage(played, *(part.reshape(draws) for part in (several, ~found, failure)))


def _luck(
    game: Tree, block: Block, node: int, choice: dict[int, list[Array]], draws: tuple[int, ...]
) -> Float[Array, "*draw"]:
    """Probability of the chance moves on the way from the block's root to one of its exits."""
    luck = jnp.ones(draws)
    while node != block.root:
        up = game.parent[node]
        if game.kind[up] is NodeKind.CHANCE:
            luck = luck * choice[up][game.slot[node]]
        node = up
    return luck


def _payoffs(
    form: BlockTable, worth: Float[Array, "draw exit player"], luck: Float[Array, "draw exit"]
) -> Float[Array, "draw *strategy player"]:
    """Expected payoffs of every profile of strategies."""
    count = len(form.players)
    letters = "abcdefghijklmnopqrstuvw"[:count]
    masks = ",".join(f"{letter}x" for letter in letters)
    return jnp.einsum(f"{masks},zx,zxy->z{letters}y", *form.allows, luck, worth)


def _mixed(
    payoffs: Float[Array, "draw *strategy player"],
    pure: list[Array],
    found: Bool[Array, " draw"],
) -> tuple[list[Array], Int[Array, " draw"]]:
    """Fill in a mixed equilibrium where no pure one was found."""
    shape = payoffs.shape[1:-1]
    if len(shape) > 2 and np.prod(shape) > _LARGEST_MIXED:
        blank = [jnp.where(found[:, None], mine, jnp.nan) for mine in pure]
        return blank, jnp.where(found, int(Status.SOLVED), int(Status.REFUSED))

    def look() -> tuple[list[Array], Array]:
        if len(shape) == 2:
            row, column, good = pivoting.find(payoffs)
            return [row, column], good
        return mixing.find(payoffs)

    def skip() -> tuple[list[Array], Array]:
        return pure, found

    either = cast("Callable[..., tuple[list[Array], Array]]", jax.lax.cond)
    others, good = either(found.all(), skip, look)
    filled = [
        jnp.where(found[:, None], mine, jnp.where(good[:, None], other, jnp.nan))
        for mine, other in zip(pure, others, strict=True)
    ]
    failure = jnp.where(found | good, int(Status.SOLVED), int(Status.NO_CONVERGENCE))
    return filled, failure


def _behave(
    game: Tree,
    form: BlockTable,
    player: int,
    mixture: Float[Array, "draw strategy"],
    draws: tuple[int, ...],
) -> dict[int, list[Array]]:
    """Turn a mixture over strategies into choices at every set (Kuhn's theorem)."""
    listed = np.array(form.strategies[player])
    found: dict[int, list[Array]] = {}
    for position, index in enumerate(form.sets[player]):
        infoset = game.infosets[index]
        reaching = _reaching(game, form, player, index)
        taken = [
            mixture @ jnp.asarray(reaching * (listed[:, position] == action))
            for action in range(len(infoset.actions))
        ]
        total = sum(taken[1:], start=taken[0])
        first = [1.0] + [0.0] * (len(taken) - 1)
        share = [
            jnp.where(total == 0, default, mass / jnp.where(total == 0, 1.0, total)).reshape(draws)
            for mass, default in zip(taken, first, strict=True)
        ]
        found.update({node: share for node in infoset.members})
    return found


def _reaching(
    game: Tree, form: BlockTable, player: int, index: int
) -> Float[np.ndarray, " strategy"]:
    """Which strategies of a player do not keep play from one of its own sets."""
    required: dict[int, int] = {}
    node = game.infosets[index].members[0]
    while game.parent[node] != NONE:
        up = game.parent[node]
        if game.infoset[up] in form.sets[player]:
            required[game.infoset[up]] = game.slot[node]
        node = up
    rows = [
        all(strategy[form.sets[player].index(own)] == slot for own, slot in required.items())
        for strategy in form.strategies[player]
    ]
    return np.array(rows, dtype=np.float64)
