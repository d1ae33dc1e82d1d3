"""Forms that modellers write in Vensim and that its own examples do not show: what they mean."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from interchange.test_vensim_refusals import EXACT, read, refused
from schelling.interchange.mdl.definitions import SubscriptRange
from schelling.interchange.mdl.equations import MISSING
from schelling.interchange.mdl.mappings import DoesNotFit, mapped, mappings
from schelling.interchange.stockflow.terms import Ref
from schelling.interchange.xmile import into_case as xmile

FORMS = """
layer: (l1-l3) ~~|
upper: l1, l2 -> lower ~~|
lower: l2, l3 -> upper ~~|
town: t1, t2, t3 ~~|
land: north, south -> (town: coast, t3) ~~|
coast: t1, t2 ~~|
origin <-> town ~~|
depth[layer]= 10, 20, 40 ~~|
gap[l1]= 5 ~~|
gap[lower]= depth[lower] - depth[upper] ~~|
tax[land]= 3, 7 ~~|
levy[town]= tax[land] * 2 ~~|
size[town]= 1, 2, 4 ~~|
road[origin, town]= size[origin] * 10 + size[town] ~~|
alone[town]= size[origin] ~~|
toll[town] :EXCEPT: [t3]= size[town] ~~|
toll[t3]= 9 ~~|
pair[town, layer] :EXCEPT: [coast, l1], [t3, lower]= 6 ~~|
pair[coast, l1]= 7 ~~|
pair[t3, lower]= 8 ~~|
store[town] :EXCEPT: [t1]= INTEG(size[town], 1) ~~|
store[t1]= INTEG(-1, 2) ~~|
some[t2, layer]= size[t2] * 3 ~~|
some[t3, layer]= depth[layer] ~~|
of some= some[t2, l1] + SUM(some[t3, layer!]) ~~|
Effect  = A FUNCTION OF( ) ~~|
Effect= table(Time) ~~~:SUPPLEMENTARY|
table((0,0),(4,8),(4,8),(6,8)) ~~|
block[coast, land]= TABBED ARRAY(1\t2
3\t-4) ~~|
holed= IF THEN ELSE(gone = :NA:, 1, 2) ~~|
gone= :NA: ~~|
:MACRO: INIT(x)
INIT= INITIAL(x) + 0*Time$/TIME STEP$ ~~|
:END OF MACRO:
begun= INIT(Time + 3) ~~|
:MACRO: SHARED(x, rate: kept, twice)
SHARED= x * twice ~~|
twice= 2 * kept ~~|
kept= INTEG(rate, 1) ~~|
:END OF MACRO:
shared[town]= SHARED(size[town], 2: kept[town], more[town]) ~~|
"""
MEANT = {
    **{f"gap[l{n}]": value for n, value in ((1, 5), (2, 10), (3, 20))},
    **{f"levy[t{n}]": value for n, value in ((1, 6), (2, 6), (3, 14))},
    "road[t2, t3]": 24,
    "road[t3, t2]": 42,
    "alone[t3]": 4,
    **{f"toll[t{n}]": value for n, value in ((1, 1), (2, 2), (3, 9))},
    **{"pair[t1, l1]": 7, "pair[t1, l2]": 6, "pair[t3, l1]": 6, "pair[t3, l3]": 8},
    **{"store[t1]": 2 - 6, "store[t3]": 1 + 4 * 6},
    "effect": 8,
    **{"block[t1, south]": 2, "block[t2, south]": -4},
    **{"shared[t2]": 2 * 26, "kept[t2]": 13, "more[t1]": 26},
    **{"some[t2, l3]": 6, "some[t3, l3]": 40, "of_some": 6 + 70},
    **{"holed": 1, "gone": MISSING, "begun": 3},
}
"""At the end, six months on."""


def test_they_mean_what_the_manual_says(tmp_path: Path) -> None:
    course = imported_course(read(tmp_path, FORMS), tmp_path)
    found = {name: course[name][-1] for name in MEANT}
    assert found == pytest.approx(MEANT, abs=EXACT)


@pytest.mark.parametrize("method", [0, 5])
def test_a_pulse_moves_the_same_by_either_rule(method: int, tmp_path: Path) -> None:
    text = "a= INTEG(7*one/0.5, 0) ~~|\none= PULSE(begins, 0.5) ~~|\nbegins= 2 ~~|\n"
    text += "b= INTEG(PULSE TRAIN(begins - 1, 0.5, 1.5, 5), 0) ~~|\n"  # at 1, 2.5 and 4
    course = imported_course(read(tmp_path, text, method=method), tmp_path)
    assert (course["a"][-1], course["b"][-1]) == pytest.approx((7, 1.5), abs=EXACT)


WAITS = {"a": 1, "b": 2, "c": 3.5}
TIMES = np.arange(13) / 2


def test_elements_may_be_delayed_by_times_of_their_own(tmp_path: Path) -> None:
    text = "s: a, b, c ~~|\nwait[s]= 1, 2, 3.5 ~~|\nmore[s]= wait[s] * 2 ~~|\n"
    text += "x[s]= DELAY FIXED(Time + wait[s], wait[s], 7) ~~|\n"
    text += "y[s]= 2 * DELAY FIXED(x[s], more[s] - wait[s], 0) + SUM(x[s!]) ~~|\n"
    course = imported_course(read(tmp_path, text), tmp_path)
    x = {one: np.where(wait > TIMES, 7, TIMES) for one, wait in WAITS.items()}
    for one, wait in WAITS.items():
        late = np.where(wait > TIMES, 0, np.where(2 * wait > TIMES, 7, TIMES - wait))
        assert course[f"x[{one}]"] == pytest.approx(x[one], abs=EXACT)
        assert course[f"y[{one}]"] == pytest.approx(2 * late + sum(x.values()), abs=EXACT)


def test_times_of_elements_that_double_are_found_in_bounded_time(tmp_path: Path) -> None:
    text = "s: a, b ~~|\nw0[s]= 1, 2 ~~|\n"
    text += "".join(f"w{n + 1}[s]= w{n}[s] + w{n}[s] ~~|\n" for n in range(20))
    begun = time.process_time()
    made = read(tmp_path, text + "x[s]= DELAY FIXED(Time, w20[s]/2^20, 0) ~~|\n")
    assert time.process_time() - begun < 10  # less than one alone; the machine may be shared
    assert imported_course(made, tmp_path)["x[b]"][-1] == pytest.approx(4, abs=EXACT)


OF_VENSIM = """<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><product>Vensim</product><vendor>{vendor}</vendor></header>
<sim_specs method="Euler"><start> 0</start><stop> 6</stop><dt> TIME_STEP=0.5</dt></sim_specs>
<macro name="LASTING"><parm>a</parm><eqn>PULSE(a, 2)</eqn></macro>
<model><variables>
<aux name="of_macro"><eqn>LASTING(4)</eqn></aux>
<stock name="Held"><eqn> 1 </eqn><inflow>
 coming in
</inflow></stock>
<aux name="coming_in"><eqn>PULSE(4, 2) + 0*INTEGER(Time)</eqn></aux>
<aux name="table"><eqn>Time</eqn><gf><xpts>0,6,6</xpts><ypts>0,3,3</ypts></gf></aux>
<aux name="none"><gf><xpts>0.0,0.0</xpts><ypts>0.0,0.0</ypts></gf></aux>
</variables></model></xmile>"""


def test_in_xmile_of_vensim_functions_are_those_of_vensim(tmp_path: Path) -> None:
    path = tmp_path / "model.xmile"
    path.write_text(OF_VENSIM.format(vendor="Ventana Systems, Inc."), encoding="utf-8")
    course = imported_course(xmile.imported(path), tmp_path)
    assert course["held"][-1] == pytest.approx(1 + 2, abs=EXACT)
    assert set(course["of_macro"]) == {0, 1}
    assert course["table"][-1] == pytest.approx(3, abs=EXACT)
    path.write_text(OF_VENSIM.format(vendor="isee").replace("INTEGER", "INT"), encoding="utf-8")
    course = imported_course(xmile.imported(path), tmp_path)
    assert course["held"][-1] == pytest.approx(1 + 4, abs=EXACT)


def test_a_mapping_is_found_by_the_subscript_it_stands_for() -> None:
    known = {"a": ("a1", "a2"), "b": ("b1", "b2"), "part": ("b2",)}
    ranges = {
        "a": SubscriptRange("a", ("a1", "a2"), 1, (("b", ()),)),
        "b": SubscriptRange("b", ("b1", "b2"), 2),
    }
    pairs = mappings(ranges, known)
    body = Ref("x", (Ref("a"),))
    assert mapped(body, ("part",), known, pairs) == {"a": (0, {"b1": "a1", "b2": "a2"})}
    assert mapped(body, ("part", "a"), known, pairs) == {}
    assert mapped(body, ("b", "part"), known, pairs)["a"][0] == 0
    same = {"a": ("a1", "a2"), "b": ("a1", "a2")}
    each = {"a1": "a1", "a2": "a2"}
    assert mappings(ranges, same) == {"a": {"b": each}, "b": {"a": each}}
    assert mapped(body, ("c",), known, pairs) == {}
    with pytest.raises(DoesNotFit, match="has 2 elements for 1 of 'part'"):
        mappings({"a": SubscriptRange("a", ("a1", "a2"), 1, (("part", ()),))}, known)


def test_a_name_in_other_letters_is_told(tmp_path: Path) -> None:
    made = read(tmp_path, "需求= 20 ~ 件 ~ |\nGröße= 需求 + Time ~~|\n")
    assert "Called '需求' in the file. [件]" in made.text
    assert "Größe" not in made.text


TWICE = {
    "a table": "x= t(1) + t(2) ~~|\nt((1,1),(1,2)) ~~|\n",
    "a range": "s: GET XLS SUBSCRIPT('a') ~~|\nx[s]= 1 ~~|\ny[first]= x[first] ~~|\n",
    "a sketch": "x= y(1) ~~|\ny= A FUNCTION OF() ~~|\n",
}


@pytest.mark.parametrize("name", TWICE)
def test_what_needs_something_unreadable_is_not_refused_for_it_again(
    name: str, tmp_path: Path
) -> None:
    assert len(refused(tmp_path, TWICE[name])) == 1
