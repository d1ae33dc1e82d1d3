"""Vensim's functions of vectors and of tables: what they give, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from interchange.test_vensim_refusals import EXACT, read, refused
from schelling.interchange.mdl.equations import MISSING

VECTORS = """
d: a1, a2, a3 ~~|
e: b1, b2 ~~|
part: a2, a3 ~~|
keep[d]= 0, 1, -2 ~~|
none[d]= 0 ~~|
v[d]= 2100, 2010, 2020 ~~|
m[d,e]= 1,4; 2,5; 3,6; ~~|
rows[d,e]= 1,2; 4,3; 5,5; ~~|
up[d]= VECTOR SORT ORDER(v[d], ascending) ~~|
ascending= 1 ~~|
down[d]= VECTOR SORT ORDER(v[d], 0) ~~|
each row[d,e]= VECTOR SORT ORDER(rows[d,e], 1) ~~|
some[part]= VECTOR RANK(v[part], 1) ~~|
rank[d]= VECTOR RANK(v[d], Time - 3) ~~|
sorted[d]= VECTOR REORDER(v[d], up[d]) ~~|
moved[d]= VECTOR ELM MAP(m[d,b1], keep[d]) ~~|
past= VECTOR ELM MAP(v[a1], 3) ~~|
half way= VECTOR ELM MAP(v[a1], 1.6) ~~|
from part[part]= VECTOR ELM MAP(v[part], -Time) ~~|
total= VECTOR SELECT(keep[d!], v[d!], -1, 0, 1) ~~|
least[e]= VECTOR SELECT(keep[d!], m[d!,e], -1, 8, 0) ~~|
average= VECTOR SELECT(keep[d!], m[d!,e!], -1, 10, 0) ~~|
left= VECTOR SELECT(none[d!], v[d!], -1, 0, 0) ~~|
held[a1,e]= SMOOTH(rows[a1,e], 2) ~~|
held[a2,e]= DELAY FIXED(rows[a2,e], 1, 7) ~~|
held[a3,e]= INITIAL(rows[a3,e] + Time) ~~|
t((0,0),(1,1),(2,3),(4,9)) ~~|
after= LOOKUP FORWARD(t, Time/2 + 0.5) ~~|
before= LOOKUP BACKWARD(t, Time/2 + 0.5) ~~|
beyond= TABXL(t, Time - 1) ~~|
place= LOOKUP INVERT(t, Time) ~~|
material= DELAY MATERIAL(Time, 2, 7, 0) ~~|
news= DELAY INFORMATION(Time, 2, 7) ~~|
once= REINITIAL(Time + 3) ~~|
log gamma= GAMMA LN(Time/12) ~~|
curve= SINH(1) + COSH(Time/6) + TANH(2) ~~|
"""
MEANT = {
    **{"up[a1]": 1, "up[a2]": 2, "up[a3]": 0, "down[a1]": 0, "down[a2]": 2, "down[a3]": 1},
    **{"each_row[a1, b2]": 1, "each_row[a2, b1]": 1, "each_row[a2, b2]": 0},
    **{"each_row[a3, b1]": 0, "each_row[a3, b2]": 1},  # of equal ones the first comes first
    **{"some[a2]": 1, "some[a3]": 2, "rank[a1]": 3, "rank[a2]": 1, "rank[a3]": 2},
    **{"sorted[a1]": 2010, "sorted[a2]": 2020, "sorted[a3]": 2100},
    **{"moved[a1]": 1, "moved[a2]": 5, "moved[a3]": 2, "from_part[a2]": MISSING, "past": MISSING},
    "half_way": 2020,  # the nearest element, also where the number is no whole one
    **{"total": 2010 - 2 * 2020, "least[b1]": 2, "least[b2]": 5, "average": 4, "left": -1},
    **{"held[a1, b2]": 2, "held[a2, b1]": 4, "held[a3, b1]": 5},
    **{"after": 9, "before": 3, "beyond": 12, "place": 3, "once": 3, "material": 4, "news": 4},
    "log_gamma": math.log(math.pi) / 2,
    "curve": math.sinh(1) + math.cosh(1) + math.tanh(2),
}
"""At the end, six months on. Orders, and the elements that are mapped, are those that Vensim wrote
for the model `vector` of SDEverywhere, which has the same vectors."""


def test_they_give_what_vensim_gives(tmp_path: Path) -> None:
    course = imported_course(read(tmp_path, VECTORS), tmp_path)
    found = {name: course[name][-1] for name in MEANT}
    assert found == pytest.approx(MEANT, abs=EXACT)
    assert [course[f"rank[{one}]"][6] for one in ("a1", "a2", "a3")] == [1, 3, 2]  # by direction 0


def test_an_action_that_changes_is_each_of_the_eleven(tmp_path: Path) -> None:
    text = "d: a, b ~~|\nv[d]= 1, 2 ~~|\nx= VECTOR SELECT(v[d!], v[d!], 7, Time, 0) ~~|\n"
    row = next(row for row in read(tmp_path, text).text.split("\n") if row.startswith("  x:"))
    actions = [f"elapsed / 1 week == {number}" for number in range(1, 11)]
    assert [one for one in actions if f"{one} else" in row] == actions


ACTIONS = (-0.66, 0.027, -0.5, 1, -0.132, 1.76037, -1.4, -0.18, -1.2, 1, -0.28)
"""What Vensim wrote for `Aout1`, `Aout1 0` and `Aout1 1` of the model `vector_select` of
test-models, to six digits. Its manual has base and exponent of the sixth the other way round."""


def test_each_action_gives_what_vensim_gives(tmp_path: Path) -> None:
    text = "d: (a1-a5) ~~|\nkept[d]= 1, 0.3, -1, 0.5, 1 ~~|\nv[d]= -0.5, -1.2, 0.3, -1, 1 ~~|\n"
    text += "plus[d]= 0.5, 1.2, 0.3, 1, 1 ~~|\n"
    for action in range(len(ACTIONS)):
        given = "plus" if action == 5 else "v"
        text += f"x{action}= VECTOR SELECT(kept[d!], {given}[d!], 9, {action}, 0) ~~|\n"
    course = imported_course(read(tmp_path, text), tmp_path)
    found = [course[f"x{action}"][0] for action in range(len(ACTIONS))]
    assert found == pytest.approx(ACTIONS, rel=1e-5)


def test_a_stop_of_vensim_is_a_number_that_failed(tmp_path: Path) -> None:
    text = "d: a, b ~~|\nkept[a]= 0 ~~|kept[b]= STEP(1, 2) ~~|\n"
    text = text.replace("kept[a]= 0", "kept[a]= STEP(1, 3)")
    for error in range(4):
        text += f"x{error}= VECTOR SELECT(kept[d!], kept[d!], 5, 0, {error}) ~~|\n"
    course = imported_course(read(tmp_path, text), tmp_path)
    stops = ([False] * 3, [True, False, False], [False, False, True], [True, False, True])
    for error, wanted in enumerate(stops):  # none is kept, one, and both
        assert np.isnan(course[f"x{error}"][[0, 4, 8]]).tolist() == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x= VECTOR RANK(Time, 1) ~~|", "VECTOR RANK in 'x': its first argument is no array"),
        ("d: a, b ~~|\nv[d]= 1, 2 ~~|\nx= VECTOR RANK(v[a], 1) ~~|", "has to be a range of the"),
        ("d: a, b ~~|\nv[d]= 1, 2 ~~|\nx= VECTOR ELM MAP(v, 1) ~~|", "has to name an element"),
        ("d: a, b ~~|\nv[d]= 1, 2 ~~|\nx= VECTOR SELECT(v[d!], 1, 0, 11, 0) ~~|", "11 is no act"),
        ("d: a, b ~~|\nv[d]= 1, 2 ~~|\nx= VECTOR SELECT(v[d!], 1, 0, 0, 4) ~~|", "0, 1, 2 or 3"),
        ("t((0,1),(1,3),(2,2)) ~~|\nx= LOOKUP INVERT(t, 2) ~~|", "neither only rise nor only fall"),
        ("t((0,1),(1,1),(2,2)) ~~|\nx= LOOKUP INVERT(t, 1) ~~|", "neither only rise nor only fall"),
        ("d: a, b ~~|\nv[d,d]= 1 ~~|\nx[d,d]= VECTOR RANK(v[d,d], 1) ~~|", "over a range twice"),
        (
            "d: a, b ~~|\nv[d]= 1 ~~|\nx= "
            + f"{'VECTOR SELECT(v[d!], ' * 12}1{', 0, Time, 1)' * 12} ~~|",
            "VECTOR SELECT in 'x': its arguments are long; name them",  # 3^12 terms otherwise
        ),
        ("x= DELAY MATERIAL(Time, 1 + Time, 0, 0) ~~|", "its delay time must be a constant"),
        ("x= DELAY MATERIAL(Time, -1, 0, 0) ~~|", "its delay time is below 0"),
        ("x= RANDOM POISSON(0, 9, 5, 0, 1, 0) ~~|", "an event with a hazard"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (code, _, message), *_ = refused(tmp_path, text + "\n")
    assert code == "E908"
    assert said in message


@pytest.mark.parametrize("delay", ["FIXED(Time, {}, 7)", "MATERIAL(Time, {}, 7, 0)"])
@pytest.mark.parametrize("time", [0, 0.2, 0.5])
def test_a_delay_is_a_step_at_least(delay: str, time: float, tmp_path: Path) -> None:
    """As Vensim's manual says of DELAY FIXED; the output is a level, which begins at 7."""
    text = f"x= DELAY {delay.format(time)} ~~|\n"
    found = imported_course(read(tmp_path, text), tmp_path)["x"]
    assert found[:3] == pytest.approx([7, 0, 0.5])


def test_draws_that_are_cut_stay_within(tmp_path: Path) -> None:
    text = "w= RANDOM WEIBULL(2, 2.5, 2, 1, 3, 0) ~~|\n"
    found = imported_course(read(tmp_path, text), tmp_path)["w"]
    assert 2 < found.min() < found.max() < 2.5
    assert found.std() > 0.05
