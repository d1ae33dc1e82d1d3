"""Subscripts: which element of which quantity a reference means.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 3.7.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schelling.case.language.parsing.syntax import Expression
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.here import LETTER, Here, NotAlike, is_letter
from schelling.interchange.stockflow.model import Quantity
from schelling.interchange.stockflow.phrases import ZERO
from schelling.interchange.stockflow.terms import Fn, Num, Op, Ref, Term, Wild, walk


@dataclass(frozen=True)
class QuantityCell:
    """One element of a quantity.

    Attributes:
        full: The quantity.
        members: The element of each dimension; what begins with `@` stands for any.
    """

    full: str
    members: tuple[str, ...] = ()


Choose = Callable[[tuple[QuantityCell, ...], Term, Here], Expression]

UNNAMED = "\0"
"""In the key of a dimension of some elements of another, which has no others by their places."""

BEFORE, AFTER = f"{LETTER}previous ", f"{LETTER}next "
"""Of what stands for any element, the one before and after it."""


def cell(ref: Ref, here: Here, flat: Flat, choose: Choose) -> QuantityCell | Expression:
    """What a reference means.

    Args:
        ref: The reference; its name is known.
        here: Where it is read.
        flat: The model.
        choose: Makes an expression of the elements of a dimension of which a term gives the number.

    Raises:
        NotAlike: What stands for any element of one dimension is needed in another.
    """
    full = flat.resolve(ref.name, here.scope)
    assert full is not None
    dims = flat.quantities[full].dims
    if ref.subs and len(ref.subs) != len(dims):
        return _wrong(ref, f"has {len(dims)} dimensions, not {len(ref.subs)}", here, flat)
    seen: dict[str, int] = {}
    subs = ref.subs or tuple(map(Ref, dims))
    found = [_member(s, dim, here, flat, seen) for s, dim in zip(subs, dims, strict=True)]
    for member, dim in zip(found, dims, strict=True):
        if member is None:
            return _wrong(ref, f"needs an element of '{flat.labels.get(dim, dim)}'", here, flat)
        if member == "":
            return ZERO  # beyond the ends of a dimension there is nothing
    computed = [(n, one) for n, one in enumerate(found) if isinstance(one, Term)]
    members = tuple(one if isinstance(one, str) else "" for one in found)
    if not computed:
        return QuantityCell(full, members)
    (place, sub), *more = computed
    if more:
        return _wrong(ref, "has several computed subscripts", here, flat)
    each = ((*members[:place], one, *members[place + 1 :]) for one in flat.dims[dims[place]])
    return choose(tuple(QuantityCell(full, one) for one in each), sub, here)


def _member(
    sub: Term | Wild, dim: str, here: Here, flat: Flat, seen: dict[str, int]
) -> str | Term | None:
    """The element that a subscript means; a term if only a run can tell; None if nothing does."""
    elements = flat.dims.get(dim, ())
    if UNNAMED in dim and not isinstance(sub, Ref | Wild):
        return None
    match sub:
        case Wild(part):
            return _same(here.wild.get(part or dim), part or dim, dim, flat)
        case Num(value) if value == int(value):
            return elements[int(value) - 1] if 1 <= value <= len(elements) else ""
        case Ref(name, subs=()) if name in elements:
            return name
        case Ref(name, subs=()) if name in flat.dims:
            occurrence = seen.get(name, 0)
            seen[name] = occurrence + 1
            own = here.member(name, occurrence)
            return _shared(name, here, flat) if own is None else _same(own, name, dim, flat)
        case Op("+" | "-" as sign, Ref(name, subs=()), Num(value)) if name in flat.dims:
            own = _same(here.member(name), name, dim, flat)
            by = value if sign == "+" else -value
            return None if own is None else _moved(own, by, elements, made="#" in dim)
        case _:
            return None if UNNAMED in dim else sub


def _shared(dim: str, here: Here, flat: Flat) -> str | None:
    """The element of a dimension that is also that of another one the equation is over."""
    elements = flat.dims[dim]
    for other, member in here.members:
        if is_letter(member) and set(flat.dims[other]) & set(elements):
            raise NotAlike
        if member in elements:
            return member
    return None


def _same(member: str | None, of: str, dim: str, flat: Flat) -> str | None:
    """An element of one dimension in another: the one of its name, or of its place."""
    if member is None or of == dim:
        return member
    if is_letter(member):
        raise NotAlike
    elements = flat.dims[dim]
    if member in elements:
        return member
    if UNNAMED in dim:
        return None
    place = flat.dims[of].index(member)
    return elements[place] if place < len(elements) else ""


def _moved(member: str, by: float, elements: tuple[str, ...], *, made: bool) -> str:
    """The element so many places further on; empty where there is none.

    Only of a row of places that was made here it is known that its end has an equation of its own.
    """
    if not is_letter(member):
        place = elements.index(member) + int(by)
        return elements[place] if 0 <= place < len(elements) else ""
    if by not in (-1, 1) or not made:
        raise NotAlike
    return (BEFORE if by < 0 else AFTER) + member[1:]


def of_stock(flow: str, stock: Quantity, flat: Flat) -> Term:
    """A flow as it changes a stock; over more dimensions than that has, in all its elements."""
    full = flat.resolve(flow, stock.scope)
    dims = flat.quantities[full].dims if full is not None else ()
    if not set(stock.dims) < set(dims):  # others may have the same elements under another name
        return Ref(flow)
    subs = tuple(Ref(dim) if dim in stock.dims else Wild() for dim in dims)
    return Fn("sum", (Ref(flow, subs),))


def place_of(name: str, here: Here, flat: Flat) -> float | None:
    """The number of an element, from 1, where a name in an equation is one.

    XMILE writes its dimension before it. Else it is looked for in the dimensions that the equation
    is over, then in all; None where it is no element, or stands at different places.
    """
    before, _, after = name.rpartition(".")
    if before in flat.dims:
        return flat.dims[before].index(after) + 1.0 if after in flat.dims[before] else None
    for dims in ([dim for dim, _ in here.members], flat.dims):
        places = {flat.dims[dim].index(name) for dim in dims if name in flat.dims.get(dim, ())}
        if places:
            return places.pop() + 1.0 if len(places) == 1 else None
    return None


def _wrong(ref: Ref, what: str, here: Here, flat: Flat) -> Expression:
    owner = flat.quantities[here.owner].name
    message = f"'{ref.name}' in the equation of '{owner}' {what}"
    flat.findings.refuse("E909", message, here.line)
    return ZERO


def whole(term: Term, here: Here, flat: Flat) -> Term:
    """What is summed: of an array without subscripts all elements, whatever the equation is over.

    References:
        isee systems (2012), Working with Array Equations in Version 10: the star is optional.
    """
    full = flat.resolve(term.name, here.scope) if isinstance(term, Ref) and not term.subs else None
    if full is None or not isinstance(term, Ref):
        return term
    return Ref(term.name, tuple(Wild() for _ in flat.quantities[full].dims))


def wild_dims(term: Term, here: Here, flat: Flat) -> tuple[str, ...]:
    """The dimensions that stars, or arrays without subscripts, run over in a term."""
    found: dict[str, None] = {}
    for part in walk(term):
        if isinstance(part, Fn) or not isinstance(part, Ref):
            continue
        full = flat.resolve(part.name, here.scope)
        dims = flat.quantities[full].dims if full is not None else ()
        if not part.subs:
            found |= dict.fromkeys(dim for dim in dims if here.member(dim) is None)
            continue
        for sub, dim in zip(part.subs, dims, strict=False):
            free = isinstance(sub, Ref) and sub.name in flat.dims and here.member(sub.name) is None
            if isinstance(sub, Wild):
                found[sub.part or dim] = None
            elif free and isinstance(sub, Ref):
                found[sub.name] = None
    return tuple(found)
