"""What an equation reads of the places of a conveyor: what lies at one, or a mean over all.

The name of a conveyor is all that is on it; in a function of arrays it is its places, and a number
in brackets behind it is the place from which that many steps lead out. The engine simlin 0.8.5
reads them so.
"""

from __future__ import annotations

from collections.abc import Mapping

from schelling.interchange.stockflow import constants
from schelling.interchange.stockflow.caller import Caller
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.terms import Fn, Num, Op, Ref, Term, Wild

_OVER_PLACES = constants.REDUCED - {"sum", "rank"}
"""Functions that make a difference; a sum over the places is all that is there."""

Rows = Mapping[str, Ref | None]
"""By full name of a conveyor or queue its row of places; None where it has none that is carried."""


def read(term: Term, caller: Caller, flat: Flat, rows: Rows) -> Term | None:
    """A term that reads places, as one of their row; any other as it is.

    Args:
        term: A name, or a call of which the arguments are read already.
        caller: Whose equation it stands in.
        flat: The model.
        rows: Where places are.

    Returns:
        None where it reads places that are not carried.
    """
    over = isinstance(term, Fn) and term.name in _OVER_PLACES and len(term.args) == 1
    ref = term.args[0] if isinstance(term, Fn) and over else term
    full = flat.resolve(ref.name, caller.scope) if isinstance(ref, Ref) else None
    if full is None or full not in rows or not isinstance(ref, Ref):
        return term
    several = len(ref.subs) - len(flat.quantities[full].dims)
    stars = any(isinstance(sub, Wild) for sub in ref.subs)
    if several != (0 if over else 1) or (over and stars):
        return term
    row = rows[full]
    if row is None:
        return None
    if isinstance(term, Fn):
        return Fn(term.name, (Ref(row.name, (*ref.subs, Wild())),))
    *outer, place = ref.subs
    if isinstance(place, Wild):
        return Ref(row.name, (*outer, Wild()))
    places = len(flat.dims[flat.quantities[row.name.lstrip(".")].dims[-1]])
    last = Num(places + 1.0)
    known = isinstance(place, Num)
    before = Num(last.value - place.value) if known else Op("-", last, place)
    return Ref(row.name, (*outer, before))
