"""Machines, dated events and claims over a set: arrays where the oracle says it is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import schelling
from oracle.program_size import equations
from oracle.set_features import machines
from schelling.case.model import Case
from schelling.compile.alike_things import families
from schelling.compile.expressions.forms import FEWEST
from schelling.compile.planning import plan as plans

OVER_SET = {"spared", "long_calm", "in_order", "holds_out", "if_resolute", "opened"}
"""Claims over the set whose members say alike; one of them is given something."""
BEST_IN_THE_MIDDLE = 17
"""Of 33 claims `argmax(...) == town`, those whose halves have one form (decision 0087)."""


def load(folder: Path, members: int) -> Case:
    (folder / "case.yaml").write_text(machines(members), "utf-8")
    return schelling.load(folder)


def test_machines_dated_events_and_claims_are_families(tmp_path: Path) -> None:
    found = families.of(plans.build(load(tmp_path, 33)))
    assert [len(one.names) for one in found.machines] == [33, 33]
    claims = {name: 32 if name == "in_order" else 33 for name in OVER_SET}
    claims["strongest"] = BEST_IN_THE_MIDDLE
    assert {one.names[0].partition("[")[0]: len(one.names) for one in found.claims} == claims
    assert [len(one.names) for one in found.events] == [33, 33]
    targets = {target for one in found.events for target, _ in one.effects}
    assert targets == {found.machines[0].names, found.machines[1].names, "taken"}


def test_events_that_see_what_another_of_them_does_come_one_by_one(tmp_path: Path) -> None:
    """`chain` reads the stocks that other members of it change; `fair` and `post` do not."""
    found = families.of(plans.build(load(tmp_path, 9)))
    assert [one.names[0] for one in found.dated] == ["fair[t0]", "post[t0]"]


def test_fewer_than_eight_members_are_left_alone(tmp_path: Path) -> None:
    found = families.of(plans.build(load(tmp_path, FEWEST - 1)))
    assert (found.machines, found.claims, found.dated, found.events) == ((), (), (), ())


def test_a_program_has_no_more_equations_the_more_members(tmp_path: Path) -> None:
    """33 and 64 members: sums of as many pairs of pairs. Unrolled, it has twice as many."""
    few, many = (equations(without_what_is_written_out(load(tmp_path, n))) for n in (33, 64))
    assert many <= few


def without_what_is_written_out(case: Case) -> plans.Plan:
    """The plan with the claims of `OVER_SET`, and without `chain`, which comes one by one."""
    claims = [claim.name for claim in case.claims if claim.name.partition("[")[0] in OVER_SET]
    plan = plans.build(case, claims=claims)
    kept = tuple(event for event in plan.events if not event.name.startswith("chain"))
    return replace(plan, events=kept)
