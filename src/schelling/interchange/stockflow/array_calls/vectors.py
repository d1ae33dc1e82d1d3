"""Vensim's functions of whole vectors, as sums over the elements of an array.

`VECTOR SELECT` is a sum, product, largest, ... of what a selection does not leave out. Order and
rank count the elements that come before one; of equal elements, whose order the manual leaves open,
the first comes first. Numbers of elements are those of Vensim: ranks from 1, orders and offsets
from 0.

References:
    Ventana Systems, Vensim Reference Manual, functions VECTOR ELM MAP, VECTOR RANK, VECTOR REORDER,
    VECTOR SELECT and VECTOR SORT ORDER.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from schelling.interchange.stockflow.array_calls.surroundings import CallSurroundings
from schelling.interchange.stockflow.terms import Fn, If, Num, Op, Ref, Term, Wild

RUNNING, OWN = "running place", "own place"
"""Of a dimension: the number, from 1, of the element that a sum is at, and of the one that an
equation is for; no file can write these names, which have a blank and no key."""

MISSING = Num(-(2.0**109))
_ZERO, _ONE = Num(0.0), Num(1.0)
_MOST = Num(1e300)

TAKES: Mapping[str, int] = {
    "vector_elm_map": 2,
    "vector_rank": 2,
    "vector_reorder": 2,
    "vector_select": 5,
    "vector_sort_order": 2,
}
"""How many arguments each takes, by its name."""


class NotAVector(Exception):
    """The arguments are not those of such a function; carries what is wrong."""


def written(name: str, args: Sequence[Term], around: CallSurroundings) -> Term:
    """A call, with as many arguments as it takes, as terms that every model here knows.

    Raises:
        NotAVector: They are not those of the function.
    """
    if name == "vector_select":
        return _selected(*args, around=around)
    vector = args[0]
    if not isinstance(vector, Ref) or not around.dims_of(vector.name):
        message = "its first argument is no array"
        raise NotAVector(message)
    if name == "vector_elm_map":
        return _mapped(vector, args[1], around)
    match name:
        case "vector_rank":
            return _either_way(vector, args[1], around)
        case "vector_sort_order":
            return _order(vector, args[1], around)
        case _:
            return _reordered(vector, args[1], around)


# Selection


def _selected(
    chosen: Term, given: Term, missing: Term, action: Term, error: Term, *, around: CallSurroundings
) -> Term:
    if around.value_of(error) not in (0.0, 1.0, 2.0, 3.0):
        message = "what it does about errors has to be 0, 1, 2 or 3"
        raise NotAVector(message)
    count = Fn("sum", (If(Op("<>", chosen, _ZERO), _ONE, _ZERO),))
    number = around.value_of(action)
    if number is None:
        found: Term = MISSING
        for each in range(len(_ACTIONS)):
            found = If(Op("=", action, Num(float(each))), _ACTIONS[each](chosen, given), found)
    elif number in range(len(_ACTIONS)):
        found = _ACTIONS[int(number)](chosen, given)
    else:
        message = f"{number:g} is no action of it"
        raise NotAVector(message)
    # what Vensim stops at is no number here: 0 / 0, so that the world is counted as failed
    stops = around.value_of(error) or 0.0
    nothing = Op("/", count, count) if stops in (1.0, 3.0) else missing
    if stops in (2.0, 3.0):
        zero = Op("*", _ZERO, count)
        found = If(Op(">", count, _ONE), Op("/", zero, zero), found)
    return If(Op("=", count, _ZERO), nothing, found)


def _weighted(chosen: Term, given: Term) -> Term:
    return Op("*", chosen, given)


def _bare(chosen: Term, given: Term) -> Term:
    return given


def _raised(chosen: Term, given: Term) -> Term:
    return Op("^", given, chosen)


def _reduced(
    reduction: str, otherwise: Term, of: Callable[[Term, Term], Term]
) -> Callable[[Term, Term], Term]:
    def build(chosen: Term, given: Term) -> Term:
        kept = If(Op("<>", chosen, _ZERO), of(chosen, given), otherwise)
        return Fn(reduction, (kept,))

    return build


def _mean(of: Callable[[Term, Term], Term]) -> Callable[[Term, Term], Term]:
    def build(chosen: Term, given: Term) -> Term:
        each = Op("+", _ONE, Op("*", _ZERO, given))  # once for all that both run over
        count = Fn("sum", (If(Op("<>", chosen, _ZERO), each, _ZERO),))
        return Op("/", _reduced("sum", _ZERO, of)(chosen, given), count)

    return build


_ACTIONS = (
    _reduced("sum", _ZERO, _weighted),
    _reduced("prod", _ONE, _weighted),
    _reduced("vmin", _MOST, _weighted),
    _reduced("vmax", Num(-_MOST.value), _weighted),
    _mean(_weighted),
    _reduced("prod", _ONE, _raised),
    _reduced("sum", _ZERO, _bare),
    _reduced("prod", _ONE, _bare),
    _reduced("vmin", _MOST, _bare),
    _reduced("vmax", Num(-_MOST.value), _bare),
    _mean(_bare),
)
"""What is made of the selected elements, by its number; the first five weigh them.

The sixth raises what is given to what chooses it, as Vensim does; its manual says the reverse.
"""

# Order


@dataclass(frozen=True)
class _Row:
    """A vector along its last subscript: which dimension that is, and its running element."""

    dim: str
    each: Ref


def _row(vector: Ref, around: CallSurroundings) -> _Row:
    dims = around.dims_of(vector.name) or ()
    subs = vector.subs or tuple(map(Ref, dims))
    last = subs[-1]
    if not isinstance(last, Ref) or last.name not in around.over:
        message = "the last subscript of its first argument has to be a range of the equation"
        raise NotAVector(message)
    return _Row(last.name, Ref(vector.name, (*subs[:-1], Wild(last.name))))


def _either_way(vector: Ref, direction: Term, around: CallSurroundings) -> Term:
    """The rank of an element, from the smallest or from the largest."""
    row = _row(vector, around)
    number = around.value_of(direction)
    if number is not None:
        return _rank(vector, row, "<" if number > 0 else ">")
    up, down = _rank(vector, row, "<"), _rank(vector, row, ">")
    return If(Op(">", direction, _ZERO), up, down)


def _rank(vector: Ref, row: _Row, sign: str) -> Term:
    sooner = Op("<", Fn(RUNNING, (Ref(row.dim),)), Ref(row.dim))
    tied = Op("and", Op("=", row.each, vector), sooner)
    before = Op("or", Op(sign, row.each, vector), tied)
    return Op("+", _ONE, Fn("sum", (If(before, _ONE, _ZERO),)))


def _order(vector: Ref, direction: Term, around: CallSurroundings) -> Term:
    """For the first place the number of the element that comes first, and so on."""
    dim = _row(vector, around).dim
    rank = around.make("rank", around.over, {(): _either_way(vector, direction, around)})
    each = Ref(rank.name, tuple(Wild(one) if one == dim else Ref(one) for one in around.over))
    number = Op("-", Fn(RUNNING, (Ref(dim),)), _ONE)
    return Fn("sum", (If(Op("=", each, Ref(dim)), number, _ZERO),))


def _reordered(vector: Ref, order: Term, around: CallSurroundings) -> Term:
    row = _row(vector, around)
    place = around.make("place", around.over, {(): Op("+", _whole(order), _ONE)})
    chosen = Op("=", Fn(RUNNING, (Ref(row.dim),)), place)
    found = Fn("sum", (If(chosen, row.each, _ZERO),))
    return _within(place, len(around.dims[row.dim]), found)


def _mapped(vector: Ref, offset: Term, around: CallSurroundings) -> Term:
    """The element so many places after the one that is named, row after row."""
    dims = around.dims_of(vector.name) or ()
    if len(vector.subs) != len(dims) or len(set(dims)) < len(dims):
        message = "its first argument has to name an element, and to have a range once"
        raise NotAVector(message)
    sizes = [len(around.dims[dim]) for dim in dims]
    strides = [math.prod(sizes[n + 1 :]) for n in range(len(sizes))]
    begun = [_place(s, d, around) for s, d in zip(vector.subs, dims, strict=True)]
    flat = Op("+", _flat(begun, strides), _whole(offset))
    place = around.make("place", around.over, {(): flat})
    running = _flat([Fn(RUNNING, (Ref(dim),)) for dim in dims], strides)
    each = Ref(vector.name, tuple(map(Wild, dims)))
    found = Fn("sum", (If(Op("=", running, place), each, _ZERO),))
    return _within(place, math.prod(sizes), found)


def _place(sub: Term | Wild, dim: str, around: CallSurroundings) -> Term:
    """The number of an element in a dimension, from 1."""
    if isinstance(sub, Ref) and not sub.subs:
        if sub.name in around.dims[dim]:
            return Num(float(around.dims[dim].index(sub.name) + 1))
        if sub.name in around.over:
            return Fn(OWN, (Ref(sub.name), Ref(dim)))
    message = "its first argument has to name an element"
    raise NotAVector(message)


def _flat(places: Sequence[Term], strides: Sequence[int]) -> Term:
    """The number of an element among all, row after row, from 1."""
    found: Term = _ONE
    for place, stride in itertools.zip_longest(places, strides):
        step = Op("-", place, _ONE)
        found = Op("+", found, step if stride == 1 else Op("*", Num(float(stride)), step))
    return found


def _whole(number: Term) -> Term:
    """The nearest whole number, since orders and offsets are computed."""
    return Fn("round", (number,))


def _within(place: Term, count: int, found: Term) -> Term:
    """What was found, or the missing value beyond the ends."""
    beyond = Op("or", Op("<", place, _ONE), Op(">", place, Num(float(count))))
    return If(beyond, MISSING, found)
