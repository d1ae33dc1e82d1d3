"""Freeze a register: afterwards, rows can only be added."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schelling.case.file import disk
from schelling.case.model import Case
from schelling.case.registers import seal
from schelling.errors import Problem, RunError


@dataclass(frozen=True)
class Frozen:
    """A register that was frozen.

    Attributes:
        path: The seal.
        rows: Rows it holds now.
        added: Rows added now, by table.
        head: Its last chain digest; publishing it makes it possible to show later that no row was
            changed.
    """

    path: Path
    rows: int
    added: Mapping[str, int]
    head: str


def freeze(case: Case, on: dt.date) -> Frozen:
    """Write the digests of every row of a case's register into its seal.

    Args:
        case: A checked case; its tables therefore agree with an existing seal.
        on: Day of freezing, as the seal will say.

    Returns:
        What was frozen.

    Raises:
        RunError: The case has no register, its files have changed, a row was frozen later than
            `on`, or the seal cannot be written.
    """
    found = dict(case.registers)
    if "table" not in found:
        message = f"the case '{case.name}' has no forecast register to freeze"
        raise RunError(message)
    path = seal.place(found["table"])
    tables = {key: _text(file) for key, file in found.items()}
    before = _text(path) if disk.exists(path) else None
    if before is not None and seal.check(before, tables):
        message = f"the tables of '{case.name}' differ from those that were frozen; check the case"
        raise RunError(message)
    rows = seal.extended(before, tables, on)
    earlier = before.lined.count("\n") - 1 if before is not None else 0
    if any(row.frozen_on > on for row in rows):
        message = f"'{path.name}' contains rows frozen after {on}"
        raise RunError(message)
    added = Counter(row.table for row in rows[earlier:])
    if added:
        try:
            path.write_text(seal.write(rows), "utf-8")
        except OSError as error:
            message = f"cannot write '{path}': {error.strerror}"
            raise RunError(message) from error
    return Frozen(path, len(rows), dict(added), rows[-1].chain if rows else "")


def _text(path: Path) -> disk.Text:
    found = disk.read(path, disk.MAX_TABLE_BYTES)
    if isinstance(found, Problem):
        raise RunError(found.message)
    return found
