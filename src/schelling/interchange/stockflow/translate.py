"""Equations of a stock-flow tool as expressions of the case language."""

from __future__ import annotations

import itertools
import math
from typing import Protocol

from schelling.case.language.parsing.syntax import (
    Clause,
    Compare,
    Expression,
    Logic,
    Name,
    Number,
    Reduction,
    Unary,
)
from schelling.interchange.stockflow import curves, functions, random_numbers, subscripts
from schelling.interchange.stockflow.array_calls import vectors
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.functions import Moments
from schelling.interchange.stockflow.here import LETTER, Here, NotAlike, is_letter
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.phrases import (
    MOST_PARTS,
    ONE,
    ZERO,
    call,
    compare,
    curve,
    either,
    elapsed,
    length,
    longer,
    number,
    of,
    total,
)
from schelling.interchange.stockflow.subscripts import QuantityCell, cell, wild_dims
from schelling.interchange.stockflow.terms import Fn, If, Neg, Not, Num, Op, Ref, Term, walk

MOST_POINTS = 60
"""Points of one curve: with 17 digits each they stay below the longest expression."""

MOST_LETTERS = 3_900
"""Of the numbers of one curve; the longest expression of the language has 4,000."""

MOST_TERMS = 1_000
MOST_CHOICES = 50
_COMPARE = {"=": "==", "<>": "!="}
_OVER = {"sum": "sum", "mean": "mean", "min": "min", "max": "max", "vmin": "min", "vmax": "max"}
_UNDRAWN = "it cannot be drawn at every step; what arrives by chance is an event with a hazard"
_AT_START = "nothing can start at what is drawn at every step; give an assumption a prior instead"
_OF_SEVERAL = ("min", "max", "sum", "mean")
_REDUCE = frozenset((*_OVER, "prod", "size", "stddev"))


class CaseNames(Protocol):
    """What knows how things of the model are called in the case."""

    unit: str

    def of(self, cell: QuantityCell, here: Here) -> Expression:
        """A quantity at an element, where an equation is read."""
        ...

    def curve(self, graph: Graph, here: Here) -> Expression | None:
        """A curve that stands in a table of its own; None where it cannot."""
        ...

    def letter(self, dim: str) -> str:
        """What stands for any element of a dimension within a sum."""
        ...

    def set(self, dim: str) -> str:
        """The set that a dimension is."""
        ...

    def moving(self, full: str) -> bool:
        """Whether a quantity can differ from step to step."""
        ...

    def draw(self, number: int, rule: Expression, here: Here) -> Expression:
        """What is drawn anew at every step by a rule, where it is read."""
        ...


class Translator:
    """Translates equations of one model.

    Args:
        flat: The model, with everything that remembers written out.
        names: What things are called in the case.
    """

    def __init__(self, flat: Flat, names: CaseNames) -> None:
        self.flat, self.names, self.findings = flat, names, flat.findings

    def number(self, term: Term, here: Here) -> Expression:
        """A term as a number; a condition counts as 1 or 0."""
        match term:
            case Num():
                return number(term.value)
            case Neg():
                return functions.negative(self.number(term.x, here))
            case Op() if term.sign in ("+", "-", "*", "/"):
                return of(term.sign, self.number(term.left, here), self.number(term.right, here))
            case Op(sign="^"):
                return of("**", self.number(term.left, here), self.number(term.right, here))
            case Op(sign="mod"):
                return self._short(functions.modulo(*self._both(term, here)), here)
            case Not() | Op():
                return either(self.truth(term, here), ONE, ZERO)
            case If():
                parts = (self.number(part, here) for part in (term.then, term.otherwise))
                return either(self.truth(term.condition, here), *parts)
            case Ref():
                return self._named(term, here)
            case Fn():
                return self._short(self._call(term, here), here)

    def _short(self, found: Expression, here: Here) -> Expression:
        """An expression, unless it is too long for a case: some functions say an argument twice."""
        if not longer(found):
            return found
        owner = self.flat.quantities[here.owner].name
        message = f"the equation of '{owner}' becomes too long for a case"
        self.findings.refuse("E904", message, here.line, hint="give parts of it a name")
        return ZERO

    def truth(self, term: Term, here: Here) -> Expression:
        """A term as a condition; a number is true unless it is 0."""
        match term:
            case Not():
                return Unary("not", self.truth(term.x, here))
            case Op(sign="and" | "or"):
                return Logic(term.sign, (self.truth(term.left, here), self.truth(term.right, here)))
            case Op(sign="<" | "<=" | ">" | ">=" | "=" | "<>"):
                sign = _COMPARE.get(term.sign, term.sign)
                return Compare(sign, *self._both(term, here))
            case _:
                return compare("!=", self.number(term, here), ZERO)

    def graph(self, graph: Graph, x: Expression, here: Here) -> Expression:
        """A graphical function of an expression."""
        points = tuple(zip(graph.xs, graph.ys, strict=True))
        written = (f"{one!r}".removesuffix(".0") for one in (*graph.xs, *graph.ys))
        if sum(len(one) + 3 for one in written) > MOST_LETTERS:
            table = self.names.curve(graph, here)
            if table is not None:
                return call("interpolate", x, table)
            owner = self.flat.quantities[here.owner].name
            message = f"the curve of {len(points):,} points that '{owner}' reads is too long"
            hint = (
                f"{curves.MOST_POINTS:,} are read with straight lines between them, else 100 to 200"
            )
            self.findings.refuse("E902", message, here.line, hint=hint)
            return ZERO
        return self._short(curve(x, points, graph.kind, MOST_POINTS), here)

    def time(self, here: Here) -> Expression:
        """The present time, as the tool counts it."""
        start = number(self.flat.grid.start)
        if here.start:
            return start
        return of("+", elapsed(self.names.unit), start)

    def _both(self, term: Op, here: Here) -> tuple[Expression, Expression]:
        return self.number(term.left, here), self.number(term.right, here)

    def _named(self, ref: Ref, here: Here) -> Expression:
        full = self.flat.resolve(ref.name, here.scope)
        if full is None or self.flat.quantities[full].is_curve:
            return self._word(ref, here)
        chosen = cell(ref, here, self.flat, self._dynamic)
        return chosen if not isinstance(chosen, QuantityCell) else self.names.of(chosen, here)

    def _word(self, ref: Ref, here: Here) -> Expression:
        """A word that every model knows."""
        grid = self.flat.grid
        known = {"dt": grid.dt, "time_step": grid.dt, "starttime": grid.start}
        known |= {"initial_time": grid.start, "stoptime": grid.stop, "final_time": grid.stop}
        known |= functions.WORDS
        if ref.name in known:
            return number(known[ref.name])
        if ref.name == "time":
            return self.time(here)
        if (dim := ref.name) in self.flat.dims and (member := here.member(dim)) is not None:
            if is_letter(member):
                return call("rank", Name(member[1:]))
            return number(self.flat.dims[dim].index(member) + 1.0)
        if (place := subscripts.place_of(ref.name, here, self.flat)) is not None:
            return number(place)
        owner = self.flat.quantities[here.owner].name
        curve = self.flat.resolve(ref.name, here.scope) is not None
        what = "is a curve, and is read only at a place" if curve else "is not defined"
        message = f"'{ref.name}' in the equation of '{owner}' {what}"
        self.findings.refuse("E907", message, here.line)
        return ZERO

    def _dynamic(self, choices: tuple[QuantityCell, ...], sub: Term, here: Here) -> Expression:
        """The element whose number an expression gives; 0 beyond the last."""
        if len(choices) > MOST_CHOICES:
            message = f"a computed subscript chooses among {len(choices):,} elements"
            self.findings.refuse("E902", message, here.line, hint=f"{MOST_CHOICES} are read")
            return ZERO
        index, found = self.number(sub, here), ZERO
        for position, choice in reversed(list(enumerate(choices))):
            wanted = compare("==", index, Number(position + 1.0))
            found = either(wanted, self.names.of(choice, here), found)
        return found

    def _call(self, term: Fn, here: Here) -> Expression:
        name, args = term.name, term.args
        full = self.flat.resolve(name, here.scope)
        if full is not None and len(args) == 1:
            return self._lookup(full, args[0], here)
        if name in functions.LOOKUPS and len(args) == 2 and isinstance(args[0], Ref):
            full = self.flat.resolve(args[0].name, here.scope)
            if full is not None:
                return self._lookup(full, args[1], here, args[0], functions.LOOKUPS[name])
            name, args = args[0].name, args[1:]
        if name in (vectors.RUNNING, vectors.OWN):
            return self._place(name, args, here)
        if name.startswith(random_numbers.MARK):
            return self._random(name.removeprefix(random_numbers.MARK), args, here)
        if name in ("case smooth", "case delay"):
            return self._lag(name, args, here)
        if name in _REDUCE and len(args) == 1:
            return self._reduced(name, args[0], here)
        if name in _OF_SEVERAL and len(args) > 1:
            return _joined(name, [self.number(arg, here) for arg in args])
        return self._function(name, args, here)

    def _function(self, name: str, args: tuple[Term, ...], here: Here) -> Expression:
        found = functions.SIMPLE.get(name) or functions.OF_TIME.get(name)
        found = found or functions.MEANS.get(name)
        if found is None or not found[0] <= len(args) <= found[1]:
            self._unknown(name, args, here, known=found is not None)
            return ZERO
        build = found[2]
        if name in functions.MEANS:
            what = f"{name.upper()} in '{self.flat.quantities[here.owner].name}'"
            self.findings.skip("E908", what, _UNDRAWN, here.line, "its mean is taken")
        condition = name == "if_then_else"
        given = [self.number(arg, here) for arg in args[condition:]]
        if condition:
            given.insert(0, self.truth(args[0], here))
        if name in functions.OF_TIME:
            grid = self.flat.grid
            time, unit, whole = self.time(here), self.names.unit, grid.method == "euler"
            now = Moments(time, grid.start, grid.dt, unit, here.start, whole)
            return build(*given, moments=now)
        return build(*given)

    def _random(self, name: str, args: tuple[Term, ...], here: Here) -> Expression:
        """A number that is drawn anew at every step; each element has its own."""
        what = f"{name.upper()} in '{self.flat.quantities[here.owner].name}'"
        (draw, *terms), found = args, random_numbers.DRAWN[name]
        given = [self.number(one, here) for one in terms]
        if here.start:
            mean = functions.MEANS.get(name)
            instead = "0 stands in its place" if mean is None else "its mean is taken"
            self.findings.skip("E908", what, _AT_START, here.line, instead)
            return ZERO if mean is None else mean[2](*given)
        if any(map(is_letter, (*(member for _, member in here.members), *here.wild.values()))):
            raise NotAlike
        assert isinstance(draw, Num)
        number = int(draw.value)
        if random_numbers.truncated(name, tuple(terms)):
            mean, sd, _, low, high = given
            if any(self._moves(one, here) for one in terms):
                why = "it is cut to an interval, and its parameters change from step to step"
                self.findings.skip("E908", what, why, here.line, "its mean is taken")
                return mean
            rule = random_numbers.standard("truncnormal", mean, sd, low, high)
            return self.names.draw(number, rule, here)
        drawn = self.names.draw(number, found.rule, here)
        return found.build(*given[: found.takes], drawn)

    def _moves(self, term: Term, here: Here) -> bool:
        """Whether a term can differ from step to step."""
        for part in walk(term):
            if isinstance(part, Ref):
                full = self.flat.resolve(part.name, here.scope)
                if (full is None and part.name == "time") or (full and self.names.moving(full)):
                    return True
            elif isinstance(part, Fn) and part.name in functions.OF_TIME:
                return True
        return False

    def _unknown(self, name: str, args: tuple[Term, ...], here: Here, *, known: bool) -> None:
        owner = self.flat.quantities[here.owner].name
        if known:
            message = f"{name.upper()} in '{owner}' is read with {functions.taken(name)}"
            self.findings.refuse("E908", f"{message}, not {len(args)}", here.line)
        else:
            what, why = f"{name.upper()} in '{owner}'", "a case has no such function"
            self.findings.skip("E908", what, why, here.line, "0 stands in its place")

    def _lookup(
        self, full: str, x: Term, here: Here, table: Ref | None = None, kind: str = ""
    ) -> Expression:
        """A graphical function that has a name, at x."""
        quantity = self.flat.quantities[full]
        members: tuple[str, ...] = ()
        if table is not None and quantity.dims:
            chosen = cell(table, here, self.flat, self._dynamic)
            members = chosen.members if isinstance(chosen, QuantityCell) else ()
            if any(map(is_letter, members)):
                raise NotAlike
        equation = quantity.equations.get(members) or quantity.equations.get(())
        if equation is None or equation.graph is None:
            message = f"'{quantity.name}' is no graphical function"
            self.findings.refuse("E907", message, here.line)
            return ZERO
        graph = equation.graph.read_as(kind)
        if graph is None:
            what = f"LOOKUP INVERT of '{quantity.name}'"
            why = "its heights neither only rise nor only fall"
            self.findings.skip("E908", what, why, here.line, "0 stands in its place")
            return ZERO
        return self.graph(graph, self.number(x, here), here)

    def _place(self, name: str, args: tuple[Term, ...], here: Here) -> Expression:
        """The number, from 1, of the element that a sum or an equation is at."""
        of, into = (one.name if isinstance(one, Ref) else "" for one in (args[0], args[-1]))
        member = here.wild.get(of) if name == vectors.RUNNING else here.member(of)
        assert member is not None
        if not is_letter(member):
            return Number(self.flat.dims[into].index(member) + 1.0)
        if self.flat.dims[of] != self.flat.dims[into]:
            raise NotAlike
        return call("rank", Name(member[1:]))

    def _lag(self, name: str, args: tuple[Term, ...], here: Here) -> Expression:
        """A smooth or a delay that starts where its input does."""
        x, time, order = args
        if here.start:
            return self.number(x, here)
        assert isinstance(order, Num)
        lag = length(self.number(time, here), self.names.unit)
        stages = None if name == "case smooth" and order.value == 1 else order.value
        return call(name.removeprefix("case "), self.number(x, here), lag, order=stages)

    def _reduced(self, name: str, term: Term, here: Here) -> Expression:
        """A sum, mean, smallest, ... over what stars run over."""
        term = subscripts.whole(term, here, self.flat)
        dims = wild_dims(term, here, self.flat)
        if not dims:
            return self.number(term, here)
        if unknown := [dim for dim in dims if dim not in self.flat.dims]:
            message = f"{name.upper()} in '{self.flat.quantities[here.owner].name}' runs over "
            message += f"'{unknown[0]}', which is no dimension"
            self.findings.refuse("E909", message, here.line)
            return ZERO
        count = math.prod(len(self.flat.dims[dim]) for dim in dims)
        if name == "size":
            return Number(float(count))
        if name in _OVER:
            letters = {dim: LETTER + self.names.letter(dim) for dim in dims}
            try:
                body = self.number(term, here.running(letters))
            except NotAlike:
                pass
            else:
                clauses = (Clause(letters[d][1:], Name(self.names.set(d))) for d in dims)
                return Reduction(_OVER[name], body, tuple(clauses))
        if count > MOST_TERMS:
            self.findings.refuse("E902", f"{name.upper()} runs over {count:,} elements", here.line)
            return ZERO
        each: list[Expression] = []
        for members in itertools.product(*(self.flat.dims[dim] for dim in dims)):
            one = self.number(term, here.running(dict(zip(dims, members, strict=True))))
            if longer(one, MOST_PARTS // count):
                return self._short(_joined("sum", [one] * count), here)
            each.append(one)
        return _joined(_OVER.get(name, name), each)


def _joined(name: str, each: list[Expression]) -> Expression:
    """Several values as one."""
    count = Number(float(len(each)))
    match name:
        case "sum":
            return total(each)
        case "mean":
            return of("/", total(each), count)
        case "prod":
            found: Expression = ONE
            for one in each:
                found = of("*", found, one)
            return found
        case "stddev":
            mean = of("/", total(each), count)
            squares = [of("**", of("-", one, mean), Number(2.0)) for one in each]
            return call("sqrt", of("/", total(squares), count))
        case _:
            return call(name, *each)
