"""Numbers that other tools give for a model, beside those of the case that is made of it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from schelling.interchange.stockflow.into_case import Imported
from schelling.interchange.stockflow.terms import key

NEAR = 1e-6
"""What is promised, of the larger of 1 and the number. The numbers have 12 digits."""


def expected(table: Path) -> dict[str, np.ndarray]:
    """The columns of a table of numbers."""
    with table.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    columns = np.array([[float(cell) for cell in row] for row in rows]).T
    return dict(zip(head, columns, strict=True))


def found(made: Imported, course: dict[str, np.ndarray], column: str) -> np.ndarray:
    """The series of the case that a column is about."""
    names = {key(name): own for name, own in made.named.quantities.items()}
    match = re.fullmatch(r"(.*?)(?:\[(.*)\])?", column, re.DOTALL)
    assert match is not None
    own = names[key(match[1])]
    if match[2]:
        members = (made.named.members[key(one)] for one in match[2].split(","))
        own = f"{own}[{', '.join(members)}]"
    return course[own]


def agrees(made: Imported, table: Path, folder: Path) -> None:
    """Hold every column of a table against the case, at the times of the table."""
    course = imported_course(made, folder)
    wanted = expected(table)
    time = wanted.pop("time")
    steps = len(next(iter(course.values())))
    kept = np.rint((time - time[0]) / (time[-1] - time[0]) * (steps - 1)).astype(int)
    assert wanted
    for column, numbers in wanted.items():
        own = found(made, course, column)[kept]
        assert own == pytest.approx(numbers, rel=NEAR, abs=NEAR), column


def listed(folder: Path) -> list[str]:
    """The models of which the page of a folder says something."""
    return re.findall(r"^\| `(\w+)` \| \S", (folder / "README.md").read_text("utf-8"), re.M)
