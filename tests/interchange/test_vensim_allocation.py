"""Vensim's allocations: against what Vensim itself gave, and against shares that are known."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from interchange.running import imported_course
from interchange.test_vensim_refusals import EXACT, read, refused

PROFILE = """
d: a, b ~~|
profile: ptype, ppriority, pwidth, pextra ~~|
curve[d,ptype]= {} ~~|
curve[d,ppriority]= 0.1, 0.9 ~~|
curve[d,pwidth]= 0.5 ~~|
curve[d,pextra]= 0 ~~|
many[d]= 200, 300 ~~|
few[d]= 20, 30 ~~|
given[d]= ALLOCATE AVAILABLE(many[d], curve[d,ptype], 100) ~~|
"""
OF_VENSIM = {
    0: (40, EXACT),
    1: (0, EXACT),
    2: (0, 2e-4),  # Vensim stops at 99.9998 of 100
    3: (3.87908, 2e-3),  # its normal curve is off by as much; PySD and this agree to 1e-6
    4: (11.863, 1e-3),  # it prints six digits
}
"""By the kind of curve: what the first gets of 100 in the model `allocate_ptype` of SDEverywhere,
which Vensim ran, and how far its printed numbers are from exact ones."""


@pytest.mark.parametrize("kind", OF_VENSIM)
def test_what_there_is_goes_where_vensim_sends_it(kind: int, tmp_path: Path) -> None:
    course = imported_course(read(tmp_path, PROFILE.format(kind)), tmp_path)
    wanted, near = OF_VENSIM[kind]
    assert course["given[a]"][0] == pytest.approx(wanted, abs=near)
    assert course["given[a]"] + course["given[b]"] == pytest.approx(100, abs=1e-6)  # of the solver


BY_PRIORITY = """
d: a, b, c ~~|
e: e1, e2 ~~|
asked[d]= 3, 2, 4 ~~|
rank[d]= 1, 2, 3 ~~|
wide[e]= 1, 100 ~~|
given[e,d]= ALLOCATE BY PRIORITY(asked[d], rank[d], 3, wide[e], Time) ~~|
"""


def test_the_first_are_served_first_unless_priorities_are_close(tmp_path: Path) -> None:
    course = imported_course(read(tmp_path, BY_PRIORITY), tmp_path)
    at_five = [course[f"given[e1, {one}]"][10] for one in "abc"]
    assert at_five == pytest.approx([0, 1, 4], abs=EXACT)  # the last first, then the middle one
    near = [course[f"given[e2, {one}]"][10] for one in "abc"]
    assert near == pytest.approx([5 * asked / 9 for asked in (3, 2, 4)], abs=0.1)
    assert sum(near) == pytest.approx(5, abs=EXACT)
    assert [course[f"given[e1, {one}]"][0] for one in "abc"] == [0, 0, 0]
    assert [course[f"given[e1, {one}]"][12] for one in "abc"] == pytest.approx([0, 2, 4])


def test_of_less_than_nothing_fixed_claims_get_nothing(tmp_path: Path) -> None:
    text = PROFILE.format(0).replace(", 100)", ", -1)")
    course = imported_course(read(tmp_path, text), tmp_path)
    assert [course[f"given[{one}]"][0] for one in "ab"] == [0, 0]


EDGES = """
d: a, b, c ~~|
e: nil, less, gap, both, enough ~~|
profile: ptype, ppriority, pwidth ~~|
there[e]= 0, -1, 4, 6, 30 ~~|
asked[a]= 4 + STEP(20, 2) ~~|
asked[b]= 4 + STEP(-5, 2) + STEP(5, 5) ~~|
asked[c]= 0 ~~|
curve[d,ptype]= 2 ~~|
curve[d,ppriority]= 1, 9, 5 ~~|
curve[d,pwidth]= 2 + STEP(-3, 5) ~~|
given[e,d]= ALLOCATE AVAILABLE(asked[d], curve[d,ptype], there[e]) ~~|
"""


def test_ends_and_gaps_of_curves_and_what_is_no_claim(tmp_path: Path) -> None:
    """With 4 the second gets all it asks for and the first nothing: any price between will do."""
    course = imported_course(read(tmp_path, EDGES), tmp_path)
    given = {"nil": (0, 0), "less": (0, 0), "gap": (0, 4), "both": (2, 4), "enough": (4, 4)}
    for name, wanted in given.items():
        found = [course[f"given[{name}, {one}]"][0] for one in "abc"]
        assert found == pytest.approx([*wanted, 0], abs=EXACT)
    # from 2 on one asks for less than nothing, from 5 on no curve has a width instead
    for time, wanted in ((3, [0, math.nan, -1]), (6, [0, math.nan, 4])):
        late = [course[f"given[{name}, b]"][2 * time] for name in ("nil", "gap", "enough")]
        assert late == pytest.approx(wanted, nan_ok=True)


def test_a_normal_curve_is_an_unknown_for_each_group(tmp_path: Path) -> None:
    text = PROFILE.format(3) + "e: e1, e2 ~~|\nthere[e]= 100, 250 ~~|\n"
    text = text.replace("given[d]=", "given[e,d]=").replace(", 100)", ", there[e])")
    rows = read(tmp_path, text).text.partition("\nunknowns:\n")[2].split("\n")
    assert rows[0].startswith('  "given_')
    assert rows[0].endswith('[e]":')
    assert rows[1].count("for each_d in d)") == 1
    assert rows[2].startswith("    between: [")
    assert rows[2].count("[e]") == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("= 3 ~~|", "= Time ~~|", "of one kind, from 0 to 4, all the time"),
        ("= 3 ~~|", "= 5 ~~|", "of one kind, from 0 to 4, all the time"),
        ("= 3 ~~|", "= 3, 4 ~~|", "of one kind, from 0 to 4, all the time"),
        ("many[d], curve[d,ptype]", "many[d], few[d]", "the first element of a profile"),
        ("many[d], curve[d,ptype]", "many[d], curve[d,pextra]", "a kind, a priority and a width"),
        ("many[d], curve[d,ptype]", "many[a], curve[d,ptype]", "a range of the equation"),
        (
            "given[d]=",
            "x= INTEG(0, given[a]) ~~|\ngiven[d]=",
            "a stock starts at what an allocation",
        ),
    ],
)
def test_what_does_not_fit_is_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    found = refused(tmp_path, PROFILE.format(3).replace(old, new))
    assert found[0][0] == "E908"
    assert said in found[0][2]
