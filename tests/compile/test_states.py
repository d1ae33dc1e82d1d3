"""A case's games with states, by hand: with precision 0 all actions are equally likely."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import schelling
from schelling.errors import Status

UNEVEN = """
schelling: 1
title: states
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
actors: {red: {}, blue: {}}
games:
  rivalry:
    solve: {precision: 0}
    discount: 0.5
    states:
      calm:
        moves: {red: [wait, arm, strike], blue: [yield_, stand]}
        cells:
          wait:
            yield_: {payoffs: {red: 1, blue: 2}}
            stand: {payoffs: {red: 2, blue: 1}, next: {crisis: 0.5}}
          arm:
            yield_: {payoffs: {red: 3, blue: 0}, next: {crisis: 1}}
            stand: {payoffs: {red: 0, blue: 3}, next: {calm: 0.25, crisis: 0.75}}
          strike:
            yield_: {payoffs: {red: 6, blue: -3}, next: {crisis: 1}}
            stand: {payoffs: {red: -3, blue: -3}, next: {crisis: 1}}
      crisis:
        moves: {blue: [pay]}
        cells: {pay: {payoffs: {red: 2, blue: -4}, next: {calm: 0.5}}}
claims:
  red_in_calm: {why: x, holds: "value(rivalry, calm, red) > 0"}
  blue_in_calm: {why: x, holds: "value(rivalry, calm, blue) > 0"}
  red_in_crisis: {why: x, holds: "value(rivalry, crisis, red) > 0"}
  pays: {why: x, holds: "payoff(rivalry, crisis, blue, pay) > 0"}
"""

ADDED = """
schelling: 1
title: chances that add up
assumptions:
  a: {prior: "uniform(0.1, 0.9)", why: x}
  off: {prior: "choice(0, 0.000001, -0.000001)", why: x}
actors: {red: {}}
games:
  named:
    solve: {precision: 0}
    discount: 0.5
    states:
      one:
        moves: {red: [go]}
        cells: {go: {payoffs: {red: 1}, next: {one: "a + off", two: 1 - a}}}
      two: {moves: {red: [go]}, cells: {go: {payoffs: {red: 3}}}}
  left:
    solve: {precision: 0}
    discount: 0.5
    states:
      one:
        moves: {red: [go]}
        cells: {go: {payoffs: {red: 1}, next: {two: "a + off", three: 1 - a}}}
      two: {moves: {red: [go]}, cells: {go: {payoffs: {red: 3}}}}
      three: {moves: {red: [go]}, cells: {go: {payoffs: {red: 3}}}}
claims:
  named: {why: x, holds: "value(named, one, red) > 0"}
  left: {why: x, holds: "value(left, one, red) > 0"}
"""


def made(folder: Path, text: str) -> schelling.Run:
    path = folder / "case.yaml"
    path.write_text(text.lstrip(), encoding="utf-8")
    return schelling.run(schelling.load(path), worlds=512, seed=3, replicates=4)


def test_states_with_different_numbers_of_actions(tmp_path: Path) -> None:
    """Every action is as likely as the others, so values solve V = r + 0.5 P V."""
    chances = np.array([[1 + 0.5 + 0.25, 0.5 + 1 + 0.75 + 1 + 1], [3, 3]]) / 6
    reward = np.array([[1.5, 0], [2, -4]])
    value = np.linalg.solve(np.eye(2) - 0.5 * chances, reward)
    run = made(tmp_path, UNEVEN)
    # rounding of two solutions of a two by two system
    for claim, expected in (
        ("red_in_calm", value[0, 0]),
        ("blue_in_calm", value[0, 1]),
        ("red_in_crisis", value[1, 0]),
        ("pays", value[1, 1]),
    ):
        np.testing.assert_allclose(run.column(f"margin.{claim}"), expected, rtol=1e-12)


def test_chances_add_up_or_there_is_no_game(tmp_path: Path) -> None:
    """`a + (1 - a)` is 1 up to rounding on either side; a millionth more or less is not."""
    run = made(tmp_path, ADDED)
    a, off = run.column("a"), run.column("off")
    whole = off == 0
    assert 0.2 < whole.mean() < 0.5
    # 6 in states two and three for ever, and one is worth 1 + 0.5 (a V + (1 - a) 6)
    worth = (1 + 3 * (1 - a)) / (1 - 0.5 * a)
    np.testing.assert_allclose(run.column("margin.named")[whole], worth[whole], rtol=1e-12)
    assert np.isnan(run.column("margin.named")[~whole]).all()
    np.testing.assert_allclose(run.column("margin.left")[whole], 4.0, rtol=1e-12)
    assert np.isnan(run.column("margin.left")[off > 0]).all()
    assert not np.isnan(
        run.column("margin.left")[off < 0]
    ).any()  # the present state takes the rest
    status = run.games["named"]["status"].to_numpy()
    np.testing.assert_array_equal(status == Status.OUT_OF_DOMAIN, ~whole[: len(status)])
