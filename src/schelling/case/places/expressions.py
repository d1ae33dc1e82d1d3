"""The names inside one expression, by their place in its text; whatever is unknown is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from schelling.case.language.parsing.syntax import (
    Call,
    Clause,
    Do,
    Expression,
    Index,
    Name,
    Place,
    Reduction,
    parts,
)
from schelling.case.language.words.set_words import ABOUT_MEMBERS, REDUCTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS, RESERVED, Purpose
from schelling.case.places import things
from schelling.case.places.things import NAME, Thing

Found = tuple[Place, Thing | str]
"""A place, and the thing named there, or a word of the language."""


@dataclass(frozen=True)
class Namespace:
    """What is defined in a case, as far as it decides what a name in an expression means.

    Attributes:
        has: Whether there is such a thing.
        sets: Members of every set.
        over: Over which sets something is defined.
        bound: Names that stand for a member here.
    """

    has: Callable[[Thing], bool]
    sets: Mapping[str, tuple[str, ...]]
    over: Mapping[str, tuple[str, ...]]
    bound: frozenset[str] = frozenset()

    def within(self, bound: frozenset[str]) -> Namespace:
        """The same where some more names stand for members."""
        return replace(self, bound=self.bound | bound)


def names(expression: Expression, known: Namespace) -> Iterator[Found]:
    """Every name of a case and every word of the language in an expression."""
    match expression:
        case Name():
            yield from _name(expression, known)
        case Index():
            yield from _index(expression, known)
        case Call():
            yield from _call(expression, known)
        case Reduction():
            yield from _reduction(expression, known)
        case Do():
            yield from _held(expression, known)
        case _:
            for part in parts(expression):
                yield from names(part, known)


def _name(written: Name, known: Namespace) -> Iterator[Found]:
    name, place = written.name, written.place
    if name in known.bound:
        return
    if known.has(Thing(NAME, name)):
        yield place, Thing(NAME, name)
    elif name in RESERVED:
        yield place, name
    else:
        yield from _member(written, known, tuple(known.sets))


def _member(written: Expression, known: Namespace, sets: tuple[str, ...]) -> Iterator[Found]:
    """A name where a member of one of some sets stands."""
    if not isinstance(written, Name):
        yield from names(written, known)
    elif written.name not in known.bound:
        if written.name in known.sets:
            yield written.place, Thing(NAME, written.name)
            return
        for over in sets:
            if written.name in known.sets.get(over, ()):
                yield written.place, things.member(over, written.name)
                return
        if known.has(Thing(NAME, written.name)):  # by what an agent is one of
            yield written.place, Thing(NAME, written.name)


def _index(written: Index, known: Namespace) -> Iterator[Found]:
    start = written.place.start
    if known.has(Thing(NAME, written.name)):
        yield Place(start, start + len(written.name)), Thing(NAME, written.name)
    over = known.over.get(written.name, ())
    for position, part in enumerate(written.members):
        yield from _member(part, known, over[position : position + 1] or tuple(known.sets))


def _call(written: Call, known: Namespace) -> Iterator[Found]:
    function = written.function
    if function in FUNCTIONS or function in ABOUT_MEMBERS:
        yield written.name_place, function
    if any(form.purpose is Purpose.GAME for form in FUNCTIONS.get(function, ())):
        yield from _of_game(written, known)
    else:
        for argument in written.arguments:
            if function in ABOUT_MEMBERS:
                yield from _member(argument, known, tuple(known.sets))
            else:
                yield from names(argument, known)
    for _, value in written.keywords:
        yield from names(value, known)


def _of_game(written: Call, known: Namespace) -> Iterator[Found]:
    """The arguments of a question about a game: the game, a state, an actor, then actions."""
    game = written.arguments[0] if written.arguments else None
    acting = False
    for argument in written.arguments:
        if not isinstance(argument, Name) or not isinstance(game, Name) or argument is game:
            yield from names(argument, known)
            continue
        if "." in argument.name:
            yield from _way(argument, game.name, known)
            continue
        who, does = Thing(NAME, argument.name), things.action(game.name, argument.name)
        state = things.state(game.name, argument.name)
        found = next(filter(known.has, (does, who) if acting else (state, who, does)), None)
        acting = acting or found == who
        if found is not None:
            yield argument.place, found


def _way(written: Name, game: str, known: Namespace) -> Iterator[Found]:
    """A place in a game, written as the actions that lead there, with dots between them."""
    start = written.place.start
    for word in written.name.split("."):
        if known.has(things.action(game, word)):
            yield Place(start, start + len(word)), things.action(game, word)
        start += len(word) + 1


def _reduction(written: Reduction, known: Namespace) -> Iterator[Found]:
    if written.function in REDUCTIONS:
        yield written.name_place, written.function
    inner = known
    for clause in written.clauses:
        yield from _over(clause, inner)
        inner = inner.within(frozenset((clause.variable,)))
        for condition in clause.conditions:
            yield from names(condition, inner)
    yield from names(written.body, inner)


def _over(clause: Clause, known: Namespace) -> Iterator[Found]:
    over = clause.over
    if isinstance(over, Name) and known.has(Thing(NAME, over.name)):
        yield over.place, Thing(NAME, over.name)
        return
    yield from _member(clause.over, known, tuple(known.sets))


def _held(written: Do, known: Namespace) -> Iterator[Found]:
    yield from names(written.body, known)
    for held, value in written.interventions:
        if isinstance(held, Index):
            yield from _index(held, known)
        elif known.has(Thing(NAME, held.name)):
            yield held.place, Thing(NAME, held.name)
        yield from names(value, known)
