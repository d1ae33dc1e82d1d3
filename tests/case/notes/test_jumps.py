"""Notes on jumps inside a substep: which moments count, and how many substeps would do."""

from __future__ import annotations

from pathlib import Path

import pytest

from schelling.case.check import check
from schelling.errors import Problem

DAYS = " + ".join(f"(1 if elapsed >= {n} days else 0)" for n in range(1, 21))


def noted(
    folder: Path, read: str, time: str = "step: 1 week, method: euler"
) -> tuple[Problem, ...]:
    """The notes on jumps of a case whose only stock changes as it reads."""
    text = f"""
schelling: 1
title: x
time: {{start: 2022-03-21, until: 2022-06-20, {time}}}
sets: {{side: [red, blue]}}
stocks:
  losses[side]:
    start: 0
    change: ({read}) / 1 day
claims: {{lost: {{why: x, holds: "final(losses[red]) > final(losses[blue])"}}}}
"""
    (folder / "case.yaml").write_text(text, "utf-8")
    found = check(folder)
    assert found.case is not None, found.rendered()
    return tuple(note for note in found.notes if note.code == "N113")


@pytest.mark.parametrize(
    ("read", "when", "hint"),
    [
        ("1 if now > 2022-03-23 else 0", "on 2022-03-23", "substeps: 7 under"),
        ("1 if 9 days <= elapsed else 0", "on 2022-03-30", "substeps: 7 under"),
        ("1 if elapsed < 10.5 days else 0", "10.5 days after the start", "substeps: 2 under"),
        ("1 if elapsed > 0.01 days else 0", "0.01 days after the start", "write more substeps"),
        (
            "(1 if elapsed > 9 days else 0) + (1 if elapsed > 8.75 days else 0)",
            "8.75 days after the start",
            "substeps: 28 under",
        ),
    ],
)
def test_a_moment_is_told_with_the_substeps_that_meet_it(
    read: str, when: str, hint: str, tmp_path: Path
) -> None:
    (note,) = noted(tmp_path, read)
    assert note.message.endswith(f"jumps inside a substep, {when}")
    assert hint in note.hint
    assert "at its start only" in note.reason


def test_more_substeps_are_proposed_than_there_are(tmp_path: Path) -> None:
    """Three would do, too, and are fewer than the case has."""
    (note,) = noted(
        tmp_path, "1 if elapsed > 2 days else 0", "step: 6 days, substeps: 4, method: euler"
    )
    assert "substeps: 6 under" in note.hint
    assert "a substep of 1.5 days" in note.reason


def test_what_is_cut_is_not_noted(tmp_path: Path) -> None:
    """By the rule of Runge and Kutta a substep is cut where something jumps."""
    assert noted(tmp_path, "1 if elapsed > 2 days else 0", "step: 1 week") == ()


@pytest.mark.parametrize(
    "time", ["step: 1 week, substeps: 7, method: euler", "step: 3 days, substeps: 3, method: euler"]
)
def test_where_a_substep_begins_nothing_is_noted(time: str, tmp_path: Path) -> None:
    """However the moment is rounded."""
    assert noted(tmp_path, DAYS, time) == ()


def test_of_a_family_the_jumps_of_all_its_members_are_told(tmp_path: Path) -> None:
    """Those of the first alone would want 2 substeps, with which the second still jumps in one."""
    read = "10 if elapsed >= (3.5 days if side == red else 1.75 days) else 0"
    (note,) = noted(tmp_path, read)
    assert "1.75 days after the start" in note.message
    assert "substeps: 4 under time" in note.hint
