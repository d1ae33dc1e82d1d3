"""The member of a set to which something happens first or last, against paths that are straight."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import schelling
from schelling.study.runs.results import Run

CITIES = ("north", "south", "west")
CASE = """
schelling: 1
title: cities that fall
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
sets: {city: [north, south, west]}
assumptions:
  people[city]: {prior: "uniform(-10, 20)", why: planted}
stocks:
  standing[city]: {start: "people[city]", change: -1 / week}
claims:
"""
for name in CITIES:
    CASE += f"""\
  first_{name}: {{why: x, holds: "argmin(first(standing[c] < 3) for c in city) == {name}"}}
  last_{name}: {{why: x, holds: "argmax(last(standing[c] > 3) for c in city) == {name}"}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path: Path = tmp_path_factory.mktemp("first") / "case.yaml"
    path.write_text(CASE, "utf-8")
    return schelling.run(schelling.load(path), worlds=128, course=False)


@pytest.mark.parametrize(
    ("word", "best", "happens"),
    [("first", min, lambda value: value < 3), ("last", max, lambda value: value > 3)],
)
def test_who_is_first_and_last(
    run: Run, word: str, best: Callable[[list[int]], int], happens: Callable[[float], bool]
) -> None:
    """Whoever else never is; of two in the same step the first of the set; else nobody."""
    nobody = 0
    for _, row in run.draws.iterrows():
        steps = [[n for n in range(14) if happens(row[f"people[{c}]"] - n)] for c in CITIES]
        when = [best(own) if own else None for own in steps]
        known = [one for one in when if one is not None]
        meant = CITIES[when.index(best(known))] if known else ""
        assert [c for c in CITIES if row[f"holds.{word}_{c}"]] == ([meant] if meant else [])
        nobody += not known
    assert word == "first" or nobody
