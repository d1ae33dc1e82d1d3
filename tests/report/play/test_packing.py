"""Worlds as bytes: what is packed comes out again, and what is rounded by how much."""

from __future__ import annotations

import zlib
from importlib import resources

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy import ndarray

from schelling.report.play import packing

finite = st.floats(-1e6, 1e6)
whole = st.integers(1, 9)


@given(
    st.lists(finite, min_size=3, max_size=258, unique=True).map(sorted),
    arrays(np.float64, st.integers(1, 40), elements=finite),
    st.data(),
)
def test_a_range_keeps_exactly_the_values_that_lie_in_it(
    ends: list[float], values: ndarray, data: st.DataObject
) -> None:
    """By the codes alone, values on a cut among them; the outermost slices have no end."""
    cuts = np.array([-np.inf, *ends[1:-1], np.inf])
    among = data.draw(st.lists(st.sampled_from(ends[1:-1]), max_size=5))
    values = np.concatenate([values, among])
    codes = packing.slices(values, cuts)
    low = data.draw(st.integers(0, len(cuts) - 2))
    high = data.draw(st.integers(low + 1, len(cuts) - 1))
    kept = (cuts[low] <= values) & (values < cuts[high])
    np.testing.assert_array_equal((low <= codes) & (codes < high), kept)


@given(st.integers(1, 40).flatmap(lambda n: arrays(np.uint8, n, elements=st.integers(0, 3))))
def test_two_bits_tell_what_a_claim_is(code: ndarray) -> None:
    asked, failed, holds = code != packing.NOT_ASKED, code == packing.LOST, code == packing.HOLDS
    bits = np.unpackbits(packing.truths(holds, failed & asked, asked))
    pairs = bits.reshape(-1, 2)[: code.size]
    np.testing.assert_array_equal(2 * pairs[:, 0] + pairs[:, 1], code)


@given(
    arrays(
        np.float64,
        st.tuples(whole, whole),
        elements=finite | st.sampled_from([np.nan, np.inf, -1e301]),
    )
)
def test_a_path_is_the_nearest_level(values: ndarray) -> None:
    levels = packing.levels(values)
    codes = packing.nearest(values, levels)
    sound = (np.abs(values) <= 1e6).all(axis=1)
    assert (codes[~sound] == packing.NO_NUMBER).all()
    np.testing.assert_array_equal(levels[codes[sound]], values[sound])  # few values: all are levels


@given(st.integers(0, 2**32 - 1))
def test_many_values_move_by_little(seed: int) -> None:
    """No value by more than half of a 127th of the range, and the crowd by much less."""
    values = np.exp(2 * np.random.default_rng(seed).normal(size=(200, 20)))
    levels = packing.levels(values)
    assert levels.size <= packing.LEVELS
    codes = packing.nearest(values, levels)
    gap = np.abs(levels[codes] - values)
    span = np.ptp(values)
    assert gap.max() <= span / 254 * (1 + 1e-12)
    assert np.median(gap) < span / 5000
    best = np.abs(levels - values[..., np.newaxis]).min(axis=-1)
    np.testing.assert_array_equal(gap, best)


@given(arrays(np.uint8, st.tuples(whole, whole)))
def test_steps_add_up(codes: ndarray) -> None:
    found = np.cumsum(packing.stepped(codes), axis=0, dtype=np.uint8)
    np.testing.assert_array_equal(found.T, codes)


@given(st.binary(max_size=40))
def test_bytes_come_out_of_their_text(data: bytes) -> None:
    text = packing.written(data)
    assert packing.read(text) == data
    assert set(text) <= set(packing.DIGITS)
    assert not set(text) & set("<>&\"'\\/")
    value = 0
    for sign in text[:5].ljust(5, packing.DIGITS[-1]):
        value = 85 * value + packing.DIGITS.index(sign)
    if data:  # as the script of the page reads it
        assert value.to_bytes(4, "big")[: min(len(data), 4)] == data[:4]


def test_the_script_has_the_same_digits() -> None:
    script = resources.files("schelling.report.play").joinpath("worlds.js").read_text("utf-8")
    assert f'"{packing.DIGITS}"' in script


@given(
    st.dictionaries(
        st.text(max_size=3),
        arrays(np.uint8, whole) | arrays(np.float32, whole),
        max_size=4,
    )
)
def test_parts_come_out_of_the_text(parts: dict[str, ndarray]) -> None:
    text, places = packing.packed(parts)
    whole = zlib.decompress(packing.read(text))
    assert set(places) == set(parts)
    for name, part in parts.items():
        start, length = places[name]
        found = np.frombuffer(whole[start : start + length], part.dtype.newbyteorder("<"))
        np.testing.assert_array_equal(found, part)
    assert sum(length for _, length in places.values()) == len(whole)
