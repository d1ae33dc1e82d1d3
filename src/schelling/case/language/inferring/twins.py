"""Types of `x | do(y = 0)`: a value in the twin of each world where something is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from schelling.case.language.inferring import machines, members
from schelling.case.language.parsing.printer import shorten, show
from schelling.case.language.parsing.syntax import (
    Do,
    Expression,
    Index,
    Name,
    Number,
    Place,
    Unary,
    parts,
)
from schelling.case.language.typed.reading import reads
from schelling.case.language.typed.scope import Influence, Scope, member_name, suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Twin,
    Typed,
    When,
    asks_game,
    mentions,
)
from schelling.case.language.typed.units import said
from schelling.case.language.typed.visitor import Visitor

_MOST_NAMES = 6

HELD = ("assumption", "stock", "variable", "unknown", machines.MACHINE)


def do(inference: Visitor, expression: Do) -> Typed:
    """Type an expression with an intervention; issues go to the inference."""
    if not inference.scope.claims:
        message = "'| do(...)' can be used only in claims"
        reason = "only claims can look at a twin of a world"
        return inference.report("E309", message, expression.place, reason)
    if inference.in_twin:
        message = "this intervention stands inside another one"
        hint = "put all of them into one do(...)"
        return inference.report("E412", message, expression.place, hint=hint)
    inference.in_twin, before = True, len(inference.issues)
    found: dict[str, Typed] = {}
    for target, value in expression.interventions:
        meant = _each(inference, target)
        twice = [name for name in meant if name in found]
        if twice:
            inference.report("E412", f"'{twice[0]}' is held twice", target.place)
        found |= {name: _held(inference, name, target.place, value) for name in meant}
    body = inference.visit(expression.body)
    inference.in_twin = False
    sound = len(inference.issues) == before and inference.scope.budget.left >= 0
    if inference.scope.influence is not None and sound:
        held = tuple(found)
        one = _one_reading(inference, inference.scope.influence, expression, held)
        if one and not inference.scope.inert:
            _felt(inference, inference.scope.influence, expression, body, held)
    return Twin(body, tuple(sorted(found.items())), body.type)


def _meant_state(scope: Scope, name: str) -> str:
    """A hint where a state is named in place of its machine; empty elsewhere."""
    having = machines.holders(scope, name)
    return f"write {having[0]} = {name}" if having else ""


def _each(inference: Visitor, target: Name | Index) -> tuple[str, ...]:
    """What is held: a name, all members of a definition over sets, or one; reported if nothing."""
    scope = inference.scope
    if isinstance(target, Name):
        family = scope.families.get(target.name)
        if family is None or family.values is not None:
            return (target.name,)
        return scope.members(target.name, family)
    chosen = members.chosen(inference, target)
    if chosen is None:
        return ()
    family, found = chosen
    if family.shared:
        message = f"all members of '{target.name}' have one value, so none is held alone"
        inference.report("E412", message, target.place, hint=f"write do({target.name} = ...)")
        return ()
    return (member_name(target.name, found),)


def _one_reading(
    inference: Visitor, influence: Influence, expression: Do, held: Sequence[str]
) -> bool:
    """Brackets must decide where holding something in a part of the body says something else."""
    scope, changed = inference.scope, [influence.of(name) for name in held]
    for other in expression.readings:
        if _differs(scope, expression.body, other, changed):
            inference.report("E417", *_both_readings(expression, other))
            return False
    return True


def _differs(
    scope: Scope, body: Expression, other: Expression, changed: Sequence[frozenset[str]]
) -> bool:
    """Whether a change in another part of the text than the body says something else."""
    if other.place.start < body.place.start:  # a wider body
        beyond = _read(scope, _outside(other, body.place))
        return any(change & beyond for change in changed)
    within = _read(scope, (other,))
    beyond = _read(scope, _outside(body, other.place))
    return any(change & within and change & beyond for change in changed)


def _read(scope: Scope, expressions: Iterable[Expression]) -> frozenset[str]:
    """The names, and of definitions over sets the members, that some expressions mention."""
    return frozenset[str]().union(*(reads(one, scope) for one in expressions))


def _outside(expression: Expression, stretch: Place) -> Iterator[Expression]:
    """The parts of an expression that stand outside a stretch of its text."""
    place = expression.place
    if place.end <= stretch.start or place.start >= stretch.end:
        yield expression
    elif place.start < stretch.start or place.end > stretch.end:
        for part in parts(expression):
            yield from _outside(part, stretch)


def _felt(
    inference: Visitor, influence: Influence, expression: Do, body: Typed, held: Sequence[str]
) -> None:
    """Something of what is held must be able to change the body."""
    read = mentions(body)
    if any(influence.of(name) & read for name in held):
        return
    body_text = f"'{shorten(show(expression.body))}'"
    spoken = _either([show(target) for target, _ in expression.interventions])
    message = f"{body_text} does not depend on {spoken}, so this do(...) changes nothing"
    behind = influence.behind(read)
    reason = (
        f"{body_text} depends on {_some(behind)} only"
        if behind
        else f"{body_text} is always the same"
    )
    moved = [
        f"'{name}' changes {_some(found)}" for name in held if (found := influence.beyond(name))
    ]
    hint = "; ".join(moved) or "hold something that it depends on"
    targets = [target.place for target, _ in expression.interventions]
    place = Place(targets[0].start, targets[-1].end)
    inference.report("E418", message, place, reason, hint)


def _either(names: Sequence[str]) -> str:
    """Names with `or` before the last."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _some(names: Sequence[str]) -> str:
    """The first few names of a list."""
    return ", ".join(names[:_MOST_NAMES]) + (" ..." if len(names) > _MOST_NAMES else "")


def _both_readings(expression: Do, other: Expression) -> tuple[str, Place, str, str]:
    """Message, place, reason and hint that show two readings of one text."""
    held = ", ".join(f"{show(name)} = {show(value)}" for name, value in expression.interventions)
    wide, narrow = (show(one) for one in (expression.body, other))
    if other.place.start < expression.body.place.start:
        wide, narrow = narrow, wide
    message = "this can be read in two ways, and they differ; brackets decide"
    reason = f"what is held may change all of '{shorten(wide)}', or '{shorten(narrow)}' alone"
    hint = f"write '({wide}) | do({held})' for all of it, '(({narrow}) | do({held}))' for that part"
    return message, expression.place, reason, hint


def _held(inference: Visitor, name: str, place: Place, value: Expression) -> Typed:
    """The value something is held at."""
    symbol = inference.scope.symbols.get(name)
    if name == machines.PHASE and symbol is None:
        expected = inference.moment(name, place).type
    elif symbol is not None and symbol.role in HELD:
        expected = symbol.type
    else:
        if crowd := next((c for c in inference.scope.crowds.values() if name in c.own), None):
            message = f"'{name}' cannot be held: every agent of '{crowd.name}' has one of its own"
            hint = "hold a number of the world that its rule reads, such as an assumption"
            return inference.report("E412", message, place, hint=hint)
        message = f"'{name}' cannot be held: "
        message += "it is not an assumption, stock, variable, unknown or state machine"
        known = [s.name for s in inference.scope.symbols.values() if s.role in HELD]
        return inference.report(
            "E412", message, place, hint=_meant_state(inference.scope, name) or suggest(name, known)
        )
    bare = bare_number(value)
    if bare is not None and expected.kind is Kind.NUMBER:
        factor = inference.scope.factors.get(name, 1.0)
        return inference.scaled(value, bare, factor, expected.dimensions)
    typed = inference.visit(value)
    if not expected.known or not inference.want(value, typed, expected.kind):
        return Constant(0.0, UNKNOWN)
    if not machines.fits(inference, name, expected.states, typed, value.place):
        return Constant(0.0, UNKNOWN)
    if asks_game(typed):
        message = "a value in do(...) cannot ask about a game"
        inference.report("E309", message, value.place, hint="use numbers and assumptions")
    elif typed.type.when is not When.FIXED:
        message = "a value in do(...) must be known before the run"
        inference.report("E309", message, value.place, hint="use numbers and assumptions")
    if expected.dimensions != typed.type.dimensions is not None:
        message = f"'{name}' is {said(expected.dimensions or ())}"
        message += f", but this value is {said(typed.type.dimensions or ())}"
        inference.report("E307", message, value.place, "units must agree")
    return typed


def bare_number(expression: Expression) -> float | None:
    """A number written without a unit; it is read in the unit of the place it stands in."""
    match expression:
        case Number():
            return expression.value
        case Unary(operator="-", operand=Number(value=value)):
            return -value
        case _:
            return None
