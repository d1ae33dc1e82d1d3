"""Terms that are the same number in every run, and terms for one element."""

from __future__ import annotations

import math
from collections.abc import Mapping

from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import ElementEquation
from schelling.interchange.stockflow.terms import Fn, Neg, Num, Op, Ref, Term, parts, rebuilt

_MOST_STEPS = 50
_MOST_PARTS = 100
REDUCED = frozenset({"sum", "mean", "stddev", "prod", "min", "max", "size", "rank"})
"""Functions in which the name of an array without subscripts stands for all its elements."""


def value(
    term: Term, scope: str, flat: Flat, level: int = 0, *, at_start: bool = False
) -> float | None:
    """The number that a term is whatever happens; None where it is not certain to be one.

    Args:
        term: The term.
        scope: Where its names are looked for.
        flat: The model.
        level: How deep the term stands in others.
        at_start: Ask instead for the number at the start of the run, with the time and steps of it.
    """
    if level > _MOST_STEPS:
        return None

    def value_of(part: Term) -> float | None:
        return value(part, scope, flat, level + 1, at_start=at_start)

    match term:
        case Num():
            return term.value
        case Neg():
            inner = value_of(term.x)
            return None if inner is None else -inner
        case Op():
            left = value_of(term.left)
            right = None if left is None else value_of(term.right)
            return None if left is None or right is None else _computed(term.sign, left, right)
        case Ref() if not term.subs:
            return _named(term.name, scope, flat, level, at_start)
        case Ref():
            return _of_element(term, scope, flat, level, at_start)
        case Fn(name="step", args=(height, since)) if at_start:
            size = value_of(height)
            moment = None if size is None else value_of(since)
            return None if size is None or moment is None else size * (moment <= flat.grid.start)
        case _:
            return None


def _named(name: str, scope: str, flat: Flat, level: int, at_start: bool) -> float | None:
    full = flat.resolve(name, scope)
    if full is None:
        grid = flat.grid
        known = {"dt": grid.dt, "time_step": grid.dt, "starttime": grid.start}
        known |= {"initial_time": grid.start, "stoptime": grid.stop, "final_time": grid.stop}
        known |= {"time": grid.start} if at_start else {}
        return (known | {"pi": math.pi}).get(name)
    known = flat.starts if at_start else flat.numbers
    if full in known:
        return known[full]
    quantity = flat.quantities[full]
    equation = quantity.equations.get(())
    whole = len(quantity.equations) == 1 and not quantity.dims
    if quantity.kind != "aux" or equation is None or not whole or equation.graph is not None:
        return None
    own = quantity.scope if equation.scope is None else equation.scope
    found = (
        None
        if equation.term is None
        else value(equation.term, own, flat, level + 1, at_start=at_start)
    )
    if found is not None:
        known[full] = found
    return found


def _of_element(cell: Ref, scope: str, flat: Flat, level: int, at_start: bool) -> float | None:
    """The number of one element, where its equation or that of all elements says it."""
    full = flat.resolve(cell.name, scope)
    members = tuple(sub.name if isinstance(sub, Ref) else "" for sub in cell.subs)
    if full is None or len(members) != len(flat.quantities[full].dims):
        return None
    quantity = flat.quantities[full]
    pairs = list(zip(quantity.dims, members, strict=True))
    if quantity.kind != "aux" or any(one not in flat.dims.get(dim, ()) for dim, one in pairs):
        return None
    known = flat.starts if at_start else flat.numbers
    name = f"{full}[{','.join(members)}]"
    equation = _equation(quantity.equations, members)
    if name in known or equation is None or equation.graph is not None or equation.term is None:
        return known.get(name)
    if not short(equation.term):
        return None
    own = quantity.scope if equation.scope is None else equation.scope
    term = bound(equation.term, dict(pairs), own, flat)
    found = value(term, own, flat, level + 1, at_start=at_start)
    if found is not None:
        known[name] = found
    return found


def _equation(
    given: Mapping[tuple[str, ...], ElementEquation], members: tuple[str, ...]
) -> ElementEquation | None:
    """That of one element: its own, that of all, or that of a row it is in."""
    if members in given or (len(given) == 1 and () in given):
        return given.get(members, given.get(()))
    for element, equation in given.items():
        same = zip(element, members, strict=False)
        if element and all(one in ("*", member) for one, member in same):
            return equation
    return None


def short(term: Term) -> bool:
    """Whether a term is short enough to be written out for each element."""
    waiting = [term]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return True
        waiting += parts(waiting.pop())
    return not waiting


def _computed(sign: str, left: float, right: float) -> float | None:
    try:
        found = _operated(sign, left, right)
    except (ArithmeticError, TypeError):
        return None
    return found if found is not None and math.isfinite(found) else None


def _operated(sign: str, left: float, right: float) -> float | None:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "^":
            return float(left**right)
        case _:
            return None


def bound(term: Term, members: Mapping[str, str], scope: str, flat: Flat) -> Term:
    """A term in which dimensions are replaced by one element of each."""
    if isinstance(term, Fn) and term.name in REDUCED and len(term.args) == 1:
        only = term.args[0]
        if isinstance(only, Ref) and not only.subs and only.name not in members:
            return term
    if isinstance(term, Ref) and not term.subs:
        if term.name in members:
            return Ref(members[term.name])
        full = flat.resolve(term.name, scope)
        dims = flat.quantities[full].dims if full is not None else ()
        if dims and all(dim in members for dim in dims):
            return Ref(term.name, tuple(Ref(members[dim]) for dim in dims))
    return rebuilt(term, lambda part: bound(part, members, scope, flat))
