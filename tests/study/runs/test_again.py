"""A case that is run again in one process: nothing is compiled that was compiled before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.case import check
from schelling.case.model import Case
from schelling.case.settings import given
from schelling.compile.planning import plan as plans
from schelling.errors import RunError
from schelling.report.verdicts import claim_verdicts
from schelling.study.runs.computing import programs, worker
from study.runs.queueing import QUEUE

CASE = (
    QUEUE
    + """\
  long: {why: it grows, holds: final(queue) > 2}
  longer: {why: it grows, holds: final(queue) > 4}
"""
)

STRIKE = "  strike: {hazard: 0.1 / week, effects: {queue: queue + 1}}\n"

PEOPLE = """\
schelling: 1
title: A rumour
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
populations:
  people:
    size: 36
    why: few
    ties: {peers: TIES}
    states:
      told: {start: bernoulli(0.2), next: "told or share(told[o] for o in peers) > 0.5"}
claims:
  spread: {why: it spreads, holds: "final(share(told[c] for c in people)) > 0.5"}
"""


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the programs compiled from now on, by a process that knows none."""
    monkeypatch.setattr(worker, "_compiled", [])
    found: list[str] = []
    make = programs.Programs._program

    def noted(self: programs.Programs, name: str, *rest: object) -> object:
        found.append(name)
        return make(self, name, *rest)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(programs.Programs, "_program", noted)
    return found


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return load(tmp_path)


def load(folder: Path, text: str = CASE, *changes: str) -> Case:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return check.load(path, settings=given.options(changes))


def table(run: schelling.Run) -> dict[str, bytes]:
    """Every column, byte by byte."""
    return {
        name: run.table().column(name).to_numpy(zero_copy_only=False).astype(float).tobytes()
        for name in run.table().column_names
    }


def test_another_seed_or_prior_compiles_nothing(
    case: Case, tmp_path: Path, compiled: list[str]
) -> None:
    first = schelling.run(case, worlds=100)
    assert sorted(compiled) == ["answers", "courses", "whole simulation"]
    other = schelling.run(case, worlds=100, seed=1)
    changed = schelling.run(load(tmp_path, CASE, "pull=0.9"), worlds=3_000, seed=2)
    again = schelling.run(case, worlds=100)
    assert len(compiled) == 3
    assert table(again) == table(first)
    assert table(other) != table(first)
    assert changed.shares["long"].share > first.shares["long"].share


def test_what_was_compiled_is_what_a_fresh_process_compiles(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs that were compiled for another seed give the bits of those compiled for this one."""
    monkeypatch.setattr(worker, "_compiled", [])
    fresh = table(schelling.run(case, worlds=100, seed=5))
    monkeypatch.setattr(worker, "_compiled", [])
    schelling.run(case, worlds=100, seed=4)
    assert table(schelling.run(case, worlds=100, seed=5)) == fresh


TIES = {"{network: lattice, rows: 6}": 1, "{network: random, degree: 3}": 2}


@pytest.mark.parametrize("ties", TIES)
def test_only_ties_of_another_shape_are_another_program(
    ties: str, tmp_path: Path, compiled: list[str]
) -> None:
    """A lattice is the same for every seed; of random ties there are more or fewer."""
    case = load(tmp_path, PEOPLE.replace("TIES", ties))
    found = [schelling.run(case, worlds=20, seed=seed, course=False) for seed in (1, 2)]
    assert table(found[0]) != table(found[1])
    assert sum("simulation" in name for name in compiled) == TIES[ties]


def test_only_the_last_cases_are_kept(tmp_path: Path, compiled: list[str]) -> None:
    """The one that was not asked for longest makes room."""
    built = [
        plans.build(load(tmp_path, CASE.replace("> 4", f"> 4{' + 1' * more}"))) for more in range(5)
    ]
    for one in built[:4]:
        worker.engine_of(one, 0)
    worker.engine_of(built[0], 0)
    worker.engine_of(built[4], 0)
    assert len(worker._compiled) == 4
    made = compiled.count("whole simulation")
    worker.engine_of(built[0], 1)
    assert compiled.count("whole simulation") == made
    worker.engine_of(built[1], 0)
    assert compiled.count("whole simulation") == made + 1


def test_without_its_course_a_run_has_the_same_verdicts(case: Case, compiled: list[str]) -> None:
    short = schelling.run(case, worlds=200, seed=3, course=False)
    assert sorted(compiled) == ["answers", "whole simulation"]
    whole = schelling.run(case, worlds=200, seed=3)
    ours, theirs = table(short), table(whole)
    assert theirs.keys() - ours.keys() == {"again.long", "again.longer"}
    assert ours == {name: theirs[name] for name in ours}
    assert short.shares == whole.shares
    luck = ["luck", "luck_half_width"]
    assert short.verdicts.drop(columns=luck).equals(whole.verdicts.drop(columns=luck))
    assert np.isnan(short.verdicts[luck]).all(axis=None)
    (told, _), (full, _) = claim_verdicts.all_verdicts(short), claim_verdicts.all_verdicts(whole)
    assert (told.share, told.luck) == (full.share, None)


ASKED: dict[str, Callable[[schelling.Run], object]] = {
    "series": lambda run: run.series,
    "bands": lambda run: run.bands,
    "games": lambda run: run.games,
    "luck": lambda run: run.luck,
    "to_arviz": lambda run: run.to_arviz(),
    "save": lambda run: run.save("anywhere"),
}


@pytest.mark.parametrize("what", ASKED)
def test_a_run_without_its_course_says_so(what: str, case: Case) -> None:
    run = schelling.run(case, worlds=20, course=False)
    with pytest.raises(RunError, match="made with `course=False`"):
        ASKED[what](run)


def test_where_there_is_no_chance_luck_is_known_all_the_same(tmp_path: Path) -> None:
    text = CASE.replace("events:\n", "").replace(STRIKE, "")
    run = schelling.run(load(tmp_path, text), worlds=20, course=False)
    assert run.luck["long"].share == 0


def test_a_run_that_is_kept_has_its_course(case: Case, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="leave out `course=False` or the folder"):
        schelling.run(case, worlds=20, folder=tmp_path / "run", course=False)


def test_until_an_error_bar_without_the_course(case: Case) -> None:
    run = schelling.run(case, worlds=4_000, until_error=0.05, course=False)
    assert run.manifest.worlds < 4_000
    with pytest.raises(RunError, match="made with"):
        _ = run.bands
