"""Alike expressions as one: their form, and what stands in its open places. No arrays.

A definition over a set is checked member by member. What it is for all members together is found
here: expressions that differ in names and numbers alone have one form. So has a sum over members
whose terms differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from schelling.case.language.types import (
    Constant,
    Kind,
    Operation,
    OverTime,
    Reference,
    Type,
    Typed,
    When,
)
from schelling.compile.constants import Argument

FEWEST: Final = 8
"""Fewer alike things are computed one by one: that is compiled as soon, and rounds as it always
has."""

_MANY_OPERANDS: Final = ("min", "max", "and", "or")
_PLACE: Final = "(place "
"""How the names of open places begin; then comes how many forms lie in one another there."""
_TOLD = Type(Kind.TRUTH)

Names = tuple[str, ...]
"""Of alike things, in the order in which they lie."""

Row = tuple["Constant | Reference | Row", ...]
"""What stands in an open place: one entry for each of the alike things, or a row for each."""


class _UnlikeError(Exception):
    """Expressions that have no common form."""


@dataclass(frozen=True)
class OpenPlace:
    """A place of a form.

    Attributes:
        name: What the form calls it, as a `Reference`.
        type: Kind, unit and time of what stands there.
        row: What does; or the place of a surrounding form that says so.
    """

    name: str
    type: Type
    row: Row | Reference


@dataclass(frozen=True)
class Form:
    """What alike expressions have in common.

    Attributes:
        body: An expression in which open places are references.
        places: Those that are open.
    """

    body: Typed
    places: tuple[OpenPlace, ...]


@dataclass(frozen=True)
class Rolled(Operation):
    """An operation on many alike operands, such as a sum over a set.

    Attributes:
        form: Of its operands; `operands` itself is empty.
        counts: Which of them count, as numbers that are 1 or 0; None where all do.
        members: How many operations like this one are computed together.
        height: How many forms lie in one another in it.
    """

    form: Form = Form(Constant(0.0, Type(Kind.NUMBER)), ())
    counts: Row | Reference | None = None
    members: int = 1
    height: int = 1


def form(expressions: Sequence[Typed]) -> Form | None:
    """The form of expressions that differ in names and numbers alone; None if they do not."""
    search = _Search(len(expressions), 1 + max(map(_height, expressions)))
    try:
        body = search.common(expressions)
    except _UnlikeError:
        return None
    return Form(body, tuple(search.places.values()))


def rolled(expression: Typed, *, inside: bool = False) -> Typed:
    """An expression in which what takes many alike operands together is rolled.

    Args:
        expression: As it was checked.
        inside: Whether it is looked at step by step by something that looks at a whole window; what
            looks at one of its own then is left as it is.
    """
    return _Rolling().of(expression, inside)


def reduction(expression: Operation, *, inside: bool = False) -> Rolled | None:
    """An operation on many alike operands as its form; None if it is not one."""
    return _Rolling().reduction(expression, inside)


class _Rolling:
    """What was rolled so far of one expression: each part of it once, however deep it lies."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, bool], Typed] = {}

    def of(self, expression: Typed, inside: bool) -> Typed:
        """The same expression, rolled."""
        key = id(expression), inside
        if key not in self._known:
            self._known[key] = self._found(expression, inside)
        return self._known[key]

    def reduction(self, expression: Operation, inside: bool) -> Rolled | None:
        """An operation as its form; None if it has none."""
        for operands in _ways(expression):
            terms = [self.of(one, inside) for one in operands]
            if inside and any(map(_looks_back, terms[:1])):
                return None
            common = form(terms)
            if common is not None and common.places:
                name, of, end = expression.name, expression.type, expression.end
                height = 1 + max(map(_height, terms))
                return Rolled(name, (), of, end, form=common, height=height)
        return None

    def _found(self, expression: Typed, inside: bool) -> Typed:
        match expression:
            case Rolled():
                return expression
            case Operation():
                found = self.reduction(expression, inside)
                return found or self._with_operands(expression, inside)
            case OverTime():
                return self._with_operands(expression, inside=True)
            case _:
                return expression

    def _with_operands(self, expression: Operation | OverTime, inside: bool) -> Typed:
        operands = tuple(self.of(one, inside) for one in expression.operands)
        return replace(expression, operands=operands)


def likeness(expression: Typed) -> Hashable:
    """What expressions of one form share; those that share it mostly have one."""
    match expression:
        case Constant():
            return expression.type.kind
        case Reference():
            return expression.type.kind, expression.type.when
        case Rolled(name=name, form=common, height=height):
            return name, height, len(common.places), likeness(common.body)
        case Operation(name="**", operands=(base, Constant() as exponent)):
            return "**", likeness(base), exponent
        case Operation() | OverTime():
            return expression.name, *map(likeness, expression.operands)
        case _:
            return expression


def _ways(expression: Operation) -> Iterator[Sequence[Typed]]:
    """Many operands that an operation may have been made of."""
    kind = expression.type.kind
    if expression.name in _MANY_OPERANDS:
        if len(expression.operands) >= FEWEST and kind in (Kind.NUMBER, Kind.TRUTH):
            yield expression.operands
    elif expression.name == "+" and kind is Kind.NUMBER:
        deep = _depth(expression)
        for own in range(deep):
            terms = _terms(expression, deep, own)
            if len(terms) >= FEWEST:
                yield terms


def _depth(expression: Typed) -> int:
    """How many sums lie in one another, on the left."""
    found = 0
    while isinstance(expression, Operation) and expression.name == "+":
        expression, found = expression.operands[0], found + 1
    return found


def _terms(expression: Typed, deep: int, own: int) -> list[Typed]:
    """The terms of a sum of pairs of sums, each a sum of some depth itself; none if it is none."""
    values: list[Typed] = [expression]
    for depth in range(deep, own, -1):
        if any(_depth(value) != depth for value in values[:-1]):
            return []
        values = [
            part
            for value in values
            for part in (cast("Operation", value).operands if _depth(value) == depth else (value,))
        ]
    return values


def _height(expression: Typed) -> int:
    match expression:
        case Rolled(height=height):
            return height
        case Reference(name=name) if name.startswith(_PLACE):
            return int(name.removeprefix(_PLACE).partition(".")[0])
        case Operation() | OverTime():
            return max(map(_height, expression.operands), default=0)
        case _:
            return 0


def _looks_back(expression: Typed) -> bool:
    match expression:
        case OverTime():
            return True
        case Rolled(form=common):
            return _looks_back(common.body)
        case Operation():
            return any(map(_looks_back, expression.operands))
        case _:
            return False


class _Search:
    """The search for what expressions have in common.

    Attributes:
        places: The places found open, by what stands there.
    """

    def __init__(self, count: int, height: int) -> None:
        self.places: dict[Hashable, OpenPlace] = {}
        self._count, self._height = count, height

    def common(self, parts: Sequence[Typed]) -> Typed:
        """What some expressions have in common.

        Raises:
            _UnlikeError: It is no form.
        """
        first = parts[0]
        if all(part is first for part in parts):
            return first
        match first:
            case Constant() | Reference():
                return self._leaf(first, parts)
            case Rolled():
                return self._rolled(first, [one for one in parts if isinstance(one, Rolled)])
            case Operation() | OverTime():
                return self._operation(first, parts)
            case _:
                _same(first, parts)
                return first

    def _leaf(self, first: Constant | Reference, parts: Sequence[Typed]) -> Typed:
        of = Constant if isinstance(first, Constant) else Reference
        if not all(isinstance(one, of) for one in parts):
            raise _UnlikeError
        leaves = cast("Sequence[Constant | Reference]", parts)
        _same((first.type.kind, first.type.states), [(a.type.kind, a.type.states) for a in leaves])
        names = tuple(map(_named, leaves))
        if all(name == names[0] for name in names):
            return first
        if of is Reference:
            _same(first.type.when, [one.type.when for one in leaves])
        return self._place(names, first.type, tuple(leaves))

    def _operation(self, first: Operation | OverTime, parts: Sequence[Typed]) -> Typed:
        if not all(type(one) is type(first) for one in parts):
            raise _UnlikeError
        alike = cast("Sequence[Operation | OverTime]", parts)
        _same(_apart(first), map(_apart, alike))
        columns = zip(*(one.operands for one in alike), strict=True)
        operands = tuple(self.common(column) for column in columns)
        if first.name == "**" and _became_open(first.operands[1], operands[1]):
            raise _UnlikeError  # exponents decide how a power is computed
        return replace(first, operands=operands)

    def _rolled(self, first: Rolled, parts: Sequence[Rolled]) -> Typed:
        if len(parts) < self._count:
            raise _UnlikeError
        _same(_outline(first), map(_outline, parts))
        body = self.common([one.form.body for one in parts])
        lengths = [_length(one) for one in parts]
        columns = zip(*(one.form.places for one in parts), strict=True)
        places = tuple(self._inner(column, max(lengths)) for column in columns)
        counts = first.counts
        if len(set(lengths)) > 1 or any(one.counts != counts for one in parts):
            counts = self._counts(parts, max(lengths))
        members = max(one.members for one in parts) * self._count
        return replace(first, form=Form(body, places), counts=counts, members=members)

    def _inner(self, column: Sequence[OpenPlace], length: int) -> OpenPlace:
        """A place of operations that are computed together, filled up to some length."""
        first, rows = column[0], [one.row for one in column]
        _same(_kind(first.type), [_kind(one.type) for one in column])
        if all(row == first.row for row in rows):
            return first
        if any(isinstance(row, Reference) for row in rows):
            raise _UnlikeError
        filled = tuple(row + (row[0],) * (length - len(row)) for row in cast("list[Row]", rows))
        _same(_shape(filled[0]), map(_shape, filled))
        return replace(first, row=self._place(tuple(map(_key, filled)), first.type, filled))

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

    def _place(self, key: Hashable, of: Type, row: Row) -> Reference:
        """The place in which something stands: one, wherever the same does."""
        if key not in self.places:
            name = f"{_PLACE}{self._height}.{len(self.places)})"
            self.places[key] = OpenPlace(name, of, row)
        found = self.places[key]
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


def _outline(one: Rolled) -> Hashable:
    return one.name, one.height, len(one.form.places)


def _kind(one: Type) -> tuple[Kind, When]:
    return one.kind, one.when


def _length(one: Rolled) -> int:
    """How many operands an operation has."""
    return max(len(place.row) for place in one.form.places if not isinstance(place.row, Reference))


def _named(leaf: Constant | Reference) -> Hashable:
    if isinstance(leaf, Argument):
        return "argument", leaf.position
    return ("number", leaf.value) if isinstance(leaf, Constant) else ("name", leaf.name)


def _key(entry: Constant | Reference | Row) -> Hashable:
    return tuple(map(_key, entry)) if isinstance(entry, tuple) else _named(entry)


def _shape(entry: Constant | Reference | Row) -> Hashable:
    """How rows lie in one another, and what kind of entry is in them."""
    if not isinstance(entry, tuple):
        return isinstance(entry, Constant)
    inner = {_shape(one) for one in entry}
    if len(inner) > 1:
        raise _UnlikeError
    return len(entry), next(iter(inner), None)
