"""All Nash equilibria of two-player tables, against enumeration in exact fractions."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import shape_words
from games.tables import slow_tables
from schelling.errors import Status
from schelling.games.errors import GameError
from schelling.games.tables import nash, strategic, two_by_two
from schelling.games.tables.nash import Equilibria

EXACT = 1e-12  # systems of at most five integers-valued equations: rounding times conditioning


def bimatrix(row: object, column: object) -> np.ndarray:
    return np.stack([np.array(row, dtype=float), np.array(column, dtype=float)], axis=-1)[None]


def profiles(found: Equilibria, draw: int = 0) -> list[tuple[float, ...]]:
    count = int(found.found[draw])
    both = np.concatenate([found.row[draw, :count], found.column[draw, :count]], axis=1)
    return sorted(tuple(line) for line in both.tolist())


def same(ours: list[tuple[float, ...]], exact: set[slow_tables.Profile]) -> None:
    theirs = sorted(tuple(float(p) for p in (*x, *y)) for x, y in exact)
    assert len(ours) == len(theirs)
    # sorting is safe: distinct equilibria of small integer games are far apart
    assert_allclose(sorted(ours), theirs, atol=EXACT)


FOUR = pytest.param(4, 4, marks=pytest.mark.slow)
FIVE = pytest.param(5, 5, marks=pytest.mark.slow)


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (2, 3), (3, 3), FOUR, FIVE])
def test_random_integer_games_against_exact_enumeration(rows: int, columns: int) -> None:
    draws = 16 if rows < 5 else 4
    rng = np.random.default_rng(rows * 10 + columns)
    games = rng.integers(-50, 51, size=(draws, rows, columns, 2))
    found = nash.solve(games.astype(float))
    clean_games = 0
    for draw in range(draws):
        own, other = games[draw, :, :, 0].tolist(), games[draw, :, :, 1].tolist()
        exact, clean = slow_tables.nash_exactly(own, other)
        if clean:
            clean_games += 1
            same(profiles(found, draw), exact)
            assert int(found.status[draw]) == Status.SOLVED
            assert bool(found.odd[draw])
            assert not bool(found.degenerate[draw])
    assert clean_games > draws // 2
    # payoffs up to 50: rounding of a sum of products
    assert float(np.nanmax(found.regret)) < 1e-12 * 100


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=18, max_size=18))
def test_degenerate_games_say_so_and_list_only_equilibria(cells: list[int]) -> None:
    """Small integers tie often: every isolated answer is still there and none is false."""
    game = np.array(cells).reshape(3, 3, 2)
    found = nash.solve(game[None].astype(float))
    exact, clean = slow_tables.nash_exactly(game[..., 0].tolist(), game[..., 1].tolist())
    ours = profiles(found)
    assert len(ours) == len({tuple(np.round(p, 9)) for p in ours})  # nothing twice
    for x, y in exact:
        line = np.array([float(p) for p in (*x, *y)])
        assert min(np.max(np.abs(line - np.array(p))) for p in ours) < 1e-9
    assert float(np.nanmax(found.regret)) < 1e-9
    if clean:
        assert len(ours) == len(exact)
    else:
        assert int(found.status[0]) == Status.DEGENERATE


def test_many_games_at_once_are_all_odd() -> None:
    """Nondegenerate games have an odd number of equilibria (Wilson 1971): the alarm stays off."""
    games = np.random.default_rng(7).normal(size=(600, 3, 3, 2))
    found = nash.solve(games)
    assert_array_equal(found.status, Status.SOLVED)
    assert np.asarray(found.odd).all()
    assert set(np.asarray(found.found).tolist()) <= {1, 3, 5, 7}
    assert float(np.nanmax(found.regret)) < 1e-13  # payoffs of order one


def test_expected_number_of_equilibria_is_the_theorys() -> None:
    """Five quarters in 2 by 2 games: each cell is pure with chance 1/4, mixed ones with 1/4."""
    games = np.random.default_rng(1).normal(size=(4000, 2, 2, 2))
    found = np.asarray(nash.solve(games).found)
    # one or three, three with chance 1/8: standard error of the mean of 4000 is 0.0105
    assert found.mean() == pytest.approx(1.25, abs=3 * 0.0105)


def test_closed_form_and_enumeration_agree_where_both_apply() -> None:
    """A third action that is always worst turns a 2 by 2 game into one for the enumeration."""
    games = np.random.default_rng(3).normal(size=(200, 2, 2, 2))
    wider = np.full((200, 3, 3, 2), -50.0)
    wider[:, :2, :2] = games
    wider[:, 2, 2] = -60.0
    small, large = nash.solve(games), nash.solve(wider)
    assert_array_equal(small.found, large.found)
    for draw in range(200):
        ours = [(p[0], p[1], 0.0, p[2], p[3], 0.0) for p in profiles(small, draw)]
        # an indifference between payoff gaps as small as 1e-3 against payoffs of order one
        assert_allclose(profiles(large, draw), ours, atol=1e-10)


def test_textbook_games() -> None:
    sexes = nash.solve(bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert_allclose(sexes.row[0], [[1, 0], [0, 1], [2 / 3, 1 / 3]], atol=EXACT)
    assert_allclose(sexes.column[0], [[1, 0], [0, 1], [1 / 3, 2 / 3]], atol=EXACT)
    assert_allclose(sexes.payoffs[0], [[2, 1], [1, 2], [2 / 3, 2 / 3]], atol=EXACT)
    rps = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
    thrown = nash.solve(bimatrix(rps, np.array(rps).T))
    assert_allclose(thrown.row[0], [[1 / 3] * 3], atol=EXACT)
    assert int(thrown.status[0]) == Status.SOLVED


def test_myersons_card_game_in_normal_form() -> None:
    """Bluff with probability 1/3, meet with probability 2/3 (T8.17): value 1/3."""
    raise_always_or_honest = [[0.0, 1.0], [0.5, 0.0]]
    found = nash.solve(bimatrix(raise_always_or_honest, -np.array(raise_always_or_honest)))
    assert_allclose(found.row[0], [[1 / 3, 2 / 3]], atol=EXACT)
    assert_allclose(found.column[0], [[2 / 3, 1 / 3]], atol=EXACT)
    assert_allclose(found.payoffs[0, 0], [1 / 3, -1 / 3], atol=EXACT)


def test_the_component_of_a_degenerate_game_is_listed_by_its_ends() -> None:
    """Row 1 makes the column player indifferent: ends (1, left), (1, right) and (1, mixed)."""
    found = nash.solve(bimatrix([[2, 0], [0, 1]], [[1, 1], [0, 3]]))
    assert int(found.status[0]) == Status.DEGENERATE
    assert bool(found.degenerate[0])
    expected = [(0, 1, 0, 1), (1, 0, 1 / 3, 2 / 3), (1, 0, 1, 0)]
    assert_allclose(profiles(found), sorted(expected), atol=EXACT)


def test_everything_is_an_equilibrium_where_nothing_matters() -> None:
    found = nash.solve(np.ones((1, 3, 3, 2)))
    assert int(found.found[0]) == 9
    assert int(found.status[0]) == Status.DEGENERATE


def test_tolerance_is_relative_to_what_is_at_stake() -> None:
    """The same game in units a billion times larger or smaller, and with a large constant."""
    game = np.random.default_rng(5).normal(size=(16, 3, 3, 2))
    base = nash.solve(game)
    for moved in (game * 1e9, game * 1e-9, game + 1e3):
        other = nash.solve(moved)
        assert_array_equal(other.found, base.found)
        assert_array_equal(other.status, Status.SOLVED)
        assert_allclose(other.row, base.row, atol=1e-9)


def test_relabelling_only_relabels() -> None:
    games = np.random.default_rng(9).normal(size=(40, 3, 3, 2))
    base = nash.solve(games)
    swapped = nash.solve(games.transpose(0, 2, 1, 3)[..., ::-1])
    turned = nash.solve(games[:, ::-1])
    for draw in range(40):
        ours = profiles(base, draw)
        assert_allclose(sorted((*p[3:], *p[:3]) for p in profiles(swapped, draw)), ours, atol=1e-9)
        assert_allclose(
            sorted((*p[2::-1], *p[3:]) for p in profiles(turned, draw)), ours, atol=1e-9
        )


def test_a_draw_does_not_depend_on_its_company() -> None:
    games = np.random.default_rng(2).normal(size=(50, 3, 3, 2))
    whole = nash.solve(games)
    for draw in (0, 31):
        alone = nash.solve(games[draw : draw + 1])
        count = int(alone.found[0])
        assert_array_equal(alone.row[0], whole.row[draw, :count])


def test_what_has_no_room_or_no_number_is_said() -> None:
    """A 3 by 3 coordination game has 7 equilibria, one for each set of actions."""
    game = np.stack([np.eye(3), np.eye(3)], axis=-1)[None]
    assert_array_equal(nash.solve(game).found, [7])
    short = jax.jit(partial(nash.find, most=5))(jnp.asarray(game))
    assert_array_equal(short.found, [5])
    assert_array_equal(short.status, Status.NO_CONVERGENCE)
    broken = np.concatenate([game, game])
    broken[1, 0, 0, 0] = np.nan
    found = nash.solve(broken)
    assert_array_equal(found.status, [Status.SOLVED, Status.OUT_OF_DOMAIN])
    assert_array_equal(found.found, [7, 0])
    assert nash.solve(game[:0]).row.shape[0] == 0


def test_pure_ones_come_first_and_regret_is_measured_elsewhere() -> None:
    games = np.random.default_rng(4).normal(size=(100, 3, 3, 2))
    found = nash.solve(games)
    steady = np.asarray(strategic.pure(games)).reshape(100, -1).sum(axis=1)
    pure = np.nan_to_num(np.asarray(found.row)).max(axis=2) == 1.0
    for draw in range(100):
        assert pure[draw, : steady[draw]].all()
        assert not pure[draw, steady[draw] : int(found.found[draw])].any()
    first = (found.row[:, 0], found.column[:, 0])
    gains = np.asarray(strategic.regret(games, first)).max(axis=1)
    assert_allclose(found.regret[:, 0], gains, atol=1e-14)


@pytest.mark.parametrize(
    ("shape", "words"), [((2, 2, 2, 2, 3), "row, column, 2"), ((1, 9, 9, 2), "48619 pairs")]
)
def test_what_is_not_enumerated_is_refused(shape: tuple[int, ...], words: str) -> None:
    with shape_words.unchecked(), pytest.raises(GameError, match=words):
        nash.solve(np.zeros(shape))


def test_mixture_of_two_by_two_exists_only_between_opposite_signs() -> None:
    games = np.random.default_rng(6).normal(size=(500, 2, 2, 2))
    row, column, exists = two_by_two.mixture(jnp.asarray(games))
    inside = (np.asarray(row) > 0).all(axis=1) & (np.asarray(column) > 0).all(axis=1)
    assert_array_equal(exists, inside & np.asarray(exists))
    gains = np.asarray(strategic.regret(games, (row, column)))[np.asarray(exists)]
    assert np.abs(gains).max() < 1e-13
    assert 0.2 < np.asarray(exists).mean() < 0.3  # a quarter of random games
