"""What of a plan its programs are made of: not the numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from oracle.features import FEATURES
from oracle.population_features import KIN
from schelling.case.language.typed.types import Constant, Operation
from schelling.compile.expressions.constants import Argument, separated
from schelling.compile.planning import plan as plans
from schelling.compile.planning.plan import Plan

CASE = """\
schelling: 1
title: A queue
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
actors: {north: {}, south: {}}
sets: {city: {table: cities.csv, key: city}}
assumptions:
  pull: {prior: 0.1 to 1, why: seen}
variables:
  rate: {value: 0.25, why: a number}
  fast: {value: "pull ** 2 * 3 + rate", why: a formula}
  full: {value: "sum(people[c] for c in city)", why: a table}
stocks:
  queue: {start: 1, change: "fast / week - 0.1 * queue / week"}
events:
  strike: {hazard: 0.2 / week, effects: {queue: queue + 5}}
games:
  duel:
    played: {on: 2022-04-04}
    solve: {precision: 4}
    tree:
      north:
        wait: {payoffs: {north: 0, south: 2}}
        go:
          south:
            yield_: {payoffs: {north: 0.5, south: -1}}
            fight: {payoffs: {north: -3, south: -4}}
claims:
  long: {why: it grows, holds: final(queue) > 2}
  driven: {why: it grows, holds: "final(queue) > (final(queue) | do(pull = 0.7))"}
"""


def build(folder: Path, old: str = "", new: str = "", cells: str = "3,4") -> Plan:
    assert old in CASE
    (folder / "case.yaml").write_text(CASE.replace(old, new) if old else CASE, encoding="utf-8")
    rows = "".join(f"c{row},{cell}\n" for row, cell in enumerate(cells.split(",")))
    (folder / "cities.csv").write_text(f"city,people\n{rows}", encoding="utf-8")
    return plans.build(schelling.load(folder / "case.yaml"))


NUMBERS = {
    "a variable": ("value: 0.25", "value: 0.75"),
    "a variable that becomes 0": ("value: 0.25", "value: 0"),
    "a factor": ("* 3 +", "* 7 +"),
    "a start": ("start: 1", "start: 0"),
    "a rate": ("- 0.1 *", "- 0.3 *"),
    "a hazard": ("hazard: 0.2 /", "hazard: 0.4 /"),
    "an effect": ("queue + 5", "queue + 6"),
    "a precision": ("precision: 4}", "precision: 2}"),
    "a payoff": ("north: 0,", "north: 0.7,"),
    "a negative payoff": ("south: -1", "south: -2"),
    "a bar": ("> 2}", "> 9}"),
    "what a twin holds": ("pull = 0.7", "pull = 0.2"),
    "a prior": ("0.1 to 1", "uniform(0, 1)"),
    "a reason": ("why: a number", "why: other words"),
    "a name of no weight": ("title: A queue", "title: Another"),
}


@pytest.mark.parametrize("change", NUMBERS)
def test_a_number_is_no_part_of_a_program(change: str, tmp_path: Path) -> None:
    (before, old), (after, new) = (
        separated(build(tmp_path, *change)) for change in (("", ""), NUMBERS[change])
    )
    assert before == after
    assert (old.tolist() != new.tolist()) == (change not in list(NUMBERS)[-3:])


def test_a_cell_of_a_table_is_no_part_of_a_program(tmp_path: Path) -> None:
    (before, old), (after, new) = (
        separated(build(tmp_path, cells=cells)) for cells in ("3,4", "3,5")
    )
    assert before == after
    assert old.tolist() != new.tolist()


STRUCTURE = {
    "an exponent": ("** 2", "** 3"),
    "a formula": ("value: 0.25", 'value: "0.25 + pull"'),
    "a factor that does nothing": ("* 3 +", "* 1 +"),
    "a comparison": ("> 2}", ">= 2}"),
    "another date": ("until: 2022-05-16", "until: 2022-05-23"),
    "another twin": ("do(pull = 0.7)", "do(rate = 0.7)"),
}


@pytest.mark.parametrize("change", STRUCTURE)
def test_what_decides_how_it_is_computed_is(change: str, tmp_path: Path) -> None:
    before, _ = separated(build(tmp_path))
    after, _ = separated(build(tmp_path, *STRUCTURE[change]))
    assert before != after


def put_back(value: object, numbers: list[float]) -> object:
    """An expression with its numbers in their places again, as text."""
    if isinstance(value, Argument):
        return numbers[value.position]
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Operation):
        return (value.name, *(put_back(one, numbers) for one in value.operands))
    return value


def test_every_number_stands_at_its_position(tmp_path: Path) -> None:
    plan = build(tmp_path)
    structure, numbers = separated(plan)
    given = numbers.tolist()
    for whole, bare in zip(plan.stocks, structure.stocks, strict=True):
        for old, new in ((whole.start, bare.start), (whole.change, bare.change)):
            assert put_back(old, given) == put_back(new, given)
    for whole, bare in zip(plan.claims, structure.claims, strict=True):
        assert put_back(whole.holds, given) == put_back(bare.holds, given) or whole.name == "driven"
    assert len(set(plan.twins)) == len(set(structure.twins))
    assert structure.claims[1].holds != plan.claims[1].holds


def test_every_construct_can_be_separated(tmp_path: Path) -> None:
    """Twice the same, and as many numbers as there are positions."""
    (tmp_path / "kin.csv").write_text(KIN, encoding="utf-8")
    for text in FEATURES.values():
        (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
        plan = plans.build(schelling.load(tmp_path / "case.yaml"))
        (one, first), (two, second) = separated(plan), separated(plan)
        assert one == two
        assert np.array_equal(first, second)
        assert np.isfinite(first).all()
        assert repr(one).count("Argument(") >= len(first)


def test_actors_of_one_precision_keep_one(tmp_path: Path) -> None:
    structure, _ = separated(build(tmp_path))
    assert len(structure.games[0].precisions) == 1


def test_variables_of_a_case_without_anything_drawn_have_a_value_in_every_world(
    tmp_path: Path,
) -> None:
    text = """
schelling: 1
title: Numbers alone
time: {start: 2022-03-21, until: 2022-05-30, step: 1 week}
variables: {a: 2 days, b: a + a}
stocks: {s: {start: 0, change: 1 / 1 day}}
claims: {grown: {why: t, holds: final(s) > b / 1 day}}
"""
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    run = schelling.run(schelling.load(tmp_path), worlds=16, course=False)
    np.testing.assert_allclose(run.column("margin.grown"), 66)
