"""Alike expressions as one: their form, and what stands in its open places. No arrays.

A definition over a set is checked member by member. What it is for all members together is found
here: expressions that differ in names and numbers alone have one form. So has a sum over members
whose terms differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, cast

from schelling.case.language.typed.types import (
    Constant,
    FirstPlayed,
    GameValue,
    Given,
    Kind,
    Operation,
    OverTime,
    Reference,
    Sought,
    Twin,
    Type,
    Typed,
    When,
    asks_game,
    operands,
)
from schelling.compile.expressions.constants import Argument
from schelling.compile.expressions.forms import Form, Leaf, OpenPlace, Rolled, Row, leaves
from schelling.compile.planning.twins import EachTwin, Interventions

ELAPSED: Final = "elapsed"
"""How the time since the start is called, which is the same in every twin."""

_PLACE: Final = "(place "
"""How the names of open places begin; then comes how many forms lie in one another there."""
_TOLD = Type(Kind.TRUTH)


class _UnlikeError(Exception):
    """Expressions that have no common form."""


def form(expressions: Sequence[Typed], *, apart: bool = False, twins: bool = False) -> Form | None:
    """The form of expressions that differ in names and numbers alone; None if they do not.

    Args:
        expressions: They.
        apart: What moves is open even where it is the same for all; None where it is rolled.
        twins: They may differ in the twins that they look at, too.
    """
    search = _Search(len(expressions), 1 + max(map(height, expressions)), apart=apart, twins=twins)
    try:
        body = search.common(expressions)
    except _UnlikeError:
        return None
    return Form(body, tuple(search.places.values()))


def likeness(expression: Typed, *, twins: bool = False) -> Hashable:
    """What expressions of one form share; those that share it mostly have one.

    Args:
        expression: One.
        twins: Whatever the twins that it looks at hold.
    """
    inner = partial(likeness, twins=twins)
    match expression:
        case Constant():
            return expression.type.kind
        case Reference():
            return expression.type.kind, expression.type.when
        case GameValue() | FirstPlayed():
            return _question(expression)
        case Rolled(name=name, form=common, height=own):
            return name, own, len(common.places), inner(common.body)
        case Operation(name="**", operands=(base, Constant() as exponent)):
            return "**", inner(base), exponent
        case Operation() | OverTime():
            return expression.name, *map(inner, expression.operands)
        case Twin() if twins:
            return "twin", inner(expression.body)
        case Twin() | Given() | Sought():
            return _outline(expression), *map(inner, operands(expression))
        case _:
            return expression


def height(expression: Typed) -> int:
    """How many forms lie in one another in an expression."""
    match expression:
        case Rolled(height=own):
            return own
        case Reference(name=name) if name.startswith(_PLACE):
            return int(name.removeprefix(_PLACE).partition(".")[0])
        case _:
            return max(map(height, operands(expression)), default=0)


class _Search:
    """The search for what expressions have in common.

    Attributes:
        places: The places found open, by what stands there and the twin in which it is looked at.
    """

    def __init__(self, count: int, depth: int, *, apart: bool, twins: bool) -> None:
        self.places: dict[Hashable, OpenPlace] = {}
        self._count, self._height, self._apart, self._twins = count, depth, apart, twins
        self._twin: Interventions | EachTwin = ()
        self._tried: list[dict[str, str]] = []

    def common(self, parts: Sequence[Typed]) -> Typed:
        """What some expressions have in common.

        Raises:
            _UnlikeError: It is no form.
        """
        first = parts[0]
        _same(_sort(first), map(_sort, parts))
        match first:
            case Constant() | Reference() | GameValue() | FirstPlayed():
                return self._leaf(first, cast("Sequence[Leaf]", parts))
            case Rolled():
                return self._rolled(first, cast("Sequence[Rolled]", parts))
            case Operation() | OverTime():
                return self._operation(first, cast("Sequence[Operation | OverTime]", parts))
            case Twin():
                return self._in_twin(first, cast("Sequence[Twin]", parts))
            case Given():
                pairs = zip(*map(operands, parts), strict=True)
                body, condition = (self.common(column) for column in pairs)
                return replace(first, body=body, condition=condition)
            case Sought():
                return self._sought(first, cast("Sequence[Sought]", parts))
            case _:
                _same(first, parts)
                return first

    def _leaf(self, first: Leaf, parts: Sequence[Leaf]) -> Typed:
        _same((first.type.kind, first.type.states), [(a.type.kind, a.type.states) for a in parts])
        if isinstance(first, GameValue | FirstPlayed):
            self._in_one_world()
            asked = cast("Sequence[GameValue | FirstPlayed]", parts)
            _same(_question(first), map(_question, asked))
            return self._place(tuple(map(_named, parts)), first.type, tuple(parts))
        names = tuple(self._called(number, leaf) for number, leaf in enumerate(parts))
        moves = (self._apart and first.type.when is When.STEP) or self._own(first)
        if all(name == names[0] for name in names) and not moves:
            return names[0] if isinstance(names[0], Reference) else first
        if isinstance(first, Reference):
            _same(first.type.when, [one.type.when for one in parts])
            if any(isinstance(one, Reference) and one.name.startswith(_PLACE) for one in parts):
                raise _UnlikeError  # places of forms within them, which are known there alone
        if any(isinstance(name, Reference) for name in names):
            raise _UnlikeError  # an unknown to one of them, and not to others
        return self._place(names, first.type, tuple(parts))

    def _called(self, number: int, leaf: Leaf) -> Hashable:
        """What tells a leaf from others; a `Reference` if it is tried while one is solved for."""
        if isinstance(leaf, Reference) and self._tried and leaf.name in self._tried[number]:
            return Reference(self._tried[number][leaf.name], leaf.type)
        return _named(leaf)

    def _operation(
        self, first: Operation | OverTime, parts: Sequence[Operation | OverTime]
    ) -> Typed:
        _same(_apart(first), map(_apart, parts))
        columns = zip(*(one.operands for one in parts), strict=True)
        found = tuple(self.common(column) for column in columns)
        if first.name == "**" and _became_open(first.operands[1], found[1]):
            raise _UnlikeError  # exponents decide how a power is computed
        return replace(first, operands=found)

    def _in_twin(self, first: Twin, parts: Sequence[Twin]) -> Typed:
        held = tuple(one.interventions for one in parts)
        around, self._twin = self._twin, first.interventions
        if any(one != first.interventions for one in held):
            if around or not self._twins:
                raise _UnlikeError
            self._twin = EachTwin(held)
        body = self.common([one.body for one in parts])
        self._twin = around
        return replace(first, body=body)

    def _own(self, leaf: Leaf) -> bool:
        """Whether a leaf is looked at in another twin for each of the expressions."""
        if not isinstance(leaf, Reference) or not isinstance(self._twin, EachTwin):
            return False
        return leaf.name != ELAPSED and not leaf.name.startswith(_PLACE)

    def _in_one_world(self) -> None:
        """Games and equations are not solved for many twins at once."""
        if isinstance(self._twin, EachTwin):
            raise _UnlikeError

    def _sought(self, first: Sought, parts: Sequence[Sought]) -> Typed:
        """Equations; numbers that are tried in them are called alike in all of them."""
        self._in_one_world()
        if self._tried or any(map(asks_game, parts)):
            raise _UnlikeError
        _same(_outline(first), map(_outline, parts))
        names = [f"(tried {number})" for number in range(1 + len(first.inner))]
        tried = ((one.name, *(name for name, _ in one.inner)) for one in parts)
        self._tried = [dict(zip(own, names, strict=True)) for own in tried]
        found = [self.common(column) for column in zip(*map(operands, parts), strict=True)]
        self._tried = []
        sides, inner = found[: len(first.sides)], found[len(first.sides) :][: len(first.inner)]
        low, high, *near = found[len(sides) + len(inner) :]
        pairs = tuple(zip(names[1:], inner, strict=True))
        found_near = near[0] if near else None
        ends = {"low": low, "high": high, "near": found_near}
        return replace(first, name=names[0], sides=tuple(sides), inner=pairs, **ends)

    def _rolled(self, first: Rolled, parts: Sequence[Rolled]) -> Typed:
        _same(_outline(first), map(_outline, parts))
        tried = zip(parts, self._tried, strict=False)
        if any(name in own for one, own in tried for name in _read(one)):
            raise _UnlikeError
        if self._apart and first.type.when is When.STEP:
            raise _UnlikeError
        body = self.common([one.form.body for one in parts])
        lengths = [_length(one) for one in parts]
        columns = zip(*(one.form.places for one in parts), strict=True)
        places = tuple(self._inner(column, max(lengths)) for column in columns)
        counts = first.counts
        if len(set(lengths)) > 1 or any(one.counts != counts for one in parts):
            counts = self._counts(parts, max(lengths))
        members = max(one.members for one in parts) * (
            1 if isinstance(self._twin, EachTwin) else self._count
        )
        return replace(first, form=Form(body, places), counts=counts, members=members)

    def _inner(self, column: Sequence[OpenPlace], length: int) -> OpenPlace:
        """A place of operations that are computed together, filled up to some length."""
        first, rows = column[0], [one.row for one in column]
        _same(_kind(first), map(_kind, column))
        own = any(map(self._own, leaves(first.row)))
        if isinstance(first.twin, EachTwin):
            raise _UnlikeError
        if all(row == first.row for row in rows) and not own:
            return first
        if any(isinstance(row, Reference) for row in rows):
            raise _UnlikeError
        filled = tuple(row + (row[0],) * (length - len(row)) for row in cast("list[Row]", rows))
        _same(_shape(filled[0]), map(_shape, filled))
        key = tuple(map(_key, filled))
        return replace(first, row=self._place(key, first.type, filled, first.twin))

    def _counts(self, parts: Sequence[Rolled], length: int) -> Reference:
        """Which operands count, of operations with different numbers of them."""
        if any(isinstance(one.counts, Reference) for one in parts):
            raise _UnlikeError
        one, none = Constant(1.0, _TOLD), Constant(0.0, _TOLD)
        rows = tuple(
            (cast("Row", part.counts) if part.counts else (one,) * _length(part))
            + (none,) * (length - _length(part))
            for part in parts
        )
        return self._place(tuple(map(_key, rows)), Type(Kind.NUMBER), rows)

    def _place(
        self, key: Hashable, of: Type, row: Row, twin: Interventions | EachTwin = ()
    ) -> Reference:
        """The place in which something stands: one, wherever the same does."""
        twin = twin or self._twin
        if (twin, key) not in self.places:
            name = f"{_PLACE}{self._height}.{len(self.places)})"
            self.places[twin, key] = OpenPlace(name, of, row, twin)
        found = self.places[twin, key]
        return Reference(found.name, found.type)


def _became_open(number: Typed, place: Typed) -> bool:
    return isinstance(number, Constant) and place is not number


def _same(first: object, others: Iterable[object]) -> None:
    if not all(other == first for other in others):
        raise _UnlikeError


def _apart(expression: Operation | OverTime) -> Hashable:
    """All of an operation but what it is applied to."""
    time = (
        (expression.first, expression.last, expression.step)
        if isinstance(expression, OverTime)
        else expression.end
    )
    return expression.name, expression.type.kind, len(expression.operands), time


def _outline(one: Rolled | Twin | Given | Sought) -> Hashable:
    """All of a part but its operands."""
    match one:
        case Rolled():
            return one.name, one.height, len(one.form.places)
        case Twin():
            return one.interventions
        case Given():
            return one.type.kind
        case Sought():
            near = one.near is None
            return one.seek, one.choose, one.cells, len(one.sides), len(one.inner), near


def _question(one: GameValue | FirstPlayed) -> Hashable:
    """What is asked, whatever the game."""
    asked = one.value if isinstance(one, FirstPlayed) else one
    return type(one), replace(asked, game="")


def _sort(one: Typed | Row) -> type:
    """What sort of expression one is; a number that comes from outside is one like any other."""
    return Constant if isinstance(one, Constant) else type(one)


def _read(one: Rolled) -> Iterator[str]:
    """Names in the open places of an operation."""
    for row in (*(place.row for place in one.form.places), one.counts or ()):
        yield from (leaf.name for leaf in leaves(row) if isinstance(leaf, Reference))


def _kind(one: OpenPlace) -> Hashable:
    return one.type.kind, one.type.when, one.twin


def _length(one: Rolled) -> int:
    """How many operands an operation has."""
    return max(len(place.row) for place in one.form.places if not isinstance(place.row, Reference))


def _named(leaf: Leaf) -> Hashable:
    match leaf:
        case Argument():
            return "argument", leaf.position
        case Constant():
            return "number", leaf.value
        case Reference():
            return "name", leaf.name
        case _:
            return "asked", leaf


def _key(entry: Leaf | Row) -> Hashable:
    return tuple(map(_key, entry)) if isinstance(entry, tuple) else _named(entry)


def _shape(entry: Leaf | Row) -> Hashable:
    """How rows lie in one another, and what kind of entry is in them."""
    if not isinstance(entry, tuple):
        return _sort(entry)
    inner = {_shape(one) for one in entry}
    if len(inner) > 1:
        raise _UnlikeError
    return len(entry), next(iter(inner), None)
