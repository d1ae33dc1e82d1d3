"""A million scalar roots, as the engine solves them: in blocks of 1,024 worlds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.scipy.special import ndtr, ndtri
from scipy.optimize import elementwise
from scipy.special import ndtr as scipy_ndtr

from schelling.dynamics import peaks, roots

ROOTS = 1_024 * 1_000
BLOCK = 1_024
REPEATS = 3


def rows() -> list[dict[str, object]]:
    """Cpu seconds for a million roots of one equation with other numbers in every world."""
    rng = np.random.default_rng(0)
    prior, noise, cost = (
        rng.uniform(low, high, ROOTS) for low, high in ((0.2, 0.8), (0.1, 0.3), (0.3, 0.7))
    )
    given = tuple(jnp.asarray(part.reshape(-1, BLOCK)) for part in (prior, noise, cost))
    ours, found = _least(jax.jit(lambda given: lax.map(_cutoffs, given)), given)
    exact = prior + noise * np.asarray(ndtri(cost))
    assert np.abs(found.ravel() - exact).max() < 1e-14  # rounding
    theirs, _ = _least(_peer, (prior, noise, cost))
    best, _ = _least(jax.jit(lambda given: lax.map(_efforts, given)), given)
    return [
        {
            "name": f"{ROOTS:,} roots of a normal cdf, scanned in 32 cells",
            "unit": "cpu s",
            "ours": ours,
            "peer": "scipy.optimize.elementwise.find_root, given the bracket",
            "theirs": theirs,
            "ratio": theirs / ours,
        },
        {
            "name": f"{ROOTS:,} largest values of a smooth function, scanned in 32 cells",
            "unit": "cpu s",
            "ours": best,
            "peer": None,
            "theirs": None,
            "ratio": None,
        },
    ]


def _cutoffs(given: tuple[Array, Array, Array]) -> Array:
    prior, noise, cost = given
    ends = jnp.array(0.0), jnp.array(1.0)
    return roots.solve(lambda x: (ndtr((x - prior) / noise), cost), *ends).root


def _efforts(given: tuple[Array, Array, Array]) -> Array:
    prior, noise, cost = given
    ends = jnp.array(0.0), jnp.array(5.0)
    return peaks.largest(lambda x: prior * x - noise * x**2 - cost * x**4, *ends)


def _peer(given: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    def gap(x: np.ndarray, prior: np.ndarray, noise: np.ndarray, cost: np.ndarray) -> np.ndarray:
        return scipy_ndtr((x - prior) / noise) - cost

    return elementwise.find_root(gap, (0.0, 1.0), args=given).x


def _least(function: Callable[[Any], Any], given: object) -> tuple[float, np.ndarray]:
    """The least cpu seconds of some runs after the first, which compiles; and the answer."""
    answer = np.asarray(function(given))
    seconds: list[float] = []
    for _ in range(REPEATS):
        began = time.process_time()
        answer = np.asarray(function(given))
        seconds.append(time.process_time() - began)
    return min(seconds), answer
