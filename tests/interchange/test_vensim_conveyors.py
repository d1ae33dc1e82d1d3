"""Vensim's `DELAY CONVEYOR` and `INVERT MATRIX`, as its manual says, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from interchange.test_vensim_refusals import EXACT, read, refused

CONVEYOR = """
in= 10 + Time ~~|
level([(0,0)-(1,2)],(0,1),(1,1)) ~~|
leak= 0.3 ~~|
out= DELAY CONVEYOR(in, 2, leak, level, 8, 2) ~~|
total= INTEG(in - out - leaking, 8) ~~|
leaking= leak*(total + TIME STEP*(in - out)) ~~|
"""
MATRICES = """
sub: s1, s2 ~~|
ssub <-> sub ~~|
side: l1, l2 ~~|
row: r1, r2, r3 ~~|
col: c1, c2, c3 ~~|
a[s1,sub]= 1,2 ~~|
a[s2,sub]= 3,4 ~~|
inverse[sub,ssub]= INVERT MATRIX(a[sub,ssub], 2) ~~|
b[r1,col]= 2,0,1 ~~|
b[r2,c1]= 0 ~~|
b[r2,c2]= 3 ~~|
b[r2,c3]= Time ~~|
b[r3,col]= 1,0,4 ~~|
of three[row,col]= INVERT MATRIX(b[row,col], 3) ~~|
c[l1,sub,ssub]= a[sub,ssub] ~~|
c[l2,sub,ssub]= 2*a[sub,ssub] ~~|
each[side,sub,ssub]= INVERT MATRIX(c[side,sub,ssub], ELMCOUNT(sub)) ~~|
"""


LARGE = """
d: (d1-d4) ~~|
e <-> d ~~|
a[d,e]= 1 ~~|
b[d,e]= INVERT MATRIX(a[d,e], 4) ~~|
"""


def course(folder: Path, text: str) -> dict[str, np.ndarray]:
    return imported_course(read(folder, text), folder)


def test_a_conveyor_leaks_as_the_manual_adds_it_up(tmp_path: Path) -> None:
    """The manual's own sum of what is on it agrees with what enters, leaks and leaves."""
    found = course(tmp_path, CONVEYOR)
    out, total = found["out"], found["total"]
    step, places = 0.5, 4
    stays = 1 - 0.3 * step
    entered = 10 + step * np.arange(len(out))
    assert out[:places] == pytest.approx(8 / 2 * stays ** np.arange(places), abs=EXACT)
    assert out[places:] == pytest.approx(entered[:-places] * stays**places, abs=EXACT)
    there = [
        sum(entered[now - ago] * step * stays**ago for ago in range(1, places + 1))
        for now in range(places, len(out))
    ]
    assert total[places:] == pytest.approx(there, abs=EXACT)


def test_inverses_are_those_of_the_manual_and_of_numpy(tmp_path: Path) -> None:
    found = course(tmp_path, MATRICES)
    small = [[found[f"inverse[{r}, {c}]"][0] for c in ("s1", "s2")] for r in ("s1", "s2")]
    assert small == pytest.approx(np.array([[-2, 1], [1.5, -0.5]]), abs=EXACT)
    rows = ("r1", "r2", "r3")
    large = [[found[f"of_three[{r}, {c}]"][4] for c in ("c1", "c2", "c3")] for r in rows]
    assert large == pytest.approx(np.linalg.inv([[2, 0, 1], [0, 3, 2], [1, 0, 4]]), abs=EXACT)
    halved = [found[f"each[l2, s1, {c}]"][0] for c in ("s1", "s2")]
    assert halved == pytest.approx([-1, 0.5], abs=EXACT)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (CONVEYOR.replace("(1,1)) ~", "(1,2)) ~"), "a profile of one height"),
        (CONVEYOR.replace("8, 2)", "8, 3)"), "two constant times that are equal"),
        (CONVEYOR.replace("(in, 2", "(in, Time"), "two constant times that are equal"),
        (MATRICES.replace("ssub], 2)", "ssub], 3)"), "the matrix has 2 rows"),
        (
            MATRICES.replace("inverse[sub,ssub]", "inverse[sub,col]"),
            "an array over two ranges, as has",
        ),
        (
            LARGE.replace("(d1-d4)", "d1, d2")
            .replace("b[d,e]", "f: f1, f2, f3 ~~|\nb[d,e,f]")
            .replace("4)", "2)"),
            "as long as the matrix",
        ),
        (LARGE, "at most 3 rows"),
        ("x= 2 ~~|\ny= INVERT MATRIX(x, 1) ~~|\n", "an array over two ranges"),
    ],
)
def test_what_cannot_be_carried_is_refused_by_name(text: str, why: str, tmp_path: Path) -> None:
    assert any(why in message for _, _, message in refused(tmp_path, text))
