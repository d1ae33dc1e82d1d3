"""A YAML file as a tree of plain values that remember where they stand.

Safe by construction: only YAML *events* are read, so tags, anchors, aliases and merge keys are
refused before anything is built, and size, depth and the number of nodes are bounded. Scalars
follow the YAML 1.2 core schema (`yes` and `on` are text, `2022-03-20` is text).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

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
    """

    value: Scalar | dict[str, Node] | list[Node]
    span: Span
    text: str = ""
    raw_start: int = 0
    keys: dict[str, Span] = field(default_factory=dict[str, Span])

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
        self.events = yaml.parse(self.text, Loader=_LOADER)
        next(self.events)  # stream start
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            message = "the file is empty"
            raise _Refused(Problem("E104", message, Span(1, 1, 1, 2)))
        root = self.node(next(self.events), 0)
        next(self.events)  # document end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            message = "a case file holds one YAML document; a second one starts here"
            raise _Refused(Problem("E112", message, _span(after), hint="remove the '---' line"))
        return root

    def node(self, event: Any, depth: int) -> Node:
        self.count += 1
        if depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            raise _Refused(Problem("E108", message, _span(event)))
        if self.count > MAX_NODES:
            message = f"more than {MAX_NODES:,} values"
            raise _Refused(Problem("E109", message, _span(event)))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            message = f"YAML anchors and aliases are not read ('{sign}{event.anchor}')"
            raise _Refused(
                Problem("E106", message, _span(event), hint="write the value out where it is used")
            )
        if event.tag is not None and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            message = f"YAML tags are not read ('{event.tag}')"
            self.problems.append(
                Problem("E105", message, _span(event), hint="remove the tag; a case is plain data")
            )
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
                self.problems.append(Problem("E203", "a key must be a plain word", key.span))
                continue
            if key.text in children:
                first = keys[key.text].line
                message = f"the key '{key.text}' is given twice (first on line {first})"
                self.problems.append(
                    Problem(
                        "E107", message, key.span, "the second would silently replace the first"
                    )
                )
                continue
            children[key.text] = value
            keys[key.text] = key.span
        return Node(children, _span(start, event), keys=keys)

    def rejoin(self, value: Node, first: Any) -> Node:
        """Put back together `{prior: beta(2, 5)}`, which YAML splits at the comma.

        Inside braces a comma ends a plain scalar. One with an open bracket can only have meant
        the comma as its own, so the pieces up to the closing bracket are taken back from the text.
        """
        text, last = value.text, first
        while text.count("(") > text.count(")"):
            event = next(self.events)
            nothing = next(self.events, None) if isinstance(event, yaml.ScalarEvent) else None
            empty = isinstance(nothing, yaml.ScalarEvent) and not (nothing.value or nothing.style)
            if not empty or event.style:
                message = "a bracket is opened here and not closed before the value ends"
                hint = "inside { } write values with commas in quotes"
                raise _Refused(Problem("E104", message, value.span, hint=hint))
            last = event
            text = self.text[value.raw_start : event.end_mark.index]
        return value if last is first else Node(text, _span(first, last), text, value.raw_start)

    def sequence(self, start: Any, depth: int) -> Node:
        children: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            children.append(self.node(event, depth + 1))
        return Node(children, _span(start, event))

    def scalar(self, event: Any) -> Node:
        value = event.value if event.style else _resolve(event.value)
        return Node(value, _span(event), str(event.value), int(event.start_mark.index))


def _resolve(text: str) -> Scalar:
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _INT.fullmatch(text) and len(text) < 300:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


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
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"not valid YAML: {error.problem or error.context}"
        hint = "inside { } or [ ] write values with brackets, commas or colons in quotes"
        hint = hint if "flow" in f"{error.context}" else error.context or ""
        span = Span(line, column, line, column + 1)
        return None, [*builder.problems, Problem("E104", message, span, hint=hint)]
    except yaml.YAMLError as error:  # characters YAML forbids carry no mark
        problem = Problem("E104", f"not valid YAML: {error}".splitlines()[0], Span(1, 1, 1, 2))
        return None, [*builder.problems, problem]
    return root, builder.problems


def offsets(node: Node, text: str) -> list[int]:
    """Offset in the file of every character of a scalar, whatever its quoting or folding.

    White space inside a folded scalar has no exact place; it gets the place of what precedes it.
    """
    position = node.raw_start
    places: list[int] = []
    if text[position : position + 1] in (">", "|"):  # skip the block header line
        position = text.find("\n", position) + 1
    for character in node.text:
        if not character.isspace():
            found = text.find(character, position)
            position = found if found >= 0 else position
        places.append(position)
        position += 1
    return places
