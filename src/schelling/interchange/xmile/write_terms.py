"""Checked expressions of a case as equations of XMILE, in base units and weeks."""

from __future__ import annotations

from collections.abc import Callable

from schelling.case.language.typed.types import (
    Constant,
    Kind,
    Operation,
    Reference,
    Typed,
)


class NoEquation(Exception):
    """An expression has no counterpart in XMILE; carries what it is."""


Name = Callable[[str], str]
Table = Callable[[Typed, tuple[tuple[float, float], ...]], str]
"""Makes a graphical function of an input and its points; the name of the variable that has it."""

_LEVEL = {
    **{"or": 1, "and": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4},
    **{"+": 5, "-": 5, "*": 6, "/": 6},
}
_SIGN = {"==": "=", "!=": "<>", "or": "OR", "and": "AND"}
_UNARY = 7
_FORMS = {
    "abs": "ABS({0})",
    "exp": "EXP({0})",
    "log": "LN({0})",
    "sqrt": "SQRT({0})",
    "sin": "SIN({0})",
    "cos": "COS({0})",
    "atan": "ARCTAN({0})",
    "tanh": "(1 - 2 / (EXP(2 * ({0})) + 1))",
    "atanh": "(0.5 * LN((1 + ({0})) / (1 - ({0}))))",
    "logistic": "(1 / (1 + EXP(-({0}))))",
    "logit": "LN(({0}) / (1 - ({0})))",
    "floor": "INT({0})",
    "ceil": "(-INT(-({0})))",
    "sign": "(IF {0} > 0 THEN 1 ELSE IF {0} < 0 THEN -1 ELSE 0)",
    "clip": "MAX({1}, MIN({2}, {0}))",
}


class Equations:
    """Writes equations.

    Args:
        name: What a name of the case is called in an equation.
        table: Makes graphical functions.
    """

    def __init__(self, name: Name, table: Table) -> None:
        self.name, self.table = name, table

    def write(self, typed: Typed) -> str:
        """The equation of an expression.

        Raises:
            NoEquation: It has none.
        """
        return self._level(typed)[0]

    def _level(self, typed: Typed) -> tuple[str, int]:
        """The text and how tightly it binds."""
        match typed:
            case Constant() if not typed.type.states:
                return (number(typed.value), _UNARY if typed.value < 0 else 9)
            case Reference() if typed.type.kind in (Kind.NUMBER, Kind.TRUTH, Kind.DATE):
                moment = typed.name in ("elapsed", "now")
                return ("TIME" if moment else self._reference(typed)), 9
            case Operation():
                return self._operation(typed)
            case _:
                raise NoEquation(_what(typed))

    def _reference(self, typed: Reference) -> str:
        return self.name(typed.name)

    def _operation(self, typed: Operation) -> tuple[str, int]:
        name, parts = typed.name, list(typed.operands)
        if name in _LEVEL and len(parts) >= 2:
            return self._row(name, parts)
        match name:
            case "neg":
                return f"-{self._inside(parts[0], _UNARY)}", _UNARY
            case "not":
                return f"NOT ({self.write(parts[0])})", _UNARY
            case "**":
                return f"{self._inside(parts[0], 9)} ^ {self._inside(parts[1], _UNARY)}", 8
            case "if":
                condition, then, otherwise = map(self.write, parts)
                return f"(IF {condition} THEN {then} ELSE {otherwise})", 9
            case "min" | "max":
                return self._nested(name.upper(), parts), 9
            case "interpolate":
                return self._curve(parts), 9
            case _ if name in _FORMS:
                return _FORMS[name].format(*map(self.write, parts)), 9
            case _:
                what = f"the function '{name}'"
                raise NoEquation(what)

    def _row(self, name: str, parts: list[Typed]) -> tuple[str, int]:
        level = _LEVEL[name]
        first = self._inside(parts[0], level)
        rest = (self._inside(part, level + 1) for part in parts[1:])
        return f" {_SIGN.get(name, name)} ".join((first, *rest)), level

    def _inside(self, typed: Typed, level: int) -> str:
        text, own = self._level(typed)
        return text if own >= level else f"({text})"

    def _nested(self, name: str, parts: list[Typed]) -> str:
        found = self.write(parts[0])
        for part in parts[1:]:
            found = f"{name}({found}, {self.write(part)})"
        return found

    def _curve(self, parts: list[Typed]) -> str:
        points = parts[1:]
        if not all(isinstance(one, Constant) for one in points):
            what = "a curve whose heights are no plain numbers"
            raise NoEquation(what)
        flat = [one.value for one in points if isinstance(one, Constant)]
        return self.table(parts[0], tuple(zip(flat[::2], flat[1::2], strict=True)))


def number(value: float) -> str:
    """A number, so that reading it gives the same one."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _what(typed: Typed) -> str:
    if isinstance(typed, Reference | Constant):
        return "a state of the case"
    return f"what a case calls '{type(typed).__name__}'"
