"""Games, unknowns and claims over a set: programs that do not grow with their members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import jax
import numpy as np
import pytest

import schelling
from oracle.array_features import rested, sieges
from oracle.compare import differences
from oracle.program_size import equations
from schelling.compile.alike_things import families
from schelling.compile.drawing import luck
from schelling.compile.inspection import chronicle
from schelling.compile.planning import plan as plans

COMMON = """
schelling: 1
title: Games for every town that change one thing, which no town has for itself
time: {start: 2022-03-21, until: 2022-04-18, step: 1 week}
sets: {town: [t0, t1, t2, t3, t4, t5, t6, t7]}
actors: {red: {}}
assumptions:
  prize[town]: {prior: "uniform(0, 1)", why: x}
stocks:
  losses: {start: 0, change: 0.1 / week}
games:
  siege[town]:
    played: {on: 2022-04-04, while: "losses > prize[town] / 2"}
    solve: {precision: 2}
    tree:
      red:
        wait: {payoffs: {red: "prize[town]"}}
        attack: {payoffs: {red: "losses"}, effects: {losses: losses + 0.1}}
claims:
  heavy: {why: x, holds: "final(losses) > 1"}
"""

OWN = (
    COMMON.replace("actors:", 'states: {"mood[town]": [calm, lost]}\nactors:')
    .replace("stocks:", "stocks:\n  held[town]: {start: 0.5, change: 0, within: [0, 1]}")
    .replace(
        "losses + 0.1}",
        """losses + 0.1,
          "held[town]": "1 + log(max(prize[town] - 0.1, 0))",
          "mood[town]": "lost if sqrt(abs(prize[town] - 0.6) - 0.05) > 0.2 else calm"},
          red: {stay: {payoffs: {red: 0.1}, effects: {"held[town]": 0.4, "mood[town]": lost}},
            go: {payoffs: {red: 0.2}}}""",
    )
)
"""The same, with effects on what is a town's own. The stock becomes infinite in some worlds, and
the state is unknown in others, until the next action of the same play sets both."""

Written = Callable[[int], str]


def plan(folder: Path, text: str) -> plans.Plan:
    (folder / "case.yaml").write_text(text, "utf-8")
    return plans.build(schelling.load(folder))


@pytest.mark.parametrize("written", [pytest.param(sieges, marks=pytest.mark.slow), rested])
def test_a_program_has_no_more_equations_the_more_members(tmp_path: Path, written: Written) -> None:
    """9 and 16 members: sums of as many pairs of pairs. Unrolled, it has more by three quarters.

    In one of the tables `board` both players have the same precision, in the others not.
    """
    few, many = (equations(plan(tmp_path, written(members))) for members in (9, 16))
    assert many <= few


def test_games_that_are_played_are_a_family_unless_one_is_held_or_played_at_other_times(
    tmp_path: Path,
) -> None:
    free = plan(tmp_path, sieges(8))
    (family,) = families.of(free).played
    assert family.names == tuple(f"siege[t{n}]" for n in range(8))
    assert family.targets[-1] == ("losses", tuple(f"held[t{n}]" for n in range(8)))
    held = replace(free, twins=(*free.twins, (("held[t3]", free.stocks[0].start),)))
    assert families.of(held).played == ()
    sooner = tuple(
        replace(one, schedule=(0,)) if one.name == "siege[t3]" else one for one in free.games
    )
    assert families.of(replace(free, games=sooner)).played == ()
    assert families.of(plan(tmp_path, sieges(7))).played == ()


def test_unknowns_are_a_family_unless_what_depends_on_them_is_held(tmp_path: Path) -> None:
    free = plan(tmp_path, rested(8))
    assert first_names(families.of(free)) == {"cutoff[t0]", "attack[t0]", "effort[t0]"}
    held = families.of(free, pinned=["attack[t3]"])
    assert first_names(held) == {"attack[t0]", "effort[t0]"}


def first_names(found: families.Families) -> set[str]:
    return {one.names[0] for one in found.fixed if isinstance(one, families.MemberFamily)}


def test_a_story_plays_its_games_one_by_one_from_the_start(tmp_path: Path) -> None:
    built = plan(tmp_path, COMMON)
    (family,) = families.of(built).played
    leg = chronicle.whole(built, np.full(len(built.assumptions), 0.5), 0)
    chance = luck.of(built, 1)
    begun = jax.eval_shape(partial(chronicle.begin, built), leg, chance)
    assert begun.state.met.kept.keys() == set(family.names)
    ended = jax.eval_shape(partial(chronicle.go, built), begun, leg, chance)
    assert ended.state.played.kept.keys() == set(family.names)


@pytest.mark.parametrize("text", [COMMON, OWN])
def test_games_that_are_not_played_in_some_worlds_are_the_oracle(text: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    case = schelling.load(tmp_path)
    draws = schelling.run(case, worlds=17, seed=5, replicates=4, course=False).draws
    assert 0 < draws["played.siege[t5]"].isna().sum() < len(draws)
    assert (text == OWN) == (draws["status"] != 0).any()
    assert differences(case, range(17)) == []
