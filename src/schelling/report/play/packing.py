"""Worlds as few bytes, and what is lost by that.

An assumption is one byte a world: the slice of its prior that the value lies in, of 256 slices of
equal probability. Slices are told apart by the values themselves, so a range between two cuts keeps
exactly the worlds whose values lie in it: nothing is rounded that a range can ask for. The truth of
a claim is two bits a world. A path is one byte a world and step: the nearest of at most 255 levels.
Knows no cases and no pages.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, UInt8
from numpy import ndarray

SLICES: Final = 256
"""Slices of a prior; a byte tells them apart."""

LEVELS: Final = 255
"""Most levels of a series; the last number of a byte is left for worlds without a number."""

NO_NUMBER: Final = 255

_FARTHEST = 1e300  # distances of numbers beyond this are no numbers any more

DIGITS: Final = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%.()*+-;,=:?@^_`{|}~"
)
"""The 85 characters that bytes are written in, by their value; the page's script has the same."""

_IN_HTML = {ord("&"): ".", ord("<"): ",", ord(">"): ":"}

FAILS, HOLDS, LOST, NOT_ASKED = range(4)
"""What two bits say of a claim in a world; `LOST` is a world whose numbers failed."""


def slices(values: Float[ndarray, " world"], cuts: Float[ndarray, " cut"]) -> UInt8[ndarray, " w"]:
    """In which slice of a prior each value lies: the last one whose lower cut it reaches.

    Args:
        values: Values of an assumption; one that is no number counts as beyond the last cut.
        cuts: Ends of the slices in ascending order, one more than there are slices.

    Examples:
        >>> slices(np.array([0.1, 0.25, 0.9]), np.array([0.0, 0.25, 0.5, 1.0]))
        array([0, 1, 2], dtype=uint8)
    """
    return np.searchsorted(cuts[1:-1], values, side="right").astype(np.uint8)


def truths(
    holds: Bool[ndarray, " world"], failed: Bool[ndarray, " world"], asked: Bool[ndarray, " world"]
) -> UInt8[ndarray, " byte"]:
    """What a claim is in every world, two bits each, the first world in the highest bits.

    Examples:
        >>> yes, no = np.array([True]), np.array([False])
        >>> [int(truths(*one)[0]) >> 6 for one in ((yes, no, yes), (yes, yes, yes), (yes, no, no))]
        [1, 2, 3]
    """
    code = np.where(asked, np.where(failed, LOST, np.where(holds, HOLDS, FAILS)), NOT_ASKED)
    return np.packbits(np.stack([code >> 1, code & 1], axis=1).astype(bool))


def levels(values: Float[ndarray, "world time"]) -> Float[ndarray, " level"]:
    """The levels that paths are rounded to, ascending; none where no path is finite throughout.

    All values where they are few. Otherwise half of the levels are equally far apart from the least
    to the greatest value, so that no value moves by more than a 250th of that distance, and half
    are quantiles, so that values lie the closer to a level the more of them there are.

    Examples:
        >>> levels(np.array([[0.0, 1.0], [2.0, np.nan], [1.0, 1.0]]))
        array([0., 1.])
    """
    sound = values[_drawn(values)]
    found = np.unique(sound)
    if found.size <= LEVELS:
        return found
    least, most = float(found.min()), float(found.max())
    even = np.linspace(least, most, LEVELS - LEVELS // 2)
    crowd = np.quantile(sound, np.linspace(0.0, 1.0, LEVELS // 2), method="nearest")
    return np.unique(np.concatenate([even, crowd]))


def nearest(
    values: Float[ndarray, "world time"], levels: Float[ndarray, " level"]
) -> UInt8[ndarray, "world time"]:
    """The level next to each value; `NO_NUMBER` all along a path that has none somewhere.

    A path has none where it is not finite, or so far out that distances are no numbers any more.

    Examples:
        >>> nearest(np.array([[0.1, 0.9], [0.2, np.nan]]), np.array([0.0, 1.0]))
        array([[  0,   1],
               [255, 255]], dtype=uint8)
    """
    sound = _drawn(values)[:, np.newaxis]
    middles = 0.5 * (levels[1:] + levels[:-1])
    place = np.searchsorted(middles, np.where(sound, values, 0.0), side="left")
    return np.where(sound, place, NO_NUMBER).astype(np.uint8)


def _drawn(values: Float[ndarray, "world time"]) -> Bool[ndarray, " world"]:
    """Which paths can be drawn from one end to the other."""
    return np.asarray((np.abs(values) < _FARTHEST).all(axis=1))


def stepped(codes: UInt8[ndarray, "world time"]) -> UInt8[ndarray, "time world"]:
    """Each step as the difference from the one before, modulo 256; such bytes deflate well."""
    return np.ascontiguousarray(np.diff(codes, axis=1, prepend=np.uint8(0)).T)


def packed(parts: Mapping[str, ndarray]) -> tuple[str, dict[str, tuple[int, int]]]:
    """Arrays as one text: their bytes one after the other, deflated, as `written` has them.

    Args:
        parts: Arrays of bytes, or of numbers, which become 32-bit floats, lowest byte first.

    Returns:
        The text, and of each part its first byte and its number of bytes.
    """
    pieces: list[bytes] = []
    places: dict[str, tuple[int, int]] = {}
    start = 0
    for name, part in parts.items():
        piece = part.astype(np.uint8 if part.dtype == np.uint8 else "<f4").tobytes()
        places[name] = start, len(piece)
        pieces.append(piece)
        start += len(piece)
    return written(zlib.compress(b"".join(pieces), 9)), places


def written(data: bytes) -> str:
    """Bytes as text, four of them as five of 85 characters: a sixteenth shorter than base 64.

    None of the characters means anything in HTML. A last group of fewer than four bytes is
    written in as many characters and one more, as in `base64.b85encode`.

    Examples:
        >>> written(bytes([255] * 4)), written(b"")
        ('|NsC0', '')
    """
    return base64.b85encode(data).decode("ascii").translate(_IN_HTML)


def read(text: str) -> bytes:
    """The bytes that `written` has made a text of."""
    return base64.b85decode(text.translate({ord(to): chr(own) for own, to in _IN_HTML.items()}))
