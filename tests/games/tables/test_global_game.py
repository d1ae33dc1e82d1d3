"""Regime change as a global game: published cutoffs, and that the cutoffs are equilibria."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm

from examples import examples
from schelling.games.tables import global_game

PRINTED = 1e-6  # seven digits as printed
PUBLIC = jax.jit(global_game.public)


def test_cutoffs_from_private_signals() -> None:
    """Morris and Shin (1998) with a flat prior, in Edmond's (2013) form (T2.10)."""
    found = global_game.private(jnp.array([0.3, 0.6]), jnp.array([0.1, 0.1]))
    assert_allclose(found.strength, [0.7, 0.4], atol=1e-12)
    assert_allclose(found.signal, [0.752440, 0.374665], atol=PRINTED)


def test_cutoffs_with_a_public_signal() -> None:
    """One equilibrium at (y, alpha, beta, p) = (.7, 1, 4, .5), three at (.5, 4, 1, .5) (T2.11)."""
    found = PUBLIC(
        jnp.array([0.5, 0.5]), jnp.array([0.7, 0.5]), jnp.array([1.0, 4.0]), jnp.array([4.0, 1.0])
    )
    assert_array_equal(found.found, [1, 3])
    assert_array_equal(found.unique, [True, False])
    assert_allclose(found.strength[0, 0], 0.4503264, atol=PRINTED)
    assert_allclose(found.strength[1], [0.0300743, 0.5, 0.9699257], atol=PRINTED)
    assert np.isnan(np.asarray(found.strength)[0, 1:]).all()


@examples(50)
@given(st.floats(0.05, 0.95), st.floats(-1.0, 2.0), st.floats(0.1, 20.0), st.floats(0.1, 20.0))
def test_at_a_cutoff_the_marginal_citizen_is_indifferent(
    cost: float, signal: float, alpha: float, beta: float
) -> None:
    found = PUBLIC(*(jnp.array([v]) for v in (cost, signal, alpha, beta)))
    count = int(found.found[0])
    assert count in (1, 3)
    assert count == 1 or not bool(found.unique[0])
    for theta, x in zip(found.strength[0, :count], found.signal[0, :count], strict=True):
        mean = (alpha * signal + beta * float(x)) / (alpha + beta)
        falls = norm.cdf(np.sqrt(alpha + beta) * (float(theta) - mean))
        # theta near 0 or 1 loses digits through the quantile: its slope there is below 1e6
        if 1e-9 < float(theta) < 1 - 1e-9:
            assert_allclose(falls, cost, atol=1e-6)
            attackers = norm.cdf(np.sqrt(beta) * (float(x) - float(theta)))
            assert_allclose(attackers, float(theta), atol=1e-6)


def test_the_boundary_of_uniqueness_is_the_published_one() -> None:
    """Hellwig (2002): unique for every signal iff alpha / sqrt(beta) <= sqrt(2 pi)."""
    alpha = np.sqrt(2 * np.pi) * np.array([0.999, 1.001])
    middle = PUBLIC(jnp.full(2, 0.5), jnp.full(2, 0.5), jnp.asarray(alpha), jnp.ones(2))
    assert_array_equal(middle.unique, [True, False])
    assert_array_equal(middle.found, [1, 3])
