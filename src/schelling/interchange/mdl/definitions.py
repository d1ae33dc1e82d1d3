"""What one entry of a Vensim model defines: a range of subscripts, a table, or an equation.

References:
    Ventana Systems, Vensim Reference Manual, chapters on equations and on subscripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from schelling.interchange.mdl import equations
from schelling.interchange.mdl.blocks import VensimEntry
from schelling.interchange.mdl.equations import Tokens
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.terms import Num, Term, key
from schelling.interchange.xmile.equations import NotAnEquation, Parser

MOST_ELEMENTS = 1_000
_SPAN = re.compile(r"(.*?)(\d{1,6})")
_NEVER = {":=": ("the data", "data are not read"), "<->": ("the range", "it is an alias")}
_EXCEPT = "equations for all elements with exceptions are not read"
_MAPPED = "mappings between ranges are not read"
_OUTSIDE = "nothing outside the file is read"
_DATA = (":RAW:", ":INTERPOLATE:", ":LOOK FORWARD:", ":HOLD BACKWARD:")


class NotCarried(Exception):
    """The entry is sound and of a kind that a case cannot have; carries what and why."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why)
        self.what, self.why = what, why


@dataclass(frozen=True)
class SubscriptRange:
    """A range of subscripts: its elements, and names of other ranges that stand for theirs."""

    name: str
    elements: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class VensimDefinition:
    """What an entry says a variable is.

    Attributes:
        name: As written.
        subscripts: Keys of the ranges or elements that it is said for.
        body: Its equation; a list has one number for each element; a table has its points.
        entry: Where it stands, with its unit and comment.
        tables: Tables that stand in the equation, by their names.
    """

    name: str
    subscripts: tuple[str, ...]
    body: Term | tuple[float, ...] | Graph
    entry: VensimEntry
    tables: Mapping[str, Graph] = field(default_factory=dict[str, Graph])


def read(entry: VensimEntry, names: Iterator[str]) -> SubscriptRange | VensimDefinition:
    """Read an entry.

    Args:
        entry: The entry.
        names: For tables in its equation, as `equations.table_names` gives them.

    Raises:
        NotAnEquation: It is none.
        NotCarried: A case cannot have it.
    """
    beginning = " ".join(entry.equation.split())[:60]
    if any(word in entry.equation.upper() for word in _DATA):
        what = f"the data '{beginning}'"
        raise NotCarried(what, _OUTSIDE)
    if ":EXCEPT:" in entry.equation.upper():
        what = f"'{beginning}'"
        raise NotCarried(what, _EXCEPT)
    found = equations.tokens(entry.equation)
    if not found or found[0][0] != "quoted":
        message = f"an entry begins with a name, not with '{beginning[:20]}'"
        raise NotAnEquation(message)
    parser = Parser(found)
    parser.at = 1
    name = found[0][1][1:-1].replace('\\"', '"')
    if parser.take(":"):
        return SubscriptRange(name, _elements(found[2:], name), entry.line)
    subscripts = _subscripts(parser) if parser.take("[") else ()
    rest = found[parser.at :]
    if not rest:
        what, why = f"the variable '{name}'", "it has no equation, and data are not read"
        raise NotCarried(what, why)
    sign = rest[0][1]
    if sign == "(":
        table = Parser(rest[1:])
        return VensimDefinition(name, subscripts, _whole_table(table), entry)
    if sign in ("=", "=="):
        return _equation(name, subscripts, rest[1:], entry, names)
    if sign in (":=", "<->"):
        kind, why = _NEVER[sign]
        what = f"{kind} '{name}'"
        raise NotCarried(what, why)
    message = f"'{sign}' is not expected here"
    raise NotAnEquation(message)


def _equation(
    name: str,
    subscripts: tuple[str, ...],
    given: Tokens,
    entry: VensimEntry,
    names: Iterator[str],
) -> VensimDefinition:
    listed = equations.numbers(given)
    if listed is not None:
        body = Num(listed[0]) if len(listed) == 1 else tuple(listed)
        return VensimDefinition(name, subscripts, body, entry)
    if given and given[0][1].upper().startswith('"A FUNCTION OF'):
        message = f"'{name}' was never given an equation"
        raise NotAnEquation(message)
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


def _elements(given: Tokens, name: str) -> tuple[str, ...]:
    """The elements of `a, b, (c1 - c9)`."""
    what = f"the range '{name}'"
    if ("sign", "->") in given:
        raise NotCarried(what, _MAPPED)
    if any(text.upper().startswith('"GET ') for _, text in given):
        raise NotCarried(what, _OUTSIDE)
    parser, found = Parser(given), list[str]()
    while True:
        spanned = parser.take("(")
        found.append(_element(parser))
        if spanned:
            parser.need("-")
            found[-1:] = _span(found[-1], _element(parser))
            parser.need(")")
        if parser.at >= len(given):
            break
        parser.need(",")
    if len(found) > MOST_ELEMENTS:
        message = f"the range '{name}' has more than {MOST_ELEMENTS:,} elements"
        raise NotAnEquation(message)
    return tuple(found)


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
