"""The paragraphs of a Markdown file, as stretches of the file itself.

Blocks are those of markdown-it (CommonMark with tables). Code and HTML are not read. A stretch
begins after the marks of its block, such as `- ` or `## `; marks inside it stay.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from schelling.errors import RunError
from schelling.reading.documents.document import unquoted

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKS: Final = re.compile(
    r"(?:[ \t]*(?:>|[-*+](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])))*"
    r"(?:[ \t]*(?:#{1,6}(?=[ \t])|\[[ xX]\](?=[ \t])))?"
)
_MATTER: Final = re.compile(r"---[ \t]*\r?\n.*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_MARKUP: Final = re.compile(
    r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)|<((?:https?|mailto):[^<>\s]*)>"
    r"|(\*{1,3}|_{2,3}|`+|~~|\[\^[^\]\s]{1,40}\]:?)"
)


def paragraphs(
    text: str,
) -> tuple[tuple[tuple[int, int], ...], frozenset[int], tuple[str, ...]]:
    """Where the paragraphs of a Markdown text stand.

    Args:
        text: The file as it is.

    Returns:
        Starts and ends, the starts of those that are rows of tables, and what was left out, in
        words.

    Raises:
        RunError: markdown-it-py is not installed.
    """
    matter = _MATTER.match(text)
    begun = matter.end() if matter else 0
    lines = text[begun:].splitlines(keepends=True)
    starts = [begun, *accumulate((len(line) for line in lines), initial=begun)][1:]
    found: list[tuple[int, int]] = []
    rows: set[int] = set()
    skipped = {"fence": 0, "code_block": 0, "html_block": 0, "image": 0}
    around = ""
    for token in _tokens(text[begun:].replace("\r\n", "\n")):
        cell, around = around in ("td_open", "th_open"), token.type
        if token.type in skipped:
            skipped[token.type] += 1
        if token.type != "inline" or token.map is None:
            continue
        if token.children and all(one.type == "image" for one in token.children):
            skipped["image"] += len(token.children)
            continue
        lines_of: list[int] = token.map
        first, last = (starts[min(line, len(starts) - 1)] for line in lines_of)
        stretch = _within(text, first, last, cell=cell)
        if stretch is not None and (not found or stretch[0] >= found[-1][1]):
            found.append(stretch)
            rows |= {stretch[0]} if cell else set()
    code, markup = skipped["fence"] + skipped["code_block"], skipped["html_block"]
    words = [f"{code} block{'s' * (code > 1)} of code"] if code else []
    pictures = skipped["image"]
    words += [f"{pictures} picture{'s' * (pictures > 1)}"] if pictures else []
    words += [f"{markup} block{'s' * (markup > 1)} of HTML"] if markup else []
    return tuple(found), frozenset(rows), tuple(words)


def _within(text: str, first: int, last: int, *, cell: bool) -> tuple[int, int] | None:
    """What a block says, without its marks and, of a row of a table, the lines around it."""
    marks = _MARKS.match(text, first, last)
    first = marks.end() if marks else first
    words = _unclosed(text[first:last].rstrip())
    if cell and words.lstrip().startswith("|"):
        first, words = first + words.index("|") + 1, words.lstrip()[1:].removesuffix("|").rstrip()
    start = first + len(words) - len(words.lstrip())
    return (start, first + len(words)) if words.strip() else None


def _unclosed(words: str) -> str:
    """The words of a heading without the marks that may end it, as in `## Harvest ##`."""
    bare = words.rstrip("#")
    if bare == words or not bare.endswith((" ", "\t")):
        return words
    return bare.rstrip(" \t")


def _tokens(text: str) -> list[Token]:
    try:
        from markdown_it import MarkdownIt  # noqa: PLC0415 - an extra
    except ImportError as error:
        message = "reading Markdown needs markdown-it-py: pip install 'schelling[read]'"
        raise RunError(message) from error
    return MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").parse(text)


def plain(words: str) -> str:
    """The words of a stretch of Markdown, without its marks.

    Examples:
        >>> plain("It is **not** so, [they say](https://example.org).")
        'It is not so, they say.'
    """
    return _MARKUP.sub(lambda found: found[1] or found[2] or "", unquoted(words)).strip()
