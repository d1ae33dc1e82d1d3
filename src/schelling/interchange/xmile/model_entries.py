"""What of a case a stock-flow tool can have, with its equations in the language of XMILE.

Numbers are in base units and time in weeks from the start. What stands in the case about the same
events but is no stock-flow model, such as claims and priors, is listed as left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schelling.case.clock import Clock
from schelling.case.language.typed.types import Typed
from schelling.case.language.typed.units import Unit, describe
from schelling.case.model import Assumption, Case, Stock, Variable
from schelling.interchange.foreign import Findings, LeftOut
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.xmile.write_terms import Equations, NoEquation, number

_HIGH = 1e29
"""A stock whose upper bound is above it has no upper bound."""


@dataclass(frozen=True)
class ModelEntry:
    """A variable of the model.

    Attributes:
        kind: `stock`, `flow` or `aux`.
        name: Its name there.
        equation: Its equation; of a stock its value at the start.
        says: What is said of it.
        unit: Its unit.
        inflow: Of a stock: the flow that is its rate of change.
        above: Of a stock: whether it is kept from falling below 0.
        points: Of a graphical function.
    """

    kind: str
    name: str
    equation: str
    says: str = ""
    unit: str = ""
    inflow: str = ""
    above: bool = False
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Outgoing:
    """A case as a stock-flow model.

    Attributes:
        title: Of the case.
        clock: Its grid of steps.
        entries: Its variables.
        left_out: What of the case it does not have.
        names: How stocks, variables and assumptions are called in it.
    """

    title: str
    clock: Clock
    entries: tuple[ModelEntry, ...]
    left_out: tuple[LeftOut, ...]
    names: Mapping[str, str]


def taken_apart(case: Case, middles: Mapping[str, float], *, lenient: bool = False) -> Outgoing:
    """Take a case apart.

    Args:
        case: The checked case.
        middles: The number that stands for each assumption, in its declared unit.
        lenient: Leave out what has no counterpart, and list it.

    Raises:
        CaseError: Something that decides how stocks move has no counterpart.
    """
    return _Collector(case, middles, Findings(case.path, lenient=lenient)).model()


class _Collector:
    def __init__(self, case: Case, middles: Mapping[str, float], findings: Findings) -> None:
        self.case, self.middles, self.findings = case, middles, findings
        self.spelling = Spelling()
        self.entries: list[ModelEntry] = []
        self.tables = 0
        self.equations = Equations(self.name, self.table)
        names = [one.name for one in (*case.assumptions, *case.stocks, *case.variables)]
        self.known = {name: self.spelling.of(name, name) for name in names}

    def name(self, name: str) -> str:
        """What something of the case is called in the file."""
        if name not in self.known:
            what = f"'{name}'"
            raise NoEquation(what)
        return self.known[name]

    def table(self, x: Typed, points: tuple[tuple[float, float], ...]) -> str:
        """A graphical function, as a variable of its own."""
        self.tables += 1
        name = self.spelling.of(f"curve {self.tables}", f"curve {self.tables}")
        self.entries.append(ModelEntry("aux", name, self.eqn(x, name), points=points))
        return name

    def eqn(self, typed: Typed, owner: str) -> str:
        """The equation of an expression; what has none is found, and 0 stands in its place."""
        try:
            return self.equations.write(typed)
        except NoEquation as reason:
            what, why = f"the formula of '{owner}'", f"there is no counterpart of {reason}"
            self.findings.skip("E911", what, why, 0, "0 stands in its place")
            return "0"

    def model(self) -> Outgoing:
        self.kinds()
        case, clock = self.case, self.case.clock
        if clock is None:
            self.findings.refuse("E911", "the case has no time, and a model of flows needs it", 0)
            raise self.findings.error()
        for assumption in case.assumptions:
            self.assumption(assumption)
        for stock in case.stocks:
            self.stock(stock)
        for variable in case.variables:
            self.variable(variable)
        self.findings.close()
        left_out = tuple(self.findings.left_out)
        return Outgoing(case.title, clock, tuple(self.entries), left_out, self.known)

    def kinds(self) -> None:
        """What the case has that the file cannot: refused if it moves anything, else listed."""
        case = self.case
        moving = {
            "event": case.events,
            "game": tuple(game for game in case.games if game.schedule),
            "state machine": case.machines,
            "population": case.populations,
        }
        for kind, many in moving.items():
            for one in many:
                why = "a model of flows has none, and it can change what follows"
                self.findings.skip("E911", f"the {kind} '{one.name}'", why, 0)
        aside = {"claim": case.claims, "premise": case.premises, "question": case.questions}
        aside |= {"rival": case.rivals, "correlation": case.correlations}
        for kind, many in aside.items():
            if many:
                what = f"{len(many)} {kind}{'' if len(many) == 1 else 's'}"
                self.findings.left_out.append(LeftOut(0, what, "a model of flows has none"))
        priors = sum(one.prior.family != "fixed" for one in case.assumptions)
        if priors:
            what = f"{priors} prior{'' if priors == 1 else 's'}"
            why = "a model of flows has none; the median of each is written"
            self.findings.left_out.append(LeftOut(0, what, why))

    def assumption(self, one: Assumption) -> None:
        value = self.middles[one.name] * one.unit.factor
        says = f"{one.origin.says} {one.origin.why}".strip()
        if one.prior.family != "fixed":
            says = f"Prior: {one.prior.written}. {says}".strip()
        name = self.known[one.name]
        self.entries.append(ModelEntry("aux", name, number(value), says, _said(one.unit)))

    def stock(self, stock: Stock) -> None:
        name, within = self.known[stock.name], stock.within
        flow = self.spelling.of(f"change {stock.name}", f"{name} change")
        above = within is not None and within[0] == 0 and within[1] > _HIGH
        start, rate = (self.eqn(one, stock.name) for one in (stock.start, stock.change))
        if within is not None and not above:
            rate = self.bounded(rate, name, within)
        says = stock.origin.says
        own = ModelEntry("stock", name, start, says, _said(stock.unit), inflow=flow, above=above)
        self.entries += [own, ModelEntry("flow", flow, rate)]

    def bounded(self, rate: str, name: str, within: tuple[float, float]) -> str:
        """A rate that keeps a stock within bounds, as far as Euler's rule goes."""
        clock = self.case.clock
        if clock is not None and clock.method != "euler":
            why = "there are no bounds but 0, and cutting flows is exact only by Euler's rule"
            self.findings.skip("E911", f"the bounds of '{name}'", why, 0, "the flow is cut")
        low, high = (f"({number(end)} - {name}) / DT" for end in within)
        return f"MAX({low}, MIN({high}, {rate}))"

    def variable(self, variable: Variable) -> None:
        equation = self.eqn(variable.value, variable.name)
        unit, says = _said(variable.unit), variable.origin.says
        self.entries.append(ModelEntry("aux", self.known[variable.name], equation, says, unit))


def _said(unit: Unit) -> str:
    return describe(unit.dimensions) if unit.dimensions else ""
