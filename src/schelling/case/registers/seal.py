"""The seal of a register: digests that show whether frozen rows were edited, removed or moved.

A seal is a CSV file beside the register, one row for every frozen row of its tables: the digest of
what stands in it, and a chain over all rows before. It proves that the tables agree with the seal;
that the seal itself is the old one is proved by its last chain digest, published elsewhere.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schelling.case.file import csv_table, disk
from schelling.case.file.csv_table import Cells, Column, Reader, Shape
from schelling.case.registers import classes, outcomes, predictions, register
from schelling.errors import Problem, Span

SUFFIX = ".frozen"
COLUMNS = ("table", "row", "frozen_on", "content_sha256", "chain_sha256")
KEYS = {
    "table": ("id",),
    "outcomes": ("forecast_id", "vintage"),
    "reference_classes": ("name",),
    "predictions": ("forecast_id", "model_id", "made_at"),
}
"""Columns that name a row, by the key of the table in the case."""

SHAPES = {
    "table": register.SHAPE,
    "outcomes": outcomes.SHAPE,
    "reference_classes": classes.SHAPE,
    "predictions": predictions.SHAPE,
}
"""The tables beside a case, by their keys in it."""

_PLAIN = Column("", "", "")
_SEAL = Shape("seal", "rows", dict.fromkeys(COLUMNS, _PLAIN), dict.fromkeys(COLUMNS, "E651"))
_START = "schelling.seal/1"


@dataclass(frozen=True)
class Sealed:
    """A frozen row, as the seal has it.

    Attributes:
        table: Key of its table in the case.
        row: What names it.
        frozen_on: Day it was frozen.
        content: Digest of what stands in it.
        chain: Digest over it and all rows of the seal before it.
    """

    table: str
    row: str
    frozen_on: dt.date
    content: str
    chain: str


@dataclass(frozen=True)
class _Row:
    name: str
    content: str
    span: Span


def place(register_file: Path) -> Path:
    """Where the seal of a register stands: `forecasts.frozen` beside `forecasts.csv`."""
    return register_file.with_suffix(SUFFIX)


def extended(
    text: disk.Text | None, tables: Mapping[str, disk.Text], day: dt.date
) -> tuple[Sealed, ...]:
    """The rows of a seal with every row that it does not hold yet.

    Args:
        text: The seal so far; None when there is none. It agrees with the tables.
        tables: The tables, by their keys in the case.
        day: Day of freezing.
    """
    found = [sealed for sealed, _ in _read(Reader(text, _SEAL))] if text is not None else []
    held = {key: sum(sealed.table == key for sealed in found) for key in tables}
    chain = found[-1].chain if found else _START
    for key, content in tables.items():
        for row in _rows(content, key)[held[key] :]:
            chain = _chained(chain, key, row.name, day, row.content)
            found.append(Sealed(key, row.name, day, row.content, chain))
    return tuple(found)


def write(rows: Sequence[Sealed]) -> str:
    """A seal as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([row.table, row.row, row.frozen_on, row.content, row.chain])
    return out.getvalue()


def check(text: disk.Text, tables: Mapping[str, disk.Text]) -> list[Problem]:
    """Everything in which tables are not what was frozen, with its place.

    Args:
        text: The seal.
        tables: The tables, by their keys in the case.
    """
    reader = Reader(text, _SEAL)
    with contextlib.suppress(csv_table.Enough):
        sealed = _read(reader)
        chain = _START
        for row, span in sealed:
            chain = _chained(chain, row.table, row.row, row.frozen_on, row.content)
            if row.chain != chain:
                message = f"the seal was changed at '{row.row}': its chain of digests breaks here"
                reader.note(Problem("E651", message, span, path=reader.path))
                break
        for key in dict.fromkeys(row.table for row, _ in sealed):
            mine = [(row, span) for row, span in sealed if row.table == key]
            content = tables.get(key)
            if content is None:
                message = f"the table '{key}' was frozen, and the case no longer names it"
                reader.note(Problem("E650", message, mine[0][1], path=reader.path))
            else:
                _compare(reader, mine, content, key)
    return reader.problems


def _read(reader: Reader) -> list[tuple[Sealed, Span]]:
    """The rows of a seal and where they stand; broken ones are reported."""
    found: list[tuple[Sealed, Span]] = []
    for given in reader.rows():
        day = reader.date("E651", f"frozen row '{given['row']}'", given, "frozen_on")
        if given["table"] not in KEYS:
            reader.report("E651", f"the seal names an unknown table '{given['table']}'", "table")
        elif day is not None:
            digests = (given["content_sha256"], given["chain_sha256"])
            sealed = Sealed(given["table"], given["row"], day, *digests)
            found.append((sealed, reader.places["row"]))
    return found


def _compare(
    seal: Reader, frozen: Sequence[tuple[Sealed, Span]], content: disk.Text, key: str
) -> None:
    """Report what was frozen of one table and is not there as it was."""
    rows = _rows(content, key)
    free: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        free.setdefault(row.content, []).append(position)
    kept = {row.content for row, _ in frozen}
    furthest, known = -1, set[int]()
    for row, span in frozen:
        if free.get(row.content):
            position = free[row.content].pop(0)
            known.add(position)
            if position < furthest:
                message = (
                    f"the frozen row '{row.row}' was moved before rows that were frozen earlier"
                )
                _note(seal, content, message, rows[position].span)
            furthest = max(furthest, position)
            continue
        edited = [n for n, r in enumerate(rows) if r.name == row.row and r.content not in kept]
        if edited:
            known.add(edited[0])
            message = f"the row '{row.row}' was edited since it was frozen ({row.frozen_on})"
            _note(seal, content, message, rows[edited[0]].span)
        else:
            message = f"the row '{row.row}' of '{content.path.name}' was deleted or renamed "
            message += f"since it was frozen ({row.frozen_on})"
            seal.note(Problem("E650", message, span, hint=_HINT, path=seal.path))
    for position, row in enumerate(rows[: furthest + 1]):
        if position not in known:
            message = f"the new row '{row.name}' was inserted among frozen rows"
            _note(seal, content, message, row.span, "append new rows at the end")


_HINT = "restore it; a correction is a new row that supersedes it"


def _note(seal: Reader, content: disk.Text, message: str, span: Span, hint: str = _HINT) -> None:
    seal.note(Problem("E650", message, span, hint=hint, path=content.path))


def _rows(content: disk.Text, key: str) -> list[_Row]:
    """The rows of a table with their digests; broken ones are somebody else's to report."""
    reader = Reader(content, SHAPES[key])
    found: list[_Row] = []
    with contextlib.suppress(csv_table.Enough):
        for given in reader.rows():
            name = " ".join(filter(None, (given.get(column, "") for column in KEYS[key])))
            found.append(_Row(name, _digest(given), reader.places[KEYS[key][0]]))
    return found


def _digest(given: Cells) -> str:
    """Digest of what stands in a row; columns left empty may come and go."""
    filled = {column: cell for column, cell in given.items() if cell}
    written = json.dumps(filled, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _chained(before: str, key: str, row: str, day: dt.date, content: str) -> str:
    written = "\n".join((before, key, row, day.isoformat(), content))
    return hashlib.sha256(written.encode()).hexdigest()
