"""Moments at which a rate jumps, as far as numbers, dates and variables tell."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.compile.planning import plan

CASE = """
schelling: 1
title: When does it jump?
time: {{start: 2022-03-21, until: 2022-05-30, step: 1 week}}
assumptions:
  drawn: {{prior: "uniform(1, 9)", unit: days, why: x}}
variables:
  zero: 0 days
  late: 5 days - 2 * zero
  since: elapsed - late
unknowns:
  root: {{between: [0, 1], why: x, where: "root == (0.4 if elapsed < root * 1 week else 0.6)"}}
stocks:
  s: {{start: 0, change: "1 / week if {asked} else 0 / week"}}
claims: {{c: {{why: x, holds: final(s) > final(root)}}}}
"""


def days(folder: Path, asked: str) -> list[float]:
    """The days since the start on which the change of the stock jumps."""
    (folder / "case.yaml").write_text(CASE.format(asked=asked), "utf-8")
    return [7 * moment for moment in plan.build(schelling.load(folder)).jumps]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("elapsed < 3 days", [3]),
        ("elapsed <= 3 days", [3]),
        ("3 days > elapsed", [3]),
        ("elapsed >= 3 days", [3]),
        ("elapsed > 3 days and not elapsed > 8 days", [3, 8]),
        ("now < 2022-03-24", [3]),
        ("-(elapsed - 5 days) > 2 days", [3]),
        ("10 days - 2 * elapsed < elapsed - 2 days", [4]),
        ("elapsed + elapsed < 6 days", [3]),
        ("elapsed * 2 < 6 days", [3]),
        ("2 * elapsed < 6 days", [3]),
        ("elapsed / 2 < 1.5 days", [3]),
        ("elapsed < min(3 days, 4 days)", [3]),
        ("elapsed < max(3 days, 4 days)", [4]),
        ("elapsed < late", [5]),
        ("since > 2 days", [7]),
        ("since < zero and s < 1", [5]),
    ],
)
def test_the_moment_is_where_two_lines_meet(asked: str, found: list[float], tmp_path: Path) -> None:
    assert days(tmp_path, asked) == pytest.approx(found)


@pytest.mark.parametrize(
    "asked",
    [
        "elapsed < drawn",
        "elapsed < elapsed + 1 day",
        "zero < late",
        "min(elapsed, 5 days) + elapsed < 12 days",
        "elapsed * elapsed / 1 day < 9 days",
        "6 days / (1 + elapsed / 1 day) < 3 days",
        "elapsed < late * 1 day / zero",
        "elapsed < s * 1 day",
        "elapsed * 1e-200 < 1e200 days",
        "elapsed * 1e200 * 1e200 < 3 days",
        "elapsed < root * 1 day",
    ],
)
def test_what_is_no_known_moment_cuts_nothing(asked: str, tmp_path: Path) -> None:
    """Drawn, parallel, bent or not finite, or where the number itself is solved for."""
    assert days(tmp_path, asked) == []
