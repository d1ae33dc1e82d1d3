"""Tables as plain text in columns that fit a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_SHORTEST = 22  # characters of a first column that must be left


def laid_out(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The lines of a table in columns, in several pieces where it is too wide.

    Args:
        head: Names of the columns.
        rows: Cells as text; the first names the row and is cut where it is too long.
        width: Characters of a line.
    """
    table = [head, *rows]
    sizes = [max(len(row[c]) for row in table) for c in range(len(head))]
    first = min(sizes[0], max(_SHORTEST, width - sum(sizes[1:]) - 2 * (len(sizes) - 1)))
    for piece in _pieces(sizes, first, width):
        for row in table:
            cells = [row[0][:first].ljust(first)]
            for column in piece:
                size = min(sizes[column], width - first - 2)
                cell = row[column][:size]
                words = head[column] in ("rival", "claim", "section")
                words |= head[column].startswith("in the")
                cells.append(cell.ljust(size) if words else cell.rjust(size))
            yield "  ".join(cells)
        if piece[-1] < len(sizes) - 1:
            yield ""


def _pieces(sizes: Sequence[int], first: int, width: int) -> Iterator[list[int]]:
    """Columns after the first that fit side by side."""
    piece: list[int] = []
    used = first
    for column in range(1, len(sizes)):
        size = min(sizes[column], width - first - 2)
        if piece and used + 2 + size > width:
            yield piece
            piece, used = [], first
        piece.append(column)
        used += 2 + size
    if piece:
        yield piece


def wrapped(note: str, width: int) -> Iterator[str]:
    """The lines of a sentence that is broken between words."""
    line = ""
    for word in note.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    if line:
        yield line
