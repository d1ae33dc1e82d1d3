"""What a case has names for, and where these names stand in its files; data only.

Lines and columns count from 1, in code points, as in every `Span`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath

from schelling.case.file.yaml_tree import Node, Path
from schelling.errors import Span

NAME = "name"
CLAIM = "claim"
PREMISE = "premise"
PASSAGE = "passage"
SOURCE = "source"
RIVAL = "rival"


@dataclass(frozen=True)
class Thing:
    """What a name stands for.

    Attributes:
        space: Where the name is unique: `NAME` for all that expressions can use by its name alone,
            one of the constants above, or `action of GAME`, `state of GAME`, `member of SET`.
        name: Of what is defined over sets, without its members.
    """

    space: str
    name: str


def action(game: str, name: str) -> Thing:
    """An action of a game."""
    return Thing(f"action of {game}", name)


def state(game: str, name: str) -> Thing:
    """A state of a game that has states."""
    return Thing(f"state of {game}", name)


def member(over: str, name: str) -> Thing:
    """A member of a set."""
    return Thing(f"member of {over}", name)


@dataclass(frozen=True)
class Mention:
    """A name, where it stands.

    Attributes:
        thing: What it stands for.
        file: The file.
        span: The name alone, without quotes or members.
        defines: Whether this is where the thing comes from.
    """

    thing: Thing
    file: FilePath
    span: Span
    defines: bool = False


@dataclass(frozen=True)
class LanguageWord:
    """A word of the language, where it stands: a function, a reserved word, or a key.

    Attributes:
        part: Of a key, the part of the case it belongs to, as `case/schema/keys` calls it.
    """

    name: str
    file: FilePath
    span: Span
    part: str = ""


@dataclass(frozen=True)
class Declaration:
    """Where a thing is defined.

    Attributes:
        thing: What is defined.
        role: In a word: `assumption`, `stock`, `phase`, `action` and the like.
        file: The file.
        span: Its name.
        whole: The name and all that belongs to the definition.
        path: Keys that lead to it in the case.
        node: What stands there; None in a table.
        written: The key as written, members of sets included.
    """

    thing: Thing
    role: str
    file: FilePath
    span: Span
    whole: Span
    path: Path
    node: Node | None
    written: str


@dataclass(frozen=True)
class Places:
    """The names of a case and the places where they stand.

    Attributes:
        path: The case's YAML file.
        root: Its tree, with the trees of rivals' files in it; None where it cannot be read.
        texts: The files in which names were looked for, with every line ending as a newline.
        mentions: Every name, in the order of the files.
        words: Every word of the language that has an explanation.
        definitions: Of every thing, where it is defined; the first is the one to go to.
        sets: Members of every set.
        over: Over which sets something is defined.
    """

    path: FilePath
    root: Node | None = None
    texts: Mapping[FilePath, str] = field(default_factory=dict[FilePath, str])
    mentions: tuple[Mention, ...] = ()
    words: tuple[LanguageWord, ...] = ()
    definitions: Mapping[Thing, tuple[Declaration, ...]] = field(
        default_factory=dict[Thing, tuple[Declaration, ...]]
    )
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    over: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @cached_property
    def _by_line(self) -> dict[tuple[FilePath, int], list[Mention | LanguageWord]]:
        found: dict[tuple[FilePath, int], list[Mention | LanguageWord]] = {}
        for one in (*self.mentions, *self.words):
            found.setdefault((one.file, one.span.line), []).append(one)
        return found

    def at(self, file: FilePath, line: int, column: int) -> Mention | LanguageWord | None:
        """The name or word at a place, its end included; a name rather than a word."""
        here = self._by_line.get((file, line), ())
        return next((o for o in here if o.span.column <= column <= o.span.end_column), None)

    def of(self, thing: Thing) -> tuple[Mention, ...]:
        """Every place where a thing is named."""
        return tuple(mention for mention in self.mentions if mention.thing == thing)

    def named(self, space: str) -> tuple[Declaration, ...]:
        """What has a name in a space, each once, in the order of the case."""
        return tuple(found[0] for thing, found in self.definitions.items() if thing.space == space)

    def defined(self, name: str) -> Declaration | None:
        """What expressions call by a name."""
        return next(iter(self.definitions.get(Thing(NAME, name), ())), None)
