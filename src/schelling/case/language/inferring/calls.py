"""Types of function calls: element functions and functions over time."""

from __future__ import annotations

from fractions import Fraction

from schelling.case.language.about_time import along, happenings, moments
from schelling.case.language.inferring import actor_types, game_calls, misnamed
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Expression, Index, Name
from schelling.case.language.typed.scope import suggest
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
from schelling.case.language.typed.units import TIME, Dimensions, describe, raise_to, said
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.vocabulary import ABOUT_TIMES, FUNCTIONS, Function, Purpose


def call(inference: Visitor, expression: Call) -> Typed:
    """Type a call of a function of the language; issues go to the inference."""
    if expression.function == "type":
        return actor_types.alone(inference, expression)
    function = _overload(expression)
    if not _count_fits(inference, function, expression) or not _keywords_fit(
        inference, function, expression
    ):
        return Constant(0.0, UNKNOWN)
    if function.name == "happened" and inference.scope.clock is not None:
        given = expression.arguments[0]
        event = game_calls.named(inference, given) if isinstance(given, Name | Index) else ""
        if event is None:  # a member that there is not, which is reported
            return Constant(0.0, UNKNOWN)
        return happenings.call(inference, expression, event)
    if function.purpose is Purpose.ALONG or function.name == "interpolate":
        return along.call(inference, expression)
    if function.purpose is Purpose.ELEMENT:
        return _element(inference, function, expression)
    if not inference.scope.claims and function.purpose is not Purpose.GAME:
        message = f"'{function.name}' looks over time, so it can be used only in claims"
        reason = "inside a run the future is not known"
        hint = misnamed.over_members(expression, inference.scope)
        return inference.report("E309", message, expression.name_place, reason, hint)
    if inference.scope.clock is None and function.purpose is Purpose.OVER_TIME:
        message = f"'{function.name}' looks over time, and this case has no 'time' section"
        return inference.report("E309", message, expression.name_place)
    if function.purpose is Purpose.OVER_TIME:
        return _over_time(inference, function, expression)
    return game_calls.call(inference, function, expression)


def _overload(expression: Call) -> Function:
    """`max(a, b)` is element by element, `max(a)` and `max(a, until=...)` are over time."""
    candidates = FUNCTIONS[expression.function]
    if len(candidates) == 1:
        return candidates[0]
    over_time = len(expression.arguments) == 1
    wanted = Purpose.OVER_TIME if over_time else Purpose.ELEMENT
    return next(f for f in candidates if f.purpose is wanted)


def _count_fits(inference: Visitor, function: Function, expression: Call) -> bool:
    given, most = len(expression.arguments), len(function.parameters)
    least = sum(not p.optional for p in function.parameters)
    if function.parameters and function.parameters[-1].repeated:
        most = 100
    if least <= given <= most:
        return True
    wanted = f"{least}" if least == most else f"{least} to {most}"
    wanted = wanted if most < 100 else f"{least} or more"
    plural = "" if wanted == "1" else "s"
    message = f"'{function.name}' takes {wanted} argument{plural}, {given} given"
    hint = f"such as {function.example}"
    inference.report("E305", message, expression.place, hint=hint)
    return False


def _keywords_fit(inference: Visitor, function: Function, expression: Call) -> bool:
    allowed = function.keywords
    fits = True
    seen: set[str] = set()
    for (name, _), place in zip(expression.keywords, expression.keyword_places, strict=True):
        if name not in allowed or name in seen:
            message = f"'{function.name}' has no argument '{name}'"
            message = f"'{name}' is given twice" if name in seen else message
            hint = suggest(name, allowed) if allowed else f"such as {function.example}"
            hint = "" if name in seen else hint
            inference.report("E305", message, place, hint=hint)
            fits = False
        seen.add(name)
    return fits


def _element(inference: Visitor, function: Function, expression: Call) -> Typed:
    typed = tuple(inference.visit(argument) for argument in expression.arguments)
    if function.name in ("min", "max") and Kind.MOMENT in (one.type.kind for one in typed):
        return moments.extreme(inference, expression, typed)
    kinds = [p.kind for p in function.parameters]
    kinds += [kinds[-1]] * (len(typed) - len(kinds))
    fits = [
        inference.want(written, value, Kind.NUMBER)
        for written, value in zip(expression.arguments, typed, strict=True)
    ]
    if not all(fits):
        return Constant(0.0, UNKNOWN)
    unit: Dimensions | None = None
    for written, value, kind in zip(expression.arguments, typed, kinds, strict=True):
        found = value.type.dimensions
        wanted = () if kind == "pure" else unit
        if kind == "number" or (wanted is None and kind == "same"):
            unit = found
        elif found is not None and found != wanted:
            message = f"'{function.name}' needs {describe(wanted or ())} here, but "
            message += f"'{brief(written)}' is {said(found)}"
            hint = "divide by an amount of the same unit" if kind == "pure" else ""
            inference.report("E307", message, written.place, "units must agree", hint)
    when = latest(*(value.type.when for value in typed))
    dimensions = {"same": unit, "sqrt": raise_to(unit or (), Fraction(1, 2))}.get(
        function.result, ()
    )
    return Operation(function.name, typed, Type(Kind.NUMBER, dimensions, when))


def _over_time(inference: Visitor, function: Function, expression: Call) -> Typed:
    clock = inference.scope.clock
    if clock is None:
        return Constant(0.0, UNKNOWN)
    first, last = _window(inference, function, expression)
    inference.over_time += 1
    count = 1 if function.name == "at" else len(expression.arguments)
    typed = tuple(inference.visit(argument) for argument in expression.arguments[:count])
    inference.over_time -= 1
    if not all(value.type.known for value in typed):
        return Constant(0.0, UNKNOWN)
    wanted = function.parameters[0].kind
    fits = True
    for written, value in zip(expression.arguments, typed, strict=False):
        if wanted == "any":
            fits &= value.type.kind in (Kind.NUMBER, Kind.TRUTH)
            if value.type.kind not in (Kind.NUMBER, Kind.TRUTH):
                message = f"'{function.name}' needs a number or a condition"
                inference.report("E306", message, written.place)
        else:
            kind = Kind.TRUTH if wanted == "truth" else Kind.NUMBER
            fits &= inference.want(written, value, kind)
    if not fits:
        return Constant(0.0, UNKNOWN)
    if function.name in ABOUT_TIMES:
        return moments.over_time(function, typed[0], (first, last), clock.step)
    kind, dimensions = typed[0].type.kind, typed[0].type.dimensions
    if function.result == "truth":
        kind, dimensions = Kind.TRUTH, ()
    elif function.result == "mean":
        kind = Kind.NUMBER
        dimensions = () if typed[0].type.kind is Kind.TRUTH else dimensions
    name = "at" if function.name == "final" else function.name
    return OverTime(name, typed, first, last, Type(kind, dimensions, When.HINDSIGHT))


def _window(inference: Visitor, function: Function, expression: Call) -> tuple[int, int]:
    """First and last step a function looks at."""
    clock = inference.scope.clock
    if clock is None:
        return 0, 0
    keywords = dict(expression.keywords)
    if function.name == "at":
        when = _moment(inference, expression.arguments[1], clock.steps)
        step = 0 if when is None else round(when / clock.step)
        return step, step
    if function.name == "final":
        return clock.steps, clock.steps
    first, last = 0, clock.steps
    for name, value in keywords.items():
        when = _moment(inference, value, clock.steps + 1)
        if when is None:
            continue
        if name == "since":
            first = min(clock.first_at_or_after(when), clock.steps)
        else:
            last = min(clock.last_at_or_before(when), clock.steps)
    if first > last:
        message = "the window ends before it starts"
        inference.report("E312", message, expression.place)
    return first, last


def _moment(inference: Visitor, written: Expression, last_step: int) -> float | None:
    """A date, or a length of time after the start, in weeks; within the case's time."""
    typed, clock = inference.visit(written), inference.scope.clock
    if not typed.type.known or clock is None:
        return None
    is_time = typed.type.kind is Kind.NUMBER and typed.type.dimensions in (None, TIME.dimensions)
    if not isinstance(typed, Constant) or not (is_time or typed.type.kind is Kind.DATE):
        message = f"a moment is a date or a time since the start; '{brief(written)}' is neither"
        inference.report("E312", message, written.place, hint="such as 2022-07-05 or 12 weeks")
        return None
    if not -1e-9 <= typed.value <= last_step * clock.step + 1e-9:
        message = f"'{brief(written)}' lies outside the time of the case"
        hint = f"the case runs from {clock.start} to {clock.until}"
        inference.report("E312", message, written.place, hint=hint)
        return None
    return typed.value
