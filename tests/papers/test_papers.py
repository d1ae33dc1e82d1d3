"""Published models as cases: each folder of `cases/papers` against its published numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import schelling
from schelling.case.settings.given import mapping

PAPERS = Path(__file__).parents[2] / "cases" / "papers"
FOLDERS = sorted(path.parent.name for path in PAPERS.glob("*/case.yaml"))


def expected(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((PAPERS / name / "expected.toml").read_text("utf-8"))["number"]


def by_setting(name: str) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The expected numbers, those of one setting together: they come from one run."""
    found: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for number in expected(name):
        settings = number.get("set", {})
        found.setdefault(str(settings), (settings, []))[1].append(number)
    return list(found.values())


@pytest.mark.parametrize("name", FOLDERS)
def test_the_published_numbers(name: str) -> None:
    for settings, numbers in by_setting(name):
        texts = {key: str(value) for key, value in settings.items()}
        case = schelling.load(PAPERS / name, settings=mapping(texts))
        run = schelling.run(case, worlds=16, replicates=16)
        for number in numbers:
            last = run.series[number["of"]].isel(time=-1).to_numpy()
            assert last.mean() == pytest.approx(number["value"], abs=number["tolerance"]), number


@pytest.mark.parametrize("name", FOLDERS)
def test_everything_says_where_it_comes_from(name: str) -> None:
    assert (PAPERS / name / "README.md").is_file()
    for number in expected(name):
        assert {"of", "value", "tolerance", "source"} <= number.keys()
