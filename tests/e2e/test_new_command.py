"""`schelling new --register` and `schelling explain COLUMN`, as they are typed."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

import schelling
from schelling.case.registers.seal import SHAPES

TABLES = ("forecasts.csv", "outcomes.csv", "reference_classes.csv", "predictions.csv")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("schelling")), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_new_case_has_a_register_with_every_kind_of_question(tmp_path: Path) -> None:
    made = run("new", tmp_path / "talks", "--register")
    assert made.returncode == 0, made.stderr
    case = schelling.load(tmp_path / "talks")
    kinds = {question.kind for question in case.questions}
    assert kinds == {"binary", "conditional", "ordered", "numeric", "date"}
    assert {p.kind for p in case.predictions} == {"p", "interval", "quantiles", "bins"}
    assert case.outcomes
    assert case.reference_classes
    found = schelling.score(case, worlds=64)
    assert found.counts == {"scored": 1, "void": 1, "not matured": 4}
    assert not found.exercise
    written = (tmp_path / "talks" / "forecasts.md").read_text("utf-8")
    for shape in SHAPES.values():
        for name, column in shape.about.items():
            assert f"| `{name}` |" in written
            assert column.meaning in written


def test_beside_a_case_the_tables_are_empty(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("new", folder)
    before = (folder / "case.yaml").read_text("utf-8")
    made = run("new", folder, "--register")
    assert made.returncode == 0, made.stderr
    assert (folder / "case.yaml").read_text("utf-8") == before
    for name in TABLES:
        with (folder / name).open(newline="", encoding="utf-8") as file:
            assert list(csv.DictReader(file)) == []
    section = made.stdout.partition("case.yaml:\n\n")[2]
    assert section.startswith("forecasts:\n  table: forecasts.csv\n")
    (folder / "case.yaml").write_text(before + "\n" + section, "utf-8")
    assert run("check", folder).returncode == 0
    again = run("new", folder, "--register")
    assert (again.returncode, "has a forecast register already" in again.stderr) == (2, True)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("new", folder)
    (folder / "outcomes.csv").write_text("mine\n", "utf-8")
    made = run("new", folder, "--register")
    assert (made.returncode, "outcomes.csv' exists already" in made.stderr) == (2, True)
    assert (folder / "outcomes.csv").read_text("utf-8") == "mine\n"
    assert not (folder / "forecasts.csv").exists()
    assert run("new", folder).returncode == 2


def test_every_column_is_explained() -> None:
    listed = json.loads(run("explain", "--json").stdout)["entries"]
    columns = [entry for entry in listed if entry["kind"].startswith("column of the ")]
    named = {(entry["kind"].removeprefix("column of the "), entry["name"]) for entry in columns}
    assert named == {(shape.noun, name) for shape in SHAPES.values() for name in shape.about}
    for entry in columns:
        assert all(entry[key] for key in ("summary", "takes", "example", "needed_by")), entry


@pytest.mark.parametrize("key", list(SHAPES))
def test_required_columns_are_those_that_every_row_needs(key: str) -> None:
    shape = SHAPES[key]
    needed = {name for name, column in shape.about.items() if column.needed.startswith("every")}
    assert needed == set(shape.required)


def test_a_column_is_found_by_a_slip_of_the_pen() -> None:
    assert "did you mean 'antecedent'?" in run("explain", "antecedant").stderr
