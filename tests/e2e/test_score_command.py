"""`schelling score` as a shell runs it: what goes where, the exit status, other tools' shapes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLAGSHIP = "cases/widening-war"
pytestmark = pytest.mark.usefixtures("forked_commands")

# Keys of a question of a ForecastBench question set, as published.
BENCH = {
    "id", "source", "source_intro", "question", "background", "resolution_criteria",
    "market_info_open_datetime", "market_info_close_datetime", "market_info_resolution_criteria",
    "url", "freeze_datetime", "freeze_datetime_value", "freeze_datetime_value_explanation",
    "resolution_dates",
}  # fmt: skip
# Fields of the question object of forecasting-tools that a register can fill.
TOOL = {
    "question_text", "resolution_criteria", "fine_print", "background_info", "open_time",
    "close_time", "scheduled_resolution_time", "page_url", "id_of_post", "id_of_question",
}  # fmt: skip


def schelling(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["schelling", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_scores_as_data() -> None:
    done = schelling("score", FLAGSHIP, "--worlds", "0", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    data = json.loads(done.stdout)
    assert data["schema"] == "schelling.scores/2"
    assert len(data["questions"]) == sum(data["counts"].values()) == 47
    fell = next(q for q in data["questions"] if q["id"] == "F01")
    stays = next(f for f in fell["forecasts"] if f["forecaster"] == "persistence")
    assert stays["surprise"] == {"best": "infinite", "worst": "infinite"}  # said no, was yes
    assert fell["share_of_worlds"] is None


def test_a_table_for_a_pipe_fits_its_width() -> None:
    done = schelling("score", FLAGSHIP, "--worlds", "0")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "47 questions: 30 scored" in done.stdout
    assert "\x1b" not in done.stdout


def test_shapes_of_other_tools() -> None:
    done = schelling("score", FLAGSHIP, "--export", "forecastbench")
    questions = json.loads(done.stdout)["questions"]
    assert all(set(question) == BENCH for question in questions)
    assert (
        done.stderr
        == "left out, as they are not yes-or-no questions: F12, F23, F24, F25, F29, F30\n"
    )
    assert len(questions) == 41
    done = schelling("score", FLAGSHIP, "--export", "forecasting-tools")
    questions = json.loads(done.stdout)
    assert len(questions) == 47
    assert all(set(question) >= TOOL for question in questions)
    by_name = {question["api_json"]["id"]: question for question in questions}
    assert by_name["F12"]["question_type"] == "numeric"
    assert by_name["F01"]["close_time"] == "2022-06-30T00:00:00+00:00"


def test_wrong_use_says_what_is_right() -> None:
    done = schelling("score", FLAGSHIP, "--as-of", "soon")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "schelling: --as-of takes a date such as 2023-03-20; got 'soon'\n"
    done = schelling("score", FLAGSHIP, "--export", "csv")
    assert done.returncode == 2
    assert "unknown shape 'csv'; known: forecasting-tools, forecastbench" in done.stderr
    done = schelling("score", "cases/teaching/bargaining-range")
    assert done.returncode == 2
    assert "has no forecast register" in done.stderr
