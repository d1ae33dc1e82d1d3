"""Passages in an edited text: found by their digest, written back without another change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import schelling
from schelling.case.texts import case_passages, moved
from schelling.case.texts.moved import Position
from schelling.case.texts.sentences import digest, sentences
from schelling.cli.app import app

TEXT = "Ships sail by autumn. The grain lasts. The grain lasts until then."


def passage(words: str, text: str = TEXT) -> Position:
    start = text.index(words)
    return Position(words.split(maxsplit=1)[0], start, start + len(words), digest(words))


@pytest.mark.parametrize(
    ("text", "state", "starts"),
    [
        (TEXT, "same", (0,)),
        (f"Now: {TEXT}", "moved", (5,)),
        (f"Now: {TEXT} {TEXT}", "ambiguous", (5, 72)),
        (TEXT.replace("autumn", "winter"), "orphaned", ()),
        ("", "orphaned", ()),
    ],
)
def test_where_it_stands_now(text: str, state: str, starts: tuple[int, ...]) -> None:
    (found,) = moved.places([passage("Ships sail by autumn.")], text)
    assert (found.state, found.starts) == (state, starts)


def test_without_a_digest_nothing_is_found() -> None:
    (found,) = moved.places([Position("a", 0, 5, None)], TEXT)
    assert found.state == "orphaned"


def test_a_text_too_long_is_searched_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moved, "_MOST", 3)
    states = [one.state for one in moved.places([passage("Ships sail")], f"Now: {TEXT}")]
    assert states == ["orphaned"]


def written(folder: Path, text: str) -> Path:
    (folder / "essay.txt").write_text(text, "utf-8")
    made = CliRunner().invoke(app, ["passages", str(folder / "essay.txt"), "--quote"])
    assert made.exit_code == 0
    case = folder / "case.yaml"
    head = "schelling: 1\r\ntitle: Grain # é\r\n"
    body = made.output.replace("\n", "\r\n")
    rest = "claims: {c: {holds: 1 > 0, from: P1.S1}}\r\n"
    case.write_bytes((head + body + rest).encode())
    return case


def test_what_is_printed_is_a_case(tmp_path: Path) -> None:
    case = schelling.load(written(tmp_path, TEXT))
    assert [one.state for one in case.passages] == ["verified"] * 3
    assert case.sources[0].name == "essay"
    expected = [(one.name, one.start, one.end) for one in sentences(TEXT)]
    assert [(one.name, one.start, one.end) for one in case.passages] == expected


def test_moving_changes_positions_and_the_digest_of_the_source_only(tmp_path: Path) -> None:
    case = written(tmp_path, TEXT)
    before = case.read_bytes()
    (tmp_path / "essay.txt").write_text(f"Now: {TEXT}", "utf-8")
    found = CliRunner().invoke(app, ["passages", str(tmp_path / "essay.txt"), "--move", str(case)])
    assert found.exit_code == 0
    assert "3 passages: 3 moved" in found.output
    assert "P1.S1: moved from 0 to 21, now 5 to 26" in found.output
    assert case.read_bytes() == before
    arguments = ["passages", str(tmp_path / "essay.txt"), "--move", str(tmp_path), "--write"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert [one.state for one in schelling.load(case).passages] == ["verified"] * 3
    after = case.read_bytes()
    assert after.count(b"\r\n") == before.count(b"\r\n")
    assert b"# Ships sail by autumn." in after


def test_what_cannot_be_placed_is_said_and_left(tmp_path: Path) -> None:
    case = written(tmp_path, TEXT)
    edited = "Now: " + TEXT.replace("autumn", "winter")
    (tmp_path / "essay.txt").write_text(edited, "utf-8")
    arguments = ["passages", str(tmp_path / "essay.txt"), "--move", str(case), "--write"]
    made = CliRunner().invoke(app, arguments)
    assert made.exit_code == 1
    assert "3 passages: 2 moved, 1 orphaned" in made.output
    assert "P1.S1: its words are not in the text" in made.output
    positions = case_passages.read(case).positions["essay"]
    assert [one.start for one in positions] == [0, 27, 44]


def test_json(tmp_path: Path) -> None:
    case = written(tmp_path, TEXT)
    text = str(tmp_path / "essay.txt")
    listed = json.loads(CliRunner().invoke(app, ["passages", text, "--json"]).output)
    assert [one["name"] for one in listed["passages"]] == ["P1.S1", "P1.S2", "P1.S3"]
    found = CliRunner().invoke(app, ["passages", text, "--move", str(case), "--json"])
    assert {one["state"] for one in json.loads(found.output)["places"]} == {"same"}


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("passages: {a: {source: x, start: 3}}", "has no source, start and end"),
        ("passages: {a: {source: x, start: -3, end: 2}}", "has no source, start and end"),
        ("passages: [1]", "has no passages"),
        ("a: [", "not valid YAML"),
        ("title: x", "has no passages"),
        (
            "passages: {a: {source: x, start: 0, end: 2}, b: {source: y, start: 0, end: 2}}",
            "choose one of",
        ),
    ],
)
def test_what_is_wrong_is_said(case: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "essay.txt").write_text(TEXT, "utf-8")
    (tmp_path / "case.yaml").write_text(case, "utf-8")
    arguments = ["passages", str(tmp_path / "essay.txt"), "--move", str(tmp_path)]
    made = CliRunner().invoke(app, arguments)
    assert made.exit_code != 0
    assert words in made.output + str(made.exception)
