"""Moments at which an expression jumps: where it compares the elapsed time with a number.

Both sides of a comparison may be written with numbers, sums, multiples and variables, as in
`elapsed - 1 week < 2 * late`: each is a straight line in the elapsed time, and the jump is where
the two lines meet. Knows no clock. A date is a number of weeks since the start here, as everywhere
after checking.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from schelling.case.language.typed.types import Constant, Operation, Reference, Typed, operands

_COMPARISONS = ("<", "<=", ">", ">=")
_ELAPSED = ("elapsed", "now")


@dataclass(frozen=True)
class _Line:
    """A number that rises by `slope` a week from `start` on."""

    start: float
    slope: float = 0.0


class JumpMoments:
    """Finds the moments of expressions; what stands behind a variable is found once.

    Attributes:
        variables: Formulas of the variables that may be read, by name.
    """

    def __init__(self, variables: Mapping[str, Typed]) -> None:
        self.variables = variables
        self._lines: dict[str, _Line | None] = {}
        self._found: dict[str, tuple[frozenset[float], frozenset[str]]] = {}

    def of(self, expression: Typed) -> frozenset[float]:
        """The moments, in weeks, of an expression and of all variables that stand behind it."""
        found, waiting = self._inside(expression)
        seen = frozenset[str]()
        while waiting := waiting - seen:
            seen |= waiting
            behind = [self._of(name) for name in waiting]
            found = found.union(*(moments for moments, _ in behind))
            waiting = frozenset[str]().union(*(names for _, names in behind))
        return found

    def _of(self, name: str) -> tuple[frozenset[float], frozenset[str]]:
        if name not in self._found:
            self._found[name] = self._inside(self.variables[name])
        return self._found[name]

    def _inside(self, expression: Typed) -> tuple[frozenset[float], frozenset[str]]:
        """The moments that stand in an expression itself, and the variables it reads."""
        moments, names, waiting = set[float](), set[str](), [expression]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Reference) and part.name in self.variables:
                names.add(part.name)
            elif isinstance(part, Operation) and part.name in _COMPARISONS:
                moments |= self._meeting(*part.operands)
            waiting += operands(part)
        return frozenset(moments), frozenset(names)

    def _meeting(self, left: Typed, right: Typed) -> set[float]:
        """When two sides of a comparison are equal, where both are lines in the elapsed time."""
        one, other = self._line(left), self._line(right)
        if one is None or other is None or one.slope == other.slope:
            return set()
        moment = (other.start - one.start) / (one.slope - other.slope)
        return {moment} if math.isfinite(moment) else set()

    def _line(self, expression: Typed) -> _Line | None:
        """An expression as a line in the elapsed time; None where it is not known as one."""
        match expression:
            case Constant():
                return _Line(expression.value)
            case Reference() if expression.name in self.variables:
                return self._line_of(expression.name)
            case Reference() if expression.name in _ELAPSED:
                return _Line(0.0, 1.0)
            case Operation():
                parts = [self._line(part) for part in expression.operands]
                known = [part for part in parts if part is not None]
                return _combined(expression.name, known) if len(known) == len(parts) else None
            case _:
                return None

    def _line_of(self, name: str) -> _Line | None:
        """That of a variable; those of the variables behind it first, and not by recursion."""
        waiting, begun = [name], set[str]()
        while waiting:
            last = waiting[-1]
            behind = {
                one
                for one in _read(self.variables[last])
                if one in self.variables and one not in self._lines and one not in begun
            }
            begun.add(last)
            if last not in self._lines and behind:
                waiting += sorted(behind)
                continue
            if last not in self._lines:
                self._lines[last] = None  # where a variable needs itself
                self._lines[last] = self._line(self.variables[last])
            waiting.pop()
        return self._lines[name]


def _read(expression: Typed) -> set[str]:
    """The names that stand in a formula that may be a line."""
    found, waiting = set[str](), [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Reference):
            found.add(part.name)
        elif isinstance(part, Operation):
            waiting += part.operands
    return found


def _combined(sign: str, lines: list[_Line]) -> _Line | None:
    """What an operation makes of lines; None where it is no line, or not a finite one."""
    found = None
    match sign, lines:
        case "neg", [one]:
            found = _Line(-one.start, -one.slope)
        case "+", [one, other]:
            found = _Line(one.start + other.start, one.slope + other.slope)
        case "-", [one, other]:
            found = _Line(one.start - other.start, one.slope - other.slope)
        case "*", [one, _Line(times, 0.0)] | [_Line(times, 0.0), one]:
            found = _Line(one.start * times, one.slope * times)
        case "/", [one, _Line(parts, 0.0)] if parts != 0:
            found = _Line(one.start / parts, one.slope / parts)
        case (("min" | "max"), _) if all(one.slope == 0 for one in lines):
            found = _Line((min if sign == "min" else max)(one.start for one in lines))
        case _:
            pass
    finite = found is not None and math.isfinite(found.start) and math.isfinite(found.slope)
    return found if finite else None
