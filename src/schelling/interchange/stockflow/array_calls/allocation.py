"""Vensim's allocations: who gets how much of what is there, by priority.

Everybody wants nothing above some price, all that is asked for below another, and in between what a
curve says. The price is the one at which all together want what there is. Where curves are straight
lines or parabolas it is found exactly: between the two neighbouring ends of curves at which too
much and too little is wanted, what all want is a parabola of the price. Normal and exponential
curves have no ends; there the price is an unknown of the case, which solves an equation.

References:
    Ventana Systems, Vensim Reference Manual, functions ALLOCATE AVAILABLE and ALLOCATE BY PRIORITY,
    and on priority profiles.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schelling.interchange.stockflow.array_calls.surroundings import CallSurroundings
from schelling.interchange.stockflow.array_calls.vectors import NotAVector
from schelling.interchange.stockflow.flat import MOST_CELLS
from schelling.interchange.stockflow.terms import Fn, If, Neg, Num, Op, Ref, Term, Wild, rebuilt

TAKES: Mapping[str, int] = {"allocate_available": 3, "allocate_by_priority": 5}
"""How many arguments each takes, by its name."""

MOST_TARGETS = 150
_PROFILE = 3  # elements of a profile that are read: kind, priority, width
_ZERO, _HALF, _ONE, _TWO = Num(0.0), Num(0.5), Num(1.0), Num(2.0)
_MOST = Num(1e300)
_FIXED, _RECTANGLE, _TRIANGLE, _NORMAL, _EXPONENTIAL = range(5)
_FAR = {_NORMAL: 6.5, _EXPONENTIAL: 21.0}
"""Widths from the middle of a curve at which less than 1e-9 is wanted, or missing."""
_LEAST = 1e-9
_ENDS = {_RECTANGLE: (-0.5, 0.5), _TRIANGLE: (-0.5, 0.0, 0.5)}


@dataclass(frozen=True)
class _Claims:
    """What is asked for: terms of one target, named by the range of the equation.

    Attributes:
        dim: The range of the targets.
        wanted: How much.
        priority: The middle of the curve.
        width: Its width.
        kind: Which curve.
    """

    dim: str
    wanted: Term
    priority: Term
    width: Term
    kind: int


def written(name: str, args: Sequence[Term], around: CallSurroundings) -> Term:
    """A call, with as many arguments as it takes, as terms that every model here knows.

    Raises:
        NotAVector: They are not those of the function.
    """
    dim = _targets(args[0], around)
    if name == "allocate_by_priority":
        claims = _Claims(dim, args[0], args[1], args[3], _RECTANGLE)
        return _given(claims, args[4], around)
    return _given(_profiled(dim, args[0], args[1], around), args[2], around)


def _targets(request: Term, around: CallSurroundings) -> str:
    last = request.subs[-1] if isinstance(request, Ref) and request.subs else None
    if not isinstance(last, Ref) or last.name not in around.over:
        message = "the last subscript of its first argument has to be a range of the equation"
        raise NotAVector(message)
    if len(around.dims[last.name]) > MOST_TARGETS:
        message = f"it is read for at most {MOST_TARGETS} targets"
        raise NotAVector(message)
    return last.name


def _profiled(dim: str, wanted: Term, profile: Term, around: CallSurroundings) -> _Claims:
    """Claims by a profile: an array whose last range holds kind, priority and width in turn."""
    dims = around.dims_of(profile.name) if isinstance(profile, Ref) else None
    first = profile.subs[-1] if isinstance(profile, Ref) and profile.subs else None
    names = around.dims[dims[-1]] if dims else ()
    if not isinstance(profile, Ref) or not isinstance(first, Ref) or first.name not in names:
        message = "its second argument has to name the first element of a profile"
        raise NotAVector(message)
    place = names.index(first.name)
    if len(names) < place + _PROFILE:
        message = "a profile has a kind, a priority and a width"
        raise NotAVector(message)
    parts = [Ref(profile.name, (*profile.subs[:-1], Ref(one))) for one in names[place:]]
    kinds = {around.value_of(one) for one in _each(parts[0], around)}
    kind = kinds.pop()
    if kinds or kind is None or kind not in range(5):
        message = "the curves of its profile have to be of one kind, from 0 to 4, all the time"
        raise NotAVector(message)
    return _Claims(dim, wanted, parts[1], parts[2], int(kind))


def _each(term: Term, around: CallSurroundings) -> Iterator[Term]:
    """A term for every element of the equation."""
    cells = itertools.product(*(around.dims[dim] for dim in around.over))
    for cell in itertools.islice(cells, MOST_CELLS):
        one = term
        for dim, element in zip(around.over, cell, strict=True):
            one = _at(one, dim, Ref(element))
        yield one


def _at(term: Term, dim: str, sub: Ref | Wild) -> Term:
    """A term of one target for another one, or for the one that a sum is at."""
    if isinstance(term, Ref):
        subs = (sub if one == Ref(dim) else one for one in term.subs)
        return Ref(term.name, tuple(subs))
    return rebuilt(term, lambda part: _at(part, dim, sub))


def _given(claims: _Claims, supply: Term, around: CallSurroundings) -> Term:
    """What the target of the equation gets."""
    outer = tuple(one for one in around.over if one != claims.dim)

    def keep(said: str, term: Term) -> Ref:
        return around.make(said, outer, {(): term})

    def whole(term: Term, name: str = "sum") -> Term:
        return Fn(name, (_at(term, claims.dim, Wild(claims.dim)),))

    everything = keep("asked for", whole(claims.wanted))
    there = keep("there", Fn("max", (_ZERO, Fn("min", (supply, everything)))))
    if claims.kind == _FIXED:
        share = Fn("safediv", (there, everything))
        return Op("*", claims.wanted, share)
    if claims.kind in _FAR:
        price = _solved(claims, everything, there, keep, around)
    else:
        price = _price(claims, there, keep, whole, around)
    # where some ask for less than nothing, or a curve has no width, there is no number: 0 / 0
    unsound = Op("or", Op("<", claims.wanted, _ZERO), Op("<=", claims.width, _ZERO))
    sound = keep("sound", whole(If(unsound, _ZERO, _ONE), "vmin"))
    share = Op("*", _curve(claims, price), Op("/", sound, sound))
    some = Op("*", claims.wanted, share)
    none_or_some = If(Op("<=", there, _ZERO), _ZERO, some)
    return If(Op(">=", there, everything), claims.wanted, none_or_some)


def _price(
    claims: _Claims,
    there: Ref,
    keep: Callable[[str, Term], Ref],
    whole: Callable[[Term], Term],
    around: CallSurroundings,
) -> Ref:
    """The price at which all together want what there is."""

    def wanted_at(price: Term) -> Term:
        return whole(Op("*", claims.wanted, _curve(claims, price)))

    outer = tuple(one for one in around.over if one != claims.dim)
    ends = [
        Op("+", _at(claims.priority, claims.dim, Ref(one)), Op("*", Num(by), width))
        for one in around.dims[claims.dim]
        for width in (_at(claims.width, claims.dim, Ref(one)),)
        for by in _ENDS[claims.kind]
    ]
    row = around.row(len(ends))
    stars = tuple("*" for _ in outer)
    pairs = zip(around.dims[row], ends, strict=True)
    edge = around.make("price", (*outer, row), {(*stars, one): end for one, end in pairs})
    taken = around.make("wanted", (*outer, row), {(): wanted_at(edge)})
    each_edge, each_taken = (Ref(one.name, (*map(Ref, outer), Wild(row))) for one in (edge, taken))

    def extreme(name: str, sign: str, of: Term, otherwise: Term) -> Ref:
        return keep(name, Fn(name, (If(Op(sign, each_taken, there), of, otherwise),)))

    low = extreme("vmax", ">=", each_edge, Neg(_MOST))
    high = extreme("vmin", "<=", each_edge, _MOST)
    above = extreme("vmin", ">=", each_taken, _MOST)
    below = extreme("vmax", "<=", each_taken, Neg(_MOST))
    middle = wanted_at(Op("/", Op("+", low, high), _TWO))
    if claims.kind == _RECTANGLE:
        middle = Op("/", Op("+", above, below), _TWO)
    way = _root(above, keep("halfway", middle), below, there)
    return keep("price", Op("+", low, Op("*", Op("-", high, low), way)))


def _solved(
    claims: _Claims,
    everything: Ref,
    there: Ref,
    keep: Callable[[str, Term], Ref],
    around: CallSurroundings,
) -> Ref:
    """The price that solves an equation: a share of what is asked for, by parts of it."""

    def whole(term: Term, name: str) -> Term:
        return Fn(name, (_at(term, claims.dim, Wild(claims.dim)),))

    far = Op("*", Num(_FAR[claims.kind]), claims.width)
    low = keep("lowest price", whole(Op("-", claims.priority, far), "vmin"))
    high = keep("highest price", whole(Op("+", claims.priority, far), "vmax"))
    count = Num(float(len(around.dims[claims.dim])))
    part = Fn("safediv", (claims.wanted, everything, Op("/", _ONE, count)))
    share = Fn("safediv", (there, everything, _HALF))
    aim = keep("share", Fn("max", (Num(_LEAST), Fn("min", (Num(1 - _LEAST), share)))))

    def equation(price: Ref) -> Term:
        return Op("=", whole(Op("*", part, _curve(claims, price)), "sum"), aim)

    outer = tuple(one for one in around.over if one != claims.dim)
    return around.solve("price", outer, equation, (low, high))


def _root(first: Term, middle: Term, last: Term, wanted: Term) -> Term:
    """Where between 0 and 1 a falling parabola, known at three places, has a value."""
    bend = Op("*", _TWO, Op("-", Op("+", first, last), Op("*", _TWO, middle)))
    slope = Op("-", Op("-", last, first), bend)
    gap = Op("-", first, wanted)
    under = Op("-", Op("*", slope, slope), Op("*", Op("*", Num(4.0), bend), gap))
    root = Fn("sqrt", (Fn("max", (_ZERO, under)),))
    return Fn("safediv", (Op("*", _TWO, gap), Op("-", root, slope)))


def _curve(claims: _Claims, price: Term) -> Term:
    """The share of what it asks for that a target wants at a price."""
    away = Op("/", Op("-", price, claims.priority), claims.width)
    if claims.kind == _NORMAL:
        return Fn("normal cdf", (Neg(away),))
    if claims.kind == _EXPONENTIAL:
        tail = Op("*", _HALF, Fn("exp", (Neg(Fn("abs", (away,))),)))
        return If(Op("<", away, _ZERO), Op("-", _ONE, tail), tail)
    place = Op("+", away, _HALF)
    into = Fn("max", (_ZERO, Fn("min", (_ONE, place))))
    if claims.kind == _RECTANGLE:
        return Op("-", _ONE, into)
    left = Op("-", _ONE, Op("*", _TWO, Op("*", into, into)))
    rest = Op("-", _ONE, into)
    return If(Op("<", into, _HALF), left, Op("*", _TWO, Op("*", rest, rest)))
