"""Where a new line of a paragraph is meant, as in a list or below a heading, and no mere wrap."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

_LINE: Final = re.compile(r"[^\r\n]+")
_KIND: Final = re.compile(
    r"(?P<item>(?:[-*•·▪◦‣–]|[0-9]{1,3}[.)]|\(?[a-zA-Z]\)|[a-z]\.)\s+\S)"
    r"|(?P<note>\[\^[^\]\s]{1,40}\]:)"
    r"|(?P<label>(?:(?:M[RrSs]|M[Rr][Ss]|D[Rr]|[A-Z])\. ){0,2}+"
    r"[A-Z][A-Za-z-]{0,19}+(?: [A-Z][A-Za-z-]{0,19}+){0,2}+:\s)"
    r"|(?P<row>\S++(?: \S++){0,5}+(?<![.!?:\"”)])(?:\t| {2,})\S)"
)
"""How items of a list, notes and rows of a table begin; and, as a label, who speaks or the head of
a letter, as in `MS. ORR: Yes.` and `Subject: The fee`."""
_QUOTED: Final = re.compile(r"[ \t]*(?:>[ \t]?)*")
_BEGINS: Final = re.compile(r"[\"“‘(\[]?[A-Z]")
_OPEN: Final = re.compile(
    r"(?:[,;–—-]|\b(?:a|an|the|of|and|or|but|to|in|on|at|by|for|from|with|as|that|than|into|its|his"
    r"|her|their|our|is|are|was|were|be|not|no|who|which|Mr|Mrs|Ms|Dr|St|Gen|President)\.?)$"
)
"""How a line ends that goes on in the next one."""
_MOST_LINES: Final = 20_000
"""A paragraph of more lines is taken as wrapped: as many sentences are not read."""
_EVEN: Final = 4
"""So many lines do not all begin with a capital letter by chance."""
_FEW: Final = 4
_SHORT_WORD: Final = 3
_SLACK: Final = 0.2
_LEAST: Final = 4


def meant(text: str, start: int, end: int, *, only_lists: bool = False) -> list[int]:
    r"""Where lines begin that somebody began on purpose.

    A line begins on purpose if it is an item of a list, or if it begins with a capital letter
    although its first word had room on the line before, which looks like a heading, or if all of
    several lines begin so.

    Args:
        text: A text.
        start: Where a paragraph of it begins.
        end: Where the paragraph ends.
        only_lists: Whether only items of lists, rows and the like count.

    Returns:
        Positions in the text, in order; not that of the first line.

    Examples:
        >>> meant("Key points:\n- one\n- two", 0, 23)
        [12, 18]
        >>> meant("He said that the\nUnited Nations left.", 0, 37)
        []
    """
    if text.find("\n", start, end) < 0 and text.find("\r", start, end) < 0:
        return []
    lines = [
        _line(one)
        for one in itertools.islice(_LINE.finditer(text, start, end), _MOST_LINES + 1)
        if one[0].strip()
    ]
    if not 1 < len(lines) <= _MOST_LINES:
        return []
    outside = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
    if ">" in outside:
        lines[0] = replace(lines[0], level=lines[0].level + outside.count(">"))
    counts = Counter(one.kind for one in lines)
    many = frozenset(kind for kind, count in counts.items() if kind == "note" or count > 1) - {""}
    width = max(len(one.words) for one in lines)
    room = width - max(_LEAST, _SLACK * width)
    even = len(lines) >= _EVEN and all(_BEGINS.match(one.words) for one in lines)
    room = math.inf if even else room
    return [
        one.start
        for before, one in itertools.pairwise(lines)
        if _is_listed(before, one, many)
        or (not only_lists and _is_begun(before, one, room) and (even or _is_heading(before.words)))
    ]


@dataclass(frozen=True)
class _Line:
    """A line of a paragraph.

    Attributes:
        start: Where it begins in the text.
        words: What it says, without marks of a quotation and blanks around it.
        level: How many marks of a quotation it begins with.
        kind: What it is by its beginning, empty if it may be any.
    """

    start: int
    words: str
    level: int
    kind: str


def _line(found: re.Match[str]) -> _Line:
    marks = _QUOTED.match(found[0])
    mark = marks[0] if marks else ""
    words = found[0][len(mark) :].strip()
    kind = _KIND.match(words)
    start = found.end() - len(found[0].lstrip())
    return _Line(start, words, mark.count(">"), (kind and kind.lastgroup) or "")


def _is_listed(before: _Line, one: _Line, many: frozenset[str]) -> bool:
    """Whether a line is one of a list, a table or a quotation, or the one before only parts."""
    listed = one.kind in many or (before.kind == "row" and "row" in many)
    item = listed or (one.kind == "item" and before.words.endswith(":"))
    return item or one.level != before.level or not any(map(str.isalnum, before.words))


def _is_heading(words: str) -> bool:
    """Whether a line of few words, or of words with capitals, looks like a heading."""
    said = words.split()
    long = [word for word in said if len(word) > _SHORT_WORD]
    capitals = sum(word[0].isupper() for word in long)
    return len(said) <= _FEW or (len(long) > 1 and capitals >= len(long) - 1)


def _is_begun(before: _Line, one: _Line, room: float) -> bool:
    """Whether a line begins a sentence although its first word had room on the one before."""
    if _BEGINS.match(one.words) is None:
        return False
    first = one.words.split(maxsplit=1)[0]
    return len(before.words) + 1 + len(first) <= room and _OPEN.search(before.words) is None
