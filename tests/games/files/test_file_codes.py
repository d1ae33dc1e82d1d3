"""The codes of game files: the table, the readers and the page agree."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schelling.cli.app import app
from schelling.errors import CaseError
from schelling.games.files import csv_table, efg, nfg
from schelling.games.files.file_codes import CODES

ROOT = Path(__file__).parents[3]


def codes(text: str) -> set[str]:
    parse = {"EFG": efg.parse, "NFG": nfg.parse}.get(text[:3], csv_table.parse)
    try:
        parse(text)
    except CaseError as error:
        return {problem.code for problem in error.problems}
    return set()


def test_every_code_that_readers_use_is_in_the_table() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "src/schelling/games").rglob("*.py")]
    used = {code for text in texts for code in re.findall(r'"(E8\d\d)"', text)}
    assert used == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_example_has_the_problem_and_its_correction_does_not(code: str) -> None:
    assert codes(CODES[code].wrong) == {code}
    assert codes(CODES[code].right) == set()


def test_explain_knows_them() -> None:
    done = CliRunner().invoke(app, ["explain", "e803", "--json"])
    (entry,) = json.loads(done.stdout)["entries"]
    assert (entry["name"], entry["kind"]) == ("E803", "error of game files")
    assert entry["explanation"] == CODES["E803"].explanation
    every = CliRunner().invoke(app, ["explain"]).stdout
    assert all(code in every for code in CODES)


def test_the_page_says_the_same() -> None:
    page = (ROOT / "docs/reference/game-files.md").read_text("utf-8")
    plain = " ".join(page.split())
    for entry in CODES.values():
        assert f"## {entry.code}" in page
        assert f"**{entry.title}.** {entry.explanation}" in plain
        assert entry.wrong in page
        assert entry.right in page
