"""Names in the CSV tables beside a case: members, columns, and the expressions of the register."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path as FilePath

from schelling.case.draft import Draft
from schelling.case.file import cells, disk
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.parsing import parsed
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.places import expressions, things
from schelling.case.places.definitions import children
from schelling.case.places.gathered_names import Gathered
from schelling.case.places.things import NAME, Declaration, LanguageWord, Thing
from schelling.errors import Span

_MOST_ROWS = 20_000
_EXPRESSIONS = ("resolves", "given")
_NAMES = {"passage_ids": things.PASSAGE, "claim_ids": things.CLAIM}

Cell = tuple[str, Span]


def rows(text: str) -> Iterator[list[Cell]]:
    """Every row of a table, its cells stripped, each with its place; ends where it is malformed."""
    lines = text.split("\n")
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    first = 1
    try:
        for number, row in enumerate(table):
            if number > _MOST_ROWS:
                return
            if row:
                places = cells.spans(lines, first, table.line_num)
                yield [(cell.strip(), place) for cell, place in zip(row, places, strict=False)]
            first = table.line_num + 1
    except csv.Error:
        return


def members(found: Gathered, root: Node, texts: dict[str, disk.Text]) -> None:
    """Note the members and columns that tables of sets define, and the members in other tables."""
    for over, node in children(root.child("sets")).items():
        key, file = node.child("key"), texts.get(f"sets.{over}")
        if key is None or file is None:
            continue
        header, *others = rows(file.lined) if file.lined else [[]]
        for name, place in header:
            if name != key.text and name in found.over:
                _define(found, "column", Thing(NAME, name), file.path, place, ("sets", over), node)
        names = [name for name, _ in header]
        position = names.index(key.text) if key.text in names else len(names)
        for row in others:
            for name, place in row[position : position + 1]:
                if name in found.sets.get(over, ()):
                    thing, where = things.member(over, name), ("sets", over, name)
                    _define(found, "member", thing, file.path, place, where, None)


def _define(
    found: Gathered,
    role: str,
    thing: Thing,
    file: FilePath,
    span: Span,
    path: Path,
    node: Node | None,
) -> None:
    known = found.definitions.setdefault(thing, [])
    known.append(Declaration(thing, role, file, span, span, path, node, thing.name))
    found.mention(thing, file, span, defines=True)


def pairs(found: Gathered, root: Node, texts: dict[str, disk.Text]) -> None:
    """Note the members that begin the rows and columns of tables over two sets."""
    for name in children(root.child("tables")):
        file, over = texts.get(f"tables.{name}"), found.over.get(name, ())
        if file is None or len(over) != 2:
            continue
        header, *others = rows(file.lined) if file.lined else [[]]
        for member, place in header[1:]:
            found.member(member, file.path, place, over[1:])
        for row in others:
            for member, place in row[:1]:
                found.member(member, file.path, place, over[:1])


def register(found: Gathered, file: disk.Text) -> None:
    """Note what the register of questions refers to."""
    header, *others = rows(file.lined) if file.lined else [[]]
    lines, known = file.lined.split("\n"), found.known()
    for row in others:
        for (column, _), (text, cell) in zip(header, row, strict=False):
            if column in _EXPRESSIONS:
                for place, what in _read(text, known):
                    span = cells.inside(lines, cell, place.start, place.end)
                    if isinstance(what, Thing):
                        found.mention(what, file.path, span)
                    else:
                        found.words.append(LanguageWord(what, file.path, span))
            elif column in _NAMES:
                for match in re.finditer(r"[^\s;]+", text):
                    span = cells.inside(lines, cell, *match.span())
                    found.refer(Thing(_NAMES[column], match.group()), file.path, span)
    for name, place in header:
        found.words.append(LanguageWord(name, file.path, place, "forecast register"))


def _read(text: str, known: expressions.Namespace) -> list[expressions.Found]:
    try:
        return list(expressions.names(parsed.parse(text), known)) if text else []
    except SyntaxIssue:
        return []


def files(draft: Draft) -> dict[str, disk.Text]:
    """The tables of sets and over sets, and the register, by the key that names them."""
    wanted: list[Path] = [("forecasts", "table")]
    for section in ("sets", "tables"):
        wanted += [(section, name, "table") for name in children(draft.root.child(section))]
    found: dict[str, disk.Text] = {}
    for path in wanted:
        node = draft.root.at(path[:-1]).child("table") if draft.root.child(str(path[0])) else None
        place = draft.beside(path) if node is not None and node.text else None
        text = disk.read(place, disk.MAX_TABLE_BYTES) if place is not None else None
        if isinstance(text, disk.Text):
            found[".".join(str(part) for part in path[:-1])] = text
    return found
