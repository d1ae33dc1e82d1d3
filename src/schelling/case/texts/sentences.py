"""The sentences of a text as stretches of code points, named by paragraph.

Boundaries are those of sentencex (rules for abbreviations, quotes and numbers; no model, no
network). A paragraph ends at an empty line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any, cast

import sentencex  # pyright: ignore[reportMissingTypeStubs]

from schelling.case.texts import line_breaks

_BREAK = re.compile(r"(?:\r\n?+|\n)(?:[ \t]*(?:\r\n?+|\n))+[ \t]*")
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_NUMBER = re.compile(
    r"(?:[•‣◦▪▫●○■□◆◇∙⁃➢►✓✔][ \t]*)?"
    r"(?:\([a-zA-Z0-9]{1,4}\)|[a-zA-Z0-9]{1,3}\)|[0-9]{1,3}[./])[ \t]+(?=\S)"
    r"|[•‣◦▪▫●○■□◆◇∙⁃➢►✓✔][ \t]*(?=\S)"
)
"""What marks a paragraph as an item, such as `(a)`, `2.`, `3/` or `•`; sentencex takes some numbers
for sentences, and after a bullet it finds none."""
_ITEM = re.compile(r"[.!?][\"'”’»)\]]*\s+(\((?:[a-zA-Z]{1,4}|[0-9]{1,3})\)[ \t]+)(?=\S)")
"""The end of a sentence with the number of the next item of a list."""
_ASIDE = re.compile(
    r"(?:\A|(?<=[.!?…])|(?<=[.!?…][\"”’)]))\s*"
    r"(\([\"“‘]?[A-Z][^()]{3,1000}[.!?…][\"”’]?\)\s+)(?=[A-Z\"“‘'(])"
)
"""Sentences in brackets of their own, before the next one."""
_ENDED = re.compile(
    r"\.(?:"
    r"(?:(?<=(?:me|no|ok|Ok|OK)\.)(?<![\w.'’].{2}\.)|(?<=miss\.)(?<![\w.'’].{4}\.)"
    r"|(?<=\b(?:do|am) I\.)|(?<=\b(?:did|had|can) I\.)|(?<=\b(?:have|than|will) I\.)"
    r"|(?<=\bwould I\.)"
    r"|(?<=(?:May|ill|art|ore|arc|con|ken|fed|Fed|etc|btw)\.)(?<![\w.'’].{3}\.))"
    r"\s+(?![IVXLC]{2,}\b)"
    r"|(?<=[a-z]{2}\.)(?<!no\.)(?<!pp\.)(?<!ch\.)(?<!cf\.)[0-9]{1,2}\s+"
    r"|(?<=[a-z]\.)(?:\[[0-9, –-]{1,20}\]){1,9}\s+"
    r")(?=[A-Z\"“])"
    r"|…\s+(?=[A-Z]{3,20}:\s)"
)
"""The end of a sentence that sentencex takes for an abbreviation, or with the mark of a note."""
_QUOTES = {"“": "”", '"': '"', "«": "»"}
_WORD = re.compile(r"[^\W¹²³⁰⁴-⁹]")
_RAISED = re.compile(r"(?:[¹²³⁰⁴-⁹]+|(?:\[\^[^\]\s]{1,40}\])+)(?:\s+(?=\S)|\Z)")
_OPENING = ("`", "«", "»", "‘", "“", "„", "‹", "''")
"""Marks for whose counterpart sentencex looks through all that follows."""
_MOST_OPENING = 2_000
_UNMARKED = str.maketrans(dict.fromkeys("`«»‘“„‹'", "*"))
_GOES_ON = re.compile(
    r"(?<![^\s(])(?:M[sS]|Mx|Mmes|Messrs|Hon|App|Figs?|Eqs?|[Cc]f|[Pp]p|[Aa]pprox|vs|P\.?S|[Ii]ncl"
    r"|[Ee]sp|Gen|Col|Adm|Capt|Maj|Lt|Ft)\.\n|\(ret\.\)\n"
    r"|\b(?:bn|mn|tn|pts?|hrs?|mins?|secs?|yrs?|lbs?|oz|ft|in|sq|avg|dept)\.\n[a-z]"
    r"|\b[ap]\.m\.\n(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|[ECMP][SD]?T\b|GMT|BST|CET|UTC)"
    r"|\b(?:[Pp]aras?|Secs|[Cc]hs?|[Vv]ols?|[Nn]os|[Cc]ls?|[Rr]egs?|fns?)\.\n[0-9]"
    r"|\bal\.\n[(\[]|\b[Ee]st\.\n[0-9]"
    r"|(?:\A|\n)(?:[IVXLC]{1,5}|[A-Z])\.\n"
    r"|[.!?]\n[—–-] ?[a-z]|(?:…|\.{3})\.?\n[a-z]"
)
"""The end of a piece, and after the sign of a new line what follows, that are no end of a sentence:
abbreviations that sentencex does not know, numbers of heads, and a dash that goes on."""
_MAY_GO_ON = re.compile(r"(?:\A|[\s.(])[A-Za-z]{1,8}\.$|\)$")
"""A short word, after which one has to look closer."""


@dataclass(frozen=True)
class Stretch:
    """A sentence of a text.

    Attributes:
        name: Such as `P2.S1`, the first sentence of the second paragraph; a headline is `P0.S1`.
        start: Position of its first code point, counting from 0.
        end: Position after its last one.
        sha256: Digest of its text.
    """

    name: str
    start: int
    end: int
    sha256: str


def sentences(
    text: str,
    language: str = "en",
    paragraphs: Sequence[tuple[int, int]] | None = None,
    rows: Set[int] = frozenset(),
) -> tuple[Stretch, ...]:
    r"""The sentences of a text, in order.

    Args:
        text: The text.
        language: Code of its language, such as `en`.
        paragraphs: Where its paragraphs begin and end, if their marks are not empty lines.
        rows: Where those of them begin that are one sentence whatever stands in them.

    Returns:
        Sentences without the white space around them. A first paragraph of one line and one
        sentence that does not end like one is a headline.

    Examples:
        >>> found = sentences("Who pays?\n\nMr. Low paid 3.50. He left.")
        >>> [(one.name, one.start, one.end) for one in found]
        [('P1.S1', 0, 9), ('P2.S1', 11, 29), ('P2.S2', 30, 38)]
        >>> sentences("Who pays\n\nMr. Low.")[0].name
        'P0.S1'
    """
    found: list[Stretch] = []
    paragraphs = list(_paragraphs(text) if paragraphs is None else paragraphs)
    headed = len(paragraphs) > 1 and _headline(text, *paragraphs[0], language)
    for number, (start, end) in enumerate(paragraphs, start=0 if headed else 1):
        whole = start in rows
        pieces = [(start, end)] if whole else _within(text, start, end, language)
        for place, (first, last) in enumerate(pieces, start=1):
            name = f"P{number}.S{place}"
            found.append(Stretch(name, first, last, digest(text[first:last])))
    return tuple(found)


def digest(words: str) -> str:
    """SHA-256 of some text, in hex."""
    return hashlib.sha256(words.encode()).hexdigest()


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BREAK.finditer(text):
        yield from _trimmed(text, start, gap.start())
        start = gap.end()
    yield from _trimmed(text, start, len(text))


def _headline(text: str, start: int, end: int, language: str) -> bool:
    words = text[start:end]
    ended = "\n" in words or _ENDS.search(words) is not None
    return not ended and len(_within(text, start, end, language)) == 1


def _within(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Sentences of one paragraph; the number of an item belongs to its first one."""
    found: list[tuple[int, int]] = []
    numbers = (one.start(1) for one in _ITEM.finditer(text, start, end))
    ends = (one.end() for one in _ENDED.finditer(text, start, end))
    words = text[start:end] if text.find("(", start, end) >= 0 else ""
    asides = (place for one in _ASIDE.finditer(words) for place in one.span(1))
    lines = line_breaks.meant(text, start, end)
    items = sorted({start, *numbers, *ends, *lines, *(start + place for place in asides)})
    for begun, ended in zip(items, [*items[1:], end], strict=True):
        numbered = _NUMBER.match(text, begun, ended)
        first = begun if numbered is None else numbered.end()
        pieces = _segmented(text, first, ended, language)
        if pieces:
            found += [(begun, pieces[0][1]), *pieces[1:]]
    return found


def _segmented(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """What sentencex takes for sentences; it gives them back as text, whole and in order.

    The ends of lines are blanks to it, since it takes some of them for ends of sentences. Of very
    many marks that open a quotation it sees none, since it takes as long as their number times the
    length of the text if they are not closed.
    """
    found: list[tuple[int, int]] = []
    segment = cast("Any", sentencex).segment
    pieces: list[tuple[int, int]] = []
    flat = text[start:end].replace("\n", " ").replace("\r", " ").replace("\t", " ")
    if len(flat) > _MOST_OPENING and sum(map(flat.count, _OPENING)) > _MOST_OPENING:
        flat = flat.translate(_UNMARKED)
    offset = start
    for piece in segment(language, flat):
        first = offset + flat.find(piece, start - offset)
        if first >= start:
            start = first + len(piece)
            pieces += _trimmed(text, first, start)
    for begun, last in (*pieces, *_trimmed(text, start, end)):
        first = begun
        raised = _RAISED.match(text, begun, last) if found else None
        if raised:  # the mark of a note behind the sentence before
            found[-1] = (found[-1][0], begun + len(raised[0].rstrip()))
            first = raised.end()
        wordless = not text[first].isalpha() and _WORD.search(text, first, last) is None
        if (found and wordless) or (found and _goes_on(text, *found[-1], first)):
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return [part for one in found for part in _spoken(text, *one, language)]


def _goes_on(text: str, start: int, end: int, following: int) -> bool:
    """Whether a piece is no whole sentence, since what follows belongs to it."""
    if not _MAY_GO_ON.search(text, max(0, start - 1, end - 10), end) and text[following].isupper():
        return False
    begun = max(start, end - 12)
    whole = "\n" if begun == start else ""
    last = text[begun:end].replace("\n", " ")
    return _GOES_ON.search(f"{whole}{last}\n{text[following : following + 12]}") is not None


def _spoken(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """The sentences of a quotation at the end of a piece; sentencex keeps it whole."""
    if text[end - 1] not in _QUOTES.values():
        return [(start, end)]
    opens = [place for mark in _QUOTES if (place := text.find(mark, start, end - 1)) >= 0]
    first = min(opens, default=start)
    closing = _QUOTES.get(text[first])
    inner = text[first + 1 : end - 1]
    if closing is None or text[end - 1] != closing or set(inner) & {text[first], closing}:
        return [(start, end)]
    parts = _segmented(text, first + 1, end - 1, language)
    if not parts:
        return [(start, end)]
    starts = [start, *(first for first, _ in parts[1:])]
    return list(zip(starts, [*(last for _, last in parts[:-1]), end], strict=True))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch without the white space around it; nothing where nothing is left."""
    words = text[start:end]
    first = start + len(words) - len(words.lstrip())
    last = start + len(words.rstrip())
    if first < last:
        yield first, last
