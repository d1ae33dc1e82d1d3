"""Phrases of a cue table, and where they stand among tokens. No regular expression is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schelling.reading.cues.tokens import TextToken

_GAP: Final = 12
_LONGEST: Final = 20


@dataclass(frozen=True)
class Phrase:
    """One phrase.

    Attributes:
        parts: Of each part, the words that fit; `...`, `_` and `#` as in the table.
    """

    parts: tuple[frozenset[str], ...]

    @property
    def gapped(self) -> bool:
        """Whether other words may stand between its parts."""
        return any("..." in part for part in self.parts)

    def end(self, words: Sequence[TextToken], start: int) -> int | None:
        """Where the phrase ends if it begins at a token; None where it does not."""
        return _end(self.parts, words, start)


def phrase(written: str) -> Phrase:
    """A phrase as a table has it.

    Raises:
        ValueError: It is empty, begins or ends with a gap, or is too long.

    Examples:
        >>> phrase("either ... or").parts[0]
        frozenset({'either'})
    """
    parts = tuple(frozenset(part.split("|")) for part in written.lower().split())
    gap = frozenset({"..."})
    if not 0 < len(parts) <= _LONGEST or gap in (parts[0], parts[-1]):
        message = f"'{written}' is no phrase"
        raise ValueError(message)
    return Phrase(parts)


def fits(part: frozenset[str], token: TextToken) -> bool:
    """Whether a token fits a part of a phrase."""
    if token.low in part or "_" in part:
        return True
    if "#" in part and token.number:
        return True
    return any(word.endswith("*") and token.low.startswith(word[:-1]) for word in part)


def _end(parts: Sequence[frozenset[str]], words: Sequence[TextToken], start: int) -> int | None:
    at = start
    for place, part in enumerate(parts):
        if "..." in part:
            rest = parts[place + 1 :]
            last = min(len(words), at + _GAP)
            tries = (_end(rest, words, later) for later in range(at + 1, last))
            return next((end for end in tries if end is not None), None)
        if at >= len(words) or not fits(part, words[at]):
            return None
        at += 1
    return at
