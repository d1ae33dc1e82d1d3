"""What is said of registers that are odd: no side of "no change", gains that are all alike."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.report.scores import score_cells, score_words
from schelling.report.words.numerals import NO_BREAK

CASE = """schelling: 1
title: A register
time: {start: 2030-01-07, step: 1 week, until: 2030-03-18}
assumptions: {u: {prior: "uniform(0, 1)", why: t}}
claims: {plain: {holds: u > 0.3, why: t}}
forecasts: {table: q.csv, outcomes: o.csv, predictions: p.csv, data_until: 2030-01-01}
"""
QUESTIONS = """id,kind,question,opens,closes,yes_if,source_type,void_if,direction,cluster,\
persistence,registered_at
"""
ASKED = "{0},binary,Is {0} so?,2030-01-07,2030-03-04,{0} is,log,never,yes,{0},{1},2029-12-30\n"
OUTCOMES = "forecast_id,status,resolved_on,recorded_at,vintage,source,mark\n"
SETTLED = "{},{},2030-03-04,2030-03-10,first,log,sourced\n"
PREDICTED = "forecast_id,model_id,made_at,data_until,kind,value\n"


def scored(folder: Path, changes: list[str], answers: list[str]) -> schelling.Score:
    names = [f"Q{n}" for n in range(len(answers))]
    rows = list(zip(names, changes, answers, strict=True))
    (folder / "case.yaml").write_text(CASE, "utf-8")
    asked = "".join(ASKED.format(name, change) for name, change, _ in rows)
    (folder / "q.csv").write_text(QUESTIONS + asked, "utf-8")
    settled = "".join(SETTLED.format(name, answer) for name, _, answer in rows)
    (folder / "o.csv").write_text(OUTCOMES + settled, "utf-8")
    told = "".join(f"{name},ben,2030-01-05,2030-01-04,p,0.9\n" for name in names)
    (folder / "p.csv").write_text(PREDICTED + told, "utf-8")
    return schelling.score(schelling.load(folder))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["0.5"], "right on 1, on which “no change” takes no side."),
        (["no"], "right on 1, on which “no change” gives the other answer."),
        (["yes"], "right on 1, and “no change” gives the same answer on it."),
        (["0.5", "0.5"], "right on 2, and “no change” takes no side on any of these."),
        (
            ["0.5", "0.4"],
            "right on 2, and “no change” gives the same answer on none of these and takes no side "
            "on 1.",
        ),
    ],
)
def test_an_even_chance_takes_no_side(changes: list[str], said: str, tmp_path: Path) -> None:
    assert said in score_words.headline(scored(tmp_path, changes, ["yes"] * len(changes)))


def test_a_skill_that_is_the_same_everywhere_is_not_of_too_few(tmp_path: Path) -> None:
    """Twelve topics, all answered yes, and 0.9 for each: 1 - .01 / .25."""
    found = scored(tmp_path, ["0.5"] * 12, ["yes"] * 12)
    seen = found.comparison("ben", "coin")
    assert seen is not None
    assert score_cells.ranged(seen.skill) == "0.96 (all alike)"
    few = scored(tmp_path, ["0.5"] * 3, ["yes"] * 3).comparison("ben", "coin")
    assert few is not None
    assert score_cells.ranged(few.skill) == "0.96 (too few to judge)"


def test_an_end_near_zero_keeps_its_sign(tmp_path: Path) -> None:
    """Eleven of twenty right, as if certain: skill -0.8, up to -0.01 and not to 0.0."""
    answers = ["yes"] * 11 + ["no"] * 9
    said = score_words.headline(scored(tmp_path, ["0.5"] * 20, answers)).replace(NO_BREAK, " ")
    assert "skill −0.80, 90 % interval −1.59 to −0.01." in said
