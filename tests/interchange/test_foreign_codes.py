"""The codes of other tools' files: the table, the readers, `explain` and the page agree."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schelling.case.check import load
from schelling.cli.app import app
from schelling.compile.drawing.draws import middles
from schelling.errors import CaseError
from schelling.interchange.foreign_codes import CODES
from schelling.interchange.xmile import from_case
from schelling.interchange.xmile.into_case import imported

ROOT = Path(__file__).parents[2]


def codes(text: str, folder: Path) -> set[str]:
    try:
        if text.startswith("<"):
            path = folder / "model.xmile"
            path.write_text(text, encoding="utf-8")
            imported(path)
        else:
            path = folder / "case.yaml"
            path.write_text(text, encoding="utf-8")
            case = load(path)
            from_case.exported(case, middles(case))
    except CaseError as error:
        return {problem.code for problem in error.problems}
    return set()


def test_every_code_that_readers_use_is_in_the_table() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "src/schelling/interchange").rglob("*.py")]
    used = {code for text in texts for code in re.findall(r'"(E9\d\d)"', text)}
    assert used == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_example_has_the_problem_and_its_correction_does_not(code: str, tmp_path: Path) -> None:
    assert codes(CODES[code].wrong, tmp_path) == {code}
    assert codes(CODES[code].right, tmp_path) == set()


def test_explain_knows_them() -> None:
    done = CliRunner().invoke(app, ["explain", "e903", "--json"])
    (entry,) = json.loads(done.stdout)["entries"]
    assert (entry["name"], entry["kind"]) == ("E903", "error of foreign files")
    assert entry["explanation"] == CODES["E903"].explanation
    every = CliRunner().invoke(app, ["explain"]).stdout
    assert all(code in every for code in CODES)


def test_the_page_says_the_same() -> None:
    plain = " ".join((ROOT / "docs/reference/foreign-files.md").read_text("utf-8").split())
    for entry in CODES.values():
        assert f"| {entry.code} | **{entry.title}.** {entry.explanation} |" in plain
