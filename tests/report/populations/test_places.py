"""Where agents stand in a picture of their network."""

from __future__ import annotations

import numpy as np

from schelling.report.populations import places


def test_a_chain_is_drawn_as_a_line() -> None:
    ties = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])
    at = places.springs(6, ties)
    apart = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
    steps = np.abs(np.arange(6)[:, None] - np.arange(6)[None])
    np.testing.assert_allclose(apart / apart[0, 5], steps / 5, atol=0.02)


def test_places_fill_a_unit_square_and_never_change() -> None:
    rng = np.random.default_rng(3)
    ties = np.unique(np.sort(rng.integers(0, 40, (80, 2)), axis=1), axis=0)
    ties = ties[ties[:, 0] < ties[:, 1]]
    for at in (places.springs(40, ties), places.ring(40)):
        assert at.min() >= 0
        assert at.max() <= 1 + 1e-12
        assert (at.max(axis=0) - at.min(axis=0)).max() > 0.99
    np.testing.assert_array_equal(places.springs(40, ties), places.springs(40, ties))


def test_agents_without_ties_stand_apart() -> None:
    none = np.empty((0, 2), np.int32)
    at = places.springs(3, none)
    apart = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
    np.testing.assert_allclose(apart[~np.eye(3, dtype=bool)], apart[0, 1], rtol=1e-3)
    assert np.isfinite(places.springs(1, none)).all()
