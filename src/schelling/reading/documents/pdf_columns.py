"""Columns of a page of a PDF file that is written line by line across them.

pypdf draws such a page with blanks in the gaps, and says where each piece of a line begins. A line
over several columns, such as a title, keeps its place.
"""

from __future__ import annotations

import bisect
import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

_LEAST_ROWS: Final = 4
_LEAST_LETTERS: Final = 20
"""The middle line of a column of prose has so many; cells of tables have fewer."""
_SAME_PLACE: Final = 3.0
"""Points: what begins no further apart begins at one place of the page."""
_SAME_LINE: Final = 5.0
"""Points: what stands no further up or down is of one line, such as a raised number."""
_INDENT: Final = 0.2
"""Of the width of a column: so far in, a line still begins like one of it."""
_LONG: Final = 0.9
"""Of the lines of a column, so many are no longer than one that fills it."""
_GUTTER: Final = re.compile(r"[ ]{3,}")
_UNDRAWN: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

_Places = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Row:
    """A line across the page.

    Attributes:
        pieces: Its words, parted where a gap is.
        starts: How far right what it shows begins, in points, from left to right.
    """

    pieces: list[str]
    starts: list[float]


@dataclass(frozen=True)
class _PageColumns:
    """Where columns begin.

    Attributes:
        starts: Of each, in points.
        letter: Points that a letter takes up, as if all were as wide.
    """

    starts: list[float]
    letter: float

    def column(self, start: float) -> int:
        """The column in which a place of the page lies."""
        return max(0, bisect.bisect_right(self.starts, start + _SAME_PLACE) - 1)

    def width(self, column: int) -> float:
        """How far it is to the next column; the last one is as wide as the one before it."""
        column = min(column, len(self.starts) - 2)
        return self.starts[column + 1] - self.starts[column]

    def begins(self, start: float) -> bool:
        """Whether a line of a column would begin here."""
        column = self.column(start)
        return start - self.starts[column] < _INDENT * self.width(column)

    def is_over(self, row: _Row) -> bool:
        """Whether a row is no column's: it lies over an edge, or begins where no column does."""
        first = row.starts[0]
        column = self.column(first)
        others = [start for start in row.starts if self.column(start) != column]
        if others or column == len(self.starts) - 1:
            return bool(others) and not any(map(self.begins, others))
        edge, width = self.starts[column + 1], self.width(column)
        longest = edge + (_INDENT * width if self.begins(first) else _SAME_PLACE)
        length = len(" ".join(row.pieces)) * self.letter
        return first > edge - _INDENT * width or first + length > longest

    def dealt(self, row: _Row) -> list[str]:
        """The words of a row in each column."""
        sides = [self.column(start) for start in row.starts]
        if len(sides) != len(row.pieces):
            sides = sorted(set(sides))
        found = [""] * len(self.starts)
        for place, words in enumerate(row.pieces):
            side = sides[min(place, len(sides) - 1)]
            found[side] = f"{found[side]} {words}".strip()
        return found


def columns(page: Any, places: _Places) -> list[str] | None:
    """The lines of every column, from left to right, with an empty line after each.

    Args:
        page: The page, as pypdf has it.
        places: Of all that is shown, how far right and how high it begins, in points, as written.

    Returns:
        None where the page is not written across columns of prose.
    """
    edges = _edges(places)
    rows = _rows(page, places) if edges else None
    if rows is None:
        return None
    lengths = [len(row.pieces[0]) for row in rows if row and len(row.pieces) > 1]
    if len(lengths) < _LEAST_ROWS:
        return None
    margin = min(start for start, _ in places)
    letter = (edges[0] - margin) / sorted(lengths)[int(_LONG * len(lengths))]
    return _in_turn(rows, _PageColumns([margin, *edges], letter))


def _edges(places: _Places) -> list[float]:
    """Where columns after the first begin: where most rows go on, further right, as written."""
    rows = len({round(height) for _, height in places})
    goes_on = [
        right
        for (left, above), (right, below) in itertools.pairwise(places)
        if abs(above - below) < 1 and right > left + _SAME_PLACE
    ]
    counted = Counter(round(right / _SAME_PLACE) for right in goes_on)
    usual = {place for place, count in counted.items() if count >= max(_LEAST_ROWS, rows / 2)}
    found: list[float] = []
    for right in sorted(right for right in goes_on if round(right / _SAME_PLACE) in usual):
        if not found or right > found[-1] + 2 * _SAME_PLACE:
            found.append(right)
    return found


def _rows(page: Any, places: _Places) -> list[_Row | None] | None:
    """The lines of a page, None for an empty one; None where what is drawn is not what is shown."""
    try:
        drawn: list[str] = page.extract_text(extraction_mode="layout").split("\n")
    except _UNDRAWN:  # odd fonts; the lines are read as they are written then
        return None
    starts: list[list[float]] = []
    last = 0.0
    for start, height in sorted(places, key=lambda place: -place[1]):
        if not starts or last - height > _SAME_LINE:
            starts.append([])
            last = height
        starts[-1].append(start)
    lines = [line.strip() for line in drawn]
    if len(starts) != sum(map(bool, lines)):
        return None
    placed = iter(starts)
    return [_Row(_GUTTER.split(line), sorted(next(placed))) if line else None for line in lines]


def _in_turn(rows: list[_Row | None], page: _PageColumns) -> list[str] | None:
    """Column after column, down to each line that is no column's; None where they are no prose."""
    found: list[str] = []
    whole: list[list[str]] = [[] for _ in page.starts]
    sides: list[list[str]] = [[] for _ in page.starts]
    for row in rows:
        if row is not None and page.is_over(row):
            found += [*_below_each_other(sides), " ".join(row.pieces)]
            sides = [[] for _ in page.starts]
            continue
        for side, kept, words in zip(
            sides, whole, page.dealt(row) if row else [""] * len(sides), strict=True
        ):
            side.append(words)
            kept.extend([words] if words else [])
    lengths = [[len(line) for line in side] for side in whole]
    if min(map(len, lengths)) < _LEAST_ROWS:
        return None
    prose = min(map(statistics.median, lengths)) >= _LEAST_LETTERS
    return found + _below_each_other(sides) if prose else None


def _below_each_other(sides: list[list[str]]) -> list[str]:
    """Lines of columns, an empty one before and after each column."""
    filled = [side for side in sides if any(side)]
    return [""] + [line for side in filled for line in (*side, "")] if sides[0] else []
