"""Rivals of a case whose claims some worlds do not ask, or have no number for."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.report.comparison import comparison_sheets, comparison_words
from schelling.study.rivals.compare import Comparison, compare

CASE = """
schelling: 1
title: Planted conditions
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
  y: {prior: "uniform(0, 1)", why: x}
claims:
  plain: {why: x, holds: x > 0.6}
  chosen: {why: x, holds: x > 0.5, given: x > y}
  lost: {why: x, holds: log(y - 0.25) * 0 + x > 0.5}
  upper: {why: x, holds: x > 0.5, given: y > 0.5}
  nowhere: {why: x, holds: x > 0.5, given: y > 2}
  gone: {why: x, holds: log(y - 2) < 0}
  gone_too: {why: x, holds: log(y - 3) < 0}
  gone_three: {why: x, holds: log(y - 4) < 0}
rivals:
  high: {why: x, assumptions: {y: {prior: "uniform(0.5, 1)", why: x}}}
  low: {why: x, assumptions: {y: {prior: "uniform(0, 0.5)", why: x}}}
  both:
    why: x
    assumptions: {x: {prior: "uniform(0, 0.8)", why: x}, y: {prior: "uniform(0, 0.5)", why: x}}
"""
CLOSE = 0.03  # differences of shares of some 256 worlds of a Sobol' design


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    path: Path = tmp_path_factory.mktemp("conditions") / "case.yaml"
    path.write_text(CASE, "utf-8")
    rivals = [schelling.load(path, rival=name) for name in ("high", "low", "both")]
    return compare(schelling.load(path), rivals, worlds=1024, seed=2)


def said(seen: Comparison) -> list[str]:
    return [words.replace("\xa0", " ") for words in comparison_words.findings(seen)]


def swap(seen: Comparison, rival: str, claim: str) -> dict[str, float]:
    (row,) = [
        row
        for row in seen.swapped.to_dict("records")
        if (row["rival"], row["assumption"], row["claim"]) == (rival, "y", claim)
    ]
    return row  # pyright: ignore


def test_a_definition_can_change_which_worlds_ask(seen: Comparison) -> None:
    """x > 1/2 among those with x > y: 3/4 where y is uniform on all, 1 on the upper half.

    In a world that asks both ways x is above 1/2 both times, so pairs of worlds show no change.
    """
    row = swap(seen, "high", "chosen")
    assert row["change"] == pytest.approx(0.25, abs=CLOSE)
    assert row["low"] == row["high"] == pytest.approx(row["change"])
    assert row["failed"] == 0
    assert 0 < row["standard_error"] < 0.02
    (one,) = [words for words in said(seen) if words.startswith("chosen") and " high " in words]
    assert "of worlds that ask it in the case (mostly follows)" in one
    assert "Put into the case alone, y changes it by +2" in one


def test_a_claim_that_only_one_side_asks_is_told(seen: Comparison) -> None:
    assert "upper is asked in 512 worlds of the case, in none of low." in said(seen)
    assert not any(words.startswith("nowhere") for words in said(seen))
    text = comparison_sheets.text(seen)
    lines = text.splitlines()
    start = lines.index("nowhere (worlds that ask it)")
    assert lines[start + 1].split(maxsplit=1) == ["case", "no world asks it"]
    assert "plain" in lines
    flat = " ".join(text.split())
    assert "Asked in no world: nowhere in case," in flat
    assert "nowhere in case (0 %)" not in flat
    assert comparison_words.cell(seen, "nowhere", "case") == "not asked"


def test_worlds_that_ask_are_named_where_shares_change(seen: Comparison) -> None:
    (sheet,) = [one for one in comparison_sheets.sheets(seen) if one.head[0] == "definition"]
    assert "of the worlds that ask it before and after" in sheet.note


def test_open_bounds_do_not_hide_known_changes(seen: Comparison) -> None:
    """Three claims without any number have bounds from -100 to 100; x moves plain by -15 points."""
    (sheet,) = [one for one in comparison_sheets.sheets(seen) if one.head[0] == "definition"]
    assert ("x", "both", "plain") in [row[:3] for row in sheet.rows]
    assert swap(seen, "low", "lost")["failed"] == pytest.approx(512, abs=20)


def test_why_worlds_have_no_number_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        """
schelling: 1
title: Two claims that fail together
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
variables:
  bad: log(x - 0.25)
claims:
  one: {why: x, holds: bad > -1}
  two: {why: x, holds: bad > -2}
rivals:
  high: {why: x, assumptions: {x: {prior: "uniform(0.1, 1)", why: x}}}
""",
        "utf-8",
    )
    rivals = [schelling.load(path, rival="high")]
    seen = compare(schelling.load(path), rivals, worlds=256, seed=2)
    note = " ".join(comparison_sheets.text(seen).split())
    assert "whatever these hold: one, two in case, 25 % of the worlds have no number" in note
    assert note.count("first when computing `bad`") == 2  # once for each hypothesis
