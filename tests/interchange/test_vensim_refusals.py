"""What of Vensim's text is refused, by name and line; hostile texts; what the manual says."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from schelling.errors import CaseError
from schelling.interchange.mdl.into_case import imported
from schelling.interchange.stockflow.into_case import Imported

TIME = "INITIAL TIME= 0 ~~|\nFINAL TIME= 6 ~~|\nTIME STEP= 0.5 ~~|\nSAVEPER= TIME STEP ~~|\n"
EXACT = 1e-9  # sums of some ten numbers of size 10
END = "\\\\\\---/// Sketch information\n///---\\\\\\\n15:0,0,0,{},0,0\n"


def read(folder: Path, text: str, *, lenient: bool = False, method: int = 0) -> Imported:
    path = folder / "model.mdl"
    path.write_text(TIME + text + END.format(method), encoding="utf-8")
    return imported(path, lenient=lenient)


def refused(folder: Path, text: str, *, lenient: bool = False) -> list[tuple[str, int, str]]:
    with pytest.raises(CaseError) as error:
        read(folder, text, lenient=lenient)
    found = error.value.problems
    return [(one.code, one.span.line if one.span else 0, one.message) for one in found]


NOT_CARRIED = {
    "an unknown function": ("x= FIND MARKET PRICE(1,2,3) ~~|", "E908", "FIND MARKET PRICE"),
    "other arguments": ("x= SMOOTH3(Time) ~~|", "E908", "SMOOTH3 in 'x' takes 2 arguments, not 1"),
    "data": ("x:INTERPOLATE: ~~|", "E903", "the data 'x:INTERPOLATE:': of what is outside"),
    "data by formula": ("x := 3 ~~|", "E903", "the data 'x'"),
    "no equation": ("x ~~|", "E903", "'x': it has no equation"),
    "an exception": (
        "s: a, b ~~|\nx[s] :EXCEPT: [a]= 1 ~~|",
        "E909",
        "'x': it has no equation for a",
    ),
    **{
        f"some elements, {sub}": (
            f"s: a, b ~~|t: c, d ~~|x[b]= 1 ~~|\ny[s,t]= SUM(x[{sub}]) ~~|",
            "E909",
            "'x' in the equation of 'y' needs an element of 'some s'",
        )
        for sub in ("s", "s!", "t", "2", "Time")
    },
    "a long exception": ("s: a, b ~~|\nx[s] :EXCEPT: [a,b]= 1 ~~|", "E904", "has 2 subscripts"),
    "an exception of nothing": (
        "s: a, b ~~|\nx[s] :EXCEPT: [c]= 1 ~~|",
        "E909",
        "the exception 'c' is no part of 's'",
    ),
    "an exception of a table": (
        "s: a, b ~~|t[s] :EXCEPT: [a]((0,0),(1,1)) ~~|\nx[s]= t[s](Time) ~~|",
        "E907",
        "'t' is no graphical function",
    ),
    "many exceptions": (
        "s: (a1-a60) ~~|\nx[s,s] :EXCEPT: [s,s],[s,a1],[a1,s],[s,s],[a2,s]"
        + "".join(f",[s,a{n}]" for n in range(2, 26))
        + "= 1 ~~|",
        "E909",
        "its exceptions are for more than 5,000 elements",
    ),
    "long equations of elements": (
        f"p: (a1-a900) ~~|q: p, r ~~|\nx[p]= {'+'.join(['Time'] * 90)} ~~|x[r]= 1 ~~|",
        "E902",
        "all equations, written out for their elements, have more than 150,000 names",
    ),
    "an alias of two": ("s: a, b ~~|\nt <-> s, u ~~|", "E904", "',' is not expected in a range"),
    "many mappings": (
        f"s: (a1-a1000) -> {', '.join(['t'] * 101)} ~~|\nt: (b1-b1000) ~~|",
        "E909",
        "all mappings together have more than 100,000 elements",
    ),
    "a mapping to nothing": ("s: a, b -> t ~~|", "E909", "mapped to 't', which is no range"),
    "a mapping of another length": (
        "s: a, b -> t ~~|\nt: c, d, e ~~|",
        "E909",
        "the range 's' has 2 elements for 3 of 't'",
    ),
    "an alias of nothing": ("s <-> t ~~|", "E909", "mapped to 't', which is no range"),
    "a spreadsheet": (
        "x= GET_XLS_CONSTANTS('a.xls','b','C1') ~~|",
        "E903",
        "of what is outside of the file only tables are read",
    ),
    "a test of reality": (
        "x:THE CONDITION: y > 1 :IMPLIES: z > 2 ~~|",
        "E903",
        "tests of a model are no part of it",
    ),
    "an incomplete equation": ("x= A FUNCTION OF(Time) ~~|", "E904", "never given an equation"),
    "a stock of some": (
        "s: a, b ~~|\nx[a]= INTEG(1, 0) ~~|x[b]= 1 ~~|",
        "E904",
        "'x' is a stock for some elements and none for others",
    ),
    "a stock within": ("x= 2*INTEG(1, 2) ~~|", "E904", "INTEG in 'x'"),
    "nothing behind the sign": ("x= ~~|", "E904", "it is empty"),
    "a sign too many": ("x= 3 + ~~|", "E904", "it ends too soon"),
    **{
        power: (f"x= {power} ~~|", "E904", "powers of powers need brackets")
        for power in ("2^3^Time", "2^3 ^ (2)", "2 ^ 3 ^ MAX(2, 1)", "2 ^ (3) ^ (2)", "2 ^ -3 ^ (2)")
    },
    **{
        words: (f"x= {words} ~~|", "E907", f"'{name}' in the equation of 'x' is not defined")
        for words, name in (("pi", "pi"), ("2*PI()", "pi"), ("INTEG(DT, 1)", "dt"), ("y + 1", "y"))
    },
    "inf in a macro": (
        ":MACRO: M(a)\nM= a + INF ~~|\n:END OF MACRO:\nx= M(1) ~~|",
        "E907",
        "'inf' in the equation of 'M' is not defined",
    ),
    "time of an element": ("s: a, b ~~|\nx[s]= Time[s] ~~|", "E904", "Time has no subscripts"),
    "a count of nothing": ("x= ELMCOUNT(Foo) ~~|", "E909", "'foo', which is no range"),
    "ranges in a circle": ("s: a, t ~~|\nt: s ~~|", "E909", "is a part of itself"),
    "a word of no meaning": ("x= :FOO: ~~|", "E904", ":FOO: is not read here"),
    "twice": ("x= 1 ~~|\nX= 2 ~~|", "E907", "an equation of 'X': there is one already"),
    "a range twice": ("s: a, b ~~|\nS: c ~~|", "E907", "the range 'S': there is one already"),
    "a macro twice": (
        ":MACRO: M(a)\nM= a ~~|:END OF MACRO::MACRO: m(b)\n\nm= 2 ~~|\n:END OF MACRO:",
        "E907",
        "the macro 'm': there is one already",
    ),
    "no such element": ("s: a, b ~~|\nx[c]= 1 ~~|", "E909", "the subscripts of 'x' do not fit"),
    "a sum over nothing": ("s: a, b ~~|\nx= SUM(y[t!]) ~~|\ny[s]= 1 ~~|", "E909", "runs over 't'"),
    "a short list": ("s: a, b, c ~~|\nx[s]= 1, 2 ~~|", "E909", "a list of 2 numbers stands for 3"),
    "places that fall": ("x((0,1),(0,2)) ~~|", "E904", "the places of a table do not rise"),
    "a start that is drawn": ("x= INTEG(1, RANDOM 0 1()) ~~|", "E908", "nothing can start at"),
    "a result too many": (
        ":MACRO: M(a: b)\nM= a*b ~~|b= 2 ~~|:END OF MACRO:x= M(1: y, z) ~~|",
        "E908",
        "M in 'x' has 1 further result, not 2",
    ),
    "results of results": (
        ":MACRO: M(a: b)\nM= M(a: c) ~~|b= M(a: d) ~~|:END OF MACRO:x= M(1: y) ~~|",
        "E902",
        "the model has more than 5,000 variables",
    ),
    "a result of a function": ("x= MAX(1, 2: y) ~~|", "E908", "MAX in 'x' has 0 further results"),
    "a result that is no name": (
        ":MACRO: M(a: b)\nM= a*b ~~|b= 2 ~~|:END OF MACRO:x= M(1: 2) ~~|",
        "E904",
        "has to be the name of a variable",
    ),
    "a result that is drawn": (
        ":MACRO: M(a: b)\nM= a*b ~~|b= RANDOM 0 1() ~~|:END OF MACRO:x= M(1: y) ~~|",
        "E903",
        "the result 'y': random numbers are drawn for it",
    ),
    "results of what is drawn": (
        ":MACRO: M(a: b)\nM= a ~~|b= 2*a ~~|:END OF MACRO:x= M(RANDOM 0 1(): y) ~~|",
        "E903",
        "the result 'y': random numbers are drawn for it",
    ),
    "a result that is not there": (
        ":MACRO: M(a: b)\nM= a ~~|:END OF MACRO:x= M(1: y) ~~|",
        "E907",
        "the macro 'm' has no equation for its result 'b'",
    ),
    "a result twice": (
        ":MACRO: M(a: b)\nM= a ~~|b= 1 ~~|:END OF MACRO:x= M(1: y) ~~|y= 2 ~~|",
        "E907",
        "an equation of 'y': there is one already",
    ),
    "an open quotation": ('x= "y ~~|', "E904", "a quotation mark is not closed"),
    "an open brace": ("x= 1 {y ~~|", "E904", "a brace is not closed"),
    "no end": ("x= 1 ~ unit ~ comment", "E901", "does not end with '|'"),
}


@pytest.mark.parametrize("name", NOT_CARRIED)
def test_it_is_refused_by_name_and_line(name: str, tmp_path: Path) -> None:
    text, code, said = NOT_CARRIED[name]
    found = refused(tmp_path, text + "\n")
    assert found[0][0] == code
    assert found[0][1] in (5, 6) or name == "results of results"
    assert re.search(said, found[0][2])


def test_with_leniency_it_is_left_out_and_listed(tmp_path: Path) -> None:
    text = "x= FIND MARKET PRICE(1,2,3) + 4 ~~|\ny:RAW: ~~|\nz= Time ~~|\n"
    made = read(tmp_path, text, lenient=True)
    assert [(one.line, one.what) for one in made.left_out] == [
        (6, "the data 'y:RAW:'"),
        (5, "FIND MARKET PRICE in 'x'"),
    ]
    assert (imported_course(made, tmp_path)["x"] == 4).all()


def test_with_leniency_elements_without_an_equation_are_zero(tmp_path: Path) -> None:
    text = "s: a, b, c ~~|\nx[a]= 2 ~~|\nx[c]= Time ~~|\ny= SUM(x[s!]) ~~|\n"
    made = read(tmp_path, text, lenient=True)
    why = "it has no equation for b; 0 stands in their place"
    assert [(one.what, one.why) for one in made.left_out] == [("'x'", why)]
    course = imported_course(made, tmp_path)
    np.testing.assert_array_equal(course["x[b]"], 0)
    np.testing.assert_array_equal(course["y"], 2 + course["x[c]"])


def nested(function: str, more: str, depth: int) -> str:
    return f"x= {f'{function}(' * depth}Time{f'{more})' * depth} ~~|\n"


HOSTILE = {
    "functions that double": (nested("INTEGER", "", 60), "E904"),
    "pulses that double": (nested("PULSE", ", Time", 60), "E904"),
    "rests that treble": (nested("MODULO", ", Time", 60), "E904"),
    "many brackets": ("x= " + "(" * 20_000 + "1" + ")" * 20_000 + " ~~|\n", "E904"),
    "many denials": ("x= " + ":NOT:" * 9_000 + "1 ~~|\n", "E904"),
    "a long sum": ("x= " + "+".join(["Time"] * 5_000) + " ~~|\n", "E904"),
    "a long equation": ("x= " + "1" * 60_000 + " ~~|\n", "E904"),
    "many elements": ("s: (a1-a100000) ~~|\n", "E904"),
    "a cube": (
        "".join(f"s{n}: (e{n}x1-e{n}x900) ~~|\n" for n in range(3)) + "x[s0,s1,s2]= 1 ~~|\n",
        "E902",
    ),
    "ranges of each other": ("s: t ~~|\nt: s ~~|\n", "E909"),
    "blanks in a macro": (":MACRO:" + " " * 40_000 + "x ~~|\n", "E904"),
    "words in a macro": (":MACRO:" + " a" * 20_000 + " ~~|\n", "E904"),
    "ranges that are many": (
        "".join(f"s{n}: (e{n}x1-e{n}x900) ~~|\n" for n in range(6))
        + "s: s0, s1, s2, s3, s4, s5 ~~|\n",
        "E909",
    ),
    "ranges of all": (
        "s0: (e1-e1000) ~~|\n" + "".join(f"s{n + 1}: s{n} ~~|\n" for n in range(9_000)),
        "E909",
    ),
    "a range for each variable": (
        "".join(f"s{n}: (e{n}x1-e{n}x10) ~~|\n" for n in range(9_900))
        + "".join(f"x{n}[e{n}x1]= 1 ~~|\n" for n in range(9_900)),
        "E902",
    ),
    "parts of many variables": (
        "p: (e1-e900) ~~|\nq: p, last ~~|\n"
        + "".join(f"x{n}[p]= Time ~~|\nx{n}[last]= 1 ~~|\n" for n in range(4_000)),
        "E902",
    ),
    "a circle of ranges": (
        "s0: s1500 ~~|\n" + "".join(f"s{n + 1}: s{n} ~~|\n" for n in range(1_500)),
        "E909",
    ),
    "a macro of itself": (":MACRO: M(a)\nM= M(a) ~~|\n:END OF MACRO:\nx= M(1) ~~|\n", "E908"),
    "many entries": ("".join(f"x{n}= 1 ~~|\n" for n in range(20_001)), "E902"),
    "many blanks": ("x= 1 ~~" + " " * 1_000_000 + "|\ny= x +" + " " * 40_000 + "~~|\n", "E904"),
    "open ranges": ("x= 1 ~" + "[" * 1_000_000 + "~|\ny= ~~|\n", "E904"),
    "a circle": ("x= y ~~|\ny= x ~~|\n", "E910"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_bounded_time(name: str, tmp_path: Path) -> None:
    text, code = HOSTILE[name]
    begun = time.process_time()
    found = refused(tmp_path, text, lenient=True)
    assert time.process_time() - begun < 20  # about three alone; the machine may be shared
    assert {one[0] for one in found} == {code}


BYTES = {
    "nothing": (b"", "E901"),
    "no text": (bytes(range(256)), "E901"),
    "prose": (b"Dear all, here is the model.", "E901"),
    "a page": (b"<html><body>not found</body></html>", "E901"),
    "another encoding": (b"{shift-jis}\nx= 1 ~~|", "E902"),
    "a false promise": (b"{UTF-8}\nx= \xff ~~|", "E901"),
    "wide letters": ("x= 1 ~~|".encode("utf-16"), "E901"),
    "only a picture": (b"\\\\\\---/// Sketch\n", "E901"),
    "no time": (b"x= 1 ~~|", "E906"),
    "a time that falls": (TIME.replace("6", "-6").encode(), "E906"),
    "a step that is computed": (TIME.replace("0.5", "RANDOM 0 1()").encode(), "E906"),
    "a thousand steps of years": (TIME.replace("0.5", "1e-9").encode(), "E906"),
}


@pytest.mark.parametrize("name", BYTES)
def test_what_is_no_model_is_refused(name: str, tmp_path: Path) -> None:
    data, code = BYTES[name]
    path = tmp_path / "model.mdl"
    path.write_bytes(data)
    with pytest.raises(CaseError) as error:
        imported(path)
    assert error.value.problems[0].code == code


def test_results_are_not_saved_within_a_step(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_text(TIME.replace("SAVEPER= TIME STEP", "SAVEPER= 0.1") + "y= SAVEPER ~~|\n")
    assert (imported_course(imported(path), tmp_path)["y"] == 0.5).all()


def test_windows_letters_and_ends_of_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    text = TIME + 'Größe= 3 {remark} ~ Köpfe ~ so it "is |\ny= Größe {a ~ b | c} + 1 ~~|\n'
    path.write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
    made = imported(path)
    assert 'why: "A constant of the model. so it \\"is [Köpfe]"' in made.text
    assert (imported_course(made, tmp_path)["y"] == 4).all()


def test_rk4_is_taken_from_the_settings(tmp_path: Path) -> None:
    """Exponential growth: each step times the Taylor polynomial of degree 4."""
    made = read(tmp_path, "s= INTEG(0.3*s, 2) ~~|\n", method=5)
    h = 0.5 * 0.3
    factor = 1 + h + h**2 / 2 + h**3 / 6 + h**4 / 24
    assert imported_course(made, tmp_path)["s"] == pytest.approx(2 * factor ** np.arange(13))
    with pytest.raises(CaseError, match="Euler's rule or by RK4"):
        read(tmp_path, "s= INTEG(0.3*s, 2) ~~|\n", method=3)
    with pytest.raises(CaseError, match="RK4 Auto chooses its own steps"):
        read(tmp_path, "s= INTEG(0.3*s, 2) ~~|\n", method=1)
    loose = read(tmp_path, "s= INTEG(0.3*s, 2) ~~|\n", method=1, lenient=True)
    assert [one.what for one in loose.left_out] == ["the method of integration"]


def test_a_pulse_without_width_lasts_a_step_and_npv_is_discounted(tmp_path: Path) -> None:
    """As the manual says of both."""
    text = "p= PULSE(2, 0) ~~|\nq= PULSE(2, 0*Time) ~~|\nworth= NPV(10+Time, 0.1, 5, 2) ~~|\n"
    found = imported_course(read(tmp_path, text), tmp_path)
    assert found["p"].nonzero()[0].tolist() == [4]
    assert found["q"].nonzero()[0].tolist() == [4]
    factor, gathered = 1.0, 5.0
    for step in range(13):
        stream = 10 + 0.5 * step
        assert found["worth"][step] == pytest.approx(2 * (gathered + 0.5 * stream * factor))
        gathered, factor = gathered + 0.5 * stream * factor, factor - 0.5 * factor * 0.1 / 1.05


def test_random_numbers_are_drawn_by_the_case(tmp_path: Path) -> None:
    text = "x= RANDOM NORMAL(-1, 1, 0, 2, 77) + RANDOM UNIFORM(2, 3, 0) + RANDOM 0 1() ~~|\n"
    made = read(tmp_path, text)
    assert made.text.count("draw_of_x") == 6
    assert 'start: "truncnormal(0, 2, -1, 1)"' in made.text
    found = imported_course(made, tmp_path)["x"]
    assert len(set(found)) == 13
    assert ((found > 1) & (found < 5)).all()


def test_a_sample_needs_whole_steps(tmp_path: Path) -> None:
    text = "x= SAMPLE IF TRUE(Time > 4, Time, 0) ~~|\n"
    with pytest.raises(CaseError, match="RK4 has no such step"):
        read(tmp_path, text, method=5)
    loose = read(tmp_path, text, method=5, lenient=True)
    (listed,) = map(str, loose.left_out)
    assert listed.startswith("line 5: SAMPLE_IF_TRUE in 'x'")
    assert listed.endswith("; its input is taken")
    assert imported_course(loose, tmp_path)["x"] == pytest.approx(np.arange(13) * 0.5)
