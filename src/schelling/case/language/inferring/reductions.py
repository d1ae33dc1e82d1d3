"""Types of reductions over sets: `sum(x[c] for c in city if x[c] > 0)`.

A reduction unfolds into the values it takes together, one for every member; conditions that only a
world decides become part of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from schelling.case.language.about_time import moments
from schelling.case.language.inferring import members
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Clause, Name, Reduction
from schelling.case.language.typed.scope import Member, Scope, suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Type,
    Typed,
    every,
    latest,
)
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.set_words import CHOOSING, REDUCTIONS

_NOTHING = Constant(0.0, UNKNOWN)
_OUT, _UNSOUND = "out", "unsound"
_ONE = Constant(1.0, Type(Kind.NUMBER))
_STRETCHES: dict[str, Callable[[int, int], range]] = {
    "before": lambda place, _: range(place),
    "after": lambda place, size: range(place + 1, size),
}


def reduction(inference: Visitor, expression: Reduction) -> Typed:
    """Type `sum(x[c] for c in city if condition)`: it unfolds into its terms."""
    function = expression.function
    if function not in REDUCTIONS:
        message = f"'{function}' takes nothing over a set"
        hint = suggest(function, REDUCTIONS)
        return inference.report("E304", message, expression.name_place, hint=hint)
    before = inference.scope
    terms = list(_terms(inference, expression, 0, ()))
    inference.scope = before
    if any(term is None for term in terms):
        return _NOTHING
    sound = [term for term in terms if term is not None]
    if not _alike(inference, expression, sound):
        return _NOTHING
    if not sound and function in ("mean", "min", "max", "share"):
        message = f"'{brief(expression)}' has nothing to take together here"
        hint = f"write ... if there is any else ...: the {function} of nothing has no value"
        return inference.report(members.ABSENT, message, expression.place, hint=hint)
    return _reduced(function, sound)


Term = tuple[Typed, tuple[Typed, ...]]
"""A value, and conditions on which it counts that only a world decides."""


class Placed(NamedTuple):
    """The terms of a reduction over one set, by the positions of their members."""

    over: str
    values: list[tuple[int, Term]]


def placed(inference: Visitor, expression: Reduction) -> Placed | None:
    """The terms of a reduction over one set; None where they are unsound, which is reported."""
    outside, clause = inference.scope, expression.clauses[0]
    over = _over(inference, clause)
    if over is None:
        return None
    found: list[tuple[int, Term]] = []
    for position in over[1]:
        bound = {**outside.bound, clause.variable: Member(over[0], position)}
        inference.scope = replace(outside, bound=bound)
        met = _met(inference, clause)
        body = inference.visit(expression.body) if not isinstance(met, str) else None
        inference.scope = outside
        if met == _UNSOUND or (body is not None and not body.type.known):
            return None
        if body is not None and not isinstance(met, str):
            found.append((position, (body, met)))
    sound = _alike(inference, expression, [term for _, term in found])
    return Placed(over[0], found) if sound else None


def _terms(
    inference: Visitor, expression: Reduction, depth: int, conditions: tuple[Typed, ...]
) -> Iterator[Term | None]:
    """Every term, None where it could not be typed."""
    if depth == len(expression.clauses):
        inference.scope.budget.left -= 1
        if inference.scope.budget.left < 0:
            message = "the sums and other reductions over sets have too many terms in all"
            reason = "every one is computed in every step of every world"
            inference.report("E425", message, expression.place, reason)
            yield None
            return
        body = inference.visit(expression.body)
        yield (body, conditions) if body.type.known else None
        return
    clause, outside = expression.clauses[depth], inference.scope
    over = _over(inference, clause)
    if over is None or inference.scope.budget.left < 0:
        yield None
        return
    for position in over[1]:
        bound = {**outside.bound, clause.variable: Member(over[0], position)}
        inference.scope = replace(outside, bound=bound)
        met = _met(inference, clause)
        if met == _UNSOUND:
            yield None
        elif not isinstance(met, str):
            yield from _terms(inference, expression, depth + 1, (*conditions, *met))
        inference.scope = outside


def _met(inference: Visitor, clause: Clause) -> tuple[Typed, ...] | str:
    """The conditions of a clause that a world decides; else whether it is out or unsound."""
    found: list[Typed] = []
    for written in clause.conditions:
        typed = inference.visit(written)
        if not inference.want(written, typed, Kind.TRUTH):
            return _UNSOUND
        if not members.is_decided(inference, typed):
            found.append(typed)
        elif not members.holds(typed):
            return _OUT
    return tuple(found)


def _over(inference: Visitor, clause: Clause) -> tuple[str, range] | None:
    """The set a clause runs over, and the positions in it."""
    scope, written = inference.scope, clause.over
    if clause.variable in scope.bound or clause.variable in scope.symbols:
        message = f"'{clause.variable}' has a meaning here already"
        inference.report("E421", message, clause.place, hint="use another letter")
        return None
    if isinstance(written, Name) and written.name in scope.sets:
        return written.name, range(len(scope.sets[written.name]))
    stretch = isinstance(written, Call) and written.function in _STRETCHES
    if isinstance(written, Call) and stretch and len(written.arguments) == 1:
        member = members.standing_for(inference, written.arguments[0])
        if member is None:
            return None
        size = len(scope.sets[member.set])
        return member.set, _STRETCHES[written.function](member.position, size)
    if isinstance(written, Name) and _is_faulty(scope, written.name):
        return None
    message = f"'{brief(written)}' is not a set"
    known = (*scope.sets, *scope.crowds)
    if scope.crowds:
        message = f"'{brief(written)}' is neither a set nor a population"
    if scope.speaker:
        message += ", and not the name of ties"
        known = (*known, *scope.crowds[scope.speaker].ties)
    tied = [one for one in scope.crowds.values() if brief(written) in one.ties]
    if tied:
        message = (
            f"'{brief(written)}' are ties of '{tied[0].name}', along which only its agents look"
        )
    hint = "" if tied else suggest(brief(written), known) or "sets are declared under 'sets'"
    inference.report("E421", message, written.place, hint=hint)
    return None


def _is_faulty(scope: Scope, name: str) -> bool:
    """Whether a name belongs to something that is reported elsewhere."""
    symbol = scope.symbols.get(name)
    return symbol is not None and symbol.left_out


def _alike(inference: Visitor, expression: Reduction, terms: list[Term]) -> bool:
    """Whether the terms are of the kind that the function needs, and of one unit."""
    kind = REDUCTIONS[expression.function].kind
    wanted = Kind.TRUTH if kind == "truth" else Kind.NUMBER
    if expression.function in ("min", "max", *CHOOSING) and _is_moment(terms):
        if not any(conditions for _, conditions in terms):
            return True
        message = f"'{expression.function}' of times cannot leave members out in some worlds only"
        reason = "where no member is left in a world there is no time"
        inference.report("E306", message, expression.place, reason)
        return False
    if not all(inference.want(expression.body, value, wanted) for value, _ in terms[:1]):
        return False
    known = [value for value, _ in terms if value.type.dimensions is not None]
    for value in known[1:]:
        if value.type.dimensions != known[0].type.dimensions:
            inference.same_unit(expression.body, known[0], value, "takes together")
            return False
    return True


def _is_moment(terms: list[Term]) -> bool:
    return bool(terms) and terms[0][0].type.kind is Kind.MOMENT


def _reduced(function: str, terms: list[Term]) -> Typed:
    counted = [(every(conditions), value) for value, conditions in terms]
    match function:
        case "any" | "all":
            return _some_or_all(function, counted)
        case "count":
            return _total([(_both(condition, value), _ONE) for condition, value in counted])
        case "share":
            hits = _total([(_both(condition, value), _ONE) for condition, value in counted])
            return _ratio(hits, _total([(condition, _ONE) for condition, _ in counted]))
        case "mean":
            weights = _total([(condition, _ONE) for condition, _ in counted])
            return _ratio(_total(counted), weights)
        case "sum":
            return _total(counted)
        case _:
            worst = math.inf if function == "min" else -math.inf
            return _extreme(function, counted, worst)


Counted = tuple[Typed | None, Typed]
"""A condition, None where it always holds, and a value."""


def _both(condition: Typed | None, truth: Typed) -> Typed | None:
    if isinstance(truth, Constant) and truth.value > 0:
        return condition
    return truth if condition is None else every((condition, truth))


def _total(terms: list[Counted]) -> Typed:
    """A sum of pairs of sums, so that it is no deeper than it must be."""
    values = [_where(condition, value, 0.0) for condition, value in terms]
    if not values:
        return Constant(0.0, Type(Kind.NUMBER, None))
    if all(isinstance(value, Constant) for value in values):
        total = math.fsum(value.value for value in values if isinstance(value, Constant))
        return Constant(total, values[0].type)
    while len(values) > 1:
        odd = values[len(values) // 2 * 2 :]
        values = [*map(_sum, values[::2], values[1::2]), *odd]
    return values[0]


def _sum(left: Typed, right: Typed) -> Typed:
    dimensions = left.type.dimensions
    dimensions = right.type.dimensions if dimensions is None else dimensions
    when = latest(left.type.when, right.type.when)
    return Operation("+", (left, right), Type(Kind.NUMBER, dimensions, when))


def _where(condition: Typed | None, value: Typed, otherwise: float) -> Typed:
    if condition is None:
        return value
    other = Constant(otherwise, Type(Kind.NUMBER, value.type.dimensions))
    when = latest(condition.type.when, value.type.when)
    result = Type(Kind.NUMBER, value.type.dimensions, when)
    return Operation("if", (condition, value, other), result)


def _ratio(top: Typed, bottom: Typed) -> Typed:
    when = latest(top.type.when, bottom.type.when)
    return Operation("/", (top, bottom), Type(Kind.NUMBER, top.type.dimensions, when))


def _extreme(function: str, terms: list[Counted], worst: float) -> Typed:
    values = tuple(_where(condition, value, worst) for condition, value in terms)
    if len(values) == 1:
        return values[0]
    if values[0].type.kind is Kind.MOMENT:
        return moments.among(function, values)
    dimensions = next((v.type.dimensions for v in values if v.type.dimensions is not None), None)
    when = latest(*(value.type.when for value in values))
    return Operation(function, values, Type(Kind.NUMBER, dimensions, when))


def _some_or_all(function: str, terms: list[Counted]) -> Typed:
    """`any`: some term holds that counts. `all`: every term holds that counts."""
    operator = "or" if function == "any" else "and"
    values: list[Typed] = []
    for condition, truth in terms:
        if isinstance(truth, Constant) and condition is None:
            if (truth.value > 0) == (operator == "or"):
                return members.decided(operator == "or")
            continue
        if condition is None:
            values.append(truth)
        elif operator == "or":
            values.append(_logic("and", (condition, truth)))
        else:
            values.append(_logic("or", (_not(condition), truth)))
    if len(values) < 2:
        return values[0] if values else members.decided(operator == "and")
    return _logic(operator, tuple(values))


def _logic(operator: str, values: tuple[Typed, ...]) -> Typed:
    when = latest(*(value.type.when for value in values))
    return Operation(operator, values, Type(Kind.TRUTH, (), when))


def _not(value: Typed) -> Typed:
    return Operation("not", (value,), Type(Kind.TRUTH, (), value.type.when))
