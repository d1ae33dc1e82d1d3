"""What may enter a conveyor: as much as there is room for, and what waits in a queue before it.

What comes from another conveyor enters in any case. Other flows enter in the order in which the
file lists them, up to the capacity of the conveyor, counting what leaves it in the same step, and
up to its limit of inflow. A queue is carried where only its amount matters: it sends all that waits
and arrives, up to the room there is, and its overflow takes the rest.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, sections 3.7.3 and
    4.2.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from schelling.interchange.stockflow.array_calls.surroundings import CallSurroundings
from schelling.interchange.stockflow.conveying import belts
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import ElementEquation, Quantity
from schelling.interchange.stockflow.terms import Fn, Num, Op, Ref, Term, key

_BATCHES = "its batches are whole, and only a stream is carried"


def uncarried(flat: Flat, quantity: Quantity, leaving: Mapping[str, str]) -> str:
    """Why what enters a conveyor cannot be carried; empty where it can.

    Args:
        flat: The model.
        quantity: The conveyor.
        leaving: By flow the conveyor or queue that it leaves.
    """
    conveyor = quantity.conveyor
    assert conveyor is not None
    flows = [full for flow in quantity.inflows if (full := flat.resolve(flow, quantity.scope))]
    for full in flows:
        if flat.quantities[full].dims != quantity.dims:
            return f"'{flat.quantities[full].name}' is not over the dimensions of the conveyor"
    before = [leaving[full] for full in flows if full in leaving]
    if not any(flat.quantities[full].queue for full in before):
        return _BATCHES if conveyor.discrete else ""
    if len(flows) > 1:
        return "something else enters beside what waits in a queue"
    if conveyor.one_at_a_time or conveyor.whole_batches:
        return "it takes the batches of a queue one at a time or whole, and batches are not carried"
    if conveyor.discrete and conveyor.in_limit is not None:
        return "its limit of inflow is one of batches in a unit of time"
    start = [one.term for one in quantity.equations.values()]
    return _BATCHES if conveyor.discrete and any(one != Num(0.0) for one in start) else ""


def uncarried_queue(flat: Flat, queue: Quantity) -> str:
    """Why a queue cannot be carried; empty where it can."""
    into = {
        found
        for one in flat.quantities.values()
        if one.conveyor is not None
        for flow in one.inflows
        if (found := flat.resolve(flow, one.scope)) is not None
    }
    flows = [flat.resolve(flow, queue.scope) or "" for flow in queue.outflows]
    if not flows or flows[0] not in into:
        return "it leads to no conveyor, and batches, which would keep their order, are not carried"
    first, *others = (flat.quantities[full] for full in flows if full)
    if len(others) > 1 or any(not one.overflow for one in others) or set(flows[1:]) & into:
        return "only one outflow beside the first is carried: an overflow that leads to no conveyor"
    dims = [
        flat.quantities[full].dims
        for flow in queue.inflows
        if (full := flat.resolve(flow, queue.scope))
    ]
    if any(one != queue.dims for one in (first.dims, *dims)):
        return "its flows are not over its dimensions"
    return ""


def admit(
    around: CallSurroundings, inflows: Sequence[str], left: Term, leaving: Mapping[str, str]
) -> None:
    """Let flows enter a conveyor only as far as there is room.

    Args:
        around: The model, with the conveyor as caller.
        inflows: Full names of the flows, in order.
        left: What stays on the conveyor in a step, in amounts by a step.
        leaving: By flow the conveyor or queue that it leaves.
    """
    flat, conveyor = around.flat, around.caller.quantity.conveyor
    assert conveyor is not None
    driven = [full for full in inflows if _of_a_conveyor(flat, full, leaving)]
    free = [full for full in inflows if full not in driven]
    for full in free:
        flat.quantities[full] = replace(flat.quantities[full], non_negative=True)
    rooms: list[Term] = []
    if conveyor.capacity is not None:
        per_step = Op("/", conveyor.capacity, Num(flat.grid.dt))
        taken = [left, *(Ref(f".{full}") for full in driven)]
        rooms.append(Fn("max", (Num(0.0), belts.less(per_step, taken))))
    if conveyor.in_limit is not None:
        rooms.append(Fn("max", (Num(0.0), conveyor.in_limit)))
    dims = around.caller.quantity.dims
    names = [around.make("room", dims, {(): room}) for room in rooms]
    for number, full in enumerate(free):
        earlier = [Ref(f".{one}") for one in free[:number]]
        wanted = _waiting(around, leaving[full]) if full in leaving else None
        if wanted is None and not names:
            continue
        found = wanted or _wanted(flat, full)
        for room in names:
            found = Fn("min", (belts.less(room, earlier), found))
        drive(around, full, found)
        if full in leaving:
            _overflow(around, flat.quantities[leaving[full]], full)


def drive(around: CallSurroundings, flow: str, term: Term) -> None:
    """Let a flow be what a conveyor makes of it."""
    flat, old = around.flat, around.flat.quantities[flow]
    scope = around.caller.quantity.scope
    equations = {(): ElementEquation(term, line=old.line, scope=scope)}
    free = replace(old, non_negative=False, leak=None, overflow=False)
    flat.quantities[flow] = replace(free, equations=equations)
    flat.numbers.pop(flow, None)
    flat.starts.pop(flow, None)


def _of_a_conveyor(flat: Flat, flow: str, leaving: Mapping[str, str]) -> bool:
    return flow in leaving and not flat.quantities[leaving[flow]].queue


def _wanted(flat: Flat, flow: str) -> Term:
    """What a flow would be if there were room, as a variable of its own."""
    old = flat.quantities[flow]
    name = f"{key(old.name)}#1 wanted".replace(" ", "_")
    made = replace(old, kind="aux", name=name, non_negative=True)
    return Ref(f".{flat.add(made)}")


def _arriving(flat: Flat, queue: Quantity) -> list[Term]:
    flows = (flat.resolve(flow, queue.scope) for flow in queue.inflows)
    return [Ref(f".{full}") for full in flows if full is not None]


def _waiting(around: CallSurroundings, queue: str) -> Term:
    """What a queue could send in a step: all that waits, and what arrives."""
    flat = around.flat
    waits = Op("/", Ref(f".{queue}"), Num(flat.grid.dt))
    return belts.total([waits, *_arriving(flat, flat.quantities[queue])])


def _overflow(around: CallSurroundings, queue: Quantity, sent: str) -> None:
    """Let the overflow of a queue take what it could not send."""
    flat = around.flat
    full = queue.scope + key(queue.name)
    for flow in queue.outflows:
        found = flat.resolve(flow, queue.scope)
        if found is not None and found != sent:
            drive(around, found, Op("-", _waiting(around, full), Ref(f".{sent}")))
