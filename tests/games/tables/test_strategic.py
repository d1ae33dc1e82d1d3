"""What profiles of strategic games are worth, against loops over cells."""

from __future__ import annotations

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import shape_words
from schelling.games.errors import GameError
from schelling.games.tables import strategic


def mixtures(rng: np.random.Generator, counts: tuple[int, ...], draws: int) -> list[np.ndarray]:
    return [rng.dirichlet(np.ones(count), draws) for count in counts]


@pytest.mark.parametrize("counts", [(3,), (2, 3), (2, 1, 3), (2, 2, 2, 2)])
def test_values_and_regret_are_sums_over_cells(counts: tuple[int, ...]) -> None:
    rng = np.random.default_rng(sum(counts))
    payoffs = rng.normal(size=(4, *counts, len(counts)))
    play = mixtures(rng, counts, 4)
    cells = list(itertools.product(*map(range, counts)))
    for draw in range(4):
        worth = np.zeros(len(counts))
        values = [np.zeros(count) for count in counts]
        for cell in cells:
            chances = [own[draw, action] for own, action in zip(play, cell, strict=True)]
            worth += np.prod(chances) * payoffs[(draw, *cell)]
            for player, action in enumerate(cell):
                others = np.prod(chances[:player]) * np.prod(chances[player + 1 :])
                values[player][action] += others * payoffs[(draw, *cell, player)]
        jax_play = [jnp.asarray(own) for own in play]
        # sums of at most sixteen numbers of order one: rounding
        assert_allclose(strategic.expected(payoffs, jax_play)[draw], worth, atol=1e-14)
        found = strategic.values(payoffs, jax_play)
        for own, expected in zip(found, values, strict=True):
            assert_allclose(own[draw], expected, atol=1e-14)
        gains = [own.max() - w for own, w in zip(values, worth, strict=True)]
        assert_allclose(strategic.regret(payoffs, jax_play)[draw], gains, atol=1e-14)


def test_pure_equilibria_are_cells_nobody_leaves() -> None:
    payoffs = np.random.default_rng(5).integers(0, 4, size=(50, 2, 3, 2, 3)).astype(float)
    steady = np.asarray(strategic.pure(payoffs))
    for draw in range(50):
        for cell in itertools.product(range(2), range(3), range(2)):
            here = payoffs[(draw, *cell)]
            leaves = any(
                payoffs[(draw, *cell[:i], other, *cell[i + 1 :], i)] > here[i]
                for i in range(3)
                for other in range(payoffs.shape[i + 1])
            )
            assert steady[(draw, *cell)] == (not leaves)


def test_a_tie_to_rounding_is_a_tie_only_within_the_tolerance() -> None:
    game = np.array([[[[1.0, 1.0], [3.0, 0.0]], [[1.0 + 1e-12, 1.0], [0.0, 0.0]]]])
    assert_array_equal(strategic.pure(game)[0, :, 0], [False, True])
    assert_array_equal(strategic.pure(game, 1e-9)[0, :, 0], [True, True])


def test_stakes_ignore_what_the_others_decide() -> None:
    """A bonus set by the others' action moves no choice, so it adds nothing at stake."""
    rng = np.random.default_rng(2)
    payoffs = rng.normal(size=(3, 2, 4, 2))
    bonus = rng.normal(scale=100, size=(3, 1, 4))
    moved = payoffs.copy()
    moved[..., 0] += bonus
    assert_allclose(strategic.stakes(moved), strategic.stakes(payoffs), atol=1e-12)
    assert np.all(strategic.spans(moved)[:, 0] > strategic.stakes(moved)[:, 0])
    assert_allclose(strategic.stakes(3 * payoffs), 3 * strategic.stakes(payoffs), atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((4, 2, 2, 3), "2 axes of actions for 3 players"),
        ((4,), "0 axes"),
        ((4, 2, 0, 2), "player 2"),
    ],
)
def test_shapes_that_are_no_game_are_refused(shape: tuple[int, ...], words: str) -> None:
    with shape_words.unchecked(), pytest.raises(GameError, match=words):
        strategic.actions(jnp.zeros(shape))
