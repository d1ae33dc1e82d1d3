"""Games that differ in names and numbers alone as one game with open places."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar, cast

import jax
import jax.numpy as jnp
from jaxtyping import Array

from schelling.case.language.typed.scope import family_name
from schelling.case.language.typed.types import UNKNOWN, Constant, Operation, Typed
from schelling.case.model import Branch, Choice, Effect, Game
from schelling.case.sources import Origin
from schelling.compile.expressions import alike, reductions, rolling
from schelling.compile.expressions.forms import FEWEST, Form, Names
from schelling.compile.expressions.frame import Frame
from schelling.compile.expressions.many import fitted
from schelling.compile.games.tree import Board, BoardNumbers, Solved

_NOWHERE = Origin()
_BLANK = Constant(0.0, UNKNOWN)
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class AlikeGames:
    """Games of one form.

    Attributes:
        names: Theirs, in their order.
        game: Their common structure, in whose expressions places are open.
        form: What stands in these.
    """

    names: Names
    game: Game
    form: Form

    @cached_property
    def board(self) -> Board:
        """Their structure, compiled."""
        return Board.of(self.game)

    def solve(self, frame: Frame, steps: int = 0) -> Solved:
        """All of them at the state of a frame, as `Board.solve` one: (game, ...)."""

        def numbers(_: Typed, inside: Frame) -> BoardNumbers:
            return self.board.numbers(inside)

        own = self._each(frame, numbers)
        parts = cast("list[Array]", jax.tree.leaves(own))
        time = [(steps, 1)] if steps else []
        shape = jnp.broadcast_shapes(*(part.shape[1:] for part in parts), *time)

        def whole(value: Array) -> Array:
            return cast("Array", fitted(value, shape))

        return self.board.answer(jax.tree.map(whole, own))

    def precisions(self, frame: Frame) -> list[Array]:
        """Precision of every actor, 0 where it does not move: (game, ...)."""

        def own(_: Typed, inside: Frame) -> list[Array]:
            return self.board.precisions(inside)

        return self._each(frame, own)

    def _each(self, frame: Frame, ask: Callable[[Typed, Frame], _Found]) -> _Found:
        """What is asked of all of them: (game, ...)."""
        return cast("_Found", rolling.each_of(self.form, len(self.names), frame, ask))


def of(games: Sequence[Game], *, whole: bool = False, apart: bool = False) -> AlikeGames | None:
    """Games as games of one form; None where they are few, or have none.

    Args:
        games: The games.
        whole: With their conditions and effects, not only what decides how they are played.
        apart: What moves is open even where all of them read the same.
    """
    if len(games) < FEWEST or len({structure(game, whole=whole) for game in games}) > 1:
        return None
    bundles = (Operation("game", tuple(_values(game, whole=whole)), UNKNOWN) for game in games)
    form = alike.form([reductions.rolled(bundle) for bundle in bundles], apart=apart)
    if form is None:
        return None
    bodies = iter(cast("Operation", form.body).operands)
    common = _with(games[0], bodies, whole=whole)
    return AlikeGames(tuple(game.name for game in games), common, form)


def groups(games: Sequence[Game]) -> list[AlikeGames]:
    """All games of which some are alike."""
    found: dict[Hashable, list[Game]] = {}
    for game in games:
        found.setdefault((family_name(game.name), structure(game)), []).append(game)
    together = map(of, found.values())
    return [one for one in together if one is not None]


def structure(game: Game, *, whole: bool = False) -> Hashable:
    """All of a game but its numbers and names; without conditions and effects, or with them."""
    bare = _with(game, itertools.repeat(_BLANK), whole=whole)
    own = game.schedule if whole else ()
    return bare, own, *map(alike.likeness, _values(game, whole=whole))


def _values(game: Game, *, whole: bool) -> Iterator[Typed]:
    """What is computed in a game, in the order of `_with`."""
    if whole and game.condition is not None:
        yield game.condition
    yield from (value for _, value in game.precision)
    yield from _values_below(game.root, whole=whole)


def _values_below(choice: Choice, *, whole: bool) -> Iterator[Typed]:
    for branch in choice.branches:
        yield from (value for _, value in branch.payoffs)
        yield from () if branch.probability is None else (branch.probability,)
        yield from (effect.value for effect in branch.effects if whole)
        yield from () if branch.then is None else _values_below(branch.then, whole=whole)


def _with(game: Game, values: Iterator[Typed], *, whole: bool) -> Game:
    """A game of no name with other values, and with effects on nothing."""
    condition = next(values) if whole and game.condition is not None else None
    precision = tuple((actor, next(values)) for actor, _ in game.precision)
    own = {"precision": precision, "root": _choice(game.root, values, whole=whole)}
    nothing = {"name": "", "origin": _NOWHERE, "schedule": (), "every": None}
    return replace(game, **own, **nothing, condition=condition)


def _choice(choice: Choice, values: Iterator[Typed], *, whole: bool) -> Choice:
    def other(branch: Branch) -> Branch:
        payoffs = tuple((actor, next(values)) for actor, _ in branch.payoffs)
        odds = None if branch.probability is None else next(values)
        effects = tuple(Effect("", next(values)) for _ in branch.effects) if whole else ()
        then = None if branch.then is None else _choice(branch.then, values, whole=whole)
        own = {"payoffs": payoffs, "probability": odds, "effects": effects, "then": then}
        return replace(branch, **own, origin=_NOWHERE)

    return replace(choice, branches=tuple([other(branch) for branch in choice.branches]))
