"""Collects names and words while a case is walked through, each at its place in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from schelling.case.file import yaml_tree
from schelling.case.file.lines import Lines
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.parsing import parsed
from schelling.case.language.parsing.syntax import Place, SyntaxIssue
from schelling.case.places import expressions, things
from schelling.case.places.expressions import Namespace
from schelling.case.places.things import NAME, Declaration, LanguageWord, Mention, Thing
from schelling.errors import Span

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass
class Gathered:
    """What was found so far.

    Attributes:
        path: The case's YAML file.
        texts: The files looked at.
        sets: Members of every set.
        over: Over which sets something is defined.
    """

    path: FilePath
    texts: Mapping[FilePath, str]
    sets: Mapping[str, tuple[str, ...]]
    over: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    mentions: dict[Mention, None] = field(default_factory=dict[Mention, None])
    words: list[LanguageWord] = field(default_factory=list[LanguageWord])
    definitions: dict[Thing, list[Declaration]] = field(
        default_factory=dict[Thing, list[Declaration]]
    )
    lines: dict[FilePath, Lines] = field(default_factory=dict[FilePath, Lines])

    def known(self) -> Namespace:
        """What decides the meaning of names in expressions."""
        return Namespace(self.definitions.__contains__, self.sets, self.over)

    def file(self, node: Node) -> FilePath:
        """The file that a value stands in."""
        return node.file or self.path

    def lines_of(self, file: FilePath) -> Lines:
        """A file that knows its lines."""
        if file not in self.lines:
            self.lines[file] = Lines(self.texts[file])
        return self.lines[file]

    def define(self, role: str, thing: Thing, span: Span, path: Path, node: Node) -> None:
        """Note that something is defined at a path."""
        file = self.file(node)
        whole = Span(span.line, span.column, node.span.end_line, node.span.end_column)
        written = path[-1] if isinstance(path[-1], str) else thing.name
        found = Declaration(thing, role, file, span, max(whole, span), path, node, written)
        self.definitions.setdefault(thing, []).append(found)
        self.mention(thing, file, span, defines=True)

    def mention(self, thing: Thing, file: FilePath, span: Span, *, defines: bool = False) -> None:
        """Note a name at a place, once."""
        other = Mention(thing, file, span, not defines)
        if other not in self.mentions:
            self.mentions[Mention(thing, file, span, defines)] = None

    def refer(self, thing: Thing, file: FilePath, span: Span) -> None:
        """Note a name of something that is defined."""
        if thing in self.definitions:
            self.mention(thing, file, span)

    def key(self, key: str, span: Span, file: FilePath, part: str) -> Span:
        """Where a piece of a key stands; the key may be in quotes."""
        lines = self.lines_of(file)
        start = lines.offset(span.line, span.column)
        end = lines.offset(span.end_line, span.end_column)
        found = lines.text.find(part, start, end)
        found = start if found < 0 else found
        return lines.span(found, found + len(part)) if part in key else span

    def scalar(self, node: Node, place: Place) -> Span:
        """Where a piece of a scalar stands in its file."""
        lines = self.lines_of(self.file(node))
        offsets = yaml_tree.offsets(node, lines.text)
        if not offsets:
            return node.span
        first = offsets[min(place.start, len(offsets) - 1)]
        last = offsets[min(max(place.end - 1, place.start), len(offsets) - 1)] + 1
        return lines.span(first, last)

    def expression(self, node: Node, known: Namespace) -> None:
        """Note every name and word in the expression that stands somewhere."""
        found = list(_read(node.text, known))
        if not found:
            return
        file = self.file(node)
        lines = self.lines_of(file)
        offsets = yaml_tree.offsets(node, lines.text)
        for place, what in found:
            span = lines.span(offsets[place.start], offsets[place.end - 1] + 1)
            if isinstance(what, Thing):
                self.mention(what, file, span)
            else:
                self.words.append(LanguageWord(what, file, span))

    def listed(self, node: Node, space: str) -> None:
        """Note the names that a text or a list consists of."""
        if isinstance(node.value, list):
            for child in node.value:
                self.listed(child, space)
        elif not isinstance(node.value, dict):
            for match in re.finditer(r"[^\s,]+", node.text):
                thing = Thing(space, match.group())
                if thing in self.definitions:
                    span = self.scalar(node, Place(*match.span()))
                    self.mention(thing, self.file(node), span)

    def members(self, key: str, span: Span, file: FilePath, over: Iterable[str]) -> None:
        """Note the sets and members in the brackets of a key such as `garrison[c in city]`."""
        over = tuple(over)
        start = self.key(key, span, file, key[key.index("[") :])
        lines = self.lines_of(file)
        offset = lines.offset(start.line, start.column)
        for match in _WORD.finditer(key[key.index("[") :]):
            here = lines.span(offset + match.start(), offset + match.end())
            self.refer(Thing(NAME, match.group()), file, here) if match.group() in self.sets else (
                self.member(match.group(), file, here, over)
            )

    def member(self, name: str, file: FilePath, span: Span, over: Iterable[str]) -> None:
        """Note the name of a member of one of some sets."""
        for one in over or self.sets:
            if name in self.sets.get(one, ()):
                self.mention(things.member(one, name), file, span)
                return


def _read(text: str, known: Namespace) -> list[expressions.Found]:
    if not text.strip():
        return []
    try:
        return list(expressions.names(parsed.parse(text), known))
    except SyntaxIssue:
        return []
