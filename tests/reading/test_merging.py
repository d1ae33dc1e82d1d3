"""A draft is added to a case with entries: nothing of the case changes, what clashes is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from schelling.case.check import load
from schelling.cli.app import app

MINE = """schelling: 1
title: Mine # kept
sources: # texts
    note: {file: note.txt}
passages:
    P1.S1: {source: note, start: 0, end: 9}
claims:
    # a remark of mine
    c_p1_s2: {holds: 2 > 1, from: P1.S1, why: mine}

assumptions:
    x: {prior: 1, why: mine}
"""
TEXT = "The ministry counts 14 weeks of grain. It will run out in the summer.\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["read", *map(str, arguments)], catch_exceptions=True)


def case_in(folder: Path, text: str = MINE) -> Path:
    (folder / "note.txt").write_text("Some note.\n", "utf-8")
    (folder / "column.txt").write_text(TEXT, "utf-8")
    (folder / "case.yaml").write_text(text, "utf-8")
    return folder / "column.txt"


def test_a_draft_is_added_and_nothing_is_changed(tmp_path: Path) -> None:
    done = run(case_in(tmp_path), "--into", tmp_path, "--merge")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "case.yaml").read_text("utf-8")
    rows = text.splitlines()
    assert [row for row in rows if row in MINE.splitlines()] == MINE.splitlines()
    assert "    column.P1.S1: {source: column, start: 0" in text
    case = load(tmp_path)
    assert [claim.written for claim in case.claims] == ["2 > 1"]
    assert {passage.name for passage in case.passages} == {
        "P1.S1",
        "column.P1.S1",
        "column.P1.S2",
    }
    assert [(blank.name, blank.passages) for blank in case.blanks] == [
        ("column_a_p1_s1", ("column.P1.S1",)),
        ("column_c_p1_s2", ("column.P1.S2",)),
    ]
    assert "1 source, 2 passages, 1 assumption, 1 claim; 0 there already" in done.output
    assert run(tmp_path / "column.txt", "--into", tmp_path, "--merge").exit_code == 0
    assert (tmp_path / "case.yaml").read_text("utf-8") == text


def test_line_endings_and_blank_rows_stay(tmp_path: Path) -> None:
    text = "schelling: 1\r\ntitle: Mine\r\nclaims:\r\n\r\n    a: {holds: 2 > 1, why: m}\r\n"
    path = case_in(tmp_path, "")
    (tmp_path / "case.yaml").write_bytes(text.encode())
    assert run(path, "--into", tmp_path, "--merge").exit_code == 0
    found = (tmp_path / "case.yaml").read_bytes()
    assert found.startswith(text.encode())
    assert found.count(b"\r\n") == found.count(b"\n")
    assert len(load(tmp_path).blanks) == 2


def test_what_does_not_fit_leaves_everything_as_it_was(tmp_path: Path) -> None:
    text = "schelling: 1\ntitle: Mine\nclaims:\n  a: {holds: 2 > 1,\nwhy: m}\n"
    path = case_in(tmp_path, text)
    before = sorted(one.name for one in tmp_path.iterdir())
    assert run(path, "--into", tmp_path, "--merge").exception is not None
    assert (tmp_path / "case.yaml").read_text("utf-8") == text
    assert sorted(one.name for one in tmp_path.iterdir()) == before


def test_the_same_text_again_adds_nothing(tmp_path: Path) -> None:
    path = case_in(tmp_path, "schelling: 1\ntitle: Mine\n")
    assert run(path, "--into", tmp_path, "--merge").exit_code == 0
    first = (tmp_path / "case.yaml").read_text("utf-8")
    assert run(path, "--into", tmp_path, "--merge").exit_code == 0
    assert (tmp_path / "case.yaml").read_text("utf-8") == first


def test_an_edited_text_is_refused(tmp_path: Path) -> None:
    path = case_in(tmp_path, "schelling: 1\ntitle: Mine\n")
    assert run(path, "--into", tmp_path, "--merge").exit_code == 0
    before = (tmp_path / "case.yaml").read_text("utf-8")
    path.write_text(TEXT.replace("14", "15"), "utf-8")
    assert "is another text" in str(run(path, "--into", tmp_path, "--merge").exception)
    assert (tmp_path / "case.yaml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schelling: 1\ntitle: X\nassumptions: {x: {prior: 1, why: y}}\n", "on one line, 3"),
        ("schelling: [1\n", "cannot be read"),
    ],
)
def test_what_cannot_grow_is_refused(text: str, said: str, tmp_path: Path) -> None:
    assert said in str(run(case_in(tmp_path, text), "--into", tmp_path, "--merge").exception)
    assert (tmp_path / "case.yaml").read_text("utf-8") == text
