"""Moments at which an expression jumps: where it compares the elapsed time with a number.

Knows no clock. A date is a number of weeks since the start here, as everywhere after checking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schelling.case.language.types import Constant, Operation, Reference, Typed, operands

_COMPARISONS = ("<", "<=", ">", ">=")


def moments(expression: Typed, variables: Mapping[str, Typed]) -> Iterator[float]:
    """The moments, in weeks, at which an expression compares the elapsed time with a number.

    Args:
        expression: What is read.
        variables: Formulas of the variables that it may read, by name.
    """
    waiting, seen = [expression], set[str]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, Reference) and part.name in variables and part.name not in seen:
            seen.add(part.name)
            waiting.append(variables[part.name])
        if isinstance(part, Operation) and part.name in _COMPARISONS:
            left, right = part.operands
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Reference) and one.name in ("elapsed", "now"):
                    moment = _known(other, variables)
                    yield from () if moment is None else (moment,)
        waiting += operands(part)


def _known(expression: Typed, variables: Mapping[str, Typed]) -> float | None:
    """The value of an expression that is a number, or sums and differences of such; else None."""
    match expression:
        case Constant():
            return expression.value
        case Reference() if expression.name in variables:
            return _known(variables[expression.name], variables)
        case Operation(name=("+" | "-") as sign, operands=(left, right)):
            first, second = _known(left, variables), _known(right, variables)
            if first is None or second is None:
                return None
            return first + second if sign == "+" else first - second
        case _:
            return None
