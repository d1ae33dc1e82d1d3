"""Questions that a register cannot hold: refused under their own names, or left out one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interchange.test_questions import POST, TOOL, checked, put, rows, starter
from schelling.case import check
from schelling.case.check import Checked
from schelling.errors import CaseError, Problem
from schelling.interchange.questions import into_register
from schelling.study.scoring.question_export import export


def _posted(**changed: Any) -> list[Any]:
    return [POST | {"question": POST["question"] | changed}]


UNSOUND: dict[str, tuple[Any, str]] = {
    "a window inverted": (
        [
            TOOL | {"open_time": "2026-05-02", "resolution_string": ""},
            TOOL | {"id_of_question": 36, "question_text": "Will it snow?"},
        ],
        "question '34': the window closes (2026-04-30) before it opens (2026-05-02) [E606]",
    ),
    "settled before it opened": (
        [TOOL | {"actual_resolution_time": "2026-01-01T12:00:00Z"}],
        "the outcome of question '34': settled on 2026-01-01, before its window opened "
        "(2026-01-02) [E622]",
    ),
    "a number in words": (
        _posted(resolution="many"),
        "the outcome of question '35': 'many' is not an answer to a question of kind 'numeric' "
        "[E621]",
    ),
    "a number without end": (
        _posted(resolution="inf"),
        "the outcome of question '35': 'inf' is not an answer to a question of kind 'numeric' "
        "[E621]",
    ),
    "a day as seconds": (
        _posted(type="date", resolution="1770000000.0"),
        "the outcome of question '35': '1770000000.0' is not an answer to a question of kind "
        "'date' [E621]",
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_no_register_takes_is_refused_under_its_own_name(name: str, tmp_path: Path) -> None:
    value, said = UNSOUND[name]
    whole = put(tmp_path, value)
    with pytest.raises(CaseError) as refused:
        into_register.imported(whole)
    assert [(p.code, p.message) for p in refused.value.problems] == [("E910", said)]
    made = into_register.imported(whole, lenient=True)
    assert [str(one) for one in made.left_out] == [said]
    assert checked(made, tmp_path).questions


def _closed(number: int, **more: Any) -> dict[str, Any]:
    """A question whose window closes before it opens."""
    item = TOOL | {"id_of_question": number, "question_text": f"Rain in year {number}?"}
    return item | {"open_time": "2026-05-02", "resolution_string": ""} | more


def test_however_many_questions_are_unsound_the_others_are_taken(tmp_path: Path) -> None:
    whole = put(tmp_path, [*(_closed(n) for n in range(100, 700)), TOOL])
    with pytest.raises(CaseError) as refused:
        into_register.imported(whole)
    assert len(refused.value.problems) == 100
    made = into_register.imported(whole, lenient=True)
    assert len(made.left_out) == 600
    assert [question.name for question in checked(made, tmp_path).questions] == ["q_34"]


def test_what_supersedes_a_question_that_is_left_out_is_left_out_and_says_so(
    tmp_path: Path,
) -> None:
    items = export(starter(tmp_path), "forecasting-tools")[0]
    one = next(item for item in items if item["question_type"] == "binary")
    chain = [json.loads(json.dumps(one)) for _ in range(3)]
    for place, (item, old) in enumerate(zip(chain, ("", "0", "1"), strict=True)):
        item["api_json"]["id"] = f"{place}"  # `q_0` and so on in the register
        item["api_json"]["register"] |= {"id": f"{place}", "supersedes": old}
    chain[0]["api_json"]["register"]["opens"] = "2099-01-01"
    chain[0]["open_time"] = "2099-01-01"
    with pytest.raises(CaseError) as refused:
        into_register.imported(put(tmp_path, [*chain, TOOL]))
    assert [problem.message.partition(":")[0] for problem in refused.value.problems] == [
        "question '0'"
    ]
    made = into_register.imported(put(tmp_path, [*chain, TOOL]), lenient=True)
    said = [str(found).partition(": ")[2] for found in made.left_out]
    assert said[-3:] == [
        "the window closes (2026-06-30) before it opens (2099-01-01) [E606]",
        "it supersedes question '0', which is left out",
        "it supersedes question '1', which is left out",
    ]
    assert list(made.named.quantities) == ["34"]
    assert [question.name for question in checked(made, tmp_path).questions] == ["q_34"]
    alone = into_register.imported(put(tmp_path, [chain[2], TOOL]), lenient=True)
    assert "it supersedes '1', which is not an earlier question [E618]" in str(alone.left_out[-1])


def test_a_file_of_unsound_questions_alone_has_none(tmp_path: Path) -> None:
    whole = put(tmp_path, [TOOL | {"open_time": "2026-05-02", "resolution_string": ""}])
    with pytest.raises(CaseError, match="none of the questions can be carried"):
        into_register.imported(whole, lenient=True)


def test_an_outcome_goes_with_its_question(tmp_path: Path) -> None:
    late = {"open_time": "2026-05-02", "actual_resolution_time": "2026-05-03"}
    whole = put(tmp_path, [TOOL | late, TOOL | {"id_of_question": 36, "question_text": "Snow?"}])
    made = into_register.imported(whole, lenient=True)
    assert [one.what for one in made.left_out] == ["question '34'"]
    assert [row["forecast_id"] for row in rows(made, "outcomes.csv")] == ["q_36"]


def test_signs_that_steer_a_terminal_are_blanks_in_a_register(tmp_path: Path) -> None:
    said = "Will\x1b[2J it\u2028rain?"
    made = into_register.imported(put(tmp_path, [TOOL | {"question_text": said}]))
    assert rows(made, "forecasts.csv")[0]["question"] == "Will [2J it rain?"


def test_what_has_no_row_is_refused_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Problem("E614", "it is odd", reason="why", hint="mend it")
    monkeypatch.setattr(check, "check", lambda _: Checked(None, (odd,), {}))
    with pytest.raises(CaseError, match=r"not sound: it is odd \[E614\]"):
        into_register.imported(put(tmp_path, [TOOL]), lenient=True)
