"""What a case can ask of its games, by hand: with precision 0 all actions are equally likely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.errors import Status

HEAD = "schelling: 1\ntitle: games\n"
TREE = """
assumptions:
  a: {prior: "uniform(-1, 1)", why: x}
actors: {red: {}, blue: {}}
games:
  tree:
    solve: {precision: 0}
    tree:
      chance:
        seen:
          probability: a + 0.9
          red: {up: {payoffs: {red: 3, blue: 1}}, down: {payoffs: {red: 1, blue: 1}}}
        unseen:
          red: {up: {payoffs: {red: 5 * a, blue: 0}}, down: {payoffs: {red: 0, blue: 4}}}
  table:
    solve: {precision: 0}
    matrix:
      moves: {red: [left, right], blue: [top, bottom]}
      cells:
        left: {top: {payoffs: {red: 1, blue: 2}}, bottom: {payoffs: {red: 3, blue: 8}}}
        right: {top: {payoffs: {red: 5, blue: 6}}, bottom: {payoffs: {red: 2, blue: 0}}}
claims:
  up: {why: x, holds: "dominates(tree, red, up, down)"}
  down: {why: x, holds: "dominates(tree, red, down, up)"}
  worth: {why: x, holds: "payoff(table, blue, top) == 4"}
  other: {why: x, holds: "payoff(table, blue, bottom) == 4"}
  first: {why: x, holds: "payoff(table, red, left) == 2"}
  even: {why: x, holds: "probability(table, blue, top) == 0.5"}
  reached: {why: x, holds: "payoff(tree, red, up) == 3 * (a + 0.9) + 5 * a * (0.1 - a)"}
"""


def load(folder: Path, text: str) -> schelling.Case:
    path = folder / "case.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return schelling.load(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    case = load(tmp_path_factory.mktemp("games"), TREE)
    return schelling.run(case, worlds=1024, seed=3, replicates=4)


@pytest.fixture(scope="module")
def sound(made: schelling.Run) -> np.ndarray:
    """Where the chance of being seen is a probability."""
    a = made.column("a")
    return (a >= -0.9) & (a <= 0.1)


def test_an_action_dominates_if_it_does_wherever_it_can_be_chosen(
    made: schelling.Run, sound: np.ndarray
) -> None:
    """By 2 where it is seen and by 5 a where it is not: the least counts, and its sign."""
    margin = made.column("margin.up")[sound]
    np.testing.assert_allclose(margin, 5 * made.column("a")[sound], rtol=1e-12)  # rounding
    np.testing.assert_array_equal(made.column("holds.up")[sound], margin >= 0)
    np.testing.assert_allclose(made.column("margin.down")[sound], -2)
    assert not made.column("holds.down")[sound].any()


def test_chances_that_are_none_make_no_game(made: schelling.Run, sound: np.ndarray) -> None:
    """A negative chance and one above 1, where the other is negative, have no odds and no worth."""
    np.testing.assert_array_equal(np.isnan(made.column("margin.up")), ~sound)
    assert 0.4 < sound.mean() < 0.6
    status = made.games["tree"]["status"].to_numpy()
    np.testing.assert_array_equal(status == Status.OUT_OF_DOMAIN, ~sound[: len(status)])


def test_what_an_action_is_worth_is_the_mean_over_what_the_others_do(
    made: schelling.Run, sound: np.ndarray
) -> None:
    """Of a table, over its row or column; of a tree, over the places where it can be chosen."""
    for claim in ("worth", "other", "first", "even"):
        np.testing.assert_allclose(made.column(f"margin.{claim}"), 0, atol=1e-12)  # rounding
    np.testing.assert_allclose(made.column("margin.reached")[sound], 0, atol=1e-12)


WHILE = """
time: {start: 2022-03-21, until: 2022-05-02}
stocks:
  s: {start: 0, change: 1 / week}
  played: {start: 0}
variables:
  young: s < 2.5
actors: {red: {}}
games:
  once:
    played: {every: 1 week, while: young}
    solve: {precision: 0}
    tree: {red: {go: {payoffs: {red: 0}, effects: {played: played + 1}}}}
  seen:
    solve: {precision: 0}
    tree: {red: {go: {payoffs: {red: 0}}, stay: {payoffs: {red: s - 2}}}}
claims:
  any: {why: x, holds: final(played) == 3}
  share: {why: x, holds: "mean(dominates(seen, red, go, stay)) == 3 / 7"}
  strict: {why: x, holds: "mean(dominates(seen, red, stay, go)) == 5 / 7"}
"""


def test_a_condition_of_a_game_may_read_what_nothing_else_does(tmp_path: Path) -> None:
    """Played at weeks 0, 1 and 2; the variable is computed for the condition alone."""
    made = schelling.run(load(tmp_path, WHILE), worlds=16, seed=3, replicates=4)
    assert made.column("holds.any").all()


def test_the_share_of_time_in_which_an_action_dominates(tmp_path: Path) -> None:
    """At weeks 0 to 6, with a tie at week 2, where each of the two dominates the other weakly."""
    made = schelling.run(load(tmp_path, WHILE), worlds=16, seed=3, replicates=4)
    assert made.column("holds.share").all()
    assert made.column("holds.strict").all()


@pytest.mark.parametrize(("first", "count"), [(0, 48), (5, 7), (16, 16), (3, 1), (31, 17)])
def test_parts_of_a_full_factorial_design(first: int, count: int, tmp_path: Path) -> None:
    """Whole rounds of replicates or not, a part is cut out of the whole."""
    built = plan.build(load(tmp_path, TREE))
    whole, part = (
        draws.draw(
            built, seed=0, replicates=4, first=start, count=size, kind="full_factorial", worlds=48
        )
        for start, size in ((0, 48), (first, count))
    )
    assert len(set(whole[:, 0])) == 12
    np.testing.assert_array_equal(part, whole[first : first + count])
