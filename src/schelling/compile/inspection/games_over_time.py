"""The games of a case at every date of its course, whether or not they are played then.

A run keeps a game where it is first played. Here it is solved with what stands at the opening of
each of some steps, so that a reader can see how odds and payoffs move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float32, Int

from schelling.compile.course.outcomes import Finished
from schelling.compile.expressions.frame import Frame, truth
from schelling.compile.expressions.many import Picked
from schelling.compile.games.tree import Board
from schelling.compile.planning.plan import Plan
from schelling.compile.worlds import Draws, Lowered, PlanNumbers

MOST_DATES = 54
"""Dates at which the games are solved: every week of a year."""


class GameCourse(NamedTuple):
    """A game at some dates.

    Attributes:
        choice: Probability of every action that can be told apart.
        payoffs: Payoff of every actor at every end, in declared units.
        solved: Where it has an answer.
        open: Where its condition holds, so that it would be played if it were its turn.
    """

    choice: Float32[Array, "world time edge"]
    payoffs: Float32[Array, "world time end player"]
    solved: Bool[Array, "world time"]
    open: Bool[Array, "world time"]


GamesOverTime = Callable[[Draws, Finished], tuple[GameCourse, ...]]


def dates(steps: int) -> Int[np.ndarray, " time"]:
    """The steps at whose opening the games are solved, first and last among them.

    Examples:
        >>> dates(3).tolist(), dates(106).tolist()[:3]
        ([0, 1, 2, 3], [0, 2, 4])
    """
    return np.linspace(0, steps, min(steps + 1, MOST_DATES)).round().astype(int)


def games_over_time(plan: Plan, numbers: PlanNumbers | None = None) -> GamesOverTime:
    """Lower a plan to the function that solves its games along finished runs.

    Args:
        plan: The plan, or its structure.
        numbers: Those that belong to a structure; see `constants`.
    """
    lowered = Lowered(plan.actual, numbers=numbers)
    keep = dates(plan.steps)

    def courses(draws: Draws, finished: Finished) -> tuple[GameCourse, ...]:
        whole = lowered.frame(0, lowered.fixed(draws), finished, {})
        moving = Picked(whole.moving, keep)
        frame = replace(whole, moving=moving, steps=len(keep), whole=whole)
        return tuple(_course(board, frame, finished.worlds) for board in lowered.boards.values())

    return courses


def _course(board: Board, frame: Frame, worlds: int) -> GameCourse:
    shape = frame.steps, worlds
    solved = board.solve(frame, frame.steps)
    odds = [jnp.broadcast_to(solved.choice[node][a], shape) for node, a in board.edges.values()]
    payoffs = solved.payoffs.stacked()
    condition = board.game.condition
    asked = jnp.ones(shape, bool) if condition is None else truth(condition, frame).truth
    return GameCourse(
        choice=jnp.stack(odds, -1).swapaxes(0, 1).astype(jnp.float32),
        payoffs=jnp.broadcast_to(payoffs, (*shape, *payoffs.shape[-2:]))
        .swapaxes(0, 1)
        .astype(jnp.float32),
        solved=jnp.broadcast_to(solved.sound, shape).swapaxes(0, 1),
        open=jnp.broadcast_to(asked, shape).swapaxes(0, 1),
    )
