"""Problems as text for a person: place, caret, reason, hint, code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from schelling.case.file.yaml_tree import MAX_PROBLEMS
from schelling.errors import Problem, Span, printable

_WIDTH = 96


def problems(found: Iterable[Problem], texts: Mapping[Path, str], what: str = "problem") -> str:
    """Every problem (or what else they are called), one after the other, and their number."""
    found = tuple(found)
    rows = {path: text.split("\n") for path, text in texts.items()}
    blocks = [problem(p, rows.get(p.path or Path(), ())) for p in found]
    count = f"{len(found)} {what}{'' if len(found) == 1 else 's'}"
    if len(found) >= MAX_PROBLEMS:
        count = f"the first {count}; there may be more"
    codes = sorted({p.code for p in found})
    more = f"\n'schelling explain {codes[0]}' says more about a code" if codes else ""
    return "\n\n".join([*blocks, count + more])


def problem(found: Problem, rows: Sequence[str]) -> str:
    """One problem: `file:line:column: what [code]`, the line with a caret, why, how to mend it.

    Args:
        found: The problem.
        rows: The lines of its file; none when the file cannot be shown.
    """
    span = found.span
    where = str(found.path) if found.path else "case"
    if span is not None:
        where += f":{span.line}:{span.column}"
    lines = [printable(f"{where}: {found.message} [{found.code}]")]
    if span is not None and span.line <= len(rows):
        lines += _excerpt(span, rows[span.line - 1])
    if found.reason:
        lines.append(f"  why: {printable(found.reason)}")
    if found.hint:
        lines.append(f"  hint: {printable(found.hint)}")
    return "\n".join(lines)


def _excerpt(span: Span, row: str) -> list[str]:
    """The line, or the part of a long one that matters, and carets under what is meant."""
    column = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(row)
    start = max(0, min(column - 20, len(row) - _WIDTH)) if len(row) > _WIDTH else 0
    before = _columns(printable(row[start:column]))
    marked = max(1, _columns(printable(row[column : min(end, start + _WIDTH)])))
    margin = f" {span.line} | "
    shown = printable(row[start : start + _WIDTH])
    return [margin + shown, " " * (len(margin) - 2) + "| " + " " * before + "^" * marked]


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese, Japanese and Korean signs take two."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
