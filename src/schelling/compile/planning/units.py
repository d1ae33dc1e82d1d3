"""Units of what comes out: the unit of a claim's margin."""

from __future__ import annotations

from schelling.case.language.typed.types import GameValue, Given, Kind, Operation, Typed, operands
from schelling.case.language.typed.units import Dimensions, describe

_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def margin_unit(expression: Typed) -> str:
    """The unit of a claim's margin: of what it compares; `mixed` where it compares several.

    Comparing states has no degrees, and its margin of 1 or -1 no unit.
    """
    found = _compared(expression)
    if len(found) > 1:
        return "mixed units"
    dimensions = next(iter(found), ())
    return describe(dimensions) if dimensions else ""


def _compared(expression: Typed) -> frozenset[Dimensions]:
    if isinstance(expression, GameValue):
        return frozenset()
    if isinstance(expression, Given):
        return _compared(expression.body)
    inside = frozenset[Dimensions]().union(*(_compared(part) for part in operands(expression)))
    if isinstance(expression, Operation) and expression.name in _COMPARISONS:
        if expression.operands[0].type.kind is Kind.STATE:
            return frozenset()
        known = [part.type.dimensions for part in expression.operands]
        return frozenset(d for d in known if d is not None)
    return inside
