"""Equations of Vensim: from text to tokens, terms, lists of numbers and tables of points.

Names hold blanks: `IF THEN ELSE(order backlog > 0, 1, 0)`. A name ends where a sign begins.

References:
    Ventana Systems, Vensim Reference Manual, chapters on equations and on subscripts.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping

from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.terms import Fn, Neg, Not, Op, Ref, Term, rebuilt
from schelling.interchange.xmile.equations import NotAnEquation, Parser, scanned

Tokens = list[tuple[str, str]]
"""Kinds (`number`, `quoted`, `word` or `sign`) and texts; every name is `quoted`."""

MOST_POINTS = 2_000
_TOKEN = re.compile(
    r"\s+"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r'|(?P<quoted>"(?:[^"\\]|\\.)*")'
    r"|(?P<name>[^\W\d_][\w$'’]*(?:\s+[\w$'’]+)*)"
    r"|(?P<word>:[A-Za-z][A-Za-z ]{0,30}:)"
    r"|(?P<sign><->|->|:=|==|<=|>=|<>|[-+*/^()\[\],;<>=:!])"
)
_CONTINUED = re.compile(r"\\\n\s*")
_WORDS = {":AND:": "and", ":OR:": "or", ":NOT:": "not", ":EXCEPT:": "except"}
RESULTS = "further results"
"""A call that stands last among the arguments of another one; no file can write its name."""
MISSING = -(2.0**109)
"""What Vensim holds in the place of a missing value, `:NA:`: a number that no model reaches."""


def tokens(text: str) -> Tokens:
    """The tokens of a text.

    Raises:
        NotAnEquation: Something in it is none.

    Examples:
        >>> tokens("rate of loss = 0.1 * Stock")[:3]
        [('quoted', '"rate of loss"'), ('sign', '='), ('number', '0.1')]
    """
    found = Tokens()
    for match in scanned(_TOKEN, _CONTINUED.sub(" ", text)):
        kind, written = match.lastgroup, match.group()
        if kind == "name":
            found.append(("quoted", f'"{" ".join(written.split())}"'))
        elif kind == "word" and written.upper() == ":NA:":
            found += [("sign", "("), ("sign", "-"), ("number", repr(-MISSING)), ("sign", ")")]
        elif kind == "word":
            found.append(("word", _worded(written)))
        elif kind is not None:
            found.append((kind, written))
    return found


def _worded(written: str) -> str:
    word = _WORDS.get(written.upper())
    if word is None:
        message = f"{written.upper()} is not read here"
        raise NotAnEquation(message)
    return word


def term(given: Tokens, tables: dict[str, Graph], names: Iterator[str]) -> Term:
    """Read an equation.

    Args:
        given: Its tokens.
        tables: Takes the tables of points that stand in it, by their names.
        names: For these tables, as `table_names` gives them.

    Raises:
        NotAnEquation: It is none.
    """
    return VensimParser(_stars(given), tables, names).whole()


def _stars(given: Tokens) -> Tokens:
    """`name!`, which runs over all elements, as `*:name`."""
    found = Tokens()
    for token in given:
        if token == ("sign", "!") and found:
            found[-1:] = [("sign", "*"), ("sign", ":"), found[-1]]
        else:
            found.append(token)
    return found


def table_names() -> Iterator[str]:
    r"""Names for tables in equations; no file can write them, since none holds a null.

    Examples:
        >>> next(table_names())
        'table\x00_1'
    """
    return (f"table\0_{number}" for number in itertools.count(1))


class VensimParser(Parser):
    """Reads an equation of Vensim.

    Args:
        tokens: Of the equation.
        tables: Takes the tables of points that stand in it, by their names.
        names: For these tables.
    """

    def __init__(self, tokens: Tokens, tables: dict[str, Graph], names: Iterator[str]) -> None:
        super().__init__(tokens)
        self.tables, self.names = tables, names

    def both(self) -> Term:
        """Conditions of which all hold."""
        found = self._denied()
        while self.take("and"):
            found = Op("and", found, self._denied())
        return found

    def _denied(self) -> Term:
        self.deeper()
        found = Not(self._denied()) if self.take("not") else self.compared(1)
        self.depth -= 1
        return found

    def power(self) -> Term:
        """A power; of a power only in brackets, since tools differ about the order."""
        base = self.single()
        if not self.take("^"):
            return base
        begun = self.at
        exponent = inner = self.unary()
        while isinstance(inner, Neg | Not):
            inner = inner.x
        if isinstance(inner, Op) and inner.sign == "^" and not self._bracketed(begun):
            message = "powers of powers need brackets: (a ^ b) ^ c or a ^ (b ^ c)"
            raise NotAnEquation(message)
        return Op("^", base, exponent)

    def _bracketed(self, begun: int) -> bool:
        """Whether what was read since then is one bracket, but for signs before it."""
        while self.tokens[begun][1] in ("-", "+", "not"):
            begun += 1
        level = 0
        for place in range(begun, self.at):
            level += {("sign", "("): 1, ("sign", ")"): -1}.get(self.tokens[place], 0)
            if level == 0:
                return place == self.at - 1 and place > begun
        return False

    def named(self, name: str) -> Term:
        """What begins with a name: a quantity, an element of it, or a call."""
        if name == "with_lookup" and self.take("("):
            x = self.either()
            self.need(",")
            self.need("(")
            table = next(self.names)
            self.tables[table] = points(self)
            self.need(")")
            return Fn("lookup", (Ref(table), x))
        found = super().named(name)
        if isinstance(found, Ref) and found.subs and self.take("("):
            x = self.either()
            self.need(")")
            return Fn("lookup", (found, x))
        if isinstance(found, Ref) and found.subs and name == "time":
            message = "Time has no subscripts"
            raise NotAnEquation(message)
        return found

    def arguments(self) -> tuple[Term, ...]:
        """What stands in brackets; the names of further results, behind a colon, as a call."""
        args: list[Term] = []
        while not self.take(")"):
            args.append(self.either())
            if self.take(":"):
                args.append(Fn(RESULTS, super().arguments()))
                break
            if self.peek() != ")":
                self.need(",")
        return tuple(args)


def points(parser: Parser) -> Graph:
    """A table of points, whose opening bracket is read already.

    `[(0,0)-(10,10)],(0,1),(10,2)`, where what stands in square brackets is the picture, or all
    places and then all heights: `0,10,1,2`.

    Raises:
        NotAnEquation: It is none.
    """
    if parser.take("["):
        while not parser.take("]"):
            _next(parser)
        parser.need(",")
    xs: list[float] = []
    ys: list[float] = []
    paired = parser.peek() == "("
    while True:
        if paired:
            parser.need("(")
            xs.append(_number(parser))
            parser.need(",")
            ys.append(_number(parser))
            parser.need(")")
        else:
            xs.append(_number(parser))
        if parser.take(")"):
            break
        parser.need(",")
    if not paired:
        half = len(xs) // 2
        xs, ys = xs[:half], xs[half:]
    return _graph(xs, ys)


def _graph(xs: list[float], ys: list[float]) -> Graph:
    if len(xs) != len(ys) or not xs:
        message = f"a table has {len(xs)} places for {len(ys)} heights"
        raise NotAnEquation(message)
    if len(xs) > MOST_POINTS:
        message = f"a table has more than {MOST_POINTS:,} points"
        raise NotAnEquation(message)
    once = tuple(dict.fromkeys(zip(xs, ys, strict=True)))  # a point may be written twice
    if any(left[0] >= right[0] for left, right in itertools.pairwise(once)):
        message = "the places of a table do not rise"
        raise NotAnEquation(message)
    return Graph("continuous", *zip(*once, strict=True))


def _next(parser: Parser) -> tuple[str, str]:
    if parser.at >= len(parser.tokens):
        message = "it ends too soon"
        raise NotAnEquation(message)
    parser.at += 1
    return parser.tokens[parser.at - 1]


def _number(parser: Parser) -> float:
    sign = -1.0 if parser.take("-") else 1.0
    if sign > 0:
        parser.take("+")
    kind, text = _next(parser)
    if kind != "number" or not math.isfinite(float(text)):
        message = f"a number is expected where '{text[:20]}' stands"
        raise NotAnEquation(message)
    return sign * float(text)


def numbers(given: Tokens) -> list[float] | None:
    """The numbers of `1, 2; 3, 4;`, one row after the other; None where it is no list.

    Examples:
        >>> numbers(tokens("1, -2; 3, 4;")), numbers(tokens("1"))
        ([1.0, -2.0, 3.0, 4.0], None)
    """
    if not any(text in (",", ";") and kind == "sign" for kind, text in given):
        return None
    parser, found = Parser(given), list[float]()
    while True:
        try:
            found.append(_number(parser))
        except NotAnEquation:
            return None
        parted = parser.take(",") or parser.take(";")
        if parser.at >= len(given):
            return found
        if not parted:
            return None


def tabbed(given: Tokens) -> tuple[float, ...]:
    """The numbers of `TABBED ARRAY(1 2 3 4)`, parted by blanks, behind its opening bracket.

    Raises:
        NotAnEquation: Something else stands among them, or after them.
    """
    parser, found = Parser(given), list[float]()
    while not parser.take(")"):
        found.append(_number(parser))
    if parser.at < len(given):
        message = f"'{given[parser.at][1]}' is not expected after a table"
        raise NotAnEquation(message)
    return tuple(found)


def replaced(term: Term, names: Mapping[str, Term]) -> Term:
    """A term in which some names, where they have no subscripts, stand for something else."""
    if isinstance(term, Ref) and not term.subs:
        return names.get(term.name, term)
    return rebuilt(term, lambda part: replaced(part, names))
