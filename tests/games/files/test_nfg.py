"""Gambit's strategic-form files: every feature of the grammar, exactness, and what is wrong."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from games.clock import within
from schelling.errors import CaseError
from schelling.games.errors import GameError
from schelling.games.files import nfg

PAYOFFS = """NFG 1 R "Guns, \\"butter\\"" { "north" "south" }
{ { "arm" "trade" } { "arm" "trade" "wait" } }
"a comment"
1 1/3  .5,-2   3e-1 4
5 6  7.25 8  -9/2 0
"""
OUTCOMES = """NFG 1 D "Shared" { "a" "b" "c" } { 2 1 2 }
{ { "x" 1, 2, 3 } { 1/7 0 -1 } }
2 1
0 2
"""


def test_payoffs_listed_cell_by_cell() -> None:
    """The first player's action runs fastest; numbers stay exact."""
    game = nfg.parse(PAYOFFS)
    assert (game.title, game.comment) == ('Guns, "butter"', "a comment")
    assert game.players == ("north", "south")
    assert game.actions == (("arm", "trade"), ("arm", "trade", "wait"))
    assert game.payoffs[0] == (Fraction(1), Fraction(1, 3))
    assert game.payoffs[2] == (Fraction(3, 10), Fraction(4))
    floats = game.floats()
    assert floats.shape == (2, 3, 2)
    assert_array_equal(floats[:, 0], [[1.0, 1 / 3], [0.5, -2.0]])
    assert_array_equal(floats[1, 2], [-4.5, 0.0])


def test_outcomes_listed_once_and_named_by_number() -> None:
    game = nfg.parse(OUTCOMES)
    assert game.actions == (("1", "2"), ("1",), ("1", "2"))
    floats = game.floats()
    assert_array_equal(floats[0, 0, 0], [1 / 7, 0.0, -1.0])
    assert_array_equal(floats[1, 0, 0], [1.0, 2.0, 3.0])
    assert_array_equal(floats[0, 0, 1], [0.0, 0.0, 0.0])  # outcome 0 pays nothing
    assert_array_equal(floats[1, 0, 1], [1 / 7, 0.0, -1.0])


@pytest.mark.parametrize("text", [PAYOFFS, OUTCOMES])
def test_what_is_written_reads_back_exactly(text: str) -> None:
    game = nfg.parse(text)
    again = nfg.parse(nfg.write(game))
    assert again.payoffs == game.payoffs
    assert again.actions == game.actions
    assert nfg.write(again) == nfg.write(game)


def test_floats_are_written_so_that_they_read_back_the_same() -> None:
    payoffs = np.random.default_rng(0).normal(size=(3, 2, 2, 3)) * 10.0 ** np.arange(-100, 200, 100)
    text = nfg.write(payoffs, ("x", "x", 'q"'), title="T")
    again = nfg.parse(text)
    assert_array_equal(again.floats(), payoffs)
    assert again.players == ("x", "x 2", "q'")
    assert again.actions[0] == ("1", "2", "3")


def test_names_that_do_not_fit_and_payoffs_that_are_none() -> None:
    with pytest.raises(GameError, match="2 players"):
        nfg.write(np.zeros((2, 2, 2)), ("only",))
    with pytest.raises(GameError, match="not finite"):
        nfg.write(np.full((2, 2), np.nan)[:, :1].repeat(1, axis=1).reshape(2, 1))


BAD = {
    "": ("E801", 1, 1, "'NFG'"),
    "EFG 2 R": ("E801", 1, 1, "'NFG'"),
    "NFG 2 R": ("E801", 1, 5, "version 1"),
    'NFG 1 R "t" { }': ("E804", 1, 13, "at least one player"),
    'NFG 1 R "t" { "a" } { 2 2 } 1 1': ("E804", 1, 21, "more players"),
    'NFG 1 R "t" { "a" "b" } { 2 } 1 1': ("E804", 1, 25, "1 players for 2"),
    'NFG 1 R "t" { "a" } { 0 }': ("E802", 1, 23, "between 1"),
    'NFG 1 R "t" { "a" } { { } }': ("E801", 1, 23, "at least one action"),
    'NFG 1 R "t" { "a" } { 2 }\n1 x': ("E801", 2, 3, "a number"),
    'NFG 1 R "t" { "a" } { 2 }\n1 1/0': ("E806", 2, 3, "divides by zero"),
    'NFG 1 R "t" { "a" } { 2 }\n1 1e999999999': ("E806", 2, 3, "useful range"),
    'NFG 1 R "t" { "a" } { 2 }\n1': ("E801", 2, 2, "1 more cells"),
    'NFG 1 R "t" { "a" } { 2 }\n1 2 3': ("E801", 2, 5, "is complete"),
    'NFG 1 R "t" { "a" } { 2 } { { 1 } }\n1 2': ("E805", 2, 3, "outcome"),
    'NFG 1 R "t" { "a" } { 2 } { { 1 2 } }\n1 1': ("E805", 1, 29, "more payoffs"),
    'NFG 1 R "t" { "a" } { 2 } { { 1 } }\n1': ("E801", 2, 2, "1 more cells"),
    'NFG 1 R "t" { "a } { 2 } 1 1': ("E801", 1, 15, "never closed"),
}


@pytest.mark.parametrize(("text", "expected"), BAD.items(), ids=lambda value: None)
def test_what_is_wrong_is_told_with_its_place(
    text: str, expected: tuple[str, int, int, str]
) -> None:
    with pytest.raises(CaseError) as caught:
        nfg.parse(text)
    code, line, column, words = expected
    problem = caught.value.problems[0]
    assert problem.span is not None
    found = (problem.code, problem.span.line, problem.span.column)
    assert found == (code, line, column), problem.message
    assert words in problem.message


@pytest.mark.parametrize("text", [PAYOFFS, OUTCOMES])
def test_every_truncation_is_an_error_with_a_place(text: str) -> None:
    whole = text.rstrip()
    for stop in range(len(whole) - 1):
        with pytest.raises(CaseError) as caught:
            nfg.parse(whole[:stop])
        assert caught.value.problems[0].span is not None


@pytest.mark.parametrize(
    "text",
    [
        'NFG 1 R "t" { "a" "b" } { 999999999 999999999 } 1',
        'NFG 1 R "t" { ' + '"p" ' * 100_000 + "}",
        'NFG 1 R "t" { "a" } { { ' + '"x" ' * 500_000,
        'NFG 1 R "t" { "a" } { 9999 } ' + "1 " * 1_000_000,
        'NFG 1 R "t" { "a" } { 2 } { ' + "{ 1 } " * 600_000 + "} 1 1",
        'NFG 1 R "t" { ' + '"p" ' * 20 + "} { " + "10000 " * 20 + "} 1",
        'NFG 1 R "t" { "a" } { 2 } ' + "9" * 2_000_000,
    ],
    ids=["cells", "players", "labels", "numbers", "outcomes", "product", "digits"],
)
def test_hostile_files_fail_quickly(text: str) -> None:
    with within(4.0), pytest.raises(CaseError):
        nfg.parse(text)


def test_files_are_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    path.write_text(PAYOFFS, encoding="utf-8")
    assert nfg.read(path) == nfg.parse(PAYOFFS)
    with pytest.raises(CaseError, match="cannot be read"):
        nfg.read(tmp_path / "none.nfg")
