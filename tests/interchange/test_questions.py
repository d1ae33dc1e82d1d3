"""Questions of forecasting platforms become a register; a register goes out and comes back."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from schelling.case.check import load
from schelling.case.registers.register_columns import OF_THE_MODEL
from schelling.errors import CaseError
from schelling.interchange.questions import into_register
from schelling.interchange.questions.shapes import STAYS
from schelling.interchange.stockflow.into_case import Imported
from schelling.study.scoring.question_export import export

TOOL = {
    "question_type": "binary",
    "question_text": "Will it rain by May?",
    "id_of_post": 12,
    "id_of_question": 34,
    "page_url": "https://www.metaculus.com/questions/12",
    "resolution_criteria": "A gauge of the service shows 1 mm.",
    "fine_print": "Dew is no rain.",
    "background_info": "It was dry.",
    "published_time": "2026-01-01T10:00:00Z",
    "open_time": "2026-01-02T10:00:00Z",
    "close_time": "2026-04-30T10:00:00+00:00",
    "scheduled_resolution_time": "2026-05-01T00:00:00Z",
    "actual_resolution_time": "2026-03-05T00:00:00Z",
    "resolution_string": "yes",
}
"""The field names of forecasting-tools 0.3.5, `MetaculusQuestion`."""
POST = {
    "id": 12,
    "title": "How wet is May?",
    "published_at": "2026-01-01T10:00:00Z",
    "question": {
        "id": 35,
        "title": "How wet is May?",
        "type": "numeric",
        "status": "resolved",
        "description": "",
        "resolution_criteria": "Millimetres in the record of the service.",
        "fine_print": "",
        "open_time": "2026-01-02T10:00:00Z",
        "scheduled_close_time": "2026-05-31T10:00:00Z",
        "scheduled_resolve_time": "2026-06-02T10:00:00Z",
        "actual_resolve_time": "2026-06-02T10:00:00Z",
        "resolution": "61.5",
        "unit": "mm",
    },
}
"""What `from_metaculus_api_json` of forecasting-tools reads of a post."""
BENCH = {
    "forecast_due_date": "2026-01-10",
    "question_set": "2026-01-10-llm.json",
    "questions": [
        {
            "id": "T10Y2Y",
            "source": "fred",
            "source_intro": "A service of a central bank.",
            "question": "Will the spread have risen by {resolution_date}?",
            "background": "Spread of two rates.",
            "resolution_criteria": "Its last value of the day.",
            "market_info_open_datetime": "N/A",
            "market_info_close_datetime": "N/A",
            "market_info_resolution_criteria": "N/A",
            "url": "https://example.org/T10Y2Y",
            "freeze_datetime": "2026-01-01T00:00:00+00:00",
            "freeze_datetime_value": "0.44",
            "freeze_datetime_value_explanation": "The latest value.",
            "resolution_dates": ["2026-01-17", "2026-02-09"],
        },
        {"id": ["a", "b"], "source": "fred", "question": "Both?"},
    ],
}


def put(folder: Path, value: object) -> Path:
    path = folder / "questions.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def rows(made: Imported, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(made.beside[table].splitlines()))


def checked(made: Imported, folder: Path) -> Any:
    """The case, read again with its tables."""
    (folder / "case.yaml").write_text(made.text, encoding="utf-8")
    for name, text in made.beside.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder)


def test_a_question_of_forecasting_tools(tmp_path: Path) -> None:
    made = into_register.imported(put(tmp_path, [TOOL]))
    assert rows(made, "forecasts.csv") == [
        {
            "id": "q_34",
            "kind": "binary",
            "question": "Will it rain by May?",
            "opens": "2026-01-02",
            "closes": "2026-04-30",
            "yes_if": "A gauge of the service shows 1 mm.",
            "source_type": "Metaculus",
            "void_if": "Metaculus annuls the question",
            "edge_cases": "Dew is no rain. Background: It was dry.",
            "source_named": "https://www.metaculus.com/questions/12",
            "resolve_by": "2026-05-01",
            "registered_at": "2026-01-01",
        }
    ]
    case = checked(made, tmp_path)
    (outcome,) = case.outcomes
    assert (outcome.status, outcome.resolved_on.isoformat()) == ("yes", "2026-03-05")


def test_a_post_of_metaculus(tmp_path: Path) -> None:
    case = checked(into_register.imported(put(tmp_path, {"results": [POST]})), tmp_path)
    (question,), (outcome,) = case.questions, case.outcomes
    assert (question.kind, question.closes.isoformat()) == ("numeric", "2026-05-31")
    assert question.columns["edge_cases"] == "Unit: mm."
    assert (outcome.status, outcome.value) == ("value", 61.5)


def test_a_question_set_of_forecastbench_asks_for_every_day(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as refused:
        into_register.imported(put(tmp_path, BENCH))
    assert [problem.message for problem in refused.value.problems] == [
        "a question of ForecastBench: it asks of several questions at once",
    ]
    made = into_register.imported(put(tmp_path, BENCH), lenient=True)
    assert len(made.left_out) == 1
    found = checked(made, tmp_path).questions
    assert found[0].columns["edge_cases"].endswith("The latest value on 2026-01-01: 0.44.")
    assert [(q.closes.isoformat(), q.cluster) for q in found] == [
        ("2026-01-17", "T10Y2Y"),
        ("2026-02-09", "T10Y2Y"),
    ]
    assert found[0].question == "Will the spread have risen by 2026-01-17?"
    assert [(q.opens.isoformat(), q.persistence) for q in found] == [("2026-01-01", None)] * 2


def test_a_frozen_probability_of_yes_is_what_stays_if_nothing_changes(tmp_path: Path) -> None:
    item = BENCH["questions"][0] | {"freeze_datetime_value_explanation": STAYS}
    made = into_register.imported(put(tmp_path, BENCH | {"questions": [item]}))
    assert [q.persistence for q in checked(made, tmp_path).questions] == [0.44, 0.44]


REGISTER = Path("src/schelling/cli/writing/starter_register/forecasts.csv")


def test_a_register_comes_back_but_for_what_ties_it_to_a_model(tmp_path: Path) -> None:
    made = into_register.imported(put(tmp_path, export(starter(tmp_path), "forecasting-tools")[0]))
    assert not made.left_out
    with REGISTER.open(encoding="utf-8", newline="") as file:
        wanted = [
            {column: cell for column, cell in row.items() if cell and column not in OF_THE_MODEL}
            for row in csv.DictReader(file)
        ]
    found = [{c: cell for c, cell in row.items() if cell} for row in rows(made, "forecasts.csv")]
    assert found == wanted
    assert len(found) == 6


@pytest.mark.parametrize(("shape", "kinds"), [("metaculus", 5), ("forecastbench", 3)])
def test_other_shapes_come_back_as_questions(shape: str, kinds: int, tmp_path: Path) -> None:
    case = starter(tmp_path)
    made = into_register.imported(put(tmp_path, export(case, shape)[0]), lenient=True)
    found = {row["id"]: row for row in rows(made, "forecasts.csv")}
    assert len(found) == kinds
    for question in case.questions:
        if question.name in found:
            row = found[question.name]
            assert (row["yes_if"], row["source_type"]) == (question.yes_if, question.source_type)
            assert (row["opens"], row["closes"]) == (str(question.opens), str(question.closes))


def starter(folder: Path) -> Any:
    """A case with the starter's register and none of its model."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        row.update(dict.fromkeys(OF_THE_MODEL, ""))
    case = folder / "starter"
    case.mkdir()
    with (case / "forecasts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    lines = ["schelling: 1", "title: war", "forecasts: {table: forecasts.csv}"]
    (case / "case.yaml").write_text("\n".join(lines), encoding="utf-8")
    return load(case)


REFUSED = {
    "choices": (TOOL | {"question_type": "multiple_choice"}, "options have no order"),
    "no criteria": (TOOL | {"resolution_criteria": None}, "it has no criteria"),
    "no days": (
        TOOL | {"close_time": "soon", "scheduled_resolution_time": 1e300},
        "it is no day of",
    ),
    "bounds": (TOOL | {"upper_bound": 3.0}, "no bounds of answers"),
    "an outcome without a number": (
        TOOL | {"question_type": "numeric", "resolution_string": "above_upper_bound"},
        "said without a number",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_place_is_refused_or_listed(name: str, tmp_path: Path) -> None:
    item, message = REFUSED[name]
    other = TOOL | {"id_of_question": 1, "question_text": "Will it snow by May?"}
    whole = put(tmp_path, [other, item])
    with pytest.raises(CaseError, match=message) as refused:
        into_register.imported(whole)
    assert {problem.code for problem in refused.value.problems} == {"E903"}
    made = into_register.imported(whole, lenient=True)
    assert any(message in str(one) for one in made.left_out)
    assert not any("'1'" in str(one) for one in made.left_out)


@pytest.mark.parametrize(
    "value",
    ["[" * 100, "{", [TOOL] * 5_001, [{"question_text": {"a": 1}}], {"question": {}}, "[1, 2"],
)
def test_hostile_files_are_refused(value: object, tmp_path: Path) -> None:
    with pytest.raises(CaseError):
        into_register.imported(put(tmp_path, value), lenient=True)


def test_an_outcome_comes_with_a_register_and_what_was_edited_is_told(tmp_path: Path) -> None:
    items = export(starter(tmp_path), "forecasting-tools")[0]
    item = next(one for one in items if one["question_type"] == "binary")
    item |= {"resolution_string": "Yes", "actual_resolution_time": "2026-03-05T00:00:00Z"}
    made = into_register.imported(put(tmp_path, [item]))
    assert [row["status"] for row in rows(made, "outcomes.csv")] == ["yes"]
    item["resolution_criteria"] = "Something else."
    made = into_register.imported(put(tmp_path, [item]), lenient=True)
    assert ["the criteria of" in str(one) for one in made.left_out] == [True]


@pytest.mark.parametrize(("said", "kept"), [("true", "yes"), ("NO", "no"), ("perhaps", "")])
def test_an_answer_is_yes_or_no_or_listed(said: str, kept: str, tmp_path: Path) -> None:
    made = into_register.imported(put(tmp_path, [TOOL | {"resolution_string": said}]), lenient=True)
    assert (made.beside.get("outcomes.csv") is not None) == bool(kept)
    if kept:
        assert rows(made, "outcomes.csv")[0]["status"] == kept
    else:
        assert "neither yes nor no" in str(made.left_out[0])


def test_a_filled_field_that_is_not_read_is_listed(tmp_path: Path) -> None:
    made = into_register.imported(put(tmp_path, [TOOL | {"weather": "wet"}]), lenient=True)
    assert str(made.left_out[0]) == "'weather' of question '34': this field is not read"


def test_names_of_the_language_and_of_others_are_not_taken(tmp_path: Path) -> None:
    names = ("34", "q_34", "given", "Q34")
    items = [TOOL | {"id_of_question": n, "question_text": f"Rain on {n}?"} for n in names]
    made = into_register.imported(put(tmp_path, items))
    found = [row["id"] for row in rows(made, "forecasts.csv")]
    assert found[0] == "q_34"
    assert len(set(found)) == 4
    assert len(checked(made, tmp_path).questions) == 4


def test_days_without_end_are_bounded(tmp_path: Path) -> None:
    question = BENCH["questions"][0] | {"resolution_dates": ["2026-02-09"] * 50_000}
    long = question | {"background": "b" * 1_000_000, "freeze_datetime_value": ""}
    for one in (question, long):
        with pytest.raises(CaseError, match="more than 5,000 questions"):
            into_register.imported(put(tmp_path, BENCH | {"questions": [one]}), lenient=True)


def test_a_void_rule_is_cut_off_where_it_stands_last(tmp_path: Path) -> None:
    item = TOOL | {"fine_print": "Dew is no rain. Void if: no gauge works."}
    (row,) = rows(into_register.imported(put(tmp_path, [item])), "forecasts.csv")
    assert row["void_if"] == "no gauge works"
    assert row["edge_cases"] == "Dew is no rain. Background: It was dry."


def test_one_event_under_two_names_is_told_and_the_first_is_kept(tmp_path: Path) -> None:
    again = TOOL | {"id_of_question": 35, "question_text": "Will it rain, by may?"}
    later = again | {"id_of_question": 36, "close_time": "2026-05-30T10:00:00Z"}
    whole = put(tmp_path, [TOOL, again, later])
    said = "question '35': it asks about the same event as '34' [E614]"
    with pytest.raises(CaseError) as refused:
        into_register.imported(whole)
    assert [(p.code, p.message) for p in refused.value.problems] == [("E910", said)]
    made = into_register.imported(whole, lenient=True)
    assert [str(one) for one in made.left_out] == [said]
    assert [question.name for question in checked(made, tmp_path).questions] == ["q_34", "q_36"]


def test_a_question_that_supersedes_another_may_ask_the_same(tmp_path: Path) -> None:
    items = export(starter(tmp_path), "forecasting-tools")[0]
    first = next(one for one in items if one["question_type"] == "binary")
    second = json.loads(json.dumps(first))
    name = first["api_json"]["id"]
    second["api_json"]["id"] = "again"
    second["api_json"]["register"] |= {"id": "again", "supersedes": name}
    made = into_register.imported(put(tmp_path, [first, second]))
    assert [row["id"] for row in rows(made, "forecasts.csv")] == [name, "again"]
    del second["api_json"]["register"]["supersedes"]
    with pytest.raises(CaseError, match="the same event"):
        into_register.imported(put(tmp_path, [first, second]))


def test_words_of_any_script_stay_as_they_are(tmp_path: Path) -> None:
    said = "Endet der Krieg (الحرب) 2026? \U0001f54a “ja” =1+1"
    made = into_register.imported(put(tmp_path, [TOOL | {"question_text": said}]))
    assert checked(made, tmp_path).questions
    assert rows(made, "forecasts.csv")[0]["question"] == said
