"""Vensim models give the numbers that another tool gives.

`vensim/README.md` says where the numbers are from.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from interchange.test_conformance import NEAR, expected_in, found
from schelling.interchange.mdl.into_case import imported

FOLDER = Path(__file__).parent / "vensim"
MODELS = sorted(path.stem for path in FOLDER.glob("*.csv"))


@pytest.mark.parametrize("name", MODELS)
def test_the_numbers_are_those_of_another_tool(name: str, tmp_path: Path) -> None:
    made = imported(FOLDER / f"{name}.mdl")
    course = imported_course(made, tmp_path)
    wanted = expected_in(FOLDER, name)
    time = wanted.pop("time")
    steps = len(next(iter(course.values())))
    kept = np.rint((time - time[0]) / (time[-1] - time[0]) * (steps - 1)).astype(int)
    assert wanted
    for column, numbers in wanted.items():
        own = found(made, course, column)[kept]
        assert own == pytest.approx(numbers, rel=NEAR, abs=NEAR), column
