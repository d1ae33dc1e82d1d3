"""Effects of actions ask about any game of the case, wherever it is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.errors import CaseError

HEAD = """
schelling: 1
title: effects that ask about games
time: {start: 2022-03-21, step: 1 week, until: 2022-04-11, method: euler}
assumptions: {pace: {prior: "uniform(0.2, 2)", why: x}}
actors: {red: {}, blue: {}}
stocks: {line: {start: 1}}
variables:
  asked: probability(clash, red, wait)
  tempo: pace / 1 week
claims: {line: {why: x, holds: final(line) > 1}}
games:
"""
CLASH = """
  clash:
    played: {every: 1 week}
    solve: {precision: 2}
    tree:
      red:
        wait: {payoffs: {red: 0}, effects: {line: "WHAT"}}
        go: {payoffs: {red: pace}, effects: {line: "WHAT"}}
"""
TYPED = """
  clash:
    played: {every: 1 week}
    solve: {precision: 2}
    types: {red: {low: LOW, high: 1 - LOW}}
    matrix:
      moves: {red: [wait, go], blue: [look]}
      cells:
        wait: {look: {payoffs: {red: 0, blue: 0}, effects: {line: "WHAT"}}}
        go: {look: {payoffs: {red: pace, blue: 0}, effects: {line: "WHAT"}}}
"""
RIVALRY = """
  rivalry:
    solve: {precision: 1}
    discount: 0.5
    states: {only: {moves: {red: [a]}, cells: {a: {payoffs: {red: pace}}}}}
"""


def load(folder: Path, games: str, what: str) -> schelling.Case:
    (folder / "case.yaml").write_text(HEAD + games.replace("WHAT", what), encoding="utf-8")
    return schelling.load(folder / "case.yaml")


@pytest.mark.parametrize("games", [CLASH + RIVALRY, RIVALRY + CLASH])
def test_the_order_of_games_does_not_matter(games: str, tmp_path: Path) -> None:
    """Of a game of one cell that lasts, the value is 2 times its payoff at a discount of 0.5; how
    often the game itself waits, a logit of one difference says."""
    case = load(tmp_path, games, "value(rivalry, only, red) + probability(clash, red, wait)")
    draws = schelling.run(case, worlds=16, replicates=2, course=False).draws
    wanted = 2 * draws["pace"] + 1 / (1 + np.exp(2 * draws["pace"]))
    np.testing.assert_allclose(draws["final.line"], wanted, rtol=1e-12)  # some roundings


@pytest.mark.slow  # `private` of `tests/oracle` has effects of a type
def test_types_are_known_to_effects(tmp_path: Path) -> None:
    """Whoever is surely of a type has the effects of that type, and not of the other."""
    surely_low = "(1 if pace > 1 else 0)"
    case = load(tmp_path, TYPED.replace("LOW", surely_low), "3 if type(red) == low else 5")
    draws = schelling.run(case, worlds=16, replicates=2, course=False).draws
    low = draws["pace"] > 1
    assert 0 < low.sum() < 16
    assert (draws["final.line"] == np.where(low, 3, 5)).all()


@pytest.mark.parametrize("games", [CLASH, TYPED.replace("LOW", "0.5")])
def test_the_unit_of_an_effect_is_checked_though_its_game_is_read_early(
    games: str, tmp_path: Path
) -> None:
    with pytest.raises(CaseError) as caught:
        load(tmp_path, games, "tempo")
    assert {problem.code for problem in caught.value.problems} == {"E307"}
