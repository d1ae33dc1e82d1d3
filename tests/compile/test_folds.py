"""Truths of agents that are counted, against sums of ones and zeros."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from schelling.claims.signal import Signal
from schelling.compile.agents import folds

KEY = jnp.arange(3, dtype=jnp.uint32)


def statement(rng: np.random.Generator, agents: int, unsound: float) -> Signal:
    """Of agents in two twins of three worlds; unsound in some places of the last world alone."""
    truth = rng.random((agents, 2, 3)) < 0.6
    margin = np.where(truth, 1.0, -1.0)
    margin[..., 2][rng.random((agents, 2)) < unsound] = np.nan
    return Signal(jnp.asarray(truth), jnp.asarray(margin))


@pytest.mark.parametrize("function", ["share", "count", "all"])
@pytest.mark.parametrize("agents", [12, 131, 500])  # one group, the last one filled up, four
@pytest.mark.parametrize("given", [False, True])
def test_counts_are_sums(function: str, agents: int, *, given: bool) -> None:
    """To the bit: of ones and zeros no sum is rounded."""
    rng = np.random.default_rng(agents)
    body, condition = statement(rng, agents, 0.02), statement(rng, agents, 0.01)
    found = folds.of_truths(function, body, [condition] if given else [], KEY)
    counts = folds.array(condition) if given else None
    np.testing.assert_array_equal(found, folds.whole(function, folds.array(body), counts))


def test_what_always_means_something_needs_no_mark() -> None:
    body = statement(np.random.default_rng(0), 300, 0.0)
    found = folds.of_truths("share", body, [], None)
    np.testing.assert_array_equal(found, np.asarray(body.truth).mean(axis=0))
