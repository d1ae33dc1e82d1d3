"""What a finished run is looked at with: its course, its games solved when they are asked about.

Axes: (time, world).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import jax.numpy as jnp
from jaxtyping import Array

from schelling.case.language.types import GameValue, When
from schelling.claims.signal import Signal
from schelling.compile.frame import Frame, Value
from schelling.compile.game_answers import GameAnswers
from schelling.compile.tree import Board, Solved


class FinishedCourse(dict[str, Value]):
    """What moves over a finished run; a variable is computed when first looked at."""

    variables: Mapping[str, Callable[[], Value]]

    def __missing__(self, name: str) -> Value:
        self[name] = value = self.variables[name]()
        return value


def solver(boards: Mapping[str, Board]) -> Callable[[Frame, GameValue], Value]:
    """Answers what is asked about games; each is solved once for every frame it is looked at in."""
    known: dict[tuple[str, int, int], tuple[Frame, Solved]] = {}

    def answer(frame: Frame, wanted: GameValue) -> Value:
        board = boards[wanted.game]
        steps = frame.steps if wanted.type.when is When.STEP else 0
        key = (wanted.game, id(frame), steps)
        if key not in known:  # the frame is kept with it, so that its id stays its own
            known[key] = (frame, board.solve(frame, steps))
        return GameAnswers(board, known[key][1]).value(wanted)

    return answer


def pick(value: Value, twin: int) -> Value:
    """One twin of a value that may be the same in all of them."""
    if isinstance(value, Signal):
        return value if value.truth.ndim < 2 else Signal(value.truth[twin], value.margin[twin])
    return value if value.ndim < 2 else value[twin]


def columns(values: list[Array], worlds: int, kind: type) -> Array:
    """Values of every world side by side, the world first."""
    if not values:
        return jnp.zeros((worlds, 0), kind)
    return jnp.stack([jnp.broadcast_to(value, (worlds,)) for value in values]).T.astype(kind)
