"""Numbers of tables beside a Vensim model: `GET DIRECT CONSTANTS('a.csv', ',', 'B2')`.

A table is a text file in the folder of the model or below it, with a sign between its cells, which
are named as in a spreadsheet. Constants lie to the right of the first cell, and with a star below
it; of two ranges the first runs down and the second to the right, with a star the other way round.
Series and tables of points lie along a row or column of places, one beside the other. Names of
elements are read across and then down, without blank cells. Spreadsheets and everything outside of
the folder are never opened.

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

from schelling.case.file import csv_table, disk
from schelling.errors import Problem
from schelling.interchange.mdl.definitions import NotCarried, SubscriptRange, VensimDefinition
from schelling.interchange.mdl.outside import OutsideCall
from schelling.interchange.stockflow.flat import MOST_CELLS
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.terms import Fn, Num, Ref, key

MOST_BYTES = 20_000_000
"""Of all tables of a model."""
MOST_LOOKS = 5_000_000
"""Cells that are looked at for all calls of a model; each series looks along a whole table."""
MOST_TABLE_CELLS = 500_000
"""Cells of all tables of a model, with those of one row too many counted."""
MOST_POINTS = 2_000
MOST_ELEMENTS = 1_000
MOST_LETTERS = 200
"""Of the name of an element."""
_ENDINGS = (".csv", ".txt", ".tab", ".tsv")
_DELIMITERS = {",": ",", ";": ";", "\\t": "\t", "\t": "\t", "tab": "\t"}
_CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,6})(\*?)", re.A)
_LAST = re.compile(r"([A-Za-z]{0,3})(\d{0,6})", re.A)
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
        bytes: How many bytes.
        looks: How many cells were looked at, some of them often.
        known: The rows of every table, or why there are none, by its path and the sign between its
            cells.
    """

    folder: Path
    names: Iterator[str]
    cells: int = 0
    bytes: int = 0
    looks: int = 0
    known: dict[tuple[Path, str], Rows | str] = field(
        default_factory=dict[tuple[Path, str], Rows | str]
    )

    def elements(self, found: SubscriptRange, call: OutsideCall) -> SubscriptRange:
        """A range with the elements that stand between two cells, across and then down.

        Raises:
            NotCarried: They cannot be read.
        """
        table, _, first, last, prefix = _arguments(call, 5)
        column, row, star = _cell(call, first)
        right, below = _end(call, last)
        block = [cells[column:right] for cells in self._rows(call)[row:below]]
        self._look(call, len(block) + sum(map(len, block)))
        names = tuple(name for cells in block for name in map(str.strip, cells) if name)
        if star or not names or len(names) > MOST_ELEMENTS:
            raise _wrong(call, f"'{table}' has no 1 to {MOST_ELEMENTS:,} names from {first} on")
        bad = next((one for one in names if not one.isprintable() or len(one) > MOST_LETTERS), None)
        if bad is not None:
            raise _wrong(call, f"{bad[:20]!a} is no name of an element")
        if len({key(name) for name in names}) < len(names):
            raise _wrong(call, f"a name stands twice from {first} of '{table}' on")
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
        self._look(call, down * right)
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
        length = len(rows) if down else len(rows[fixed]) if fixed < len(rows) else 0
        self._look(call, length)
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
        value = csv_table.number(written)
        if value is None:
            said = f"'{written[:20]}'" if written else "nothing"
            raise _wrong(call, f"{said} stands in {_name_of(row, column)} of '{call.args[0]}'")
        return value

    def _look(self, call: OutsideCall, cells: int) -> None:
        """Count cells that are looked at, so that a few tables cannot be read without end."""
        self.looks += cells
        if self.looks > MOST_LOOKS:
            raise _wrong(call, f"more than {MOST_LOOKS:,} cells of tables are looked at")

    def _rows(self, call: OutsideCall) -> Rows:
        name, sign = call.args[0].replace("\\", "/"), call.args[1].lower()
        if not name.lower().endswith(_ENDINGS):
            raise _wrong(call, "only tables in text files are read; save the sheet as .csv")
        parted = _DELIMITERS.get(sign or ("," if name.lower().endswith(".csv") else "tab"))
        if parted is None:
            raise _wrong(call, f"'{sign[:20]}' stands between no cells: ',', ';' or 'tab' does")
        path = disk.inside(self.folder, name)
        if path is None:
            raise _wrong(call, f"'{name}' does not lie in the folder of the model")
        place = path.resolve(), parted
        if place not in self.known:
            self.known[place] = self._read(name, *place)
        found = self.known[place]
        if isinstance(found, str):
            raise _wrong(call, found)
        return found

    def _read(self, name: str, path: Path, parted: str) -> Rows | str:
        """The rows of a table, or why there are none."""
        if not path.is_file():
            return f"there is no file '{name}' beside the model"
        text = disk.read(path, disk.MAX_TABLE_BYTES)
        if isinstance(text, Problem):
            return text.message
        self.bytes += len(text.content)
        if self.bytes > MOST_BYTES:
            return f"all tables have more than {MOST_BYTES:,} bytes"
        found = Rows()
        try:
            for row in csv.reader(io.StringIO(text.content, newline=""), delimiter=parted):
                self.cells += len(row) + 1
                if self.cells > MOST_TABLE_CELLS:
                    return f"all tables have more than {MOST_TABLE_CELLS:,} cells"
                found.append(row)
        except csv.Error as error:
            return f"'{name}' is no table: {error}"
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


def _end(call: OutsideCall, last: str) -> tuple[int | None, int | None]:
    """Behind which column and row names end; nothing where they go on to the end of the table."""
    found = _LAST.fullmatch(last)
    if found is None or not last:
        raise _wrong(call, f"'{last}' is no last cell, column or row of a table")
    return (_number_of(found[1]) + 1 if found[1] else None), int(found[2]) if found[2] else None


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
