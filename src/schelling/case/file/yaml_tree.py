"""A YAML file as a tree of plain values that remember where they stand.

Safe by construction: only YAML *events* are read, so tags, anchors, aliases and merge keys are
refused before anything is built, and size, depth and the number of nodes are bounded. Scalars
follow the YAML 1.2 core schema (`yes` and `on` are text, `2022-03-20` is text).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import yaml

from schelling.case.file import yaml_words
from schelling.errors import Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 100_000
MAX_PROBLEMS = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")

_FORBIDDEN = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
_ESCAPED = re.compile(f"\\r|{_FORBIDDEN.pattern}")  # line ends are read as \\n; \\r was an escape
_ESCAPES = {"x": 4, "u": 6, "U": 10}
_BLANK = frozenset("\n\t \tnvfrNLP_")

Scalar = str | int | float | bool | None
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Node:
    """One value of the file.

    Attributes:
        value: A scalar, or the children by key or by position.
        span: The stretch of text the value covers.
        text: A scalar as written, without quotes; empty for collections.
        raw_start: Offset of the scalar's source text in the file, in code points.
        keys: Where each key of a mapping stands.
        file: The file it stands in, when that is not the case's own.
    """

    value: Scalar | dict[str, Node] | list[Node]
    span: Span
    text: str = ""
    raw_start: int = 0
    keys: dict[str, Span] = field(default_factory=dict[str, Span])
    file: FilePath | None = None

    def plain(self) -> Any:
        """The value as ordinary Python data."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, key: str | int) -> Node | None:
        """The value under one key or position, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(key))
        if isinstance(self.value, list) and isinstance(key, int) and key < len(self.value):
            return self.value[key]
        return None

    def at(self, path: Path) -> Node:
        """The deepest existing value along a path; the root when nothing matches."""
        node = self
        for key in path:
            found = node.child(key)
            if found is None:
                return node
            node = found
        return node

    def key_span(self, path: Path) -> Span:
        """Where the last key of a path is written, or the value's own place."""
        parent = self.at(path[:-1])
        if path and str(path[-1]) in parent.keys:
            return parent.keys[str(path[-1])]
        return self.at(path).span


class _Refused(Exception):
    """Reading stopped; carries the one problem that stopped it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Builder:
    """Builds the tree from the event stream, noting problems as it goes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.count = 0
        self.events: Iterator[Any] = iter(())

    def run(self) -> Node:
        self.guard()
        self.events = yaml.parse(self.text, Loader=_LOADER)
        next(self.events)  # stream start
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            hint = "a case begins with 'schelling: 1' and a 'title'"
            raise _Refused(Problem("E104", "the file is empty", Span(1, 1, 1, 2), hint=hint))
        root = self.node(next(self.events), 0)
        next(self.events)  # document end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            message = "a case file holds one YAML document; a second one starts here"
            line = after.start_mark.line + 1
            span = Span(line, 1, line, 4)
            raise _Refused(Problem("E112", message, span, hint="remove the '---' line"))
        return root

    def guard(self) -> None:
        """Refuse what has no place in a text file, such as control characters."""
        if found := _FORBIDDEN.search(self.text):
            before = self.text[: found.start()]
            line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
            span = Span(line, column, line, column + 1)
            raise _Refused(_not_allowed(found.group(), span))

    def note(self, problem: Problem) -> None:
        """Keep a problem that does not stop the reading; stop when there are very many."""
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Refused(self.problems.pop())

    def word_span(self, event: Any) -> Span:
        """The first word of an event: its anchor, alias or tag."""
        mark = event.start_mark
        word = re.compile(r"[^\s,\[\]{}]*").match(self.text, mark.index)
        width = len(word.group()) if word else 1
        return Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 1 + width)

    def count_one(self, event: Any) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            message = f"the file has more than {MAX_NODES:,} values"
            hint = "put long tables of data into CSV files beside the case"
            raise _Refused(Problem("E109", message, _span(event), hint=hint))

    def node(self, event: Any, depth: int) -> Node:
        self.count_one(event)
        if depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            hint = "is a closing bracket missing?"
            raise _Refused(Problem("E108", message, _span(event), hint=hint))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            message = f"YAML anchors and aliases are not allowed ('{sign}{event.anchor}')"
            hint = f"write the value out where it is used; a text with {sign} in front needs quotes"
            raise _Refused(Problem("E106", message, self.word_span(event), hint=hint))
        if event.tag is not None:
            message = f"YAML tags are not allowed ('{event.tag}')"
            hint = "remove the tag; a case is plain data, and a text with ! in front needs quotes"
            self.note(Problem("E105", message, self.word_span(event), hint=hint))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, depth)
        return self.scalar(event)

    def mapping(self, start: Any, depth: int) -> Node:
        children: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            first = next(self.events)
            value = self.node(first, depth + 1)
            if start.flow_style and isinstance(first, yaml.ScalarEvent) and not first.style:
                value = self.rejoin(value, first)
            if isinstance(key.value, dict | list):
                self.note(Problem("E203", "a key must be a plain word", key.span))
                continue
            if key.text in children:
                message = f"the key '{key.text}' is given twice"
                reason = "the second would silently replace the first"
                hint = f"the first stands on line {keys[key.text].line}"
                self.note(Problem("E107", message, key.span, reason, hint))
                continue
            children[key.text] = value
            keys[key.text] = key.span
        return Node(children, _span(start, event), keys=keys)

    def rejoin(self, value: Node, first: Any) -> Node:
        """Put back together `{prior: beta(2, 5)}`, which YAML splits at the comma.

        Inside braces a comma ends a plain scalar. One with an open bracket can only have meant
        the comma as its own, so the pieces up to the closing bracket are taken back from the text.
        """
        last: Any = first
        still_open = _open_brackets(value.text)
        while still_open > 0:
            event: Any = next(self.events)
            self.count_one(event)
            nothing = next(self.events, None) if isinstance(event, yaml.ScalarEvent) else None
            empty = isinstance(nothing, yaml.ScalarEvent) and not (nothing.value or nothing.style)
            if not empty or event.style:
                message = "this bracket is not closed before the value ends"
                hint = "close it, or put a text with a single bracket in quotes"
                place = value.span.column + max(value.text.rfind("("), 0)
                span = Span(value.span.line, place, value.span.line, place + 1)
                raise _Refused(Problem("E104", message, span, hint=hint))
            last = event
            still_open += _open_brackets(event.value)
        if last is first:
            return value
        text = self.text[value.raw_start : last.end_mark.index]
        return Node(text, _span(first, last), text, value.raw_start)

    def sequence(self, start: Any, depth: int) -> Node:
        children: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            children.append(self.node(event, depth + 1))
        return Node(children, _span(start, event))

    def scalar(self, event: Any) -> Node:
        if event.style == '"' and (found := _ESCAPED.search(event.value)):
            self.note(_not_allowed(found.group(), _span(event)))
        value = event.value if event.style else _resolve(event.value)
        return Node(value, _span(event), str(event.value), int(event.start_mark.index))


def _not_allowed(sign: str, span: Span) -> Problem:
    message = f"the character U+{ord(sign):04X} is not allowed in a case file"
    return Problem("E104", message, span, hint="remove it")


def _open_brackets(text: str) -> int:
    return text.count("(") - text.count(")")


def _resolve(text: str) -> Scalar:
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _INT.fullmatch(text) and len(text) < 300:
        return int(text)
    number = float(text) if _FLOAT.fullmatch(text) else math.inf
    return number if math.isfinite(number) else text


def _span(start: Any, end: Any = None) -> Span:
    first, last = start.start_mark, (end or start).end_mark
    return Span(first.line + 1, first.column + 1, last.line + 1, last.column + 1)


def parse(text: str) -> tuple[Node | None, list[Problem]]:
    """Read YAML text into a tree.

    Returns:
        The tree, or None when the text could not be read to its end; and every problem met.
    """
    builder = _Builder(text)
    try:
        root = builder.run()
    except _Refused as refused:
        return None, [*builder.problems, refused.problem]
    except yaml.MarkedYAMLError as error:
        return None, [*builder.problems, yaml_words.problem(error, text)]
    except yaml.YAMLError as error:
        problem = Problem("E104", f"not valid YAML: {error}".splitlines()[0], Span(1, 1, 1, 2))
        return None, [*builder.problems, problem]
    tagged = any(problem.code == "E105" for problem in builder.problems)
    return None if tagged else root, builder.problems


def offsets(node: Node, text: str) -> list[int]:
    """Offset in the file of every character of a scalar, whatever its quoting or folding.

    White space inside a folded scalar has no exact place; it gets the place after what precedes it.
    """
    written = _written(text, node.raw_start)
    last = node.raw_start
    places: list[int] = []
    for character in node.text:
        if character.isspace():
            places.append(last + 1)
        else:
            last = next(written, last)
            places.append(last)
    return places


def _written(text: str, start: int) -> Iterator[int]:
    """Offsets of the characters a scalar is written with, but for white space."""
    sign, position = text[start : start + 1], start
    if sign in (">", "|"):  # the header line of a block is not part of it
        position = text.find("\n", start) + 1
    elif sign in ("'", '"'):
        position += 1
    while position < len(text):
        width, blank = 1, text[position].isspace()
        if sign == "'" and text[position] == "'":
            width = 2
        elif sign == '"' and text[position] == "\\":
            kind = text[position + 1 : position + 2]
            width = _ESCAPES.get(kind, 2)
            code = text[position + 2 : position + width]
            blank = kind in _BLANK or (code != "" and chr(int(code, 16)).isspace())
        if not blank:
            yield position
        position += width
