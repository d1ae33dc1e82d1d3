"""Where a new line of a paragraph is meant, as in a list or below a heading, and not only a wrap."""

from __future__ import annotations

import re
from typing import Final

_LINE: Final = re.compile(r"[^\r\n]+")
_MARKER: Final = re.compile(r"(?:[-*•·▪◦‣–]|[0-9]{1,3}[.)]|\(?[a-zA-Z]\)|[a-z]\.)\s+\S")
_BEGINS: Final = re.compile(r"[\"“‘(\[]?[A-Z]")
_OPEN: Final = re.compile(
    r"(?:[,;–—-]|\b(?:a|an|the|of|and|or|but|to|in|on|at|by|for|from|with|as|that|than|into|its|his"
    r"|her|their|our|is|are|was|were|be|not|no|who|which|Mr|Mrs|Ms|Dr|St|Gen|President)\.?)$"
)
"""How a line ends that goes on in the next one."""
_SLACK: Final = 0.2
_LEAST: Final = 4


def meant(text: str, start: int, end: int) -> list[int]:
    r"""Where lines begin that somebody began on purpose.

    A line begins on purpose if it is an item of a list, or if it begins with a capital letter although
    its first word had room on the line before: then no wrapping has put it there.

    Args:
        text: A text.
        start: Where a paragraph of it begins.
        end: Where the paragraph ends.

    Returns:
        Positions in the text, in order; not that of the first line.

    Examples:
        >>> meant("Key points:\n- one\n- two", 0, 23)
        [12, 18]
        >>> meant("He said that the\nUnited Nations left.", 0, 37)
        []
    """
    lines = [one for one in _LINE.finditer(text, start, end) if one[0].strip()]
    if len(lines) < 2:
        return []
    width = max(len(one[0].strip()) for one in lines)
    room = max(_LEAST, _SLACK * width)
    marked = [_MARKER.match(one[0].lstrip()) is not None for one in lines]
    listed = sum(marked) > 1
    found: list[int] = []
    for place, one in enumerate(lines[1:], start=1):
        before, words = lines[place - 1][0].strip(), one[0].strip()
        first = words.split(maxsplit=1)[0]
        item = marked[place] and (listed or before.endswith(":"))
        short = len(before) + 1 + len(first) <= width - room
        begun = short and _BEGINS.match(words) is not None and _OPEN.search(before) is None
        if item or begun:
            found.append(one.end() - len(one[0].lstrip()))
    return found
