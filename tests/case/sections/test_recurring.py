"""The days of what happens again and again: by the calendar, or by a length of time."""

import datetime as dt
from pathlib import Path

import pytest

import schelling


def steps(folder: Path, when: str, step: str = "1 day") -> tuple[int, ...]:
    """The steps of a regular event in a case that starts on 2023-11-27."""
    path = folder / "case.yaml"
    path.write_text(
        f"""
schelling: 1
title: x
time: {{start: 2023-11-27, until: 2025-03-31, step: {step}}}
stocks: {{s: {{start: 0}}}}
events: {{e: {{{when}, effects: {{s: s + 1}}}}}}
claims: {{}}
""",
        encoding="utf-8",
    )
    return schelling.load(path).events[0].steps


def days(found: tuple[int, ...]) -> list[str]:
    return [str(dt.date(2023, 11, 27) + dt.timedelta(days=step)) for step in found]


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ("on: 2019-03-17, every: 1 year", ["2024-03-17", "2025-03-17"]),
        ("on: 2020-02-29, every: year", ["2024-02-29", "2025-02-28"]),
        ("on: 2023-11-27, every: 6 months", ["2023-11-27", "2024-05-27", "2024-11-27"]),
        ("on: 2024-08-31, every: 2 quarters", ["2024-08-31", "2025-02-28"]),
        ("on: 2025-01-31, every: month", ["2025-01-31", "2025-02-28"]),
        ("on: 2025-03-01, every: 2 weeks", ["2025-03-01", "2025-03-15", "2025-03-29"]),
        ("on: 2023-11-20, every: 182 days", ["2024-05-20", "2024-11-18"]),
        ("on: 2024-12-01, every: 1.5 months", ["2024-12-01", "2025-01-16", "2025-03-03"]),
    ],
)
def test_days(when: str, wanted: list[str], tmp_path: Path) -> None:
    """The last day of a shorter month is meant; a month and a half is 45.66 days."""
    assert days(steps(tmp_path, when)) == wanted


def test_several_times_in_a_step_are_counted(tmp_path: Path) -> None:
    found = steps(tmp_path, "on: 2024-12-30, every: 3 days", "1 week")
    assert found[:6] == (57, 58, 58, 59, 59, 60)  # the 30th; 2nd, 5th; 8th, 11th; 14th
    assert len(found) == 29  # up to 24 March: what comes later comes after the last step


def test_the_last_step_changes_nothing(tmp_path: Path) -> None:
    assert steps(tmp_path, "on: 2025-03-29, every: 1 day") == (488, 489)
    path = tmp_path / "case.yaml"
    run = schelling.run(schelling.load(path), worlds=16, seed=1, replicates=4, course=False)
    assert set(run.draws["final.s"]) == {2.0}
