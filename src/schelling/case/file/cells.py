"""Where the cells of a CSV table stand: the `csv` module reads them but forgets their places."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from schelling.errors import Span


def spans(lines: Sequence[str], first: int, last: int) -> tuple[Span, ...]:
    """The stretch of text of every cell of one row, without its quotes.

    Args:
        lines: The lines of the table.
        first: The row's first line, counting from 1.
        last: Its last line: a quoted cell may contain line breaks.

    Examples:
        >>> [(span.column, span.end_column) for span in spans(['a,"b, c",'], 1, 1)]
        [(1, 2), (4, 8), (10, 10)]
    """
    return _spans("\n".join(lines[first - 1 : last]), first)


def open_quote(lines: Sequence[str], first: int) -> Span:
    """Where a quote stands that is never closed, in the row that begins on a line.

    Examples:
        >>> open_quote(['a,"b', "c"], 1).column
        3
    """
    cell = spans(lines, first, len(lines))[-1]
    return Span(cell.line, cell.column - 1, cell.line, cell.column)


@functools.lru_cache(maxsize=4_096)  # every rival reads the tables of its case again
def _spans(text: str, first: int) -> tuple[Span, ...]:
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
    return tuple(found)


def inside(lines: Sequence[str], cell: Span, start: int, end: int) -> Span:
    """Where a piece of the stripped text of a cell stands.

    Args:
        lines: The lines of the table.
        cell: The cell, from `spans`.
        start: Offset of the piece in the text of the cell, which has its doubled quotes undone.
        end: Offset after the piece.

    Examples:
        >>> inside(['x,"a ""b"" c"'], spans(['x,"a ""b"" c"'], 1, 1)[1], 3, 4)
        Span(line=1, column=8, end_line=1, end_column=9)
    """
    stretch = list(lines[cell.line - 1 : cell.end_line])
    stretch[-1] = stretch[-1][: cell.end_column - 1]
    written = "\n".join(stretch)
    position = cell.column - 1
    quoted = position > 0 and written[position - 1] == '"'
    places: list[int] = []
    while position < len(written):
        places.append(position)
        doubled = quoted and written[position : position + 2] == '""'
        position += 2 if doubled else 1
    lead = next((n for n, p in enumerate(places) if not written[p].isspace()), 0)
    if not places:
        return cell
    first = places[min(lead + start, len(places) - 1)]
    last = places[min(lead + max(end - 1, start), len(places) - 1)] + 1
    (line, column), (end_line, end_column) = (
        _place(written, at, cell.line) for at in (first, last)
    )
    return Span(line, column, end_line, end_column)


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
