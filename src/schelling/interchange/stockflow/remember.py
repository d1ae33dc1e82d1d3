"""Functions that remember, written out as stocks: delays, smooths, trends, conveyors, macros.

What a function remembers becomes a stock beside the variable that calls it, so that arrays, values
at the start and methods of integration need no second way. A pipeline (`DELAY`, `PREVIOUS`, a
conveyor) is a row of places that everything moves along by one place a step: a stock `(x - p) / dt`
holds under Euler's rule exactly what x was one step ago.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, sections 3.5.4 and
    4.2.1.
    Sterman (2000), Business Dynamics, chapter 11 (delays), chapter 16 (`TREND`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from schelling.interchange.stockflow import built_in, constants, random_numbers
from schelling.interchange.stockflow.apart import apart
from schelling.interchange.stockflow.array_calls import known
from schelling.interchange.stockflow.array_calls.surroundings import CallSurroundings
from schelling.interchange.stockflow.array_calls.vectors import NotAVector
from schelling.interchange.stockflow.caller import Caller
from schelling.interchange.stockflow.conveying import admission, containers, conveyors, pipelines
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import ElementEquation, Macro, Quantity
from schelling.interchange.stockflow.terms import (
    Fn,
    Num,
    Op,
    Ref,
    Term,
    key,
    rebuilt,
)

MOST_PLACES = 500
MOST_STAGES = 50
MOST_NESTED = 8
_INPUT = "its input is taken"
_ZERO = "0 stands in its place"

_ORDER = {"delay1": 1, "delay3": 3, "smth1": 1, "smth3": 3, "smooth": 1, "smooth3": 3}
_MEMORY = frozenset(
    (
        *_ORDER,
        "delayn",
        "smthn",
        "delay",
        "delayfixed",
        "delayconveyor",
        "previous",
        "trend",
        "forcst",
        "init",
    )
)

_By = Mapping[tuple[str, ...], ElementEquation]


@dataclass
class WrittenOut:
    """Writes out what remembers, quantity by quantity.

    Attributes:
        flat: The model; what is made is added to it.
        made: How many things were made beside each quantity.
        calls: What stands for a call that was written out already.
        drawn: How many random numbers the model draws at every step.
        sources: By flow the conveyor or queue that it leaves.
        rows: Where the places of conveyors are.
    """

    flat: Flat
    made: dict[str, int] = field(default_factory=dict[str, int])
    calls: dict[tuple[str, tuple[str, ...], str, Term], Term] = field(
        default_factory=dict[tuple[str, tuple[str, ...], str, Term], Term]
    )
    drawn: int = 0
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    rows: dict[str, Ref | None] = field(default_factory=dict[str, Ref | None])

    def all(self) -> None:
        """Write out every quantity of the model, those that are made on the way too."""
        self._queues()
        self.sources = conveyors.sources(self.flat)
        done: set[str] = set()
        while waiting := [full for full in self.flat.quantities if full not in done]:
            # conveyors first: equations read their places
            for full in sorted(
                waiting, key=lambda full: self.flat.quantities[full].conveyor is None
            ):
                done.add(full)
                self._quantity(full)

    def _queues(self) -> None:
        for full, one in list(self.flat.quantities.items()):
            why = admission.uncarried_queue(self.flat, one) if one.queue else ""
            if why:
                self.flat.findings.skip("E908", f"queue '{one.name}'", why, one.line)
                self.flat.quantities[full] = replace(one, queue=False)
            if one.queue:
                self.rows[full] = None

    def _quantity(self, full: str) -> None:
        quantity = self.flat.quantities[full]
        if quantity.conveyor is not None:
            caller = Caller(full, quantity, (), ElementEquation(None, line=quantity.line))
            around = CallSurroundings(
                self.flat, caller, partial(self._name, caller), partial(self._row, caller)
            )
            transit = partial(self._places, caller=caller, least=1)
            quantity, self.rows[full] = conveyors.written(around, transit, self.sources)
        equations = self._equations(full, quantity, quantity.equations)
        change = self._equations(full, quantity, quantity.change)
        self.flat.quantities[full] = replace(quantity, equations=equations, change=change)

    def _equations(self, full: str, quantity: Quantity, given: _By) -> _By:
        found: dict[tuple[str, ...], ElementEquation] = {}
        for element, equation in apart(quantity, given, self.flat).items():
            caller = Caller(full, quantity, element, equation)
            term = None if equation.term is None else self._term(equation.term, caller)
            initial = None if equation.initial is None else self._term(equation.initial, caller)
            found[element] = replace(equation, term=term, initial=initial)
        return found

    def _term(self, term: Term, caller: Caller) -> Term:
        found = rebuilt(term, lambda part: self._term(part, caller))
        read = containers.read(found, caller, self.flat, self.rows)
        if read is None:
            name = found.name if isinstance(found, Fn | Ref) else ""
            self._skip(Fn(name, (found,)), "what lies at which place is not carried", caller, _ZERO)
            return Num(0.0)
        return self._call(read, caller) if isinstance(read, Fn) else read

    def _call(self, call: Fn, caller: Caller) -> Term:
        own = self.flat.resolve(call.name, caller.scope)
        if own is not None and len(call.args) == 1 and _is_graph(self.flat.quantities[own]):
            return call
        if call.name in known.TAKES and call.name not in self.flat.macros:
            return self._array(call, caller)
        if call.name not in _MEMORY and call.name not in self.flat.macros:
            if not random_numbers.known(call.name, call.args):
                return call
            self.drawn += 1
            return random_numbers.marked(self.drawn, call)
        index = (caller.full, caller.element, caller.scope, call)
        if index not in self.calls:
            write = self._macro if call.name in self.flat.macros else self._memory
            self.calls[index] = write(call, caller)
        return self.calls[index]

    def _array(self, call: Fn, caller: Caller) -> Term:
        around = CallSurroundings(
            self.flat, caller, partial(self._name, caller), partial(self._row, caller)
        )
        try:
            if not all(map(constants.short, call.args)):  # each is said several times
                message = "its arguments are long; name them"
                raise NotAVector(message)
            if len(set(around.over)) < len(around.over):
                message = "its equation is over a range twice"
                raise NotAVector(message)
            return known.written(call.name, call.args, around)
        except NotAVector as error:
            name = call.name.replace("_", " ")
            self._skip(Fn(name, call.args), str(error), caller, _ZERO)
            return Num(0.0)

    def _memory(self, call: Fn, caller: Caller) -> Term:
        if call.name == "delayconveyor":
            return self._leaking_pipe(call, caller)
        least = 3 if call.name in ("delayn", "smthn", "forcst") else 2
        least = 1 if call.name in ("init", "previous") else least
        if not least <= len(call.args) <= 4:
            message = f"{call.name.upper()} has {len(call.args)} arguments"
            self.flat.findings.refuse("E908", message, caller.equation.line)
            return Num(0.0)
        x, more = call.args[0], call.args[1:]
        match call.name:
            case "init":
                return self._stock(caller, "at the start", x, None, kind="initial")
            case "previous":
                return self._pipe(caller, x, Num(self.flat.grid.dt), (*more, x)[0])
            case "delay":
                return self._pipe(caller, x, more[0], (*more, x)[1])
            case "delayfixed":
                return self._pipe(caller, x, more[0], (*more, x)[1], least=1)
            case "trend":
                return self._trend(caller, x, more[0], (*more, Num(0.0))[1])
            case "forcst":
                trend = self._trend(caller, x, more[0], (*more, Num(0.0))[2])
                return Op("*", x, Op("+", Num(1.0), Op("*", trend, more[1])))
            case _:
                return self._stages(call, caller)

    def _stages(self, call: Fn, caller: Caller) -> Term:
        x, time, *more = call.args
        order = _ORDER.get(call.name)
        if order is None:
            written = self._unchanging(call.name.upper(), "order", more.pop(0), caller)
            if written is None or not 1 <= round(written) <= MOST_STAGES:
                why = f"its order must be a constant from 1 to {MOST_STAGES}"
                self._skip(call, why, caller, _INPUT)
                return x
            order = round(written)
        kind = "delay" if call.name.startswith("delay") else "smooth"
        short = constants.value(time, caller.scope, self.flat)
        followed = short is None or short / order >= self.flat.grid.dt * (1 - 1e-9)
        if not more and followed:
            return Fn(f"case {kind}", (x, time, Num(float(order))))
        each = Op("/", time, Num(float(order)))
        start = more[0] if more else x
        inflow = x
        for number in range(1, order + 1):
            said = f"{kind} {number}" if order > 1 else kind
            if kind == "smooth":
                inflow = self._towards(caller, said, inflow, start, each)
            else:
                held = self._held(caller, said, inflow, Op("*", start, each), each)
                inflow = Op("/", held, each)
        return inflow

    def _towards(self, caller: Caller, said: str, x: Term, start: Term, time: Term) -> Ref:
        own = self._name(caller, said)
        change = Op("/", Op("-", x, Ref(own)), time)
        return self._stock(caller, said, start, change, own=own)

    def _held(self, caller: Caller, said: str, x: Term, start: Term, time: Term) -> Ref:
        own = self._name(caller, said)
        change = Op("-", x, Op("/", Ref(own), time))
        return self._stock(caller, said, start, change, own=own)

    def _trend(self, caller: Caller, x: Term, time: Term, initial: Term) -> Term:
        start = Op("/", x, Op("+", Num(1.0), Op("*", initial, time)))
        mean = self._towards(caller, "trend", x, start, time)
        lag = Op("*", time, Fn("abs", (mean,)))
        return Fn("safediv", (Op("-", x, mean), lag))

    def _pipe(self, caller: Caller, x: Term, time: Term, start: Term, *, least: int = 0) -> Term:
        """What there was some time ago; by Vensim's functions at least a step ago."""
        places = self._places(time, caller, least=least)
        if not places:
            return x
        dt = Num(self.flat.grid.dt)
        if places == 1:
            return self._towards(caller, "one step ago", x, start, dt)
        own, dim = self._name(caller, "pipeline"), self._row(caller, places)
        first = Op("/", Op("-", x, Ref(own)), dt)
        return pipelines.belt(caller, self.flat, own, dim, (start, first))

    def _leaking_pipe(self, call: Fn, caller: Caller) -> Term:
        why = pipelines.uncarried(call.args, caller, self.flat)
        places = None if why else self._places(call.args[1], caller, least=1)
        if why:
            self._skip(Fn("delay conveyor", call.args), why, caller, _INPUT)
        if not places:
            return call.args[0]
        own, dim = self._name(caller, "conveyor"), self._row(caller, places)
        return pipelines.leaking(call.args, caller, self.flat, own, dim)

    def _places(self, time: Term, caller: Caller, *, least: int = 0) -> int | None:
        """How many steps a pipeline is long; None where it cannot be carried."""
        grid = self.flat.grid
        length = self._unchanging("pipeline", "delay time", time, caller)
        why = ""
        if grid.method != "euler":
            why = "a pipeline moves by whole steps, which RK4 has none of"
        elif length is None:
            why = "its delay time must be a constant"
        elif length < 0:
            why = "its delay time is below 0"
        elif length > MOST_PLACES * grid.dt:
            why = f"it is longer than {MOST_PLACES} steps"
        if why:
            self._skip(Fn("pipeline", ()), why, caller)
            return None
        assert length is not None
        return max(least, int(length / grid.dt + 0.5 + 1e-9))  # halves up

    def _unchanging(self, what: str, part: str, term: Term, caller: Caller) -> float | None:
        """A number that must not change; with leniency what it is at the start."""
        found = constants.value(term, caller.scope, self.flat)
        if found is None and self.flat.findings.lenient:
            found = constants.value(term, caller.scope, self.flat, at_start=True)
            if found is not None:
                why = f"its {part} changes, and is held at what it is at the start, {found:g}"
                what = f"{what} in '{caller.quantity.name}'"
                self.flat.findings.skip("E908", what, why, caller.equation.line)
        return found

    def _skip(self, call: Fn, why: str, caller: Caller, instead: str = "") -> None:
        what = f"{call.name.upper() if call.args else call.name} in '{caller.quantity.name}'"
        self.flat.findings.skip("E908", what, why, caller.equation.line, instead)

    def _macro(self, call: Fn, caller: Caller) -> Term:
        macro = self.flat.macros[call.name]
        number = self.made[caller.full] = self.made.get(caller.full, 0) + 1
        scope = f"{caller.full}#{number}."
        least, most = macro.takes
        if not least <= len(call.args) <= most or scope.count("#") > MOST_NESTED:
            message = _uncalled(call, macro, caller.quantity.name)
            self.flat.findings.refuse("E908", message, caller.equation.line)
            return Num(0.0)
        if call.name in built_in.BY_WHOLE_STEPS and self.flat.grid.method != "euler":
            why = "it holds what was there a step ago, and RK4 has no such step"
            self._skip(call, why, caller, _INPUT)
            return call.args[1]
        dims = caller.outer
        inner = {key(one.name): one for one in macro.quantities}
        line = caller.equation.line
        given = [
            ElementEquation(caller.bound(arg, self.flat), line=line, scope=caller.scope)
            for arg in call.args
        ]
        left_out = macro.parameters[len(call.args) :]
        given += [ElementEquation(macro.defaults[one], line=line) for one in left_out]
        for name, equation in zip(macro.parameters, given, strict=True):
            kind = inner[name].kind if name in inner else "aux"
            self.flat.add(Quantity(kind, name, scope, dims, {(): equation}))
        for name, one in inner.items():
            if name not in macro.parameters:
                self.flat.add(replace(one, scope=scope, dims=(*dims, *one.dims)))
        result = Quantity("aux", "result", scope, dims, {(): ElementEquation(macro.result)})
        return Ref(f".{self.flat.add(result)}")

    def _name(self, caller: Caller, said: str) -> str:
        number = self.made[caller.full] = self.made.get(caller.full, 0) + 1
        return f"{key(caller.quantity.name)}#{number} {said}".replace(" ", "_")

    def _row(self, caller: Caller, places: int) -> str:
        """A dimension with as many elements as a pipeline has places."""
        dim = f"{caller.full}#{self.made[caller.full]}_places"
        self.flat.more_places(places, caller.equation.line)
        self.flat.dims[dim] = tuple(f"{dim}_{n + 1}" for n in range(places))
        name = caller.quantity.name
        self.flat.labels[dim] = f"places of {name}"
        self.flat.labels |= {e: f"place {n + 1}" for n, e in enumerate(self.flat.dims[dim])}
        return dim

    def _stock(
        self,
        caller: Caller,
        said: str,
        start: Term,
        change: Term | None,
        *,
        own: str = "",
        kind: str = "stock",
    ) -> Ref:
        own = own or self._name(caller, said)
        line, scope = caller.equation.line, caller.scope
        given = {(): ElementEquation(caller.bound(start, self.flat), line=line, scope=scope)}
        rate: dict[tuple[str, ...], ElementEquation] = {}
        if change is not None:
            rate[()] = ElementEquation(caller.bound(change, self.flat), line=line, scope=scope)
        dims = caller.outer
        self.flat.add(Quantity(kind, own, caller.quantity.scope, dims, given, rate, line=line))
        return Ref(own)


def _is_graph(quantity: Quantity) -> bool:
    """Whether a quantity can be called like a function."""
    return any(equation.graph is not None for equation in quantity.equations.values())


def _uncalled(call: Fn, macro: Macro, owner: str) -> str:
    """Why a macro cannot be called so; one that no file defines is called a function."""
    name, (least, most) = call.name.strip().upper(), macro.takes
    if least <= len(call.args) <= most:
        return f"macros call each other more than {MOST_NESTED} deep: {name}"
    taken = f"{most}" if least == most else f"{least} to {most}"
    if macro is built_in.MACROS.get(call.name):
        words = ", ".join(macro.parameters).replace("_", " ")
        return f"{name} in '{owner}' is read with {most} arguments ({words}), not {len(call.args)}"
    return f"the macro {name} takes {taken} argument{'s' * (most != 1)}"
