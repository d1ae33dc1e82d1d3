"""Types of `+ - * / **`: numbers with their units, and dates with lengths of time."""

from __future__ import annotations

from fractions import Fraction

from schelling.case.language.about_time import moments
from schelling.case.language.parsing.syntax import Binary
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Type,
    Typed,
    latest,
)
from schelling.case.language.typed.units import (
    TIME,
    Dimensions,
    describe,
    multiply,
    raise_to,
    said,
)
from schelling.case.language.typed.visitor import Visitor

_NOTHING = Constant(0.0, UNKNOWN)


def binary(inference: Visitor, expression: Binary) -> Typed:
    """Type `x + y`, `x * y` and the like; issues go to the inference."""
    left, right = inference.visit(expression.left), inference.visit(expression.right)
    if not (left.type.known and right.type.known):
        return _NOTHING
    if moments.concerned(left, right):
        return moments.moved(inference, expression, left, right)
    if expression.operator in ("+", "-") and Kind.DATE in (left.type.kind, right.type.kind):
        return _with_date(inference, expression, left, right)
    if not (
        inference.want(expression.left, left, Kind.NUMBER)
        and inference.want(expression.right, right, Kind.NUMBER)
    ):
        return _NOTHING
    dimensions = _unit(inference, expression, left, right)
    when = latest(left.type.when, right.type.when)
    result = Type(Kind.NUMBER, dimensions, when)
    return Operation(expression.operator, (left, right), result)


def _unit(inference: Visitor, expression: Binary, left: Typed, right: Typed) -> Dimensions | None:
    first, second = left.type.dimensions, right.type.dimensions
    if expression.operator in ("+", "-"):
        inference.same_unit(expression, left, right, "adds" if expression.operator == "+" else "")
        return second if first is None else first
    if expression.operator in ("*", "/"):
        sign = 1 if expression.operator == "*" else -1
        if expression.operator == "/" and isinstance(right, Constant) and right.value == 0:
            inference.report("E306", "division by zero", expression.right.place)
        return multiply(first or (), second or (), sign)
    if second:
        message = f"an exponent must be a pure number; this one is {said(second)}"
        inference.report("E307", message, expression.right.place)
    if not first:
        return first or ()
    if not isinstance(right, Constant):
        message = f"a value in {describe(first)} can only be raised to a power written as a number"
        inference.report("E307", message, expression.place, "otherwise its unit is not known")
        return ()
    if abs(right.value) > 12:
        message = f"a value in {describe(first)} is raised to a power above 12"
        inference.report("E307", message, expression.place, "units have powers up to 12")
        return ()
    return raise_to(first, Fraction(right.value).limit_denominator(1000))


def _with_date(inference: Visitor, expression: Binary, left: Typed, right: Typed) -> Typed:
    kinds = (left.type.kind, right.type.kind)
    when = latest(left.type.when, right.type.when)
    if kinds == (Kind.DATE, Kind.DATE) and expression.operator == "-":
        result = Type(Kind.NUMBER, TIME.dimensions, when)
        return _folded(expression.operator, left, right, result)
    other = right if kinds[0] is Kind.DATE else left
    fits = other.type.kind is Kind.NUMBER and other.type.dimensions == TIME.dimensions
    if not fits or (expression.operator == "-" and kinds[1] is Kind.DATE):
        message = "only a length of time can be added to a date"
        return inference.report("E307", message, expression.place, hint="such as now + 4 weeks")
    result = Type(Kind.DATE, TIME.dimensions, when)
    return _folded(expression.operator, left, right, result)


def _folded(operator: str, left: Typed, right: Typed, result: Type) -> Typed:
    """A sum with a date; of constants, a constant, so that it can say when something is."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(left.value + (right.value if operator == "+" else -right.value), result)
    return Operation(operator, (left, right), result)


def added(left: Typed, right: Typed) -> Typed:
    """The sum of two numbers of one unit, as it is typed."""
    when = latest(left.type.when, right.type.when)
    unit = left.type.dimensions if left.type.dimensions is not None else right.type.dimensions
    return Operation("+", (left, right), Type(Kind.NUMBER, unit, when))
