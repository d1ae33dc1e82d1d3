"""Claims over a set in which each member is held by itself: twins that are computed as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from oracle.compare import differences
from oracle.program_size import equations
from schelling.case.language.typed.types import Constant, Kind, Type
from schelling.case.model import Case
from schelling.compile.alike_things import families
from schelling.compile.alike_things.held_layers import layers
from schelling.compile.expressions import rolling
from schelling.compile.planning import plan as plans

SMALL = """
schelling: 1
title: Towns that are spared, one at a time
time: {start: 2022-03-21, until: 2022-04-04, step: 1 week}
sets: {town: [TOWNS]}
assumptions:
  rate[town]: {prior: "uniform(0.01, 0.3)", unit: 1 / week, why: x}
  edge: {prior: "uniform(0, 1)", why: x}
stocks:
  held[town]: {start: 1, change: "-rate[town] * held[town] * stress", within: [0, 1]}
variables:
  stress: "2 - mean(held[c] for c in town)"
  weak[town]: "held[town] * stress"
claims:
  spared[town]:
    why: x
    holds: "(mean(weak[town] + stress) | do(held[town] = edge)) > edge + (final(stress) | do(
      rate[town] = 0 / week))"
  others[town]:
    why: x
    holds: "(final(sum(held[c] for c in town)) | do(rate[town] = 0.5 / week)) > 7 or
      (final(weak[town] * edge) | do(weak[town] = 0.5)) > 0.3"
"""
MIXED = """
  stocks_first: {why: x, holds: "max(STOCKS, VARIABLES) > edge + 0.8"}
  variables_first: {why: x, holds: "min(VARIABLES, STOCKS) < edge"}
"""


def small(folder: Path, members: int, more: str = "") -> Case:
    text = SMALL.replace("TOWNS", ", ".join(f"t{n}" for n in range(members))) + more
    (folder / "case.yaml").write_text(text, "utf-8")
    return schelling.load(folder)


def mixed() -> str:
    """Claims written out by hand: in some twins they look at a stock, in others at a variable."""
    text = MIXED
    for what, name, towns in (("STOCKS", "held", range(4)), ("VARIABLES", "weak", range(4, 8))):
        each = (f"(mean({name}[t{n}]) | do(rate[t{n}] = 0 / week))" for n in towns)
        text = text.replace(what, ", ".join(each))
    return text


@pytest.mark.parametrize("most", [rolling.MOST, 9])
def test_members_that_are_held_by_themselves_are_the_oracle(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once; or member by member, where all that they see would take too much room."""
    monkeypatch.setattr(rolling, "MOST", most)
    case = small(tmp_path, 9, mixed())
    assert [len(one.names) for one in families.of(plans.build(case)).claims] == [9, 9]
    assert differences(case, range(2)) == []


def test_a_program_has_hardly_more_equations_the_more_members_are_held(tmp_path: Path) -> None:
    """9 and 16 members, 27 and 48 twins; written out, it has half as many again.

    Where types are checked, as in tests, a number is cut out of what every twin sees; elsewhere
    there are no more equations at all.
    """
    few, many = (equations(plans.build(small(tmp_path, members))) for members in (9, 16))
    assert many <= 1.25 * few


def test_what_twins_hold_is_put_in_by_thing_or_by_twin_whichever_takes_fewer_layers() -> None:
    number = Type(Kind.NUMBER)
    one, two = Constant(1.0, number), Constant(2.0, number)
    own = [(twin + 1, ((f"x{twin}", Constant(float(twin), number)),)) for twin in range(3)]
    (layer,) = layers(own, ("x0", "x1", "x2"), 4)
    assert layer.by_thing
    np.testing.assert_array_equal(layer.here, np.eye(4, dtype=bool)[1:])
    same = [(1, (("x0", one),)), (2, (("x0", two), ("x1", two)))]
    (layer,) = layers(same, ("x0", "x1"), 3)
    assert not layer.by_thing
    assert layer.expressions == (one, two)
    np.testing.assert_array_equal(layer.here, [[False, True, True], [False, False, True]])
    crossed = [(1, (("x0", one), ("x1", two))), (2, (("x0", two), ("x1", one)))]
    assert len(layers(crossed, ("x0", "x1"), 3)) == 2
