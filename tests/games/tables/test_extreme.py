"""All extreme equilibria, and one by complementary pivoting, against slow enumeration."""

from __future__ import annotations

import itertools
from fractions import Fraction

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from examples import examples
from schelling.errors import Status
from schelling.games.tables import best_reply, extreme, nash, opposed, pivoting, strategic

Exact = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def bimatrix(own: object, other: object) -> np.ndarray:
    return np.stack([np.array(own, dtype=float), np.array(other, dtype=float)], axis=-1)


def solved(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Solution of a square system given with its right side, None if there is no single one."""
    table, size = [row[:] for row in rows], len(rows)
    for k in range(size):
        pivot = next((r for r in range(k, size) if table[r][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [value / table[k][k] for value in table[k]]
        for r in range(size):
            if r != k:
                table[r] = [a - table[r][k] * b for a, b in zip(table[r], table[k], strict=True)]
    return [row[-1] for row in table]


def corners(payoff: list[list[int]]) -> set[tuple[Fraction, ...]]:
    """Mixtures y at corners of {(y, v): payoff y <= v, y >= 0, sum y = 1}: all square systems."""
    own, other = len(payoff), len(payoff[0])
    bounds = [[Fraction(a) for a in row] + [Fraction(-1), Fraction(0)] for row in payoff]
    signs = [[Fraction(k == j) for k in range(other)] + [Fraction(0)] * 2 for j in range(other)]
    total = [Fraction(1)] * other + [Fraction(0), Fraction(1)]
    found = set()
    for tight in itertools.combinations([*bounds, *signs], other):
        point = solved([total, *tight])
        if point is None or min(point[:-1]) < 0:
            continue
        values = [sum(Fraction(a) * y for a, y in zip(row, point, strict=False)) for row in payoff]
        if max(values) <= point[-1] and own:
            found.add(tuple(point[:-1]))
    return found


def slowly(own: list[list[int]], other: list[list[int]]) -> set[Exact]:
    """Pairs of corners that are best replies to each other, by the definition."""
    turned = [list(column) for column in zip(*other, strict=True)]
    found = set()
    for x, y in itertools.product(corners(turned), corners(own)):
        mine = [sum(a * q for a, q in zip(row, y, strict=True)) for row in own]
        theirs = [sum(b * p for b, p in zip(row, x, strict=True)) for row in turned]
        good = all(p == 0 or v == max(mine) for p, v in zip(x, mine, strict=True))
        if good and all(q == 0 or v == max(theirs) for q, v in zip(y, theirs, strict=True)):
            found.add((x, y))
    return found


@examples(40)
@given(st.sampled_from([(2, 2), (2, 3), (3, 3), (3, 4)]), st.data())
def test_extreme_equilibria_of_degenerate_games(
    shape: tuple[int, int], data: st.DataObject
) -> None:
    """Small integers tie often; every corner pair is there, none twice, none that is none."""
    cells = st.lists(st.integers(-1, 2), min_size=2 * shape[0] * shape[1], max_size=24)
    game = np.array(data.draw(cells)[: 2 * shape[0] * shape[1]]).reshape(*shape, 2)
    found = extreme.every(game.astype(float))
    assert found.complete
    assert len(set(found.profiles)) == len(found.profiles)
    assert set(found.profiles) == slowly(game[..., 0].tolist(), game[..., 1].tolist())
    batch = nash.solve(game[None].astype(float))
    assert int(batch.found[0]) == len(found.profiles)


@pytest.mark.parametrize(
    "size", [2, 5, *(pytest.param(size, marks=pytest.mark.slow) for size in (6, 8))]
)
def test_an_identity_table_has_an_equilibrium_for_every_set_of_meeting_places(size: int) -> None:
    both = bimatrix(np.eye(size), np.eye(size))
    found = extreme.every(both)
    assert len(found.profiles) == 2**size - 1
    assert not found.degenerate
    assert not found.continua
    batch = nash.solve(both[None])
    assert int(batch.found[0]) == 2**size - 1
    assert int(batch.status[0]) == Status.SOLVED


def test_the_example_of_the_handbook() -> None:
    """von Stengel (2002), example 2.3: three equilibria."""
    game = bimatrix([[0, 6], [2, 5], [3, 3]], [[1, 0], [0, 2], [4, 3]])
    third = Fraction(1, 3)
    assert set(extreme.every(game).profiles) == {
        ((0, 0, 1), (1, 0)),
        ((0, third, 2 * third), (2 * third, third)),
        ((2 * third, third, 0), (third, 2 * third)),
    }


def test_where_nothing_matters_all_cells_are_ends_of_one_set() -> None:
    found = extreme.every(np.zeros((3, 4, 2)))
    assert len(found.profiles) == 12
    assert set(found.component) == {0}
    assert found.continua


def test_two_sets_without_connection() -> None:
    """The row player is indifferent on the left; on the right both want the bottom."""
    found = extreme.every(bimatrix([[1, 0], [1, 2]], [[1, 0], [0, 2]]))
    assert len(found.profiles) == len(slowly([[1, 0], [1, 2]], [[1, 0], [0, 2]]))
    assert max(found.component) == 1


def test_offsets_units_and_fractions_change_nothing() -> None:
    game = np.random.default_rng(1).integers(-2, 3, size=(3, 3, 2)).astype(float)
    plain = extreme.every(game).profiles
    column = np.array([1e12, -7.0, 0.25])
    moved = game.copy()
    moved[..., 0] = game[..., 0] + column
    moved[..., 1] = 3.0 * game[..., 1] + 1e9
    assert extreme.every(moved).profiles == plain
    assert extreme.every(game / 3.0).profiles == plain  # a third is a third
    exact = np.vectorize(Fraction)(game.astype(int)) * Fraction(1, 7) + 10**30
    assert extreme.every(exact).profiles == plain


def test_a_search_that_is_cut_says_so() -> None:
    cut = extreme.every(bimatrix(np.eye(6), np.eye(6)), most=20)
    assert not cut.complete
    assert len(cut.profiles) < 63


def test_vertices_of_a_cube() -> None:
    corners = {vertex.labels for vertex in best_reply.vertices(best_reply.integers(np.eye(4)))}
    assert len(corners) == 16


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (4, 4)])
@pytest.mark.parametrize("ties", [True, False])
def test_every_path_ends_at_an_extreme_equilibrium(shape: tuple[int, int], ties: bool) -> None:
    rng = np.random.default_rng(shape[0])
    for _ in range(20):
        game = rng.integers(0, 2, size=(*shape, 2)) * 1.0 if ties else rng.normal(size=(*shape, 2))
        every = extreme.every(game).profiles
        for label in range(sum(shape)):
            assert extreme.one(game, label) in every


@pytest.mark.parametrize(
    "shape",
    [
        (1, 3),
        (2, 2),
        pytest.param((3, 3), marks=pytest.mark.slow),
        (4, 7),
        pytest.param((12, 12), marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("kind", ["normal", "ties", "zero-sum"])
def test_pivoting_finds_one_in_every_draw(shape: tuple[int, int], kind: str) -> None:
    rng = np.random.default_rng(7)
    games = rng.normal(size=(200, *shape, 2)) + 1e9
    if kind != "normal":
        games = rng.integers(-1, 2, size=(200, *shape, 2)).astype(float)
    if kind == "zero-sum":
        games[..., 1] = -games[..., 0]
    row, column, found = (np.asarray(part) for part in pivoting.find(jnp.asarray(games)))
    assert found.all()
    stake = np.maximum(strategic.stakes(games), 1.0)
    assert float((strategic.regret(games, (row, column)) / stake).max()) < 1e-9  # its own tolerance


def test_pivoting_says_where_a_payoff_is_no_number() -> None:
    games = np.zeros((2, 2, 2, 2))
    games[1, 0, 0, 0] = np.nan
    assert np.asarray(pivoting.find(jnp.asarray(games))[2]).tolist() == [True, False]


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (30, 30)])
def test_opposed_interests_are_a_linear_programme(shape: tuple[int, int]) -> None:
    """Against the value at the end of a path, in another unit and on an offset."""
    own = np.random.default_rng(3).normal(size=shape)
    rows = np.arange(shape[0])[:, None]
    game = bimatrix(own, 5.0 * rows - 2.5 * own + 1e6)
    won = opposed.matrix(game)
    assert won is not None
    level = won - won.mean() - (own - own.mean())
    assert_allclose(level, 0, atol=1e-8)  # payoffs of 1e6 are rounded to 1e-10
    answer = opposed.solve(won)
    assert answer is not None
    gains = strategic.regret(bimatrix(own, -own)[None], [part[None] for part in answer])
    assert float(gains.max()) < 1e-8  # the same
    ending = extreme.one(bimatrix(own, -own))
    assert ending is not None
    value = np.array(ending[0], dtype=float) @ own @ np.array(ending[1], dtype=float)
    assert_allclose(answer[0] @ own @ answer[1], value, atol=1e-8)


def test_common_interests_are_not_opposed() -> None:
    own = np.random.default_rng(3).normal(size=(3, 3))
    assert opposed.matrix(bimatrix(own, own)) is None
    assert opposed.matrix(bimatrix(own, np.zeros((3, 3)))) is None
    assert opposed.matrix(np.random.default_rng(4).normal(size=(3, 3, 2))) is None
