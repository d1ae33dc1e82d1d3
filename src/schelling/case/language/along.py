"""Types of inputs that depend on time alone, and of curves: calendar, `step`, `pulse`, `ramp`.

All but the calendar and `interpolate` become plain operations on the time since the start, so they
are read wherever the elapsed time is read: at the opening of a step, and in each stage of a
substep. A jump at the end of a substep counts for the one that it begins (decision 0014).
"""

from __future__ import annotations

from typing import Final

from schelling.case.clock import Clock
from schelling.case.language import memory
from schelling.case.language.printer import brief
from schelling.case.language.syntax import Call, Expression, Points
from schelling.case.language.types import (
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
from schelling.case.language.units import TIME, Dimensions, said
from schelling.case.language.visitor import Visitor

CALENDAR: Final = ("month_of_year", "day_of_year")
"""Words for numbers of the present day."""

_NOTHING = Constant(0.0, UNKNOWN)
_ELAPSED = Reference("elapsed", Type(Kind.NUMBER, TIME.dimensions, When.STEP))
_ZERO, _ONE = (Constant(value, Type(Kind.NUMBER)) for value in (0.0, 1.0))
_CURVE = "such as interpolate(elapsed, [[0 weeks, 0.1], [8 weeks, 0.4]])"


def calendar(word: str, clock: Clock) -> Typed:
    """Type `month_of_year` or `day_of_year`: a number of the day in which the present lies."""
    start = Constant(float(clock.start.toordinal()), Type(Kind.NUMBER))
    return Operation(word, (_ELAPSED, start), Type(Kind.NUMBER, (), When.STEP))


def call(inference: Visitor, expression: Call) -> Typed:
    """Type `step`, `pulse`, `ramp` or `interpolate` with as many arguments as it takes."""
    if expression.function == "interpolate":
        return _interpolate(inference, expression)
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


def _interpolate(inference: Visitor, expression: Call) -> Typed:
    """Type a curve: its points are written in x's unit, their heights in a unit of their own."""
    written, points = expression.arguments
    x = inference.visit(written)
    if not isinstance(points, Points) or len(points.pairs) < 2:
        message = "'interpolate' needs two points or more, written in the case"
        return inference.report("E431", message, points.place, hint=_CURVE)
    if not x.type.known:
        return _NOTHING
    if x.type.kind is not Kind.DATE and not inference.want(written, x, Kind.NUMBER):
        return _NOTHING
    before = len(inference.issues)
    places = [_place(inference, place, written, x) for place, _ in points.pairs]
    heights = [_height(inference, height) for _, height in points.pairs]
    if len(inference.issues) > before:
        return _NOTHING
    for (left, _), (right, _), low, high in zip(
        points.pairs, points.pairs[1:], places, places[1:], strict=False
    ):
        if not _known(low) < _known(high):
            message = f"'{brief(right)}' does not lie after '{brief(left)}'"
            reason = "the points of a curve are written from left to right"
            inference.report("E431", message, right.place, reason)
    unit = next((h.type.dimensions for h in heights if h.type.dimensions is not None), None)
    for (_, height), typed in zip(points.pairs, heights, strict=True):
        if typed.type.dimensions not in (None, unit):
            message = f"'{brief(height)}' is {said(typed.type.dimensions or ())}, but the first "
            message += f"height of this curve is {said(unit or ())}"
            inference.report("E307", message, height.place, "units must agree")
    when = latest(x.type.when, *(height.type.when for height in heights))
    pairs = zip(places, heights, strict=True)
    flat = tuple(number for pair in pairs for number in pair)
    return Operation("interpolate", (x, *flat), Type(Kind.NUMBER, unit, when))


def _place(inference: Visitor, place: Expression, written: Expression, x: Typed) -> Typed:
    """Where a point stands: a number or a date written in the case, of the kind of x."""
    typed = inference.visit(place)
    if not typed.type.known:
        return typed
    if not isinstance(typed, Constant):
        message = f"'{brief(place)}' is not written as a number"
        reason = "a curve's points stand at fixed places; their heights may be assumptions"
        return inference.report("E431", message, place.place, reason)
    if typed.type.kind is not x.type.kind:
        message = f"'{brief(place)}' is {typed.type.kind.value}, but '{brief(written)}' is "
        message += x.type.kind.value
        hint = "dates are points of a curve over 'now'" if typed.type.kind is Kind.DATE else ""
        return inference.report("E306", message, place.place, hint=hint)
    found, wanted = typed.type.dimensions, x.type.dimensions
    if found is not None and wanted is not None and found != wanted:
        message = f"'{brief(written)}' is {said(wanted)}, but this point stands at "
        message += f"'{brief(place)}', {said(found)}"
        return inference.report("E307", message, place.place, "units must agree")
    return typed


def _height(inference: Visitor, height: Expression) -> Typed:
    typed = inference.visit(height)
    return typed if not typed.type.known or inference.want(height, typed, Kind.NUMBER) else _NOTHING
