"""Names of another tool as names of a case: plain letters, and no two alike."""

from __future__ import annotations

import re
import unicodedata

from schelling.case.language.inferring.inference import reserved_names
from schelling.case.language.words.vocabulary import FREE_FUNCTIONS, KEYWORDS
from schelling.case.names import KEPT, canonical

MOST_LETTERS = 60

_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{MOST_LETTERS - 1}}}")
_TRANSLIT = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "þ": "th"})


def plain(name: str) -> str:
    """Letters, digits and underscores that a name comes closest to; `x` where it has none.

    Examples:
        >>> plain("Größe der Flotte (%)"), plain("2nd wave")
        ('grosse_der_flotte', 'x_2nd_wave')
    """
    text = unicodedata.normalize("NFKD", name.replace("\\n", " ").lower().translate(_TRANSLIT))
    word = re.sub(r"[^a-z0-9]+", "_", text.encode("ascii", "ignore").decode()).strip("_")
    word = word[:MOST_LETTERS].strip("_")
    return word if word[:1].isalpha() else f"x_{word}".strip("_")


def recognised(name: str) -> bool:
    """Whether every letter of a name has one that stands for it in its plain spelling.

    Examples:
        >>> recognised("Größe"), recognised("需求")
        (True, False)
    """
    letters = (one for one in name.lower().translate(_TRANSLIT) if one.isalpha())
    plain_ones = (unicodedata.normalize("NFKD", one).encode("ascii", "ignore") for one in letters)
    return all(plain_ones)


class Spelling:
    """Gives every thing a name of its own, the same one each time."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        words = (*reserved_names(), *KEYWORDS, *KEPT, *FREE_FUNCTIONS)
        self._taken = {canonical(word) for word in words}
        self._last: dict[str, int] = {}

    def kept(self, thing: str, wish: str) -> str:
        """The name that is wished, letter by letter, where a case can have it; else as `of`."""
        free = thing not in self._names and canonical(wish) not in self._taken
        if free and _NAME.fullmatch(wish):
            self._taken.add(canonical(wish))
            self._names[thing] = wish
        return self.of(thing, wish)

    def of(self, thing: str, wish: str) -> str:
        """The name of a thing.

        Args:
            thing: What it is, whatever identifies it.
            wish: What it would best be called.
        """
        if thing not in self._names:
            first = name = plain(wish)
            number = self._last.get(first, 1)
            while canonical(name) in self._taken:
                number += 1
                name = f"{first}_{number}"
            self._last[first] = number
            self._taken.add(canonical(name))
            self._names[thing] = name
        return self._names[thing]
