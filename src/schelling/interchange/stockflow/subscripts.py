"""Subscripts: which element of which quantity a reference means.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 3.7.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schelling.case.language.syntax import Expression
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.here import LETTER, Here, NotAlike, is_letter
from schelling.interchange.stockflow.phrases import ZERO
from schelling.interchange.stockflow.terms import Fn, Num, Op, Ref, Term, Wild, walk


@dataclass(frozen=True)
class Cell:
    """One element of a quantity.

    Attributes:
        full: The quantity.
        members: The element of each dimension; what begins with `@` stands for any.
    """

    full: str
    members: tuple[str, ...] = ()


Choose = Callable[[tuple[Cell, ...], Term, Here], Expression]

BEFORE, AFTER = f"{LETTER}previous ", f"{LETTER}next "
"""Of what stands for any element, the one before and after it."""


def cell(ref: Ref, here: Here, flat: Flat, choose: Choose) -> Cell | Expression:
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
    members: list[str] = []
    seen: dict[str, int] = {}
    for position, dim in enumerate(dims):
        sub = ref.subs[position] if ref.subs else Ref(dim)
        found = _member(sub, dim, here, flat, seen)
        if isinstance(found, Term):  # an expression that gives a number
            return _chosen(Cell(full, tuple(members)), dims, position, found, ref, here, flat, choose)
        if found is None:
            return _wrong(ref, f"needs an element of '{flat.labels.get(dim, dim)}'", here, flat)
        if not found:
            return ZERO  # beyond the ends of a dimension there is nothing
        members.append(found)
    return Cell(full, tuple(members))


def _chosen(
    so_far: Cell,
    dims: tuple[str, ...],
    position: int,
    sub: Term,
    ref: Ref,
    here: Here,
    flat: Flat,
    choose: Choose,
) -> Expression:
    """An element that a number chooses; no other subscript beside it may be one."""
    cells: list[Cell] = []
    for element in flat.dims[dims[position]]:
        rest = _rest(dims, position, ref, here, flat)
        if rest is None:
            return _wrong(ref, "has several computed subscripts", here, flat)
        cells.append(Cell(so_far.full, (*so_far.members, element, *rest)))
    return choose(tuple(cells), sub, here)


def _rest(
    dims: tuple[str, ...], position: int, ref: Ref, here: Here, flat: Flat
) -> tuple[str, ...] | None:
    found: list[str] = []
    for dim, sub in zip(dims[position + 1 :], ref.subs[position + 1 :], strict=True):
        member = _member(sub, dim, here, flat, {})
        if not isinstance(member, str) or not member:
            return None
        found.append(member)
    return tuple(found)


def _member(
    sub: Term | Wild, dim: str, here: Here, flat: Flat, seen: dict[str, int]
) -> str | Term | None:
    """The element that a subscript means; a term if only a run can tell; None if nothing does."""
    elements = flat.dims.get(dim, ())
    match sub:
        case Wild():
            return here.wild.get(dim)
        case Num() if sub.value == int(sub.value):
            place = int(sub.value)
            return elements[place - 1] if 1 <= place <= len(elements) else ""
        case Ref(subs=()) if sub.name in elements:
            return sub.name
        case Ref(subs=()) if sub.name in flat.dims:
            occurrence = seen.get(sub.name, 0)
            seen[sub.name] = occurrence + 1
            return _same(here.member(sub.name, occurrence), sub.name, dim, flat)
        case Op(sign="+" | "-", left=Ref(subs=()), right=Num()) if sub.left.name in flat.dims:
            by = sub.right.value if sub.sign == "+" else -sub.right.value
            own = _same(here.member(sub.left.name), sub.left.name, dim, flat)
            return None if own is None else _moved(own, by, elements)
        case _:
            return sub


def _same(member: str | None, of: str, dim: str, flat: Flat) -> str | None:
    """An element of one dimension in another: the one of its name, or of its place."""
    if member is None or of == dim:
        return member
    if is_letter(member):
        raise NotAlike
    elements = flat.dims[dim]
    if member in elements:
        return member
    place = flat.dims[of].index(member)
    return elements[place] if place < len(elements) else ""


def _moved(member: str, by: float, elements: tuple[str, ...]) -> str:
    """The element so many places further on; empty where there is none."""
    if not is_letter(member):
        place = elements.index(member) + int(by)
        return elements[place] if 0 <= place < len(elements) else ""
    if by not in (-1, 1):
        raise NotAlike
    return (BEFORE if by < 0 else AFTER) + member[1:]


def _wrong(ref: Ref, what: str, here: Here, flat: Flat) -> Expression:
    owner = flat.quantities[here.owner].name
    message = f"'{ref.name}' in the equation of '{owner}' {what}"
    flat.findings.refuse("E909", message, here.line)
    return ZERO


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
                found[dim] = None
            elif free and isinstance(sub, Ref):
                found[sub.name] = None
    return tuple(found)
