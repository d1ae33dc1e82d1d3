"""Alike definitions have one form: a program does not grow with the members of a set."""

from __future__ import annotations

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import schelling
from oracle.program_size import equations
from oracle.set_features import large
from schelling.case.language.typed.types import (
    Constant,
    Kind,
    Operation,
    Reference,
    Type,
    Typed,
    When,
)
from schelling.case.model import Case
from schelling.compile.alike_things import families
from schelling.compile.expressions import alike, reductions, rolling
from schelling.compile.expressions.forms import FEWEST, Rolled
from schelling.compile.expressions.frame import Frame, evaluate, number
from schelling.compile.planning import plan as plans

NUMBER = Type(Kind.NUMBER, (), When.FIXED)


def product(position: int) -> Typed:
    """`x0 * 0.5`, `x1 * 1.5`, ..."""
    named = Reference(f"x{position}", NUMBER)
    return Operation("*", (named, Constant(position + 0.5, NUMBER)), NUMBER)


def pairs(terms: list[Typed]) -> Operation:
    """A sum of pairs of sums, as the language makes it."""
    while len(terms) > 1:
        odd = terms[len(terms) // 2 * 2 :]
        both = zip(terms[::2], terms[1::2], strict=False)
        terms = [*(Operation("+", pair, NUMBER) for pair in both), *odd]
    assert isinstance(terms[0], Operation)
    return terms[0]


def lengths(found: Rolled) -> list[int]:
    """How many entries stand in each open place."""
    return [len(place.row) for place in found.form.places if isinstance(place.row, tuple)]


def frame(count: int) -> Frame:
    chance = np.random.default_rng(5)
    return Frame({f"x{n}": jnp.asarray(chance.normal(size=7)) for n in range(count)}, {})


@pytest.mark.parametrize("count", [8, 9, 11, 13])
def test_a_rolled_sum_is_the_written_one_to_the_last_bit(count: int) -> None:
    written = pairs([product(n) for n in range(count)])
    found = reductions.rolled(written)
    assert isinstance(found, Rolled)
    assert lengths(found) == [count, count]
    seen = frame(count)
    one_by_one = [number(product(n), seen) for n in range(count)]
    while len(one_by_one) > 1:
        odd = one_by_one[len(one_by_one) // 2 * 2 :]
        both = zip(one_by_one[::2], one_by_one[1::2], strict=False)
        one_by_one = [*(a + b for a, b in both), *odd]
    np.testing.assert_array_equal(number(found, seen), one_by_one[0])


def test_terms_that_are_sums_themselves_are_kept_whole() -> None:
    terms: list[Typed] = [pairs([product(m) for m in range(n, n + 3)]) for n in range(12)]
    found = reductions.rolled(pairs(terms))
    assert isinstance(found, Rolled)
    assert lengths(found)[0] == 12


@pytest.mark.parametrize("operation", ["+", "min", "max"])
def test_operands_taken_one_after_the_other_come_to_the_same(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = [product(n) for n in range(9)]
    summed = pairs(terms)
    written = summed if operation == "+" else Operation(operation, tuple(terms), NUMBER)
    together = evaluate(written, frame(9))
    monkeypatch.setattr(rolling, "MOST", 4)
    after = evaluate(written, frame(9))
    np.testing.assert_allclose(after, together, rtol=1e-14)  # nine roundings of 1e-16


def test_what_is_not_alike_is_left_as_it_is() -> None:
    few = pairs([product(n) for n in range(FEWEST - 1)])
    assert reductions.rolled(few) == few
    other = pairs([product(n) if n % 3 else Reference("x0", NUMBER) for n in range(10)])
    assert reductions.rolled(other) == other
    chain: Typed = product(0)
    for n in range(1, 12):
        chain = Operation("+", (chain, product(n)), NUMBER)
    assert reductions.rolled(chain) == chain  # its author's order of rounding
    powers = [
        Operation("**", (Reference("x0", NUMBER), Constant(float(n), NUMBER)), NUMBER)
        for n in range(2, 11)
    ]
    assert alike.form(powers) is None
    assert alike.form([product(0), Operation("*", (product(1), product(2)), NUMBER)]) is None


def test_sums_that_differ_in_which_factor_comes_twice_are_no_form() -> None:
    """Their terms are forms with as many open places, but these stand elsewhere in them."""

    def cube(*places: int) -> Typed:
        x, y, z = (Reference(f"x{place}", NUMBER) for place in places)
        return Operation("*", (Operation("*", (x, y), NUMBER), z), NUMBER)

    first = pairs([cube(n, n, n + 8) for n in range(8)])
    second = pairs([cube(n, n + 8, n + 8) for n in range(8)])
    largest = Operation("max", (first, second) * 4, NUMBER)
    seen = frame(16)
    expected = jnp.maximum(number(first, seen), number(second, seen))
    np.testing.assert_array_equal(number(reductions.rolled(largest), seen), expected)


OTHERS = """
schelling: 1
title: A window over a sum of the others
time: {start: 2022-03-21, until: 2022-04-18, step: 1 week}
sets: {town: [t0, t1, t2, t3, t4, t5, t6, t7, t8]}
assumptions:
  base[town]: {prior: "uniform(0.1, 0.9)", why: x}
stocks:
  held[town]: {start: "base[town]", change: "-0.1 * held[town] / 1 week"}
claims:
  rest[town]: {why: x, holds: "final(sum(held[c] for c in town if c != town)) > 2"}
"""


def test_a_window_picks_steps_of_what_every_member_sees_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(OTHERS, "utf-8")
    draws = schelling.run(schelling.load(tmp_path), worlds=16, replicates=4).draws
    final = draws[[f"final.held[t{n}]" for n in range(9)]].to_numpy()
    others = final.sum(1, keepdims=True) - final
    margins = draws[[f"margin.rest[t{n}]" for n in range(9)]]
    np.testing.assert_allclose(margins, others - 2, atol=1e-13)  # nine roundings of 1e-16, times 5


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Case]:
    return {members: load(tmp_path_factory.mktemp("set"), members) for members in (33, 64)}


def load(folder: Path, members: int) -> Case:
    (folder / "case.yaml").write_text(large(members), "utf-8")
    return schelling.load(folder)


def test_members_with_the_same_formula_are_one_family(cases: dict[int, Case]) -> None:
    found = families.of(plans.build(cases[33]))
    assert [len(names) for names in found.assumptions] == [33]
    whole = {one.names[0].partition("[")[0]: len(one.names) for one in found.stocks}
    assert whole == {"standing": 33 - FEWEST, "supply": 33, "morale": 33}
    assert [len(one.names) for one in found.events] == [33, 33]
    fixed = [one for one in found.fixed if isinstance(one, families.MemberFamily)]
    moving = [one for one in found.moving if isinstance(one, families.MemberFamily)]
    assert [len(one.names) for one in (*fixed, *moving)] == [33, 33, 33]


def test_a_program_has_no_more_equations_the_more_members(cases: dict[int, Case]) -> None:
    """33 and 64 members: sums of as many pairs of pairs. Unrolled, it has twice as many."""
    asked = ["somebody", "all_told", "held"]
    few, many = (equations(plans.build(case, claims=asked)) for case in cases.values())
    assert many <= few
