"""Types of `smooth` and `delay`: numbers that lag behind others, kept as stocks of their own.

`smooth(x, T)` moves towards x by the share 1/T of the gap per unit of time; of order n it is the
last of n such stages in a row, each n times as fast. `delay(x, T, order=n)` lets what flows in at
the rate x pass through n stores, of which each empties at the rate n/T times what it holds; what
flows out of the last is the answer. The two differ only where T changes: a delay loses nothing on
the way. Both start as if x had always been what it is at the start.

References:
    Forrester (1961), Industrial Dynamics, chapter 9.
"""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.clock import ANY_TIME
from schelling.case.language.parsing.printer import brief, shorten
from schelling.case.language.parsing.syntax import Call
from schelling.case.language.typed.remembered import Kept, Memory
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    GameValue,
    Kind,
    Operation,
    Reference,
    Type,
    Typed,
    When,
    mentions,
    operands,
)
from schelling.case.language.typed.units import PER_TIME, TIME, Dimensions, multiply
from schelling.case.language.typed.visitor import Visitor

MOST_STAGES = 20

_NOTHING = Constant(0.0, UNKNOWN)


def call(inference: Visitor, expression: Call, time: Typed | None) -> Typed:
    """Type a call of `smooth` or `delay` with as many arguments as it takes.

    Args:
        inference: The pass it is part of.
        expression: The call.
        time: Its second argument, None where that is no length of time.
    """
    written = expression.arguments[0]
    x = inference.visit(written)
    stages = _stages(inference, expression)
    if time is None or stages is None or not inference.want(written, x, Kind.NUMBER):
        return _NOTHING
    before = len(inference.issues)
    _known(inference, expression, (x, time))
    _long_enough(inference, expression, time, stages)
    if len(inference.issues) > before:
        return _NOTHING
    if x.type.when is When.FIXED and expression.function == "smooth":
        return x
    memory, key = inference.scope.memory, (expression.function, x, time, stages)
    if key not in memory.values:
        bound = bool(inference.scope.bound)
        of = f"{shorten(write(x))}, {_weeks(time)}" if bound else _arguments(expression)
        order = f", order={stages}" if stages > 1 or expression.function == "delay" else ""
        of = of.replace("/", "per")  # a stored series has no slash in its name
        name = memory.name(f"{expression.function}({of if bound else shorten(of)}{order})")
        made = _smooth if expression.function == "smooth" else _delay
        found = list(made(memory, name, x, time, stages))
        memory.kept += found
        if inference.scope.influence is not None:
            for one in found:
                reads = mentions(one.start) | mentions(one.change)
                inference.scope.influence.learn(one.name, reads)
        memory.values[key] = _value(found[-1], time, stages, x.type.dimensions, expression.function)
    return memory.values[key]


def _weeks(time: Typed) -> str:
    return f"{time.value:.4g} weeks" if isinstance(time, Constant) else shorten(write(time))


def _arguments(expression: Call) -> str:
    return ", ".join(map(brief, expression.arguments))


def _stages(inference: Visitor, expression: Call) -> int | None:
    """How many stages there are; None where that is no whole number that can be had."""
    written = dict(expression.keywords).get("order")
    if written is None and expression.function == "delay":
        message = "'delay' needs an order: how many stores things pass through"
        hint = "order=1 lets things out at any time, order=3 most of them around the time given"
        inference.report("E433", message, expression.place, hint=hint)
        return None
    if written is None:
        return 1
    order = inference.visit(written)
    if not order.type.known:
        return None
    whole = isinstance(order, Constant) and order.value in range(1, MOST_STAGES + 1)
    if not whole or order.type.dimensions != () or not isinstance(order, Constant):
        message = f"'order' is a whole number from 1 to {MOST_STAGES}, not '{brief(written)}'"
        inference.report("E433", message, written.place, hint="such as order=3")
        return None
    return int(order.value)


def _known(inference: Visitor, expression: Call, read: tuple[Typed, ...]) -> None:
    """What is remembered must be known while a world runs, also in claims."""
    name = expression.function
    if inference.scope.speaker or inference.scope.seen:
        message = f"'{name}' remembers a number of a world, not one of every agent"
        hint = "give the agents a state that lags behind"
        inference.report("E426", message, expression.place, hint=hint)
    elif any(one.type.when is When.HINDSIGHT for one in read):
        message = f"'{name}' follows a number through the run; this one is known only afterwards"
        hint = f"such as max({name}(x, 4 weeks)) for {name}(max(x), 4 weeks)"
        inference.report("E433", message, expression.place, hint=hint)
    elif any(_asks_game(one) for one in read):
        message = f"'{name}' cannot follow what a game would give: it is solved only where played"
        inference.report("E433", message, expression.place)


def _asks_game(expression: Typed) -> bool:
    own = isinstance(expression, GameValue) and not expression.state
    return own or any(_asks_game(part) for part in operands(expression))


def _long_enough(inference: Visitor, expression: Call, time: Typed, stages: int) -> None:
    """A stage that is shorter than a substep cannot be followed."""
    clock = inference.scope.clock
    if not isinstance(time, Constant) or clock is None:
        return
    place, substep = expression.arguments[1].place, clock.step / clock.substeps
    if time.value <= 0:
        message = f"the time of '{expression.function}' must be above 0"
        inference.report("E433", message, place)
    elif clock is not ANY_TIME and time.value / stages < substep * (1 - 1e-9):
        each = f"each of its {stages} stages" if stages > 1 else "it"
        message = f"this lag is too short for the steps of the case: {each} takes "
        message += f"{time.value / stages * 7:.3g} days, and a substep {substep * 7:.3g}"
        inference.report("E433", message, place, hint="give more substeps, or a shorter step")


def _smooth(memory: Memory, name: str, x: Typed, time: Typed, stages: int) -> Iterator[Kept]:
    unit = x.type.dimensions
    towards = x
    for number in range(1, stages + 1):
        own = name if number == stages else memory.name(f"{name}, stage {number}")
        gap = _of("-", (towards, _reference(own, unit)), unit)
        yield Kept(own, x, _rate(gap, time, stages), unit)
        towards = _reference(own, unit)


def _delay(memory: Memory, name: str, x: Typed, time: Typed, stages: int) -> Iterator[Kept]:
    held = _times(x.type.dimensions, TIME.dimensions)
    start = _of("/", (_of("*", (x, time), held), _number(stages)), held)
    inflow = x
    for number in range(1, stages + 1):
        own = memory.name(f"{name}, under way {number}" if stages > 1 else f"{name}, under way")
        outflow = _rate(_reference(own, held), time, stages)
        yield Kept(own, start, _of("-", (inflow, outflow), x.type.dimensions), held)
        inflow = outflow


def _value(last: Kept, time: Typed, stages: int, unit: Dimensions | None, function: str) -> Typed:
    """What a call stands for: the last stage, or what flows out of the last store."""
    kept = _reference(last.name, last.dimensions)
    if function == "smooth":
        return kept
    found = _rate(kept, time, stages)
    return Operation("/", operands(found), Type(Kind.NUMBER, unit, When.STEP))


def _rate(value: Typed, time: Typed, stages: int) -> Typed:
    """A number times the stages a unit of time; none where a drawn time is not above 0."""
    unit = _times(value.type.dimensions, PER_TIME.dimensions)
    if not isinstance(time, Constant):
        time = Operation("max", (time, _number(0)), time.type)
    fast = value if stages == 1 else _of("*", (value, _number(stages)), value.type.dimensions)
    return _of("/", (fast, time), unit)


def _times(unit: Dimensions | None, other: Dimensions) -> Dimensions:
    return multiply(unit or (), other)


def _number(value: float) -> Typed:
    return Constant(float(value), Type(Kind.NUMBER))


def _reference(name: str, unit: Dimensions | None) -> Typed:
    return Reference(name, Type(Kind.NUMBER, unit, When.STEP))


def _of(sign: str, parts: tuple[Typed, Typed], unit: Dimensions | None) -> Typed:
    return Operation(sign, parts, Type(Kind.NUMBER, unit, When.STEP))
