"""The case as a text in an editable field: its problems, what a word means, saving."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any, Final

from schelling.case import meanings
from schelling.case.check import check
from schelling.case.file import disk
from schelling.case.places.read import read
from schelling.case.places.things import LanguageWord
from schelling.errors import Problem, RunError
from schelling.study.runs.files import files
from schelling.web.desk import ServedCase

MOST: Final = disk.MAX_BYTES
"""Bytes of a text that is checked or saved."""

_ESCAPED = re.compile(r"\\([^A-Za-z0-9\s])")


def file_of(place: ServedCase) -> Path:
    """The file of a case."""
    return place.path / "case.yaml" if place.path.is_dir() else place.path


def text_of(place: ServedCase) -> str:
    """The text of a case as it stands in its file; empty where it cannot be read."""
    found = disk.case(place.path)
    return "" if isinstance(found, Problem) else found.lined


def problems(place: ServedCase, text: str) -> dict[str, list[dict[str, Any]]]:
    """What `schelling check` finds in a text in place of the case's file.

    Returns:
        `problems` and `notes`, each with line and columns (from 1), message, reason, hint and code.
    """
    file = file_of(place)
    with disk.showing({file.resolve(): text}):
        checked = check(place.path, source=place.source)
    return {
        "problems": [told(one, file) for one in checked.problems],
        "notes": [told(one, file) for one in checked.notes],
    }


def told(problem: Problem, file: Path | None = None) -> dict[str, Any]:
    """A problem as a page shows it; `file` is named where it is another than that of the page."""
    span = problem.span
    elsewhere = problem.path is not None and file is not None and not _same(problem.path, file)
    return {
        "line": span.line if span else 1,
        "column": span.column if span else 1,
        "end_line": span.end_line if span else 1,
        "end_column": span.end_column if span else 1,
        "message": problem.message,
        "reason": problem.reason,
        "hint": problem.hint,
        "code": problem.code,
        "file": problem.path.name if elsewhere and problem.path is not None else "",
    }


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError):
        return False


def meaning(place: ServedCase, text: str, line: int, column: int) -> str:
    """What stands at a place of a text: a name of the case, or a word of the language.

    Args:
        place: The case.
        text: The text in the field.
        line: From 1.
        column: From 1.

    Returns:
        What editors show too, without the signs of Markdown; empty where nothing is known.
    """
    file = file_of(place).resolve()
    with disk.showing({file: text}):
        found = read(place.path)
    at = found.at(found.path, line, column)
    if at is None:
        return ""
    told = (
        meanings.of_word(at) if isinstance(at, LanguageWord) else meanings.of_name(found, at, None)
    )
    lines = [line for line in told.split("\n") if not line.startswith("```")]
    return _ESCAPED.sub(r"\1", "\n".join(lines).replace("**", ""))


def save(place: ServedCase, text: str, seen: str) -> None:
    """Write a text into the file of a case, whole or not at all.

    Args:
        place: The case.
        text: The text.
        seen: The text that the page has shown; a file that says something else meanwhile is kept.

    Raises:
        RunError: The file has changed since, is too long, belongs to a run, or cannot be written.
    """
    file = file_of(place).resolve()
    if (file.parent.parent / "manifest.json").exists():
        message = "this is the case that a run keeps; copy its text into a case of your own"
        raise RunError(message)
    if len(text.encode()) > MOST:
        message = f"a case has at most {MOST:,} bytes"
        raise RunError(message)
    stands = disk.case(place.path)
    if isinstance(stands, Problem) or stands.lined != seen:
        message = "the file has changed since this text was loaded; copy what you want to keep"
        raise RunError(message)
    try:
        ends = "\r\n" if "\r\n" in stands.content else "\n"
        files.write(file, text.replace("\n", ends).encode(), stat.S_IMODE(file.stat().st_mode))
    except OSError as error:
        message = f"cannot write '{file.name}': {error.strerror}"
        raise RunError(message) from error
