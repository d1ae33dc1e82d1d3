"""Small linear systems over lanes, against NumPy."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from schelling.games.paths import small_linear


@pytest.mark.parametrize("size", [1, 2, 3, small_linear.UNROLLED, small_linear.UNROLLED + 1, 9])
def test_solutions_and_determinants_are_numpys(size: int) -> None:
    rng = np.random.default_rng(size)
    matrix, right = rng.normal(size=(size, size, 16)), rng.normal(size=(size, 2, 16))
    matrix[0, 0, 3] = 0.0  # needs a row swap unless it is the whole matrix
    matrix[0, 0, 3] = 1.0 if size == 1 else 0.0
    found = small_linear.solve(jnp.asarray(matrix), jnp.asarray(right))
    first = np.moveaxis(matrix, -1, 0)
    expected = np.linalg.solve(first, np.moveaxis(right, -1, 0))
    sign, log_size = np.linalg.slogdet(first)
    # random matrices this small have condition numbers below 1e4: rounding times that
    assert_allclose(np.moveaxis(np.asarray(found.x), -1, 0), expected, rtol=1e-9, atol=1e-10)
    assert_array_equal(found.sign, sign)
    assert_allclose(found.log_size, log_size, atol=1e-10)


@pytest.mark.parametrize("size", [3, small_linear.UNROLLED + 2])
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


def test_products_are_numpys() -> None:
    rng = np.random.default_rng(1)
    left, right, vector = (rng.normal(size=s) for s in [(2, 3, 5), (3, 4, 5), (3, 5)])
    product = np.einsum("ikl,kjl->ijl", left, right)
    assert_allclose(
        small_linear.multiply(jnp.asarray(left), jnp.asarray(right)), product, atol=1e-14
    )
    applied = np.einsum("ikl,kl->il", left, vector)
    assert_allclose(small_linear.apply(jnp.asarray(left), jnp.asarray(vector)), applied, atol=1e-14)
