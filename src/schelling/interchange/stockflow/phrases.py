"""Expressions of the case language, in the few shapes that translations are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from schelling.case.language.parsing import syntax
from schelling.case.language.parsing.syntax import (
    Amount,
    Binary,
    Call,
    Compare,
    Conditional,
    Expression,
    Logic,
    Name,
    Number,
    Points,
    Unary,
)

ZERO, ONE = Number(0.0), Number(1.0)
MOST = 1e300
"""What stands for infinity."""

MOST_PARTS = 4_000
"""Parts of an expression; the longest that the language reads has as many letters."""


def number(value: float) -> Expression:
    """A number; a negative one as minus its size."""
    if math.isinf(value):
        value = math.copysign(MOST, value)
    return Unary("-", Number(-value)) if value < 0 else Number(abs(value))


def of(sign: str, left: Expression, right: Expression) -> Expression:
    """`left sign right`; what a zero or a one does not change is left out."""
    if sign in ("+", "-") and right == ZERO:
        return left
    if sign == "+" and left == ZERO:
        return right
    if sign in ("*", "/") and right == ONE:
        return left
    if sign == "*" and left == ONE:
        return right
    return Binary(sign, left, right)


def call(function: str, *arguments: Expression, order: float | None = None) -> Expression:
    """A function of the language."""
    keywords = (("order", Number(order)),) if order is not None else ()
    return Call(function, arguments, keywords)


def either(condition: Expression, then: Expression, otherwise: Expression) -> Expression:
    """`then if condition else otherwise`."""
    return Conditional(condition, then, otherwise)


def compare(sign: str, left: Expression, right: Expression) -> Expression:
    """A comparison."""
    return Compare(sign, left, right)


def both(one: Expression, other: Expression) -> Expression:
    """Two conditions at once."""
    return Logic("and", (one, other))


def longer(expression: Expression, most: int = MOST_PARTS) -> bool:
    """Whether it has more parts than so many, counting what stands in it twice as two."""
    waiting, count = [expression], 0
    while waiting:
        count += 1
        if count > most:
            return True
        waiting += syntax.parts(waiting.pop())
    return False


def total(parts: Sequence[Expression]) -> Expression:
    """The sum of several; 0 of none. One of many is a tree, so that it nests little."""
    if len(parts) > 20:
        middle = len(parts) // 2
        return of("+", total(parts[:middle]), total(parts[middle:]))
    found: Expression = ZERO
    for part in parts:
        found = of("+", found, part)
    return found


def elapsed(unit: str) -> Expression:
    """The time since the start as a number of units."""
    return Binary("/", Name("elapsed"), Amount(1.0, unit))


def length(value: Expression, unit: str) -> Expression:
    """A number of units of time."""
    if isinstance(value, Number):
        return Amount(value.value, unit)
    return Binary("*", value, Amount(1.0, unit))


def curve(x: Expression, points: Sequence[tuple[float, float]], kind: str, most: int) -> Expression:
    """A graphical function of x.

    Args:
        x: Where it is read.
        points: From left to right.
        kind: `continuous`, `extrapolate`, `discrete` or `forward`.
        most: How many points one function of the language may take.
    """
    if kind in ("discrete", "forward"):
        return _stairs(x, points, forward=kind == "forward")
    inner = _lines(x, points, most)
    if kind == "continuous" or len(points) < 2:
        return inner
    before = _line(x, points[0], points[1])
    after = _line(x, points[-2], points[-1])
    inner = either(compare(">", x, number(points[-1][0])), after, inner)
    return either(compare("<", x, number(points[0][0])), before, inner)


def _lines(x: Expression, points: Sequence[tuple[float, float]], most: int) -> Expression:
    if len(points) == 1:
        return number(points[0][1])
    if len(points) <= most:
        pairs = tuple((number(place), number(height)) for place, height in points)
        return Call("interpolate", (x, Points(pairs)))
    middle = len(points) // 2
    left, right = _lines(x, points[: middle + 1], most), _lines(x, points[middle:], most)
    return either(compare("<", x, number(points[middle][0])), left, right)


def _line(x: Expression, one: tuple[float, float], other: tuple[float, float]) -> Expression:
    """The straight line through two points."""
    slope = number((other[1] - one[1]) / (other[0] - one[0]))
    return of("+", number(one[1]), of("*", slope, Binary("-", x, number(one[0]))))


def _stairs(x: Expression, points: Sequence[tuple[float, float]], *, forward: bool) -> Expression:
    """The height of the last point at or before x, or of the first at or after it.

    A tree, so that many points nest little.
    """
    if len(points) == 1:
        return number(points[0][1])
    middle = len(points) // 2
    halves = points[:middle], points[middle:]
    left, right = (_stairs(x, half, forward=forward) for half in halves)
    if forward:
        return either(compare("<=", x, number(points[middle - 1][0])), left, right)
    return either(compare("<", x, number(points[middle][0])), left, right)
