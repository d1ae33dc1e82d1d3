"""Checked definitions as text for a reader: few brackets.

Numbers are in base units, as everything is computed in them. What only claims can say (time
windows, games, twins) is left to `schelling.case.language.typed.typed_text.write`.
"""

from __future__ import annotations

from schelling.case.language.typed.typed_text import over_time, write
from schelling.case.language.typed.types import Constant, Operation, OverTime, Typed

_LEVELS = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "**": 8}
_COMPARISON = 4
_ATOM = 9


def formula(expression: Typed) -> str:
    """An expression as text.

    Args:
        expression: A checked expression.

    Returns:
        Its text, in base units.
    """
    return _show(expression)[0]


def _show(expression: Typed) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match expression:
        case Constant() if expression.type.states:
            return write(expression), _ATOM
        case Constant():
            return f"{expression.value:g}", _ATOM if expression.value >= 0 else _LEVELS["neg"]
        case Operation():
            return _operation(expression)
        case OverTime():
            inside = ", ".join(_show(part)[0] for part in expression.operands)
            return over_time(expression, inside), _ATOM
        case _:
            return write(expression), _ATOM


def _operation(expression: Operation) -> tuple[str, int]:
    name, operands = expression.name, expression.operands
    if name == "if":
        condition, then, otherwise = (
            _inside(part, level) for part, level in zip(operands, (1, 1, 0), strict=True)
        )
        return f"{then} if {condition} else {otherwise}", 0
    if name in ("neg", "not"):
        level = _LEVELS[name]
        return f"{'-' if name == 'neg' else 'not '}{_inside(operands[0], level)}", level
    if name == "interpolate":
        return write(expression), _ATOM
    if name.isidentifier() and name not in _LEVELS:
        return f"{name}({', '.join(_show(part)[0] for part in operands)})", _ATOM
    level = _LEVELS.get(name, _COMPARISON)
    first = _inside(operands[0], level + (name == "**"))
    rest = (_inside(part, level + (name != "**")) for part in operands[1:])
    return f" {name} ".join((first, *rest)), level


def _inside(expression: Typed, level: int) -> str:
    text, binds = _show(expression)
    return text if binds >= level else f"({text})"
