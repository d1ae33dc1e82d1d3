"""What the YAML reader refuses, in plain words, where it is wrong, with a way to mend it."""

from __future__ import annotations

import re

import yaml

from schelling.errors import Problem, Span

_QUOTE = "inside { } or [ ] put values with brackets, commas or colons in quotes"
_YAML_WORDS = (  # how the library begins, plain words, how to mend it
    (
        "mapping values are not allowed",
        "a ':' where no key is expected",
        "put a text with ': ' in quotes; keys of one mapping must start in the same column",
    ),
    ("did not find expected ',' or '}'", "a ',' or a '}' is missing here", _QUOTE),
    ("did not find expected ',' or ']'", "a ',' or a ']' is missing here", _QUOTE),
    (
        "did not find expected node content",
        "a value is missing here",
        f"{_QUOTE}, and a text that starts with - or ?",
    ),
    (
        "did not find expected key",
        "this is neither a key nor part of the value before it",
        "keys of one mapping must start in the same column; a quoted value ends with its quote",
    ),
    (
        "did not find expected '-' indicator",
        "a '-' is missing here",
        "each entry of a list begins with one",
    ),
    ("could not find expected ':'", "a key without ':'", "write 'key: value'"),
    (
        "found character that cannot start any token",
        "nothing can start with this character",
        "put a text that starts with @, `, %, | or > in quotes",
    ),
    (
        "did not find expected comment or line break",
        "a value that starts with | or > stands on the lines below",
        "put a text that starts with | or > in quotes",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "a value that starts with & or * refers to another value",
        "put a text that starts with & or * in quotes",
    ),
    (
        "did not find expected whitespace or line break",
        "a value that starts with ! has a tag",
        "put a text that starts with ! in quotes",
    ),
    ("found a tab character", "a tab", "indent lines with spaces"),
    ("found unexpected end of stream", "the quote is never closed", ""),
    (
        "found unknown escape character",
        "an unknown escape",
        "inside single quotes \\ has no special meaning",
    ),
)


_REMARK = re.compile(r"(?:^|(?<=\s))#.*[],}]")
_INDEXED = re.compile(r"[{,]\s*\w+:\s+[^\s,{}\[\]][^,{}\[\]]*\w\[")
_MOST = 8
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")


def problem(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """The one problem that stopped the reader: where it was noticed, or where it is wrong."""
    said = f"{error.problem or error.context}"
    message, hint = next(
        ((words, hint) for start, words, hint in _YAML_WORDS if said.startswith(start)), (said, "")
    )
    begun, mark = error.context_mark, error.problem_mark or error.context_mark
    if "quoted scalar" in f"{error.context}" and "end of stream" in said:
        mark = begun  # noticed at the end of the file, wrong where the quote is opened
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    rows = text.split("\n")
    before = rows[line - 1][:column] if line <= len(rows) else ""
    if "cannot start any token" in said and before.endswith("\t"):
        message, hint = "a tab", "indent lines with spaces"
    elif "expected ',' or" in said:
        first = begun.line + 1 if begun is not None else line
        if found := _remark(rows, first, line):
            line, column = found
            message = "the rest of this line is a remark, and what closes the value is in it"
            hint = "put a text with ' #' in quotes"
        elif column > 1 and before[-2:-1] == "'":
            hint = "inside '...' a single quote is written twice: ''"
        elif column > 1 and before[-2:-1] == '"':
            hint = 'inside "..." a double quote is written \\"'
    if begun is not None and 0 < begun.line < line - 1:
        message += f" (in the part that begins on line {begun.line + 1})"
    span = Span(line, column, line, column + 1)
    reason = _also(rows, line) if before.endswith("[") else ""
    return Problem("E104", f"not valid YAML: {message}", span, reason, hint)


def _also(rows: list[str], line: int) -> str:
    """Other lines below with a value such as x[y] inside braces, as YAML stops at the first."""
    others = [n for n, row in enumerate(rows, 1) if n > line and _INDEXED.search(_bare(row))]
    if not others:
        return ""
    shown = [f"{n}" for n in others[:_MOST]] + (["others"] if len(others) > _MOST else [])
    *first, last = shown
    listed = f"{', '.join(first)} and {last}" if first else last
    lines = "lines" if len(others) > 1 else "line"
    return f"YAML stops at the first such value; on {lines} {listed} others have brackets too"


def _bare(row: str) -> str:
    """A line with what stands in quotes left out."""
    return _QUOTED.sub("0", row)


def _remark(rows: list[str], first: int, last: int) -> tuple[int, int] | None:
    """Line and column of a remark between two lines that hides a comma or a closing bracket."""
    for line in range(first, min(last, len(rows)) + 1):
        row = _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), rows[line - 1])
        if found := _REMARK.search(row):
            return line, found.start() + 1
    return None
