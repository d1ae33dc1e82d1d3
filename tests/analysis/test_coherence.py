"""Claims that hold together, and the smallest sets that cannot."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from examples import examples
from schelling.analysis.coherence import coherence, implications, minimal_conflicts


def sound(holds):
    return np.zeros(holds.shape, dtype=bool)


def test_a_contradiction_and_an_implication() -> None:
    """x > 0.7 rules out x < 0.4 and implies x > 0.2."""
    x = (np.arange(1000) + 0.5) / 1000.0
    holds = np.column_stack([x > 0.7, x < 0.4, x > 0.2])
    seen = coherence(holds, sound(holds), np.arange(1000) % 8)
    assert seen.together.share == 0.0
    assert seen.together.half_width == 3.0 / 1000.0
    expected = [[0.3, 0.0, 0.3], [0.0, 0.4, 0.2], [0.3, 0.2, 0.8]]
    assert_allclose(seen.pairs, expected, atol=1e-12)  # counts over 1000
    assert seen.given[0, 2] == 1.0
    assert seen.given[0, 1] == 0.0
    assert seen.given[2, 0] == pytest.approx(0.375)
    assert seen.half_width[0, 1] == 3.0 / 1000.0
    found = minimal_conflicts(holds)
    assert found.sets == ((0, 1),)
    assert found.searched == 3
    assert found.complete
    assert minimal_conflicts(holds[:, [0, 2]]).sets == ()


def test_failed_worlds_bound_the_share() -> None:
    """A world is undecided only if no sound claim is false there."""
    holds = np.array([[True, True], [True, True], [True, False], [False, True]])
    failed = np.array([[False, False], [False, True], [True, False], [False, False]])
    seen = coherence(holds, failed, np.arange(4) % 2)
    assert seen.together.failed == 1
    assert seen.together.share == pytest.approx(1 / 3)
    assert (seen.together.low, seen.together.high) == (0.25, 0.5)
    assert_allclose(seen.pairs, [[2 / 3, 1 / 2], [1 / 2, 2 / 3]])
    assert minimal_conflicts(holds, failed).worlds == 4
    assert minimal_conflicts(holds, failed).sets == ()  # the failed claim may hold


def test_pair_bars_cover_the_truth() -> None:
    """Both hold with chance 0.3; 200 runs of a 95 % bar over 16 replicates."""
    replicate, inside = np.arange(640) % 16, []
    for run in range(200):
        u = np.random.default_rng(run).random(640)
        holds = np.column_stack([u < 0.6, (u > 0.3) & (u < 0.9)])
        seen = coherence(holds, sound(holds), replicate)
        inside.append(abs(seen.pairs[0, 1] - 0.3) <= seen.half_width[0, 1])
    assert 0.90 <= np.mean(inside) <= 0.99


@examples(60)
@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 2**32))
def test_minimal_sets_are_those_of_trying_all(claims, worlds, seed) -> None:
    generator = np.random.default_rng(seed)
    holds = generator.random((worlds, claims)) < 0.6
    failed = generator.random((worlds, claims)) < 0.1
    asked = generator.random((worlds, claims)) < 0.8
    found = minimal_conflicts(holds, failed, asked, largest=claims, most=1000)
    possible = holds | failed
    expected: list[tuple[int, ...]] = []
    for size in range(1, claims + 1):
        for one in itertools.combinations(range(claims), size):
            smaller = any(set(known) <= set(one) for known in expected)
            asking = asked[:, one].all(axis=1)
            if not smaller and asking.any() and not possible[asking][:, one].all(axis=1).any():
                expected.append(one)
    assert found.complete
    assert list(found.sets) == expected
    assert found.asked == tuple(int(asked[:, one].all(axis=1).sum()) for one in expected)
    assert found.searched == claims


@settings(max_examples=20)
@given(st.permutations(range(5)), st.integers(0, 2**32))
def test_the_order_of_claims_and_worlds_does_not_matter(order, seed) -> None:
    holds = np.random.default_rng(seed).random((20, 5)) < 0.5
    plain = minimal_conflicts(holds)
    mixed = minimal_conflicts(holds[::-1][:, order])
    back = sorted(tuple(sorted(order[one] for one in each)) for each in mixed.sets)
    assert back == sorted(plain.sets)


def test_many_claims_and_the_end_of_patience() -> None:
    """Thirty claims, each false alone somewhere but claim 7 and 21 never true together."""
    generator = np.random.default_rng(8)
    holds = generator.random((3000, 30)) < 0.9
    holds[holds[:, 7] & holds[:, 21], 21] = False
    found = minimal_conflicts(holds, largest=2)
    assert found.sets == ((7, 21),)
    assert found.complete
    tired = minimal_conflicts(holds, steps=1)
    assert tired.sets == ()
    assert not tired.complete
    assert tired.searched == 1
    never = np.zeros((4, 3), dtype=bool)
    assert minimal_conflicts(never).sets == ((0,), (1,), (2,))
    few = minimal_conflicts(never, most=2)
    assert len(few.sets) == 2
    assert not few.complete
    nothing = minimal_conflicts(np.zeros((0, 3), dtype=bool))
    assert (nothing.sets, nothing.searched, nothing.complete) == ((), 0, False)


def test_one_replicate_has_no_bar() -> None:
    holds = np.array([[True], [False]])
    assert np.isnan(coherence(holds, sound(holds), np.array([3, 3])).half_width).all()
    assert_array_equal(coherence(holds, sound(holds), np.array([3, 3])).given, [[1.0]])


def test_implications_leave_out_what_says_nothing() -> None:
    """Steps of one number: each implies the next; always and never are left out, and rare ones."""
    x = np.arange(1000)
    columns = [x > 700, x > 400, x > 400, x >= 0, x < 0, x > 990, x % 2 == 0]
    holds = np.column_stack(columns)
    found = implications(holds, sound(holds))
    pairs = {(one.premise, one.conclusion, one.both_ways, one.worlds) for one in found}
    assert pairs == {(1, 2, True, 599), (0, 1, False, 299), (0, 2, False, 299)}
    failed = sound(holds)
    failed[x > 500, 1] = True  # unknown where it would be against
    holds[800, 1] = False
    assert {(a.premise, a.conclusion) for a in implications(holds, failed)} >= {(0, 2), (1, 2)}
    broken = holds.copy()
    broken[800, 2] = False
    assert (0, 2) not in {(a.premise, a.conclusion) for a in implications(broken, sound(holds))}
