"""Rates and hazards that jump within a substep are integrated exactly: it is cut there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile import plan
from schelling.compile.pieces import pieces

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


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        ("3 / 1 day if 9 days <= elapsed and elapsed < 10.25 days else 0", 3.75),
        ("3 / 1 day if elapsed > 9 days and elapsed <= 10.25 days else 0", 3.75),
        ("2 / 1 day * pulse(2022-03-24, 1 day)", 2.0),
        ("1 / 1 day if now > 2022-05-19 else 0", 11.0),
        ("1 / 1 day if elapsed > 14 days and elapsed <= 28 days else 0", 14.0),  # on the grid
        ("elapsed / 1 week / 1 week if elapsed < 10 days else 0", (10 / 7) ** 2 / 2),
    ],
)
@pytest.mark.parametrize("time", ["step: 1 week", "step: 10 days, substeps: 3"])
def test_what_flows_is_the_integral(change: str, whole: float, time: str, tmp_path: Path) -> None:
    """The start of a piece is read a millionth of it late, which a slope can feel."""
    run = schelling.run(case_of(tmp_path, change=f'"{change}"', time=time), worlds=16)
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
    run = schelling.run(case_of(tmp_path, hazard=hazard, gate=gate), worlds=16_384)
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
