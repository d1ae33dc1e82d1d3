"""A case with sets beside its rivals: members and whole sets are put in alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.report.comparison import comparison_words
from schelling.study.rivals.compare import Comparison, compare

CASE = """
schelling: 1
title: Rivals of sets
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
sets: {city: [north, south]}
assumptions:
  garrison[city]: {prior: "uniform(0, 20)", why: x}
stocks:
  standing[city]: {start: "garrison[city]", change: -1 / week, within: [0, 100]}
variables:
  both: {value: "sum(standing[c] for c in city)"}
claims:
  stands[city]: {holds: "final(standing[city]) > 0", why: x}
  either: {holds: final(both) > 0, why: x}
rivals:
  spared: {why: x, stocks: {"standing[city]": {change: 0 / week, why: x}}}
  south: {why: x, stocks: {"standing[south]": {start: 20, change: -1 / week, why: x}}}
  sum: {why: x, variables: {both: {value: "standing[north]", why: x}}}
"""
CLOSE = 0.02  # shares of 1,024 worlds of a Sobol' design, two of which are compared


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    path: Path = tmp_path_factory.mktemp("sets") / "case.yaml"
    path.write_text(CASE, "utf-8")
    rivals = [schelling.load(path, rival=name) for name in ("spared", "south", "sum")]
    return compare(schelling.load(path), rivals, worlds=1024, seed=2)


@pytest.mark.parametrize(
    ("rival", "what", "claim", "change"),
    [
        ("spared", "standing[city]", "stands[north]", 13 / 20),  # 13 weeks, of up to 20
        ("spared", "standing[city]", "either", (13 / 20) ** 2),
        ("south", "standing[south]", "stands[south]", 13 / 20),
        ("south", "standing[south]", "stands[north]", 0.0),
        ("sum", "both", "either", 7 / 20 - (1 - (13 / 20) ** 2)),
    ],
)
def test_each_definition_is_put_in_alone(
    seen: Comparison, rival: str, what: str, claim: str, change: float
) -> None:
    table = seen.swapped
    (row,) = table[
        (table["rival"] == rival) & (table["assumption"] == what) & (table["claim"] == claim)
    ].to_dict("records")
    assert row["change"] == pytest.approx(change, abs=CLOSE)


def test_a_member_of_a_set_is_changed_and_not_new(seen: Comparison) -> None:
    changes = {one.name: one.changes for one in seen.case.rivals}
    assert [(one.name, one.what) for one in changes["south"]] == [("standing[south]", "changed")]
    said = [one for one in comparison_words.findings(seen) if "south" in one]
    assert any("standing[south] changes it by +65" in one for one in said)
