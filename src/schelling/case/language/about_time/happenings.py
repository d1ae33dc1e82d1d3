"""How often an event has happened so far: `happened(raid)`, a number that a world carries along."""

from __future__ import annotations

from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Index, Name
from schelling.case.language.typed.scope import suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Reference,
    Type,
    Typed,
    When,
)
from schelling.case.language.typed.visitor import Visitor

_FUNCTION = "happened"


def counter(event: str) -> str:
    """What the count of an event is called among the names of a world.

    Examples:
        >>> counter("raid")
        'happened(raid)'
    """
    return f"{_FUNCTION}({event})"


def is_counter(name: str) -> bool:
    """Whether a name is that of a count of an event; no name of a case has a bracket."""
    return name.startswith(f"{_FUNCTION}(")


def call(inference: Visitor, expression: Call, event: str) -> Typed:
    """Type `happened(raid)`.

    Args:
        inference: Takes the issues.
        expression: As written.
        event: The event that is named, with its members where it is over sets.
    """
    written, scope = expression.arguments[0], inference.scope
    symbol = scope.symbols.get(event)
    if symbol is not None and symbol.left_out:
        return Constant(0.0, UNKNOWN)
    if symbol is None or symbol.role != "event" or not isinstance(written, Name | Index):
        message = f"'{brief(written)}' is not an event of this case"
        events = [one.name for one in scope.symbols.values() if one.role == "event"]
        return inference.report("E303", message, written.place, hint=suggest(event, events))
    return Reference(counter(event), Type(Kind.NUMBER, (), When.STEP))
