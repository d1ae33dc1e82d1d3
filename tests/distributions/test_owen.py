"""The hash behaves like Owen's tree of coin flips."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from examples import examples
from schelling.distributions.keys import key_words
from schelling.distributions.owen import WORDS, open_unit, reverse_bits, scramble

KEYS = 20_000
ONE = np.uint64(1)
words = st.integers(0, 2**64 - 1)


def _flips(depth: int) -> np.ndarray:
    """Flip (+1 or -1) of the digit after each prefix of `depth` digits: (prefix, key)."""
    key = np.random.default_rng(11).integers(0, 2**64, size=(WORDS, 1, KEYS), dtype=np.uint64)
    prefix = np.arange(2**depth, dtype=np.uint64)[:, np.newaxis]
    return 1.0 - 2.0 * ((scramble(prefix, key) >> np.uint64(depth)) & ONE).astype(float)


@examples(50)
@given(words, words, st.integers(0, 63), st.lists(words, min_size=WORDS, max_size=WORDS))
def test_a_digit_depends_on_earlier_digits_only(x, y, digits, key) -> None:
    """Two points that share their first digits share them afterwards, and part where they did."""
    mask = 2**digits - 1
    y = (x & mask) | (y & ~mask)
    y = (y & ~(1 << digits)) | (~x & (1 << digits))  # the next digit differs
    after = scramble(np.array([x, y], dtype=np.uint64), np.array(key, dtype=np.uint64)[:, None])
    first, second = map(int, after)
    assert first & mask == second & mask
    assert (first ^ second) >> digits & 1


def test_flips_are_fair_and_independent() -> None:
    """Means and pair products within 5 standard errors (1/sqrt(keys)); there are 8128 pairs."""
    flips = np.concatenate([_flips(depth) for depth in range(7)])
    assert np.abs(flips.mean(axis=1)).max() * KEYS**0.5 < 5.0
    products = np.abs(flips @ flips.T)[np.triu_indices(len(flips), 1)] / KEYS**0.5
    assert products.max() < 5.0
    assert_allclose(np.sqrt(np.mean(products**2)), 1.0, atol=0.05)  # 8001 pairs: 3 times 0.016


def test_eight_siblings_are_independent_in_every_subset() -> None:
    """All 255 products of the flips under the eight prefixes of three digits."""
    flips = _flips(3)
    for size in range(1, 9):
        for chosen in itertools.combinations(range(8), size):
            product = np.prod(flips[list(chosen)], axis=0)
            assert abs(product.mean()) * KEYS**0.5 < 4.5  # 255 of them


@given(words)
def test_reversing_bits_against_text(x) -> None:
    reverse = int(reverse_bits(np.array([x], dtype=np.uint64))[0])
    assert reverse == int(f"{x:064b}"[::-1], 2)


def test_open_unit_never_touches_the_ends_and_keeps_cells() -> None:
    x = np.array([0, 2**64 - 1, 2**63, 2**63 - 1], dtype=np.uint64)
    u = open_unit(x)
    assert_array_equal(np.floor(u * 2**52), x >> np.uint64(12))
    assert 0.0 < u.min() < u.max() < 1.0


def test_keys_differ_by_every_word_of_the_request() -> None:
    requests = itertools.product(("p", "q"), (0, 1, -1), (0, 1), ("a", "b", "1:a"))
    keys = {
        tuple(key_words(purpose, seed=seed, replicate=replicate, name=name, count=2).tolist())
        for purpose, seed, replicate, name in requests
    }
    assert len(keys) == 2 * 3 * 2 * 3
