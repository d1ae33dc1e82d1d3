"""Conveyors written out as rows of stocks, with what leaks from them and what waits before them.

What a leak takes when, and how what is on a conveyor at the start is spread over it, is not said by
XMILE but by the tool that conveyors come from; `belts` says it. A leak takes at each place of its
zone. Linear leaks (the default) take equal parts of what entered, which is why that is remembered
along the row; exponential ones take a fraction of what is there. At the start things lie as they
would if what enters had always been the same.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, sections 3.7.2, 3.7.3,
    4.2.1 and 4.3.
    isee systems (2010), Steady-State Initialization of Conveyors.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from schelling.interchange.stockflow import constants
from schelling.interchange.stockflow.array_calls.surroundings import CallSurroundings
from schelling.interchange.stockflow.conveying import admission, belts
from schelling.interchange.stockflow.conveying.belts import Leak
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import Conveyor, ElementEquation, Quantity
from schelling.interchange.stockflow.terms import Fn, Num, Op, Ref, Term, Wild, key

MOST_LEAKS = 10
MOST_BELTS = 200
"""Conveyors of one array whose transit times differ."""

_Cells = Mapping[tuple[str, ...], Term]


def sources(flat: Flat) -> Mapping[str, str]:
    """By full name of a flow the conveyor or queue that it leaves."""
    return {
        found: full
        for full, one in flat.quantities.items()
        if one.conveyor is not None or one.queue
        for flow in one.outflows
        if (found := flat.resolve(flow, one.scope)) is not None
    }


def written(
    around: CallSurroundings, places: Callable[[Term], int | None], leaving: Mapping[str, str]
) -> tuple[Quantity, Ref | None]:
    """A conveyor as a row of places; the stock itself becomes their sum.

    Args:
        around: The model, with the stock as caller; what is made is added to it.
        places: How many places a transit time is; None where it cannot be carried.
        leaving: By flow the conveyor or queue that it leaves.

    Returns:
        The stock, and its row; None where that is not carried, or has more places in one element
        than in another.
    """
    quantity = around.caller.quantity
    conveyor = quantity.conveyor
    assert conveyor is not None
    given_up = replace(quantity, conveyor=None)
    lengths = _lengths(around, conveyor, places)
    if not lengths:
        return given_up, None
    found = _leaks(around, lengths)
    why = found if isinstance(found, str) else _uncarried(around, found, lengths, leaving)
    if why or isinstance(found, str):
        what = f"conveyor '{quantity.name}' in '{quantity.name}'"
        around.flat.findings.skip("E908", what, why, quantity.line)
        return given_up, None
    own = around.name("belt")
    belt = _Belt(around, conveyor, lengths, found, own, around.places(max(lengths.values())))
    belt.write(leaving)
    whole = Fn("sum", (belts.reads(own, quantity.dims, Wild()),))
    # What is there at the start is given as a sum, and what leaks then may depend on it.
    held = {
        at: ElementEquation(whole, initial=given.term, line=quantity.line)
        for at, given in quantity.equations.items()
    }
    empty = replace(given_up, inflows=(), outflows=(), non_negative=False)
    row = Ref(f".{quantity.scope}{own}") if len(lengths) == 1 else None
    return replace(empty, kind="aux", equations=held), row


def _lengths(
    around: CallSurroundings, conveyor: Conveyor, places: Callable[[Term], int | None]
) -> Mapping[tuple[str, ...], int]:
    """How many places there are, by element; under stars where there are as many for all."""
    flat, quantity = around.flat, around.caller.quantity
    one = constants.value(conveyor.transit, quantity.scope, flat)
    elements = list(itertools.product(*(flat.dims.get(dim, ()) for dim in quantity.dims)))
    stars = ("*",) * len(quantity.dims)
    if one is not None or not quantity.dims or len(elements) > MOST_BELTS:
        found = {stars: places(conveyor.transit)}
    else:
        bindings = {element: dict(zip(quantity.dims, element, strict=True)) for element in elements}
        transit, scope = conveyor.transit, quantity.scope
        found = {
            element: places(constants.bound(transit, to, scope, flat))
            for element, to in bindings.items()
        }
    if len(set(found.values())) == 1:
        found = {stars: next(iter(found.values()))}
    known = {element: count for element, count in found.items() if count is not None}
    return known if len(known) == len(found) else {}


def _leaks(around: CallSurroundings, lengths: Mapping[tuple[str, ...], int]) -> list[Leak] | str:
    """The flows that leak; why they cannot be carried where they cannot."""
    flat, quantity = around.flat, around.caller.quantity
    flows = [full for flow in quantity.outflows if (full := flat.resolve(flow, quantity.scope))]
    found: list[Leak] = []
    for full in flows:
        flow = flat.quantities[full]
        if flow.dims != quantity.dims:
            return f"'{flow.name}' is not over the dimensions of the conveyor"
        if full == _main(around):
            continue
        if not flow.equations:
            return f"'{flow.name}' does not say which fraction leaks"
        leak = Leak(full, Num(0.0), flow.leak or (0.0, 1.0))
        if not all(leak.fits(length) for length in lengths.values()):
            return f"the zone of '{flow.name}' does not begin and end with a whole step"
        found.append(leak)
    if len(found) > MOST_LEAKS:
        return f"it has more than {MOST_LEAKS} leaks"
    return [replace(leak, fraction=_fraction(around, leak.flow)) for leak in found]


def _main(around: CallSurroundings) -> str | None:
    """The flow at the end of a conveyor: the first that is not said to leak."""
    flat, quantity = around.flat, around.caller.quantity
    flows = (flat.resolve(flow, quantity.scope) for flow in quantity.outflows)
    ends = (full for full in flows if full is not None and flat.quantities[full].leak is None)
    return next(ends, None)


def _fraction(around: CallSurroundings, flow: str) -> Term:
    """What a flow says, as a variable of its own: of a leak, what it takes."""
    flat, old = around.flat, around.flat.quantities[flow]
    name = f"{key(old.name)}#1 fraction".replace(" ", "_")
    made = replace(old, kind="aux", name=name, leak=None, non_negative=False, overflow=False)
    found = Ref(f".{flat.add(made)}")
    least = Fn("max", (Num(0.0), found))
    conveyor = around.caller.quantity.conveyor
    exponential = conveyor is not None and conveyor.exponential
    return least if exponential else Fn("min", (Num(1.0), least))


def _uncarried(
    around: CallSurroundings,
    leaks: list[Leak],
    lengths: Mapping[tuple[str, ...], int],
    leaving: Mapping[str, str],
) -> str:
    """Why a conveyor cannot be carried; empty where it can."""
    flat, quantity = around.flat, around.caller.quantity
    conveyor = quantity.conveyor
    assert conveyor is not None
    several = any(element and len(element) != len(quantity.dims) for element in quantity.equations)
    if not quantity.equations or several:
        return "it does not say what is on it at the start"
    if any(equation.graph is not None for equation in quantity.equations.values()):
        return "what is on it at the start is a graphical function"
    late = any(
        belts.kept_until(leaks, one.places(n)[0], n) != Num(1.0)
        for one in leaks
        for n in lengths.values()
    )
    if late and len(lengths) > 1 and not conveyor.exponential:
        return "its transit times differ, and so do the zones of its leaks"
    return admission.uncarried(flat, quantity, leaving)


@dataclass(frozen=True)
class _Belt:
    """The row of places of one conveyor, and all that is made beside it.

    Attributes:
        around: The model, with the stock as caller.
        conveyor: What makes it a conveyor.
        lengths: How many places there are, by element.
        leaks: What leaks, in the order in which it is served.
        content: Name of the stock of what is at each place.
        row: The dimension of the places.
    """

    around: CallSurroundings
    conveyor: Conveyor
    lengths: Mapping[tuple[str, ...], int]
    leaks: list[Leak]
    content: str
    row: str

    @property
    def _dims(self) -> tuple[str, ...]:
        return self.around.caller.quantity.dims

    @property
    def _elements(self) -> tuple[str, ...]:
        return self.around.flat.dims[self.row]

    @property
    def _dt(self) -> Num:
        return Num(self.around.flat.grid.dt)

    @property
    def _inflows(self) -> list[str]:
        """Full names of the flows into it."""
        flat, quantity = self.around.flat, self.around.caller.quantity
        flows = (flat.resolve(flow, quantity.scope) for flow in quantity.inflows)
        return [full for full in flows if full is not None]

    @property
    def _enters(self) -> Term:
        return belts.total([Ref(f".{full}") for full in self._inflows])

    def write(self, leaving: Mapping[str, str]) -> None:
        """Make the row, and let it drive the flows."""
        profile = self._profile()
        sheds = self._sheds(profile)
        content, dims = Ref(self.content), (*self._dims, self.row)
        kept = content.name
        if sheds:
            kept = self.around.make("kept", dims, {(): belts.less(content, sheds)}).name
        self._row_of(self.content, kept, self._enters, self._starts(profile))
        out = Op("/", belts.reads(kept, self._dims, Ref(self._elements[-1])), self._dt)
        main = _main(self.around)
        if main is not None:
            self._drive(main, out)
        for leak, shed in zip(self.leaks, sheds, strict=True):
            gone = Fn("sum", (belts.reads(shed.name, self._dims, Wild()),))
            self._drive(leak.flow, Op("/", gone, self._dt))
        left = Op("-", Op("/", Fn("sum", (belts.reads(kept, self._dims, Wild()),)), self._dt), out)
        admission.admit(self.around, self._inflows, left, leaving)

    def _drive(self, flow: str, term: Term) -> None:
        admission.drive(self.around, flow, term)

    def _row_of(self, own: str, kept: str, enters: Term, starts: _Cells) -> None:
        """A stock of what is at each place, which comes from what was kept at the one before."""
        caller, dt = self.around.caller, self._dt
        before = belts.reads(kept, self._dims, Op("-", Ref(self.row), Num(1.0)))
        change: dict[tuple[str, ...], Term] = {(): Op("/", Op("-", before, Ref(own)), dt)}
        first = self._elements[0]
        for element, length in self.lengths.items():
            entry = next(belts.cells(element, self._elements, length))
            change |= {(*element, first): Num(0.0)} if entry[-1] != first else {}
            change[entry] = Op("-", enters, Op("/", Ref(own), dt))
        line = caller.equation.line
        start, moves = (
            {at: ElementEquation(term, line=line, scope=caller.scope) for at, term in given.items()}
            for given in (starts, change)
        )
        dims = (*self._dims, self.row)
        self.around.flat.add(Quantity("stock", own, caller.scope, dims, start, moves, line=line))

    # What is on it at the start

    def _profile(self) -> Ref | None:
        """How what is there at the start lies on the places, where that is not evenly."""
        given = self.around.caller.quantity.equations
        empty = all(equation.term == Num(0.0) for equation in given.values())
        if empty or (len(self.lengths) == 1 and not self.leaks):
            return None
        share: dict[tuple[str, ...], Term] = {}
        for element, length in self.lengths.items():
            if length < len(self._elements):
                share[*element, "*"] = Num(0.0)
            for place, at in enumerate(belts.cells(element, self._elements, length)):
                share[at] = self._comes_to(place, length)
        made = self.around.make("profile", (*self._dims, self.row), share)
        flat = self.around.flat
        full = flat.resolve(made.name, self.around.caller.scope)
        assert full is not None
        flat.quantities[full] = replace(flat.quantities[full], kind="initial")
        return made

    def _comes_to(self, place: int, length: int) -> Term:
        if self.conveyor.exponential:
            return belts.left_after(self.leaks, place, length, self._dt.value)
        return belts.kept_until(self.leaks, place, length)

    def _starts(self, profile: Ref | None) -> _Cells:
        """What is at each place at the start."""
        each = {element: self._entered(at, profile) for element, at in self._given().items()}
        by_place = Ref(profile.name) if profile is not None else None
        return {
            element: entered if by_place is None else Op("*", entered, by_place)
            for element, entered in each.items()
        }

    def _given(self) -> _Cells:
        given = self.around.caller.quantity.equations
        return {(*at, "*") if at else (): one.term or Num(0.0) for at, one in given.items()}

    def _entered(self, whole: Term, profile: Ref | None) -> Term:
        """What entered in a step, if what is there at the start always entered alike."""
        if whole == Num(0.0):
            return whole
        if profile is None:
            return Op("/", whole, Num(float(max(self.lengths.values()))))
        shares = Fn("sum", (belts.reads(profile.name, self._dims, Wild()),))
        return Op("/", whole, shares)

    # What leaks

    def _sheds(self, profile: Ref | None) -> list[Ref]:
        """What each leak takes at each place."""
        if not self.leaks:
            return []
        rows: dict[Term, str] = {}
        found: list[Ref] = []
        for leak in self.leaks:
            entered = "" if self.conveyor.exponential else self._entered_row(leak, rows, profile)
            there = belts.less(Ref(self.content), found)
            terms = self._shed(leak, entered, there)
            found.append(self.around.make("leak", (*self._dims, self.row), terms))
        return found

    def _entered_row(self, leak: Leak, rows: dict[Term, str], profile: Ref | None) -> str:
        """A row of what entered in the step of what is at each place, as far as it came to a zone.

        What comes to it is told by the fractions at the time of entering.
        """
        length = max(self.lengths.values())
        comes = belts.kept_until(self.leaks, leak.places(length)[0], length)
        if comes not in rows:
            rows[comes] = own = self.around.name("entered")
            given = {at: self._entered(one, profile) for at, one in self._given().items()}
            starts = {at: belts.times(one, comes) for at, one in given.items()}
            self._row_of(own, own, belts.times(self._enters, comes), starts)
        return rows[comes]

    def _shed(self, leak: Leak, entered: str, there: Term) -> _Cells:
        """What a leak takes, by element and place; nothing beyond its zone."""
        terms: dict[tuple[str, ...], Term] = {}
        for element, length in self.lengths.items():
            patterns: dict[Term, int] = {}
            by_place: dict[tuple[str, ...], Term] = {}
            for place, at in enumerate(belts.cells(element, self._elements, length)):
                taking = [one for one in self.leaks if one.is_at(place, length)]
                by_place[at] = self._taken(leak, taking, entered, there, length)
                patterns[by_place[at]] = patterns.get(by_place[at], 0) + 1
            usual = max(patterns, key=lambda term: patterns[term])
            terms[(*element, "*") if len(self.lengths) > 1 else ()] = usual
            terms |= {at: term for at, term in by_place.items() if term != usual}
        return terms

    def _taken(
        self, leak: Leak, taking: list[Leak], entered: str, there: Term, length: int
    ) -> Term:
        if leak not in taking:
            return Num(0.0)
        if not self.conveyor.exponential:
            first, after = leak.places(length)
            share = Op("/", leak.fraction, Num(float(after - first)))
            return Fn("min", (there, Op("*", Ref(entered), share)))
        part: Term = belts.in_a_step([leak], self._dt.value)
        most = Fn("max", (Num(1.0), belts.in_a_step(taking, self._dt.value)))
        return Op("/", Op("*", Ref(self.content), part), most)
