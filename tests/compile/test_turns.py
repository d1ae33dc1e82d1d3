"""Agents who act one at a time or in pairs, in whole runs: luck, half steps, failures, limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile import worlds
from schelling.compile.drawing import luck
from schelling.compile.planning import plan
from schelling.compile.planning.half_step import halve
from schelling.populations.lists import lists, memory
from schelling.study.runs.computing import programs

CASE = """
schelling: 1
title: a town that talks
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
assumptions: {pull: {prior: "uniform(0.1, 0.5)", why: planted}}
populations:
  town:
    size: 12
    why: planted
    acts: pair
    turns: 7
    states:
      view: {start: "uniform(0, 1)", next: "view + pull * (view[met] - view)"}
      drawn: {start: 0, next: "drawn + uniform(0, 1) if my_turn else drawn"}
  walkers:
    size: 10
    why: planted
    acts: one
    turns: 9
    ties: {near: {network: random, degree: 3}}
    states: {on: {start: bernoulli(0.3), next: "any(on[o] for o in near) or bernoulli(0.1)"}}
variables:
  spread: max(view[t] for t in town) - min(view[t] for t in town)
  first: sum(view[t] for t in town if number[t] == 1)
  total: mean(view[t] for t in town)
  turns_of_all: sum(drawn[t] for t in town)
  on_now: share(on[w] for w in walkers)
claims: {near: {holds: final(spread) < 0.5, why: planted}}
"""
SERIES = ("spread", "first", "total", "turns_of_all", "on_now")


def load(folder: Path, **changed: str) -> schelling.Case:
    text = CASE
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "case.yaml"
    path.write_text(text, "utf-8")
    return schelling.load(path)


def test_how_many_worlds_there_are_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last digits: another program may round a sum over agents in another order."""
    case = load(tmp_path)
    many = schelling.run(case, worlds=64, replicates=4, seed=3)
    for limit in ("_CROWD", "_ROOM"):
        monkeypatch.setattr(programs, limit, programs.agents(plan.build(case)) * 4)
    few = schelling.run(case, worlds=64, replicates=4, seed=3)
    for name in SERIES:
        np.testing.assert_allclose(many.series[name], few.series[name], rtol=1e-13)
    means = many.series["total"].to_numpy()
    np.testing.assert_allclose(means, means[:, :1].repeat(7, 1), rtol=1e-13)  # what both give way
    assert (np.diff(many.series["spread"].to_numpy()) <= 1e-12).all()


@pytest.mark.slow  # `test_contacts` halves a step of the same kind
def test_half_steps_take_the_same_turns(tmp_path: Path) -> None:
    """Seven turns are three and four; nothing here looks at the world, so nothing changes."""
    whole = plan.build(load(tmp_path))
    found = []
    for one in (whole, halve(whole)):
        draws, numbers = np.full((8, 1), 0.3), np.arange(8, dtype=np.uint32)
        course = worlds.whole_course(one, draws, numbers, luck.of(one, 2))
        found.append({name: np.asarray(course.look(name)) for name in SERIES})
    for name in SERIES:
        np.testing.assert_allclose(found[0][name], found[1][name][::2], rtol=1e-13)
    assert (found[1]["spread"][1] != found[1]["spread"][0]).any()  # some turns in the first half
    assert (found[1]["spread"][1] != found[1]["spread"][2]).any()  # and in the second


WHO = ["my_turn", pytest.param("not my_turn", marks=pytest.mark.slow)]  # `failing_turns`: both


@pytest.mark.parametrize("who", WHO)
def test_a_number_that_fails_in_a_turn_fails_its_world(who: str, tmp_path: Path) -> None:
    """Of who is drawn and of whom it meets, also where a later turn puts a number in its place."""
    lost = {"drawn + uniform(0, 1) if my_turn else drawn": f"log(pull - 0.3) if {who} else 1"}
    run = schelling.run(load(tmp_path, **lost), worlds=32, replicates=4, seed=3)
    failed = run.draws["pull"] <= 0.3
    assert 0 < failed.sum() < 32
    assert ((run.draws["status"] != 0) == failed).all()
    place = run.first_failures["near"]
    assert (place.name, place.step) == ("drawn", 0)
    assert place.said == "some agents of town have no value"


def test_who_has_nobody_to_meet_stays_as_it_is(tmp_path: Path) -> None:
    ties = "ties: {bond: {network: random, degree: 0.01}}"
    alone = {"acts: pair": f"acts: pair\n    along: bond\n    {ties}"}
    run = schelling.run(load(tmp_path, **alone), worlds=16, replicates=4, seed=3)
    case = load(tmp_path, **alone)
    assert luck.of(plan.build(case), 3).ties["town", "bond"].ties == 0
    assert (run.series["turns_of_all"] == 0).all()


def test_lists_are_made_for_what_is_looked_along_and_counted(tmp_path: Path) -> None:
    built = plan.build(load(tmp_path))
    assert built.listed == (("walkers", "near"),)
    made = luck.of(built, 0)
    network = made.ties["walkers", "near"]
    found = lists(network)
    kept = sum(array.nbytes for array in (found.starts, found.degree, found.seen))
    assert kept <= memory(network.agents, network.ties)
