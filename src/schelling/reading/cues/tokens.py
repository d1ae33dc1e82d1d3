"""Words of a sentence with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<number>[$€£#@]?[0-9][0-9.,:/]*(?<![.,:/])(?:\s?%|(?<=[0-9]{4})s\b)?)"
    r"|(?P<word>[@#]?[^\W\d_](?:[^\W_]|['’](?!s\b)|-(?=\w))*(?:\.[^\W\d_](?![^\W_]))*)"
    r"|(?P<end>['’]s\b|[^\w\s])"
)


@dataclass(frozen=True)
class TextToken:
    """A word, a number or a mark.

    Attributes:
        text: As written; an abbreviation with its full stop.
        low: In lower case, apostrophes straight.
        start: Position in the sentence.
        end: Position after it.
        number: Whether it is one, in digits.
    """

    text: str
    low: str
    start: int
    end: int
    number: bool

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text.lstrip("@#")[:1].isupper()

    @property
    def word(self) -> bool:
        """Whether it is a word."""
        return self.text.lstrip("@#")[:1].isalpha()


def tokens(words: str, abbreviations: frozenset[str] = frozenset()) -> tuple[TextToken, ...]:
    """The tokens of a sentence.

    Args:
        words: The sentence.
        abbreviations: Words that end with a full stop of their own, in lower case.

    Examples:
        >>> [one.text for one in tokens("Torrin won't pay 1.5% more, it says.")]
        ['Torrin', "won't", 'pay', '1.5%', 'more', ',', 'it', 'says', '.']
    """
    found: list[TextToken] = []
    skip = 0
    for match in _TOKEN.finditer(words):
        if match.start() < skip:
            continue
        start, end = match.span()
        if match["word"] and words[end : end + 1] == ".":
            initial = end == start + 1 and words[start].isupper() and words[end + 1 :].strip()
            dotted = "." in match["word"] and words[end + 1 :].strip()
            if initial or dotted or words[start : end + 1].lower() in abbreviations:
                end = skip = end + 1
        text = words[start:end]
        low = text.lower().replace("’", "'")
        found.append(TextToken(text, low, start, end, match["number"] is not None))
    return tuple(found)
