"""Stochastic games as sgamesolver's table: both ways to tell the next state, and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from numpy.testing import assert_array_equal

from games.clock import within
from schelling.errors import CaseError
from schelling.games.files import csv_table

DATA = Path(__file__).parents[1] / "states" / "data"
HEAD = "state,a_p,a_q,u_p,u_q,to_state\n"
GOOD = HEAD + (
    "delta,,,0.9,0.5,\n"
    'calm,hold,"go, now",1,2,"calm: 0.25, war: 0.75"\n'
    "calm,hold,stay,1.5,-2e-3,war\n"
    "\n"
    'war,"say ""no""",stay,0,.5,\n'
)


def test_both_ways_of_telling_the_next_state() -> None:
    table = csv_table.parse(GOOD)
    assert table.states == ("calm", "war")
    assert table.players == ("p", "q")
    assert table.actions == ((("hold",), ("go, now", "stay")), (('say "no"',), ("stay",)))
    assert table.structure.actions == ((1, 2), (1, 1))
    assert_array_equal(table.discount, [0.9, 0.5])
    assert_array_equal(table.payoffs[0, 0], [[1.0, 2.0], [1.5, -0.002]])
    assert_array_equal(table.transitions[0, 0], [[0.25, 0.75], [0.0, 1.0]])
    assert_array_equal(table.transitions[1, 0, 0], [0.0, 0.0])  # empty: the game ends
    columns = csv_table.parse(csv_table.write(table))
    assert "phi_calm,phi_war" in csv_table.write(table)
    assert columns.actions == table.actions
    for name in ("payoffs", "transitions", "discount"):
        assert_array_equal(getattr(columns, name), getattr(table, name))


def test_the_size_of_a_game_is_counted_before_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two states, each padded to 1 x 2 cells, and in a cell two payoffs and two chances: 16."""
    monkeypatch.setattr(csv_table, "MOST_NUMBERS", 16)
    assert csv_table.parse(GOOD).states == ("calm", "war")
    monkeypatch.setattr(csv_table, "MOST_NUMBERS", 15)
    with pytest.raises(CaseError, match="the game has 16 numbers, more than 15"):
        csv_table.parse(GOOD)


def test_names_may_hold_commas_and_colons_and_numbers_may_be_fractions() -> None:
    """States as other programs name them, from a tuple, and payoffs as `.efg` files have them."""
    text = (
        "state,a_p,u_p,to_state\ndelta,,9/10,\n"
        '"(1, 0.0)",x,5/16,"(1, 0.0): 1/4, (2, 1.5): 1/2, a:b: 0.25"\n'
        '"(2, 1.5)",x,-1/2,"(1, 0.0)"\n'
        "a:b,x,1e1/4,\"{'(2, 1.5)': 0.5, 'a:b': 0.5}\"\n"
    )
    table = csv_table.parse(text)
    assert table.states == ("(1, 0.0)", "(2, 1.5)", "a:b")
    assert_array_equal(table.payoffs.ravel(), [0.3125, -0.5, 2.5])
    assert_array_equal(table.discount, [0.9])
    assert_array_equal(table.transitions[:, 0], [[0.25, 0.5, 0.25], [1, 0, 0], [0, 0.5, 0.5]])
    again = csv_table.parse(csv_table.write(table))
    assert_array_equal(again.transitions, table.transitions)


@pytest.mark.parametrize("number", ["1/0", "1/-2", "1/2/3", "1/x", "/2", "1/1e3"])
def test_what_is_no_fraction_is_said(number: str) -> None:
    with pytest.raises(CaseError, match="a payoff, a number, found"):
        csv_table.parse(f"state,a_p,u_p,to_state\ndelta,,0.9,\nhome,x,{number},home\n")


def test_a_long_list_of_nothing_is_refused_quickly() -> None:
    text = 'state,a_p,u_p,to_state\ndelta,,0.9,\n"h, o",x,1,"' + ",x" * 50_000 + '"\n'
    with within(5), pytest.raises(CaseError, match="expected 'state: chance'"):
        csv_table.parse(text)


@pytest.mark.parametrize("path", sorted(DATA.glob("markov-*.csv")), ids=lambda path: path.stem)
def test_written_numbers_are_read_back_exactly(path: Path) -> None:
    table = csv_table.read(path)
    again = csv_table.parse(csv_table.write(table))
    assert_array_equal(again.payoffs, table.payoffs)
    assert_array_equal(again.transitions, table.transitions)


BAD = {
    "": ("E807", 1, 1, "empty"),
    "delta\n": ("E807", 1, 1, "lacks the column"),
    "state,a_p,u_q\n": ("E807", 1, 1, "'u_p'"),
    "state,a_p,u_p\n": ("E807", 1, 1, "next state"),
    "state,a_p,u_p,u_p,to_state\n": ("E807", 1, 15, "twice"),
    "state,a_p,u_p,to_state\ncalm,x,1,\n": ("E807", 1, 1, "no row 'delta'"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\n": ("E807", 1, 1, "no state"),
    "state,a_p,u_p,to_state\ndelta,,1.0,\nc,x,1,\n": ("E806", 2, 8, "below 1"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,one,\n": ("E801", 3, 5, "'one'"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,nan,\n": ("E801", 3, 5, "'nan'"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,1e999,\n": ("E806", 3, 5, "useful range"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,1,d\n": ("E807", 3, 7, "'d' is no state"),
    'state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,1,"c: 0.7, c: 0.7"\n': ("E803", 3, 8, "sum to 1.4"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,1,c: -1\n": ("E803", 3, 7, "at least 0"),
    'state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,1,"c, d"\n': ("E801", 3, 8, "state: chance"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\nc,x\n": ("E807", 3, 3, "2 cells, not 4"),
    "state,a_p,u_p,to_state\ndelta,,0.5,\nc,x,1,\nc,x,2,\n": ("E807", 4, 1, "same actions"),
    'state,a_p,u_p,to_state\ndelta,,0.5,\nc,"x,1,\n': ("E801", 3, 3, "quote"),
    "state,a_p,u_p,phi_d\ndelta,,0.5,\nc,x,1,0\n": ("E807", 3, 1, "names no state"),
    "state,a_p,u_p,phi_c\ndelta,,0.5,\nc,x,1,0\nd,x,1,0\n": ("E807", 4, 1, "'phi_d'"),
    HEAD + "delta,,,0,0,\nc,x,y,1,1,\nc,w,z,1,1,\n": ("E807", 3, 1, "2 of its 4"),
}


@pytest.mark.parametrize(("text", "expected"), BAD.items(), ids=lambda value: None)
def test_what_is_wrong_is_told_with_its_place(
    text: str, expected: tuple[str, int, int, str]
) -> None:
    with pytest.raises(CaseError) as caught:
        csv_table.parse(text)
    code, line, column, words = expected
    problem = caught.value.problems[0]
    assert problem.code == code
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (line, column)
    assert words in problem.message + problem.hint


def test_several_problems_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        csv_table.parse(GOOD.replace("1.5", "x").replace("0.75", "0.8").replace(",.5,", ",?,"))
    assert [problem.code for problem in caught.value.problems] == ["E803", "E801", "E801"]


@pytest.mark.parametrize(
    "text",
    [
        "," * 1_000_000,
        "state,a_p,u_p,to_state\n" + "delta,,0.5,\n" * 100_000,
        HEAD + "delta,,,0,0,\n" + "".join(f"s{i},a{i},b{i},1,1,\n" for i in range(60_000)),
        HEAD + "delta,,,0,0,\n" + "".join(f"s,a{i},b{i},1,1,\n" for i in range(60_000)),
        HEAD + '"' * 999_999,
        GOOD + "calm,hold,stay,1,1,war" + "9" * 1_000_000,
    ],
    ids=["commas", "deltas", "states", "actions", "quotes", "digits"],
)
def test_hostile_tables_fail_quickly(text: str) -> None:
    with within(4.0), pytest.raises(CaseError):
        csv_table.parse(text)
