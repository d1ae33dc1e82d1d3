"""Chance: the generator against its published answers and the oracle, then against probability.

Keys and counters are fixed, so no statistical test here can fail by bad luck: either it fails
always or never. The bounds are five standard errors all the same, so that another seed would pass.
"""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
import pytest

from oracle import luck
from schelling import chance
from schelling.dynamics import steps

ONES = 0xFFFFFFFF
# (counter, key, answer): the known-answer vectors of the Random123 library for threefry2x32-20
ANSWERS = [
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((ONES, ONES), (ONES, ONES), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


def threefry(key: tuple[int, int], counter: tuple[int, int]) -> tuple[int, int]:
    words = [jnp.asarray(word, jnp.uint32) for word in (*key, *counter)]
    left, right = chance.threefry((words[0], words[1]), (words[2], words[3]))
    return int(left), int(right)


@pytest.mark.parametrize(("counter", "key", "answer"), ANSWERS)
def test_known_answers(
    counter: tuple[int, int], key: tuple[int, int], answer: tuple[int, int]
) -> None:
    """Salmon, Moraes, Dror & Shaw (2011), SC11, and the vectors their library is checked with."""
    assert threefry(key, counter) == answer
    assert luck.threefry(key, counter) == answer


def test_the_oracle_draws_the_same_numbers() -> None:
    streams = ["event/quit", "game/stage/start", "game/stage/strike/seen"]
    keys = jnp.asarray(chance.keys(-3, streams))
    worlds = np.array([0, 1, 1023, 1024, 2**32 - 1], np.uint32)
    ours = chance.uniform(keys, jnp.arange(3, dtype=jnp.uint32), jnp.asarray(worlds))
    theirs = [
        [[luck.uniform(-3, name, step, int(world)) for world in worlds] for name in streams]
        for step in range(3)
    ]
    np.testing.assert_array_equal(ours, theirs)  # whole numbers and a power of two: exact


def test_never_zero_or_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest and the highest words there are."""
    for word, number in ((0, 2.0**-53), (ONES, 1 - 2.0**-53)):
        full = jnp.full((1, 1, 1), word, jnp.uint32)
        monkeypatch.setattr(chance, "threefry", lambda *_, full=full: (full, full))
        zero = jnp.zeros(1, jnp.uint32)
        (found,) = chance.uniform(jnp.zeros((1, 2), jnp.uint32), zero, zero).ravel()
        assert found == number
        assert 0 < found < 1


def test_a_stream_depends_on_its_name_and_the_seed_alone() -> None:
    alone = chance.keys(7, ["b"])
    np.testing.assert_array_equal(chance.keys(7, ["a", "b", "c"])[1], alone[0])
    np.testing.assert_array_equal(chance.keys(7, ["b", "a"])[0], alone[0])
    assert not (chance.keys(8, ["b"]) == alone).all()
    assert chance.keys(0, []).shape == (0, 2)
    many = chance.keys(0, [f"event/{number}" for number in range(2_000)])
    assert len({tuple(row) for row in many.tolist()}) == 2_000


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    """(step, stream, world): 16 by 4 by 4096 numbers."""
    keys = jnp.asarray(chance.keys(1, list("abcd")))
    worlds = jnp.arange(4096, dtype=jnp.uint32)
    return np.asarray(chance.uniform(keys, jnp.arange(16, dtype=jnp.uint32), worlds))


def test_uniform(numbers: np.ndarray) -> None:
    """Chi-square over 64 cells: mean 63, standard deviation sqrt(2 * 63)."""
    for stream in range(4):
        counts = np.histogram(numbers[:, stream], bins=64, range=(0, 1))[0]
        expected = numbers[:, stream].size / 64
        distance = np.sum((counts - expected) ** 2 / expected)
        assert abs(distance - 63) < 5 * math.sqrt(2 * 63)


def test_neighbours_know_nothing_of_each_other(numbers: np.ndarray) -> None:
    """Correlation of next worlds, next steps and two streams: standard error 1 / sqrt(n)."""
    pairs = {
        "world": (numbers[..., :-1], numbers[..., 1:]),
        "step": (numbers[:-1], numbers[1:]),
        "stream": (numbers[:, :-1], numbers[:, 1:]),
    }
    for one, other in pairs.values():
        correlation = np.corrcoef(one.ravel(), other.ravel())[0, 1]
        assert abs(correlation) < 5 / math.sqrt(one.size)


def test_waits_are_exponential(numbers: np.ndarray) -> None:
    """Share of waits below a time: 1 - exp(-time), within three standard errors of a share."""
    waits = np.asarray(steps.wait(jnp.asarray(numbers)))
    for time in (0.01, 0.3, 1.0, 4.0):
        share = 1 - math.exp(-time)
        error = math.sqrt(share * (1 - share) / waits.size)
        assert abs((waits < time).mean() - share) < 3 * error


def test_no_wait_is_zero_or_endless() -> None:
    """At the least and the largest luck there is; a small one is not rounded away."""
    waits = np.asarray(steps.wait(jnp.array([2.0**-53, 1 - 2.0**-53])))
    np.testing.assert_allclose(waits, [2.0**-53, 53 * math.log(2)], rtol=1e-15)


def test_cells_are_the_numbers_of_their_stream() -> None:
    """A count and a world of their own in every cell; exact, as the numbers are the same."""
    keys = jnp.asarray(chance.keys(4, ["event/quit", "event/stay"]))
    counts, worlds = jnp.array([2, 0, 1], jnp.uint32), jnp.array([5, 6, 7], jnp.uint32)
    whole = chance.uniform(keys, jnp.arange(3, dtype=jnp.uint32), worlds)
    own = jnp.array([0, 1, 1])
    found = chance.cells((keys[own, 0], keys[own, 1]), counts, worlds)
    np.testing.assert_array_equal(found, whole[counts, own, jnp.arange(3)])


def test_alternatives_are_drawn_as_often_as_they_should(numbers: np.ndarray) -> None:
    """Exactly one is drawn, the impossible never, the others within three standard errors."""
    odds = [0.2, 0.0, 0.5, 0.3]
    masks = steps.draw([jnp.asarray(p) for p in odds], jnp.asarray(numbers))
    assert (np.sum(masks, axis=0) == 1).all()
    for mask, share in zip(masks, odds, strict=True):
        error = math.sqrt(share * (1 - share) / mask.size)
        assert abs(np.mean(mask) - share) <= 3 * error


def test_the_last_alternative_takes_what_rounding_leaves() -> None:
    """Probabilities that add up to a little less than 1 still draw something."""
    odds = [jnp.asarray(0.1)] * 10
    masks = steps.draw(odds, jnp.array([1 - 2.0**-53, 0.05]))
    assert [int(np.argmax(column)) for column in np.array(masks).T] == [9, 0]
