"""Argdown as lines: without remarks, a paragraph's lines joined, with its sign and its depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_REMARK = re.compile(r"/\*.*?\*/|<!--.*?-->|(?<!\\)(?<!:)//[^\n]*", re.DOTALL)
_SIGN = re.compile(r"(\+>|->|_>|<\+|<-|<_|><|\+|-|_)\s+(?=[\[<(\w\"'“])")
_STEP = re.compile(r"\((\d+)\)\s+")
_RULE = re.compile(r"-{2,}(.*?-{2,})?$")
_ITEM = re.compile(r"(\*|\d+\.)\s+")


@dataclass(frozen=True)
class ArgdownLine:
    """A statement, argument, heading, step or rule.

    Attributes:
        kind: `node`, `heading`, `step` of a reconstruction, or the `rule` between its steps.
        sign: That of a relation, or nothing.
        indent: Blanks before it.
        text: What follows.
        number: Where it begins.
    """

    kind: str
    sign: str
    indent: int
    text: str
    number: int


def front(text: str) -> tuple[str, str]:
    """The title in the front matter, and the text without it, its lines kept."""
    match = re.match(r"\s*={3,}[^\n]*\n(.*?)\n={3,}[^\n]*(\n|$)", text, re.DOTALL)
    if match is None:
        return "", text
    title = re.search(r"^title:\s*(.+?)\s*$", match[1], re.MULTILINE)
    blank = "\n" * match[0].count("\n")
    return (title[1].strip("\"'") if title else ""), blank + text[match.end() :]


def lines(text: str) -> Iterator[ArgdownLine]:
    """The lines of a document, those that go on joined to what they go on from."""
    bare = _REMARK.sub(lambda match: "\n" * match[0].count("\n"), text)
    held: ArgdownLine | None = None
    for number, raw in enumerate(bare.split("\n"), 1):
        row = raw.expandtabs(4).rstrip()
        if not row:
            if held is not None:
                yield held
            held = None
            continue
        begun = _begun(row, number)
        goes_on = begun.kind == "node" and not begun.sign and not _opens(begun.text)
        if held is not None and held.kind in ("node", "step") and goes_on:
            joined = f"{held.text} {begun.text}"
            held = ArgdownLine(held.kind, held.sign, held.indent, joined, held.number)
            continue
        if held is not None:
            yield held
        held = begun
    if held is not None:
        yield held


def _begun(row: str, number: int) -> ArgdownLine:
    text = row.lstrip()
    indent = len(row) - len(text)
    if text.startswith("#") and text.lstrip("#").startswith(" "):
        return ArgdownLine("heading", "", indent, text.lstrip("#").strip(), number)
    if _RULE.fullmatch(text):
        return ArgdownLine("rule", "", indent, text.strip("- "), number)
    step = _STEP.match(text)
    if step:
        return ArgdownLine("step", "", indent, text[step.end() :], number)
    item = _ITEM.match(text)
    text = text[item.end() :] if item else text
    sign = _SIGN.match(text)
    if sign:
        return ArgdownLine("node", sign[1], indent, text[sign.end() :], number)
    return ArgdownLine("node", "", indent, text, number)


def _opens(text: str) -> bool:
    """Whether a line begins something of its own, and is no continuation of the one above."""
    return bool(re.match(r"[\[<][^\]>]+[\]>]\s*(:|$)", text))
