"""Gambit as a child process: what it finds, what it may take, what is said when it is not there."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import shape_words
from schelling.games.errors import GameError
from schelling.games.files import gambit
from schelling.games.files.gambit import GambitError, Limits
from schelling.games.tables import nash

needed = pytest.mark.skipif(not gambit.installed(), reason="pygambit is not installed")

# by the first player's action, the second's, the third's
NINE = np.array(
    [
        [[(9, 8, 12), (0, 0, 0)], [(0, 0, 0), (3, 4, 6)]],
        [[(0, 0, 0), (3, 4, 6)], [(9, 8, 2), (0, 0, 0)]],
    ],
    dtype=float,
)


@needed
def test_nine_equilibria_of_three_players() -> None:
    """After McKelvey and McLennan (1996): a 2x2x2 game with nine, the most one can have."""
    found = gambit.solve(NINE)
    assert len(found.profiles) == 9
    assert (
        sum(all(np.isin(own, (0, 1)).all() for own in profile) for profile in found.profiles) == 4
    )
    assert max(found.regret) < 1e-9  # roots of polynomials found to rounding
    mixed = [p for p in found.profiles if all(0 < own[0] < 1 for own in p)]
    firsts = sorted(tuple(float(own[0]) for own in profile) for profile in mixed)
    # both others' odds leave a third indifferent: 9ab = 3(1-a)(1-b) and so on, solved by hand
    assert_allclose(firsts, [(0.4, 0.5, 1 / 3), (0.5, 0.4, 0.25)], atol=1e-7)
    assert (found.dropped, found.ended, found.version[:2]) == (0, "", "17")
    assert "pygambit" not in sys.modules


@pytest.mark.slow  # `test_nine_equilibria_of_three_players` asks the same program
@needed
def test_exact_enumeration_agrees_with_ours() -> None:
    """Integer games: every equilibrium in fractions is one of ours and the other way round."""
    games = np.random.default_rng(5).integers(-9, 10, size=(2, 3, 3, 2)).astype(float)
    games += np.arange(18).reshape(3, 3, 2) / 64  # breaks ties, exactly
    ours = nash.solve(games)
    for draw, game in enumerate(games):
        exact = gambit.exact(game)
        assert exact.ended == ""
        assert len(exact.profiles) == int(ours.found[draw])
        for row, column in exact.profiles:
            assert sum(row) == sum(column) == 1
            gap = np.abs(ours.row[draw] - np.array(row, dtype=float)).max(axis=1)
            gap += np.abs(ours.column[draw] - np.array(column, dtype=float)).max(axis=1)
            assert np.nanmin(gap) < 1e-12


@needed
def test_a_decimal_is_exactly_what_it_says() -> None:
    game = np.array([[(1.0, 1.0), (0.0, 0.0)], [(0.0, 0.0), (0.1, 0.1)]])
    mixed = [p for p in gambit.exact(game).profiles if 0 < p[0][0] < 1]
    assert mixed == [((Fraction(1, 11), Fraction(10, 11)),) * 2]


@needed
def test_what_takes_too_long_is_stopped_and_what_was_found_is_kept() -> None:
    game = np.random.default_rng(0).normal(size=(5, 5, 5, 5, 4))
    found = gambit.solve(game, Limits(seconds=2.0))
    assert found.ended == "stopped after 2 s"
    assert all(gain < 1e-6 for gain in found.regret)


@needed
def test_what_takes_too_much_room_is_stopped() -> None:
    found = gambit.solve(NINE, Limits(megabytes=64))
    assert found.ended == "stopped at 64 MB of memory"
    assert found.profiles == ()


@needed
def test_no_more_than_asked_for() -> None:
    found = gambit.solve(NINE, Limits(most=2))
    assert (len(found.profiles), found.ended) == (2, "stopped after 2")


def test_without_gambit_the_command_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gambit, "installed", lambda: False)
    with pytest.raises(GambitError, match=r"not installed: pip install 'schelling\[gambit\]'"):
        gambit.solve(NINE)


def test_a_child_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("raise ValueError('no such thing')", encoding="utf-8")
    monkeypatch.setattr(gambit, "installed", lambda: True)
    monkeypatch.setattr(gambit, "_CHILD", child)
    with pytest.raises(GambitError, match="Gambit failed: ValueError: no such thing"):
        gambit.solve(NINE)


def test_profiles_that_are_no_equilibria_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A child that lies: one equilibrium twice, one profile that is none, and a line cut off."""
    good, bad = "[[1, 0], [1, 0], [1, 0]]", "[[1, 0], [1, 0], [0, 1]]"
    lines = [f'{{"play": {play}, "regret": 0}}' for play in (good, bad, good)]
    child = tmp_path / "child.py"
    text = "\n".join([*lines, '{"done": {"version": "0", "left": {}}}', '{"play": [['])
    child.write_text(f"print({text!r}, end='')", encoding="utf-8")
    monkeypatch.setattr(gambit, "installed", lambda: True)
    monkeypatch.setattr(gambit, "_CHILD", child)
    found = gambit.solve(NINE)
    assert (len(found.profiles), found.dropped) == (1, 1)


def test_payoffs_that_are_no_game_are_refused() -> None:
    with pytest.raises(GameError, match="not finite"):
        gambit.solve(np.where(NINE == 12, np.nan, NINE))
    with shape_words.unchecked(), pytest.raises(GameError, match="for two players; got 3"):
        gambit.exact(NINE)
