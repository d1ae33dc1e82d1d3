"""What flows out of a stock that cannot fall below 0 is at most what is there and flows in.

Flows are served in the order in which the file lists them. A flow that several stocks name as
theirs is not held back: it would take from one what another lacks, and only the stocks are cut.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 4.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import Quantity
from schelling.interchange.stockflow.terms import Fn, Ref, walk


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
    reads = {full: _reads(flat, one) for full, one in flat.quantities.items()}
    for stock, one in flat.quantities.items():
        if one.kind != "stock" or not one.non_negative:
            continue
        inflows = [full for flow in one.inflows if (full := _resolved(flat, flow, one))]
        earlier: list[str] = []
        for flow in (_resolved(flat, flow, one) for flow in one.outflows):
            if not flow or sources[flow] != 1 or flat.quantities[flow].dims != one.dims:
                continue
            first = tuple(e for e in earlier if not _reach(e, flow, reads))
            reads[flow] = reads[flow] | set(first)
            known: list[str] = []
            for inflow in inflows:
                alike = flat.quantities[inflow].dims == one.dims
                if alike and not _reach(inflow, flow, reads):
                    known.append(inflow)
                    reads[flow] = reads[flow] | {inflow}
            found[flow] = OutflowLimit(stock, tuple(known), first)
            earlier.append(flow)
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


def _reach(start: str, target: str, reads: Mapping[str, set[str]]) -> bool:
    """Whether one quantity is read, by whatever way, by another."""
    waiting, seen = [start], {start}
    while waiting:
        here = waiting.pop()
        if here == target:
            return True
        new = reads.get(here, set[str]()) - seen
        seen |= new
        waiting += new
    return False
