"""Types of `tax[home]`, where the group that an agent falls into names a member of a set.

What an agent is one of is known only of each agent, so the value is chosen by conditions on it.
"""

from __future__ import annotations

from schelling.case.language.about_agents import agents
from schelling.case.language.parsing.syntax import Expression, Name
from schelling.case.language.typed.scope import Scope, suggest
from schelling.case.language.typed.types import Constant, Kind, Operation, Reference, Type, Typed
from schelling.case.language.typed.visitor import Visitor


def concerned(inference: Visitor, expression: Expression, over: str) -> bool:
    """Whether a member of a set is named by what the agent is one of whose rule this is."""
    scope = inference.scope
    if not isinstance(expression, Name) or expression.name in (*scope.bound, *scope.sets[over]):
        return False
    own = scope.own.get(expression.name)
    return _is_later(scope, expression) or (own is not None and own.kind is Kind.STATE)


def _is_later(scope: Scope, expression: Name) -> bool:
    return bool(scope.speaker) and expression.name in scope.crowds[scope.speaker].later


def members(inference: Visitor, expression: Name, over: str) -> list[tuple[str, Typed | None]]:
    """The members that it can be, each with its condition; none where one is not of the set."""
    scope = inference.scope
    if _is_later(scope, expression):
        agents.not_yet(inference, expression.name, expression.place)
        return []
    own, known = scope.own[expression.name], scope.sets[over]
    if strange := next((one for one in own.states if one not in known), ""):
        message = f"'{expression.name}' can be '{strange}', which is not a member of '{over}'"
        inference.report("E421", message, expression.place, hint=suggest(strange, known))
        return []
    truth = Type(Kind.TRUTH, (), own.when)
    found: list[tuple[str, Typed | None]] = []
    for one in own.states:
        state = scope.symbols[one]
        sides = (Reference(expression.name, own), Constant(float(state.order), state.type))
        found.append((one, Operation("==", sides, truth)))
    return found
