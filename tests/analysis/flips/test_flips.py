"""The smallest change that flips a claim, against linear margins where it is known exactly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy import ndarray

from examples import examples
from schelling.analysis.flips import smallest_change
from schelling.analysis.flips.quantile_space import Asked, Space, sweep
from schelling.analysis.flips.smallest_change import Flips

Margin = Callable[[ndarray], ndarray]


def drive(space: Space, margin: Margin, others: tuple[ndarray, ...] = ()) -> Flips:
    """Run a search against a margin that is positive at the start."""

    def asked(points: ndarray) -> Asked:
        values = margin(points)
        return Asked(values < 0.0, values)

    assert margin(space.start[np.newaxis])[0] > 0
    grid = sweep(space, 33)
    looking = smallest_change.search(space, grid, asked(grid.points), others)
    try:
        points = next(looking)
        while True:
            points = looking.send(asked(points))
    except StopIteration as stop:
        return stop.value


def unit(things: int, start: ndarray | None = None) -> Space:
    """Every assumption continuous, from 0.005 to 0.995."""
    begin = np.full(things, 0.5) if start is None else start
    return Space(begin, np.full(things, 0.005), np.full(things, 0.995), (None,) * things)


def least(weights: ndarray, gap: float, space: Space) -> float | None:
    """Least sum of changes that brings a linear margin to zero: the steepest assumptions first."""
    total = 0.0
    for thing in np.argsort(-np.abs(weights)):
        toward = space.low if weights[thing] > 0 else space.high
        room = abs(float(toward[thing] - space.start[thing]))
        step = min(room, gap / abs(weights[thing])) if weights[thing] else 0.0
        total, gap = total + step, gap - step * abs(weights[thing])
        if gap <= 1e-12:
            return total
    return None


@examples(60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.floats(0.05, 0.95))
def test_a_linear_margin_is_flipped_at_its_known_distance(
    seed: int, things: int, share: float
) -> None:
    """From the centre and from elsewhere; 2e-6 is what cutting a line seven times leaves."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=things)
    for start in (None, rng.uniform(0.1, 0.9, things)):
        space = unit(things, start)
        toward = np.where(weights > 0, space.low, space.high)
        gap = share * float(np.abs(weights) @ np.abs(toward - space.start))

        def margin(points: ndarray, space: Space = space, gap: float = gap) -> ndarray:
            return gap + (points - space.start) @ weights

        found = drive(space, margin)
        expected = least(weights, gap, space)
        assert expected is not None
        assert found.changes
        np.testing.assert_allclose(found.changes[-1].distance, expected, atol=2e-6)
        for change in found.changes:
            assert margin(change.levels[np.newaxis])[0] < 0  # every change is proof of itself
        alone = np.sort(gap / np.abs(weights))
        room = np.abs(toward - space.start)[np.argsort(gap / np.abs(weights))]
        within = alone[alone < room]
        np.testing.assert_allclose([abs(t.change) for t in found.tippings], within, atol=2e-6)


def test_few_assumptions_are_preferred() -> None:
    """Two steps of 0.2 (a size of 0.4 + 2 prices) lose against one of 0.42 (0.42 + 1 price)."""
    space = unit(3)

    def margin(points: ndarray) -> ndarray:
        step = points - space.start
        return np.minimum(0.42 - step[:, 0], np.maximum(0.2 - step[:, 1], 0.2 - step[:, 2]))

    found = drive(space, margin, (np.array([0.5, 0.9, 0.9]),))
    assert [change.moved for change in found.changes] == [(0,), (1, 2)]
    # within the precision of a line
    np.testing.assert_allclose([c.distance for c in found.changes], [0.42, 0.4], atol=2e-6)
    assert found.smallest == found.changes[0]


def test_without_degrees_a_flipped_world_shows_the_way() -> None:
    """A conjunction without degrees: no assumption alone, no slope; ten idle ones put back."""
    space = unit(12)

    def margin(points: ndarray) -> ndarray:
        return np.where((points[:, 3] > 0.7) & (points[:, 8] < 0.25), -1.0, 1.0)

    assert drive(space, margin).changes == ()
    far = np.where(np.arange(12) == 8, 0.1, 0.9)
    found = drive(space, margin, (far,))
    assert found.tippings == ()
    assert found.smallest is not None
    assert found.smallest.moved == (8, 3)
    np.testing.assert_allclose(found.smallest.distance, 0.45, atol=2e-6)  # precision of a line


def test_listed_values_move_only_to_listed_values() -> None:
    """Levels 1/6, 1/2, 5/6 of three equal values; the margin needs the last one."""
    stops = (1 / 6, 1 / 2, 5 / 6)
    space = Space(np.array([0.5, 0.5]), np.full(2, 0.005), np.full(2, 0.995), (stops, None))

    def margin(points: ndarray) -> ndarray:
        assert np.isin(points[:, 0], stops).all()
        return 0.3 - (points[:, 0] - 0.5) - 0.1 * (points[:, 1] - 0.5)

    found = drive(space, margin)
    assert found.smallest is not None
    assert found.smallest.moved == (0,)
    assert found.smallest.levels[0] == 5 / 6


def test_failed_numbers_are_no_flips() -> None:
    space = unit(1)

    def margin(points: ndarray) -> ndarray:
        level = points[:, 0]
        return np.where(level > 0.6, np.nan, level - 0.2)

    found = drive(space, margin)
    assert [round(tipping.level, 5) for tipping in found.tippings] == [0.2]
