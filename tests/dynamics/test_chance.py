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
from schelling.dynamics import chance, steps

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


@pytest.mark.parametrize("weeks", [1 / 7, 1.0, 4.0])
@pytest.mark.parametrize("hazard", [0.01, 0.3, 2.0])
def test_hazards_strike_as_often_as_they_should(
    hazard: float, weeks: float, numbers: np.ndarray
) -> None:
    """Share 1 - exp(-hazard * weeks), within three standard errors of a share."""
    struck = np.asarray(steps.happens(jnp.asarray(hazard), weeks, jnp.asarray(numbers)))
    share = 1 - math.exp(-hazard * weeks)
    error = math.sqrt(share * (1 - share) / struck.size)
    assert abs(struck.mean() - share) < 3 * error


def test_a_hazard_is_the_same_in_one_step_or_many() -> None:
    """Surviving four weeks one by one or in one step: the same probability."""
    survive = np.exp(-0.3 * np.ones(4)).prod()
    grid = (jnp.arange(200_000) + 0.5) / 200_000  # every luck there is, evenly
    once = np.asarray(steps.happens(jnp.asarray(0.3), 4.0, grid)).mean()
    assert abs((1 - once) - survive) < 1e-5  # one cell of the grid is 5e-6 wide


def test_no_hazard_no_event() -> None:
    luck_of = jnp.array([2.0**-53, 0.5, 1 - 2.0**-53])
    assert not steps.happens(jnp.asarray(0.0), 1.0, luck_of).any()
    assert not steps.happens(jnp.asarray(jnp.nan), 1.0, luck_of).any()
    assert steps.happens(jnp.asarray(50.0), 1.0, luck_of).all()
    tiny = steps.happens(jnp.asarray(1e-15), 1.0, luck_of)  # not rounded away: 1 - exp would be
    np.testing.assert_array_equal(tiny, [True, False, False])


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
