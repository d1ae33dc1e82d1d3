"""Rates and hazards that jump within a substep are integrated exactly: it is cut there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile.planning import plan
from schelling.compile.steps.pieces import Pieces, pieces
from schelling.dynamics.steps import MORE_THAN_EQUAL

CASE = """
schelling: 1
title: Jumps within a week
time: {{start: 2022-03-21, until: 2022-05-30, {time}}}
stocks:
  s: {{start: 0, change: {change}}}
  raids: {{start: 0, change: 0 / week}}
events:
  raid: {{why: t, hazard: {hazard}, while: {gate}, effects: {{raids: raids + 1}}}}
claims:
  grown: {{why: t, holds: final(s) > 0}}
  raided: {{why: t, holds: final(raids) > 0}}
"""
NEVER = '"0 / week"'
ALWAYS = '"elapsed >= 0 days"'


def case_of(folder: Path, **parts: str) -> schelling.Case:
    given = {"time": "step: 1 week", "change": NEVER, "hazard": NEVER, "gate": ALWAYS, **parts}
    (folder / "case.yaml").write_text(CASE.format(**given), "utf-8")
    return schelling.load(folder)


FLOWS = [
    ("3 / 1 day if 9 days <= elapsed and elapsed < 10.25 days else 0", 3.75),
    ("3 / 1 day if elapsed > 9 days and elapsed <= 10.25 days else 0", 3.75),
    ("2 / 1 day * pulse(2022-03-24, 1 day)", 2.0),
    ("1 / 1 day if now > 2022-05-19 else 0", 11.0),
    ("1 / 1 day if elapsed > 14 days and elapsed <= 28 days else 0", 14.0),  # on the grid
    ("elapsed / 1 week / 1 week if elapsed < 10 days else 0", (10 / 7) ** 2 / 2),
]
TURNED = [  # conditions written in other ways
    ("1 / 1 day if elapsed - 1 week < 2 * 1.65 days else 0", 10.3),
    ("1 / 1 day if elapsed / 1 day < max(10.3, 2) else 0", 10.3),
    ("1 / 1 day if not -elapsed <= -10.3 days else 0", 10.3),
    ("1 / 1 day if 2 * elapsed < 10.3 days + elapsed else 0", 10.3),
]
STEPS = ["step: 1 week", "step: 10 days, substeps: 3"]
ROWS = [
    *((*flow, time) for flow in FLOWS for time in STEPS),
    *((*flow, STEPS[0]) for flow in TURNED),
    *(pytest.param(*flow, STEPS[1], marks=pytest.mark.slow) for flow in TURNED),
]


@pytest.mark.parametrize(("change", "whole", "time"), ROWS)
def test_what_flows_is_the_integral(change: str, whole: float, time: str, tmp_path: Path) -> None:
    """The start of a piece is read a millionth of it late, which a slope can feel."""
    run = schelling.run(case_of(tmp_path, change=f'"{change}"', time=time), worlds=16, course=False)
    np.testing.assert_allclose(run.column("margin.grown"), whole, rtol=1e-6)


@pytest.mark.parametrize(
    ("hazard", "gate", "total"),
    [
        ('"0.5 / 1 day if elapsed > 10 days and elapsed <= 12.5 days else 0"', ALWAYS, 1.25),
        ('"0.2 / 1 day"', '"elapsed > 3 days and elapsed < 5 days"', 0.4),
        ('"0.3 / 1 day * pulse(2022-04-06, 36 hours)"', ALWAYS, 0.45),
    ],
)
def test_an_event_is_as_likely_as_its_hazard_says(
    hazard: str, gate: str, total: float, tmp_path: Path
) -> None:
    """1 - exp(-integral); three standard errors of a share among 16,384 worlds."""
    run = schelling.run(case_of(tmp_path, hazard=hazard, gate=gate), worlds=16_384, course=False)
    share = run.verdicts.loc["raided", "share"]
    assert share == pytest.approx(1 - np.exp(-total), abs=3 * 0.5 / 128)


def test_only_what_jumps_is_cut(tmp_path: Path) -> None:
    change = '"1 / 1 day if elapsed >= 9 days else 0"'
    assert pieces(plan.build(case_of(tmp_path, gate='"raids == 0"'))) is None
    cut = pieces(plan.build(case_of(tmp_path, change=change)))
    assert cut is not None
    assert cut.counts.tolist() == [1, 2, *[1] * 8]
    np.testing.assert_allclose(cut.lengths.sum(axis=1), 1.0)
    assert (cut.openings[1, :2] > cut.starts[1, :2]).tolist() == [False, True]
    assert pieces(plan.build(case_of(tmp_path, change=change, time="method: euler"))) is None


def test_the_start_of_a_short_piece_is_read_so_late_that_it_counts_as_later(tmp_path: Path) -> None:
    change = '"1 / 1 day if elapsed > 13.99999 days else 0"'
    cut = pieces(plan.build(case_of(tmp_path, change=change)))
    assert cut is not None
    late = cut.openings[1, 1] - cut.starts[1, 1]
    assert late == pytest.approx(2 * MORE_THAN_EQUAL, rel=1e-3)  # 2 weeks have 16 digits


def test_where_substeps_begin_nothing_is_cut_and_each_start_is_read_late(tmp_path: Path) -> None:
    """Of 20 days some are, in weeks, a little above where a substep begins, and some below."""
    days = " + ".join(f"(1 / week if elapsed >= {n} days else 0 / week)" for n in range(1, 21))
    parts = {"change": f'"{days}"', "gate": '"raids == 0"', "time": "step: 3 days, substeps: 3"}
    case = case_of(tmp_path, **parts)
    cut = pieces(plan.build(case))
    assert cut is not None
    assert set(cut.counts) == {3}
    assert set(cut.lengths.flat) == {1 / 7}  # equal parts are as long as those of any other run
    late = (cut.openings > cut.starts).ravel()
    assert np.flatnonzero(late).tolist() == list(range(1, 21))


LATE = """
schelling: 1
title: A twin that jumps on another day
time: {start: 2022-03-21, until: 2022-05-30, step: 1 week}
variables: {late: 3.3 * 1 week}
stocks:
  s: {start: 0, change: 1 / 1 week if elapsed < late else 0}
claims:
  as_it_is: {why: t, holds: final(s) > 0}
  later: {why: t, holds: (final(s) | do(late = 5.5 weeks)) > 0}
"""


def test_a_twin_is_cut_where_it_jumps_itself(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(LATE, "utf-8")
    run = schelling.run(schelling.load(tmp_path), worlds=16, course=False)
    np.testing.assert_allclose(run.column("margin.as_it_is"), 3.3, rtol=1e-6)
    np.testing.assert_allclose(run.column("margin.later"), 5.5, rtol=1e-6)


@pytest.mark.parametrize("asked", [["as_it_is"], ["later"], []])
def test_the_cuts_do_not_depend_on_what_is_asked(asked: list[str], tmp_path: Path) -> None:
    """The twin of a claim that is not asked cuts, too: what is asked moves no number of another."""
    (tmp_path / "case.yaml").write_text(LATE, "utf-8")
    case = schelling.load(tmp_path)
    assert plan.build(case, asked).jumps == plan.build(case).jumps == pytest.approx((3.3, 5.5))


def test_variables_that_double_each_other_are_looked_into_once(tmp_path: Path) -> None:
    """Written out, the moment would have some 10^9 terms."""
    lines = "".join(f"  v{n}: v{n - 1} + v{n - 1}\n" for n in range(1, 31))
    change = '"1 / 1 week if elapsed < v30 else 0"'
    text = CASE.format(time="step: 1 week", change=change, hazard=NEVER, gate=ALWAYS)
    moment = f"variables:\n  v0: {3.3 / 2**30!r} * 1 week\n{lines}"
    (tmp_path / "case.yaml").write_text(text + moment, "utf-8")
    assert plan.build(schelling.load(tmp_path)).jumps[1] == pytest.approx(3.3)


def test_more_cuts_than_a_step_may_have_are_refused(tmp_path: Path) -> None:
    def cut(many: int) -> Pieces | None:
        each = [f"(1 / week if elapsed < {n / 100} days else 0)" for n in range(1, many + 1)]
        parts = [" + ".join(each[n : n + 50]) for n in range(0, many, 50)]
        lines = "".join(f'  part{n}: "{part}"\n' for n, part in enumerate(parts))
        read = '"' + " + ".join(f"part{n}" for n in range(len(parts))) + '"'
        text = CASE.format(time="step: 1 week", change=read, hazard=NEVER, gate=ALWAYS)
        (tmp_path / "case.yaml").write_text(text + "variables:\n" + lines, "utf-8")
        return pieces(plan.build(schelling.load(tmp_path)))

    most = cut(200)
    assert most is not None
    assert most.counts[0] == 201
    with pytest.raises(schelling.RunError, match="201 moments in step 0; at most 200"):
        cut(201)
