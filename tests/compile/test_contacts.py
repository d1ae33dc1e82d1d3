"""Contacts in whole runs: luck, half steps, twins, memory, and their mean field."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile import worlds
from schelling.compile.drawing import luck
from schelling.compile.planning import plan
from schelling.compile.planning.half_step import halve
from schelling.study.runs.computing import programs

CASE = """
schelling: 1
title: a fair
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
assumptions: {odds: {prior: "uniform(0.1, 0.5)", why: planted}}
populations:
  visitors:
    size: SIZE
    why: planted
    ties: {met: {network: contacts, degree: 2.5}}
    states:
      heard: {start: number == 1, next: "heard or any(heard[o] for o in met) and bernoulli(odds)"}
      sum_of_met: {start: 0, next: "sum(number[o] for o in met)"}
      again: {start: 0, next: "sum(number[o] for o in met)"}
variables:
  part: share(heard[v] for v in visitors)
  of_five: sum(sum_of_met[v] for v in visitors if number[v] == 5)
  of_six: sum(sum_of_met[v] for v in visitors if number[v] == 6)
  apart: max(abs(sum_of_met[v] - again[v]) for v in visitors)
claims: {most: {holds: final(part) > 0.5, why: planted}}
"""


def load(folder: Path, size: int, **changed: str) -> schelling.Case:
    text = CASE.replace("SIZE", str(size))
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "fair.yaml"
    path.write_text(text, "utf-8")
    return schelling.load(path)


def test_all_that_one_looks_at_in_a_step_is_of_the_same_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And others in each step and world, whatever the number of worlds side by side."""
    case = load(tmp_path, 40)
    many = schelling.run(case, worlds=32, replicates=4, seed=3)
    assert (many.series["apart"] == 0).all()
    first = many.series["of_five"].to_numpy()[:, 1:]
    assert len(np.unique(first)) > 0.4 * first.size  # sums of two or three of 39 numbers
    assert (first != many.series["of_six"].to_numpy()[:, 1:]).mean() > 0.9
    for limit in ("_CROWD", "_ROOM"):
        monkeypatch.setattr(programs, limit, programs.agents(plan.build(case)) * 4)
    few = schelling.run(case, worlds=32, replicates=4, seed=3)
    assert programs.lanes(plan.build(case)) == 4
    for name in ("part", "of_five", "of_six"):
        np.testing.assert_array_equal(many.series[name], few.series[name])


def test_half_steps_meet_the_same_others(tmp_path: Path) -> None:
    whole = plan.build(load(tmp_path, 40))
    found = []
    for one in (whole, halve(whole)):
        draws, numbers = np.full((8, 1), 0.3), np.arange(8, dtype=np.uint32)
        course = worlds.whole_course(one, draws, numbers, luck.of(one, 2))
        found.append(np.asarray(course.look("of_five")))
    np.testing.assert_array_equal(found[0], found[1][::2])


def test_whom_they_meet_counts_as_memory(tmp_path: Path) -> None:
    """Three numbers of four bytes each for every agent, beside two states of eight and a truth."""
    built = plan.build(load(tmp_path, 40))
    assert programs.agents(built) == 40 * (2 * 8 + 1 + 3 * 4)
    assert luck.of(built, 0).ties == {}  # nothing is kept between steps


@pytest.mark.parametrize(("within", "between"), [(0, 1.5), (1.5, 0)])
def test_one_of_two_circles_may_be_empty(tmp_path: Path, within: float, between: float) -> None:
    groups = "why: planted\n    groups: {side: {left: 0.5, right: rest}}\n    ties"
    same = "(1 if side[o] == left else 0) == (1 if side == left else 0)"
    counted = {
        'sum_of_met: {start: 0, next: "sum(number[o] for o in met)"}': "own: {start: 0, next: "
        f'"count({same} for o in met)"}}',
        'again: {start: 0, next: "sum(number[o] for o in met)"}': "seen: {start: 0, next: "
        '"count(number[o] > 0 for o in met)"}',
        "of_five: sum(sum_of_met[v] for v in visitors if number[v] == 5)": "of_own: "
        "mean(own[v] for v in visitors)",
        "of_six: sum(sum_of_met[v] for v in visitors if number[v] == 6)": "of_all: "
        "mean(seen[v] for v in visitors)",
        "apart: max(abs(sum_of_met[v] - again[v]) for v in visitors)": "apart: 0",
    }
    circles = {"degree: 2.5": f"by: side, within: {within}, between: {between}"}
    case = load(tmp_path, 40, **{"why: planted\n    ties": groups}, **circles, **counted)
    run = schelling.run(case, worlds=32, replicates=4, seed=3)
    own_met, all_met = (run.series[name].to_numpy()[:, 1:] for name in ("of_own", "of_all"))
    assert own_met.mean() == pytest.approx(within, abs=0.05)
    assert all_met.mean() == pytest.approx(within + between, abs=0.05)


def test_a_mean_field_hears_as_a_large_fair_does(tmp_path: Path) -> None:
    """Who meets 3 others hears with the chance 1 - (1 - odds * share)^3, when very many do.

    The share then follows s' = s + (1 - s)(1 - (1 - s)^3) odds, exactly as agents grow many.
    """
    start = {"number == 1": "bernoulli(0.1)", "degree: 2.5": "degree: 3"}
    mixed = {"why: planted\n    ties": "why: planted\n    fidelity: mean_field\n    ties"}
    few = {"apart: max(abs(sum_of_met[v] - again[v]) for v in visitors)": "apart: 0"}
    case = load(tmp_path, 100_000, **start, **mixed, **few)
    run = schelling.run(case, worlds=64, replicates=4, seed=5)
    odds = run.draws["odds"].to_numpy()
    share = np.full(64, 0.1)
    for step in range(1, 7):
        share = share + (1 - share) * (1 - (1 - share) ** 3) * odds
        gaps = run.series["part"].to_numpy()[:, step] - share
        # 256 representatives: a share misses by less than with luck of their own, 0.031
        assert np.sqrt((gaps**2).mean()) < 0.5 / math.sqrt(256)
        assert abs(gaps.mean()) < 5 * 0.031 / math.sqrt(64)
