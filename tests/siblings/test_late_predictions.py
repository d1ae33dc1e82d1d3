"""What was put on record when there was nothing left to foresee is named, not only set apart.

The window of both questions has 182 days; the answer of `B` was settled on 1 March.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import schelling
from schelling.report.scores import score_json, score_sections, score_terminal, score_words
from schelling.report.words.numerals import NO_BREAK
from schelling.study.scoring.score_board import Score

CASE = """
schelling: 1
title: Late predictions
time: {start: 2024-01-01, step: 1 week, until: 2024-12-30}
assumptions: {x: {prior: "normal(10, 2)", why: planted}}
claims: {c: {holds: x > 10, why: planted}}
forecasts: {table: q.csv, outcomes: o.csv, predictions: p.csv, data_until: 2023-12-31}
"""
QUESTIONS = """id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,antecedent,\
author_low,author_high,direction,cluster,reference_class,persistence,registered_at,resolves
A,binary,A?,,2024-01-01,2024-06-30,x,log,never,,,,yes,a,,no,2023-12-20,
B,binary,B?,,2024-01-01,2024-06-30,x,log,never,,,,yes,b,,no,2023-12-20,
L,binary,L?,,2024-01-01,2024-06-30,x,log,never,,,,yes,c,,no,2024-07-10,
"""
OUTCOMES = """forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark
A,no,,2024-06-30,2024-08-02,first,log,sourced
B,yes,,2024-03-01,2024-08-02,first,log,sourced
L,no,,2024-07-20,2024-08-02,first,log,sourced
"""
PREDICTIONS = """forecast_id,model_id,made_at,data_until,kind,value
A,early,2023-12-30,2023-12-30,p,0.2
A,early,2024-07-02,2023-12-30,p,0.01
A,late,2024-08-01,2023-12-30,p,0.01
B,late,2024-03-02,2023-12-30,p,0.99
B,peek,2024-04-01,2023-12-30,p,0.99
B,early,2023-12-30,2023-12-30,p,0.7
"""


def scored(folder: Path, questions: str = QUESTIONS, predictions: str = PREDICTIONS) -> Score:
    texts = {"case.yaml": CASE, "q.csv": questions, "o.csv": OUTCOMES, "p.csv": predictions}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return schelling.score(schelling.load(folder), worlds=0)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Score:
    return scored(tmp_path_factory.mktemp("late"))


def test_the_text_names_them(found: Score) -> None:
    """Two of A, one of them by `early`, and two of B: inside its window, but after 1 March."""
    console = Console(width=400)
    with console.capture() as caught:
        console.print(score_terminal.summary(found))
    text = caught.get().replace(NO_BREAK, " ")
    assert (
        "4 predictions were made after the answer was settled or the window had closed, and are "
        "compared with nothing: early 1 of 2 on A; late on A, on B; peek on B."
    ) in text
    assert (
        "1 of 3 questions was put on record after the answer was settled or the window had closed, "
        "and is not compared: L."
    ) in text
    assert "made with data from after" not in text


def test_the_page_and_the_data_name_them(found: Score) -> None:
    assert "late on A, on B; peek on B." in score_sections.section(found).caveats
    told = {one["id"]: one for one in score_json.to_json(found)["questions"]}
    assert told["A"]["late_predictions"] == [
        {"forecaster": "early", "made": 1, "others": 1},
        {"forecaster": "late", "made": 1, "others": 0},
    ]
    assert told["L"]["status"] == "retrospective"


def test_a_register_that_was_made_afterwards_says_so_of_all(tmp_path: Path) -> None:
    """None was on record before its answer: they are compared as an exercise, and counted."""
    none = PREDICTIONS.splitlines()[0] + "\n"
    score = scored(tmp_path, QUESTIONS.replace("2023-12-20", "2024-07-25"), none)
    assert score.exercise
    said = score_words.caveats(score)
    assert (
        "3 of 3 questions were put on record after the answer was settled or the window had closed."
    ) in said
    assert "not compared" not in said
    assert "was put on record after" in score_words.caveats(replace(score, rows=score.rows[:1]))


def test_the_last_day_is_in_time(tmp_path: Path) -> None:
    """Put on record, and predicted, on the day of the answer, or on which the window closes."""
    b, on = "B?,,2024-01-01,2024-06-30,x,log,never,,,,yes,b,,no,", "2024-03-01"
    questions = QUESTIONS.replace(f"{b}2023-12-20", f"{b}{on}").replace("2024-07-10", "2024-06-30")
    predictions = PREDICTIONS.replace("2024-07-02", "2024-06-30").replace("2024-04-01", on)
    score = scored(tmp_path, questions, predictions)
    assert [row.scored for row in score.rows] == [True] * 3
    assert not replace(score, rows=score.rows[1:]).exercise
    assert [one.forecaster for row in score.rows for one in row.late] == ["late", "late"]
    (peek,) = (one for one in score.row("B").told if one.forecaster == "peek")
    assert not peek.retrospective


def test_they_are_compared_with_nothing(found: Score) -> None:
    """0.7 until the answer on B, and 0.2 on A, whatever was added to them later."""
    assert not {"late", "peek"} & {one.forecaster for one in found.calibrations}
    assert found.comparison("peek", "coin") is None
    early = found.comparison("early", "coin")
    assert early is not None
    assert early.questions == ("A", "B")
    assert early.skill.own == pytest.approx((0.2**2 + 0.3**2) / 2)
    assert not found.row("L").scored
    (late,) = (one for one in found.row("A").told if one.forecaster == "late")
    assert late.retrospective
    assert late.best == pytest.approx(0.01**2)  # its row shows what it said, as it was said
