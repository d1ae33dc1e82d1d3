"""A case of stocks and flows as an XMILE file.

Numbers are in base units and time in weeks from the start. What stands in the case about the same
events but is no stock-flow model, such as claims and priors, is listed as left out.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from schelling.case.language.types import Typed
from schelling.case.language.units import describe
from schelling.case.model import Case, Stock, Variable
from schelling.interchange.foreign import Findings, LeftOut
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.xmile.write_terms import Equations, NoEquation, number

_NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_VENDOR = "http://iseesystems.com/XMILE"
_HIGH = 1e29
"""A stock whose upper bound is above it has no upper bound."""


@dataclass(frozen=True)
class Exported:
    """A file made of a case.

    Attributes:
        text: The file.
        left_out: What of the case it does not have.
        names: How stocks, variables and assumptions are called in it.
    """

    text: str
    left_out: tuple[LeftOut, ...]
    names: Mapping[str, str]


def exported(case: Case, middles: Mapping[str, float], *, lenient: bool = False) -> Exported:
    """Write a case as XMILE.

    Args:
        case: The checked case.
        middles: The number that stands for each assumption, in its declared unit.
        lenient: Leave out what has no counterpart, and list it.

    Raises:
        CaseError: Something that decides how stocks move has no counterpart.
    """
    return _Writer(case, middles, Findings(case.path, lenient=lenient)).file()


class _Writer:
    def __init__(self, case: Case, middles: Mapping[str, float], findings: Findings) -> None:
        self.case, self.middles, self.findings = case, middles, findings
        self.spelling = Spelling()
        self.lines: list[str] = []
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
        places, heights = (",".join(map(number, column)) for column in zip(*points, strict=True))
        graph = f"<gf><xpts>{places}</xpts><ypts>{heights}</ypts></gf>"
        self.element("aux", name, [self.eqn(x, name), graph])
        return name

    def eqn(self, typed: Typed, owner: str) -> str:
        """The element with an equation; what has none is found, and 0 stands in its place."""
        try:
            return f"<eqn>{escape(self.equations.write(typed))}</eqn>"
        except NoEquation as reason:
            what, why = f"the formula of '{owner}'", f"XMILE has no counterpart of {reason}"
            self.findings.skip("E911", what, why, 0)
            return "<eqn>0</eqn>"

    def element(self, tag: str, name: str, inside: Iterable[str]) -> None:
        self.lines.append(f"<{tag} name={quoteattr(name)}>{''.join(inside)}</{tag}>")

    def file(self) -> Exported:
        self.kinds()
        case, clock = self.case, self.case.clock
        if clock is None:
            self.findings.refuse("E911", "the case has no time, and XMILE nothing else", 0)
            raise self.findings.error()
        for assumption in case.assumptions:
            self.assumption(assumption.name)
        for stock in case.stocks:
            self.stock(stock)
        for variable in case.variables:
            self.variable(variable)
        self.findings.close()
        step = clock.step / clock.substeps
        save = f' isee:save_interval="{clock.step!r}"' if clock.substeps > 1 else ""
        stop = number(clock.step * clock.steps)
        specs = f'<sim_specs method="{clock.method.upper()}" time_units="Weeks"{save}>'
        specs += f"<start>0</start><stop>{stop}</stop><dt>{step!r}</dt></sim_specs>"
        head = [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<xmile version="1.0" xmlns="{_NAMESPACE}" xmlns:isee="{_VENDOR}">',
            f"<header><vendor>Schelling</vendor><product>Schelling</product>"
            f"<name>{escape(case.title)}</name></header>",
            specs,
            "<model><variables>",
        ]
        text = "\n".join([*head, *self.lines, "</variables></model>", "</xmile>"])
        return Exported(f"{text}\n", tuple(self.findings.left_out), self.known)

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
                why = "XMILE has none, and it can change what follows"
                self.findings.skip("E911", f"the {kind} '{one.name}'", why, 0)
        aside = {"claim": case.claims, "premise": case.premises, "question": case.questions}
        aside |= {"rival": case.rivals, "correlation": case.correlations}
        for kind, many in aside.items():
            if many:
                what = f"{len(many)} {kind}{'' if len(many) == 1 else 's'}"
                self.findings.left_out.append(LeftOut(0, what, "XMILE has none"))
        priors = sum(one.prior.family != "fixed" for one in case.assumptions)
        if priors:
            what = f"{priors} prior{'' if priors == 1 else 's'}"
            why = "XMILE has none; the median of each is written"
            self.findings.left_out.append(LeftOut(0, what, why))

    def assumption(self, name: str) -> None:
        one = next(a for a in self.case.assumptions if a.name == name)
        value = self.middles[name] * one.unit.factor
        says = f"{one.origin.says} {one.origin.why}".strip()
        if one.prior.family != "fixed":
            says = f"Prior: {one.prior.written}. {says}".strip()
        unit = describe(one.unit.dimensions) if one.unit.dimensions else ""
        self.element("aux", self.known[name], [f"<eqn>{number(value)}</eqn>", *_words(says, unit)])

    def stock(self, stock: Stock) -> None:
        name, within = self.known[stock.name], stock.within
        flow = self.spelling.of(f"change {stock.name}", f"{name} change")
        above = within is not None and within[0] == 0 and within[1] > _HIGH
        unit = describe(stock.unit.dimensions) if stock.unit.dimensions else ""
        inside = [self.eqn(stock.start, stock.name), f"<inflow>{flow}</inflow>"]
        inside += ["<non_negative/>"] if above else []
        self.element("stock", name, [*inside, *_words(stock.origin.says, unit)])
        rate = self.eqn(stock.change, stock.name)
        if within is not None and not above:
            rate = self.bounded(rate, name, within)
        self.element("flow", flow, [rate])

    def bounded(self, rate: str, name: str, within: tuple[float, float]) -> str:
        """A rate that keeps a stock within bounds, as far as Euler's rule goes."""
        clock = self.case.clock
        if clock is not None and clock.method != "euler":
            why = "XMILE has no bounds but 0; the flow is cut, which is exact only by Euler's rule"
            self.findings.skip("E911", f"the bounds of '{name}'", why, 0)
        raw = rate.removeprefix("<eqn>").removesuffix("</eqn>")
        low, high = (f"({number(end)} - {name}) / DT" for end in within)
        return f"<eqn>MAX({low}, MIN({high}, {raw}))</eqn>"

    def variable(self, variable: Variable) -> None:
        unit = describe(variable.unit.dimensions) if variable.unit.dimensions else ""
        inside = [self.eqn(variable.value, variable.name), *_words(variable.origin.says, unit)]
        self.element("aux", self.known[variable.name], inside)


def _words(says: str, unit: str) -> list[str]:
    found = [f"<doc>{escape(says)}</doc>"] if says else []
    return found + ([f"<units>{escape(unit)}</units>"] if unit else [])
