"""Cases written for a test: those of `cases/` with changes, and the flagship."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import schelling
from schelling.case.model import Case

CASES = Path(__file__).parents[2] / "cases"
FLAGSHIP = CASES / "widening-war"


@cache
def _read(folder: Path) -> dict[str, Any]:
    return yaml.load((folder / "case.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)


def written(folder: Path) -> dict[str, Any]:
    """What a case of the library says, to be changed; PyYAML alone takes ten times as long."""
    return deepcopy(_read(folder))


def write(content: Mapping[str, Any], folder: Path) -> Case:
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(dict(content), Dumper=yaml.CSafeDumper, sort_keys=False)
    (folder / "case.yaml").write_text(text, "utf-8")
    return schelling.load(folder)


def pinned(folder: Path, given: Mapping[str, float], where: Path) -> Case:
    """The case of a folder with some assumptions taken as certain."""
    content = written(folder)
    for name, value in given.items():
        content["assumptions"][name]["prior"] = f"fixed({value})"
        content["assumptions"][name].pop("within", None)
    content.pop("forecasts", None)
    content.pop("correlations", None)
    where.mkdir(parents=True, exist_ok=True)
    for table in folder.glob("*.csv"):
        shutil.copy(table, where)
    return write(content, where)


@cache
def flagship() -> Case:
    return schelling.load(FLAGSHIP)


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table beside the flagship."""
    with (FLAGSHIP / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
