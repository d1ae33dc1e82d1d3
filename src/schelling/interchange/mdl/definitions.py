"""What one entry of a Vensim model defines: a range of subscripts, a table, or an equation.

References:
    Ventana Systems, Vensim Reference Manual, chapters on equations and on subscripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from schelling.interchange.mdl import equations, outside
from schelling.interchange.mdl.blocks import VensimEntry
from schelling.interchange.mdl.equations import Tokens
from schelling.interchange.mdl.outside import OutsideCall
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.terms import Num, Ref, Term, key
from schelling.interchange.xmile.equations import NotAnEquation, Parser

Maps = tuple[tuple[str, tuple[str, ...]], ...]

MOST_ELEMENTS = 1_000
_SPAN = re.compile(r"(.*?)(\d{1,18})")
_OUTSIDE = "of what is outside of the file only tables are read, by GET DIRECT alone on its side"
_RAW = "raw data have no value between their points; :INTERPOLATE: or :HOLD BACKWARD: gives one"
_DATA = (":RAW:", ":INTERPOLATE:", ":LOOK FORWARD:", ":HOLD BACKWARD:")
_GETS = re.compile(r"\bGET[ _](?:DIRECT|XLS|DATA|123|VDF)(?![^\W_])", re.I)
_GLOBAL = {f"{name}$": Ref(name) for name in ("time", "time_step", "initial_time", "final_time")}
_TESTS = (":THE CONDITION:", ":IMPLIES:", ":TEST INPUT:")


class NeverGiven(NotAnEquation):
    """A sketch names what a variable depends on, and no equation; another entry may give it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"'{name}' was never given an equation")
        self.name = name


class NotCarried(Exception):
    """The entry is sound and of a kind that a case cannot have; carries what and why."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why)
        self.what, self.why = what, why


@dataclass(frozen=True)
class SubscriptRange:
    """A range of subscripts.

    Attributes:
        name: As written.
        elements: Its elements, and names of other ranges that stand for theirs.
        line: Where it stands.
        maps: Ranges it is mapped to, with what stands there for each element in turn; with nothing,
            the elements of both are taken one after the other.
        outside: The call that reads its elements from a table.
    """

    name: str
    elements: tuple[str, ...]
    line: int
    maps: Maps = ()
    outside: OutsideCall | None = None


@dataclass(frozen=True)
class VensimDefinition:
    """What an entry says a variable is.

    Attributes:
        name: As written.
        subscripts: Keys of the ranges or elements that it is said for.
        body: Its equation; a list has one number for each element; a table has its points.
        entry: Where it stands, with its unit and comment.
        tables: Tables that stand in the equation, by their names.
        exceptions: Subscripts that it is not said for.
        outside: The call that reads its numbers from a table; the body is none of them then.
    """

    name: str
    subscripts: tuple[str, ...]
    body: Term | tuple[float, ...] | Graph
    entry: VensimEntry
    tables: Mapping[str, Graph] = field(default_factory=dict[str, Graph])
    exceptions: tuple[tuple[str, ...], ...] = ()
    outside: OutsideCall | None = None


def read(entry: VensimEntry, names: Iterator[str]) -> SubscriptRange | VensimDefinition:
    """Read an entry.

    Args:
        entry: The entry.
        names: For tables in its equation, as `equations.table_names` gives them.

    Raises:
        NotAnEquation: It is none.
        NotCarried: A case cannot have it.
    """
    given = outside.call(entry.equation)
    if given is not None:
        return _of_table(given, entry, names)
    beginning = " ".join(entry.equation.split())[:60]
    _carried(entry.equation, beginning)
    found = equations.tokens(entry.equation)
    if not found or found[0][0] != "quoted":
        message = f"an entry begins with a name, not with '{beginning[:20]}'"
        raise NotAnEquation(message)
    parser = Parser(found)
    parser.at = 1
    name = found[0][1][1:-1].replace('\\"', '"')
    if parser.take(":"):
        elements, maps = _elements(found[2:], name)
        return SubscriptRange(name, elements, entry.line, maps)
    if parser.take("<->"):
        same = _element(parser)
        _ended(parser)
        return SubscriptRange(name, (same,), entry.line, ((same, ()),))
    subscripts = _subscripts(parser) if parser.take("[") else ()
    exceptions = _exceptions(parser, len(subscripts))
    rest = found[parser.at :]
    if not rest:
        what, why = f"the variable '{name}'", "it has no equation, and data are not read"
        raise NotCarried(what, why)
    sign = rest[0][1]
    if sign == "(":
        found = VensimDefinition(name, subscripts, _whole_table(Parser(rest[1:])), entry)
        return replace(found, exceptions=exceptions)
    if sign in ("=", "=="):
        found = _equation(name, subscripts, rest[1:], entry, names)
        return replace(found, exceptions=exceptions)
    if sign == ":=":
        what = f"the data '{name}'"
        raise NotCarried(what, "data are not read")
    message = f"'{sign}' is not expected here"
    raise NotAnEquation(message)


def _of_table(
    given: OutsideCall, entry: VensimEntry, names: Iterator[str]
) -> SubscriptRange | VensimDefinition:
    """What reads a table, with nothing of the table yet."""
    if given.kind == "SUBSCRIPT":
        name = given.owner.strip('"')
        return SubscriptRange(name, (), entry.line, outside=given)
    blank = read(replace(entry, equation=f"{given.owner} = 0"), names)
    assert isinstance(blank, VensimDefinition)
    return replace(blank, entry=entry, outside=given)


def global_times(definition: VensimDefinition) -> VensimDefinition:
    """A definition of a macro, in which the times of the model have a `$` behind their names."""
    if isinstance(definition.body, tuple | Graph):
        return definition
    return replace(definition, body=equations.replaced(definition.body, _GLOBAL))


def _carried(equation: str, beginning: str) -> None:
    """Refuse what reads another file, and what tests a model and is no part of it.

    Raises:
        NotCarried: It is one of these.
    """
    if _GETS.search(equation) or any(word in equation.upper() for word in _DATA):
        what = f"the data '{beginning}'"
        raise NotCarried(what, _RAW if ":RAW:" in equation.upper() else _OUTSIDE)
    if any(word in equation.upper() for word in _TESTS):
        what = f"the test '{beginning}'"
        raise NotCarried(what, "tests of a model are no part of it; a claim says what has to hold")


def _equation(
    name: str,
    subscripts: tuple[str, ...],
    given: Tokens,
    entry: VensimEntry,
    names: Iterator[str],
) -> VensimDefinition:
    if given[:2] == [("quoted", '"TABBED ARRAY"'), ("sign", "(")]:
        return VensimDefinition(name, subscripts, equations.tabbed(given[2:]), entry)
    listed = equations.numbers(given)
    if listed is not None:
        body = Num(listed[0]) if len(listed) == 1 else tuple(listed)
        return VensimDefinition(name, subscripts, body, entry)
    if given and given[0][1].upper().startswith('"A FUNCTION OF'):
        raise NeverGiven(name)
    tables: dict[str, Graph] = {}
    term = equations.term(given, tables, names)
    return VensimDefinition(name, subscripts, term, entry, tables)


def _whole_table(parser: Parser) -> Graph:
    table = equations.points(parser)
    if parser.at < len(parser.tokens):
        message = f"'{parser.tokens[parser.at][1]}' is not expected after a table"
        raise NotAnEquation(message)
    return table


def _subscripts(parser: Parser) -> tuple[str, ...]:
    found: list[str] = []
    while not parser.take("]"):
        kind, text = parser.tokens[parser.at] if parser.at < len(parser.tokens) else ("", "its end")
        if kind != "quoted":
            message = f"a subscript is expected where '{text}' stands"
            raise NotAnEquation(message)
        parser.at += 1
        found.append(key(text[1:-1]))
        if parser.peek() != "]":
            parser.need(",")
    return tuple(found)


def _exceptions(parser: Parser, places: int) -> tuple[tuple[str, ...], ...]:
    """The subscripts of `:EXCEPT: [a, b], [c, d]`."""
    found: list[tuple[str, ...]] = []
    while parser.take("except") or (found and parser.take(",")):
        parser.need("[")
        found.append(_subscripts(parser))
        if len(found[-1]) != places:
            message = f"an exception has {len(found[-1])} subscripts and the variable {places}"
            raise NotAnEquation(message)
    return tuple(found)


def _elements(given: Tokens, name: str) -> tuple[tuple[str, ...], Maps]:
    """The elements of `a, b, (c1 - c9)`, and what `-> d, (e: f, g)` maps them to."""
    parser = Parser(given)
    found = _row(parser, ("->",))
    if len(found) > MOST_ELEMENTS:
        message = f"the range '{name}' has more than {MOST_ELEMENTS:,} elements"
        raise NotAnEquation(message)
    maps: list[tuple[str, tuple[str, ...]]] = []
    while parser.take("->") or (maps and parser.take(",")):
        bracket = parser.take("(")
        target = _element(parser)
        parts: tuple[str, ...] = ()
        if bracket:
            parser.need(":")
            parts = _row(parser, (")",))
            parser.need(")")
        maps.append((target, parts))
    _ended(parser)
    return found, tuple(maps)


def _ended(parser: Parser) -> None:
    if parser.at < len(parser.tokens):
        message = f"'{parser.tokens[parser.at][1]}' is not expected in a range"
        raise NotAnEquation(message)


def _row(parser: Parser, ends: tuple[str, ...]) -> tuple[str, ...]:
    """Elements up to a sign or the end."""
    found = list[str]()
    while True:
        spanned = parser.take("(")
        found.append(_element(parser))
        if spanned:
            parser.need("-")
            found[-1:] = _span(found[-1], _element(parser))
            parser.need(")")
        if parser.at >= len(parser.tokens) or parser.peek() in ends:
            return tuple(found)
        parser.need(",")


def _element(parser: Parser) -> str:
    kind, text = parser.tokens[parser.at] if parser.at < len(parser.tokens) else ("", "its end")
    if kind != "quoted":
        message = f"an element is expected where '{text}' stands"
        raise NotAnEquation(message)
    parser.at += 1
    return text[1:-1]


def _span(first: str, last: str) -> list[str]:
    """`c1` to `c3` as `c1`, `c2`, `c3`."""
    one, other = _SPAN.fullmatch(first), _SPAN.fullmatch(last)
    if one is None or other is None or one[1] != other[1] or int(one[2]) > int(other[2]):
        message = f"'{first}' to '{last}' is no row of numbered elements"
        raise NotAnEquation(message)
    if int(other[2]) - int(one[2]) >= MOST_ELEMENTS:
        message = f"'{first}' to '{last}' has more than {MOST_ELEMENTS:,} elements"
        raise NotAnEquation(message)
    return [f"{one[1]}{n}" for n in range(int(one[2]), int(other[2]) + 1)]
