"""An element in an equation is its number among the elements of its dimension."""

from __future__ import annotations

from pathlib import Path

import pytest

from interchange.running import imported_course
from interchange.test_vensim_refusals import read, refused

SIDES = """
side: east, west ~~|
both: (b1-b3) ~~|
part: b2, b3 ~~|
one[side]= IF THEN ELSE(side=west, 5, 7) ~~|
many[part]= IF THEN ELSE(part<>b2, part, 9) ~~|
far= west * 10 ~~|
"""


def test_it_is_compared_and_computed_with(tmp_path: Path) -> None:
    found = imported_course(read(tmp_path, SIDES), tmp_path)
    last = {name: series[-1] for name, series in found.items()}
    assert (last["one[east]"], last["one[west]"], last["far"]) == (7, 5, 20)
    assert last["many[b2]"] == 9


def test_one_at_several_places_is_not_guessed(tmp_path: Path) -> None:
    assert "'b2' in the equation of 'y' is not" in refused(tmp_path, SIDES + "y= b2 ~~|\n")[0][2]


@pytest.mark.parametrize("name", ["side.north", "north"])
def test_what_is_no_element_is_not_defined(name: str, tmp_path: Path) -> None:
    text = f'{SIDES}y[side]= IF THEN ELSE(side="{name}", 1, 2) ~~|\n'
    assert f"'{name}' in the equation of 'y' is not defined" in refused(tmp_path, text)[0][2]
