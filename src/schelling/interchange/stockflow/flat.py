"""A model without modules: quantities under full names, inputs replaced by what feeds them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from schelling.interchange.foreign import Findings, UnreadableFile
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
    """

    quantities: dict[str, Quantity]
    aliases: dict[str, str]
    dims: dict[str, tuple[str, ...]]
    labels: dict[str, str]
    grid: TimeSpan
    macros: Mapping[str, Macro]
    findings: Findings

    def resolve(self, name: str, scope: str) -> str | None:
        """The full name of what a name means where it is read; None where it means nothing."""
        if name.startswith("."):
            places = (name[1:],)
        else:
            places = (scope + name, *((name,) if "." in name else ()))
        for place in places:
            seen: set[str] = set()
            while place in self.aliases and place not in seen:
                seen.add(place)
                place = self.aliases[place]  # noqa: PLW2901 - followed to its end
            if place in self.quantities:
                return place
        return None

    def add(self, quantity: Quantity) -> str:
        """Take up a quantity; its full name."""
        full = quantity.scope + key(quantity.name)
        if full in self.quantities:
            message = f"'{quantity.name}' is defined twice"
            first = self.quantities[full].line
            reason = "names differ by more than case, blanks and underscores"
            hint = f"the first stands on line {first}"
            self.findings.refuse("E907", message, quantity.line, reason, hint)
        self.quantities[full] = quantity
        if len(self.quantities) > MOST_QUANTITIES:
            message = f"the model has more than {MOST_QUANTITIES:,} variables"
            self.findings.refuse("E902", message, quantity.line)
            raise UnreadableFile
        return full


def flatten(model: StockFlow, findings: Findings) -> Flat:
    """Write out the modules of a model."""
    flat = Flat({}, {}, dict(model.dims), dict(model.labels), model.grid, model.macros, findings)
    _take(flat, model, model.root, "", 0)
    for inner in flat.aliases:
        flat.quantities.pop(inner, None)
    return flat


def _placed(quantity: Quantity, flat: Flat) -> Mapping[tuple[str, ...], ElementEquation]:
    """Equations under their elements, also those that stand in a list."""
    count = math.prod(len(flat.dims.get(dim, ())) for dim in quantity.dims)
    if count > MOST_CELLS:
        message = f"'{quantity.name}' has {count:,} elements; at most {MOST_CELLS:,} are read"
        flat.findings.refuse("E902", message, quantity.line)
        raise UnreadableFile
    cells = list(itertools.product(*(flat.dims.get(dim, ()) for dim in quantity.dims)))
    found: dict[tuple[str, ...], ElementEquation] = {}
    for element, equation in quantity.equations.items():
        if len(element) == 1 and element[0].startswith(PLACE):
            place = int(element[0].removeprefix(PLACE)) - 1
            element = cells[place] if place < len(cells) else element  # noqa: PLW2901
        found[element] = equation
    return found


def _take(flat: Flat, model: StockFlow, part: Submodel, scope: str, level: int) -> None:
    if level > MOST_LEVELS:
        message = f"modules are nested more than {MOST_LEVELS} deep"
        flat.findings.refuse("E902", message, part.modules[0].line if part.modules else 0)
        raise UnreadableFile
    for quantity in part.quantities:
        flat.add(replace(quantity, scope=scope, equations=_placed(quantity, flat)))
    for module in part.modules:
        inner = model.models.get(module.model)
        if inner is None:
            message = f"the module '{module.name}' uses a model '{module.model}' that is not here"
            flat.findings.refuse("E903", message, module.line)
            continue
        own = f"{scope}{module.name}."
        _take(flat, model, inner, own, level + 1)
        for to, source in module.connections:
            prefix = f"{module.name}."
            inside = to.lstrip(".").removeprefix(prefix)
            if to.lstrip(".").startswith(prefix) or "." not in to:
                flat.aliases[own + inside] = scope + source.lstrip(".")
