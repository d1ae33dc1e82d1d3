"""The member at which something is largest, beside NumPy's."""

from pathlib import Path

import numpy as np

import schelling
from schelling.case.language import parser, printer

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


def test_what_is_printed_reads_the_same() -> None:
    for written in (
        "x[argmax(w[c] for c in city if c != a), l]",
        "argmin(w[c] for c in before(city)) != a",
    ):
        expression = parser.parse(written)
        assert parser.parse(printer.show(expression)) == expression
