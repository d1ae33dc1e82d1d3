"""Dominance in strategic games, against plain loops and known games."""

from __future__ import annotations

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.optimize import linprog

from schelling.games.tables import dominated, nash


def beaten(game: np.ndarray, alive: list[list[int]], weak: bool) -> list[list[int]]:
    """Actions of each player that another living one dominates over living profiles."""
    out: list[list[int]] = []
    for player, own in enumerate(alive):
        others = [a for i, a in enumerate(alive) if i != player]
        gone = []
        for action, better in itertools.permutations(own, 2):
            gains = []
            for rest in itertools.product(*others):
                place = [*rest[:player], action, *rest[player:]]
                instead = [*rest[:player], better, *rest[player:]]
                gains.append(game[(*instead, player)] - game[(*place, player)])
            wins = min(gains) >= 0 and max(gains) > 0 if weak else min(gains) > 0
            if wins and action not in gone:
                gone.append(action)
        out.append(gone)
    return out


def iterated(game: np.ndarray, weak: bool) -> tuple[list[list[int]], int]:
    alive, rounds = [list(range(n)) for n in game.shape[:-1]], 0
    while any(gone := beaten(game, alive, weak)):
        if not any(gone):
            break
        alive = [[a for a in own if a not in out] for own, out in zip(alive, gone, strict=True)]
        rounds += 1
    return alive, rounds


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 2)])
def test_random_games_with_ties_against_loops(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    games = rng.integers(0, 3, size=(80, *shape, len(shape))).astype(float)
    found = dominated.solve(games)
    for draw, game in enumerate(games):
        everyone = [list(range(n)) for n in shape]
        for marks, weak in ((found.strict, False), (found.weak, True)):
            gone = beaten(game, everyone, weak)
            for player, own in enumerate(marks):
                assert np.flatnonzero(own[draw]).tolist() == sorted(gone[player])
        for marks, rounds, weak in (
            (found.survive, found.rounds, False),
            (found.survive_weak, found.rounds_weak, True),
        ):
            alive, count = iterated(game, weak)
            assert [np.flatnonzero(own[draw]).tolist() for own in marks] == alive
            assert int(rounds[draw]) == count


def test_solvable_in_three_rounds() -> None:
    """Removing column 3, then row 2, then column 1 leaves one cell, the only equilibrium."""
    row = [[1.0, 1.0, 0.0], [0.0, 0.0, 2.0]]
    column = [[0.0, 2.0, 1.0], [3.0, 1.0, 0.0]]
    game = np.stack([np.array(row), np.array(column)], axis=-1)[None]
    found = dominated.solve(game)
    assert_array_equal(found.survive[0], [[True, False]])
    assert_array_equal(found.survive[1], [[False, True, False]])
    assert_array_equal(found.rounds, 3)
    only = nash.solve(game)
    assert_array_equal(only.found, 1)
    assert_array_equal(only.column[0, 0], [0.0, 1.0, 0.0])


def test_no_equilibrium_uses_an_action_that_strict_removal_deletes() -> None:
    games = np.random.default_rng(3).normal(size=(300, 3, 3, 2))
    survive = dominated.solve(games).survive
    found = nash.solve(games)
    for marks, play in zip(survive, (found.row, found.column), strict=True):
        used = np.nan_to_num(np.asarray(play)).max(axis=1) > 0
        assert not (used & ~np.asarray(marks)).any()


def test_tolerance_is_a_share_of_the_stake() -> None:
    game = np.array([[[[1.0, 0], [5.0, 0]], [[1.001, 0], [5.001, 0]]]]) * 1e6
    game[0, 0, 0, 0] -= 1e6  # the stake: one million and one thousand
    assert_array_equal(dominated.solve(game).strict[0], [[True, False]])
    assert_array_equal(dominated.solve(game, 0.01).strict[0], [[False, False]])


def test_dominance_by_mixtures_is_a_linear_program() -> None:
    rng = np.random.default_rng(8)
    games = rng.normal(size=(40, 4, 3, 2))
    marks = np.asarray(dominated.by_mixture(jnp.asarray(games), 0))
    for draw in range(40):
        for action in range(4):
            others = [a for a in range(4) if a != action]
            gain = games[draw, others, :, 0] - games[draw, action, :, 0]
            # largest v with mixture @ gain >= v
            program = linprog(
                [0, 0, 0, -1],
                A_ub=np.concatenate([-gain.T, np.ones((3, 1))], axis=1),
                b_ub=np.zeros(3),
                A_eq=[[1, 1, 1, 0]],
                b_eq=[1],
                bounds=[(0, None)] * 3 + [(None, None)],
            )
            assert marks[draw, action] == (-program.fun > 1e-9)
    assert 0.1 < marks.mean() < 0.9
    strict = np.asarray(dominated.strictly(jnp.asarray(games))[0])
    assert not (strict & ~marks).any()
    second = np.asarray(
        dominated.by_mixture(jnp.asarray(games.transpose(0, 2, 1, 3)[..., ::-1]), 1)
    )
    assert_array_equal(second, marks)


def test_mixtures_of_large_tables_and_a_lone_action() -> None:
    """Of 30 actions the last pays 0.1 less than the mean of the first two, one draw or several."""
    games = np.random.default_rng(0).normal(size=(2, 30, 30, 2))
    games[:, 29, :, 0] = 0.5 * (games[:, 0, :, 0] + games[:, 1, :, 0]) - 0.1
    for draws in (games, games[:1]):
        assert_array_equal(dominated.by_mixture(draws, 0)[:, 28:], [[False, True]] * len(draws))
    assert not np.asarray(dominated.by_mixture(jnp.zeros((2, 1, 3, 2)), 0)).any()


def test_one_action_may_beat_the_only_other() -> None:
    """The smallest game with a dominated action, and one with nothing to be dominated by."""
    own = jnp.array([[1.0, 2.0], [0.0, 1.0]])
    game = jnp.stack([own, jnp.zeros((2, 2))], axis=-1)[None]
    assert dominated.by_mixture(game, 0).tolist() == [[False, True]]
    assert dominated.by_mixture(game[:, :1], 0).tolist() == [[False]]
