"""The table of reference classes: how often past cases of one kind turned out one way."""

from __future__ import annotations

import contextlib

from schelling.case.file import csv_table, disk
from schelling.case.file.csv_table import Cells, Column, Reader, Shape
from schelling.case.records import ReferenceClass
from schelling.errors import Problem

_EVERY = "every class"
_UNREAD = "E602"  # a row or table that is not read
COLUMNS: dict[str, Column] = {
    "name": Column("Short name; questions refer to it.", "a name", "crises_to_war", _EVERY),
    "k": Column("In how many cases it happened.", "a count, at most `n`", "3", _EVERY),
    "n": Column("Cases in all.", "a count, at least 1", "40", _EVERY),
    "source": Column("Where the count comes from.", "text", "our own count", _EVERY),
    "note": Column("What counts as a case and as happening.", "text", "crises since 1946"),
}
REQUIRED: dict[str, str] = dict.fromkeys(("name", "k", "n", "source"), "E602")
SHAPE = Shape("table of reference classes", "classes", COLUMNS, REQUIRED)


Parsed = tuple[tuple[ReferenceClass, ...], list[Problem], frozenset[str] | None]
"""Classes, problems, and every name that a row gives; None in place of names if rows are unread."""


def parse(text: disk.Text) -> Parsed:
    """Read the classes; each problem names its row and column."""
    reader = Reader(text, SHAPE)
    found: dict[str, ReferenceClass] = {}
    names: set[str] = set()
    whole = False
    with contextlib.suppress(csv_table.Enough):
        for given in reader.rows():
            names.add(given["name"])
            made = _row(reader, given)
            if made is not None and made.name in found:
                reader.report("E630", f"the class '{made.name}' is given twice", "name")
            elif made is not None:
                found[made.name] = made
        whole = all(problem.code != _UNREAD for problem in reader.problems)
    return tuple(found.values()), reader.problems, frozenset(names) if whole else None


def _row(reader: Reader, given: Cells) -> ReferenceClass | None:
    name = given["name"]
    who = f"class '{name}'"
    counts: list[int] = []
    for column in ("k", "n"):
        value = csv_table.number(given[column])
        if value is None or value < 0 or value != int(value):
            message = f"{who}: '{given[column]}' in column '{column}' is not a count"
            reader.report("E630", message, column, "a whole number, 0 or more")
        else:
            counts.append(int(value))
    if not name or not given["source"]:
        column = "source" if name else "name"
        reader.report("E630", f"{who} has no {column}", column)
    if len(counts) < 2:
        return None
    k, n = counts
    if not n > 0 or k > n:
        message = f"{who}: {k} of {n} cases is not possible"
        reader.report("E630", message, "k", "k must be at most n, and n at least 1")
        return None
    return ReferenceClass(name, k, n, given["source"], given.get("note", ""))
