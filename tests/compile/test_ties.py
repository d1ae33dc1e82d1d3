"""Ties of a case as they are made: blocks against theory, tables as they stand, the memory limit.

The seed is fixed, so no statistical test can fail by bad luck. Bounds are five standard errors.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import schelling
from populations.naive import lists, matrix
from schelling.compile.drawing import luck
from schelling.compile.planning import plan
from schelling.errors import RunError

CASE = """
schelling: 1
title: Regions
time: {start: 2024-01-01, step: 1 week, until: 2024-01-15}
populations:
  crowd:
    size: 1500
    why: planted
    groups: {region: {north: 0.2, south: rest, east: 0.5}}
    ties:
      contacts: {network: blocks, by: region, within: 6, between: 3}
      strangers: {network: blocks, by: region, within: 0, between: 1}
      kin: {network: table, table: kin.csv, one: a, other: b}
      idols: {network: table, table: kin.csv, one: a, other: b, mutual: false}
    states: {near: {start: "count(region[o] == region for o in contacts)"}}
variables:
  north_ones: count(region[c] == north for c in crowd)
  first: max(number[c] for c in crowd if region[c] == north)
  alike: mean(near[c] for c in crowd)
claims: {enough: {holds: final(alike) > 5, why: planted}}
"""
KIN = "a,b,since\n1,2,1970\n1500,2,1981\n2,7,1990\n"
GROUPS = {"north": 300, "south": 450, "east": 750}


def load(folder: Path) -> schelling.Case:
    path = folder / "case.yaml"
    path.write_text(CASE, "utf-8")
    (folder / "kin.csv").write_text(KIN, "utf-8")
    return schelling.load(path)


def test_ties_between_groups_are_as_many_as_theory_says(tmp_path: Path) -> None:
    """Holland, Laskey and Leinhardt (1983): ties of every two groups are binomial.

    A variance of a binomial number is at most its mean.
    """
    made = luck.of(plan.build(load(tmp_path)), 4).ties
    sizes = list(GROUPS.values())
    starts = np.cumsum([0, *sizes[:-1]])
    seen = np.add.reduceat(np.add.reduceat(matrix(made["crowd", "contacts"]), starts, 0), starts, 1)
    pairs_apart = sum(a * b for n, a in enumerate(sizes) for b in sizes[n + 1 :])
    chance = 3 * 1500 / (2 * pairs_apart)  # each of 1,500 has 3 such ties, counted from both ends
    for one in range(3):
        within = sizes[one] * 6 / 2
        assert abs(seen[one, one] / 2 - within) <= 5 * math.sqrt(within)
        for other in range(one):
            between = sizes[one] * sizes[other] * chance
            assert abs(seen[one, other] - between) <= 5 * math.sqrt(between)
    apart = (seen.sum() - seen.trace()) / 2
    assert abs(apart - 3 * 1500 / 2) <= 5 * math.sqrt(3 * 1500 / 2)
    strangers = matrix(made["crowd", "strangers"])
    assert not any(
        strangers[a : a + n, a : a + n].any() for a, n in zip(starts, sizes, strict=True)
    )
    assert strangers.any()


def test_ties_of_a_table_are_those_of_its_rows(tmp_path: Path) -> None:
    made = luck.of(plan.build(load(tmp_path)), 0).ties
    mutual, seen = (lists(made["crowd", name]) for name in ("kin", "idols"))
    assert {me: others for me, others in enumerate(mutual) if others} == {
        0: [1],
        1: [0, 6, 1499],
        6: [1],
        1499: [1],
    }
    assert {me: others for me, others in enumerate(seen) if others} == {0: [1], 1: [6], 1499: [1]}


def test_a_group_has_its_size_in_every_world(tmp_path: Path) -> None:
    found = schelling.run(load(tmp_path), worlds=16, seed=4).series
    assert (found["north_ones"] == 300).all()
    assert (found["first"] == 300).all()
    # 1,500 agents have 4,500 ties in their groups, of which as many as a Poisson number
    assert abs(float(found["alike"][0, 0]) - 6) <= 5 * 2 * math.sqrt(4500) / 1500


def test_a_plan_says_what_ties_there_are(tmp_path: Path) -> None:
    told = [line.strip() for line in plan.show(plan.build(load(tmp_path))).split("\n")]
    for line in (
        "ties contacts: blocks by region, 6 within a group and 3 between groups",
        "ties kin: table kin.csv, 3 ties seen from both ends",
        "ties idols: table kin.csv, 3 ties seen from the first end",
        "region is by number: north 1 to 300, south 301 to 750, east 751 to 1,500",
    ):
        assert line in told


def test_ties_keep_to_the_limit_they_are_given(tmp_path: Path) -> None:
    """Nobody else refuses them: a run counts them before, and then allows what was counted."""
    built = plan.build(load(tmp_path))
    with pytest.raises(RunError, match=r"the ties 'contacts' of 'crowd' cannot be made: .* limit"):
        luck.of(built, 0, limit=100_000)
    assert luck.of(built, 0, limit=1_000_000).ties.keys() == luck.of(built, 0).ties.keys()
