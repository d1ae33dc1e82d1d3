"""Games that differ in names and numbers alone, solved all at once. Axes: (game, ...)."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import jax
import jax.numpy as jnp
from jaxtyping import Array

from schelling.case.language.types import UNKNOWN, Constant, Operation, Typed
from schelling.case.model import Branch, Choice, Game
from schelling.case.sources import Origin
from schelling.compile import alike, reductions, rolling
from schelling.compile.alike import FEWEST, Form, Names
from schelling.compile.frame import Frame
from schelling.compile.many import fitted
from schelling.compile.tree import Board, BoardNumbers, Solved

_NOWHERE = Origin()
_BLANK = Constant(0.0, UNKNOWN)


@dataclass(frozen=True)
class AlikeGames:
    """Games of one form.

    Attributes:
        names: Theirs, in their order.
        board: Their common structure, whose expressions have open places.
        form: What stands in these.
    """

    names: Names
    board: Board
    form: Form

    def solve(self, frame: Frame, steps: int = 0) -> Solved:
        """All of them at the state of a frame, as `Board.solve` one: (game, ...)."""

        def numbers(_: Typed, inside: Frame) -> BoardNumbers:
            return self.board.numbers(inside)

        own = rolling.each(self.form, len(self.names), frame, numbers)
        time = [(steps, 1)] if steps else []
        shape = jnp.broadcast_shapes(*(leaf.shape[1:] for leaf in jax.tree.leaves(own)), *time)

        def whole(value: Array) -> Array:
            return cast("Array", fitted(value, shape))

        return self.board.answer(jax.tree.map(whole, own))


def of(games: Sequence[Game]) -> AlikeGames | None:
    """Games as games of one form; None where they are few, or have none."""
    if len(games) < FEWEST or len({structure(game) for game in games}) > 1:
        return None
    bundles = (Operation("game", tuple(_values(game)), UNKNOWN) for game in games)
    form = alike.form([reductions.rolled(bundle) for bundle in bundles])
    if form is None:
        return None
    bodies = iter(cast("Operation", form.body).operands)
    return AlikeGames(tuple(game.name for game in games), Board.of(_with(games[0], bodies)), form)


def structure(game: Game) -> Hashable:
    """All that decides how a game is played but its numbers and names."""
    sharp = tuple(game.precisions.index(value) for _, value in game.precision)
    return _with(game, itertools.repeat(_BLANK)), sharp, *map(alike.likeness, _values(game))


def _values(game: Game) -> Iterator[Typed]:
    """What decides how a game is played, in the order of `_with`."""
    yield from (value for _, value in game.precision)
    yield from _values_below(game.root)


def _values_below(choice: Choice) -> Iterator[Typed]:
    for branch in choice.branches:
        yield from (value for _, value in branch.payoffs)
        yield from () if branch.probability is None else (branch.probability,)
        yield from () if branch.then is None else _values_below(branch.then)


def _with(game: Game, values: Iterator[Typed]) -> Game:
    """A game as it is solved, with other values."""
    precision = tuple((actor, next(values)) for actor, _ in game.precision)
    bare = replace(game, name="", origin=_NOWHERE, schedule=(), condition=None, every=None)
    return replace(bare, precision=precision, root=_choice(game.root, values))


def _choice(choice: Choice, values: Iterator[Typed]) -> Choice:
    branches: list[Branch] = []
    for branch in choice.branches:
        payoffs = tuple((actor, next(values)) for actor, _ in branch.payoffs)
        odds = None if branch.probability is None else next(values)
        then = None if branch.then is None else _choice(branch.then, values)
        own = replace(branch, payoffs=payoffs, probability=odds, then=then)
        branches.append(replace(own, effects=(), origin=_NOWHERE))
    return replace(choice, branches=tuple(branches))
