"""Types of what is said of state machines: which states one has, and what it can be compared with.

A state is known by its name. Several machines can have states of one name, and it means the same
state in all of them; so the type of a value lists the names it can have.
"""

from __future__ import annotations

from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Compare, Expression, Name, Place
from schelling.case.language.typed.scope import Scope, Symbol, suggest
from schelling.case.language.typed.types import Kind, Type, Typed
from schelling.case.language.typed.visitor import Visitor

PHASE = "phase"
"""The state machine whose states a case lists under `phases`."""

MACHINE = "state machine"
"""Role of a state machine among the names of a case."""

STATE = "state"
"""Role of the name of a state."""


def not_a_state(state: str, machine: str) -> str:
    """What is said of a state that a machine has not.

    Examples:
        >>> not_a_state("truce", "phase"), not_a_state("full", "embargo")
        ("'truce' is not a phase of this case", "'full' is not a state of 'embargo'")
    """
    if machine == PHASE:
        return f"'{state}' is not a phase of this case"
    return f"'{state}' is not a state of '{machine}'"


def compare(inference: Visitor, expression: Compare, left: Typed, right: Typed) -> bool:
    """Whether two states can be compared; what cannot ever be equal is reported."""
    if expression.operator not in ("==", "!="):
        message = "states have no order; compare them with == or !="
        inference.report("E306", message, expression.place)
        return False
    own, other = left.type.states, right.type.states
    if not own or not other or set(own) & set(other):
        return True
    for machine, known, state, meant in (
        (expression.left, own, expression.right, other),
        (expression.right, other, expression.left, own),
    ):
        if _is_machine(inference.scope, machine) and len(meant) == 1:
            message = not_a_state(meant[0], brief(machine))
            inference.report("E452", message, state.place, hint=suggest(meant[0], known))
            return False
    message = f"'{brief(expression.left)}' and '{brief(expression.right)}' have no state in common"
    reason = f"the first can be {listed(own)}, the second {listed(other)}"
    inference.report("E452", message, expression.place, reason)
    return False


def _is_machine(scope: Scope, expression: Expression) -> bool:
    if isinstance(expression, Name):
        symbol = scope.symbols.get(expression.name)
        return symbol is not None and symbol.role == MACHINE
    return True  # a member of a family, or what is chosen among machines


def joined(first: Type, second: Type) -> tuple[str, ...]:
    """The states that a choice between two values can have."""
    return tuple(dict.fromkeys((*first.states, *second.states)))


def fits(inference: Visitor, name: str, known: tuple[str, ...], value: Typed, place: Place) -> bool:
    """Whether a machine can have a value; a state it has not is reported."""
    strange = foreign(known, value)
    if strange:
        message = not_a_state(strange, name)
        inference.report("E452", message, place, hint=suggest(strange, known))
    return not strange


def foreign(known: tuple[str, ...], value: Typed) -> str:
    """A state that a value can have and a machine has not; empty where there is none."""
    if value.type.kind is not Kind.STATE or not known:
        return ""
    return next((state for state in value.type.states if state not in known), "")


def listed(states: tuple[str, ...]) -> str:
    """States as words.

    Examples:
        >>> listed(("none", "partial", "full"))
        'none, partial or full'
    """
    return " or ".join(filter(None, (", ".join(states[:-1]), states[-1])))


def machines(scope: Scope) -> tuple[Symbol, ...]:
    """The state machines of a case."""
    return tuple(symbol for symbol in scope.symbols.values() if symbol.role == MACHINE)


def holders(scope: Scope, state: str) -> tuple[str, ...]:
    """The state machines that have a state."""
    return tuple(one.name for one in machines(scope) if state in one.type.states)


def undeclared(scope: Scope) -> tuple[str, str]:
    """What is said, and a hint, where `phase` is read and no phases are listed."""
    known = [symbol.name for symbol in machines(scope)]
    if not known:
        return "this case declares no phases", "such as phases: [war, settlement]"
    return "this case declares no phases", f"its state machines are {', '.join(known)}"


def as_condition(typed: Typed) -> str:
    """A hint at how what is no condition becomes one; empty where nothing is known of it."""
    match typed.type.kind:
        case Kind.STATE:
            state = next(iter(typed.type.states), "war")
            return f"compare it with a state, such as == {state}"
        case Kind.MOMENT:
            return "compare it with something, such as < 10 weeks"
        case Kind.NUMBER | Kind.DATE:
            return "compare it with something, such as > 0.5"
        case _:
            return ""
