"""Games, unknowns and claims over a set: programs that do not grow with their members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import schelling
from oracle.array_features import rested, sieges
from oracle.program_size import equations
from schelling.compile import families
from schelling.compile import plan as plans

Written = Callable[[int], str]


def plan(folder: Path, text: str) -> plans.Plan:
    (folder / "case.yaml").write_text(text, "utf-8")
    return plans.build(schelling.load(folder))


@pytest.mark.parametrize("written", [sieges, rested])
def test_a_program_has_no_more_equations_the_more_members(tmp_path: Path, written: Written) -> None:
    """9 and 16 members: sums of as many pairs of pairs. Unrolled, it has more by three quarters."""
    few, many = (equations(plan(tmp_path, written(members))) for members in (9, 16))
    assert many <= few


def test_games_that_are_played_are_a_family_unless_a_twin_holds_what_they_change(
    tmp_path: Path,
) -> None:
    free = plan(tmp_path, sieges(8))
    (family,) = families.of(free).played
    assert family.names == tuple(f"siege[t{n}]" for n in range(8))
    assert family.targets[-1] == ("losses", tuple(f"held[t{n}]" for n in range(8)))
    held = replace(free, twins=(*free.twins, (("held[t3]", free.stocks[0].start),)))
    assert families.of(held).played == ()
    assert families.of(plan(tmp_path, sieges(7))).played == ()


def test_unknowns_are_a_family_unless_what_depends_on_them_is_held(tmp_path: Path) -> None:
    free = plan(tmp_path, rested(8))
    assert first_names(families.of(free)) == {"cutoff[t0]", "attack[t0]", "effort[t0]"}
    held = families.of(free, pinned=["attack[t3]"])
    assert first_names(held) == {"attack[t0]", "effort[t0]"}


def first_names(found: families.Families) -> set[str]:
    return {one.names[0] for one in found.fixed if isinstance(one, families.MemberFamily)}
