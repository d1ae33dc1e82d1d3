"""Equations of XMILE: from text to term.

From tight to loose: parentheses, `^`, unary signs and `NOT`, `* / // MOD`, `+ -`, `< <= > >=`,
`= <>`, `AND`, `OR`. Words do not care about case; a comment stands in braces.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 3.3.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from schelling.interchange.stockflow.terms import (
    Fn,
    If,
    Neg,
    Not,
    Num,
    Op,
    Ref,
    Term,
    Wild,
    deeper,
    key,
)

MOST_CHARACTERS = 50_000
MOST_DEPTH = 80
MOST_LEVELS = 100
"""The case language takes no deeper expressions."""

_TOKEN = re.compile(
    r"\s+|\{[^{}]*\}"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r'|(?P<quoted>"(?:[^"\\]|\\.)*")'
    r"|(?P<word>[^\W\d][\w$]*(?:\.[^\W\d][\w$]*|\.\"(?:[^\"\\]|\\.)*\")*)"
    r"|(?P<sign>//|<=|>=|<>|:=|[-+*/^()\[\],<>=:!])"
)
_FIXED = frozenset(("pi", "time", "dt", "starttime", "stoptime", "inf"))
"""What tools also write with empty brackets, such as `PI()`."""

_COMPARE = ({"<", "<=", ">", ">="}, {"=", "<>"})


class NotAnEquation(Exception):
    """The text is none; carries what is wrong with it."""


def parse(text: str) -> Term:
    """Read an equation.

    Raises:
        NotAnEquation: It is none.

    Examples:
        >>> parse("-2 ^ x")
        Neg(x=Op(sign='^', left=Num(value=2.0), right=Ref(name='x', subs=())))
    """
    if len(text) > MOST_CHARACTERS:
        message = f"it has more than {MOST_CHARACTERS:,} characters"
        raise NotAnEquation(message)
    return Parser(_tokens(text)).whole()


def parse_list(text: str) -> tuple[Term, ...]:
    """Read an equation, or several with commas between them.

    Raises:
        NotAnEquation: One of them is none.

    Examples:
        >>> parse_list("1, 2")
        (Num(value=1.0), Num(value=2.0))
    """
    if len(text) > MOST_CHARACTERS:
        message = f"it has more than {MOST_CHARACTERS:,} characters"
        raise NotAnEquation(message)
    parser = Parser(_tokens(text))
    found = [parser.whole(more=True)]
    while parser.take(","):
        found.append(parser.whole(more=True))
    return tuple(found)


def _tokens(text: str) -> list[tuple[str, str]]:
    found = scanned(_TOKEN, text)
    return [(one.lastgroup, one.group()) for one in found if one.lastgroup is not None]


def scanned(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """One match of a pattern after the other, without gaps.

    Raises:
        NotAnEquation: Something in the text does not fit.
    """
    place = 0
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            message = f"'{text[place : place + 10]}' cannot be read"
            raise NotAnEquation(message)
        place = match.end()
        yield match


class Parser:
    """Reads an equation of tokens, from the loosest sign to the tightest.

    Args:
        tokens: Their kinds (`number`, `quoted`, `word` or `sign`) and texts.
    """

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def whole(self, *, more: bool = False) -> Term:
        if not self.tokens:
            message = "it is empty"
            raise NotAnEquation(message)
        term = self.either()
        if deeper(term, MOST_LEVELS):
            message = f"it has sums or brackets of more than {MOST_LEVELS} levels"
            raise NotAnEquation(message)
        if self.at < len(self.tokens) and not (more and self.peek() == ","):
            message = f"'{self.tokens[self.at][1]}' is not expected here"
            raise NotAnEquation(message)
        return term

    def peek(self) -> str:
        """The next sign or word, in small letters."""
        if self.at >= len(self.tokens):
            return ""
        kind, text = self.tokens[self.at]
        return text.lower() if kind in ("sign", "word") else ""

    def take(self, text: str) -> bool:
        if text and self.peek() == text:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            found = self.tokens[self.at][1] if self.at < len(self.tokens) else "its end"
            message = f"'{text.upper()}' is expected where '{found}' stands"
            raise NotAnEquation(message)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            message = f"it is nested more than {MOST_DEPTH} deep"
            raise NotAnEquation(message)

    def either(self) -> Term:
        self.deeper()
        term = self.both()
        while self.take("or"):
            term = Op("or", term, self.both())
        self.depth -= 1
        return term

    def both(self) -> Term:
        term = self.compared(1)
        while self.take("and"):
            term = Op("and", term, self.compared(1))
        return term

    def compared(self, level: int) -> Term:
        term = self.compared(0) if level else self.total()
        while self.peek() in _COMPARE[level]:
            sign = self.peek()
            self.at += 1
            term = Op(sign, term, self.compared(0) if level else self.total())
        return term

    def total(self) -> Term:
        term = self.product()
        while self.peek() in ("+", "-"):
            sign = self.peek()
            self.at += 1
            term = Op(sign, term, self.product())
        return term

    def product(self) -> Term:
        term = self.unary()
        while self.peek() in ("*", "/", "//", "mod"):
            sign = self.peek()
            self.at += 1
            right = self.unary()
            term = Fn("safediv", (term, right)) if sign == "//" else Op(sign, term, right)
        return term

    def unary(self) -> Term:
        self.deeper()
        try:
            if self.take("-"):
                return Neg(self.unary())
            if self.take("+"):
                return self.unary()
            if self.take("not"):
                return Not(self.unary())
            return self.power()
        finally:
            self.depth -= 1

    def power(self) -> Term:
        base = self.single()
        return Op("^", base, self.unary()) if self.take("^") else base

    def single(self) -> Term:
        if self.take("("):
            term = self.either()
            self.need(")")
            return term
        if self.take("if"):
            return self.choice()
        if self.at >= len(self.tokens):
            message = "it ends too soon"
            raise NotAnEquation(message)
        kind, text = self.tokens[self.at]
        self.at += 1
        match kind:
            case "number":
                if not math.isfinite(float(text)):
                    message = f"{text[:20]} is too large"
                    raise NotAnEquation(message)
                return Num(float(text))
            case "quoted":
                return self.named(key(text[1:-1].replace('\\"', '"')))
            case "word":
                return self.named(key(text.replace('"', "")))
            case _:
                message = f"'{text}' is not expected here"
                raise NotAnEquation(message)

    def choice(self) -> Term:
        condition = self.either()
        self.need("then")
        then = self.either()
        self.need("else")
        return If(condition, then, self.either())

    def named(self, name: str) -> Term:
        if self.take("("):
            args = self.arguments()
            return Ref(name) if name in _FIXED and not args else Fn(name, args)
        subs: list[Term | Wild] = []
        if self.take("["):
            while not self.take("]"):
                subs.append(self.subscript())
                if self.peek() != "]":
                    self.need(",")
        return Ref(name, tuple(subs))

    def arguments(self) -> tuple[Term, ...]:
        """What stands in the brackets of a call, whose opening one is read already."""
        args: list[Term] = []
        while not self.take(")"):
            args.append(self.either())
            if self.peek() != ")":
                self.need(",")
        return tuple(args)

    def subscript(self) -> Term | Wild:
        if self.take("*"):
            if not self.take(":"):
                return Wild()
            part = self.single()
            return Wild(part.name if isinstance(part, Ref) else "")
        term = self.total()
        self.take("!")
        return term


def bare(text: str) -> str:
    """An equation without comments and blanks, for seeing whether there is any."""
    return re.sub(r"\{[^{}]*\}", "", text).strip()
