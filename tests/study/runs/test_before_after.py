"""Verdicts before and after are those of two runs, and differences are paired where they can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schelling
from schelling.case.model import Case
from schelling.study.runs import before_after
from schelling.study.runs.computing import engine, worker
from study.runs.keeping import SMALL, write

WORLDS, COPIES = 512, 4


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return schelling.load(write(tmp_path_factory.mktemp("before") / "small"))


def run(case: Case, worlds: int = WORLDS, seed: int = 0) -> schelling.Run:
    return schelling.run(case, worlds=worlds, seed=seed, replicates=COPIES)


@pytest.mark.parametrize("change", [{"b": 0.9}, {"s": 0.5}])
def test_the_unchanged_case_is_run_in_the_same_worlds(
    change: dict[str, float], small: Case
) -> None:
    """Whether the change is of a prior, or of a start, which makes another program."""
    plain, changed = run(small), run(small.replace(**change))
    seen = changed.before_after
    assert seen is not None
    assert seen.paired
    pd.testing.assert_frame_equal(seen.table, plain.compare(changed).table, check_exact=True)
    for move in seen.moves:
        assert move.before.share == plain.verdicts.loc[move.claim, "share"]
        assert move.after.share == changed.verdicts.loc[move.claim, "share"]
        gap = changed.column(f"holds.{move.claim}").astype(float) - plain.column(
            f"holds.{move.claim}"
        ).astype(float)
        assert move.change == pytest.approx(gap.mean(), abs=1e-15)  # rounding
        means = [gap[first::COPIES].mean() for first in range(COPIES)]
        error = np.std(means, ddof=1) / np.sqrt(COPIES)
        if error > 0:  # 3.182: Student's t of 3 degrees, 97.5 %, to its printed digits
            assert move.half_width == pytest.approx(3.182 * error, rel=1e-3)
    assert [move.claim for move in seen.clear] == [
        move.claim
        for move in seen.moves
        if move.before.word != move.after.word or abs(move.change) > move.half_width
    ]


def test_a_prior_alone_needs_no_other_program(small: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    programs = engine.Programs

    def counted(*given: object, **named: object) -> object:
        made.append(given)
        return programs(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "_compiled", [])
    monkeypatch.setattr(engine, "Programs", counted)
    changed = run(small.replace(b="beta(2, 5)", a=0.2))
    assert changed.before_after is not None
    assert len(made) == 1
    run(small.replace(s=0.3))
    assert len(made) == 2
    run(small.replace(s=0.4))
    assert len(made) == 2


def test_a_kept_run_compares_with_the_case_that_was_kept_with_it(
    small: Case, tmp_path: Path
) -> None:
    case = schelling.load(write(tmp_path / "small"))
    made = schelling.run(
        case.replace(b=0.9), worlds=WORLDS, replicates=COPIES, folder=tmp_path / "run"
    )
    expected = run(small.replace(b=0.9)).before_after
    (tmp_path / "small" / "case.yaml").write_text(SMALL.replace("0.1 to 0.9", "0.5"), "utf-8")
    again = schelling.open_run(tmp_path / "run").before_after
    assert again is not None
    assert expected is not None
    assert repr(again) == repr(expected)
    assert made.before_after is None  # the file is not what was run any more


def test_only_the_first_worlds_are_run_twice(small: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before_after, "WORLDS", 128)
    seen = run(small.replace(b=0.9)).before_after
    assert seen is not None
    assert seen.worlds == 128
    assert repr(seen) == repr(run(small, 128).compare(run(small.replace(b=0.9), 128)))


@pytest.mark.parametrize("other", [{"worlds": 256}, {"seed": 1}])
def test_other_worlds_are_not_paired(other: dict[str, int], small: Case) -> None:
    one, two = run(small), run(small, **other)
    seen = one.compare(two)
    assert not seen.paired
    for move in seen.moves:
        assert move.half_width == np.hypot(move.before.half_width, move.after.half_width)
        assert move.change == move.after.share - move.before.share


def test_nothing_was_changed(small: Case) -> None:
    assert run(small).before_after is None
    seen = run(small).compare(run(small))
    assert seen.clear == ()
    assert (seen.table["change"] == 0).all()


def test_claims_of_one_side_only_are_left_out(small: Case) -> None:
    one = schelling.run(small, worlds=WORLDS, replicates=COPIES, claims=["high"])
    assert list(run(small).compare(one).table.index) == ["high"]


FAILING = """
schelling: 1
title: numbers that fail
assumptions:
  x: {prior: "uniform(-1, 1)", why: a question}
claims:
  positive: {holds: sqrt(x) > 0.5, why: a question}
  met: {holds: x > 0.5, given: x > 0, why: a question}
"""


def test_worlds_without_a_number_bound_the_change(tmp_path: Path) -> None:
    case = schelling.load(write(tmp_path / "failing", FAILING))
    seen = run(case.replace(x="uniform(0, 1)")).before_after
    assert seen is not None
    table = seen.table.loc["positive"]
    assert table["failed"] == WORLDS / 2
    assert table["low"] < 0 < table["high"]
    given = seen.table.loc["met"]  # half of all worlds were asked, now all are; about half hold
    assert given["failed"] == 0
    assert abs(given["change"]) < given["half_width"] + 1e-12  # rounding
