"""Models of the kinds in the public collection give the numbers that other tools give.

`conformance/README.md` says of each model where its numbers are from.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from schelling.interchange.stockflow.terms import key
from schelling.interchange.xmile.into_case import Imported, imported

FOLDER = Path(__file__).parent / "conformance"
MODELS = sorted(path.stem for path in FOLDER.glob("*.xmile"))
NEAR = 1e-6
"""What is promised, of the larger of 1 and the number. The numbers have 12 digits."""


def expected(name: str) -> dict[str, np.ndarray]:
    return expected_in(FOLDER, name)


def expected_in(folder: Path, name: str) -> dict[str, np.ndarray]:
    """The columns of a table of numbers."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
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


@pytest.mark.parametrize("name", MODELS)
def test_the_numbers_are_those_of_other_tools(name: str, tmp_path: Path) -> None:
    made = imported(FOLDER / f"{name}.xmile")
    course = imported_course(made, tmp_path)
    wanted = expected(name)
    time = wanted.pop("time")
    steps = len(next(iter(course.values())))
    kept = np.rint((time - time[0]) / (time[-1] - time[0]) * (steps - 1)).astype(int)
    assert wanted
    for column, numbers in wanted.items():
        own = found(made, course, column)[kept]
        assert own == pytest.approx(numbers, rel=NEAR, abs=NEAR), column


def test_every_model_is_listed_with_the_source_of_its_numbers() -> None:
    listed = re.findall(r"^\| `(\w+)` \| \S", (FOLDER / "README.md").read_text("utf-8"), re.M)
    assert listed == MODELS
    assert len(MODELS) >= 57
