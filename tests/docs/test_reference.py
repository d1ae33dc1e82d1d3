"""Reference pages say all that there is: names, options, keys, sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import schelling
from schelling.case.language.parsing import parser
from schelling.cli.app import app
from schelling.cli.writing import explain
from schelling.study.runs.files.manifest import Manifest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_the_api_page_documents_what_is_public() -> None:
    documented = set(re.findall(r"^## schelling\.(\w+)", page("api.md"), re.MULTILINE))
    assert documented == set(schelling.__all__)


def test_the_api_page_documents_the_result() -> None:
    headings = "\n".join(re.findall(r"^### .*$", page("api.md"), re.MULTILINE))
    public = {name for name in vars(schelling.Run) if not name.startswith("_")}
    assert set(re.findall(r"`(\w+)`", headings)) == public


def test_the_api_page_names_every_fact_of_a_manifest() -> None:
    text = page("api.md")
    assert not [name for name in Manifest.__dataclass_fields__ if f"`{name}`" not in text]


def commands() -> dict[str, Any]:
    return typer.main.get_group(app).commands


@pytest.mark.parametrize("name", commands())
def test_the_command_page_documents_every_option(name: str) -> None:
    """Each command has a section that names each of its arguments and options."""
    text = page("cli.md")
    section = re.search(rf"^## schelling {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section is not None, f"no section on {name}"
    for parameter in commands()[name].params:
        options = [written for written in parameter.opts if written.startswith("-")]
        for written in options or [parameter.metavar]:
            assert re.search(rf"`{written}[ `]", section.group(1)), written


@pytest.mark.parametrize("word", ["mean", "beta", "do", "E303"])
def test_the_command_page_names_every_key_of_an_explanation(word: str) -> None:
    keys = {key for entry in explain.entries(word) for key in entry}
    assert not [key for key in keys if f"`{key}`" not in page("cli.md")]


def references() -> Iterator[tuple[str, str]]:
    """Every `References` section of the package, with the name of its module."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node) or ""
                for found in re.findall(r"^References:\n((?:[ \t]+.*\n?)+)", text, re.MULTILINE):
                    yield str(path.relative_to(ROOT)), found


def test_every_work_that_code_refers_to_is_in_the_bibliography() -> None:
    """By first author and year; the year of a work is the number a docstring gives for it."""
    listed = re.findall(r"^- \*\*(.+) (\d{4})\.\*\*", page("sources.md"), re.MULTILINE)
    missing = [
        f"{module}: {year} in {' '.join(text.split())}"
        for module, text in references()
        for year in re.findall(r"\b(?:18|19|20)\d\d\b", text)
        if not any(year == known and plain(author) in plain(text) for author, known in listed)
    ]
    assert not missing, "\n".join(missing)


def plain(text: str) -> str:
    """Without the accents that some docstrings leave out."""
    return text.translate(str.maketrans("éäöü", "eaou"))


def test_the_bibliography_is_in_order() -> None:
    for section in re.split(r"^## ", page("sources.md"), flags=re.MULTILINE)[1:]:
        keys = re.findall(r"^- \*\*(.+) (\d{4})\.\*\*", section, re.MULTILINE)
        assert keys == sorted(keys)


def test_claims_on_pages_are_in_the_language() -> None:
    """`holds:` in an explanation is an expression, even where no case stands around it."""
    pages = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs").rglob("*.md"))
    written = re.findall(r"^ *holds: ([^#\n]+)", pages, re.MULTILINE)
    assert len(written) > 3
    for expression in (text.strip().strip('"') for text in written):
        if expression:  # a blank of a draft
            parser.parse(expression)


def test_the_picture_is_small() -> None:
    assert (ROOT / "docs" / "images" / "report.png").stat().st_size < 300_000
