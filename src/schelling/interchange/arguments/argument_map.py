"""An argument as a map: statements and arguments, and which speaks for or against which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

RelationKind = Literal["supports", "attacks", "undercuts", "contradicts"]


@dataclass(frozen=True)
class MapStatement:
    """A statement, or an argument that leads from statements to one.

    Attributes:
        title: What it is called, unique in its map.
        text: What it says; of several texts of a title, the first.
        argument: Whether it is an argument.
        data: What else is said of it, such as `passages`.
        line: Where it stands in a file; 0 where it was not read from one.
    """

    title: str
    text: str = ""
    argument: bool = False
    data: Mapping[str, str] = field(default_factory=dict[str, str])
    line: int = 0


@dataclass(frozen=True)
class MapRelation:
    """One node speaks for or against another; a contradiction goes both ways."""

    source: str
    target: str
    kind: RelationKind


@dataclass(frozen=True)
class ArgumentMap:
    """An argument.

    Attributes:
        title: What it is called.
        nodes: Statements and arguments, in order.
        relations: What speaks for and against what, by title.
    """

    title: str
    nodes: Sequence[MapStatement]
    relations: Sequence[MapRelation]
