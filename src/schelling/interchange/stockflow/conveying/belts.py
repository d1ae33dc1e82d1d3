"""Where things are on a conveyor: its places, those of a leak, and what a leak takes on the way.

A conveyor is a row of places that everything moves along by one place a step. In a step every leak
takes its part of what is at each place of its zone, then what is left at the last place leaves,
then all moves on and what enters is put at the first place. So what enters is leaked from once at
every place.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, sections 3.7.2 and
    4.2.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schelling.interchange.stockflow.terms import Fn, Num, Op, Ref, Term, Wild

NEAR = 1e-6
"""Of a place: how far the end of a zone may be from the end of a place."""


@dataclass(frozen=True)
class Leak:
    """A flow that leaks.

    Attributes:
        flow: Its full name.
        fraction: What it takes: of what entered, by the end of its zone; or of what is there in a
            unit of time.
        zone: The share of the conveyor where it begins, and where it ends.
    """

    flow: str
    fraction: Term
    zone: tuple[float, float]

    def places(self, length: int) -> tuple[int, int]:
        """The first place it takes from, counted from 0, and the first after it."""
        return round(self.zone[0] * length), round(self.zone[1] * length)

    def fits(self, length: int) -> bool:
        """Whether its zone begins and ends with places, and has some."""
        ends = zip(self.zone, self.places(length), strict=True)
        whole = all(abs(share * length - place) <= NEAR * length for share, place in ends)
        return whole and self.places(length)[0] < self.places(length)[1]

    def is_at(self, place: int, length: int) -> bool:
        """Whether it takes from a place."""
        first, after = self.places(length)
        return first <= place < after

    def before(self, place: int, length: int) -> int:
        """From how many places it takes before one."""
        first, after = self.places(length)
        return min(max(place - first, 0), after - first)


def kept_until(leaks: Sequence[Leak], place: int, length: int) -> Term:
    """The share of what enters that comes to a place, where leaks take fractions of what entered.

    A leak whose zone begins later takes its fraction of what comes to that zone.
    """
    found: Term = Num(1.0)
    for leak in leaks:
        count = leak.before(place, length)
        if count:
            found = Op("-", found, Op("*", Num(float(count)), each(leak, leaks, length)))
    return found if found == Num(1.0) else Fn("max", (Num(0.0), found))


def each(leak: Leak, leaks: Sequence[Leak], length: int) -> Term:
    """The share of what enters that a leak takes at each of its places."""
    first, after = leak.places(length)
    taken = Op("/", leak.fraction, Num(float(after - first)))
    comes = kept_until(leaks, first, length)
    return taken if comes == Num(1.0) else Op("*", taken, comes)


def left_after(leaks: Sequence[Leak], place: int, length: int, dt: float) -> Term:
    """The share of what enters that comes to a place, where leaks take of what is there."""
    counts: dict[tuple[Leak, ...], int] = {}
    for earlier in range(place):
        taking = tuple(leak for leak in leaks if leak.is_at(earlier, length))
        if taking:
            counts[taking] = counts.get(taking, 0) + 1
    found: Term = Num(1.0)
    for taking, count in counts.items():
        stays = Fn("max", (Num(0.0), Op("-", Num(1.0), in_a_step(taking, dt))))
        power: Term = stays if count == 1 else Op("^", stays, Num(float(count)))
        found = power if found == Num(1.0) else Op("*", found, power)
    return found


def in_a_step(leaks: Sequence[Leak], dt: float) -> Term:
    """What leaks take together in a step of what is there."""
    return Op("*", total([leak.fraction for leak in leaks]), Num(dt))


def total(terms: Sequence[Term]) -> Term:
    """The sum of terms; 0 of none."""
    found: Term = Num(0.0)
    for one in terms:
        found = one if found == Num(0.0) else Op("+", found, one)
    return found


def times(x: Term, share: Term) -> Term:
    """A term by a share of it."""
    whole = share == Num(1.0) or x == Num(0.0)
    return x if whole else Op("*", x, share)


def less(first: Term, terms: Sequence[Term]) -> Term:
    """A term less others."""
    for one in terms:
        first = Op("-", first, one)
    return first


def between(low: Term, high: Term, x: Term) -> Term:
    """A term, but at least one and at most another."""
    return Fn("min", (high, Fn("max", (low, x))))


def reads(name: str, dims: Sequence[str], *last: Term | Wild) -> Ref:
    """A quantity at the element that the equation is for, and at one more."""
    return Ref(name, (*map(Ref, dims), *last))


def cells(key: tuple[str, ...], elements: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """The places of one conveyor of an array, in order; a shorter one has the last of them."""
    yield from ((*key, element) for element in elements[len(elements) - length :])
