"""Operations on many alike operands, such as a sum over a set, found again as one. No arrays."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, cast

from schelling.case.language.typed.types import (
    Given,
    Kind,
    Operation,
    OverTime,
    Sought,
    Twin,
    Typed,
    operands,
)
from schelling.compile.expressions.alike import form, height
from schelling.compile.expressions.forms import FEWEST, Rolled

_MANY_OPERANDS: Final = ("min", "max", "and", "or")


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
        for parts in _ways(expression):
            terms = [self.of(one, inside) for one in parts]
            if inside and any(map(_looks_back, terms[:1])):
                return None
            common = form(terms, twins=not inside)
            if common is not None and common.places:
                name, of, end = expression.name, expression.type, expression.end
                deep = 1 + max(map(height, terms))
                return Rolled(name, (), of, end, form=common, height=deep)
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
            case Twin():
                return replace(expression, body=self.of(expression.body, inside))
            case Given(body=body, condition=condition):
                met = self.of(condition, inside)
                return replace(expression, body=self.of(body, inside), condition=met)
            case Sought():
                sides = tuple(self.of(one, inside) for one in expression.sides)
                inner = tuple((name, self.of(one, inside)) for name, one in expression.inner)
                return replace(expression, sides=sides, inner=inner)
            case _:
                return expression

    def _with_operands(self, expression: Operation | OverTime, inside: bool) -> Typed:
        found = tuple(self.of(one, inside) for one in expression.operands)
        same = all(map(operator.is_, found, expression.operands))
        return expression if same else replace(expression, operands=found)


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


def _looks_back(expression: Typed) -> bool:
    match expression:
        case OverTime():
            return True
        case Rolled(form=common):
            return _looks_back(common.body)
        case _:
            return any(map(_looks_back, operands(expression)))
