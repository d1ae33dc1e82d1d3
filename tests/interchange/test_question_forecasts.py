"""What platforms say beside their questions: forecasts of others, bounds, kinds left unsaid."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from interchange.test_questions import BENCH, POST, TOOL, checked, put, rows
from schelling.errors import CaseError
from schelling.interchange.questions import into_register
from schelling.interchange.questions.foreign_question import empty

POSTED: dict[str, Any] = dict(POST)
ASKED: dict[str, Any] = dict(POSTED["question"])
SET: dict[str, Any] = dict(BENCH)
JANUARY_3 = dt.datetime(2026, 1, 3, 12, tzinfo=dt.UTC).timestamp()


def predicted(folder: Path, value: object) -> list[tuple[str, str, str]]:
    """Who said what of a question, and when, in the case made of a file."""
    made = into_register.imported(put(folder, value))
    assert len(checked(made, folder).predictions) == len(rows(made, "predictions.csv"))
    cells = rows(made, "predictions.csv")
    return [(row["model_id"], row["made_at"], row["value"]) for row in cells]


def test_a_community_is_one_of_the_others(tmp_path: Path) -> None:
    told = {"community_prediction_at_access_time": 0.4, "date_accessed": "2026-02-03T10:00:00"}
    assert predicted(tmp_path, [TOOL | told]) == [("metaculus_community", "2026-02-03", "0.4")]


def test_of_forecasts_over_time_the_last_of_each_day_is_kept(tmp_path: Path) -> None:
    at = (JANUARY_3, JANUARY_3 + 60, JANUARY_3 + 86_400)
    past = [{"start_time": t, "centers": [p]} for t, p in zip(at, (0.1, 0.2, 0.3), strict=True)]
    mine: dict[str, Any] = {"start_time": at[0], "forecast_values": [0.4, 0.6]}
    own: dict[str, Any] = {"history": [], "latest": mine}
    question: dict[str, Any] = ASKED | {
        "type": "binary",
        "resolution": None,
        "aggregations": {"unweighted": {"history": past, "latest": past[-1]}},
        "my_forecasts": own,
    }
    assert predicted(tmp_path, POSTED | {"question": question}) == [
        ("metaculus_unweighted", "2026-01-03", "0.2"),
        ("metaculus_unweighted", "2026-01-04", "0.3"),
        ("own_forecast", "2026-01-03", "0.6"),
    ]


def test_the_price_of_a_market_is_a_prediction(tmp_path: Path) -> None:
    days = {"resolution_dates": "N/A", "market_info_close_datetime": "2026-03-01T00:00:00+00:00"}
    item: dict[str, Any] = SET["questions"][0] | days | {"source": "manifold"}
    item |= {"question": "Since {forecast_due_date}?"}
    whole = SET | {"questions": [item]}
    assert predicted(tmp_path, whole) == [("manifold_market", "2026-01-01", "0.44")]
    (question,) = checked(into_register.imported(put(tmp_path, whole)), tmp_path).questions
    assert question.question == "Since 2026-01-10?"
    long = whole | {"forecast_due_date": "x" * 1_000}
    (question,) = checked(into_register.imported(put(tmp_path, long)), tmp_path).questions
    assert question.question == "Since {forecast_due_date}?"
    for value in ("44", "1.01", "-0.01"):
        odd = SET | {"questions": [item | {"freeze_datetime_value": value}]}
        with pytest.raises(CaseError, match="it is no probability of yes with a day"):
            into_register.imported(put(tmp_path, odd))


def test_forecasts_of_others_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"community_prediction_at_access_time": 0.4, "date_accessed": "2026-02-03T10:00:00"}
    path = put(tmp_path, [TOOL | told | {"id_of_post": n} for n in range(3)])
    monkeypatch.setattr(into_register, "MOST_PREDICTIONS", 2)
    with pytest.raises(CaseError, match="more than 2 forecasts of others"):
        into_register.imported(path)


BOUNDS = {
    "numeric": (0, 100.5, "Answers are taken from 0 to 100.5."),
    "date": (JANUARY_3, "2026-03-01T00:00:00Z", "Answers are taken from 2026-01-03 to 2026-03-01."),
}


@pytest.mark.parametrize("kind", BOUNDS)
def test_bounds_of_answers_are_kept_in_words(kind: str, tmp_path: Path) -> None:
    low, high, said = BOUNDS[kind]
    scale = {"range_min": low, "range_max": high, "zero_point": None}
    question = ASKED | {"type": kind, "resolution": None, "unit": "", "scaling": scale}
    (found,) = rows(into_register.imported(put(tmp_path, POSTED | {"question": question})), TABLE)
    assert found["edge_cases"] == said


TABLE = "forecasts.csv"
FIELDS: dict[str, dict[str, Any]] = {
    "binary": {"community_prediction_at_access_time": None},
    "numeric": {"lower_bound": 0, "upper_bound": 9, "lower_bound_is_hard_limit": True},
    "date": {"lower_bound": "2026-01-01T00:00:00", "upper_bound": "2026-05-01T00:00:00"},
}


@pytest.mark.parametrize("kind", FIELDS)
def test_an_older_file_says_the_kind_by_its_fields(kind: str, tmp_path: Path) -> None:
    left = ("question_type", "resolution_string")
    item = {name: value for name, value in TOOL.items() if name not in left} | FIELDS[kind]
    (found,) = rows(into_register.imported(put(tmp_path, [item])), TABLE)
    assert found["kind"] == kind


def test_what_holds_nothing_is_empty() -> None:
    assert empty({"a": [], "b": {"c": None, "d": ["", "N/A"]}})
    assert not empty({"a": [{"b": 0}]})
