"""Precision and levels from choice shares: planted values, closed forms, limits."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import schelling
from schelling.errors import CaseError, MethodError
from schelling.study.estimating import choice_shares
from schelling.study.estimating.choice_shares import Choices
from schelling.study.solving import solve
from schelling.study.solving.answer import TableGame
from schelling.study.solving.concept import Concept

ONE = 'EFG 2 R "One" { "ann" } p "" 1 1 { "l" "r" } 0 t "" 1 { 2 } t "" 2 { 0 }'
CHAIN = """NFG 1 R "Chain" { "row" "column" } { { "a" "b" "c" } { "a" "b" "c" } } ""
1 1 3 0 0 0
0 3 1 1 3 0
0 0 0 3 1 1
"""
MODEL = "decision = who\naction = what\ncount = n"


def estimated(path: Path, game: str, rows: list[tuple[str, str, float]], model: str) -> Choices:
    path.write_text(game, encoding="utf-8")
    table = pd.DataFrame(rows, columns=["who", "what", "n"])
    found = schelling.estimate(path, table, model)
    assert isinstance(found, Choices)
    return found


def test_one_decision_has_its_log_odds(tmp_path: Path) -> None:
    """Odds of 3 at a difference of 2: precision log(3) / 2, delta-method error."""
    found = estimated(tmp_path / "one.efg", ONE, [("ann", "l", 30), ("ann", "r", 10)], MODEL).found
    assert_allclose(found.value, math.log(3) / 2, rtol=1e-7)
    # the error is a second difference with a step of a thousandth
    assert_allclose(found.error, math.sqrt(1 / 30 + 1 / 10) / 2, rtol=1e-5)
    assert found.low < found.value < found.high


def test_choices_without_exception_have_no_finite_precision(tmp_path: Path) -> None:
    choices = estimated(tmp_path / "one.efg", ONE, [("1.1", "l", 30), ("1.1", "r", 0)], MODEL)
    assert choices.found.at_end
    assert not choices.sound
    assert math.isinf(choices.found.high)


def test_levels_climb_a_chain_of_best_replies() -> None:
    """A player is paid 3 for the letter after the other's, 1 for the same.

    Against level 0 all letters are worth the same, so level 1 splits its choice over three; level
    2 meets the same belief. By symmetry every level plays all letters alike.
    """
    payoffs = np.zeros((3, 3, 2))
    for own in range(3):
        payoffs[own, own] = 1
        payoffs[(own + 1) % 3, own, 0] = 3
        payoffs[own, (own + 1) % 3, 1] = 3
    letters = ("a", "b", "c")
    game = TableGame("chain", ("row", "column"), (letters, letters), payoffs)
    for mean in (0.0, 0.7, 3.0):
        assert_allclose(choice_shares.hierarchy(game, mean)["1.1"], [1 / 3] * 3, rtol=1e-12)


def test_a_mean_level_is_recovered(tmp_path: Path) -> None:
    """In a game with a dominant action, its share is 1 - exp(-mean) / 2."""
    dilemma = 'NFG 1 R "" { "row" "column" } { { "c" "d" } { "c" "d" } } "" 3 3 5 0 0 5 1 1'
    mean = 1.5
    d = 1 - math.exp(-mean) / 2
    rows = [("row", "c", 1000 * (1 - d)), ("row", "d", 1000 * d)]
    found = estimated(tmp_path / "d.nfg", dilemma, rows, MODEL + "\nbehaviour = levels").found
    assert_allclose(found.value, mean, atol=1e-6)


def test_the_precision_of_a_game_with_hidden_moves_is_recovered(tmp_path: Path) -> None:
    """Matching pennies with uneven stakes, moves hidden; shares from the solver at precision 2."""
    game = """EFG 2 R "Pennies" { "even" "odd" }
p "" 1 1 { "h" "t" } 0
p "" 2 1 "blind" { "h" "t" } 0
t "" 1 { 3 0 }
t "" 2 { 0 1 }
p "" 2 1 "blind" { "h" "t" } 0
t "" 3 { 0 1 }
t "" 4 { 1 0 }
"""
    path = tmp_path / "pennies.efg"
    path.write_text(game, encoding="utf-8")
    play = solve.solve(str(path), solve.SolveOptions(Concept.QUANTAL, 2.0)).found.equilibria[0]
    rows = [
        (who, what, 500 * share)
        for who, key in (("even", "1.1"), ("blind", "2.1"))
        for what, share in zip("ht", play.strategy[key], strict=True)
    ]
    found = estimated(path, game, rows, MODEL).found
    assert_allclose(found.value, 2.0, atol=1e-5)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("bob", "l", 3)], "'bob' in column 'who' is no decision of the game"),
        ([("ann", "up", 3)], "'up' in column 'what' is no action there"),
        ([("ann", "l", -3)], "'-3' in column 'n' is no count"),
        ([("ann", "l", 0)], "the table counts no choice"),
    ],
)
def test_what_does_not_fit_is_told(
    rows: list[tuple[str, str, float]], says: str, tmp_path: Path
) -> None:
    with pytest.raises(CaseError, match=says):
        estimated(tmp_path / "one.efg", ONE, rows, MODEL)


def test_a_game_whose_payoffs_are_all_equal_tells_nothing(tmp_path: Path) -> None:
    game = ONE.replace("{ 2 }", "{ 0 }")
    with pytest.raises(MethodError, match="all payoffs are equal"):
        estimated(tmp_path / "one.efg", game, [("ann", "l", 3)], MODEL)
