"""Tables of ties beside a case: each row has the numbers of two agents who are tied."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from schelling.case.draft import Draft
from schelling.case.file import disk
from schelling.case.file.csv_table import Cells, Column, Enough, Reader, Shape
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.typed.scope import suggest
from schelling.case.sets import sections

MOST_ROWS = 100_000
_NUMBER = re.compile(r"[0-9]{1,9}")


def files(draft: Draft) -> list[disk.Text]:
    """The tables of ties of a case and of its rivals, without those that cannot be read.

    They are a part of the case: it is another case when one of them changes.
    """
    found: list[disk.Text] = []
    for node in _named(draft.root):
        place = disk.inside(draft.path.parent, node.text)
        text = disk.read(place, disk.MAX_TABLE_BYTES) if place is not None else None
        if isinstance(text, disk.Text) and text not in found:
            found.append(text)
    return found


def _named(root: Node) -> Iterator[Node]:
    """Where tables of ties are named, in the case and in its rivals."""
    for part in (root, *_children(root.child("rivals"))):
        for population in _children(part.child("populations")):
            for ties in _children(population.child("ties")):
                table = ties.child("table")
                if table is not None and not isinstance(table.value, dict | list):
                    yield table


def _children(node: Node | None) -> list[Node]:
    return [*node.value.values()] if node is not None and isinstance(node.value, dict) else []


def read(
    draft: Draft, path: Path, columns: tuple[str, str], size: int, *, mutual: bool
) -> tuple[tuple[int, int], ...]:
    """The ties of a table; problems go to the draft.

    Args:
        draft: Where problems go.
        path: The ties.
        columns: Those of the two ends.
        size: How many agents there are.
        mutual: Whether both ends see each other; then a tie stands in one row.

    Returns:
        The numbers of both ends of every tie, from 1, in the order of the rows.
    """
    text = sections.text_at(draft, (*path, "table"))
    if text is None:
        return ()
    header = sections.header_of(text)
    missing = [
        key for key, column in zip(("one", "other"), columns, strict=True) if column not in header
    ]
    for key in missing if header else ():
        written = draft.root.at((*path, key)).text
        message = f"the table of '{path[-1]}' has no column '{written}'"
        draft.report("E430", message, (*path, key), hint=suggest(written, header))
    if columns[0] == columns[1]:
        message = "both ends of the ties stand in one column"
        draft.report("E430", message, (*path, "other"))
    if (missing and header) or columns[0] == columns[1]:
        return ()
    about = {name: Column("", "text or a number", "") for name in header}
    shape = Shape("table of ties", "ties", about, dict.fromkeys(columns, "E430"), MOST_ROWS)
    table = _ObservedTies(Reader(text, shape), columns, size, mutual=mutual)
    with contextlib.suppress(Enough):
        table.read()
    for problem in table.reader.problems:
        draft.note(problem)
    return tuple(table.lines)


class _ObservedTies:
    """A table of ties being read.

    Attributes:
        lines: The ties so far, and on which line each begins.
    """

    def __init__(
        self, reader: Reader, columns: tuple[str, str], size: int, *, mutual: bool
    ) -> None:
        self.reader, self.columns, self.size, self.mutual = reader, columns, size, mutual
        self.lines: dict[tuple[int, int], int] = {}

    def read(self) -> None:
        """Read every row; problems go to the reader."""
        empty = True
        for row in self.reader.rows():
            empty = False
            one, other = (self.agent(row, column) for column in self.columns)
            if one is not None and other is not None:
                self.tie(one, other)
        if empty and not self.reader.problems:
            self.reader.report("E430", "the table has no ties", 1)

    def agent(self, row: Cells, column: str) -> int | None:
        """The number of an agent in a cell."""
        written = row[column]
        found = int(written) if _NUMBER.fullmatch(written) else 0
        if 1 <= found <= self.size:
            return found
        message = f"'{written}' is not the number of an agent"
        self.reader.report("E430", message, column, f"agents are numbered from 1 to {self.size}")
        return None

    def tie(self, one: int, other: int) -> None:
        """Add a tie that is not there yet."""
        if one == other:
            message = f"agent {one} is tied to itself"
            self.reader.report("E430", message, self.columns[1], "leave this row out")
            return
        earlier = self.lines.get((one, other))
        if earlier is None and self.mutual:
            earlier = self.lines.get((other, one))
        if earlier is not None:
            message = f"agents {one} and {other} are tied already on line {earlier}"
            hint = "leave this row out"
            if (one, other) not in self.lines:
                hint += ", or say 'mutual: false' if a row is what one agent sees of another"
            self.reader.report("E430", message, self.columns[1], hint)
            return
        self.lines[one, other] = self.reader.line
