"""Vensim models: from entries to a model of stocks and flows.

The picture of a model, its groups and its ranges of sliders are no part of what it computes and are
passed over; everything else is read, or refused by name and line.

References:
    Ventana Systems, Vensim Reference Manual, chapters on equations and on functions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from schelling.interchange.foreign import Findings, UnreadableFile
from schelling.interchange.mdl import arrays, blocks, calls, definitions, results
from schelling.interchange.mdl.arrays import Holders
from schelling.interchange.mdl.beside import TablesBeside
from schelling.interchange.mdl.blocks import VensimEntry
from schelling.interchange.mdl.calls import Calls
from schelling.interchange.mdl.definitions import (
    NeverGiven,
    NotCarried,
    SubscriptRange,
    VensimDefinition,
)
from schelling.interchange.mdl.equations import replaced, table_names
from schelling.interchange.mdl.mappings import DoesNotFit, Mappings, mappings
from schelling.interchange.stockflow import constants
from schelling.interchange.stockflow.flat import flatten
from schelling.interchange.stockflow.model import (
    ElementEquation,
    Graph,
    Macro,
    Quantity,
    StockFlow,
    Submodel,
    TimeSpan,
)
from schelling.interchange.stockflow.terms import Fn, Num, Ref, Term, key, walk
from schelling.interchange.xmile.equations import NotAnEquation

_TIMES = ("initial_time", "final_time", "time_step", "saveper")
_MACRO = re.compile(r":MACRO:([^()]*)\(([^()]*)\)", re.I)

MOST_TERMS = 150_000
"""In all equations; with names of some ten letters, so many fill a case of the greatest size."""

Equations = dict[tuple[str, ...], ElementEquation]


@dataclass
class _Part:
    """The definitions of the model, or of one macro with its parameters.

    Attributes:
        parameters: Keys of the inputs of a macro.
        results: Keys of its further results.
        macro: Whether it is a macro.
        line: Where it begins.
        variables: The equations of every variable, by its key.
        blank: What a sketch names without an equation, by its key.
    """

    parameters: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    macro: bool = False
    line: int = 0
    variables: dict[str, list[VensimDefinition]] = field(
        default_factory=dict[str, list[VensimDefinition]]
    )
    blank: dict[str, VensimEntry] = field(default_factory=dict[str, VensimEntry])


def read(path: Path, *, lenient: bool = False) -> tuple[StockFlow, Findings]:
    """Read a Vensim model.

    Returns:
        The model, and what was found; with leniency also what was left out.

    Raises:
        CaseError: The file cannot be read whole.
    """
    text, findings = blocks.read(path, lenient=lenient)
    with findings.whole():
        model = _Reader(findings).model(text, path.stem.replace("_", " "))
    return model, findings


class _Reader:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.labels: dict[str, str] = {}
        self.ranges: dict[str, SubscriptRange] = {}
        self.dims: dict[str, tuple[str, ...]] = {}
        self.pairs: Mappings = {}
        self.unread: set[str] = set()
        """Keys of what is refused already: what needs it is not refused for it again."""
        self.all_ranges = True
        self.table_names = table_names()
        self.beside = TablesBeside(findings.path.parent, self.table_names)
        self.terms = 0

    def model(self, text: blocks.VensimText, title: str) -> StockFlow:
        whole, written = self.parts(text.entries)
        self.dims = self.elements()
        self.holders = Holders(self.dims, self.labels, whole=self.findings.lenient)
        tables = {name for part in (whole, *written.values()) for name in _tables(part)}
        further = {name: len(part.results) for name, part in written.items()}
        self.calls = Calls(self.findings, self.dims, tables, further, self.unread)
        macros = {
            calls.macro_key(function): macro
            for name, part in written.items()
            for function, macro in self.macros(name, part)
        }
        quantities = tuple(self.quantities(whole))
        grid = self.grid(quantities, text.method)
        own = tuple(_saved(one, grid) for one in quantities if key(one.name) not in _TIMES)
        return StockFlow(title, "", grid, self.dims, self.labels, Submodel(own), macros=macros)

    def macros(self, name: str, part: _Part) -> Iterator[tuple[str, Macro]]:
        """A macro, and one for each further result of it."""
        own = tuple(self.quantities(part))
        for one in (name, *part.results):
            if not {one} & (part.variables.keys() | set(part.parameters) | self.unread):
                message = f"the macro '{name}' has no equation for its result '{one}'"
                self.findings.refuse("E907", message, part.line)
        yield name, Macro(part.parameters, Ref(name), own)
        for number, result in enumerate(part.results, 1):
            yield results.name(name, number), Macro(part.parameters, Ref(result), own)

    def parts(self, entries: Sequence[VensimEntry]) -> tuple[_Part, dict[str, _Part]]:
        """The definitions of the model, and those of every macro under its name."""
        whole = now = _Part()
        macros: dict[str, _Part] = {}
        for entry in entries:
            equation = entry.equation
            if equation == blocks.END_OF_MACRO:
                now = whole
                continue
            begun = _MACRO.match(equation)
            if begun is not None:
                name, equation = " ".join(begun[1].split()), equation[begun.end() :].lstrip()
                inputs, _, further = begun[2].partition(":")
                now = _Part(_names(inputs), _names(further), macro=True, line=entry.line)
                if macros.setdefault(key(name), now) is not now:
                    self.twice(f"the macro '{name}'", entry)
            if equation:
                self.take(replace(entry, equation=equation), now)
        drawing = any(map(results.draws, _all(macros.values())))
        for part in (whole, *macros.values()):
            self.further(part, drawing=drawing)
            for name in part.blank.keys() - part.variables.keys():
                entry = part.blank[name]
                self.unreadable(entry, NeverGiven(_beginning(entry)))
        return whole, macros

    def further(self, part: _Part, *, drawing: bool) -> None:
        """Take up what calls of macros define besides their own variable."""
        for one in list(_all((part,))):
            try:
                for found in results.defined(one):
                    part.variables.setdefault(key(found.name), []).append(found)
                    if drawing or results.draws(found):
                        why = "random numbers are drawn for it, and each result would have its own"
                        self.findings.skip(
                            "E903", f"the result '{found.name}'", why, found.entry.line
                        )
            except NotAnEquation as error:
                self.unreadable(one.entry, error)

    def twice(self, what: str, entry: VensimEntry) -> None:
        """Note what is defined a second time."""
        why = "there is one already"
        self.findings.skip("E907", what, why, entry.line, "the first is taken")

    def take(self, entry: VensimEntry, part: _Part) -> None:
        """Read one entry into a part."""
        try:
            found = definitions.read(entry, self.table_names)
            if isinstance(found, SubscriptRange) and found.outside is not None:
                found = self.beside.elements(found, found.outside)
        except NeverGiven as error:
            part.blank.setdefault(key(error.name), entry)
        except NotAnEquation as error:
            self.unreadable(entry, error)
        except NotCarried as error:
            self.findings.skip("E903", error.what, error.why, entry.line)
            self.lost(entry)
        else:
            if isinstance(found, SubscriptRange):
                if self.ranges.setdefault(key(found.name), found) is not found:
                    self.twice(f"the range '{found.name}'", entry)
                self.labels |= {key(one): one for one in (found.name, *found.elements)}
            else:
                found = definitions.global_times(found) if part.macro else found
                part.variables.setdefault(key(found.name), []).append(found)

    def unreadable(self, entry: VensimEntry, error: NotAnEquation) -> None:
        """Refuse an entry that is no equation."""
        message = f"the equation of '{_beginning(entry)}' cannot be read: {error}"
        self.findings.refuse("E904", message, entry.line)
        self.lost(entry)

    def lost(self, entry: VensimEntry) -> None:
        """Remember what cannot be read, unless it is left out."""
        if not self.findings.lenient:
            self.unread.add(key(_beginning(entry)))
            self.all_ranges &= not re.match(r"[^=(\[]*:(?!=)", entry.equation)

    def elements(self) -> dict[str, tuple[str, ...]]:
        """The elements of every range; those that stand for each other are noted."""
        try:
            found = arrays.ranges(self.ranges)
            self.pairs = mappings(self.ranges, found) if self.all_ranges else {}
        except DoesNotFit as error:
            self.findings.refuse("E909", str(error), error.line)
            raise UnreadableFile from None
        return found

    def quantities(self, part: _Part) -> Iterator[Quantity]:
        """Every variable of a part, and the tables that stand in its equations."""
        names = {*part.variables, *part.parameters}
        for written in part.variables.values():
            given = [one for each in written for one in self.filled(each)]
            if not given:
                continue
            self.known(given, names)
            try:
                yield from self.quantity(given)
            except DoesNotFit as error:
                if not self.all_ranges:
                    continue
                message = f"the subscripts of '{given[0].name}' do not fit: {error}"
                self.findings.refuse("E909", message, given[0].entry.line)

    def filled(self, one: VensimDefinition) -> Sequence[VensimDefinition]:
        """A definition with the numbers it reads from a table; none where it cannot."""
        if one.outside is None:
            return (one,)
        try:
            return tuple(self.beside.filled(one, one.outside, self.dims))
        except NotCarried as error:
            self.findings.skip("E903", error.what, error.why, one.entry.line)
            return ()

    def known(self, given: Sequence[VensimDefinition], names: Collection[str]) -> None:
        """Refuse words of XMILE that Vensim does not know and the file does not define."""
        for one in given:
            if isinstance(one.body, tuple | Graph):
                continue
            for word in calls.xmile_words(one.body):
                if word.name not in names:
                    message = f"'{word.name}' in the equation of '{one.name}' is not defined"
                    self.findings.refuse("E907", message, one.entry.line)

    def quantity(self, given: list[VensimDefinition]) -> Iterator[Quantity]:
        first, dims = given[0], self.holders.dims(given)
        equations, change = Equations(), Equations()
        for one in given:
            for name, table in one.tables.items():
                yield _table(name, table, one.entry.line)
            for element, body in arrays.spread(one, dims, self.dims, self.pairs):
                self.count(body, one.entry.line)
                if element in equations:
                    self.twice(f"an equation of '{one.name}'", one.entry)
                    continue
                rate = self.equation(one, element, body, equations)
                if rate is not None:
                    change[element] = rate
        if change and change.keys() != equations.keys():
            message = f"'{first.name}' is a stock for some elements and none for others"
            self.findings.refuse("E904", message, first.entry.line)
        said = next((one.entry for one in given if one.entry.unit), first.entry)
        doc = next((one.entry.comment for one in given if one.entry.comment), "")
        yield Quantity(
            "stock" if change else "aux",
            first.name,
            dims=dims,
            equations=equations,
            change=change,
            units=said.unit,
            doc=doc,
            line=first.entry.line,
        )

    def count(self, body: Term | Graph, line: int) -> None:
        """Take an equation of elements into account, before there is too much to keep."""
        self.terms += 1 if isinstance(body, Graph) else sum(1 for _ in walk(body))
        if self.terms > MOST_TERMS:
            message = "all equations, written out for their elements, have more than "
            message += f"{MOST_TERMS:,} names, numbers and operations"
            self.findings.refuse("E902", message, line)
            raise UnreadableFile

    def equation(
        self,
        one: VensimDefinition,
        element: tuple[str, ...],
        body: Term | Graph,
        equations: Equations,
    ) -> ElementEquation | None:
        """Put what an element is among the equations; the rate of a stock is given back."""
        line = one.entry.line
        if isinstance(body, Graph):
            equations[element] = ElementEquation(None, body, line=line)
            return None
        match body:
            case Fn("integ", (rate, start)):
                equations[element] = ElementEquation(self.calls.read(start, one), line=line)
                return ElementEquation(self.calls.read(rate, one), line=line)
            case Fn("active_initial", (term, start)):
                initial = self.calls.read(start, one)
                term = self.calls.read(term, one)
                equations[element] = ElementEquation(term, initial=initial, line=line)
            case _:
                equations[element] = ElementEquation(self.calls.read(body, one), line=line)
        return None

    def grid(self, quantities: tuple[Quantity, ...], method: str) -> TimeSpan:
        """The time of the model, from the four variables that say it."""
        by_key = {key(one.name): one for one in quantities}
        unit = next((by_key[n].units for n in _TIMES if n in by_key and by_key[n].units), "")
        blank = TimeSpan(0.0, 1.0, 1.0, "euler", unit, 1.0)
        bare = StockFlow("", "", blank, {}, {}, Submodel(quantities))
        flat = flatten(bare, self.findings)
        found = {name: constants.value(Ref(name), "", flat) for name in _TIMES if name in by_key}
        start, stop, dt = (found.get(name) for name in _TIMES[:3])
        if start is None or stop is None or dt is None:
            missing = next(name for name in _TIMES[:3] if found.get(name) is None)
            line = by_key[missing].line if missing in by_key else 0
            message = f"{missing.replace('_', ' ').upper()} is missing or no constant"
            self.findings.refuse("E906", message, line)
            raise UnreadableFile
        if not (dt > 0 and stop > start):
            message = f"time from {start:g} to {stop:g} in steps of {dt:g} cannot be run"
            self.findings.refuse("E906", message, by_key["time_step"].line)
            raise UnreadableFile
        if method not in ("euler", "rk4"):
            why = "a case flows by Euler's rule or by RK4"
            if method == "rk4 auto":
                why += ", and RK4 Auto chooses its own steps"
            self.findings.skip("E906", "the method of integration", why, 0, "RK4 is taken")
        every = found.get("saveper") or dt
        rule = "euler" if method == "euler" else "rk4"
        return TimeSpan(start, stop, dt, rule, unit, max(every, dt))


def _beginning(entry: VensimEntry) -> str:
    """The name that an entry begins with."""
    return " ".join(re.split(r"[=(\[:]", entry.equation)[0].split())[:60]


def _names(written: str) -> tuple[str, ...]:
    return tuple(filter(None, (key(one) for one in written.split(","))))


def _all(parts: Iterable[_Part]) -> Iterator[VensimDefinition]:
    for part in parts:
        for given in part.variables.values():
            yield from given


def _tables(part: _Part) -> Iterator[str]:
    """Keys of what can be called like a function."""
    for name, given in part.variables.items():
        if any(isinstance(one.body, Graph) or _reads_points(one) for one in given):
            yield name


def _reads_points(one: VensimDefinition) -> bool:
    return one.outside is not None and one.outside.kind == "LOOKUPS"


def _table(name: str, graph: Graph, line: int) -> Quantity:
    return Quantity("aux", name, equations={(): ElementEquation(None, graph, line=line)}, line=line)


def _saved(quantity: Quantity, grid: TimeSpan) -> Quantity:
    """A quantity in whose equations the save interval is a number."""

    def numbered(term: Term | None) -> Term | None:
        return None if term is None else replaced(term, {"saveper": Num(grid.every)})

    def each(given: Equations) -> Equations:
        return {
            element: replace(one, term=numbered(one.term), initial=numbered(one.initial))
            for element, one in given.items()
        }

    equations, change = each(dict(quantity.equations)), each(dict(quantity.change))
    return replace(quantity, equations=equations, change=change)
