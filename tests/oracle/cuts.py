"""The parts of a step in the oracle: substeps, cut where a rate is documented to jump."""

from __future__ import annotations

import itertools

from schelling.case.language.types import Constant, Operation, Reference, Typed, operands
from schelling.compile.plan import Plan


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
    """In steps."""
    rates = [stock.change for stock in plan.stocks]
    for event in (e for e in plan.events if e.hazard is not None):
        rates += [one for one in (event.hazard, event.condition) if one is not None]
    weeks = set[float]().union(*(_of(rate, plan) for rate in rates))
    return set() if plan.method == "euler" else {moment / plan.step for moment in weeks}


def _of(expression: Typed, plan: Plan, seen: frozenset[str] = frozenset()) -> set[float]:
    """Weeks at which something that is read, directly or through variables, is compared.

    The equation of an unknown mentions the unknown: each variable is looked into once.
    """
    found: set[float] = set()
    if isinstance(expression, Reference):
        for variable in (*plan.moving, *plan.fixed):
            if variable.name == expression.name and variable.name not in seen:
                found |= _of(variable.value, plan, seen | {variable.name})
    if isinstance(expression, Operation) and expression.name in {"<", "<=", ">", ">="}:
        names = {one.name for one in expression.operands if isinstance(one, Reference)}
        if names & {"elapsed", "now"}:
            found |= {v for one in expression.operands if (v := _number(one, plan)) is not None}
    return found.union(*(_of(one, plan, seen) for one in operands(expression)))


def _number(expression: Typed, plan: Plan) -> float | None:
    """A number, a variable that is one, and sums and differences of two."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Reference):
        known = [v for v in (*plan.moving, *plan.fixed) if v.name == expression.name]
        return _number(known[0].value, plan) if known else None
    if isinstance(expression, Operation) and expression.name in {"+", "-"}:
        first, second = (_number(one, plan) for one in expression.operands)
        if first is not None and second is not None:
            return first + second if expression.name == "+" else first - second
    return None
