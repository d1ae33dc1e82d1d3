"""Numbers of tables beside a Vensim model: `GET DIRECT CONSTANTS('a.csv', ',', 'B2')`.

A table is a text file in the folder of the model or below it, with a sign between its cells, which
are named as in a spreadsheet. Constants lie to the right of the first cell, and with a star below
it; of two ranges the first runs down and the second to the right, with a star the other way round.
Series and tables of points lie along a row or column of places, one beside the other. Spreadsheets
and everything outside of the folder are never opened.

References:
    Ventana Systems, Vensim Reference Manual, functions GET DIRECT CONSTANTS, GET DIRECT DATA, GET
    DIRECT LOOKUPS and GET DIRECT SUBSCRIPT.
"""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from schelling.case.file import disk
from schelling.interchange.mdl.definitions import NotCarried, SubscriptRange, VensimDefinition
from schelling.interchange.mdl.outside import OutsideCall
from schelling.interchange.stockflow.flat import MOST_CELLS
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.terms import Fn, Num, Ref

MOST_BYTES = 5_000_000
MOST_TABLE_CELLS = 500_000
"""Cells of all tables of a model, with those of one row too many counted."""
MOST_POINTS = 2_000
MOST_ELEMENTS = 1_000
_ENDINGS = (".csv", ".txt", ".tab", ".tsv")
_DELIMITERS = {",": ",", ";": ";", "\\t": "\t", "\t": "\t", "tab": "\t"}
_CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,6})(\*?)")
_KINDS = {
    "": "continuous",
    ":INTERPOLATE:": "continuous",
    ":HOLD BACKWARD:": "discrete",
    ":LOOK FORWARD:": "forward",
}

Rows = list[list[str]]


@dataclass
class TablesBeside:
    """Reads the tables beside one model, each once.

    Attributes:
        folder: Of the model.
        names: Of tables of points, which no file can write.
        cells: How many cells were read.
        known: The rows of every table, by its name and the sign between its cells.
    """

    folder: Path
    names: Iterator[str]
    cells: int = 0
    known: dict[tuple[str, str], Rows] = field(default_factory=dict[tuple[str, str], Rows])

    def elements(self, found: SubscriptRange, call: OutsideCall) -> SubscriptRange:
        """A range with the elements that stand in a row or a column.

        Raises:
            NotCarried: They cannot be read.
        """
        table, _, first, last, prefix = _arguments(call, 5)
        column, row, star = _cell(call, first)
        rows = self._rows(call)
        ends = _CELL.fullmatch(last)
        down = not last.isdigit() and (ends is None or _number_of(ends[1]) == column)
        most = MOST_ELEMENTS + 1
        if ends is not None:
            written = int(ends[2]) - row if down else _number_of(ends[1]) - column + 1
            most = max(0, min(most, written))
        places = ((row + n, column) if down else (row, column + n) for n in range(most))
        cells = (_at(rows, *place).strip() for place in places)
        names = tuple(itertools.takewhile(bool, cells))
        if star or not names or len(names) > MOST_ELEMENTS:
            raise _wrong(call, f"'{table}' has no 1 to {MOST_ELEMENTS:,} names from {first} on")
        return replace(found, elements=tuple(f"{prefix}{name}" for name in names))

    def filled(
        self, found: VensimDefinition, call: OutsideCall, dims: Mapping[str, tuple[str, ...]]
    ) -> Iterator[VensimDefinition]:
        """A definition with the numbers it reads; of series and tables one for each element.

        Raises:
            NotCarried: They cannot be read.
        """
        free = [dims[name] for name in found.subscripts if name in dims]
        if math.prod(map(len, free)) > MOST_CELLS:
            raise _wrong(call, f"it is for more than {MOST_CELLS:,} elements")
        if call.kind == "CONSTANTS":
            values = self._constants(call, [len(one) for one in free])
            body = values if free else Num(values[0])
            yield replace(found, body=body, outside=None)
            return
        if len(free) > 1 or found.exceptions:
            raise _wrong(call, "a series is read over one range, and without exceptions")
        for number, subscripts in enumerate(_subscripts(found, dims)):
            graph = self._series(call, number)
            one = replace(found, subscripts=subscripts, body=graph, outside=None)
            if call.kind == "DATA":
                table = next(self.names)
                body = Fn("lookup", (Ref(table), Ref("time")))
                one = replace(one, body=body, tables={table: graph})
            yield one

    def _constants(self, call: OutsideCall, sizes: list[int]) -> tuple[float, ...]:
        if len(sizes) > 2:
            raise _wrong(call, "constants are read over two ranges at most")
        _, _, first = _arguments(call, 3)
        column, row, star = _cell(call, first)
        down, right = (1, 1, *sizes)[-2:]
        rows = self._rows(call)
        places = itertools.product(range(down), range(right))
        turned = ((b, a) if star else (a, b) for a, b in places)
        return tuple(self._number(call, rows, row + a, column + b) for a, b in turned)

    def _series(self, call: OutsideCall, number: int) -> Graph:
        _, _, along, first = _arguments(call, 4)
        column, row, star = _cell(call, first)
        rows = self._rows(call)
        if star or not re.fullmatch(r"[A-Za-z]{1,3}|\d{1,6}", along):
            raise _wrong(call, f"'{along}' is no row or column of places")
        down = along.isalpha()
        fixed = _number_of(along) if down else int(along) - 1
        length = len(rows) if down else max(map(len, rows), default=0)
        points: list[tuple[float, float]] = []
        for n in range(row if down else column, length):
            place = (n, fixed) if down else (fixed, n)
            height = (n, column + number) if down else (row + number, n)
            if _at(rows, *place).strip() and _at(rows, *height).strip():
                points.append((self._number(call, rows, *place), self._number(call, rows, *height)))
        if not points or len(points) > MOST_POINTS:
            raise _wrong(call, f"it has {len(points):,} points, and not 1 to {MOST_POINTS:,}")
        if any(left[0] >= right[0] for left, right in itertools.pairwise(points)):
            raise _wrong(call, "its places do not rise")
        return Graph(_KINDS[call.keyword], *zip(*points, strict=True))

    def _number(self, call: OutsideCall, rows: Rows, row: int, column: int) -> float:
        written = _at(rows, row, column).strip()
        try:
            value = float(written)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            said = f"'{written[:20]}'" if written else "nothing"
            raise _wrong(call, f"{said} stands in {_name_of(row, column)} of '{call.args[0]}'")
        return value

    def _rows(self, call: OutsideCall) -> Rows:
        name, parted = call.args[0].replace("\\", "/"), _DELIMITERS.get(call.args[1].lower())
        if not name.lower().endswith(_ENDINGS) or parted is None:
            raise _wrong(call, "only tables in text files are read; save the sheet as .csv")
        if (name, parted) not in self.known:
            self.known[name, parted] = self._read(call, name, parted)
        return self.known[name, parted]

    def _read(self, call: OutsideCall, name: str, parted: str) -> Rows:
        path = disk.inside(self.folder, name)
        if path is None:
            raise _wrong(call, f"'{name}' does not lie in the folder of the model")
        try:
            if not path.is_file():
                raise _wrong(call, f"there is no file '{name}' beside the model")
            if path.stat().st_size > MOST_BYTES:
                raise _wrong(call, f"'{name}' has more than {MOST_BYTES:,} bytes")
            text = path.read_bytes()[: MOST_BYTES + 1].decode("utf-8-sig")
            found = Rows()
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=parted):
                self.cells += len(row) + 1
                if self.cells > MOST_TABLE_CELLS:
                    raise _wrong(call, f"all tables have more than {MOST_TABLE_CELLS:,} cells")
                found.append(row)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            said = error.strerror if isinstance(error, OSError) else "it is no table in UTF-8"
            raise _wrong(call, f"'{name}' cannot be read: {said}") from None
        return found


def _subscripts(
    found: VensimDefinition, dims: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    return itertools.product(*(dims.get(name, (name,)) for name in found.subscripts))


def _arguments(call: OutsideCall, count: int) -> tuple[str, ...]:
    if len(call.args) != count:
        raise _wrong(call, f"it takes {count} texts, not {len(call.args)}")
    return call.args


def _cell(call: OutsideCall, written: str) -> tuple[int, int, bool]:
    """Column and row of a cell, from 0, and whether a star stands behind it."""
    found = _CELL.fullmatch(written)
    if found is None or int(found[2]) < 1:
        raise _wrong(call, f"'{written}' is no cell of a table in a text file")
    return _number_of(found[1]), int(found[2]) - 1, bool(found[3])


def _number_of(letters: str) -> int:
    found = 0
    for letter in letters.upper():
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def _name_of(row: int, column: int) -> str:
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _at(rows: Rows, row: int, column: int) -> str:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _wrong(call: OutsideCall, why: str) -> NotCarried:
    return NotCarried(f"GET DIRECT {call.kind} of '{call.owner}'", why)
