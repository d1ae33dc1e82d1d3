"""Tables beside a Vensim model: what `GET DIRECT ...` reads, and what it never opens."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from interchange.running import imported_course
from interchange.test_vensim_refusals import EXACT, read, refused
from schelling.interchange.mdl import beside
from schelling.interchange.stockflow import curves

CELLS = "name,p,q,r\nk1,11,12,13\nk2,21,22,23\nk3,31,32,33\n"
SERIES = "time,x,y\n0,1,2\n2,5,4\n3,,\n4,3,6\n"
MODEL = """
d: GET DIRECT SUBSCRIPT('in/cells.csv', ',', 'A2', 'A', 'n') ~~|
e: GET DIRECT SUBSCRIPT('in/cells.csv', ',', 'b1', 'C1', '') ~~|
one= GET DIRECT CONSTANTS('in/cells.csv', ',', 'C3') ~ unit ~ said |
right[d]= GET DIRECT CONSTANTS(
    'in/cells.csv',
    ',', 'B2') ~~|
down[d]= GET DIRECT CONSTANTS('in\\cells.csv', ',', 'B2*') ~~|
both[d,e]= GET DIRECT CONSTANTS('in/cells.csv', ',', 'B2') ~~|
turned[e,d]= GET DIRECT CONSTANTS('in/cells.csv', ',', 'B2*') ~~|
part[nk2,e]= GET DIRECT CONSTANTS('in/cells.csv', ',', 'B2') ~~|
part[d,e] :EXCEPT: [nk2,e]= 0 ~~|
moves[e] := GET DIRECT DATA('in/series.csv', ',', 'A', 'B2') ~~|
held:HOLD BACKWARD: := GET DIRECT DATA('in/series.csv', ',', 'A', 'B2') ~~|
coming :LOOK FORWARD: := GET DIRECT DATA('in/series.csv', ',', 'A', 'B2') ~~|
f: GET DIRECT SUBSCRIPT('in/block.csv', '', 'A1', 'B4', '') ~~|
place[f]= f ~~|
across := GET DIRECT DATA('in/rows.csv', ';', '1', 'B2') ~~|
t= GET DIRECT LOOKUPS('in/series.csv', ',', 'A', 'C2') ~~|
read= t(Time + 0.5) ~~|
"""
MEANT = {
    **{"one": 22, "right[nk3]": 13, "down[nk3]": 31, "both[nk2, q]": 22, "turned[q, nk3]": 32},
    **{"part[nk2, q]": 12, "part[nk1, p]": 0, "moves[p]": 4, "moves[q]": 5},
    **{f"place[{name}]": n for n, name in enumerate(("u", "v", "w", "y", "z"), 1)},
    **{"held": 5, "coming": 3, "across": 25, "read": 5.5},
}
"""At time 3; as PySD 3.14.3 reads such tables."""


def test_the_cells_are_those_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cells.csv").write_text(CELLS, encoding="utf-8")
    (tmp_path / "in" / "series.csv").write_text(SERIES, encoding="utf-8")
    (tmp_path / "in" / "block.csv").write_text("u,v\nw,\n\ny,z,no\nno\n", encoding="utf-8")
    (tmp_path / "in" / "rows.csv").write_text("at;0;4;8\nx;10;30;0\n", encoding="utf-8")
    course = imported_course(read(tmp_path, MODEL), tmp_path)
    found = {name: course[name][6] for name in MEANT}
    assert found == pytest.approx(MEANT, abs=EXACT)


CONSTANT = "x= GET DIRECT CONSTANTS('{}', '{}', '{}') ~~|\n"
NOT_READ = {
    "outside": (CONSTANT.format("../c.csv", ",", "B2"), "does not lie in the folder of the model"),
    "absolute": (CONSTANT.format("/etc/a.csv", ",", "B2"), "does not lie in the folder"),
    "a way out": (CONSTANT.format("way.csv", ",", "B2"), "does not lie in the folder"),
    "missing": (CONSTANT.format("none.csv", ",", "B2"), "there is no file 'none.csv'"),
    "a folder": (CONSTANT.format("f.csv", ",", "B2"), "there is no file 'f.csv'"),
    "a spreadsheet": (CONSTANT.format("c.xlsx", "s", "B2"), "only tables in text files"),
    "a name": (CONSTANT.format("c.csv", ",", "rates"), "'rates' is no cell"),
    "a word": (CONSTANT.format("c.csv", ",", "A2"), "'k1' stands in A2 of 'c.csv'"),
    "a blank": (CONSTANT.format("c.csv", ",", "AB7"), "nothing stands in AB7"),
    "not a number": (CONSTANT.format("c.csv", ",", "D3"), "'nan' stands in D3"),
    "no text": (CONSTANT.format("b.csv", ",", "B2"), "'b.csv' is not UTF-8 text"),
    "arguments": ("x= GET DIRECT CONSTANTS('c.csv', ',') ~~|\n", "it takes 3 texts, not 2"),
    "in an equation": ("x= 2*GET DIRECT CONSTANTS('c.csv', ',', 'B2') ~~|\n", "alone on its side"),
    "raw": ("x:RAW: := GET DIRECT DATA('c.csv',',','B','C2') ~~|\n", "raw data have no value"),
    "places that fall": ("x:= GET DIRECT DATA('c.csv',',','C','B2') ~~|\n", "places do not rise"),
    "places that stay": ("x:= GET DIRECT DATA('c.csv',',','H','B2') ~~|\n", "places do not rise"),
    "a star of a series": ("x:= GET DIRECT DATA('c.csv',',','B','C2*') ~~|\n", "no row or column"),
    "a star of elements": ("s: GET DIRECT SUBSCRIPT('c.csv',',','A2*','A','') ~~|\n", "no 1 to"),
    "row 0": (CONSTANT.format("c.csv", ",", "B0"), "'B0' is no cell"),
    "too many elements": (
        "s: GET DIRECT SUBSCRIPT('many.csv',',','A1','1','') ~~|\n",
        "no 1 to 1,000 names",
    ),
    "a series of two ranges": (
        "d: u, v ~~|e: w, z ~~|x[d,e]:= GET DIRECT DATA('c.csv',',','B','C2') ~~|\n",
        "read over one range, and without exceptions",
    ),
    "a series with an exception": (
        "d: u, v ~~|x[d]:EXCEPT:[u]:= GET DIRECT DATA('c.csv',',','B','C2') ~~|\n",
        "read over one range, and without exceptions",
    ),
    "no points": ("x:= GET DIRECT DATA('c.csv',',','B','K2') ~~|\n", "it has 0 points"),
    "separators": (CONSTANT.format("c.csv", ",", "E3"), "'1_000' stands in E3"),
    "a sheet": (CONSTANT.format("c.csv", "rates", "B2"), "'rates' stands between no cells"),
    **{
        f"elements to {last!r}": (
            f"s: GET DIRECT SUBSCRIPT('c.csv',',','A1','{last}','') ~~|\n",
            f"'{last}' is no last cell, column or row",
        )
        for last in ("", "A1*", "end?")
    },
    **{
        f"elements from {first}": (
            f"s: GET DIRECT SUBSCRIPT('c.csv',',','{first}','{last}','') ~~|\n",
            said,
        )
        for first, last, said in (
            ("F1", "F2", "'a\\nb' is no name of an element"),
            ("F2", "F", "'\\x1b[31m' is no name of an element"),
            ("F3", "3", "is no name of an element"),
            ("G2", "G3", "a name stands twice from G2 of 'c.csv' on"),
            ("B2", "A1", "no 1 to 1,000 names"),
        )
    },
    "no elements": ("s: GET DIRECT SUBSCRIPT('c.csv',',','K2','K','') ~~|\n", "no 1 to 1,000"),
    "too many cells": (
        "d: (a1-a71) ~~|x[d,d]= GET DIRECT CONSTANTS('c.csv',',','B2') ~~|\n",
        "for more than 5,000 elements",
    ),
    "three ranges": (
        "d: a, b ~~|e: f, g ~~|h: i, j ~~|x[d,e,h]= GET DIRECT CONSTANTS('c.csv',',','B2') ~~|\n",
        "over two ranges at most",
    ),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_it_is_refused_by_name_and_line(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    (folder / "f.csv").mkdir(parents=True)
    (tmp_path / "c.csv").write_text("a,b\nc,1\n", encoding="utf-8")
    (folder / "way.csv").symlink_to(tmp_path / "c.csv")
    rows = f'n,b,c,d,e,"a\nb"\nk1,1,9,2,0,\x1b[31m,v,3\nk2,2,8,nan,1_000,{"x" * 201},V,3\n'
    (folder / "c.csv").write_text(rows, encoding="utf-8")
    (folder / "many.csv").write_text(",".join(f"n{k}" for k in range(1_001)), encoding="utf-8")
    (folder / "b.csv").write_bytes(b"a,\xff\n")
    text, said = NOT_READ[name]
    code, line, message = refused(folder, text)[0]
    assert (code, line) == ("E903", 5)
    assert said in message


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"," * 4_900_000, "more than 500,000 cells"),
        (b"a\n" * 2_000_000, "more than 500,000 cells"),
        (b"1" * 5_000_001, "at most 5,000,000 are allowed"),
        (b'"' + b"x" * 200_000, "'c.csv' is no table: field larger"),
        (b"time,x\n" + b"".join(b"%d,1\n" % n for n in range(2_001)), "it has 2,001 points"),
    ],
    ids=["commas", "lines", "bytes", "a long cell", "points"],
)
def test_a_table_costs_bounded_time(table: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(table)
    begun = time.process_time()
    found = refused(tmp_path, "x:= GET DIRECT DATA('c.csv', ',', 'A', 'B2') ~~|\n")
    assert time.process_time() - begun < 5  # a tenth of a second alone
    assert said in found[0][2]


@pytest.mark.parametrize(
    ("call", "looks"),
    [
        ("a[d]= GET DIRECT CONSTANTS('c.csv', ',', 'A1')", 2),
        ("a:= GET DIRECT DATA('c.csv', ',', 'B', 'B1')", 3),  # three rows
        ("a:= GET DIRECT DATA('c.csv', ',', '2', 'B2')", 2),  # two columns
        ("s: GET DIRECT SUBSCRIPT('c.csv', ',', 'A1', 'B2', '')", 6),  # four, and two rows
    ],
)
def test_many_calls_cost_bounded_time(
    call: str, looks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.csv").write_text("1,2\n3,4\n,5\n", encoding="utf-8")
    text = f"d: u, v ~~|\n{call} ~~|\n{call.replace('a', 'b', 1).replace('s:', 't:')} ~~|\n"
    monkeypatch.setattr(beside, "MOST_LOOKS", 2 * looks)
    assert read(tmp_path, text).left_out == ()
    monkeypatch.setattr(beside, "MOST_LOOKS", 2 * looks - 1)
    assert f"more than {2 * looks - 1} cells" in refused(tmp_path, text)[0][2]


def test_what_cannot_be_read_is_tried_once(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(b"," * 4_900_000)
    text = "".join(CONSTANT.format("./" * n + "c.csv", ",", "B2") for n in range(100))
    begun = time.process_time()
    refused(tmp_path, text)
    assert time.process_time() - begun < 3  # 0.2 seconds; once for each call 15


def test_all_tables_have_bounded_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "MOST_BYTES", 20)
    for name in "cd":
        (tmp_path / f"{name}.csv").write_text("n,1\n1,23456\n", encoding="utf-8")
    text = CONSTANT.format("c.csv", ",", "B2") + CONSTANT.replace("x", "y").format(
        "d.csv", ",", "B2"
    )
    assert "all tables have more than 20 bytes" in refused(tmp_path, text)[0][2]


def test_a_table_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.csv").write_text(CELLS, encoding="utf-8")
    monkeypatch.setattr(beside, "MOST_TABLE_CELLS", 20)  # it has 16, and four rows
    text = "".join(CONSTANT.format("c.csv", ",", "B2").replace("x", f"x{n}") for n in range(9))
    assert read(tmp_path, text).text.count('"11"') == 9


def test_a_curve_too_long_for_a_formula_stands_in_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{n / 7},{n**0.5}\n" for n in range(200))
    (tmp_path / "c.csv").write_text(f"t,x\n{rows}", encoding="utf-8")
    data = "GET DIRECT DATA('c.csv', ',', 'A', 'B2')"
    made = read(tmp_path, f"\nx:= {data} ~~|\ny:= {data} ~~|\n")
    assert list(made.beside) == ["curve_of_x.csv"]
    course = imported_course(made, tmp_path)
    assert course["x"][4] == course["y"][4] == pytest.approx(14**0.5, abs=EXACT)
    monkeypatch.setattr(curves, "MOST_CURVES", 0)
    for text in (f"\nx:HOLD BACKWARD: := {data} ~~|\n", f"\nx:= {data} ~~|\n"):
        found = refused(tmp_path, text)
        assert found == [("E902", 6, "the curve of 200 points that 'x' reads is too long")]
