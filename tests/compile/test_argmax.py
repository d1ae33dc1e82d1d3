"""The member at which something is largest, beside NumPy's."""

import math
from pathlib import Path

import numpy as np

import schelling
from schelling.case.check import check
from schelling.case.language.parsing import parser, printer
from schelling.case.language.typed.types import Typed, operands, references

CASE = """
schelling: 1
title: Which city
sets: {city: [a, b, c], side: [l, r]}
assumptions:
  w[city]: {prior: "uniform(0, 1)", why: x}
  v[city]: {prior: "choice(1, 2)", why: x}
  g[city, side]: {prior: "uniform(0, 1)", why: x}
variables:
  most: w[argmax(v[c] for c in city)]
  least: g[argmin(w[c] for c in city if c != a), l]
  both: "g[argmax(w[c] for c in city), argmax(g[a, s] for s in side)]"
  own[city]: 1 if argmax(w[c] for c in city) == city else 0
  inner: sum(w[argmax(v[k] for k in city)] * rank(c) for c in city)
claims:
  is_b: {why: x, holds: "argmax(w[c] for c in city) == b"}
  tied: {why: x, holds: "argmax(v[c] for c in city) == b"}
  not_c: {why: x, holds: "c != argmin(w[k] for k in city)"}
  same: {why: x, holds: "argmax(w[k] for k in city) == argmax(v[k] for k in city)"}
  one: {why: x, holds: "sum(own[k] for k in city) == 1"}
"""

MANY = """
assumptions:
  w[city]: {prior: "uniform(0, 1)", why: x}
variables:
  most: w[argmax(w[c] for c in city)]
claims:
  is_m9: {why: x, holds: "argmax(w[c] for c in city) == m9 and most > 0"}
"""

TIED = """
schelling: 1
title: Many alike
sets: {city: [a, b, c, d, e, f, g, h, i, j]}
assumptions:
  v[city]: {prior: "choice(1, 2, 3)", why: x}
  w[city]: {prior: "uniform(0, 1)", why: x}
variables:
  most: w[argmax(v[k] for k in city)]
  least: w[argmin(v[k] for k in city)]
claims:
  is_e: {why: x, holds: "argmax(v[k] for k in city) == e"}
  not_f: {why: x, holds: "f != argmin(v[k] for k in city)"}
  both: {why: x, holds: most + least >= 0}
"""

PAIRS = """
schelling: 1
title: Which two
sets: {city: [MEMBERS]}
assumptions:
  w[city]: {prior: "uniform(0, 1)", why: x}
  g[one in city, other in city]: {prior: "uniform(0, 1)", per: world, why: x}
claims:
  both: {why: x, holds: "g[argmax(w[c] for c in city), argmin(w[c] for c in city)] > 0"}
"""

NAMED = """
schelling: 1
title: By name
sets: {city: [a, b, c], side: [b, d]}
assumptions:
  w[city]: {prior: "uniform(0, 1)", why: x}
claims:
  beside: {why: x, holds: "w[next(a)] > rank(c) / 6"}
  before: {why: x, holds: "sum(w[k] for k in before(c)) > 0.5"}
  of_set: {why: x, holds: "w[next(b)] > 0.5"}
"""


def test_the_best_member_is_that_of_the_library(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    draws = schelling.run(schelling.load(path), worlds=64, replicates=4, course=False).draws
    w, v = (draws[[f"{name}[{c}]" for c in "abc"]].to_numpy() for name in "wv")
    g = np.stack([[draws[f"g[{c}, {s}]"] for s in "lr"] for c in "abc"])
    worlds = np.arange(len(w))
    first = v.argmax(axis=1)  # of equals the first, as in the language
    np.testing.assert_array_equal(draws["holds.is_b"], w.argmax(axis=1) == 1)
    np.testing.assert_array_equal(draws["holds.tied"], first == 1)
    np.testing.assert_array_equal(draws["holds.not_c"], w.argmin(axis=1) != 2)
    np.testing.assert_array_equal(draws["holds.same"], w.argmax(axis=1) == first)
    assert draws["holds.one"].all()
    np.testing.assert_array_equal(draws["value.most"], w[worlds, first])
    least = 1 + w[:, 1:].argmin(axis=1)
    np.testing.assert_array_equal(draws["value.least"], g[least, 0, worlds])
    side = g[0].argmax(axis=0)
    np.testing.assert_array_equal(draws["value.both"], g[w.argmax(axis=1), side, worlds])
    rounding = 1e-12  # a sum of three products in another order
    np.testing.assert_allclose(draws["value.inner"], 6 * w[worlds, first], rtol=rounding)


def test_of_equals_among_many_the_first_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(TIED, encoding="utf-8")
    draws = schelling.run(schelling.load(path), worlds=64, replicates=4, course=False).draws
    v, w = (draws[[f"{name}[{c}]" for c in "abcdefghij"]].to_numpy() for name in "vw")
    worlds = np.arange(len(v))
    np.testing.assert_array_equal(draws["value.most"], w[worlds, v.argmax(axis=1)])
    np.testing.assert_array_equal(draws["value.least"], w[worlds, v.argmin(axis=1)])
    np.testing.assert_array_equal(draws["holds.is_e"], v.argmax(axis=1) == 4)
    np.testing.assert_array_equal(draws["holds.not_f"], v.argmin(axis=1) != 5)
    others = np.delete(v, 4, axis=1).max(axis=1)
    np.testing.assert_array_equal(draws["margin.is_e"], v[:, 4] - others)


def test_the_best_of_many_is_found_by_halves(tmp_path: Path) -> None:
    """A chain of 200 choices, each with 199 comparisons, was too deep to be compiled."""
    names = ", ".join(f"m{number}" for number in range(200))
    head = CASE.partition("assumptions:")[0].replace("[a, b, c]", f"[{names}]")
    path = tmp_path / "case.yaml"
    path.write_text(head + MANY, encoding="utf-8")
    case = schelling.load(path)
    most, own = case.variables[0].value, case.claims[0].holds
    assert _depth(most) <= 2 + math.ceil(math.log2(200))
    assert _size(most) < 200 * 24  # two values in each of eight rounds, and what is chosen
    assert _size(own) < 2 * 200


def test_pairs_of_the_best_are_bounded(tmp_path: Path) -> None:
    """Of 400 members by 400, 160,000 pairs could be meant."""
    names = ", ".join(f"m{number}" for number in range(400))
    path = tmp_path / "case.yaml"
    path.write_text(PAIRS.replace("MEMBERS", names), encoding="utf-8")
    assert [problem.code for problem in check(path).problems] == ["E425"]


def _depth(expression: Typed) -> int:
    return 1 + max(map(_depth, operands(expression)), default=0)


def _size(expression: Typed) -> int:
    return 1 + sum(map(_size, operands(expression)))


def test_members_are_named_where_others_stand_for_them(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(NAMED, encoding="utf-8")
    case = schelling.load(path)
    held = {claim.name: references(claim.holds) for claim in case.claims}
    assert held == {"beside": {"w[b]"}, "before": {"w[a]", "w[b]"}, "of_set": {"w[c]"}}


def test_what_is_printed_reads_the_same() -> None:
    for written in (
        "x[argmax(w[c] for c in city if c != a), l]",
        "argmin(w[c] for c in before(city)) != a",
    ):
        expression = parser.parse(written)
        assert parser.parse(printer.show(expression)) == expression
