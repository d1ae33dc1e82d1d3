"""What a star means, what options of an actor leave open, and which predictions are left out."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import schelling
from schelling.report.scores import score_sections, score_terminal, score_words
from schelling.study.scoring.score_board import Score

CASE = """
schelling: 1
title: Two questions, one of them an actor's to decide
time: {start: 2030-01-07, step: 1 week, until: 2030-01-21}
actors: {north: {}}
assumptions:
  u: {prior: "uniform(0, 1)", why: planted}
  lev: {prior: "choice(0.2, 0.8)", lever: north, why: planted}
claims: {plain: {holds: u > 0.3, why: planted}}
forecasts:
  {table: questions.csv, outcomes: outcomes.csv, predictions: said.csv, data_until: {until}}
"""
QUESTIONS = """id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,antecedent,\
author_low,author_high,direction,cluster,reference_class,persistence,registered_at,resolves
Q1,binary,Is it so?,,2030-01-07,2030-01-21,x,log,never,,,,yes,a,,0.5,2029-12-30,u < lev
Q2,binary,And this?,,2030-01-07,2030-01-21,x,log,never,,,,yes,b,,0.5,{registered},u > 0.3
"""
OUTCOMES = """forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark
Q1,yes,,2030-01-10,2030-04-02,first,log,sourced
Q2,yes,,2030-01-10,2030-04-02,first,log,sourced
"""
SAID = """forecast_id,model_id,made_at,data_until,kind,value
Q1,crowd,{made},{made},p,0.7
"""


def scored(folder: Path, registered: str, made: str, until: str = "2030-01-01") -> Score:
    (folder / "case.yaml").write_text(CASE.replace("{until}", until), "utf-8")
    (folder / "questions.csv").write_text(QUESTIONS.format(registered=registered), "utf-8")
    (folder / "outcomes.csv").write_text(OUTCOMES, "utf-8")
    (folder / "said.csv").write_text(SAID.format(made=made), "utf-8")
    return schelling.score(schelling.load(folder), worlds=256)


@pytest.mark.parametrize(
    ("registered", "made", "says"),
    [
        ("2029-12-30", "2030-01-02", ""),
        ("2029-12-30", "2030-02-01", ""),
        ("2030-03-30", "2030-01-02", "* retrospective: its question was put on record after"),
    ],
)
def test_a_star_is_explained_wherever_it_stands(
    tmp_path: Path, registered: str, made: str, says: str
) -> None:
    score = scored(tmp_path, registered, made)
    page = io.StringIO()
    Console(file=page, width=200).print(score_terminal.summary(score))
    said = " ".join(page.getvalue().split())
    assert ("* retrospective" in said) == bool(says)
    assert says in said
    assert ("yes*" in said) == (registered == "2030-03-30")
    strip = score_sections.section(score).strip
    assert strip is not None
    assert strip.table.note.startswith(says)
    late = "1 prediction was made after the answer was settled or the window had closed, and is "
    assert (f"{late}compared with nothing: crowd on Q1." in said) == (made == "2030-02-01")


@pytest.mark.parametrize(
    ("registered", "says"),
    [
        ("2029-12-30", "* retrospective: made with data from after the window"),
        ("2030-03-30", "* retrospective: of a forecast, made with data from after the window"),
    ],
)
def test_a_model_that_knew_later_days_has_a_star(
    tmp_path: Path, registered: str, says: str
) -> None:
    score = scored(tmp_path, registered, "2030-01-02", until="2030-01-15")
    assert score_words.stars(score.rows).startswith(says)
    assert "crowd" not in score_words.caveats(score)


def test_a_forecast_with_two_ends_is_said_to_be_an_actors_to_decide(tmp_path: Path) -> None:
    score = scored(tmp_path, "2029-12-30", "2030-01-02")
    said = score_words.caveats(score)
    assert "What an actor chooses bears on Q1: the share of worlds is the least" in said
    alone = replace(score, rows=tuple(row for row in score.rows if row.question.name == "Q2"))
    assert "actor" not in score_words.caveats(alone)
