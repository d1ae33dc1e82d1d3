"""What of a model can differ from step to step, and what is fixed from the start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container

from schelling.interchange.stockflow import functions
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import Quantity
from schelling.interchange.stockflow.terms import Fn, Ref, walk


def moving(flat: Flat, limited: Container[str]) -> frozenset[str]:
    """Every quantity that can differ from step to step.

    Args:
        flat: The model.
        limited: Full names of flows that are held to what is in a stock.

    Returns:
        Their full names: stocks, what solves an equation, what reads the time or remembers, and
        what reads any of these.
    """
    readers: dict[str, set[str]] = defaultdict(set)
    found: set[str] = set()
    for full, one in flat.quantities.items():
        if one.kind in ("stock", "unknown"):
            found.add(full)
        elif one.kind != "initial":
            reads, itself = _reads(flat, one)
            if itself or full in limited:
                found.add(full)
            for read in reads:
                readers[read].add(full)
    waiting = list(found)
    while waiting:
        new = readers.get(waiting.pop(), set[str]()) - found
        found |= new
        waiting += new
    return frozenset(found)


def _reads(flat: Flat, quantity: Quantity) -> tuple[set[str], bool]:
    """What a quantity reads by name, and whether it moves of itself."""
    found: set[str] = set()
    itself = False
    for equation in quantity.equations.values():
        scope = quantity.scope if equation.scope is None else equation.scope
        for part in walk(equation.term) if equation.term is not None else ():
            if isinstance(part, Fn):
                itself |= part.name.startswith("case ") or part.name in functions.OF_TIME
            elif isinstance(part, Ref):
                full = flat.resolve(part.name, scope)
                itself |= full is None and part.name == "time"
                found |= set() if full is None else {full}
    return found, itself
