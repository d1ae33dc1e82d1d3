"""Types of curves: straight lines between points, written in the case or from a table of it."""

from __future__ import annotations

import datetime as dt

from schelling.case.clock import Clock
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Expression, Name, Points
from schelling.case.language.typed.scope import Curve, suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Type,
    Typed,
    latest,
)
from schelling.case.language.typed.units import said
from schelling.case.language.typed.visitor import Visitor

_NOTHING = Constant(0.0, UNKNOWN)
_CURVE = "such as interpolate(elapsed, [[0 weeks, 0.1], [8 weeks, 0.4]])"


def interpolate(inference: Visitor, expression: Call) -> Typed:
    """Type a curve: its points are written in x's unit, their heights in a unit of their own."""
    written, points = expression.arguments
    x = inference.visit(written)
    if isinstance(points, Name):
        return _of_table(inference, points, written, x)
    if not isinstance(points, Points) or len(points.pairs) < 2:
        message = "'interpolate' needs two points or more, or a curve of the case's tables"
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
        if isinstance(low, Constant) and isinstance(high, Constant) and low.value >= high.value:
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


def bare(inference: Visitor, expression: Name) -> Typed:
    """A curve alone has no value."""
    message = f"'{expression.name}' is a curve, which has a value only somewhere"
    hint = f"such as interpolate(elapsed, {expression.name})"
    return inference.report("E475", message, expression.place, hint=hint)


def _of_table(inference: Visitor, points: Name, written: Expression, x: Typed) -> Typed:
    """Type a curve whose points stand in a table."""
    curve = inference.scope.curves.get(points.name)
    if curve is None:
        symbol = inference.scope.symbols.get(points.name)
        if symbol is not None and symbol.left_out:
            return _NOTHING
        message = f"'{points.name}' is no curve of the case's tables"
        hint = suggest(points.name, inference.scope.curves) or _CURVE
        return inference.report("E475", message, points.place, hint=hint)
    if not x.type.known or not _fits(inference, points.name, curve, written, x):
        return _NOTHING
    clock, flat = inference.scope.clock, list[Typed]()
    for place, height in zip(curve.places, curve.heights, strict=True):
        at = _weeks(clock, place) if isinstance(place, dt.date) else place
        flat += [Constant(at, x.type), Constant(height, Type(Kind.NUMBER, curve.up))]
    return Operation("interpolate", (x, *flat), Type(Kind.NUMBER, curve.up, x.type.when))


def _weeks(clock: Clock | None, day: dt.date) -> float:
    """A day as a time since the start; without a clock there is no date to look up at all."""
    return 0.0 if clock is None else clock.weeks(day)


def _fits(inference: Visitor, name: str, curve: Curve, written: Expression, x: Typed) -> bool:
    """Whether a value can be looked up among the places of a curve."""
    days = isinstance(curve.places[0], dt.date)
    if days and x.type.kind is not Kind.DATE:
        message = f"the points of '{name}' stand at days, but '{brief(written)}' is "
        hint = f"write interpolate(now, {name})"
        inference.report("E306", message + x.type.kind.value, written.place, hint=hint)
        return False
    if days or not inference.want(written, x, Kind.NUMBER):
        return days
    wanted = x.type.dimensions
    if wanted is not None and curve.across != wanted:
        message = f"'{brief(written)}' is {said(wanted)}, but the places of '{name}' are "
        hint = "'units' of the table gives its columns a unit"
        message += said(curve.across)
        inference.report("E307", message, written.place, "units must agree", hint)
        return False
    return True


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
