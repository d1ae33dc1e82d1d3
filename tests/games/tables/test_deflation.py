"""Other logit equilibria, against a dense scan of the composed response of two by two games."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from schelling.games.tables import deflation, logit, uniqueness
from schelling.games.tables.deflation import SearchEffort

HUNT = np.array([[[[10.0, 10], [1, 8]], [[8, 1], [5, 5]]]])


def roots(game: np.ndarray, precision: float) -> list[float]:
    """P(first action) of player 1 at every fixed point, by sign changes on a fine grid."""
    p = 1.0 / (1.0 + np.exp(-np.linspace(-60, 60, 400_001)))
    column = p[:, None] * game[0, :, 1] + (1 - p[:, None]) * game[1, :, 1]
    q = 1.0 / (1.0 + np.exp(-precision * (column[:, 0] - column[:, 1])))
    row = q[:, None] * game[:, 0, 0] + (1 - q[:, None]) * game[:, 1, 0]
    gap = 1.0 / (1.0 + np.exp(-precision * (row[:, 0] - row[:, 1]))) - p
    change = np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0)
    return [float(p[k]) for k in change]


@pytest.mark.slow
def test_every_equilibrium_of_random_two_by_two_games_is_found() -> None:
    games = np.random.default_rng(3).normal(size=(60, 2, 2, 2))
    found = deflation.solve(games, 6.0)
    for draw in range(60):
        expected = roots(games[draw], 6.0)
        assert int(found.found[draw]) == len(expected)
        ours = np.sort(np.asarray(found.play[0])[draw, : len(expected), 0])
        assert_allclose(ours, expected, atol=2e-4)  # the grid's spacing near one half is 8e-5
    assert {1, 3} == set(np.asarray(found.found).tolist())
    assert float(np.nanmax(found.residual)) < 1e-10


def test_the_first_is_the_principal_branchs_and_seeds_repeat() -> None:
    search = SearchEffort(starts=8, most=2, seed=1)
    games = np.random.default_rng(3).normal(size=(16, 2, 2, 2))
    one = deflation.solve(games, 6.0, search)
    same = deflation.solve(games[5:], 6.0, search)
    principal = logit.solve(games, 6.0)
    assert_allclose(one.play[0][:, 0], principal.play[0], atol=1e-9)
    assert np.asarray(one.principal).all()
    # another place in the batch is another number, hence other starts, but what is first is not
    assert_allclose(same.play[0][:, 0], one.play[0][5:, 0], atol=1e-12)
    again = deflation.solve(games, 6.0, search)
    assert_array_equal(again.play[0], one.play[0])


def test_certified_games_have_one_equilibrium_and_others_may_have_more() -> None:
    games = np.random.default_rng(6).normal(size=(200, 2, 2, 2))
    games[:2] = HUNT  # three equilibria at precision 2
    certain = np.asarray(uniqueness.certified(jnp.asarray(games), jnp.full((200, 2), 2.0)))
    assert 0.6 < certain.mean() < 0.95  # theory: |product of two normals| below one, 79 %
    every = deflation.solve(games, 2.0)
    assert_array_equal(np.asarray(every.found)[certain], 1)
    assert_array_equal(every.found[:2], 3)


def test_no_more_than_there_is_room_for() -> None:
    found = deflation.solve(HUNT, 2.0, SearchEffort(starts=8, most=2, seed=1))
    assert int(found.found[0]) == 2
    assert found.play[0].shape == (1, 2, 2)


def test_where_there_is_one_only_one_is_found() -> None:
    games = np.random.default_rng(9).normal(size=(200, 2, 2, 2))
    assert_array_equal(deflation.solve(games, 0.3).found, 1)
