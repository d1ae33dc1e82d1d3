"""The sections `sets` and `tables`: members in order, and numbers that belong to them."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from schelling.case.draft import Draft
from schelling.case.file import cells, csv_table, disk
from schelling.case.file.csv_table import Column, Enough, Reader, Shape
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.typed.scope import Curve, Indexed, suggest
from schelling.case.language.typed.units import PURE, Unit
from schelling.errors import Problem, Span

MOST_MEMBERS = 1_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")

Rows = list[dict[str, str]]


@dataclass
class Sets:
    """The sets of a case.

    Attributes:
        members: Of each set, in order.
        families: What is defined over sets: columns and tables, and in time definitions.
        files: The tables read.
        columns: Where the columns and tables come from, by name.
        curves: Tables that are points of a curve, by name.
    """

    members: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    families: dict[str, Indexed] = field(default_factory=dict[str, Indexed])
    files: list[disk.Text] = field(default_factory=list[disk.Text])
    columns: dict[str, Path] = field(default_factory=dict[str, Path])
    curves: dict[str, Curve] = field(default_factory=dict[str, Curve])


def read(draft: Draft) -> Sets:
    """Read both sections; problems go to the draft, what does not fit the schema is passed over."""
    found = Sets()
    for name, node in entries(draft.root, "sets"):
        path: Path = ("sets", name)
        if isinstance(node.value, list):
            members = _listed(draft, path, node.value)
        else:
            members = _from_table(draft, path, node, found)
        if members is None:
            draft.left_out |= {name}
        else:
            found.members[name] = members
    for name, node in entries(draft.root, "tables"):
        if node.child("curve") is None:
            _matrix(draft, ("tables", name), node, found)
    return found


def entries(root: Node, section: str) -> list[tuple[str, Node]]:
    """The definitions of a section with their names."""
    part = root.child(section)
    return list(part.value.items()) if part is not None and isinstance(part.value, dict) else []


def _listed(draft: Draft, path: Path, nodes: list[Node]) -> tuple[str, ...] | None:
    names: list[str] = []
    for position, node in enumerate(nodes):
        here = (*path, position)
        if isinstance(node.value, dict | list) or _NAME.fullmatch(node.text) is None:
            message = f"'{node.text}' cannot be the name of a member"
            reason = "a name has letters, digits and underscores and begins with a letter"
            draft.report("E205", message, here, reason)
        elif node.text in names:
            draft.report("E206", f"'{node.text}' is a member of '{path[1]}' already", here)
        else:
            names.append(node.text)
    return _sound(draft, path, names, len(nodes))


def _sound(draft: Draft, path: Path, names: list[str], count: int) -> tuple[str, ...] | None:
    if not count:
        draft.report_key("E424", f"the set '{path[1]}' has no members", path)
    elif count > MOST_MEMBERS:
        message = f"the set '{path[1]}' has {count:,} members; at most {MOST_MEMBERS:,} are allowed"
        draft.report_key("E424", message, path)
        return None
    return tuple(names) if names and len(names) == count else None


def _from_table(draft: Draft, path: Path, node: Node, found: Sets) -> tuple[str, ...] | None:
    """Members that are the rows of a table, whose other columns are numbers of theirs."""
    key = node.child("key")
    read = rows_of(draft, (*path, "table"), found)
    if read is None or key is None:
        return None
    rows, reader = read
    columns = [*rows[0]] if rows else []
    if key.text not in columns:
        message = f"the table of '{path[1]}' has no column '{key.text}'"
        draft.report("E424", message, (*path, "key"), hint=suggest(key.text, columns))
        return None
    names: list[str] = []
    for row in reader.again(rows):
        member = row[key.text]
        if _NAME.fullmatch(member) is None:
            message = f"'{member}' cannot be the name of a member"
            reader.report("E205", message, key.text)
        elif member in names:
            reader.report("E206", f"'{member}' is a member of '{path[1]}' already", key.text)
        else:
            names.append(member)
    members = _sound(draft, path, names, len(rows))
    noted(draft, reader)
    if members is not None:
        for column in columns:
            if column != key.text:
                _column(draft, path, column, rows, reader, members, found)
    return members


def _column(
    draft: Draft,
    path: Path,
    column: str,
    rows: Rows,
    reader: RowsReader,
    members: tuple[str, ...],
    found: Sets,
) -> None:
    """A column as numbers of the members; one that holds texts is no value."""
    unit = unit_of(draft, (*path, "units", column))
    numbers = [csv_table.number(row[column]) for row in rows]
    stated = draft.root.at((*path, "units")).child(column) is not None
    if all(number is None for number in numbers) and not stated:
        return
    for number, row in zip(numbers, reader.again(rows), strict=True):
        if number is None:
            reader.report("E424", f"'{row[column]}' is not a number", column)
    before = len(draft.problems)
    noted(draft, reader)
    if len(draft.problems) > before:
        draft.left_out |= {column}
        return
    values = {
        (member,): number * unit.factor
        for member, number in zip(members, numbers, strict=True)
        if number is not None
    }
    _register(draft, found, column, path, Indexed((str(path[1]),), False, values, unit.dimensions))


def _matrix(draft: Draft, path: Path, node: Node, found: Sets) -> None:
    """Numbers over two sets: a row for each member of the first, a column for each of the second.

    Nothing is taken for zero: every pair must have its number.
    """
    name, over = str(path[1]), node.child("over")
    if over is None:
        message, hint = f"'{name}' has neither 'over' nor 'curve'", "such as over: [city, city]"
        draft.report_key("E475", message, path, hint=hint)
    sets = [str(entry) for entry in over.plain()] if over and isinstance(over.value, list) else []
    for position, one in enumerate(sets):
        if one not in found.members and one not in draft.left_out:
            hint = suggest(one, found.members)
            draft.report("E421", f"'{one}' is not a set", (*path, "over", position), hint=hint)
    if len(sets) != 2:
        if over is not None and isinstance(over.value, list):
            draft.report("E424", "a table is over two sets", (*path, "over"))
        draft.left_out |= {name}
        return
    read = rows_of(draft, (*path, "table"), found)
    if read is None or not all(one in found.members for one in sets):
        draft.left_out |= {name}
        return
    rows, reader = read
    values = _pairs(rows, reader, *(found.members[one] for one in sets))
    unit = unit_of(draft, (*path, "unit"))
    before = len(draft.problems)
    noted(draft, reader)
    if len(draft.problems) > before:
        draft.left_out |= {name}
        return
    scaled = {pair: number * unit.factor for pair, number in values.items()}
    _register(draft, found, name, path, Indexed((sets[0], sets[1]), False, scaled, unit.dimensions))


def _pairs(
    rows: Rows, reader: RowsReader, first: tuple[str, ...], second: tuple[str, ...]
) -> Mapping[tuple[str, ...], float]:
    """The number of every pair; what is missing or no number is reported."""
    values: dict[tuple[str, ...], float] = {}
    head = next(iter(rows[0]), "") if rows else ""
    columns = set(rows[0]) - {head} if rows else set[str]()
    for member in second:
        if member not in columns:
            reader.report("E424", f"the table has no column for '{member}'", 1)
    for column in sorted(columns - set(second)):
        reader.places = reader.header
        hint = suggest(column, second)
        reader.report("E424", f"'{column}' is not a member of the second set", column, hint)
    seen: set[str] = set()
    for row in reader.again(rows):
        member = row[head]
        if member not in first or member in seen:
            what = "is given twice" if member in seen else "is not a member of the first set"
            reader.report("E424", f"'{member}' {what}", head, suggest(member, first))
            continue
        seen.add(member)
        for column in columns & set(second):
            number = csv_table.number(row[column])
            if number is None:
                reader.report("E424", f"'{row[column]}' is not a number", column)
            else:
                values[member, column] = number
    for member in first:
        if member not in seen:
            reader.report("E424", f"the table has no row for '{member}'", 1)
    return values


def _register(draft: Draft, found: Sets, name: str, path: Path, family: Indexed) -> None:
    if name in found.families:
        message = f"'{name}' is a column or table already"
        draft.report_key("E206", message, path, hint="rename one of them")
        return
    found.families[name] = family
    found.columns[name] = path


def unit_of(draft: Draft, path: Path) -> Unit:
    """The unit at a path; a pure number where none stands there."""
    parent = draft.root.at(path[:-1])
    return draft.unit(path) if parent.child(str(path[-1])) is not None else PURE


class RowsReader(Reader):
    """A reader that keeps the places of all its cells."""

    def __init__(self, text: disk.Text, shape: Shape) -> None:
        super().__init__(text, shape)
        self.kept: list[dict[str, Span]] = []
        self.header: dict[str, Span] = {}

    def again(self, rows: Rows) -> Iterator[dict[str, str]]:
        """The rows once more, each with the places of its cells for what is reported of it."""
        for row, places in zip(rows, self.kept, strict=True):
            self.places = places
            yield row


def text_at(draft: Draft, path: Path) -> disk.Text | None:
    """The table that is named at a path; one that cannot be read is reported."""
    node = draft.root.at(path[:-1]).child(str(path[-1]))
    if node is None or isinstance(node.value, dict | list):
        return None
    place = draft.beside(path)
    if place is None:
        return None
    text = disk.read(place, disk.MAX_TABLE_BYTES)
    if isinstance(text, Problem):
        draft.report(text.code, text.message, path, hint="a table is a CSV file beside the case")
        return None
    return text


def header_of(text: disk.Text) -> list[str]:
    """The first row of a table; none where the reader will say that it is malformed."""
    try:
        return next(csv.reader(io.StringIO(text.lined, newline="")), list[str]())
    except csv.Error:
        return []


def rows_of(draft: Draft, path: Path, found: Sets) -> tuple[Rows, RowsReader] | None:
    """The rows of the table at a path, with a reader that knows where every cell stands."""
    text = text_at(draft, path)
    if text is None:
        return None
    if text not in found.files:
        found.files.append(text)
    draft.others[text.path] = text.lined
    header = header_of(text)
    columns = {name: Column("", "text or a number", "") for name in header}
    shape = Shape("table", "rows", columns, dict.fromkeys(itertools.islice(columns, 1), "E424"))
    reader, rows = RowsReader(text, shape), Rows()
    reader.header = dict(zip(header, cells.spans(reader.lines, 1, 1), strict=False))
    try:
        for row in reader.rows():
            rows.append(dict(row))
            reader.kept.append(dict(reader.places))
    except Enough:
        pass
    if not rows and not reader.problems:
        reader.report("E424", "the table has no rows", 1)
    sound = not reader.problems
    noted(draft, reader)
    return (rows, reader) if sound else None


def noted(draft: Draft, reader: RowsReader) -> None:
    """Pass on to the draft what is wrong with a table so far."""
    for problem in reader.problems:
        draft.note(problem)
    reader.problems.clear()
