"""Types of inputs that depend on time alone, and of curves: calendar, `step`, `pulse`, `ramp`.

All but the calendar and `interpolate` become plain operations on the time since the start, so they
are read wherever the elapsed time is read: at the opening of a step, and in each stage of a
substep. A jump at the end of a substep counts for the one that it begins (decision 0014).
"""

from __future__ import annotations

from typing import Final

from schelling.case.clock import Clock
from schelling.case.language.about_time import curves, memory
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Expression
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Reference,
    Type,
    Typed,
    When,
    latest,
)
from schelling.case.language.typed.units import TIME, Dimensions
from schelling.case.language.typed.visitor import Visitor

CALENDAR: Final = ("month_of_year", "day_of_year")
"""Words for numbers of the present day."""

_NOTHING = Constant(0.0, UNKNOWN)
_ELAPSED = Reference("elapsed", Type(Kind.NUMBER, TIME.dimensions, When.STEP))
_ZERO, _ONE = (Constant(value, Type(Kind.NUMBER)) for value in (0.0, 1.0))


def calendar(word: str, clock: Clock) -> Typed:
    """Type `month_of_year` or `day_of_year`: a number of the day in which the present lies."""
    start = Constant(float(clock.start.toordinal()), Type(Kind.NUMBER))
    return Operation(word, (_ELAPSED, start), Type(Kind.NUMBER, (), When.STEP))


def call(inference: Visitor, expression: Call) -> Typed:
    """Type `step`, `pulse`, `ramp` or `interpolate` with as many arguments as it takes."""
    if expression.function == "interpolate":
        return curves.interpolate(inference, expression)
    if inference.scope.clock is None:
        message = f"'{expression.function}' needs a 'time' section, and this case has none"
        return inference.report("E309", message, expression.name_place, hint="add a 'time' section")
    first, *others = expression.arguments
    if expression.function in ("smooth", "delay"):
        return memory.call(inference, expression, _length(inference, others[0]))
    start = _moment(inference, first)
    match expression.function:
        case "step":
            return _NOTHING if start is None else _if(_at_least(_ELAPSED, start), _ONE, _ZERO)
        case "pulse":
            length = _length(inference, others[0])
            return _NOTHING if start is None or length is None else _pulse(start, length)
        case _:
            end = _moment(inference, others[0])
            if start is None or end is None:
                return _NOTHING
            if _known(start) >= _known(end):
                message = "the ramp ends before it starts"
                return inference.report("E312", message, expression.place)
            return _ramp(start, end)


def _known(moment: Typed) -> float:
    """A moment written as a number; of any other nothing is known, and nothing compares with it."""
    return moment.value if isinstance(moment, Constant) else float("nan")


def _pulse(start: Typed, length: Typed) -> Typed:
    end = _number("+", start, length)
    over = _if(_at_least(_ELAPSED, end), _ZERO, _ONE)
    return _if(_at_least(_ELAPSED, start), over, _ZERO)


def _ramp(start: Typed, end: Typed) -> Typed:
    """Where a drawn end does not come after the start, the ramp is a step at its end."""
    share = _number("/", _number("-", _ELAPSED, start), _number("-", end, start), ())
    risen = Operation("clip", (share, _ZERO, _ONE), Type(Kind.NUMBER, (), When.STEP))
    begun = _if(_at_least(start, _ELAPSED), _ZERO, risen)
    return _if(_at_least(_ELAPSED, end), _ONE, begun)


def _number(
    sign: str, left: Typed, right: Typed, dimensions: Dimensions = TIME.dimensions
) -> Typed:
    when = latest(left.type.when, right.type.when)
    return Operation(sign, (left, right), Type(Kind.NUMBER, dimensions, when))


def _at_least(left: Typed, right: Typed) -> Typed:
    return Operation(">=", (left, right), Type(Kind.TRUTH, (), When.STEP))


def _if(condition: Typed, then: Typed, otherwise: Typed) -> Typed:
    return Operation("if", (condition, then, otherwise), Type(Kind.NUMBER, (), When.STEP))


def _moment(inference: Visitor, written: Expression) -> Typed | None:
    """A date or a time since the start; None where it is neither."""
    typed = inference.visit(written)
    if not typed.type.known:
        return None
    if typed.type.kind is Kind.DATE or _is_time(typed):
        return typed
    message = f"a moment is a date or a time since the start; '{brief(written)}' is neither"
    inference.report("E312", message, written.place, hint="such as 2022-07-05 or 12 weeks")
    return None


def _length(inference: Visitor, written: Expression) -> Typed | None:
    """A length of time; None where it is something else."""
    typed = inference.visit(written)
    if not typed.type.known:
        return None
    if not _is_time(typed):
        message = f"a length of time is needed here, but '{brief(written)}' is none"
        inference.report("E307", message, written.place, hint="such as 10 days")
        return None
    return typed


def _is_time(typed: Typed) -> bool:
    return typed.type.kind is Kind.NUMBER and typed.type.dimensions in (None, TIME.dimensions)
