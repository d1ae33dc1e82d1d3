"""Problems as text for a person: place, caret, reason, hint, code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from schelling.errors import Problem

_WIDTH = 96


def problems(found: Iterable[Problem], texts: Mapping[Path, str]) -> str:
    """Every problem, one after the other, and their number."""
    found = tuple(found)
    blocks = [problem(p, texts.get(p.path or Path())) for p in found]
    count = f"{len(found)} problem{'' if len(found) == 1 else 's'} found"
    return "\n\n".join([*blocks, count])


def problem(found: Problem, text: str | None) -> str:
    """One problem: `file:line:column: what [code]`, the line with a caret, why, how to mend it."""
    span = found.span
    where = str(found.path) if found.path else "case"
    if span is not None:
        where += f":{span.line}:{span.column}"
    lines = [f"{where}: {_printable(found.message)} [{found.code}]"]
    if span is not None and text is not None:
        lines += _excerpt(found, text)
    if found.reason:
        lines.append(f"  why: {_printable(found.reason)}")
    if found.hint:
        lines.append(f"  hint: {_printable(found.hint)}")
    lines.append(f"  more: schelling explain {found.code}")
    return "\n".join(lines)


def _excerpt(found: Problem, text: str) -> list[str]:
    span = found.span
    rows = text.split("\n")
    if span is None or not 0 < span.line <= len(rows):
        return []
    row = _printable(rows[span.line - 1].rstrip("\r"))
    column = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(row)
    start = max(0, min(column - 20, len(row) - _WIDTH)) if len(row) > _WIDTH else 0
    shown = row[start : start + _WIDTH]
    width = max(1, min(end, start + _WIDTH, max(len(row), column + 1)) - column)
    margin = f" {span.line} | "
    return [margin + shown, " " * (len(margin) - 2) + "| " + " " * (column - start) + "^" * width]


def _printable(text: str) -> str:
    """Text without control characters, which could move a terminal's cursor."""
    return "".join(c if c.isprintable() else " " for c in text)
