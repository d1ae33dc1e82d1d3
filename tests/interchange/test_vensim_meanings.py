"""What Vensim's text means where two readings lie near: tables, powers, names and ranges."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from interchange.test_vensim_refusals import read

RISING = "WITH LOOKUP(Time,((0,0),(10,{})))"
TIMES = np.arange(13) * 0.5


@pytest.mark.parametrize("parted", ["north, south", "north, far"])
def test_every_definition_reads_its_own_table(parted: str, tmp_path: Path) -> None:
    text = f"side: {parted} ~~|\nfar: south, pole ~~|\n"
    other = parted.split(", ")[1]
    text += f"x[north]= {RISING.format(10)} + {RISING.format(5)} ~~|\n"
    text += f"x[{other}]= {RISING.format(20)} ~~|\n"
    course = imported_course(read(tmp_path, text), tmp_path)
    assert course["x[north]"] == pytest.approx(1.5 * TIMES)
    others = [name for name in course if name.startswith("x[")][1:]
    assert others
    for name in others:
        assert course[name] == pytest.approx(2 * TIMES)


def test_the_name_of_a_table_is_nobody_elses(tmp_path: Path) -> None:
    text = f'x= {RISING.format(10)} ~~|\nx table 1= 7 ~~|\n"table 1"= 8 ~~|\n'
    text += f":MACRO: M(a)\nM= a * {RISING.format(30)} ~~|\n:END OF MACRO:\ny= M(x table 1) ~~|\n"
    course = imported_course(read(tmp_path, text), tmp_path)
    assert course["x"] == pytest.approx(TIMES)
    assert course["y"] == pytest.approx(7 * 3 * TIMES)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2 ^ (3 ^ 2)", 512),
        ("(2 ^ 3) ^ 2", 64),
        ("2 ^ ((3) ^ (2))", 512),
        ("2 ^ -(1 ^ 2)", 0.5),
        ("2 ^ MAX(3, 1 ^ 2)", 8),
        ("2 ^ (1 + 1) * 3 ^ (2)", 36),
    ],
)
def test_a_power_in_brackets_is_read(written: str, meant: float, tmp_path: Path) -> None:
    course = imported_course(read(tmp_path, f"x= {written} + 0*Time ~~|\n"), tmp_path)
    assert course["x"] == pytest.approx(meant)


def test_a_variable_is_over_the_smallest_range_that_holds_what_is_named(tmp_path: Path) -> None:
    text = "large: a, b, c ~~|\nsmall: a, b ~~|\nlast: b, c ~~|\nx[a]= 1 ~~|\nx[b]= 2 ~~|\n"
    text += "y= SUM(x[small!]) + 0*Time ~~|\n"
    assert imported_course(read(tmp_path, text), tmp_path)["y"] == pytest.approx(3)


@pytest.mark.parametrize("step", ["0", "-2", "0*Time - 1", "0*Time"])
def test_a_number_in_steps_that_are_none_is_itself(step: str, tmp_path: Path) -> None:
    course = imported_course(read(tmp_path, f"x= QUANTUM(2.3 + Time, {step}) ~~|\n"), tmp_path)
    assert course["x"] == pytest.approx(2.3 + TIMES)


def test_a_train_of_pulses_stops_at_its_end(tmp_path: Path) -> None:
    course = imported_course(read(tmp_path, "x= PULSE TRAIN(1, 1, 1, 3) ~~|\n"), tmp_path)
    assert course["x"].nonzero()[0].tolist() == [2, 3, 4, 5]


def test_words_of_xmile_are_names_like_others(tmp_path: Path) -> None:
    text = "pi= 3 ~~|\ndt= 5 ~~|\ns: inf, b ~~|\ny[s]= 1, 2 ~~|\n"
    text += "x= pi * DT + y[inf] + ELMCOUNT(s) + 0*Time ~~|\n"
    assert imported_course(read(tmp_path, text), tmp_path)["x"] == pytest.approx(18)


def test_ranges_of_ranges_are_read_in_bounded_time(tmp_path: Path) -> None:
    """Each doubles the one before; a chain is longer than Python recurs."""
    text = "r0: a, b ~~|\n" + "".join(f"r{n + 1}: r{n}, r{n} ~~|\n" for n in range(1_500))
    begun = time.process_time()
    made = read(tmp_path, text + "x[r0]= 1, 2 ~~|\ny= SUM(x[r0!]) + ELMCOUNT(r1500)*Time ~~|\n")
    assert time.process_time() - begun < 20  # about one alone; the machine may be shared
    assert imported_course(made, tmp_path)["y"] == pytest.approx(3 + 2 * TIMES)
