"""A stock-flow model as a case.

Constants become assumptions, so that they can be given priors; stocks become stocks, flows and
auxiliaries variables. All are pure numbers: units are kept as words. A variable over dimensions
becomes one over sets. What a stock needs to know at its start, and is not fixed, becomes a variable
`..._at_start`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from schelling.case.language.parsing.syntax import Call, Expression, Index, Name, Number
from schelling.interchange.case_text import Values, WrittenCase, WrittenLine
from schelling.interchange.stockflow import calendar, functions, movement, unknowns
from schelling.interchange.stockflow.curves import LongCurves
from schelling.interchange.stockflow.draws import Draws
from schelling.interchange.stockflow.elements import Elements
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.here import Here, NotAlike, is_letter
from schelling.interchange.stockflow.limits import OutflowLimit, limits
from schelling.interchange.stockflow.model import ElementEquation, Graph, Quantity
from schelling.interchange.stockflow.phrases import call, length, number, of, total
from schelling.interchange.stockflow.spelling import Spelling, recognised
from schelling.interchange.stockflow.subscripts import AFTER, BEFORE, QuantityCell, of_stock
from schelling.interchange.stockflow.terms import Neg, Num, Ref
from schelling.interchange.stockflow.translate import Translator

_By = Mapping[tuple[str, ...], ElementEquation]
_Translate = Callable[[ElementEquation, Here], Expression]
_ABOVE_ZERO = "[0, 1e30]"
# How many elements without an equation are named.
_NAMED = 5


@dataclass(frozen=True)
class Named:
    """How things of a model are called in the case made of it.

    Attributes:
        quantities: By the name in the file, modules before it and joined by points.
        members: Elements of dimensions, by key.
    """

    quantities: Mapping[str, str]
    members: Mapping[str, str]


class CaseMaker:
    """Makes a case of a model.

    Args:
        flat: The model, with everything that remembers written out.
        title: Title of the case.
        about: What it is about.
        head: Remarks at its top.
        every_step: Whether each step of the model is one of the case.
    """

    def __init__(
        self,
        flat: Flat,
        title: str,
        about: str,
        head: tuple[str, ...],
        *,
        every_step: bool = False,
    ) -> None:
        self.flat, self.title, self.about, self.head = flat, title, about, head
        self.calendar = calendar.fit(flat.grid, flat.findings, every_step=every_step)
        self.unit = self.calendar.unit
        self.spelling = Spelling()
        self.elements = Elements(flat, self.spelling)
        self.draws, self.curves = Draws(self.spelling), LongCurves(self.spelling)
        self.limits: Mapping[str, OutflowLimit] = limits(flat)
        self.translator = Translator(flat, self)
        self._moving = movement.moving(flat, self.limits)
        self._lines: dict[str, list[WrittenLine]] = {
            "assumptions": [],
            "stocks": [],
            "variables": [],
            "unknowns": [],
        }

    def case(self) -> WrittenCase:
        """The whole case; what is wrong goes to the findings."""
        done: set[str] = set()
        while waiting := [full for full in self.flat.quantities if full not in done]:
            for full in waiting:
                done.add(full)
                self._define(full, self.flat.quantities[full])
        used = {dim for one in self.flat.quantities.values() for dim in one.dims}
        sets = {
            self.set(dim): tuple(self.elements.member(dim, one) for one in elements)
            for dim, elements in self.flat.dims.items()
            if dim in used
        }
        time = self.calendar.keys(self.flat.grid.method)
        curves = {"tables": self.curves.lines()}
        lines = curves | self._lines | {"populations": self.draws.lines()}
        return WrittenCase(self.title, self.about, self.head, time, sets, lines)

    def draw(self, number: int, rule: Expression, here: Here) -> Expression:
        """What is drawn anew at every step by a rule, where it is read."""
        return self.draws.of(number, rule, here, self.flat.quantities[here.owner])

    def curve(self, graph: Graph, here: Here) -> Expression | None:
        """A curve that stands in a table of its own; None where it cannot."""
        return self.curves.of(graph, self.flat.quantities[here.owner].name)

    def named(self) -> Named:
        """How things are called."""
        full = {one.scope + one.name: self._name(name) for name, one in self._quantities()}
        for inner in self.flat.aliases:
            source = self.flat.resolve(f".{inner}", "")
            if source is not None:
                full[inner] = self._name(source)
        members = {
            one: self.elements.member(dim, one)
            for dim, many in self.flat.dims.items()
            for one in many
        }
        return Named(full, members)

    def _quantities(self) -> list[tuple[str, Quantity]]:
        return list(self.flat.quantities.items())

    # What things are called

    def _name(self, full: str) -> str:
        quantity = self.flat.quantities[full]
        wish = f"{quantity.scope} {quantity.name}".replace("#", " ")
        return self.spelling.of(f"quantity {full}", wish)

    def set(self, dim: str) -> str:
        """The set that a dimension is."""
        return self.elements.set(dim)

    def letter(self, dim: str) -> str:
        """What stands for any element within a sum."""
        return self.elements.letter(dim)

    def of(self, cell: QuantityCell, here: Here) -> Expression:
        """A quantity at an element, where an equation is read."""
        full = cell.full
        if here.start and self.moving(full):
            known = self._known_start(full)
            if known is not None:
                return known
            full = self._at_start(full)
        name = self._name(full)
        if not cell.members:
            return Name(name)
        dims = self.flat.quantities[full].dims
        pairs = zip(dims, cell.members, strict=True)
        return Index(name, tuple(self._spelled(dim, member) for dim, member in pairs))

    def _spelled(self, dim: str, member: str) -> Expression:
        for mark, word in ((BEFORE, "previous"), (AFTER, "next")):
            if member.startswith(mark):
                return Call(word, (Name(member.removeprefix(mark)),))
        return Name(member[1:] if is_letter(member) else self.elements.member(dim, member))

    # What is fixed and what moves

    def moving(self, full: str) -> bool:
        """Whether a quantity can differ from step to step."""
        return full in self._moving

    def _known_start(self, full: str) -> Expression | None:
        """The number that a stock starts with, where it is one."""
        one = self.flat.quantities[full]
        given = one.equations.get(())
        whole = one.kind == "stock" and len(one.equations) == 1 and given is not None
        if whole and given is not None and isinstance(given.term, Num) and given.graph is None:
            return number(given.term.value)
        return None

    def _at_start(self, full: str) -> str:
        """The quantity that is what another one is at the start, made when first asked for."""
        own = f"{full}#start"
        if own not in self.flat.quantities:
            one = self.flat.quantities[full]
            if one.kind == "unknown":
                why = "a stock starts at what an allocation gives, which is solved only in a run"
                self.flat.findings.refuse("E908", f"'{one.name}': {why}", one.line)
            given = {e: replace(q, term=q.initial or q.term) for e, q in one.equations.items()}
            made = replace(one, kind="initial", name=f"{one.name} at start", equations=given)
            above = one.non_negative and one.kind != "stock"
            made = replace(made, change={}, inflows=(), outflows=(), doc="", non_negative=above)
            self.flat.quantities[own] = made
        return own

    # Definitions

    def _define(self, full: str, quantity: Quantity) -> None:
        if not quantity.equations:
            if quantity.kind == "stock" or not self._is_table(quantity):
                message = f"'{quantity.name}' has no equation"
                self.flat.findings.refuse("E904", message, quantity.line)
            return
        if all(one.term is None for one in quantity.equations.values()):
            return  # a table that others read by its name
        words = {"says": self._says(quantity)}
        if quantity.kind == "stock":
            self._stock(full, quantity, words)
        elif quantity.kind == "unknown":
            letters = self.elements.letters(quantity) if quantity.dims else ()
            bound = tuple(zip(quantity.dims, letters, strict=True))
            here = Here(quantity.scope, full, quantity.line, bound)
            values, plain = unknowns.written(quantity, here, self.translator)
            self._add("unknowns", full, values, {"why": unknowns.WHY}, plain)
        elif self._constant(quantity):
            prior = self._values(full, quantity, quantity.equations, self._plain)
            why = f"A constant of the model. {words['says']}".strip()
            self._add("assumptions", full, {"prior": prior}, {"why": why})
        else:
            begun = quantity.kind == "initial"
            value = self._values(full, quantity, quantity.equations, self._value, start=begun)
            self._add("variables", full, {"value": value}, words)

    def _is_table(self, quantity: Quantity) -> bool:
        return any(one.graph is not None for one in quantity.equations.values())

    def _says(self, quantity: Quantity) -> str:
        unit = f"[{quantity.units}]" if quantity.units else ""
        called = "" if recognised(quantity.name) else f"Called '{quantity.name}' in the file."
        return " ".join(filter(None, (called, quantity.doc, unit)))

    def _constant(self, quantity: Quantity) -> bool:
        """Whether it is a number that somebody may want to vary."""
        return quantity.kind == "aux" and all(
            one.graph is None
            and (
                isinstance(one.term, Num)
                or (isinstance(one.term, Neg) and isinstance(one.term.x, Num))
            )
            for one in quantity.equations.values()
        )

    def _stock(self, full: str, quantity: Quantity, words: dict[str, str]) -> None:
        values: dict[str, Values] = {}
        given = quantity.equations
        values["start"] = self._values(full, quantity, given, self._raw, start=True)
        change = self._change(full, quantity)
        if change is not None:
            values["change"] = change
        plain = {"within": _ABOVE_ZERO} if quantity.non_negative else {}
        self._add("stocks", full, values, words, plain)

    def _change(self, full: str, quantity: Quantity) -> Values | None:
        """The rate of change: what flows in less what flows out."""
        if quantity.change:
            return self._values(full, quantity, quantity.change, self._rate)
        flows = (*quantity.inflows, *quantity.outflows)
        if not flows:
            return None
        known = [flow for flow in flows if self.flat.resolve(flow, quantity.scope) is not None]
        for flow in set(flows) - set(known):
            message = f"'{flow}', a flow of '{quantity.name}', is not defined"
            self.flat.findings.refuse("E907", message, quantity.line)
        line = quantity.line
        net = {(): ElementEquation(None, line=line)}
        both = (quantity.inflows, quantity.outflows)

        def rate(_: ElementEquation, here: Here) -> Expression:
            into, out = (
                [self.translator.number(of_stock(f, quantity, self.flat), here) for f in many]
                for many in ([f for f in one if f in known] for one in both)
            )
            found = total(into)
            for one in out:
                found = of("-", found, one) if found != Number(0.0) else functions.negative(one)
            return self._per_time(found)

        return self._values(full, quantity, net, rate)

    def _per_time(self, rate: Expression) -> Expression:
        return of("/", rate, length(Number(1.0), self.unit))

    def _rate(self, equation: ElementEquation, here: Here) -> Expression:
        return self._per_time(self._raw(equation, here))

    def _plain(self, equation: ElementEquation, _: Here) -> Expression:
        match equation.term:
            case Num(value):
                return number(value)
            case Neg(Num(value)):
                return number(-value)
            case _:
                return Number(0.0)

    def _raw(self, equation: ElementEquation, here: Here) -> Expression:
        if equation.term is None:
            if equation.graph is not None:
                what = f"an element of '{self.flat.quantities[here.owner].name}'"
                why = "it is a curve without an equation that says where to read it"
                self.flat.findings.skip("E904", what, why, equation.line, "0 stands in its place")
            return Number(0.0)
        found = self.translator.number(equation.term, here)
        graph = equation.graph
        return found if graph is None else self.translator.graph(graph, found, here)

    def _value(self, equation: ElementEquation, here: Here) -> Expression:
        """The value of a flow or an auxiliary, kept above 0 and within what there is."""
        quantity = self.flat.quantities[here.owner]
        found = self._raw(equation, here)
        if quantity.non_negative:
            found = call("max", Number(0.0), found)
        limit = self.limits.get(here.owner.removesuffix("#start"))
        if limit is None:
            return found

        def read(full: str) -> Expression:
            return self.translator.number(Ref(f".{full}"), replace(here, scope=""))

        left = of("/", read(limit.stock), Number(self.flat.grid.dt))
        for flow in limit.inflows:
            left = of("+", left, read(flow))
        for flow in limit.earlier:
            left = of("-", left, read(flow))
        return call("min", found, call("max", Number(0.0), left))

    # Elements

    def _values(
        self,
        full: str,
        quantity: Quantity,
        given: _By,
        translate: _Translate,
        *,
        start: bool = False,
    ) -> Values:
        """What stands under a key: one expression, or one for each member."""

        def at(equation: ElementEquation, members: tuple[str, ...]) -> Expression:
            scope = quantity.scope if equation.scope is None else equation.scope
            bound = tuple(zip(quantity.dims, members, strict=True))
            line = equation.line or quantity.line
            return translate(equation, Here(scope, full, line, bound, start=start))

        general = given.get(())
        if not quantity.dims:
            return at(general, ()) if general is not None else Number(0.0)
        own = dict(self.elements.own(quantity, given))
        if general is not None:
            try:
                rest = at(general, self.elements.letters(quantity))
            except NotAlike:
                pass
            else:
                found = {self.elements.key(quantity, m): at(e, m) for m, e in own.items()}
                return found | {"others": rest} if found else rest
        return self._each(quantity, own, general, at)

    def _each(
        self,
        quantity: Quantity,
        own: Mapping[tuple[str, ...], ElementEquation],
        general: ElementEquation | None,
        at: Callable[[ElementEquation, tuple[str, ...]], Expression],
    ) -> Values:
        found: dict[str, Expression] = {}
        missing: list[str] = []
        for members in self.elements.all(quantity):
            equation = own.get(members) or general
            key = self.elements.key(quantity, members)
            found[key] = at(equation, members) if equation else Number(0.0)
            if not equation:
                missing.append(", ".join(self.flat.labels.get(one, one) for one in members))
        if missing:
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            why = f"it has no equation for {'; '.join(missing[:_NAMED])}{more}"
            what = f"'{quantity.name}'"
            self.flat.findings.skip("E909", what, why, quantity.line, "0 stands in their place")
        alike = set(map(repr, found.values()))
        return next(iter(found.values())) if len(alike) == 1 else found

    def _add(
        self,
        section: str,
        full: str,
        values: Mapping[str, Values],
        words: Mapping[str, str],
        plain: Mapping[str, str] | None = None,
    ) -> None:
        quantity, name = self.flat.quantities[full], self._name(full)
        for dim in quantity.dims:
            if dim not in self.flat.dims:
                message = f"'{quantity.name}' is over a dimension '{dim}' that is not defined"
                self.flat.findings.refuse("E909", message, quantity.line)
                return
        if quantity.dims:
            letters = zip(self.elements.over(quantity), map(self.set, quantity.dims), strict=True)
            over = (one if one == name_of else f"{one} in {name_of}" for one, name_of in letters)
            name = f"{name}[{', '.join(over)}]"
        kept = {key: value for key, value in words.items() if value}
        self._lines[section].append(WrittenLine(name, values, kept, plain or {}))
