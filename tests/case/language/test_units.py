"""Units: the table says what a calendar and the metric system say, products obey their laws."""

from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from examples import examples
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.language.typed import units
from schelling.case.language.typed.units import (
    Dimensions,
    UnknownUnit,
    describe,
    multiply,
    raise_to,
)

BASES = ("EUR", "km", "person", "week")


def dimensions() -> st.SearchStrategy[Dimensions]:
    powers = st.fractions(-3, 3, max_denominator=4).filter(bool)
    return st.dictionaries(st.sampled_from(BASES), powers).map(lambda d: tuple(sorted(d.items())))


def test_lengths_of_time_are_those_of_the_calendar() -> None:
    """A year of 365.25 days (the Julian year), twelve equal months, 168 hours a week."""
    exact = {
        "week": Fraction(1),
        "day": Fraction(1, 7),
        "hour": Fraction(1, 168),
        "year": Fraction(1461, 28),
        "month": Fraction(1461, 336),
        "quarter": Fraction(1461, 112),
    }
    for name, weeks in exact.items():
        assert units.read(name) == units.Unit(units.TIME.dimensions, float(weeks), name)


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        *(("share", 1.0), ("index", 1.0), ("utility", 1.0), ("percent", 0.01)),
        *(("thousand", 1e3), ("million", 1e6), ("billion", 1e9)),
    ],
)
def test_pure_numbers_have_no_dimension(name: str, factor: float) -> None:
    assert units.read(name) == units.Unit((), factor, name)


def test_a_metre_is_a_thousandth_of_a_kilometre() -> None:
    assert units.read("metre").dimensions == units.read("km").dimensions
    assert units.read("metre").factor == 0.001


def test_every_other_word_is_a_unit_of_its_own() -> None:
    derived = {word.name for word in units.WORDS if word.of != word.name}
    assert len(derived) == 5 + 7 + 1  # those of the three tests above, a week apart
    for word in units.WORDS:
        if word.name not in derived:
            assert units.read(word.name).dimensions == ((word.name, Fraction(1)),)
            assert units.read(word.name).factor == 1.0


def test_aliases_and_plurals_are_the_same_unit() -> None:
    for word in units.WORDS:
        unit = units.read(word.name)
        for other in (f"{word.name}s", *word.aliases, *(f"{alias}s" for alias in word.aliases)):
            assert units.read(other) == units.Unit(unit.dimensions, unit.factor, other)
    assert units.read("people") == units.Unit((("person", Fraction(1)),), 1.0, "people")


def test_no_word_stands_twice() -> None:
    words = [name for word in units.WORDS for name in (word.name, *word.aliases)]
    assert sorted(words) == sorted(set(units.unit_names()))


@pytest.mark.parametrize(
    ("text", "factor", "shown"),
    [
        ("EUR / day ** 2", 49.0, "EUR / week ** 2"),
        ("1 / month", 84 / 365.25, "1 / week"),
        ("percent", 0.01, "a pure number"),
        ("1000 * EUR", 1000.0, "EUR"),
        ("1000 EUR / year", 7000 / 365.25, "EUR / week"),
        ("million * USD", 1e6, "USD"),
        ("person ** 0.5", 1.0, "person ** (1/2)"),
        ("person ** -(1 / 2)", 1.0, "1 / person ** (1/2)"),
        ("share", 1.0, "a pure number"),
        ("  ", 1.0, "a pure number"),
        ("weeks / week", 1.0, "a pure number"),
    ],
)
def test_products_of_powers(text: str, factor: float, shown: str) -> None:
    unit = units.read(text)
    assert unit.factor == pytest.approx(factor, rel=1e-15)  # roundings of a few products
    assert describe(unit.dimensions) == shown
    assert str(unit) == (text if text.strip() else shown)


@given(dimensions(), dimensions(), dimensions())
@examples(60)
def test_products_form_a_group(a: Dimensions, b: Dimensions, c: Dimensions) -> None:
    assert multiply(a, b) == multiply(b, a)
    assert multiply(multiply(a, b), c) == multiply(a, multiply(b, c))
    assert multiply(a, ()) == a
    assert multiply(a, a, -1) == ()
    assert multiply(multiply(a, b), b, -1) == a


@given(dimensions(), dimensions(), st.fractions(-2, 2, max_denominator=3))
@examples(60)
def test_powers_distribute(a: Dimensions, b: Dimensions, power: Fraction) -> None:
    assert raise_to(multiply(a, b), power) == multiply(raise_to(a, power), raise_to(b, power))
    assert raise_to(a, Fraction(2)) == multiply(a, a)
    assert raise_to(a, Fraction(0)) == ()


@given(dimensions().filter(bool))
@examples(60)
def test_what_is_described_reads_as_the_same_unit(a: Dimensions) -> None:
    assert units.read(describe(a)) == units.Unit(a, 1.0, describe(a))


@given(st.text(max_size=30) | st.from_regex(r"[a-z0-9 */()\-.]{0,30}", fullmatch=True))
@example("1e300 ** 2")
@example("1 / (1e-300 ** 2)")
@example("(" * 20 + "EUR" + "** 12)" * 20)
@examples(200)
def test_rubbish_is_no_unit(text: str) -> None:
    try:
        unit = units.read(text)
    except (UnknownUnit, SyntaxIssue):
        return
    assert 1e-100 <= unit.factor <= 1e100
    assert all(abs(power) <= 12 for _, power in unit.dimensions)


@pytest.mark.parametrize(
    "text", ["EUR + USD", "-EUR", "0 * EUR", "EUR ** x", "EUR ** 13", "week(2)"]
)
def test_only_products_are_units(text: str) -> None:
    with pytest.raises(SyntaxIssue, match="unit") as caught:
        units.read(text)
    assert caught.value.issue.code == "E311"


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(UnknownUnit, match="wekk") as caught:
        units.read("EUR / wekk")
    assert "week" in caught.value.known
