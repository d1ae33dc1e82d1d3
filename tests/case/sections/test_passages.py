"""Sources and passages: verified against the text, absent without it, orphaned by another text."""

from pathlib import Path

import pytest

from schelling.case.check import Checked, check, load

LETTER = Path(__file__).parents[2] / "bad_cases" / "letter.text"
DIGEST = "5a9b2e9789a8f4aa9e19a448c6c1c6a9ef8d08f7daad31b84ef474ed7c9e6d46"
FIRST = "5e7ef92ba93f2ee514adff608de88a9b3454d9738a78d94fc08c7519df624ef9"
CASE = f"""
schelling: 1
title: A letter
sources:
  letter: {{sha256: {DIGEST}, title: A letter, dated: 1915-02-11}}
passages:
  P1.S1: {{source: letter, start: 0, end: 32, sha256: {FIRST}, says: They hold out.}}
  P1.S2: {{source: letter, start: 33, end: 57, scope: out}}
"""


def checked(folder: Path, text: str = CASE, source: Path | None = None) -> Checked:
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return check(folder, source=source)


def test_without_the_text_passages_are_absent(tmp_path: Path) -> None:
    case = checked(tmp_path).case
    assert case is not None
    assert [passage.state for passage in case.passages] == ["absent", "absent"]
    assert case.sources[0].text is None


def test_with_the_text_passages_are_verified(tmp_path: Path) -> None:
    checked(tmp_path)
    case = load(tmp_path, source=LETTER)
    assert [passage.state for passage in case.passages] == ["verified", "verified"]
    assert case.sources[0].text == LETTER.read_text(encoding="utf-8")
    assert [passage.in_scope for passage in case.passages] == [True, False]
    first = case.passages[0]
    assert case.sources[0].text[first.start : first.end] == "The garrison will not surrender."


def test_a_text_beside_the_case_is_found(tmp_path: Path) -> None:
    (tmp_path / "letter.text").write_bytes(LETTER.read_bytes())
    text = CASE.replace("title: A letter,", "title: A letter, file: letter.text,")
    case = checked(tmp_path, text).case
    assert case is not None
    assert {passage.state for passage in case.passages} == {"verified"}


def test_the_text_given_goes_to_the_source_whose_digest_it_has(tmp_path: Path) -> None:
    text = CASE.replace("sources:\n", "sources:\n  other: {title: Another text}\n")
    case = checked(tmp_path, text, LETTER).case
    assert case is not None
    assert [source.text is None for source in case.sources] == [True, False]


def test_another_text_is_a_problem(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Another letter.", encoding="utf-8")
    (problem,) = checked(tmp_path, source=other).problems
    assert problem.code == "E504"


@pytest.mark.parametrize("name", ["nothing.txt", "."])
def test_a_text_that_cannot_be_read_is_a_problem(name: str, tmp_path: Path) -> None:
    (problem,) = checked(tmp_path, source=tmp_path / name).problems
    assert problem.code == "E101"


def test_positions_count_code_points(tmp_path: Path) -> None:
    """Neither bytes nor line endings are folded: the text is taken as it stands."""
    letter = tmp_path / "letter.text"
    letter.write_bytes("\N{BALLOON} é\r\nYes.".encode())
    text = (
        "schelling: 1\ntitle: x\nsources: {letter: {file: letter.text}}\n"
        "passages: {P1: {source: letter, start: 5, end: 9}}\n"
    )
    case = checked(tmp_path, text).case
    assert case is not None
    source, passage = case.sources[0], case.passages[0]
    assert source.text is not None
    assert source.text[passage.start : passage.end] == "Yes."


def test_the_digest_of_a_case_covers_its_register(tmp_path: Path) -> None:
    header = "id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if\n"
    table = tmp_path / "forecasts.csv"
    table.write_text(header, encoding="utf-8")
    text = CASE + "forecasts: {table: forecasts.csv}\n"
    first = checked(tmp_path, text).case
    table.write_text(header + "\n", encoding="utf-8")
    second = checked(tmp_path, text).case
    assert first is not None
    assert second is not None
    assert first.digest != second.digest
    assert first.digest == load(tmp_path).digest or second.digest == load(tmp_path).digest
