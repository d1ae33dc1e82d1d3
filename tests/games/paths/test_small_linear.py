"""Small linear systems over lanes: NumPy's answers, derivatives, and no thread that waits."""

from __future__ import annotations

import re
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from schelling.games.paths import small_linear
from schelling.games.states import markov
from schelling.games.states.stochastic import StochasticArrays, Structure

WRITTEN_OUT, LOOPED = small_linear.WRITTEN_OUT, small_linear.LOOPED


@pytest.mark.parametrize("size", [1, 2, WRITTEN_OUT, WRITTEN_OUT + 1, LOOPED, LOOPED + 1, 40])
def test_solutions_and_signs_are_numpys(size: int) -> None:
    rng = np.random.default_rng(size)
    matrix, right = rng.normal(size=(size, size, 16)), rng.normal(size=(size, 2, 16))
    matrix[0, 0, 3] = 1.0 if size == 1 else 0.0  # needs a row swap unless it is the whole matrix
    found = small_linear.solve(jnp.asarray(matrix), jnp.asarray(right))
    first = np.moveaxis(matrix, -1, 0)
    expected = np.linalg.solve(first, np.moveaxis(right, -1, 0))
    # random matrices this small have condition numbers below 1e4: rounding times that
    assert_allclose(np.moveaxis(np.asarray(found.x), -1, 0), expected, rtol=1e-9, atol=1e-10)
    assert_array_equal(found.sign, np.linalg.slogdet(first)[0])
    drawn = small_linear.solve_draws(jnp.asarray(first), jnp.asarray(right[:, 0].T))
    assert_allclose(drawn, expected[..., 0], rtol=1e-9, atol=1e-10)
    numpys = small_linear.solve_draws(first, right[:, 0].T)
    assert_allclose(numpys, expected[..., 0], rtol=1e-12)  # LAPACK with one column instead of two


@pytest.mark.parametrize("size", [WRITTEN_OUT, LOOPED, LOOPED + 1])
def test_a_singular_lane_spoils_only_itself(size: int) -> None:
    rng = np.random.default_rng(0)
    matrix, right = rng.normal(size=(size, size, 4)), rng.normal(size=(size, 1, 4))
    whole = small_linear.solve(jnp.asarray(matrix), jnp.asarray(right))
    matrix[:, :, 2] = 0.0
    spoiled = small_linear.solve(jnp.asarray(matrix), jnp.asarray(right))
    others = [0, 1, 3]
    assert_array_equal(spoiled.x[:, :, others], whole.x[:, :, others])
    huge = np.abs(np.asarray(spoiled.x)[:, :, 2])
    assert not np.all(huge < 1e100)


@pytest.mark.parametrize("size", [WRITTEN_OUT, LOOPED, LOOPED + 1])
def test_derivatives_both_ways(size: int) -> None:
    """A x = b: dx is the solution of A dx = db - dA x."""
    rng = np.random.default_rng(size)
    matrix, right, turn = (rng.normal(size=(size, n, 3)) for n in (size, 1, size))

    def solved(matrix: jax.Array) -> jax.Array:
        return small_linear.solve(matrix, jnp.asarray(right)).x[:, 0]

    x, dx = jax.jvp(solved, (jnp.asarray(matrix),), (jnp.asarray(turn),))
    change = -np.einsum("ijl,jl->il", turn, x)
    expected = np.linalg.solve(np.moveaxis(matrix, -1, 0), change.T[..., None])[..., 0].T
    assert_allclose(dx, expected, rtol=1e-8, atol=1e-9)  # twice the condition, see above
    weight = rng.normal(size=x.shape)
    (pulled,) = jax.vjp(solved, jnp.asarray(matrix))[1](jnp.asarray(weight))
    assert_allclose(np.sum(pulled * turn), np.sum(weight * expected), rtol=1e-8)


def test_lapack_never_gets_a_batch() -> None:
    """A call with several matrices gives parts of them to threads that may all wait for others."""
    states = LOOPED + 1  # systems of 13 and, for all players together, of 27 rows
    structure, draws = Structure.full(states, (2, 2)), 16
    shape = (draws, states, 2, 2)
    game = StochasticArrays(np.zeros((*shape, 2)), np.zeros((*shape, states)), np.zeros((draws, 2)))

    def follow(game: StochasticArrays, precision: jax.Array) -> object:
        play, ends = markov.follow(structure, game, precision)
        return (
            play,
            ends.status,
            markov.values(structure, game, precision, play, markov.Worth.EXPECTED),
        )

    text = jax.jit(follow).lower(game, np.ones((draws, 2))).as_text()
    calls = re.findall(r"custom_call @(?:lapack|blas)_\w+\(.*?: \((.*?)\)", text)
    assert len(calls) >= 3  # factors, and two triangles
    for call in calls:
        for operand in re.findall(r"tensor<([\dx]*)xf64>", call):
            assert operand.count("x") <= 1, call


CHILD = """
import os, sys
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
import jax, jax.numpy as jnp, numpy as np
jax.config.update("jax_num_cpu_devices", 2)
from schelling.games.paths import small_linear

rng = np.random.default_rng(0)
matrices, right = rng.normal(size=(8, 20, 20, 128)), rng.normal(size=(8, 20, 2, 128))

def again(_, right):
    answers = [
        small_linear.solve(jnp.tanh(matrix + own[0, 0]), own).x
        for matrix, own in zip(matrices, right)
    ]
    return jnp.stack([answer / jnp.max(jnp.abs(answer), axis=(0, 1)) for answer in answers])

print(jax.jit(lambda right: jax.lax.fori_loop(0, 30, again, right))(right).shape)
"""


def test_more_systems_at_a_time_than_threads() -> None:
    """Solved as a batch by `jax.numpy.linalg` this hung in 9 of 9 tries on two cores."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD], check=True, capture_output=True, text=True, timeout=300
    )
    assert child.stdout == "(8, 20, 2, 128)\n"


def test_products_are_numpys() -> None:
    rng = np.random.default_rng(1)
    left, right, vector = (rng.normal(size=s) for s in [(2, 3, 5), (3, 4, 5), (3, 5)])
    product = np.einsum("ikl,kjl->ijl", left, right)
    assert_allclose(
        small_linear.multiply(jnp.asarray(left), jnp.asarray(right)), product, atol=1e-14
    )
    applied = np.einsum("ikl,kl->il", left, vector)
    assert_allclose(small_linear.apply(jnp.asarray(left), jnp.asarray(vector)), applied, atol=1e-14)
