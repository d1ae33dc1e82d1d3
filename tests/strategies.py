"""Builders shared by property tests: expressions of the case language drawn as syntax trees."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from schelling.case.language.parsing.syntax import (
    Amount,
    Binary,
    Call,
    Clause,
    Compare,
    Conditional,
    Date,
    Do,
    Expression,
    Index,
    Logic,
    Name,
    Number,
    Reduction,
    Unary,
)
from schelling.case.language.typed.units import Dimensions, multiply, raise_to
from schelling.case.language.words.vocabulary import KEYWORDS

WORDS = ("a", "support", "face_cost", "Phase2", "week", "phase", "war", "true", "x_", "e5")
FREE = ("yield", "pass", "lambda", "while", "global", "def")  # keywords of Python


def names() -> SearchStrategy[str]:
    """Names a case could use, now and then a word that only looks like one."""
    drawn = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
    return st.sampled_from(WORDS + FREE) | drawn.filter(lambda word: not reserved(word))


def reserved(word: str) -> bool:
    """Words that the parser reads as something else than a name."""
    return word in KEYWORDS or word in ("do", "then")


def numbers() -> SearchStrategy[float]:
    """Numbers as they can be written: the sign is an operator."""
    small = st.integers(0, 40).map(float)
    return small | st.floats(0, 1e307, allow_subnormal=True)


def leaves(words: SearchStrategy[str]) -> SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Number, numbers()),
        st.builds(Name, words),
        st.builds(Amount, numbers(), words),
        st.builds(Date, st.dates()),
        st.builds(
            Index, words, st.lists(st.builds(Name, words), min_size=1, max_size=2).map(tuple)
        ),
    )


def expressions(words: SearchStrategy[str] | None = None) -> SearchStrategy[Expression]:
    """Every kind of node in every place; most make no sense, all can be written."""
    words = names() if words is None else words
    return st.recursive(leaves(words), lambda inside: _larger(inside, words), max_leaves=12)


def _larger(
    inside: SearchStrategy[Expression], words: SearchStrategy[str]
) -> SearchStrategy[Expression]:
    several = st.lists(inside, min_size=2, max_size=3).map(tuple)
    named = st.dictionaries(words, inside, min_size=1, max_size=2).map(
        lambda given: tuple(given.items())
    )
    name = st.builds(Name, words)
    member = name | st.builds(Call, words, st.tuples(name))
    target = name | st.builds(Index, words, st.lists(member, min_size=1, max_size=2).map(tuple))
    held = st.lists(st.tuples(target, inside), min_size=1, max_size=2).map(tuple)
    clauses = st.builds(Clause, words, inside, st.lists(inside, max_size=2).map(tuple))
    return st.one_of(
        st.builds(Unary, st.sampled_from(("-", "not")), inside),
        st.builds(Binary, st.sampled_from(("+", "-", "*", "/", "**")), inside, inside),
        st.builds(Compare, st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), inside, inside),
        st.builds(Logic, st.sampled_from(("and", "or")), several),
        st.builds(Conditional, inside, inside, inside),
        st.builds(Call, words, st.lists(inside, max_size=3).map(tuple), st.just(()) | named),
        st.builds(Reduction, words, inside, st.lists(clauses, min_size=1, max_size=2).map(tuple)),
        st.builds(Index, words, st.tuples(st.builds(Call, words, st.tuples(inside)))),
        st.builds(Do, inside, held),
    )


@st.composite
def quantities(
    draw: DrawFn, dimensions: Dimensions, known: Mapping[str, Dimensions], depth: int = 3
) -> Expression:
    """Expressions whose units agree, with the given dimensions.

    Args:
        draw: Given by hypothesis.
        dimensions: What the expression has.
        known: Names and their dimensions; one name for every base unit alone.
        depth: How many operations stand inside each other.
    """

    def part(wanted: Dimensions = dimensions) -> Expression:
        return draw(quantities(wanted, known, depth - 1))

    other = draw(st.sampled_from(sorted(set(known.values()))))
    match draw(st.integers(0, 7)) if depth else 0:
        case 1:
            return Binary(draw(st.sampled_from(("+", "-"))), part(), part())
        case 2:
            return Binary("*", part(other), part(multiply(dimensions, other, -1)))
        case 3:
            return Binary("/", part(multiply(dimensions, other)), part(other))
        case 4:
            return Conditional(Compare("<", part(other), part(other)), part(), part())
        case 5:
            return Call(draw(st.sampled_from(("min", "max"))), (part(), part()))
        case 6:
            return Call("sqrt", (part(raise_to(dimensions, Fraction(2))),))
        case 7:
            return Unary("-", part())
        case _:
            return product(dimensions, known)


def product(dimensions: Dimensions, known: Mapping[str, Dimensions]) -> Expression:
    """The plainest expression of some dimensions: a product of powers of names."""
    found: Expression = Number(2.0)
    for base, power in dimensions:
        name = next(n for n, d in known.items() if d == ((base, 1),))
        found = Binary("*", found, Binary("**", Name(name), exponent(power)))
    return found


def exponent(power: Fraction) -> Expression:
    size = Number(float(abs(power)))
    return size if power >= 0 else Unary("-", size)
