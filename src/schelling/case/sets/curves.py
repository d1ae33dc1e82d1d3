"""Curves from tables beside a case: rows are points, from left to right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from schelling.case.draft import Draft
from schelling.case.file import csv_table
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.typed.scope import Curve, suggest
from schelling.case.sets import sections
from schelling.case.sets.sections import Rows, RowsReader, Sets

MOST_POINTS = 1_000
_Some = TypeVar("_Some")


def read(draft: Draft, found: Sets) -> None:
    """Read the tables that are curves; problems go to the draft."""
    for name, node in sections.entries(draft.root, "tables"):
        if node.child("curve") is not None:
            curve = _curve(draft, ("tables", name), node, found)
            if curve is None:
                draft.left_out |= {name}
            else:
                found.curves[name] = curve


def _curve(draft: Draft, path: Path, node: Node, found: Sets) -> Curve | None:
    names = _columns(draft, path, node)
    read = sections.rows_of(draft, (*path, "table"), found) if names is not None else None
    if names is None or read is None:
        return None
    rows, reader = read
    known = tuple(rows[0]) if rows else ()
    for position, column in enumerate(names):
        if column not in known:
            message = f"the table of '{path[1]}' has no column '{column}'"
            hint = suggest(column, known)
            draft.report("E475", message, (*path, "curve", position), hint=hint)
            return None
    x, y = names
    before = len(draft.problems)
    _units(draft, path, node, names)
    places = _places(rows, reader, x)
    heights = _cells(rows, reader, y, csv_table.number, "a number")
    if not 2 <= len(rows) <= MOST_POINTS:
        message = f"a curve has 2 to {MOST_POINTS:,} points; this one has {len(rows):,}"
        reader.report("E475", message, 1)
    sections.noted(draft, reader)
    across, up = (sections.unit_of(draft, (*path, "units", column)) for column in names)
    if len(draft.problems) > before:
        return None
    stand = tuple(p * across.factor if isinstance(p, float) else p for p in places)
    high = tuple(height * up.factor for height in heights)
    return Curve(stand, high, across.dimensions, up.dimensions)


def _columns(draft: Draft, path: Path, node: Node) -> tuple[str, str] | None:
    """The columns of a curve's places and heights; None where they are not said."""
    if node.child("over") is not None:
        message = f"'{path[1]}' is a table over two sets or a curve, not both"
        draft.report_key("E475", message, (*path, "over"))
        return None
    listed = draft.root.at((*path, "curve")).value
    if not isinstance(listed, list):
        return None  # which the schema reports
    names = [one.text for one in listed]
    if len(names) != 2 or names[0] == names[1]:
        message = "a curve has two columns: where its points stand, and how high"
        draft.report("E475", message, (*path, "curve"), hint="such as curve: [week, price]")
        return None
    return names[0], names[1]


def _units(draft: Draft, path: Path, node: Node, names: tuple[str, str]) -> None:
    """Report units of what is no column of the curve."""
    if node.child("unit") is not None:
        message = "'unit' belongs to a table over two sets; the columns of a curve have 'units'"
        hint = f"write units: {{{names[1]}: ...}}"
        draft.report_key("E475", message, (*path, "unit"), hint=hint)
    units = node.child("units")
    for column in units.value if units is not None and isinstance(units.value, dict) else ():
        if column not in names:
            message = f"'{column}' is no column of this curve"
            hint = suggest(column, names)
            draft.report_key("E475", message, (*path, "units", column), hint=hint)


def _places(rows: Rows, reader: RowsReader, column: str) -> list[float] | list[dt.date]:
    """Where the points stand: numbers, or days if the first is one; each after the one before."""
    days = bool(rows) and csv_table.day(rows[0][column]) is not None
    what = "a day YYYY-MM-DD, as the first is" if days else "a number"
    read: Callable[[str], float | dt.date | None] = csv_table.day if days else csv_table.number
    found = _cells(rows, reader, column, read, what)
    if len(found) == len(rows):
        pairs = zip(found[1:], found, strict=False)
        late = [False, *(not _after(place, last) for place, last in pairs)]
        for row, wrong in zip(reader.again(rows), late, strict=True):
            if wrong:
                message = f"'{row[column]}' does not lie after the point before it"
                reader.report(
                    "E475", message, column, "write the rows from the first point to the last"
                )
    return found  # pyright: ignore[reportReturnType] - all of one kind


def _after(place: float | dt.date, last: float | dt.date) -> bool:
    if isinstance(place, dt.date) and isinstance(last, dt.date):
        return place > last
    return isinstance(place, float) and isinstance(last, float) and place > last


def _cells(
    rows: Rows, reader: RowsReader, column: str, read: Callable[[str], _Some | None], what: str
) -> list[_Some]:
    """The cells of a column; what cannot be read is reported where it stands."""
    found: list[_Some] = []
    for row in reader.again(rows):
        value = read(row[column])
        if value is None:
            reader.report("E475", f"'{row[column]}' is not {what}", column)
        else:
            found.append(value)
    return found
