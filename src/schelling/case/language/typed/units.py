"""Units of measurement: what may be added to what, and by which factor.

Everything is computed in base units (time in weeks); a `Unit` says how a declared unit relates to
them. `WORDS` is the whole table: a unit of a case is a product of powers of these words.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from schelling.case.language.parsing import parser
from schelling.case.language.parsing.syntax import (
    Amount,
    Binary,
    Expression,
    Name,
    Number,
    SyntaxIssue,
    Unary,
)


class Word(NamedTuple):
    """A word for a unit: a base unit, a multiple of another unit, or a pure number.

    Attributes:
        name: The word.
        of: The unit it is a multiple of: itself for a base unit, empty for a pure number.
        factor: How many of those it is, as an exact fraction.
        aliases: Other words for the same.
    """

    name: str
    of: str
    factor: Fraction = Fraction(1)
    aliases: tuple[str, ...] = ()


def _base(name: str, *aliases: str) -> Word:
    return Word(name, name, Fraction(1), aliases)


WORDS: tuple[Word, ...] = (
    _base("week"),
    Word("day", "week", Fraction(1, 7)),
    Word("hour", "day", Fraction(1, 24)),
    Word("year", "day", Fraction("365.25")),
    Word("month", "year", Fraction(1, 12)),
    Word("quarter", "year", Fraction(1, 4)),
    Word("share", ""),
    Word("percent", "", Fraction("0.01")),
    Word("index", ""),
    Word("utility", ""),
    _base("person", "people"),
    _base("vote"),
    _base("EUR", "euro"),
    _base("USD", "dollar"),
    _base("UAH", "hryvnia"),
    _base("RUB", "rouble"),
    _base("GBP", "pound"),
    _base("km", "kilometre", "kilometer"),
    Word("metre", "km", Fraction("0.001"), ("meter",)),
    _base("tonne"),
    _base("barrel"),
    _base("weapon"),
    _base("vehicle"),
    _base("missile"),
    _base("city", "cities"),
    _base("country", "countries"),
    _base("event"),
    Word("thousand", "", Fraction(1_000)),
    Word("million", "", Fraction(1_000_000)),
    Word("billion", "", Fraction(1_000_000_000)),
)

Dimensions = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class Unit:
    """A unit as a factor times powers of base units.

    Attributes:
        dimensions: Powers of base units, sorted; empty for a pure number.
        factor: How many base units one of this unit is.
        written: As declared.
    """

    dimensions: Dimensions = ()
    factor: float = 1.0
    written: str = ""

    def __str__(self) -> str:
        return self.written or describe(self.dimensions)


_HIGHEST = 12  # power
_LARGEST = 1e100  # in base units

PURE = Unit()
UNREAD = Unit(written="unread")
"""In place of a unit that cannot be read; nothing more is said of what is given in it."""
PER_TIME = Unit((("week", Fraction(-1)),), 1.0)
TIME = Unit((("week", Fraction(1)),), 1.0, "week")

SOME = "such as share, percent, EUR, person, weapon or week; the reference lists them all"


class UnknownUnit(Exception):
    """A word that names no unit.

    Attributes:
        name: The word.
        known: Names that could have been meant.
    """

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


def multiply(left: Dimensions, right: Dimensions, sign: int = 1) -> Dimensions:
    """Dimensions of a product, or of a quotient with sign -1."""
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, Fraction(0)) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


def raise_to(dimensions: Dimensions, power: Fraction) -> Dimensions:
    """Dimensions of a power."""
    return tuple((base, old * power) for base, old in dimensions if power)


def describe(dimensions: Dimensions) -> str:
    """Dimensions in words, such as `EUR / week`; `a pure number` for none.

    Examples:
        >>> describe(read("EUR / day ** 2").dimensions)
        'EUR / week ** 2'
    """

    def one(base: str, power: Fraction) -> str:
        if power == 1:
            return base
        return f"{base} ** {power}" if power.denominator == 1 else f"{base} ** ({power})"

    above = " * ".join(one(base, power) for base, power in dimensions if power > 0)
    below = " / ".join(one(base, -power) for base, power in dimensions if power < 0)
    if not dimensions:
        return "a pure number"
    return f"{above or '1'} / {below}" if below else above


def said(dimensions: Dimensions) -> str:
    """Dimensions after the word `is`: `a pure number` or `in EUR / week`."""
    return f"in {describe(dimensions)}" if dimensions else "a pure number"


@functools.cache
def read(text: str) -> Unit:
    """Read a unit such as `share`, `weeks`, `EUR / week` or `1 / month`.

    Raises:
        UnknownUnit: A word in it names no unit.
        SyntaxIssue: It is not a product of powers of units.

    Examples:
        >>> read("1 / day").factor
        7.0
    """
    if not text.strip():
        return PURE
    unit = _read(parser.parse(text))
    return Unit(unit.dimensions, unit.factor, text)


def _read(expression: Expression) -> Unit:
    unit = _product(expression)
    too_high = any(abs(power) > _HIGHEST for _, power in unit.dimensions)
    if too_high or not 1 / _LARGEST <= unit.factor <= _LARGEST:
        message = "this unit is too large, too small or has too high a power"
        raise SyntaxIssue("E311", message, expression.place)
    return unit


def _product(expression: Expression) -> Unit:
    match expression:
        case Name():
            return _word(expression.name)
        case Number() if expression.value > 0:
            return Unit((), expression.value)
        case Amount() if expression.value > 0:
            word = _word(expression.unit)
            return Unit(word.dimensions, expression.value * word.factor)
        case Binary(operator="*" | "/"):
            left, right = _read(expression.left), _read(expression.right)
            sign = 1 if expression.operator == "*" else -1
            factor = left.factor * right.factor**sign
            return Unit(multiply(left.dimensions, right.dimensions, sign), factor)
        case Binary(operator="**"):
            base, power = _read(expression.left), _power(expression.right)
            logarithm = math.log10(base.factor) * float(power)
            factor = base.factor ** float(power) if abs(logarithm) < 300 else math.inf
            return Unit(raise_to(base.dimensions, power), factor)
        case _:
            message = "a unit is a product of powers of unit names"
            raise SyntaxIssue("E311", message, expression.place, "such as EUR / week")


def _power(expression: Expression) -> Fraction:
    match expression:
        case Number() if expression.value <= _HIGHEST:
            return Fraction(expression.value).limit_denominator(12)
        case Unary(operator="-"):
            return -_power(expression.operand)
        case Binary(operator="/", left=Number(value=above), right=Number(value=below)) if (
            0 < below <= _HIGHEST and above <= _HIGHEST
        ):
            return Fraction(above / below).limit_denominator(12)
        case _:
            message = "the power of a unit must be a number from -12 to 12"
            raise SyntaxIssue("E311", message, expression.place)


def _word(name: str) -> Unit:
    table = _table()
    singular = name[:-1] if name.endswith("s") else name
    found = table.get(name) or table.get(singular)
    if found is None:
        raise UnknownUnit(name, unit_names())
    return found


@functools.cache
def _table() -> dict[str, Unit]:
    """Every word with its unit; factors are multiplied as fractions and rounded once."""
    exact: dict[str, tuple[str, Fraction]] = {"": ("", Fraction(1))}
    table: dict[str, Unit] = {}
    for word in WORDS:
        base, factor = (word.name, Fraction(1)) if word.of == word.name else exact[word.of]
        exact[word.name] = base, factor * word.factor
        dimensions = ((base, Fraction(1)),) if base else ()
        unit = Unit(dimensions, float(factor * word.factor))
        table |= dict.fromkeys((word.name, *word.aliases), unit)
    return table


@functools.cache
def unit_names() -> tuple[str, ...]:
    """Every unit name, for suggestions and the reference."""
    return tuple(_table())
