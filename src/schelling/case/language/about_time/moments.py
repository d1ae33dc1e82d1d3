"""Types of times at which something happens: `first`, `last`, and what is computed from them.

Such a time may be never. It can be compared with a time, a date and another such time, and moved
by a length of time; never stays never. A difference of two is refused: two nevers have none.
"""

from __future__ import annotations

from schelling.case.clock import Clock
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Binary, Call, Compare, Expression
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    OverTime,
    Type,
    Typed,
    When,
    latest,
)
from schelling.case.language.typed.units import TIME
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.vocabulary import Function

_ENDLESS = 1000.0  # runs after which nothing comes any more
_NEITHER = "a time that may be never can be compared, and moved by a length of time"


def over_time(function: Function, looked_at: Typed, window: tuple[int, int], step: float) -> Typed:
    """Type `first`, `last`, `count`, `duration`, `rises` or `falls` of a sound argument.

    Args:
        function: Which one.
        looked_at: The condition, or the number that rises or falls.
        window: First and last step.
        step: Length of a step in weeks.
    """
    first, last = window
    if function.name in ("rises", "falls"):
        inside = Type(Kind.NUMBER, looked_at.type.dimensions, When.HINDSIGHT)
        ends = tuple(OverTime("at", (looked_at,), at, at, inside) for at in (last, first))
        sign = ">" if function.name == "rises" else "<"
        return Operation(sign, ends, Type(Kind.TRUTH, (), When.HINDSIGHT))
    kind = Kind.MOMENT if function.result == "moment" else Kind.NUMBER
    dimensions = () if function.name == "count" else TIME.dimensions
    unit = 1.0 if function.name == "count" else step
    result = Type(kind, dimensions, When.HINDSIGHT)
    return OverTime(function.name, (looked_at,), first, last, result, unit)


def concerned(left: Typed, right: Typed) -> bool:
    """Whether one of two sides is a time that may be never."""
    return Kind.MOMENT in (left.type.kind, right.type.kind)


def compare(inference: Visitor, expression: Compare, left: Typed, right: Typed) -> Typed:
    """Type a comparison with a time that may be never."""
    for written, side in ((expression.left, left), (expression.right, right)):
        if side.type.kind not in (Kind.MOMENT, Kind.DATE) and not _is_length(side):
            return _refuse(inference, expression, written)
    when = latest(left.type.when, right.type.when)
    end = after(inference.scope.clock)
    return Operation(expression.operator, (left, right), Type(Kind.TRUTH, (), when), end)


def after(clock: Clock | None) -> float:
    """The first time after the run, in weeks."""
    return (clock.steps + 1) * clock.step if clock is not None else 0.0


def comes(moment: Typed, end: float) -> Typed:
    """That a time is not never.

    Args:
        moment: A time, moved by much less than a thousand times the run if at all.
        end: The first time after the run, in weeks.
    """
    latest_of_all = Constant(_ENDLESS * end, Type(Kind.NUMBER, TIME.dimensions))
    truth = Type(Kind.TRUTH, (), moment.type.when)
    return Operation("<", (moment, latest_of_all), truth, end)


def moved(inference: Visitor, expression: Binary, left: Typed, right: Typed) -> Typed:
    """Type `first(x) + 4 weeks`, and refuse other arithmetic with such times."""
    adds = expression.operator == "+" and (_is_length(left) or _is_length(right))
    if not adds and not (expression.operator == "-" and _is_length(right)):
        two = left.type.kind is right.type.kind and expression.operator == "-"
        hint = "such as first(x) + 4 weeks < first(y)"
        reason = "where neither happens there is no difference" if two else ""
        return inference.report("E306", _NEITHER, expression.place, reason, hint)
    when = latest(left.type.when, right.type.when)
    result = Type(Kind.MOMENT, TIME.dimensions, when)
    return Operation(expression.operator, (left, right), result)


def extreme(inference: Visitor, expression: Call, typed: tuple[Typed, ...]) -> Typed:
    """Type the earliest or the latest of several times, of which one or more may be never."""
    for written, side in zip(expression.arguments, typed, strict=True):
        fits = side.type.kind in (Kind.MOMENT, Kind.DATE) or _is_length(side)
        if side.type.known and not fits:
            message = f"'{expression.function}' of times takes no '{brief(written)}'"
            hint = "give it dates, times since the start, or first(...)"
            return inference.report("E306", message, written.place, hint=hint)
    if not all(side.type.known for side in typed):
        return Constant(0.0, UNKNOWN)
    return among(expression.function, typed)


def among(function: str, typed: tuple[Typed, ...]) -> Typed:
    """The earliest (`min`) or the latest (`max`) of sound times."""
    when = latest(*(one.type.when for one in typed))
    return Operation(function, typed, Type(Kind.MOMENT, TIME.dimensions, when))


def _is_length(side: Typed) -> bool:
    return side.type.kind is Kind.NUMBER and side.type.dimensions in (None, TIME.dimensions)


def _refuse(inference: Visitor, expression: Compare, written: Expression) -> Typed:
    message = f"this compares a time that may be never with '{brief(written)}'"
    hint = "compare it with a date, a length of time since the start, or first(...)"
    inference.report("E306", message, expression.place, hint=hint)
    return Constant(0.0, UNKNOWN)
