"""Formulas of covariates, as statisticians write them: `1 + balance + log(distance) + C(region)`.

An intercept is included unless `0` or `- 1` takes it out. A text column, or any column in `C(...)`,
becomes one indicator per value but the first; `C(region, south)` makes `south` the value that is
left out. `a:b` multiplies, `a * b` stands for `a + b + a:b`, `x^2` is a power. Knows no data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from schelling.case.language.parsing.syntax import Place, SyntaxIssue
from schelling.case.language.typed.scope import suggest

FUNCTIONS = ("log", "sqrt", "exp", "abs")
"""Functions of one column."""
_CATEGORIES = "C"
_MOST_TERMS = 200
_HIGHEST_POWER = 9
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)|(?P<name>[^\W\d][\w.]*)"
    r"|`(?P<quoted>[^`]+)`|(?P<sign>\*\*|[-+*:^(),]))"
)


class Factor(NamedTuple):
    """A column, perhaps changed, as it stands in a product.

    Attributes:
        column: Name of the column.
        place: Where it stands in the text.
        function: A function of it, or `C` for one indicator per value; empty for itself.
        power: Its exponent.
        reference: With `C`, the value that gets no indicator; the first if empty.
    """

    column: str
    place: Place
    function: str = ""
    power: int = 1
    reference: str = ""

    @property
    def words(self) -> str:
        """As it is written."""
        inside = f"{self.function}({self.column})" if self.function else self.column
        if self.function == _CATEGORIES:
            inside = self.column
        return inside if self.power == 1 else f"{inside}^{self.power}"


Term = tuple[Factor, ...]
"""A product of factors."""


@dataclass(frozen=True)
class Formula:
    """A sum of terms.

    Attributes:
        intercept: Whether a constant is estimated.
        terms: The other terms, each once.
    """

    intercept: bool
    terms: tuple[Term, ...]

    @property
    def columns(self) -> dict[str, Place]:
        """Every column it names, and where first."""
        found: dict[str, Place] = {}
        for term in self.terms:
            for factor in term:
                found.setdefault(factor.column, factor.place)
        return found


def parse(text: str) -> Formula:
    """Read a formula.

    Args:
        text: The right-hand side.

    Returns:
        The formula.

    Raises:
        SyntaxIssue: It cannot be read; the place counts from the start of the text.

    Examples:
        >>> found = parse("balance * C(region) - 1")
        >>> found.intercept, [":".join(f.words for f in term) for term in found.terms]
        (False, ['balance', 'region', 'balance:region'])
    """
    return _Reader(text).formula()


class _Word(NamedTuple):
    kind: str
    text: str
    place: Place


class _Reader:
    """The words of a formula, taken one after the other."""

    def __init__(self, text: str) -> None:
        self._words: list[_Word] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                start = position + len(text[position:]) - len(text[position:].lstrip())
                sign = text[start]
                hint = "a name with other signs stands in backticks: `a name`"
                message = f"'{sign}' has no meaning here"
                raise SyntaxIssue("E922", message, Place(start, start + 1), hint)
            kind = match.lastgroup
            start, stop = match.span(kind)
            word = "name" if kind == "quoted" else kind
            self._words.append(_Word(word, match.group(kind), Place(start, stop)))
            position = match.end()
        self._end = Place(max(end - 1, 0), max(end, 1))
        self._next = 0

    def formula(self) -> Formula:
        intercept, terms = True, list[Term]()
        sign = "-" if self._takes("-") else "+"
        while True:
            word = self._peek()
            if word is not None and word.kind == "number":
                intercept = self._constant(sign)
            elif sign == "-":
                self._stop("only '- 1' may be subtracted, which leaves the intercept out")
            else:
                terms += self._product()
            self._bounded(terms)
            word = self._peek()
            if word is None:
                return Formula(intercept, tuple(_once(terms)))
            if word.text not in ("+", "-") or word.kind != "sign":
                self._stop(f"'+' is expected here, not '{word.text}'")
            sign = self._take().text

    def _constant(self, sign: str) -> bool:
        word = self._take()
        if word.text not in ("0", "1"):
            message = f"the number {word.text} is no term of a formula"
            hint = "0 leaves the intercept out; a payoff is fixed by '= NUMBER' in place of '~'"
            raise SyntaxIssue("E922", message, word.place, hint)
        return (word.text == "1") == (sign == "+")

    def _product(self) -> list[Term]:
        found = [self._interaction()]
        while self._takes("*"):
            right = self._interaction()
            found += [right, *((*left, *right) for left in tuple(found))]
            self._bounded(found)
        return found

    def _bounded(self, terms: list[Term]) -> None:
        if len(terms) > _MOST_TERMS:
            self._stop(f"a formula has at most {_MOST_TERMS} terms")

    def _interaction(self) -> Term:
        factors = [self._factor()]
        while self._takes(":"):
            factors.append(self._factor())
        return tuple(factors)

    def _factor(self) -> Factor:
        word = self._peek()
        if word is None or word.kind != "name":
            self._stop("the name of a column is expected here")
        word = self._take()
        function, reference, column = "", "", word
        if self._takes("("):
            function = word.text
            if function not in (*FUNCTIONS, _CATEGORIES):
                hint = suggest(function, (*FUNCTIONS, _CATEGORIES))
                message = f"'{function}' is no function of a formula"
                raise SyntaxIssue("E922", message, word.place, hint)
            column = self._name("the name of a column")
            if function == _CATEGORIES and self._takes(","):
                reference = self._name("a value of the column", numbers=True).text
            if not self._takes(")"):
                self._stop("')' is expected here")
        power = 1
        if self._takes("^") or self._takes("**"):
            number = self._peek()
            if number is None or not number.text.isdecimal() or int(number.text) < 1:
                self._stop("a whole number is expected as exponent")
            power = int(self._take().text)
            if power > _HIGHEST_POWER or function == _CATEGORIES:
                self._stop(f"exponents go up to {_HIGHEST_POWER}, and indicators have none")
        return Factor(column.text, column.place, function, power, reference)

    def _name(self, what: str, *, numbers: bool = False) -> _Word:
        word = self._peek()
        if word is None or word.kind not in (("name", "number") if numbers else ("name",)):
            self._stop(f"{what} is expected here")
        return self._take()

    def _peek(self) -> _Word | None:
        return self._words[self._next] if self._next < len(self._words) else None

    def _take(self) -> _Word:
        self._next += 1
        return self._words[self._next - 1]

    def _takes(self, sign: str) -> bool:
        word = self._peek()
        if word is None or word.kind != "sign" or word.text != sign:
            return False
        self._next += 1
        return True

    def _stop(self, message: str) -> NoReturn:
        word = self._peek()
        place = word.place if word is not None else self._end
        raise SyntaxIssue("E922", message, place, "such as 1 + balance + C(region)")


def _key(term: Term) -> frozenset[tuple[str, str, int]]:
    return frozenset((factor.column, factor.function, factor.power) for factor in term)


def _once(terms: list[Term]) -> list[Term]:
    """Terms without repetitions, however their factors are ordered."""
    found: dict[frozenset[tuple[str, str, int]], Term] = {}
    for term in terms:
        found.setdefault(_key(term), term)
    return list(found.values())
