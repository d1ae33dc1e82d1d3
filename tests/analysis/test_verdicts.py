"""Shares of worlds, their bars and their words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.analysis.verdicts import CUTS, share_of_worlds, share_with_error, word

ORDER = ["fails", "mostly fails", "contested", "mostly follows", "follows"]
worlds = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=4, max_size=40)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, "fails"),
        (0.05, "fails"),
        (0.0501, "mostly fails"),
        (0.33, "mostly fails"),
        (0.3301, "contested"),
        (0.5, "contested"),
        (0.6699, "contested"),
        (0.67, "mostly follows"),
        (0.9499, "mostly follows"),
        (0.95, "follows"),
        (1.0, "follows"),
        (math.nan, "unknown"),
    ],
)
def test_words(share: float, expected: str) -> None:
    assert word(share) == expected


def test_cuts_mirror() -> None:
    assert [1.0 - cut for cut in reversed(CUTS)] == pytest.approx(list(CUTS))


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_words_rise_with_the_share(one, other) -> None:
    low, high = sorted((one, other))
    assert ORDER.index(word(low)) <= ORDER.index(word(high))


def test_share_by_hand() -> None:
    """Shares 1/2 and 1 of two replicates: 3/4, error 1/4; t with one degree of freedom 12.706."""
    holds, replicate = np.array([True, True, False, True]), np.array([0, 1, 0, 1])
    assert share_with_error(holds, replicate) == (0.75, 0.25)
    seen = share_of_worlds(holds, np.zeros(4, dtype=bool), replicate)
    assert (seen.share, seen.low, seen.high, seen.failed, seen.replicates) == (
        (0.75, 0.75, 0.75, 0, 2)
    )
    assert seen.half_width == pytest.approx(12.706 / 4.0, abs=1e-3)
    assert seen.word == "mostly follows"
    assert not seen.settled


@given(worlds)
def test_failed_worlds_bound_the_share_from_both_sides(drawn) -> None:
    holds, failed = np.array(drawn).T
    replicate = np.arange(len(drawn)) % 2
    seen = share_of_worlds(holds, failed, replicate)
    assert seen.worlds == len(drawn)
    assert seen.failed == failed.sum()
    # whatever the failed worlds would have said, the share of all worlds lies between the bounds
    assert seen.low == pytest.approx(np.mean(holds & ~failed))
    assert seen.high == pytest.approx(np.mean(holds | failed))
    if not failed.all():
        assert seen.low <= seen.share + 1e-15
        assert seen.share <= seen.high + 1e-15
        flipped = share_of_worlds(np.where(failed, ~holds, holds), failed, replicate)
        assert flipped == seen or math.isnan(seen.standard_error)


def test_no_spread_is_not_certainty() -> None:
    """Rule of three: none in n bounds the share by 3 / n (Hanley and Lippman-Hand 1983)."""
    none = np.zeros(600, dtype=bool)
    seen = share_of_worlds(none, none, np.arange(600) % 6)
    assert (seen.share, seen.standard_error) == (0.0, 0.0)
    assert seen.half_width == pytest.approx(0.005)
    assert seen.settled


def test_failures_can_unsettle_a_word() -> None:
    holds = np.arange(1000) % 100 < 96
    sound = np.zeros(1000, dtype=bool)
    replicate = np.arange(1000) // 100
    assert share_of_worlds(holds, sound, replicate).settled
    failed = np.arange(1000) % 100 >= 98
    seen = share_of_worlds(holds, failed, replicate)
    assert seen.word == "follows"
    assert seen.settled  # even if all failed worlds fail: 96 %
    failed = np.arange(1000) % 100 < 2
    assert not share_of_worlds(holds, failed, replicate).settled  # 94 % if they all fail


def test_nothing_sound_is_undecided() -> None:
    every = np.ones(8, dtype=bool)
    seen = share_of_worlds(every, every, np.arange(8) % 2)
    assert math.isnan(seen.share)
    assert math.isnan(seen.half_width)
    assert (seen.low, seen.high, seen.word, seen.settled) == (0.0, 1.0, "undecided", False)
    empty = np.zeros(0, dtype=bool)
    nothing = share_of_worlds(empty, empty, np.zeros(0, dtype=int))
    assert nothing.word == "unknown"
    assert math.isnan(nothing.low)
    assert math.isnan(nothing.high)
