"""What flows out of a stock that cannot fall below 0 is at most what is there and flows in.

Flows are served in the order in which the file lists them. A flow that several stocks name as
theirs is not held back: it would take from one what another lacks, and only the stocks are cut.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 4.2.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import Quantity
from schelling.interchange.stockflow.terms import Fn, Ref, walk

MOST_OUTFLOWS = 50
"""Of one stock that cannot fall below 0."""
MOST_LIMITS = 1_000


@dataclass(frozen=True)
class OutflowLimit:
    """What a flow out of a stock is held to.

    Attributes:
        stock: Full name of the stock.
        inflows: Those of its inflows that can be known before the flow is.
        earlier: Flows out of it that come first.
    """

    stock: str
    inflows: tuple[str, ...]
    earlier: tuple[str, ...]


def limits(flat: Flat) -> Mapping[str, OutflowLimit]:
    """Every flow that is held back, with what holds it."""
    found: dict[str, OutflowLimit] = {}
    sources = Counter(
        full
        for one in flat.quantities.values()
        for full in {_resolved(flat, flow, one) for flow in one.outflows}
    )
    readers = _readers(flat)
    for stock, one in flat.quantities.items():
        if one.kind != "stock" or not one.non_negative:
            continue
        if len(one.outflows) > MOST_OUTFLOWS:
            message = f"'{one.name}' has more than {MOST_OUTFLOWS} outflows and cannot fall below 0"
            flat.stop(message, one.line)
        inflows = [full for flow in one.inflows if (full := _resolved(flat, flow, one))]
        earlier: list[str] = []
        for flow in (_resolved(flat, flow, one) for flow in one.outflows):
            if not flow or sources[flow] != 1 or flat.quantities[flow].dims != one.dims:
                continue
            later = _later(flow, readers)
            first = tuple(e for e in earlier if e not in later)
            alike = [full for full in inflows if flat.quantities[full].dims == one.dims]
            known = tuple(full for full in alike if full not in later)
            for read in (*first, *known):
                readers[read].add(flow)
            found[flow] = OutflowLimit(stock, known, first)
            earlier.append(flow)
            if len(found) > MOST_LIMITS:
                message = f"more than {MOST_LIMITS:,} flows leave stocks that cannot fall below 0"
                flat.stop(message, one.line)
    return found


def _resolved(flat: Flat, flow: str, stock: Quantity) -> str:
    return flat.resolve(flow, stock.scope) or ""


def _reads(flat: Flat, quantity: Quantity) -> set[str]:
    """What must be known before it is; stocks are known anyway."""
    found: set[str] = set()
    if quantity.kind == "stock":
        return found
    for equation in quantity.equations.values():
        scope = quantity.scope if equation.scope is None else equation.scope
        for part in walk(equation.term) if equation.term is not None else ():
            if isinstance(part, Ref | Fn):
                full = flat.resolve(part.name, scope)
                if full is not None and flat.quantities[full].kind != "stock":
                    found.add(full)
    return found


def _readers(flat: Flat) -> dict[str, set[str]]:
    """By each quantity those that read it."""
    found: dict[str, set[str]] = defaultdict(set)
    for full, one in flat.quantities.items():
        for read in _reads(flat, one):
            found[read].add(full)
    return found


def _later(start: str, readers: Mapping[str, set[str]]) -> set[str]:
    """A quantity and all that read it, by whatever way: they are known only after it."""
    waiting, seen = [start], {start}
    while waiting:
        new = readers.get(waiting.pop(), set[str]()) - seen
        seen |= new
        waiting += new
    return seen
