"""Forecasters of numbers, dates and ordered answers compared; numbers worked out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import math
from pathlib import Path

import numpy as np
import pytest
import scoringrules
from numpy.testing import assert_allclose
from rich.console import Console

import schelling
from schelling.report.scores import (
    score_cells,
    score_json,
    score_numbers,
    score_sections,
    score_terminal,
)
from schelling.study.scoring import number_comparisons
from schelling.study.scoring.score_board import PairLoss, Row, Score

EXACT = 1e-12  # rounding
CASE = """
schelling: 1
title: numbers
time: {start: 2024-01-01, step: 1 week, until: 2024-12-30}
assumptions:
  x: {prior: "uniform(0, 10)", why: x}
claims:
  c: {holds: x > 5, why: x}
forecasts:
  {table: f.csv, outcomes: o.csv, predictions: p.csv, data_until: 2023-12-31}
"""
HEAD = "id,kind,question,opens,closes,yes_if,source_type,void_if,persistence,unit,cluster,"
HEAD += "registered_at,bins,edges,resolves"
WINDOW = "2024-01-01,2024-06-30,so,log,never"


def write(folder: Path, questions: list[str], outcomes: list[str], said: list[str]) -> Path:
    (folder / "case.yaml").write_text(CASE, "utf-8")
    (folder / "f.csv").write_text("\n".join([HEAD, *questions]) + "\n", "utf-8")
    head = "forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark"
    (folder / "o.csv").write_text("\n".join([head, *outcomes]) + "\n", "utf-8")
    head = "forecast_id,model_id,made_at,data_until,kind,value"
    (folder / "p.csv").write_text("\n".join([head, *said]) + "\n", "utf-8")
    return folder


def settled(name: str, value: str) -> str:
    return f"{name},value,{value},2024-06-30,2024-07-02,first,log,sourced"


def told(name: str, who: str, what: str) -> str:
    return f"{name},{who},2023-12-30,2023-12-30,{what}"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Score:
    questions = [
        f"N{n},numeric,Number {word}?,{WINDOW},4,,n{n},2023-12-20,,,x + {n} - {n}"
        for n, word in enumerate(("one", "two", "three"))
    ]
    questions += [
        f"D{n},date,Day {word}?,{WINDOW},never,,d{n},2023-12-20,,,"
        for n, word in enumerate(("one", "two"))
    ]
    questions.append(f"O,ordered,Which?,{WINDOW},low,,o,2023-12-20,low; mid; high,3; 6,x")
    outcomes = [settled("N0", "6"), settled("N1", "4"), settled("N2", "8")]
    outcomes += [settled("D0", "2024-01-11"), settled("D1", "never"), settled("O", "mid")]
    said = [told(f"N{n}", "anna", "quantiles,0.25: 3; 0.5: 5; 0.75: 7") for n in range(3)]
    said += [told(f"N{n}", "ben", "interval,2 to 9") for n in range(3)]
    said += [told("N0", "dora", "quantiles,0.1: 1; 0.9: 9")]
    said += [told("D0", "anna", "interval,0 to 20"), told("D1", "anna", "interval,0 to 200")]
    said += [told("O", "anna", "bins,0.2; 0.5; 0.3")]
    late = [told("N0", "late", "interval,5 to 7").replace("2023-12-30", "2024-02-01")]
    folder = write(tmp_path_factory.mktemp("numbers"), questions, outcomes, said + late)
    return schelling.score(schelling.load(folder), worlds=4096, seed=2)


def pair(found: Score, question: str, who: str, other: str) -> PairLoss:
    made = found.row(question).pair(who, other)
    assert made is not None
    return made


def test_quantiles_meet_those_of_the_model_at_the_same_levels(found: Score) -> None:
    """The model is uniform from 0 to 10: quartiles 2.5, 5, 7.5. It was 6."""
    made = pair(found, "N0", "anna", "model")
    assert made.rule == "pinball loss"
    assert made.levels == (0.25, 0.5, 0.75)
    assert_allclose(made.own, 2 * (0.25 * 3 + 0.5 * 1 + 0.25 * 1) / 3, atol=EXACT)
    assert_allclose(made.theirs, 2 * (0.25 * 3.5 + 0.5 * 1 + 0.25 * 1.5) / 3, atol=5e-3)  # 4,096
    point = pair(found, "N0", "anna", "persistence")  # 4 at every level
    assert_allclose(point.theirs, 2 * (0.25 + 0.5 + 0.75) * 2 / 3, atol=EXACT)


def test_an_interval_is_compared_by_its_score(found: Score) -> None:
    """From 2 to 9: 6 lies in it. That of the model is 0.5 to 9.5."""
    made = pair(found, "N0", "ben", "model")
    assert made.rule == "weighted interval score"
    own = scoringrules.interval_score(6.0, 2.0, 9.0, 0.1)
    assert_allclose(made.own, 0.05 * own, atol=EXACT)
    assert_allclose(made.theirs, 0.05 * scoringrules.interval_score(6.0, 0.5, 9.5, 0.1), atol=5e-3)
    ben, model = (found.row("N0").by(who) for who in ("ben", "model"))
    assert ben is not None
    assert model is not None
    assert_allclose(ben.interval_score, own, atol=EXACT)
    assert_allclose(model.interval_score, 9, atol=0.1)
    anna = found.row("N0").by("anna")  # quartiles: no central 90 % interval
    assert anna is not None
    assert math.isnan(anna.interval_score)


def test_whole_distributions_meet_by_their_crps(found: Score) -> None:
    made = pair(found, "N0", "model", "persistence")
    assert (made.rule, made.levels) == ("CRPS", ())
    assert_allclose(made.own, 10 * (0.36 - 0.6 + 1 / 3), atol=1e-2)
    assert made.theirs == 2.0


def test_no_common_level_is_no_comparison(found: Score) -> None:
    """Quartiles of one and deciles of the other are two rules; with the model both have one."""
    row = found.row("N0")
    assert pair(found, "N0", "dora", "model").levels == (0.1, 0.9)
    spoken = {p.forecaster for p in row.pairs}
    assert spoken == {"model", "anna", "ben", "dora"}  # nor what was made after the opening
    assert number_comparisons.common((0.25, 0.75), (0.1, 0.9)) == ()
    assert number_comparisons.common((0.05, 0.5, 0.95), (0.05, 1 - 0.05)) == (0.05, 0.95)


def test_numbers_are_pooled_as_ratios(found: Score) -> None:
    """No change was right on N1, which has no ratio. The geometric mean of the others."""
    made = found.number_comparison("numeric", "anna", "persistence")
    assert made is not None
    assert (made.questions, made.left_out) == (("N0", "N2"), ("N1",))
    ratios = [
        p.own / p.theirs for p in (pair(found, n, "anna", "persistence") for n in ("N0", "N2"))
    ]
    assert made.skill is not None
    assert_allclose(made.skill.skill, 1 - math.sqrt(ratios[0] * ratios[1]), atol=EXACT)
    assert math.isnan(made.skill.own)  # a mean of different units
    assert math.isnan(made.skill.skill_interval[0])  # too few clusters


def test_days_are_pooled_as_days(found: Score) -> None:
    """Window of 182 days. D0 was day 10, inside 0 to 20; D1 never, beyond 0 to 182 by nothing."""
    made = found.number_comparison("date", "anna", "persistence")
    assert made is not None
    assert made.skill is not None
    own = [0.05 * 20, 0.05 * 182]
    theirs = [182 - 10, 0]  # never: at .05 and .95 the distance, with weights that add up to one
    assert_allclose(made.skill.own, np.mean(own), atol=EXACT)
    assert_allclose(made.skill.reference, np.mean(theirs), atol=EXACT)
    assert found.number_comparison("date", "anna", "model") is None


def test_ordered_answers_have_their_own_scale(found: Score) -> None:
    made = found.number_comparison("ordered", "anna", "model")
    assert made is not None
    assert made.rules == ("ordered Brier score",)
    assert made.skill is not None
    assert_allclose(made.skill.own, 0.13, atol=EXACT)
    assert_allclose(made.skill.reference, 0.3**2 + 0.4**2, atol=2e-3)  # cumulative 0.3, 0.6


def test_what_is_never_is_called_so(found: Score) -> None:
    said = score_numbers.rows(found)
    by = {(row[0], row[2]): row for row in said}
    assert by["D1", "no change"][3:5] == ("never", "never")
    assert by["", "anna"][3] != ""
    days = [row[3] for row in said if row[2] == "anna" and row[6] == "weighted interval score"]
    assert days == ["2024-01-01 to 2024-01-21", "2024-01-01 to never"]
    assert score_cells.happened(found.row("D0")) == "2024-01-11"
    data = score_json.to_json(found)
    day = next(q for q in data["questions"] if q["id"] == "D1")
    assert day["said"] == "never"
    assert next(f for f in day["forecasts"] if f["forecaster"] == "persistence")["said"] == "never"


def test_ordered_answers_stand_under_their_own_name(found: Score) -> None:
    rows = [row for row in score_numbers.rows(found) if "ordered" in row[6].lower()]
    assert [row[:4] for row in rows] == [
        ("O", "ordered", "model", "mid (low to high)"),
        ("", "", "no change", "low"),
        ("", "", "anna", "mid (low to high)"),
    ]
    assert "from 0 to 2" in score_numbers.NOTE
    section = score_sections.section(found)
    assert section.numbers is not None
    assert section.numbers.caption == "Numbers, dates and ordered answers"
    assert section.number_skills is not None
    assert {row[2] for row in section.number_skills.rows} == {"numbers", "dates", "ordered answers"}
    shown = io.StringIO()
    Console(file=shown, width=80).print(score_terminal.summary(found))
    assert "CRPS of the model" not in shown.getvalue()
    assert max(len(line) for line in shown.getvalue().splitlines()) <= 80


def test_an_early_answer_says_when_it_is_scored(found: Score) -> None:
    """In the terminal, as data and on the page."""
    early = schelling.score(found.case, as_of=dt.date(2024, 6, 30), worlds=0)
    day = early.row("D0")
    assert score_cells.happened(day) == "2024-01-11, scored when its window closes"
    assert day.settled.reason == "2024-01-11, scored when its window closes on 2024-06-30"
    assert early.number_comparisons == ()
    case = schelling.load(Path(__file__).parent / "predicted")
    yes = schelling.score(case, as_of=dt.date(2024, 4, 1), worlds=0)
    shown = io.StringIO()
    Console(file=shown, width=160).print(score_terminal.summary(yes))
    assert "yes, scored when its window closes" in shown.getvalue()
    data = score_json.to_json(yes)["questions"][0]
    assert data["said"] == "yes, scored when its window closes"
    unscored = score_sections.section(yes).unscored
    assert unscored is not None
    assert unscored.rows[0][2].startswith("yes, scored when its window closes")


def test_a_date_that_never_came_is_known_at_the_end_of_the_window(tmp_path: Path) -> None:
    question = f"D,date,Day?,{WINDOW},never,,d,2023-12-20,,,"
    early = settled("D", "never").replace("2024-06-30,2024-07-02", "2024-03-01,2024-03-02")
    folder = write(tmp_path, [question], [early], [])
    with pytest.raises(schelling.CaseError, match="never was recorded"):
        schelling.load(folder)


def test_skill_on_numbers_is_covered_as_often_as_is_said() -> None:
    """Nominal 90 %: 85 to 95 % of 600 registers, for means and for geometric means of ratios.

    Errors of two forecasters in a cluster share a factor, as those of questions of one event do.
    The true mean of the difference of logarithms is known; the bounds are the nominal level and
    five points, four standard errors of 600 tries.
    """
    random = np.random.default_rng(8)
    case = schelling.load(Path(__file__).parent / "predicted")
    one = schelling.score(case, worlds=0).row("N1")
    truth = 1 - math.exp(-0.2)
    for clusters in (5, 12):
        held = 0
        for _ in range(600):
            rows: list[Row] = []
            for n in range(clusters):
                shared = 0.5 * random.standard_normal()
                for m in range(int(random.integers(1, 4))):
                    own = math.exp(0.3 * random.standard_normal() - 0.2 + shared)
                    theirs = math.exp(0.3 * random.standard_normal())
                    question = dataclasses.replace(
                        one.question, name=f"{n}.{m}", question=f"{n}.{m}", cluster=str(n)
                    )
                    both = (PairLoss("anna", "persistence", "CRPS", own, theirs),)
                    rows.append(dataclasses.replace(one, question=question, pairs=both))
            (made,) = number_comparisons.all_comparisons(rows)
            assert made.skill is not None
            low, high = made.skill.skill_interval
            held += low <= truth <= high
        assert 0.85 <= held / 600 <= 0.95, clusters
