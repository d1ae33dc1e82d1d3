"""Where the passages of a case stand in an edited text: found by digest, never by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from schelling.case.texts.sentences import digest

State = Literal["same", "moved", "ambiguous", "orphaned"]

_WORD: Final = re.compile(r"(?<!\w)\S")
_MOST: Final = 2_000_000
"""Stretches that are looked at for one text: so many digests take about two seconds."""


@dataclass(frozen=True)
class Position:
    """A passage as a case has it.

    Attributes:
        name: Its name.
        start: Position of its first code point, counting from 0.
        end: Position after its last one.
        sha256: Digest of its words; without one there is nothing to find it by.
    """

    name: str
    start: int
    end: int
    sha256: str | None


@dataclass(frozen=True)
class PassagePlace:
    """Where a passage stands now.

    Attributes:
        position: The passage as the case has it.
        state: `same` at its old position; `moved` where its words stand once elsewhere;
            `ambiguous` where they stand there several times; `orphaned` where they do not, or where
            it has no digest.
        starts: Where its words stand now.
    """

    position: Position
    state: State
    starts: tuple[int, ...]


def places(passages: Iterable[Position], text: str) -> tuple[PassagePlace, ...]:
    """Find passages in a text by their length and digest.

    Passages begin at the beginning of a word. Of a text so long that looking everywhere would take
    more than a few seconds, only what still stands at its old position is found.

    Args:
        passages: Of one source.
        text: The source as it is now.
    """
    known = list(passages)
    starts = [match.start() for match in _WORD.finditer(text)]
    wanted = {(one.end - one.start, one.sha256.lower()) for one in known if one.sha256}
    lengths = {length for length, _ in wanted}
    searched = starts if len(lengths) * len(starts) <= _MOST else []
    found: dict[tuple[int, str], list[int]] = {}
    for length in lengths:
        for start in searched:
            if start + length <= len(text):
                key = (length, digest(text[start : start + length]))
                if key in wanted:
                    found.setdefault(key, []).append(start)
    return tuple(_place(one, text, found) for one in known)


def _place(one: Position, text: str, found: dict[tuple[int, str], list[int]]) -> PassagePlace:
    if one.sha256 is None:
        return PassagePlace(one, "orphaned", ())
    sha256 = one.sha256.lower()
    if one.end <= len(text) and digest(text[one.start : one.end]) == sha256:
        return PassagePlace(one, "same", (one.start,))
    starts = tuple(found.get((one.end - one.start, sha256), ()))
    state: State = "orphaned" if not starts else "moved" if len(starts) == 1 else "ambiguous"
    return PassagePlace(one, state, starts)
