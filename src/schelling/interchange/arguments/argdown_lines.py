"""Argdown as lines: without remarks, a paragraph's lines joined, with its sign and its depth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_OPENING = re.compile(r"(?<!\\)(?:/\*|<!--|(?<![:\w/])//)")
_CLOSING = {"/*": "*/", "<!--": "-->", "//": "\n"}
_SIGN = re.compile(r"(\+>|->|_>|<\+|<-|<_|><|\+|-|_)(?:\s+(?=\S)|(?=[\[<]))")
_TITLE = re.compile(r"^title:[ \t]*(.*(?:\n(?:[ \t].*)?)*)$", re.M)
"""A title goes on in rows that are set in, with empty ones among them."""
_FOLDED = re.compile(r"^[>|][-+]?(?: |$)")
_MOST_INFERENCE = 20
"""Rows of what says how a conclusion is drawn."""
_DASHES = re.compile(r"-{2,80}")
_STEP = re.compile(r"\((\d+)\)\s+")
_ITEM = re.compile(r"(\*|\d{1,9}\.)\s+")
_INCLUDE = re.compile(r"@include\s*\(", re.I)
_TITLED = re.compile(r"(?:\[([^\[\]]{1,300})\]|<([^<>]{1,300})>)\s*(:?)\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class ArgdownLine:
    """A statement, argument, heading, step or rule, or the name of another file.

    Attributes:
        kind: `node`, `heading`, `step` of a reconstruction, the `rule` between its steps, or what
            is to `include` another file.
        sign: That of a relation, or nothing.
        indent: Blanks before it.
        text: What follows.
        number: Where it begins.
        item: Its number in a list, 0 in one without numbers; None where it is not in a list.
    """

    kind: str
    sign: str
    indent: int
    text: str
    number: int
    item: int | None = None


def front(text: str) -> tuple[str, str]:
    """The title in the front matter, and the text without it, its lines kept."""
    match = re.match(r"\s*={3}[^\n]*\n(.*?)\n={3}[^\n]*(\n|$)", text, re.DOTALL)
    if match is None:
        return "", text
    title = _TITLE.search(match[1])
    words = " ".join(title[1].split()) if title else ""
    blank = "\n" * match[0].count("\n")
    return _unquoted(_FOLDED.sub("", words)), blank + text[match.end() :]


def titled(text: str) -> tuple[str, str, bool] | None:
    """The title that a line begins with, what follows it, and whether it is of an argument."""
    match = _TITLED.fullmatch(text)
    if match is None or not (match[3] or not match[4] or match[4][0] in "#{"):
        return None
    return match[1] or match[2], match[4], match[2] is not None


def lines(text: str) -> Iterator[ArgdownLine]:
    """The lines of a document, those that go on joined to what they go on from."""
    held: ArgdownLine | None = None
    parts: list[str] = []
    rows = [raw.expandtabs(4).rstrip() for raw in _without_remarks(text).split("\n")]
    for number, row in enumerate(_without_inferences(rows), 1):
        begun = _begun(row, number) if row else None
        if begun and held and held.kind in ("node", "step") and _goes_on(begun, held):
            # a number that a continued line begins with is part of its sentence
            parts.append(row.strip().removeprefix("* "))
            continue
        if held is not None:
            yield replace(held, text=" ".join(parts))
        held, parts = begun, [begun.text] if begun else []
    if held is not None:
        yield replace(held, text=" ".join(parts))


def _without_inferences(rows: list[str]) -> list[str]:
    """The rows without what stands between two rules, which names how a conclusion is drawn."""
    found = list(rows)
    at = 0
    while at < len(rows):
        end = _inferred(rows, at) if _DASHES.fullmatch(rows[at].strip()) else None
        if end is not None:
            found[at + 1 : end + 1] = [""] * (end - at)
            at = end
        at += 1
    return found


def _inferred(rows: list[str], start: int) -> int | None:
    """Where the second rule of a pair stands; None where the first one stands alone."""
    for at in range(start + 1, min(len(rows), start + _MOST_INFERENCE)):
        row = rows[at].strip()
        if _DASHES.fullmatch(row):
            return at
        if not row or _STEP.match(row):
            return None
    return None


def _unquoted(title: str) -> str:
    try:
        found = json.loads(title) if title.startswith('"') else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, str) else title.strip("\"'")


def _without_remarks(text: str) -> str:
    """The text without its remarks, its lines kept; a remark that never ends is none."""
    parts: list[str] = []
    endless: set[str] = set()
    begin = at = 0
    while match := _OPENING.search(text, at):
        at, closing = match.end(), _CLOSING[match[0]]
        end = -1 if closing in endless else text.find(closing, at)
        if end < 0 and closing == "\n":
            end = len(text)
        if end < 0:
            endless.add(closing)
            continue
        at = end if closing == "\n" else end + len(closing)
        parts += [text[begin : match.start()], "\n" * text.count("\n", match.start(), at)]
        begin = at
    return "".join((*parts, text[begin:]))


def _begun(row: str, number: int) -> ArgdownLine:
    text = row.lstrip()
    indent = len(row) - len(text)
    if text.startswith("#") and text.lstrip("#").startswith(" "):
        return ArgdownLine("heading", "", indent, text.lstrip("#").strip(), number)
    if text.startswith("--") and text.endswith("--"):
        return ArgdownLine("rule", "", indent, text.strip("- "), number)
    if _INCLUDE.match(text):
        return ArgdownLine("include", "", indent, text, number)
    step = _STEP.match(text)
    if step:
        return ArgdownLine("step", "", indent, text[step.end() :], number)
    found = _ITEM.match(text)
    text = text[found.end() :] if found else text
    item = int(found[1].strip("*.") or 0) if found else None
    sign = _SIGN.match(text)
    if sign:
        return ArgdownLine("node", sign[1], indent, text[sign.end() :], number, item)
    return ArgdownLine("node", "", indent, text, number, item)


def _goes_on(begun: ArgdownLine, held: ArgdownLine) -> bool:
    """Whether a line goes on what stands above it, and begins nothing of its own."""
    next_item = False
    if begun.item is not None and held.item is not None:
        next_item = begun.item - held.item in (0, 1)  # lists of Markdown may be all ones
    own = begun.sign or titled(begun.text) is not None or next_item
    return begun.kind == "node" and not own
