"""Types of conditions: comparisons, `and` and `or`, `x if condition else y`."""

from __future__ import annotations

import operator

from schelling.case.language.about_time import moments
from schelling.case.language.inferring import actor_types, choosing, machines, members
from schelling.case.language.parsing.syntax import Compare, Conditional, Logic
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Type,
    Typed,
    latest,
)
from schelling.case.language.typed.visitor import Visitor

_NOTHING = Constant(0.0, UNKNOWN)
_COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def compare(inference: Visitor, expression: Compare) -> Typed:
    """Type one comparison; of members of sets, and of constants over them, its answer."""
    for read in (actor_types.compared, choosing.compared, members.compared):
        decided = read(inference, expression)
        if decided is not None:
            return decided
    left, right = inference.visit(expression.left), inference.visit(expression.right)
    if not (left.type.known and right.type.known):
        return _NOTHING
    if moments.concerned(left, right):
        return moments.compare(inference, expression, left, right)
    if _can_be_alike(expression, left, right):
        return _alike(expression.operator, left, right)
    kinds = {left.type.kind, right.type.kind}
    place = expression.place
    if len(kinds) > 1 or Kind.TRUTH in kinds:
        message = f"this compares {left.type.kind.value} with {right.type.kind.value}"
        hint = "a truth value needs no comparison" if Kind.TRUTH in kinds else ""
        if kinds == {Kind.DATE, Kind.NUMBER}:
            hint = "compare 'now' with a date, 'elapsed' with a length of time"
        return inference.report("E306", message, place, hint=hint)
    if Kind.STATE in kinds and not machines.compare(inference, expression, left, right):
        return _NOTHING
    inference.same_unit(expression, left, right, "compares")
    if inference.scope.bound and isinstance(left, Constant) and isinstance(right, Constant):
        return members.decided(_COMPARED[expression.operator](left.value, right.value))
    when = latest(left.type.when, right.type.when)
    return Operation(expression.operator, (left, right), Type(Kind.TRUTH, (), when))


def _can_be_alike(expression: Compare, left: Typed, right: Typed) -> bool:
    """Whether two conditions are compared, neither of which is `true` or `false` as written."""
    sides = (left, right)
    conditions = all(one.type.kind is Kind.TRUTH for one in sides)
    written = any(isinstance(one, Constant) for one in sides)
    return conditions and not written and expression.operator in {"==", "!="}


def _alike(sign: str, left: Typed, right: Typed) -> Operation:
    """That two conditions both hold or neither does; or, of `!=`, that one of them alone does."""
    truth = Type(Kind.TRUTH, (), latest(left.type.when, right.type.when))
    both, either = (Operation(word, (left, right), truth) for word in ("and", "or"))
    if sign == "!=":
        return Operation("and", (either, Operation("not", (both,), truth)), truth)
    return Operation("or", (both, Operation("not", (either,), truth)), truth)


def logic(inference: Visitor, expression: Logic) -> Typed:
    """Type `x and y ...` or `x or y ...`."""
    found: list[Typed] = []
    for written in expression.operands:
        operand = inference.visit(written)
        inference.want(written, operand, Kind.TRUTH)
        if not members.is_decided(inference, operand):
            found.append(operand)
        elif members.holds(operand) == (expression.operator == "or"):
            return operand  # what follows need not even exist, such as a member before
    typed = tuple(found)
    if len(typed) < 2:
        return typed[0] if typed else members.decided(expression.operator == "and")
    when = latest(*(operand.type.when for operand in typed))
    return Operation(expression.operator, typed, Type(Kind.TRUTH, (), when))


def conditional(inference: Visitor, expression: Conditional) -> Typed:
    """Type `x if condition else y`; the branch that members decide need not exist for others."""
    condition = inference.visit(expression.condition)
    if members.is_decided(inference, condition):
        inference.want(expression.condition, condition, Kind.TRUTH)
        branch = expression.then if members.holds(condition) else expression.otherwise
        return inference.visit(branch)
    then, otherwise = inference.visit(expression.then), inference.visit(expression.otherwise)
    inference.want(expression.condition, condition, Kind.TRUTH)
    if not (then.type.known and otherwise.type.known):
        return _NOTHING
    if then.type.kind is not otherwise.type.kind:
        message = "the two branches are of different kinds: "
        message += f"{then.type.kind.value} and {otherwise.type.kind.value}"
        return inference.report("E306", message, expression.place)
    inference.same_unit(expression, then, otherwise, "chooses between")
    dimensions = then.type.dimensions
    dimensions = otherwise.type.dimensions if dimensions is None else dimensions
    when = latest(condition.type.when, then.type.when, otherwise.type.when)
    result = Type(then.type.kind, dimensions, when, machines.joined(then.type, otherwise.type))
    return Operation("if", (condition, then, otherwise), result)
