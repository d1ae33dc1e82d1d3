"""Phrases of a cue table, and where they stand among tokens. No regular expression is built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from schelling.reading.cues.tokens import TextToken

_GAP: Final = 12
_LONGEST: Final = 20
_MOST_GAPS: Final = 3
"""Each is tried at every length, so that many would take as long as their product."""


@dataclass(frozen=True)
class PhrasePart:
    """One part of a phrase.

    Attributes:
        words: The words that fit; `...`, `_` and `#` as in the table.
        stems: What words may begin with that fit, too.
    """

    words: frozenset[str]
    stems: tuple[str, ...]

    def fits(self, token: TextToken) -> bool:
        """Whether a token fits."""
        words = self.words
        return (
            token.low in words
            or "_" in words
            or (token.number and "#" in words)
            or token.low.startswith(self.stems)
        )


@dataclass(frozen=True)
class Phrase:
    """One phrase.

    Attributes:
        parts: Its parts.
        gapped: Whether other words may stand between them.
    """

    parts: tuple[PhrasePart, ...]
    gapped: bool

    def end(self, words: Sequence[TextToken], start: int) -> int | None:
        """Where the phrase ends if it begins at a token; None where it does not."""
        return _end(self.parts, words, start)


def phrase(written: str) -> Phrase:
    """A phrase as a table has it.

    Raises:
        ValueError: It is empty, begins or ends with a gap, is too long or has too many gaps.

    Examples:
        >>> sorted(phrase("will|shall ... or").parts[0].words)
        ['shall', 'will']
    """
    parts = tuple(part(one.split("|")) for one in written.lower().split())
    gaps = sum(map(_is_gap, parts))
    bounded = 0 < len(parts) <= _LONGEST and gaps <= _MOST_GAPS
    if not bounded or _is_gap(parts[0]) or _is_gap(parts[-1]):
        message = f"'{written}' is no phrase"
        raise ValueError(message)
    return Phrase(parts, gaps > 0)


def part(words: Iterable[str]) -> PhrasePart:
    """A part that some words of a table fit, of which `*` ends one with any ending."""
    given = frozenset(words)
    return PhrasePart(given, tuple(sorted(word[:-1] for word in given if word.endswith("*"))))


def _is_gap(one: PhrasePart) -> bool:
    return "..." in one.words


def _end(parts: Sequence[PhrasePart], words: Sequence[TextToken], start: int) -> int | None:
    at = start
    for place, one in enumerate(parts):
        if at < len(words) and one.fits(words[at]):
            at += 1
            continue
        if not _is_gap(one):
            return None
        rest = parts[place + 1 :]
        last = min(len(words), at + _GAP)
        tries = (_end(rest, words, later) for later in range(at + 1, last))
        return next((end for end in tries if end is not None), None)
    return at
