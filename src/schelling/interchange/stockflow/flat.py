"""A model without modules: quantities under full names, inputs replaced by what feeds them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from schelling.interchange.foreign import Findings, UnreadableFile
from schelling.interchange.stockflow import built_in
from schelling.interchange.stockflow.model import (
    PLACE,
    ElementEquation,
    Macro,
    Quantity,
    StockFlow,
    Submodel,
    TimeSpan,
)
from schelling.interchange.stockflow.terms import key

MOST_QUANTITIES = 5_000
MOST_LEVELS = 12
MOST_CELLS = 5_000
"""Elements of one variable; a case has no more definitions."""
MOST_CELLS_IN_ALL = 100_000
"""Elements of all variables."""
MOST_PLACES_IN_ALL = 20_000
"""Elements of all dimensions that are made, such as the places of pipelines."""
MOST_MODULES = 2_000
MOST_INPUTS = 5_000
MOST_FLOWS = 100
"""Flows into one stock, and out of it."""
LONGEST_NAME = 1_000
"""Characters of a name with those of the modules it is in."""
_LONGEST_CHAIN = 100
"""Inputs that feed each other."""


@dataclass
class Flat:
    """Everything a model computes, by full name.

    Attributes:
        quantities: By the keys of the modules they are in and their own, joined by points.
        aliases: Inputs of modules, with what feeds them.
        dims: Elements of every dimension.
        labels: How dimensions and elements are written.
        grid: The time.
        macros: Functions that the file defines.
        findings: What is found wrong.
        numbers: Those that constants are known to be.
        starts: Those that auxiliaries are known to be at the start.
        modules: How many places of models were written out.
        cells: How many elements all quantities have.
        places: How many elements were made for dimensions that the file does not have.
    """

    quantities: dict[str, Quantity]
    aliases: dict[str, str]
    dims: dict[str, tuple[str, ...]]
    labels: dict[str, str]
    grid: TimeSpan
    macros: Mapping[str, Macro]
    findings: Findings
    numbers: dict[str, float] = field(default_factory=dict[str, float])
    starts: dict[str, float] = field(default_factory=dict[str, float])
    modules: int = 0
    cells: int = 0
    places: int = 0

    def resolve(self, name: str, scope: str) -> str | None:
        """The full name of what a name means where it is read; None where it means nothing."""
        if name.startswith("."):
            places = (name[1:],)
        else:
            places = (scope + name, *((name,) if "." in name else ()))
        for place in places:
            seen: set[str] = set()
            while place in self.aliases and place not in seen and len(seen) < _LONGEST_CHAIN:
                seen.add(place)
                place = self.aliases[place]  # noqa: PLW2901 - followed to its end
            if place in self.quantities:
                return place
        return None

    def add(self, quantity: Quantity) -> str:
        """Take up a quantity; its full name."""
        full = quantity.scope + key(quantity.name)
        self._bounded(full, quantity)
        if full in self.quantities:
            message = f"'{quantity.name}' is defined twice"
            first = self.quantities[full].line
            reason = "names differ by more than case, blanks and underscores"
            hint = f"the first stands on line {first}"
            self.findings.refuse("E907", message, quantity.line, reason, hint)
        self.quantities[full] = quantity
        if len(self.quantities) > MOST_QUANTITIES:
            self.stop(f"the model has more than {MOST_QUANTITIES:,} variables", quantity.line)
        return full

    def _bounded(self, full: str, quantity: Quantity) -> None:
        """Count what a quantity adds; stop where it is too much."""
        self.short(full, quantity.line)
        count = self.count(quantity)
        self.cells += count
        if self.cells > MOST_CELLS_IN_ALL:
            message = f"all variables together have more than {MOST_CELLS_IN_ALL:,} elements"
            self.stop(message, quantity.line)
        if max(len(quantity.inflows), len(quantity.outflows)) > MOST_FLOWS:
            message = f"'{quantity.name}' has more than {MOST_FLOWS} flows in one direction"
            self.stop(message, quantity.line)

    def count(self, quantity: Quantity) -> int:
        """How many elements a quantity has; 0 over a dimension that is not defined."""
        count = math.prod(len(self.dims.get(dim, ())) for dim in quantity.dims)
        if count > MOST_CELLS:
            message = f"'{quantity.name}' has {count:,} elements; at most {MOST_CELLS:,} are read"
            self.stop(message, quantity.line)
        return count

    def feed(self, inner: str, source: str, line: int) -> None:
        """Take up an input of a module, with what feeds it."""
        self.short(max(inner, source, key=len), line)
        self.aliases[inner] = source
        if len(self.aliases) > MOST_INPUTS:
            self.stop(f"modules have more than {MOST_INPUTS:,} inputs", line)

    def more_places(self, count: int, line: int) -> None:
        """Count elements of a dimension that is made."""
        self.places += count
        if self.places > MOST_PLACES_IN_ALL:
            self.stop(f"all pipelines have more than {MOST_PLACES_IN_ALL:,} places", line)

    def short(self, full: str, line: int) -> None:
        """Stop where a name is too long."""
        if len(full) > LONGEST_NAME:
            message = f"the name '{full[:40]}...' is longer than {LONGEST_NAME:,} characters"
            self.stop(message, line)

    def stop(self, message: str, line: int) -> NoReturn:
        """Refuse a model that goes beyond a bound.

        Raises:
            UnreadableFile: Always.
        """
        self.findings.refuse("E902", message, line)
        raise UnreadableFile


def flatten(model: StockFlow, findings: Findings) -> Flat:
    """Write out the modules of a model."""
    macros = {**built_in.MACROS, **model.macros}
    flat = Flat({}, {}, dict(model.dims), dict(model.labels), model.grid, macros, findings)
    _take(flat, model, model.root, "", 0)
    for inner in flat.aliases:
        flat.quantities.pop(inner, None)
    return flat


def _placed(quantity: Quantity, flat: Flat) -> Mapping[tuple[str, ...], ElementEquation]:
    """Equations under their elements, also those that stand in a list."""
    listed = any(e[:1] and e[0].startswith(PLACE) for e in quantity.equations)
    many = [flat.dims.get(dim, ()) for dim in quantity.dims] if listed else []
    cells = list(itertools.product(*many)) if listed and flat.count(quantity) else []
    found: dict[tuple[str, ...], ElementEquation] = {}
    for element, equation in quantity.equations.items():
        if len(element) == 1 and element[0].startswith(PLACE):
            place = int(element[0].removeprefix(PLACE)) - 1
            element = cells[place] if place < len(cells) else element  # noqa: PLW2901
        found[element] = equation
    return found


def _take(flat: Flat, model: StockFlow, part: Submodel, scope: str, level: int) -> None:
    line = part.modules[0].line if part.modules else 0
    flat.modules += 1
    if level > MOST_LEVELS:
        flat.stop(f"modules are nested more than {MOST_LEVELS} deep", line)
    if flat.modules > MOST_MODULES:
        flat.stop(f"modules use models more than {MOST_MODULES:,} times", line)
    for quantity in part.quantities:
        flat.add(replace(quantity, scope=scope, equations=_placed(quantity, flat)))
    for module in part.modules:
        inner = model.models.get(module.model)
        if inner is None:
            message = f"the module '{module.name}' uses a model '{module.model}' that is not here"
            flat.findings.refuse("E903", message, module.line)
            continue
        own = f"{scope}{module.name}."
        flat.short(own, module.line)
        _take(flat, model, inner, own, level + 1)
        for to, source in module.connections:
            prefix = f"{module.name}."
            inside = to.lstrip(".").removeprefix(prefix)
            if to.lstrip(".").startswith(prefix) or "." not in to:
                flat.feed(own + inside, scope + source.lstrip("."), module.line)
