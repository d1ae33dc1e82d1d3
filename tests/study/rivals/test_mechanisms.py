"""What makes the difference between rivals, whether a stock, a formula, an event or a claim."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.case import check
from schelling.report.comparison import comparison_json, comparison_sheets, comparison_words
from schelling.study.rivals.compare import Comparison, compare

CASE = """
schelling: 1
title: Planted differences
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
phases: [siege, relief]
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  b: {prior: "uniform(0, 1)", why: x}
stocks:
  store: {start: 10, change: "-a / 1 week", within: [0, 20]}
variables: {joint: a + b}
events:
  relief_comes: {hazard: 0.01 / week, effects: {phase: relief}}
claims:
  small: {why: x, holds: joint < 0.5}
  fed: {why: x, holds: final(store) > 4}
  relieved: {why: x, holds: eventually(phase == relief)}
  free: {why: x, holds: b > 0.5}
rivals:
  formula: {why: x, variables: {joint: {value: a * b, why: they multiply}}}
  stock: {why: x, stocks: {store: {change: "-2 * a / 1 week", why: more is eaten}}}
  wording: {why: x, claims: {free: {holds: b > 0.9, why: stricter}}}
  gone: {why: x, remove: [events.relief_comes]}
  needy:
    why: x
    assumptions: {need: {prior: "uniform(2, 3)", why: new}}
    variables: {joint: {value: need * a, why: it needs what the case has not}}
  nothing: {why: x, assumptions: {b: {prior: "uniform(0, 1)", why: the same}}}
"""
NAMES = ("formula", "stock", "wording", "gone", "needy", "nothing")
CLOSE = 0.02  # shares of 1,024 worlds of a Sobol' design, two of which are compared


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    path: Path = tmp_path_factory.mktemp("planted") / "case.yaml"
    path.write_text(CASE, "utf-8")
    rivals = [schelling.load(path, rival=name) for name in NAMES]
    return compare(schelling.load(path), rivals, worlds=1024, seed=2)


@pytest.mark.parametrize(
    ("rival", "what", "section", "claim", "change"),
    [
        ("formula", "joint", "variables", "small", 0.5 + 0.5 * np.log(2) - 0.125),
        ("stock", "store", "stocks", "fed", 6 / 26 - 6 / 13),  # 13 weeks from 10 down to 4
        ("wording", "free", "claims", "free", -0.4),
        ("gone", "relief_comes", "events", "relieved", -(1 - np.exp(-0.13))),
    ],
)
def test_each_mechanism_is_put_in_alone(
    seen: Comparison, rival: str, what: str, section: str, claim: str, change: float
) -> None:
    (row,) = [
        one
        for one in seen.swapped.to_dict("records")
        if (one["rival"], one["assumption"], one["claim"]) == (rival, what, claim)
    ]
    tolerance = CLOSE if rival != "gone" else 0.035  # three errors of 1,024 tosses of 12 %
    assert row["change"] == pytest.approx(change, abs=tolerance)
    assert row["section"] == section
    rows = seen.swapped.to_dict("records")
    others = [one["change"] for one in rows if one["rival"] == rival and one["claim"] != claim]
    assert others
    assert not any(others)


def test_the_sentences_name_what_was_planted(seen: Comparison) -> None:
    said = [words.replace("\xa0", " ") for words in comparison_words.findings(seen)]
    for rival, what, claim, points in (
        ("formula", "joint", "small", 72),
        ("stock", "store", "fed", -23),
        ("wording", "free", "free", -40),
    ):
        (one,) = [words for words in said if f" in {rival} (" in words]
        assert one.startswith(claim)
        cause = re.search(rf"alone, {what} changes it by ([+−]\d+)", one)
        assert cause is not None
        assert int(cause[1].replace("−", "-")) == pytest.approx(points, abs=2)
    assert "No verdict of nothing differs from the case's beyond the error bars." in said


def test_what_cannot_stand_alone_is_not_put_in(seen: Comparison) -> None:
    case = schelling.load(seen.case.path)
    assert check.with_changes(case, "needy", [("variables", "joint")]) is None
    assert check.with_changes(case, "formula", [("variables", "joint")]) is not None
    assert "needy" not in set(seen.swapped["rival"])
    (one,) = [words for words in comparison_words.findings(seen) if " in needy (" in words]
    assert "No definition of it can be put in alone." in one


def test_a_claim_of_another_formula_is_marked(seen: Comparison) -> None:
    assert comparison_words.otherwise(seen, "free", "wording")
    assert not comparison_words.otherwise(seen, "free", "formula")
    lines = comparison_sheets.text(seen).splitlines()
    assert any(line.startswith("  wording*") and "mostly fails" in line for line in lines)
    assert any("another formula, condition or words" in line for line in lines)
    assert max(map(len, lines)) <= 80
    told = comparison_json.to_json(seen)
    assert told["defined_otherwise"] == [{"claim": "free", "hypothesis": "wording"}]


def test_bars_end_where_the_intervals_do(seen: Comparison) -> None:
    lines = comparison_words.bars(seen, width=80)
    start = lines.index("small")
    case, formula = lines[start + 1], lines[start + 2]
    assert (case.count("█"), formula.count("█")) == (2, 17)  # 12.5 and 84.7 % of 20 blocks
    assert "mostly fails" in case
    assert "mostly follows" in formula
