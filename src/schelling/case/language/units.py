"""Units of measurement: what may be added to what, and by which factor.

Everything is computed in base units (time in weeks); a `Unit` says how a declared unit relates to
them. The names most cases use stand in a table here, so that checking a case does not wait for
pint; every other name is pint's, from the definitions below, and a test holds the table to pint.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from schelling.case.language import parser
from schelling.case.language.syntax import Amount, Binary, Expression, Name, Number, Unary

DEFINITIONS = """
week = [week]
day = week / 7
hour = day / 24
year = 365.25 * day
month = year / 12
quarter = year / 4
share = 1
percent = 0.01
index = 1
utility = 1
person = [person] = people
vote = [vote]
EUR = [EUR] = euro
USD = [USD] = dollar
UAH = [UAH] = hryvnia
RUB = [RUB] = rouble
GBP = [GBP] = pound
km = [km] = kilometre = kilometer
metre = 0.001 * km = meter
tonne = [tonne]
weapon = [weapon]
vehicle = [vehicle]
missile = [missile]
city = [city] = cities
country = [country] = countries
event = [event]
thousand = 1e3
million = 1e6
billion = 1e9
"""

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
PER_TIME = Unit((("week", Fraction(-1)),), 1.0)
TIME = Unit((("week", Fraction(1)),), 1.0, "week")

_BASE = (
    *("week", "person", "vote", "EUR", "USD", "UAH", "RUB", "GBP", "km", "tonne"),
    *("weapon", "vehicle", "missile", "city", "country", "event"),
)
_TABLE: dict[str, Unit] = {name: Unit(((name, Fraction(1)),)) for name in _BASE} | {
    "day": Unit(TIME.dimensions, 1 / 7),
    "hour": Unit(TIME.dimensions, 1 / 168),
    "year": Unit(TIME.dimensions, 365.25 / 7),
    "month": Unit(TIME.dimensions, 365.25 / 84),
    "quarter": Unit(TIME.dimensions, 365.25 / 28),
    "share": PURE,
    "index": PURE,
    "utility": PURE,
    "percent": Unit((), 0.01),
}


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
        parser.SyntaxProblem: It is not a product of powers of units.

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
        message = "this unit is too large, too small or of too high a power"
        raise parser.SyntaxProblem("E311", message, expression.place)
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
            raise parser.SyntaxProblem("E311", message, expression.place, "such as EUR / week")


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
            message = "the power of a unit is a small number"
            raise parser.SyntaxProblem("E311", message, expression.place, "-12 to 12")


@functools.cache
def _word(name: str) -> Unit:
    singular = name[:-1] if name.endswith("s") else name
    for candidate in (name, singular):
        if candidate in _TABLE:
            return _TABLE[candidate]
    if not {name, singular} & set(unit_names()):
        raise UnknownUnit(name, unit_names())
    return _from_pint(name)


def _from_pint(name: str) -> Unit:
    registry = _registry()
    parsed = registry.parse_units(name)
    factor = float(registry.get_base_units(parsed)[0])
    powers: dict[str, float] = dict(parsed.dimensionality)
    dimensions = {
        base.strip("[]"): Fraction(power).limit_denominator(12) for base, power in powers.items()
    }
    return Unit(tuple(sorted(dimensions.items())), factor)


@functools.cache
def _registry() -> Any:
    import pint  # noqa: PLC0415 - slow to import and rarely needed

    registry = cast("Any", pint.UnitRegistry(None))  # pyright: ignore
    registry.load_definitions([line for line in DEFINITIONS.splitlines() if line])
    return registry


@functools.cache
def unit_names() -> tuple[str, ...]:
    """Every unit name, for suggestions and the reference."""
    found: list[str] = []
    for line in DEFINITIONS.strip().splitlines():
        name, *rest = (part.strip() for part in line.split("="))
        found += [name, *(alias for alias in rest[1:] if alias.isidentifier())]
    return tuple(found)
