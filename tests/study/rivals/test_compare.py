"""A case and its rivals side by side: shares, scores, weights and what makes the difference."""

import json
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.report.comparison import comparison_json, comparison_sheets
from schelling.study.rivals.compare import Comparison, compare
from schelling.study.rivals.differences import TOGETHER

CASE = """\
schelling: 1
title: A siege
time: {start: 2022-03-21, until: 2022-04-18}
phases: [war, peace]
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  b: {prior: "uniform(0, 1)", why: x}
variables: {joint: a + b}
claims:
  low: {why: x, holds: a < 0.25}
  small: {why: x, holds: joint < 0.5}
  either: {why: x, holds: a < 0.5 or b < 0.5}
forecasts: {table: forecasts.csv, outcomes: outcomes.csv, data_until: 2022-03-20}
rivals:
  high: {why: x, assumptions: {a: {prior: "uniform(0.5, 1)", why: higher}}}
  both:
    why: x
    assumptions: {a: {prior: "uniform(0.5, 1)", why: x}, b: {prior: "uniform(0.5, 1)", why: x}}
  product: {why: x, variables: {joint: {value: a * b, why: they multiply}}, remove: [claims.low]}
"""
FORECASTS = """\
id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,resolves,persistence,cluster
F1,binary,Is a low?,,2022-03-20,2022-04-18,seen,record,never,a < 0.25,yes,one
F2,binary,Is a lower?,,2022-03-20,2022-04-18,seen,record,never,a < 0.1,no,one
F3,binary,Is b low?,,2022-03-20,2022-04-18,seen,record,never,b < 0.25,no,two
F4,binary,Is b high?,,2022-03-20,2022-04-18,seen,record,never,b > 0.75,no,two
F5,numeric,What is a?,,2022-03-20,2022-04-18,seen,record,never,a,0.5,
F6,binary,Is it over?,,2022-03-20,2022-04-18,seen,record,never,b > 0.9,no,
F7,binary,Is it known?,,2022-03-19,2022-04-18,seen,record,never,b > 0.8,no,
F8,binary,Is it unasked?,,2022-03-20,2022-04-18,seen,record,never,,no,
"""
OUTCOMES = """\
forecast_id,status,resolved_on,recorded_at,source,mark,value
F1,no,2022-04-18,2022-04-19,x,sourced,
F2,no,2022-04-18,2022-04-19,x,sourced,
F3,yes,2022-04-18,2022-04-19,x,sourced,
F4,no,2022-04-18,2022-04-19,x,sourced,
F5,value,2022-04-18,2022-04-19,x,sourced,0.7
F6,ambiguous,,2022-04-19,x,sourced,
F7,no,2022-04-18,2022-04-19,x,sourced,
F8,no,2022-04-18,2022-04-19,x,sourced,
"""
WORLDS = 2048
CLOSE = 4 / WORLDS
"""Shares of a Sobol' design of this size in one dimension: its discrepancy is some 1 / WORLDS."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("siege")
    for name, content in (("case.yaml", CASE), ("forecasts.csv", FORECASTS)):
        (folder / name).write_text(content, "utf-8")
    (folder / "outcomes.csv").write_text(OUTCOMES, "utf-8")
    return folder


@pytest.fixture(scope="module")
def seen(folder: Path) -> Comparison:
    names = ("high", "both", "product")
    rivals = [schelling.load(folder, rival=name) for name in names]
    return compare(schelling.load(folder), rivals, worlds=WORLDS, seed=4, swap_worlds=WORLDS)


def test_verdicts_side_by_side(seen: Comparison) -> None:
    assert list(seen.verdicts.columns) == ["case", "high", "both", "product"]
    assert list(seen.verdicts.index) == ["low", "small", "either"]
    low = seen.verdicts.loc["low"].to_numpy()
    np.testing.assert_allclose(low[:3], [0.25, 0, 0], atol=CLOSE)
    assert np.isnan(low[3])
    # two dimensions: area of a triangle, and 0.5 + 0.5 log 2 under a hyperbola
    small = seen.verdicts.loc["small"].to_numpy()
    np.testing.assert_allclose(small, [0.125, 0, 0, 0.5 + 0.5 * np.log(2)], atol=0.01)


def test_only_what_is_resolved_as_yes_or_no_is_scored(seen: Comparison) -> None:
    assert [item.question.name for item in seen.items] == ["F1", "F2", "F3", "F4"]
    assert dict(seen.unscored) == {"F6": "ambiguous", "F7": "retrospective"}
    expected = [
        [0.25, 0, 0, 0.25],
        [0.1, 0, 0, 0.1],
        [0.25, 0.25, 0, 0.25],
        [0.25, 0.25, 0.5, 0.25],
    ]
    np.testing.assert_allclose(seen.p, expected, atol=CLOSE)


def test_scores(seen: Comparison) -> None:
    """Means of (p - o)^2 by hand; persistence said yes, no, no, no."""
    by_hand = {
        "case": (0.25**2 + 0.1**2 + 0.75**2 + 0.25**2) / 4,
        "high": (0.75**2 + 0.25**2) / 4,
        "both": (1 + 0.25) / 4,
        "persistence": 2 / 4,
        "coin": 0.25,
    }
    for name, value in by_hand.items():
        assert seen.scores.loc[name, "brier"] == pytest.approx(value, abs=3 * CLOSE)
        assert seen.scores.loc[name, "difference"] == pytest.approx(0.5 - value, abs=3 * CLOSE)
    assert seen.scores.loc["both", "ruled_out"] == 1
    assert np.isinf(seen.scores.loc["both", "bits"])
    assert seen.scores.loc["coin", "bits"] == 1


def test_numbers(seen: Comparison) -> None:
    """CRPS of a uniform law on (l, u) at y: ((y - l)^3 + (u - y)^3) / 3w^2, w = u - l."""
    (number,) = seen.numbers
    assert (number.question.name, number.value) == ("F5", 0.7)
    expected = [(0.7**3 + 0.3**3) / 3, (0.2**3 + 0.3**3) / 0.75]
    # the samples stand for a law: 1 / WORLDS of its spread
    assert number.off[:2] == pytest.approx(expected, abs=1e-3)
    assert number.persistence == pytest.approx(0.2)


def test_factors_count_a_cluster_once(seen: Comparison) -> None:
    """Two clusters of two: half the log likelihood of each question."""
    case = 0.5 * np.log([0.75, 0.9, 0.25, 0.75]).sum()
    high = 0.5 * np.log([1, 1, 0.25, 0.75]).sum()
    assert seen.factors.loc["high", "case"] == pytest.approx(np.exp(high - case), rel=0.01)
    assert seen.factors.loc["case", "product"] == pytest.approx(1)
    assert np.isinf(seen.factors.loc["case", "both"])
    assert seen.stacked.weight.sum() == pytest.approx(1)
    # what rules nothing out that happened and is nowhere worse than the case takes all the weight
    assert seen.stacked.weight[1] == pytest.approx(1, abs=1e-6)


def test_competing_hypotheses(seen: Comparison) -> None:
    assert seen.marks.loc["F3"].tolist() == ["C", "C", "II", "C", True]
    assert not seen.marks.loc["F1", "diagnostic"]
    assert seen.inconsistency["both"] > seen.inconsistency["case"] == 0


def test_single_priors_are_swapped_in_the_same_worlds(seen: Comparison) -> None:
    found = seen.swapped.set_index(["rival", "assumption", "claim"])["change"]
    assert set(seen.swapped["rival"]) == {"high", "both", "product"}
    sections = seen.swapped.set_index("rival")["section"]
    assert set(sections["high"]) == {"assumptions"}
    assert set(sections["product"]) <= {"variables", "claims"}
    # half of the square and what is under the hyperbola, as above
    gained = found["product", "joint", "small"]
    assert gained == pytest.approx(0.5 + 0.5 * np.log(2) - 0.125, abs=0.02)
    assert found["high", "a", "low"] == pytest.approx(-0.25, abs=CLOSE)
    assert found["both", "b", "low"] == 0
    assert found["both", TOGETHER, "either"] == pytest.approx(-0.75, abs=0.01)
    assert found["high", "a", "either"] == pytest.approx(-0.25, abs=0.01)


def test_the_text_fits_a_terminal(seen: Comparison) -> None:
    text = comparison_sheets.text(seen)
    assert max(len(line) for line in text.split("\n")) <= 80
    for words in ("ruled out", "F6 (ambiguous)", "stacking weight", "product"):
        assert words in text
    narrow = comparison_sheets.text(seen, width=60)
    assert max(len(line) for line in narrow.split("\n")) <= 60


def test_the_same_as_data_and_as_a_page(seen: Comparison, tmp_path: Path) -> None:
    data = json.loads(json.dumps(comparison_json.to_json(seen), allow_nan=False))
    assert data["schema"] == "schelling.compare/1"
    assert data["scores"]["both"]["bits"] is None
    assert data["claims"]["low"]["product"] is None
    assert [change["name"] for change in data["changes"]["product"]] == ["low", "joint"]
    comparison_sheets.write(seen, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    for sheet in comparison_sheets.sheets(seen):
        assert f"<h2>{sheet.title}</h2>" in page


def test_what_cannot_be_compared(folder: Path) -> None:
    case, high = schelling.load(folder), schelling.load(folder, rival="high")
    for rivals in ([], [high, high], [case]):
        with pytest.raises(schelling.RunError, match="each once"):
            compare(case, rivals)


def test_a_case_without_rivals_is_told_so(tmp_path: Path) -> None:
    text = "schelling: 1\ntitle: Alone\nassumptions: {a: {prior: 1 to 2, why: x}}\n"
    (tmp_path / "case.yaml").write_text(text + "claims: {c: {holds: a > 1.5, why: x}}\n")
    with pytest.raises(schelling.RunError, match="has no rivals"):
        compare(schelling.load(tmp_path), [])
