"""What is told of every game of a finished run: how it was played first, or stands at the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from schelling.compile.alike_things import alike_games
from schelling.compile.alike_things.alike_games import AlikeGames
from schelling.compile.alike_things.families import PlayedFamily
from schelling.compile.claims.finished import FirstPlays, columns
from schelling.compile.expressions.frame import Frame
from schelling.compile.expressions.many import fitted
from schelling.compile.games.tree import Board


class ToldGame(NamedTuple):
    """A game, solved.

    Attributes:
        choice: Probability of every action that can be told apart.
        payoffs: Of every actor at every end.
        status: How solving it ended.
        precision: Of every actor.
    """

    choice: Float[Array, "world edge"]
    payoffs: Float[Array, "world end player"]
    status: Int[Array, " world"]
    precision: Float[Array, "world player"]


def told(
    boards: Mapping[str, Board], families: Sequence[PlayedFamily], frame: Frame, worlds: int
) -> list[ToldGame]:
    """Every game where it was first played; at the start, if it is only looked at by claims.

    Args:
        boards: The games, in order; alike ones are solved together.
        families: Those that are played.
        frame: The finished run.
        worlds: How many worlds it has.
    """
    found: dict[str, ToldGame] = {}
    start, first = frame.start.window(0, 0), frame.first
    for family in families:
        if isinstance(first, FirstPlays) and first.has(family):
            own = _together(family.solved, first.all(family), worlds)
            found |= dict(zip(family.names, own, strict=True))
    alone = [board.game for name, board in boards.items() if name not in {*found, *first}]
    for alike in alike_games.groups(alone):
        found |= dict(zip(alike.names, _together(alike, start, worlds), strict=True))
    for name, board in boards.items():
        if name not in found:
            found[name] = _alone(board, first.get(name, start), worlds)
    return [found[name] for name in boards]


def _alone(board: Board, here: Frame, worlds: int) -> ToldGame:
    solved = board.solve(here, here.steps)

    def whole(value: Array) -> Array:
        return jnp.broadcast_to(value[0] if here.steps and value.ndim > 1 else value, worlds)

    payoffs = solved.payoffs.stacked()
    payoffs = payoffs[0] if here.steps else payoffs
    odds = [whole(solved.choice[node][a]) for node, a in board.edges.values()]
    return ToldGame(
        columns(odds, worlds, float),
        jnp.broadcast_to(payoffs, (worlds, *payoffs.shape[-2:])),
        whole(solved.status).astype(jnp.int8),
        columns([whole(value) for value in board.precisions(here)], worlds, float),
    )


def _together(alike: AlikeGames, here: Frame, worlds: int) -> list[ToldGame]:
    """The same of alike games."""
    board, solved = alike.board, alike.solve(here, here.steps)

    def whole(value: Array) -> Array:
        value = value[:, 0] if here.steps and value.ndim > 2 else value
        return cast("Array", fitted(value, (worlds,)))

    ends = jax.tree.map(whole, solved.payoffs.columns)
    odds = [whole(solved.choice[node][a]) for node, a in board.edges.values()]
    each = ToldGame(
        jnp.stack(odds, -1),
        jnp.stack([jnp.stack(row, -1) for row in ends], -2),
        whole(solved.status).astype(jnp.int8),
        jnp.stack([whole(value) for value in alike.precisions(here)], -1),
    )
    return [ToldGame(*(part[place] for part in each)) for place in range(len(alike.names))]
