"""Hints at values that YAML ends early: at a comma inside braces, or at a remark."""

from __future__ import annotations

import re

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Node, Path

_COMMA = re.compile(r",\s*$")
_NUMBER = re.compile(r"[0-9],$")
_REMARK = re.compile(r":[ \t]+#")


def hint(draft: Draft, path: Path) -> str:
    """How to mend a key that is the rest of the value before it; empty if it is a key.

    It is one if a comma inside braces comes before it, and no `:` follows it or it has a space in
    it, as no key of the language has.
    """
    key, name = draft.root.key_span(path), str(path[-1])
    before = _row(draft, path, key.line)[: key.column - 1]
    before = before if before.strip() else _row(draft, path, key.line - 1)
    if not _COMMA.search(before) or not (_empty(draft, path) or " " in name):
        return ""
    if _previous(draft.root.at(path[:-1]), name) == "from":
        return "several passages are a list: from: [P1.S1, P1.S2]"
    if _NUMBER.search(before) and name[:1].isdigit():
        return (
            "inside { } a comma ends a value: write 0.5 for 0,5 and 1000 for 1,000, or put a text "
            "with a comma in quotes"
        )
    return "inside { } a comma ends a value: put the text with this comma in quotes"


def nothing(draft: Draft, path: Path) -> str:
    """How to mend a key without a value."""
    key = draft.root.key_span(path)
    after = _row(draft, path, key.line)[key.end_column - 1 :]
    if _REMARK.match(after):
        return "after a space # begins a remark: put a text that starts with # in quotes"
    cut = hint(draft, path)
    return f"{cut}, or fill in the key" if cut else "remove the key, or fill it in"


def _empty(draft: Draft, path: Path) -> bool:
    """Whether no ':' follows a key."""
    key, value = draft.root.key_span(path), draft.root.at(path)
    nothing = value.value is None and not value.text
    return nothing and (value.span.line, value.span.column) == (key.end_line, key.end_column)


def _row(draft: Draft, path: Path, line: int) -> str:
    file = draft.root.at(path).file
    rows = (draft.content if file is None else draft.others[file]).split("\n")
    return rows[line - 1] if 1 <= line <= len(rows) else ""


def _previous(mapping: Node, name: str) -> str:
    """The key written before another one."""
    keys = list(mapping.keys)
    place = keys.index(name) if name in keys else 0
    return keys[place - 1] if place else ""
