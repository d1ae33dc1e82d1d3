"""A CSV table beside a case: its rows as read, and where every cell of them stands.

Knows the shape of a table (which columns there are, which of them it must have), dates and numbers
as they are written in cells. What a row means is said by the module of each table.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from schelling.case.file import cells, disk
from schelling.case.file.yaml_tree import MAX_PROBLEMS
from schelling.case.language.parsing.syntax import Place
from schelling.case.language.typed.scope import suggest
from schelling.errors import Problem, Span

MAX_ROWS = 10_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[-+][0-9]{2}:[0-9]{2})?")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff]")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

Cells = dict[str, str]


class Column(NamedTuple):
    """A column of a table, in words.

    Attributes:
        meaning: What it says.
        takes: What a cell may hold.
        example: A cell.
        needed: Which rows must have it, such as `conditional` questions; empty for none.
    """

    meaning: str
    takes: str
    example: str
    needed: str = ""


@dataclass(frozen=True)
class Shape:
    """What a table is.

    Attributes:
        noun: What it is called, such as `register`.
        rows: What its rows are, such as `questions`.
        about: Every column and what it means.
        required: Columns it must have, with the code of their absence.
        most: How many rows it may have.
    """

    noun: str
    rows: str
    about: Mapping[str, Column]
    required: Mapping[str, str]
    most: int = MAX_ROWS


class Enough(Exception):
    """So many problems that looking for more helps nobody."""


class Reader:
    """One table being read; problems go to `problems`, each with row and column.

    Attributes:
        row: The present row.
        line: Line on which it begins.
    """

    def __init__(self, text: disk.Text, shape: Shape) -> None:
        self.path = text.path
        self.content = text.lined
        self.lines = self.content.split("\n")
        self.shape = shape
        self.problems: list[Problem] = []
        self.row: Cells = {}
        self.line = 1
        self._columns: list[str] = []
        self._spelt: dict[tuple[str, str], str] = {}
        self._lines = (1, 1)
        self._places: dict[str, Span] | None = {}

    @property
    def places(self) -> dict[str, Span]:
        """Where the cells of the present row stand, by column; looked for when somebody asks."""
        if self._places is None:
            stand = cells.spans(self.lines, *self._lines)
            self._places = dict(zip(self._columns, stand, strict=False))
        return self._places

    @places.setter
    def places(self, places: dict[str, Span]) -> None:
        self._places = places

    def report(
        self, code: str, message: str, where: str | int, hint: str = "", part: str = ""
    ) -> None:
        """Note a problem with a line, or with a column of the present row (or a part of it)."""
        span = self.places.get(where) if isinstance(where, str) else None
        if span is None:
            line = where if isinstance(where, int) else self.line
            written = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
            span = Span(line, 1, line, max(len(written), 1) + 1)
        elif part:
            span = self._part(span, part)
        self.note(Problem(code, message, span, hint=hint, path=self.path))

    def note(self, problem: Problem) -> None:
        """Keep a problem.

        Raises:
            Enough: It was the last one that is kept.
        """
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise Enough

    def _part(self, cell: Span, part: str) -> Span:
        """Where a piece of a cell stands."""
        for line in range(cell.line, cell.end_line + 1):
            start = cell.column - 1 if line == cell.line else 0
            column = self.lines[line - 1].find(part, start) + 1
            if column:
                return Span(line, column, line, column + len(part))
        return cell

    def inside(self, column: str, place: Place) -> Span:
        """Where a piece of the stripped text of a cell stands in the file."""
        return cells.inside(self.lines, self.places[column], place.start, place.end)

    def rows(self) -> Iterator[Cells]:
        """Every row that has a cell for each column, stripped; the others are reported."""
        table = csv.reader(io.StringIO(self.content, newline=""), strict=True)
        self.line, most = 1, self.shape.most
        try:
            header = next(table, list[str]())
            if not self._header(header):
                return
            self.line = table.line_num + 1
            for number, row in enumerate(table):
                if number >= most:
                    message = f"the table has more than {most:,} {self.shape.rows}"
                    self.report("E602", message, self.line)
                    return
                if row and self._fits(header, row, table.line_num):
                    pairs = zip(header, row, strict=True)
                    self.row = {name: cell.strip() for name, cell in pairs}
                    if self._plain():
                        yield self.row
                self.line = table.line_num + 1
        except csv.Error as error:
            self._malformed(str(error), self.line, table.line_num)

    def _malformed(self, said: str, first: int, last: int) -> None:
        message, hint = malformed(said)
        where: str | int = first if "limit" in said else last
        if "end of data" in said:
            self.places, where = {"open": cells.open_quote(self.lines, first)}, "open"
        self.report("E602", message, where, hint)

    def _header(self, header: list[str]) -> bool:
        required, known = self.shape.required, tuple(self.shape.about)
        missing = [name for name in required if name not in header]
        if len(missing) == len(required) or len(header) > 2 * len(known):
            message = f"the first row does not name the columns of a {self.shape.noun}"
            hint = "columns are separated by commas: " + ",".join(required)
            self.report("E602", message, 1, hint)
            return False
        self.places = dict(zip(header, cells.spans(self.lines, 1, 1), strict=False))
        for name in missing:
            self.report(required[name], f"the {self.shape.noun} has no column '{name}'", 1)
        for position, name in enumerate(header):
            if name not in known:
                self.report("E602", f"unknown column '{name}'", name, suggest(name, known))
            elif name in header[:position]:
                self.report("E602", f"the column '{name}' is given twice", name)
        return not missing and len(set(header)) == len(header)

    def _fits(self, header: list[str], row: list[str], last: int) -> bool:
        """Whether a row has a cell for every column; then it is the present row."""
        if len(row) != len(header):
            message = f"this row has {len(row)} cells, but the table has {len(header)} columns"
            hint = "put a text that contains a comma in quotes" if len(row) > len(header) else ""
            self.report("E602", message, self.line, hint)
            return False
        self._columns, self._lines, self._places = header, (self.line, last), None
        return True

    def alike(self, code: str, what: str, column: str) -> None:
        """Report a name of the present row that is written otherwise elsewhere.

        Args:
            code: Code of such a name.
            what: What is named, such as `source`.
            column: The column.
        """
        written = self.row.get(column, "")
        first = self._spelt.setdefault((column, folded(written)), written)
        if first != written:
            message = f"the {what} '{written}' is '{first}' in another row; they count as two"
            self.report(code, message, column, f"write a {what} the same way in every row")

    def _plain(self) -> bool:
        """Whether no cell of the row holds characters that are not seen."""
        found = {name: told for name, cell in self.row.items() if (told := unseen(cell))}
        for name, message in found.items():
            self.report("E602", message, name, "type the cell anew")
        return not found

    def date(self, code: str, who: str, given: Cells, column: str) -> dt.date | None:
        """The day in a cell that must hold one; a moment with its time zone is its day.

        Args:
            code: Code of a cell that holds none.
            who: What the row is about, such as `question 'F01'`.
            given: The row.
            column: The column.
        """
        written, hint = given.get(column, ""), "dates are YYYY-MM-DD"
        moment = _MOMENT.fullmatch(written)
        try:
            if _DAY.fullmatch(written):
                return dt.date.fromisoformat(written)
            if moment and moment.group(1):
                return dt.datetime.fromisoformat(written).date()
        except ValueError:
            pass
        message = f"{who}: '{written}' in column '{column}' is not a date"
        if not written:
            message = f"{who} has no date in column '{column}'"
        elif moment and not moment.group(1):
            hint = "a time of day needs its zone, such as 2022-03-20T12:00:00Z"
        self.report(code, message, column, hint)
        return None


def malformed(said: str) -> tuple[str, str]:
    """What makes a file no table, for what Python's reader of CSV says of it; then a hint."""
    if "end of data" in said:
        return "the quote is never closed", ""
    if "expected after" in said:
        message = "there is text between a closing quote and the next comma"
        return message, "write a quote inside a quoted cell twice"
    if "limit" in said:
        return "a cell of this row is too long", "is a closing quote missing?"
    return f"not a CSV table: {said}", ""


def unseen(written: str) -> str:
    """What is wrong with text that holds a character which nobody sees; empty if nothing is.

    Control characters, those that turn the direction of text, and blanks without a width.
    """
    found = _UNSEEN.search(written)
    if found is None:
        return ""
    return f"the cell holds the character U+{ord(found.group()):04X}, which cannot be seen"


def folded(written: str) -> str:
    """A name without what differs between two spellings of it: capitals, and how many blanks.

    Examples:
        >>> folded("Levada  Center") == folded("levada center")
        True
    """
    return " ".join(written.casefold().split())


def number(written: str) -> float | None:
    """A finite number as written in a cell, or None.

    Examples:
        >>> number("1.5e3"), number("NaN"), number("70 %")
        (1500.0, None, None)
    """
    value = float(written) if _NUMBER.fullmatch(written) else math.inf
    return value if math.isfinite(value) else None


def number_hint(written: str) -> str:
    """How a number is written, for a cell that holds something else."""
    if written.lower() in _NOTHING:
        return "leave the row out where nothing was recorded"
    if any(letter in written for letter in ",%'_ \u00a0\u202f"):
        return "numbers are written like 1234.5: a point, no separators, no sign of a unit"
    return ""


_NOTHING = frozenset({"", "-", "–", "—", ".", "?", "na", "n/a", "#n/a", "nan", "none", "null"})


def day(written: str) -> dt.date | None:
    """A date as written in a cell, or None.

    Examples:
        >>> day("2022-03-20"), day("2022-02-30")
        (datetime.date(2022, 3, 20), None)
    """
    try:
        return dt.date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        return None


def listed(written: str) -> tuple[str, ...]:
    """Names in one cell, separated by semicolons, commas or spaces."""
    return tuple(written.replace(",", ";").replace(";", " ").split())
