"""One scored register in a terminal, on its page and as JSON: each says the same of every row.

Cells are made a second time here, from the JSON alone, by rules written down apart from those of
the report: percents never to a false 0 or 100, bounds where worlds have no number, two decimals of
bits and of skills, three of Brier scores.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import schelling
from schelling.report.scores import score_json, score_sections, score_terminal
from schelling.report.words.numerals import NO_BREAK
from schelling.study.scoring.score_board import Score

CASE = """schelling: 1
title: Hard kinds
time: {start: 2030-01-07, step: 1 week, until: 2030-03-18}
actors: {a: {}}
assumptions:
  u: {prior: "uniform(0, 1)", why: t}
  way: {prior: "choice([0, 1])", why: t, lever: a}
stocks: {s: {start: 0, change: 0 / week}}
events: {strike: {hazard: 0.05 / week, effects: {s: 1}}}
claims: {plain: {holds: u > 0.3, why: t}}
forecasts: {table: q.csv, outcomes: o.csv, predictions: p.csv, reference_classes: r.csv,
  data_until: 2030-01-01}
"""
QUESTIONS = """id,kind,question,opens,closes,yes_if,source_type,void_if,antecedent,author_low,\
author_high,direction,cluster,reference_class,persistence,registered_at,resolves,given,bins,edges
B1,binary,Tie?,{w},x,log,never,,0.5,0.5,yes,a,r,0.5,{r},u > 0.5,,,
B2,binary,Ruled out?,{w},x,log,never,,1,1,yes,b,r,yes,{r},u > 0.999,,,
B3,binary,No number?,{w},x,log,never,,0.004,0.3,no,c,,no,{r},sqrt(u - 0.5) > 0.5,,,
B4,binary,Luck?,{w},x,log,never,,0.1,0.997,yes,d,r,no,{r},final(s) > 0,,,
B5,binary,Option?,{w},x,log,never,,,,yes,e,,no,{r},u + way > 1.25,,,
B6,binary,Void?,{w},x,log,never,,0.5,0.8,yes,f,,no,{r},,,,
B7,binary,Late?,{w},x,log,never,,0.5,0.8,yes,g,r,no,2030-03-10,,,,
B8,binary,Early?,2030-01-07,2030-03-17,x,log,never,,0.6,0.7,yes,h,,no,{r},,,,
B9,binary,Open?,2030-01-07,2030-06-04,x,log,never,,0.6,0.7,yes,h,,no,{r},,,,
C1,conditional,If tie?,{w},x,log,never,B4 yes,,,no,i,,no,{r},u > 0.75,u > 0.5,,
C2,conditional,If none?,{w},x,log,never,B2 yes,,,no,i,,no,{r},u > 0.75,u > 2,,
N1,numeric,How many?,{w},x,log,never,,8,12,,j,,9,{r},20 * u,,,
N2,numeric,How few?,{w},x,log,never,,,,,k,,0.1,{r},u / 3,,,
D1,date,When?,{w},x,log,never,,,,,l,,never,{r},,,,
O1,ordered,Which?,{w},x,log,never,,,,,m,,low,{r},u,,low; mid; high,0.3; 0.6
""".replace("{w}", "2030-01-07,2030-03-04").replace("{r}", "2029-12-30")
OUTCOMES = """forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark
B1,no,,2030-03-04,2030-03-10,first,log,sourced
B2,no,,2030-03-04,2030-03-10,first,log,recalled
B3,yes,,2030-03-04,2030-03-10,first,log,sourced
B4,yes,,2030-02-04,2030-03-10,first,log,sourced
B5,no,,2030-03-04,2030-03-10,first,log,sourced
B6,void,,2030-03-04,2030-03-10,first,log,sourced
B7,no,,2030-03-04,2030-03-10,first,log,sourced
B8,yes,,2030-02-04,2030-03-10,first,log,sourced
C1,no,,2030-03-04,2030-03-10,first,log,sourced
N1,value,12345.678,2030-03-04,2030-03-10,first,log,sourced
N2,value,0.1,2030-03-04,2030-03-10,first,log,sourced
D1,value,2030-03-09,2030-03-09,2030-03-10,first,log,sourced
O1,value,mid,2030-03-04,2030-03-10,first,log,sourced
"""
PREDICTIONS = """forecast_id,model_id,made_at,data_until,kind,value
B1,anna,2030-01-05,2030-01-04,p,0.3
B2,anna,2030-01-05,2030-01-04,p,0.001
B3,anna,2030-01-05,2030-01-04,p,0.5
B4,anna,2030-01-05,2030-01-04,p,0.9
B5,anna,2030-01-05,2030-01-04,p,0.5
C1,anna,2030-01-05,2030-01-04,p,0.5
N1,anna,2030-01-05,2030-01-04,quantiles,0.05: 8; 0.5: 10; 0.95: 13
N2,anna,2030-01-05,2030-01-04,interval,0.05 to 0.3
D1,anna,2030-01-05,2030-01-04,quantiles,0.05: 30; 0.5: 50; 0.95: 150
O1,anna,2030-01-05,2030-01-04,bins,0.2; 0.5; 0.3
"""
BASE = "name,k,n,source\nr,3,10,me\n"


def scored(folder: Path, worlds: int, registered: str = "2029-12-30") -> Score:
    folder.mkdir(exist_ok=True)
    questions = QUESTIONS.replace("2029-12-30", registered)
    texts = {"case.yaml": CASE, "q.csv": questions, "o.csv": OUTCOMES}
    for name, text in (texts | {"p.csv": PREDICTIONS, "r.csv": BASE}).items():
        (folder / name).write_text(text, "utf-8")
    return schelling.score(schelling.load(folder), worlds=worlds, as_of=dt.date(2030, 3, 11))


@pytest.fixture(scope="module", params=[16, 256], ids=["few worlds", "some worlds"])
def score(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Score:
    return scored(tmp_path_factory.mktemp("hard"), request.param)


def data(score: Score) -> dict[str, Any]:
    return json.loads(json.dumps(score_json.to_json(score), allow_nan=False))


def printed(score: Score) -> str:
    console = Console(width=400)
    with console.capture() as caught:
        console.print(score_terminal.summary(score))
    return caught.get().replace(NO_BREAK, " ")


def cells(text: str, first: str) -> list[str]:
    """The cells of the one line that begins with a name, empty ones left out."""
    (line,) = (one for one in text.splitlines() if re.match(rf"{re.escape(first)}  ", one))
    return re.split(r" {2,}", line.strip())


def bare(row: tuple[str, ...]) -> list[str]:
    return [cell.replace(NO_BREAK, " ") for cell in row if cell]


def number(value: float | str | None) -> float:
    return float("nan" if value is None else str(value).replace("infinite", "inf"))


def digits(value: float, places: int) -> str:
    if abs(value) == float("inf"):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,.{places}f}"
    return (
        (text[1:] if not float(text.replace(",", "")) else text).replace("-", "−")
        if (text.startswith("-"))
        else text
    )


def whole(p: float) -> str:
    rounded = f"{100 * p:.0f}"
    return "<1" if rounded == "0" and p > 0 else ">99" if rounded == "100" and p < 1 else rounded


def forecast(row: dict[str, Any], who: str) -> str:
    """A probability in percent, or both its ends; empty where it said nothing."""
    told = next((one for one in row["forecasts"] if one["forecaster"] == who), None)
    if told is None:
        return ""
    star = "*" if told["retrospective"] else ""
    if told["point"] is not None and (who != "author" or told["low"] == told["high"]):
        return whole(told["point"]) + star
    return f"{whole(told['low'])}–{whole(told['high'])}{star}"


def share(row: dict[str, Any]) -> str:
    found = row["share_of_worlds"]
    if found is None:
        return ""
    low, high = found["low"], found["high"]
    if low is not None and high is not None and high > low:
        ends = (100 * low, 100 * high)
        return " to ".join(f"{end:.0f}" for end in ends)
    places = 0 if found["half_width"] >= 0.01 else 1
    return digits(100 * found["share"], places)


def bits(row: dict[str, Any]) -> str:
    kinder = {one["forecaster"]: number(one["surprise"]["best"]) for one in row["forecasts"]}
    for who in ("author", "model"):
        if who in kinder and not math.isnan(kinder[who]):
            return digits(kinder[who], 2)
    return ""


def yes_or_no(score: Score) -> list[dict[str, Any]]:
    return [row for row in data(score)["questions"] if row["kind"] in ("binary", "conditional")]


def expected(row: dict[str, Any]) -> list[str]:
    lean = {True: "yes", False: "no", None: ""}[row["lean"]]
    said = [forecast(row, who) for who in ("author", "model", "persistence", "record so far")]
    said.append(forecast(row, "reference class"))
    found = [lean, said[0], share(row), *said[1:], row["said"], bits(row)]
    return [row["id"], *(one for one in found if one)]


def test_every_question_is_told_alike(score: Score) -> None:
    text, rows = printed(score), yes_or_no(score)
    strip = score_sections.section(score).strip
    assert strip is not None
    page = {row[0]: bare(row) for row in strip.table.rows}
    assert len(page) == sum(row["status"] in ("scored", "retrospective") for row in rows)
    for row in rows:
        told = cells(text, row["id"])
        assert told[1] == row["question"]
        assert [told[0], *told[2:]] == expected(row)
        if row["id"] in page:
            assert page[row["id"]] == expected(row)
    told = {row["id"]: row for row in rows}
    assert told["B3"]["failed"] > 0
    assert bits(told["B2"]) == "∞"
    assert told["C2"]["unmet"] == score.worlds


def test_every_status_is_counted_alike(score: Score) -> None:
    found, text = data(score), " ".join(printed(score).split())
    rows, section = found["questions"], score_sections.section(score)
    assert f"{len(rows)} questions: " in section.tally
    assert section.tally.replace(NO_BREAK, " ") in text
    for status, many in found["counts"].items():
        assert many == sum(row["status"] == status for row in rows)
        assert re.search(rf"\b{many} {status}\b", section.tally)
    assert section.unscored is not None
    apart = {row["id"]: (row["status"], row["reason"]) for row in rows if row["status"] != "scored"}
    assert {row[0]: row[1:3] for row in section.unscored.rows} == apart
    assert found["headline"] == section.headline
    assert section.headline.replace(NO_BREAK, " ") in text
    assert found["exercise"] is section.headline.startswith("Retrospective exercise")


def skill(seen: dict[str, Any]) -> str:
    """The skill with its interval; without a ratio the difference of the mean losses."""
    key = "skill" if seen["skill"] is not None else "difference"
    low, high = (number(end) for end in seen[f"{key}_interval"])
    value = digits(number(seen[key]), 2)
    start = value if key == "skill" else f"no ratio; difference {value}"
    if math.isnan(low):
        return start
    if low == -float("inf"):
        return f"{start} (up to {digits(high, 2)})"
    return f"{start} ({digits(low, 2)} to {digits(high, 2)})"


NAMES = {
    "persistence": "no change",
    "record so far": "no change, smoothed",
    "reference class": "base rate",
}


def test_every_comparison_is_told_alike(score: Score) -> None:
    found, section = data(score), score_sections.section(score)
    assert section.skills is not None
    assert section.gains is not None
    text, told = printed(score), list(section.skills.rows)
    assert len(told) == len(found["comparisons"]) == len(section.gains.table.rows)
    for made, row, gain in zip(found["comparisons"], told, section.gains.table.rows, strict=True):
        end = f", {made['end']} case" if made["end"] else ""
        who, against = (NAMES.get(str(made[key]), str(made[key])) for key in ("who", "reference"))
        who += end
        means = [digits(made[key], 3) for key in ("own", "theirs")]
        many, effective = str(len(made["questions"])), digits(made["effective"], 1)
        assert row[:4] == (f"{who} against {against}", many, *means)
        assert row[4].startswith(skill(made))
        assert row[5:7] == (effective, str(len(made["topics"])))
        assert row[7].startswith(skill(made["by_topic"]))
        lines = [re.split(r" {2,}", line.strip()) for line in text.splitlines()]
        assert [who, against, many, *means, effective, row[4]] in lines
        better, worse = (sum(s * one > 0 for one in made["gain"]) for s in (1, -1))
        assert gain[1:4] == (str(better), str(worse), digits(made["difference"], 2))


def test_every_number_is_told_alike(score: Score) -> None:
    found, section = data(score), score_sections.section(score)
    assert section.numbers is not None
    asked = [row for row in found["questions"] if row["kind"] not in ("binary", "conditional")]
    told = [(row, one) for row in asked for one in row["forecasts"]]
    assert len(section.numbers.rows) == len(told)
    text = " ".join(printed(score).split())
    for (row, one), cell in zip(told, section.numbers.rows, strict=True):
        assert cell[0] == row["id"]
        assert cell[2:5] == (
            NAMES.get(one["forecaster"], one["forecaster"]),
            one["said"],
            row["said"],
        )
        loss = number(one["loss"]["best"])
        if one["rule"]:
            assert float(cell[5].split()[0].replace(",", "")) == pytest.approx(loss, rel=0.05)
            assert cell[6] == one["rule"]
        assert " ".join(c for c in (one["said"], cell[5], cell[6]) if c) or row["id"] in text
        assert one["said"] in text
    assert {row["id"]: row["said"] for row in asked} == {
        "N1": "12,345.678",
        "N2": "0.1",
        "D1": "never (2030-03-09)",
        "O1": "mid",
    }


def test_an_exercise_claims_no_skill_anywhere(tmp_path: Path) -> None:
    score = scored(tmp_path, 0, registered="2030-03-10")
    found, section = data(score), score_sections.section(score)
    assert found["exercise"] is True
    assert section.skills is None
    assert section.number_skills is None
    assert section.gains is not None
    assert {row[-1] for row in section.gains.table.rows} == {"–"}
    assert "skill" not in printed(score).replace("no skill is claimed", "")
    assert {one["skill"] for one in found["comparisons"]} == {None}
    ends = [one["skill_interval"] for one in found["comparisons"]]
    assert all(first == second == [None, None] for first, second in pairwise(ends))
