"""The codes of an estimation: table, modules, page and examples agree."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import schelling
from schelling.cli.app import app
from schelling.errors import CaseError
from schelling.study.estimating.estimate_codes import CODES

ROOT = Path(__file__).parents[3]
DATA = Path(__file__).parent / "data"
MODEL = "outcome = end\nattacker.war ~ 1 + balance"
TABLE = "end,balance\n" + "".join(
    f"{end},{k % 7 / 7}\n" for k, end in enumerate(["status quo", "war", "capitulation"] * 20)
)
OF_TABLES = ("E923", "E925", "E927")


def codes(code: str, text: str, folder: Path) -> set[str]:
    (folder / "table.csv").write_text(text if code in OF_TABLES else TABLE, encoding="utf-8")
    model = MODEL if code in OF_TABLES else text
    try:
        schelling.estimate(DATA / "crisis.efg", folder / "table.csv", model)
    except CaseError as error:
        return {problem.code for problem in error.problems} - (
            {"E928"} if code in OF_TABLES else set()  # a table of two rows identifies little
        )
    return set()


def test_every_code_that_modules_use_is_in_the_table() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "src/schelling/study").rglob("*.py")]
    used = {code for text in texts for code in re.findall(r'"(E9\d\d)"', text)}
    assert used == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_example_has_the_problem_and_its_correction_does_not(code: str, tmp_path: Path) -> None:
    assert codes(code, CODES[code].wrong, tmp_path) == {code}
    assert codes(code, CODES[code].right, tmp_path) == set()


def test_explain_knows_them() -> None:
    done = CliRunner().invoke(app, ["explain", "e928", "--json"])
    (entry,) = json.loads(done.stdout)["entries"]
    assert (entry["name"], entry["kind"]) == ("E928", "error of estimations")


def test_the_page_says_the_same() -> None:
    page = (ROOT / "docs/reference/estimation.md").read_text("utf-8")
    plain = " ".join(page.split())
    for entry in CODES.values():
        assert f"## {entry.code}" in page
        assert f"**{entry.title}.** {entry.explanation}" in plain
        assert entry.wrong in page
        assert entry.right in page
