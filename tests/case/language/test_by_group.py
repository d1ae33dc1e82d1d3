"""What stands in brackets by the group of an agent, beside members of the same set."""

from pathlib import Path

import pytest

import schelling
from schelling.case.language.typed.typed_text import write

CASE = """
schelling: 1
title: a town
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
sets: {region: [north, south], way: [home, away]}
assumptions:
  tax[region]: {prior: "uniform(0, 1)", why: planted}
  fee[way]: {prior: "uniform(0, 1)", why: planted}
populations:
  town:
    size: 10
    why: planted
    groups: {home: {north: 0.4, south: rest}}
    states: {paid: {start: 0, next: paid + due}}
    variables: {due: "NUMBER"}
claims: {much: {holds: "final(mean(paid[t] for t in town)) > 1", why: planted}}
"""


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        ("tax[home]", "(tax[north] if (home == north) else tax[south])"),
        ("fee[home]", "fee[home]"),  # a member of this set
    ],
)
def test_a_group_or_a_member(number: str, meant: str, tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(CASE.replace("NUMBER", number), "utf-8")
    (variable,) = schelling.load(path).populations[0].variables
    assert write(variable.value) == meant
