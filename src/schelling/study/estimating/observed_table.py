"""A table of observations: a stranger's CSV file, bounded, with the place of every cell.

Cells stay text until somebody asks for a column as numbers or as categories. A cell is missing if
it is empty or one of `MISSING`.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from schelling.case.file import cells, disk
from schelling.case.file.csv_table import malformed, number, unseen
from schelling.case.file.yaml_tree import MAX_PROBLEMS
from schelling.case.language.typed.scope import suggest
from schelling.errors import Problem, Span

MISSING = frozenset(
    {"", "NA", "NaN", "nan", "N/A", "n/a", "#N/A", "null", "NULL", ".", "-", "–", "—", "?"}
)
"""Cells that say nothing."""
MOST_BYTES = 100_000_000
"""Largest table that is read."""
MOST_ROWS, MOST_COLUMNS = 1_000_000, 2_000
"""Rows and columns of the largest table that is read."""
MOST_CELLS = 20_000_000
"""Cells of the largest table that is read: each takes some 50 bytes of memory."""

FRAME = Path("table")
"""Stands for a file where the table came from memory."""

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_CONDITION = re.compile(r"\s*(?P<column>.+?)\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>.*?)\s*")


class TooMuch(Exception):
    """So many problems that looking for more helps nobody."""


@dataclass
class Observed:
    """A table that has been read.

    Attributes:
        path: Its file.
        content: Its text, for showing problems.
        columns: The cells of each column, stripped.
        numbers: Line on which each row begins and ends.
        kept: Rows that are used.
        undecided: Rows that are not, only because a cell of a condition is missing.
        problems: What is wrong.
        known: Columns that have been turned into numbers, or cannot be.
    """

    path: Path
    content: str
    columns: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    numbers: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    kept: Bool[np.ndarray, " row"] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    undecided: Bool[np.ndarray, " row"] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    problems: list[Problem] = field(default_factory=list[Problem])
    known: dict[str, Float[np.ndarray, " row"] | None] = field(
        default_factory=dict[str, Float[np.ndarray, " row"] | None]
    )

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.content.split("\n")

    @property
    def rows(self) -> int:
        """Number of rows, used or not."""
        return len(self.numbers)

    def span(self, row: int, column: str) -> Span:
        """Where a cell stands."""
        stand = cells.spans(self.lines, *self.numbers[row])
        return stand[list(self.columns).index(column)]

    def report(self, code: str, message: str, span: Span | None, reason: str = "", hint: str = ""):
        """Note a problem.

        Raises:
            TooMuch: It was the last one that is kept.
        """
        self.problems.append(Problem(code, message, span, reason, hint, self.path))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooMuch

    def report_cell(self, code: str, message: str, row: int, column: str, hint: str = "") -> None:
        """Note a problem with a cell."""
        self.report(code, f"row {row + 1}: {message}", self.span(row, column), hint=hint)

    def missing(self, column: str) -> Bool[np.ndarray, " row"]:
        """Rows in which a column says nothing."""
        return np.fromiter((cell in MISSING for cell in self.columns[column]), bool, self.rows)

    def as_numbers(self, column: str) -> Float[np.ndarray, " row"] | None:
        """A column as numbers, NaN where a cell is missing; None if any cell is something else."""
        if column not in self.known:
            self.known[column] = self._converted(column)
        return self.known[column]

    def _converted(self, column: str) -> Float[np.ndarray, " row"] | None:
        written = self.columns[column]
        try:
            found = np.array(written, dtype=np.float64)
            whole = "".join(written)
            if np.isfinite(found).all() and whole.isascii() and "_" not in whole:
                return found
        except ValueError:
            pass
        slow = [math.nan if cell in MISSING else number(cell) for cell in written]
        return None if None in slow else np.array(slow, dtype=np.float64)

    def not_a_number(self, column: str) -> int:
        """The first row whose cell is neither missing nor a number."""
        written = self.columns[column]
        return next(
            row for row, cell in enumerate(written) if cell not in MISSING and number(cell) is None
        )


def read(path: Path) -> Observed | Problem:
    """Read a table.

    Args:
        path: The file.

    Returns:
        The table, with what is wrong with it; a problem if the file cannot be read at all.
    """
    text = disk.read(path, MOST_BYTES)
    if isinstance(text, Problem):
        return text
    return parse(text.lined, path)


def parse(content: str, path: Path = FRAME) -> Observed:
    r"""Read the text of a table.

    Args:
        content: The text, every line ending a newline.
        path: Where it came from.

    Returns:
        The table, with what is wrong with it.

    Examples:
        >>> found = parse("end,trade\nwar,1.5\npeace,NA\n")
        >>> found.columns["end"], found.as_numbers("trade").tolist()
        (['war', 'peace'], [1.5, nan])
    """
    table = Observed(path, content)
    with contextlib.suppress(TooMuch):
        _fill(table)
    table.kept = np.ones(table.rows, dtype=bool)
    table.undecided = np.zeros(table.rows, dtype=bool)
    return table


def _fill(table: Observed) -> None:
    reader = csv.reader(io.StringIO(table.content, newline=""), strict=True)
    header: list[str] = []
    found: list[list[str]] = []
    line = 1
    try:
        header += [name.strip() for name in next(reader, list[str]())]
        if not _header(table, header):
            return
        line = reader.line_num + 1
        for row in reader:
            if len(found) == MOST_ROWS or len(found) * len(header) > MOST_CELLS:
                message = f"the table has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells"
                table.report("E923", message, _whole(table, line))
                break
            if row and len(row) != len(header):
                message = f"this row has {len(row)} cells, but the table has {len(header)} columns"
                wide = len(row) > len(header)
                hint = "put a text that contains a comma in quotes" if wide else ""
                table.report("E923", message, _whole(table, line), hint=hint)
            elif row:
                found.append(row)
                table.numbers.append((line, reader.line_num))
            line = reader.line_num + 1
    except csv.Error as error:
        message, hint = malformed(str(error))
        quote = cells.open_quote(table.lines, line) if "end of data" in str(error) else None
        table.report("E923", message, quote or _whole(table, line), hint=hint)
    if not found and not table.problems:
        table.report("E923", "the table has no rows", _whole(table, 1))
    table.columns = {
        name: [row[position].strip() for row in found] for position, name in enumerate(header)
    }
    _unseen(table)


def _unseen(table: Observed) -> None:
    """Report cells with characters that cannot be seen: they would make two values of one."""
    if not unseen(table.content):
        return
    for row in range(table.rows):
        for column, written in table.columns.items():
            if message := unseen(written[row]):
                table.report_cell("E923", message, row, column, "type the cell anew")


def _header(table: Observed, header: Sequence[str]) -> bool:
    if not any(header) or len(header) > MOST_COLUMNS:
        message = "the first row does not name the columns of a table"
        hint = f"columns are separated by commas; at most {MOST_COLUMNS:,} are read"
        table.report("E923", message, _whole(table, 1), hint=hint)
        return False
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        message = "the first row names a single column"
        hint = "columns are separated by commas, and numbers have a decimal point"
        table.report("E923", message, _whole(table, 1), hint=hint)
        return False
    places = cells.spans(table.lines, 1, 1)
    for position, name in enumerate(header):
        if name in header[:position]:
            message = f"the column '{name}' is given twice"
            span = places[position] if position < len(places) else None
            table.report("E923", message, span)
    return not table.problems


def _whole(table: Observed, line: int) -> Span:
    written = table.lines[line - 1] if 0 < line <= len(table.lines) else ""
    return Span(line, 1, line, max(len(written), 1) + 1)


def where(table: Observed, condition: str) -> str:
    r"""Keep the rows that meet a condition such as `year >= 1850`.

    Args:
        table: The table; its `kept` and `undecided` are changed.
        condition: A column, a comparison and a value.

    Returns:
        What is wrong with the condition; empty if nothing.

    Examples:
        >>> found = parse("end,year\nwar,1850\npeace,1849\n")
        >>> where(found, "year >= 1850"), found.kept.tolist()
        ('', [True, False])
    """
    match = _CONDITION.fullmatch(condition)
    if match is None:
        return f"'{condition}' is not COLUMN, one of == != < <= > >=, and a value"
    column, sign, value = match["column"].strip("`"), match["sign"], match["value"].strip("'\"")
    if column not in table.columns:
        return f"the table has no column '{column}'; {suggest(column, table.columns)}".rstrip("; ")
    compare = _COMPARISONS[sign]
    limit, own = number(value), table.as_numbers(column)
    if limit is not None and own is not None:
        met = np.asarray(compare(own, limit), dtype=bool)
    elif sign in ("==", "!="):
        met = np.array([bool(compare(cell, value)) for cell in table.columns[column]], dtype=bool)
    else:
        return f"'{condition}' compares sizes, but not both sides are numbers"
    gone = table.missing(column)
    table.undecided = (table.undecided & (met | gone)) | (table.kept & gone)
    table.kept &= met & ~gone
    return ""
