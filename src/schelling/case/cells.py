"""Where the cells of a CSV table stand: the `csv` module reads them but forgets their places."""

from __future__ import annotations

from collections.abc import Sequence

from schelling.errors import Span


def spans(lines: Sequence[str], first: int, last: int) -> list[Span]:
    """The stretch of text of every cell of one row, without its quotes.

    Args:
        lines: The lines of the table.
        first: The row's first line, counting from 1.
        last: Its last line: a quoted cell may contain line breaks.

    Examples:
        >>> [(span.column, span.end_column) for span in spans(['a,"b, c",'], 1, 1)]
        [(1, 2), (4, 8), (10, 10)]
    """
    text = "\n".join(lines[first - 1 : last])
    found: list[Span] = []
    position = 0
    while position <= len(text):
        quoted = text[position : position + 1] == '"'
        start = position + quoted
        end = _closing(text, start) if quoted else start
        comma = text.find(",", end)
        comma = len(text) if comma < 0 else comma
        (line, column), (end_line, end_column) = (
            _place(text, offset, first) for offset in (start, end if quoted else comma)
        )
        found.append(Span(line, column, end_line, end_column))
        position = comma + 1
    return found


def _closing(text: str, start: int) -> int:
    """Offset of the quote that closes a cell; doubled quotes belong to it."""
    while (end := text.find('"', start)) >= 0:
        if text[end + 1 : end + 2] != '"':
            return end
        start = end + 2
    return len(text)


def _place(text: str, offset: int, first: int) -> tuple[int, int]:
    before = text[:offset]
    return first + before.count("\n"), offset - before.rfind("\n")
