"""Games at a date: what the run keeps where they are played; beliefs and best replies."""

from __future__ import annotations

import numpy as np
import pytest

import schelling
from schelling.case.check import load
from schelling.compile.games.tree import Board
from schelling.games.trees import replies
from schelling.report.games import dated_games, play_tables
from schelling.study.runs.made_again import game_courses
from schelling.study.runs.results import Run

CASE = """\
schelling: 1
title: Offers
time: {start: 2022-01-03, step: 1 week, until: 2022-01-31}
actors: {us: {name: We}, them: {name: They}}
assumptions:
  hope: {prior: "uniform(0, 1)", why: A test.}
stocks:
  patience: {start: 1, change: -0.1 * patience / 1 week}
games:
  talks:
    why: A test.
    played: {on: 2022-01-17, while: patience > 0.75}
    solve: {as: quantal, precision: 4}
    tree:
      us:
        offer:
          them:
            take: {payoffs: {us: hope, them: 1 - hope}}
            leave: {payoffs: {us: -0.5, them: 0}}
        wait: {payoffs: {us: patience - 0.5, them: 0}}
claims:
  hopes: {holds: hope > 0.5, why: A test.}
"""


@pytest.fixture(scope="module")
def offers(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of a case with a game that is played once."""
    folder = tmp_path_factory.mktemp("offers")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    return schelling.run(load(folder), worlds=1024, seed=0)


def test_at_the_date_at_which_it_is_played_a_game_is_what_the_run_keeps(offers: Run) -> None:
    found = game_courses.over_time(offers)["talks"]
    kept = offers.games["talks"]
    assert found["time"].values.tolist() == [0, 1, 2, 3, 4]
    here = found.sel(time=2)
    # kept in single precision: 2 ** -24 of numbers up to 1
    np.testing.assert_allclose(here["choice"], kept["choice"], atol=1e-7)
    np.testing.assert_allclose(here["payoffs"], kept["payoffs"], atol=1e-7)
    # by Euler's rule patience is 0.9 ** n: the condition holds at the first three openings
    assert found["open"].values.mean(axis=0).tolist() == [1, 1, 1, 0, 0]


def test_a_date_is_shown_with_odds_replies_and_what_is_open(offers: Run) -> None:
    found = game_courses.over_time(offers)
    (late,) = dated_games.at(offers, found, 4)
    assert "holds then in 0\u00a0%" in late.words
    odds, best = late.tables
    assert [row[0] for row in odds.rows] == ["offer", "wait", "offer / take", "offer / leave"]
    taken = {row[1]: row[2] for row in best.rows}
    assert taken["take"] == "100\u00a0%"  # 1 - hope is above 0 in every world


def cards(bluff: float, meet: float) -> tuple[Board, np.ndarray]:
    """Myerson's card game (1991), fig. 2.1, and how it is played: red always raises."""
    (game,) = load("cases/papers/myerson-1991").games
    board = Board.of(game)
    odds = {"red": 0.5, "black": 0.5, "first, red: raise_it": 1.0, "first, red: show_it": 0.0}
    odds |= {"first, black: raise_it": bluff, "first, black: show_it": 1 - bluff}
    odds |= {
        f"second, after raise_it: {name}": p for name, p in (("meet", meet), ("pass_it", 1 - meet))
    }
    return board, np.array([[odds[name] for name in board.edges]])


def test_beliefs_are_those_of_bayes_rule() -> None:
    """Bluffs of one third leave a belief of 1 / (1 + 1/3) = 3/4 in red."""
    table = play_tables.beliefs(*cards(1 / 3, 2 / 3))
    assert table is not None
    assert [row[2] for row in table.rows] == ["75\u00a0%", "25\u00a0%"]


def test_a_best_reply_is_worth_most_against_how_the_others_play() -> None:
    """Met with 2/3, a bluff is worth as much as showing; bluffs of 1/3 leave the second even."""
    payoffs = np.array([2.0, 1.0, 1.0, -2.0, 1.0, -1.0])
    paid = np.stack([payoffs, -payoffs], axis=-1)[None]
    for bluff, meet, second, black in (
        (1 / 3, 2 / 3, [0.5, 0.5], [0.5, 0.5]),
        (1 / 2, 0.9, [1.0, 0.0], [0.0, 1.0]),
        (0.1, 0.1, [0.0, 1.0], [1.0, 0.0]),
    ):
        board, choice = cards(bluff, meet)
        _, replied, bluffed = replies.best_replies(board.tree, paid, board.spread(choice))
        assert replied.tolist() == [second]
        assert bluffed.tolist() == [black]


def test_a_place_that_nobody_reaches_has_no_best_reply() -> None:
    board, choice = cards(1 / 3, 2 / 3)
    never = choice.copy()
    for n, name in enumerate(board.edges):
        if name.startswith("first"):
            never[0, n] = float(name.endswith("show_it"))
    payoffs = np.array([2.0, 1.0, 1.0, -2.0, 1.0, -1.0])
    paid = np.stack([payoffs, -payoffs], axis=-1)[None].repeat(2, axis=0)
    both = play_tables.best_replies(board, np.concatenate([choice, never]), paid)
    assert {row[3] for row in both.rows if row[0].startswith("second")} == {"1 world"}
    alone = play_tables.best_replies(board, never, paid[:1])
    told = {row[2:] for row in alone.rows if row[1] in ("meet", "pass_it")}
    assert told == {("–", "never reached")}
