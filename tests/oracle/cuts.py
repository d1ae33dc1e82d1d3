"""The parts of a step in the oracle: substeps, cut where a rate is documented to jump."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Mapping
from typing import Any

from schelling.case.language.typed.types import Constant, Operation, Reference, Typed, operands
from schelling.compile.planning.plan import Plan

Known = Mapping[str, Typed]
SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def parts(plan: Plan, step: int) -> list[tuple[float, float]]:
    """Beginning and length of every part of a step, in steps."""
    bounds = {step + part / plan.substeps for part in range(plan.substeps)}
    for place in _jumps(plan):
        if step < place < step + 1 and not _near(place, bounds | {step + 1}):
            bounds.add(place)
    return [(one, end - one) for one, end in itertools.pairwise([*sorted(bounds), step + 1])]


def read_at(plan: Plan, begin: float, part: float) -> float:
    """When the start of a part is read: documented to be a little later where something jumps."""
    if not _near(begin, _jumps(plan)):
        return begin
    return begin + max(1e-6 * part, 4e-12 * (begin + part))


def _near(place: float, others: set[float]) -> bool:
    return any(abs(place - one) <= 1e-6 for one in others)


def _jumps(plan: Plan) -> set[float]:
    """In steps; they are asked for at every part of every step, and the same for the whole plan."""
    if not _LAST or _LAST[0][0] is not plan:
        _LAST[:] = [(plan, _found(plan))]
    return _LAST[0][1]


_LAST: list[tuple[Plan, set[float]]] = []


def _found(plan: Plan) -> set[float]:
    rates = [stock.change for stock in plan.stocks]
    for event in (e for e in plan.events if e.hazard is not None):
        rates += [one for one in (event.hazard, event.condition) if one is not None]
    known = {one.name: one.value for one in (*plan.moving, *plan.fixed)}
    weeks = set[float]()
    for twin in plan.twins:
        names = known | {name: value for name, value in twin if name in known}
        weeks = weeks.union(*(_of(rate, names, frozenset()) for rate in rates))
    return set() if plan.method == "euler" else {moment / plan.step for moment in weeks}


def _of(expression: Typed, known: Known, seen: frozenset[str]) -> set[float]:
    """Weeks at which the two sides of a comparison cross that is read, also through variables.

    The equation of an unknown mentions the unknown: each variable is looked into once.
    """
    found: set[float] = set()
    if isinstance(expression, Reference) and expression.name in known.keys() - seen:
        found |= _of(known[expression.name], known, seen | {expression.name})
    if isinstance(expression, Operation) and expression.name in {"<", "<=", ">", ">="}:
        found |= _crossing(*expression.operands, known)
    return found.union(*(_of(one, known, seen) for one in operands(expression)))


def _crossing(left: Typed, right: Typed, known: Known) -> set[float]:
    """When a difference is zero that rises evenly with the weeks, as seen at three of them."""
    try:
        first, second, third = (_at(left, w, known) - _at(right, w, known) for w in (1, 2, 3))
    except (TypeError, ZeroDivisionError):
        return set()
    rise = second - first
    even = abs(third - second - rise) <= 1e-12 * max(abs(first), abs(third))  # rounding
    return {1 - first / rise} if rise and even else set()


def _at(expression: Typed, weeks: float, known: Known) -> Any:
    """Its value after some weeks; None where it is more than sums and multiples of numbers."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Reference):
        if expression.name in known:
            others = {name: value for name, value in known.items() if name != expression.name}
            return _at(known[expression.name], weeks, others)  # one that needs itself has none
        return weeks if expression.name in {"elapsed", "now"} else None
    if not isinstance(expression, Operation):
        return None
    values = [_at(one, weeks, known) for one in expression.operands]
    if expression.name in {"min", "max"}:
        later = [_at(one, weeks + 1, known) for one in expression.operands]
        return {"min": min, "max": max}[expression.name](values) if values == later else None
    if expression.name == "neg":
        return -values[0]
    if expression.name not in SIGNS:
        return None
    return SIGNS[expression.name](*values)
