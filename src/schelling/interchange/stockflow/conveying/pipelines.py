"""Rows of places that everything moves along by one place a step, and what leaks from them.

Vensim's `DELAY CONVEYOR` leaks a fraction of what is at every place in a step, from the step on in
which it enters; what is there at the start comes out evenly in the time that is given for it.

References:
    Ventana Systems, Vensim Reference Manual, function DELAY CONVEYOR.
"""

from __future__ import annotations

from collections.abc import Sequence

from schelling.interchange.stockflow import constants
from schelling.interchange.stockflow.caller import Caller
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import ElementEquation, Quantity
from schelling.interchange.stockflow.terms import Num, Op, Ref, Term

_WHOLE = Num(1.0)


def uncarried(args: Sequence[Term], caller: Caller, flat: Flat) -> str:
    """Why the arguments of a `DELAY CONVEYOR` cannot be carried; empty where they can."""
    _, time, _, profile, _, drained = args
    full = flat.resolve(profile.name, caller.scope) if isinstance(profile, Ref) else None
    curves = flat.quantities[full].equations.values() if full is not None else ()
    level = all(one.graph is not None and len(set(one.graph.ys)) == 1 for one in curves)
    first, second = (constants.value(one, caller.scope, flat) for one in (time, drained))
    if curves and level and first is not None and first == second:
        return ""
    return "it is read with a profile of one height and two constant times that are equal"


def leaking(args: Sequence[Term], caller: Caller, flat: Flat, own: str, dim: str) -> Term:
    """What a `DELAY CONVEYOR` gives, of which `uncarried` has nothing to say.

    Args:
        args: Its arguments.
        caller: Whose equation calls.
        flat: The model; the row is added to it.
        own: Name of the row.
        dim: Its places.
    """
    x, _, leak, _, held, drained = args
    stays = Op("-", _WHOLE, Op("*", leak, Num(flat.grid.dt)))
    first = Op("/", Op("-", Op("*", x, stays), Ref(own)), Num(flat.grid.dt))
    return belt(caller, flat, own, dim, (Op("/", held, drained), first), stays)


def belt(
    caller: Caller,
    flat: Flat,
    own: str,
    dim: str,
    given: tuple[Term, Term],
    stays: Term = _WHOLE,
) -> Ref:
    """A row of places; what leaves it is at the last.

    Args:
        caller: Whose equation calls.
        flat: The model; the row is added to it.
        own: Name of the row.
        dim: Its places.
        given: What is at each place at the start, and the rate of change of the first.
        stays: The share of what is at a place that comes to the next.
    """
    elements, outer = flat.dims[dim], caller.outer
    start, first = (caller.bound(term, flat) for term in given)
    before = Ref(own, (*map(Ref, outer), Op("-", Ref(dim), Num(1.0))))
    comes = before if stays == _WHOLE else Op("*", before, caller.bound(stays, flat))
    along = Op("/", Op("-", comes, Ref(own)), Num(flat.grid.dt))
    line, scope = caller.equation.line, caller.scope
    change = {
        (): ElementEquation(along, line=line, scope=scope),
        (*("*" for _ in outer), elements[0]): ElementEquation(first, line=line, scope=scope),
    }
    starts = {(): ElementEquation(start, line=line, scope=scope)}
    dims = (*outer, dim)
    flat.add(Quantity("stock", own, caller.quantity.scope, dims, starts, change, line=line))
    return Ref(own, (*map(Ref, outer), Ref(elements[-1])))
