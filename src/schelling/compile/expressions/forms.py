"""Forms of alike expressions, and what stands in their open places. No arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schelling.case.language.typed.types import (
    Constant,
    FirstPlayed,
    GameValue,
    Kind,
    Operation,
    Reference,
    Type,
    Typed,
)
from schelling.compile.planning.twins import EachTwin, Interventions

FEWEST: Final = 8
"""Fewer alike things are computed one by one: that is compiled as soon, and rounds as it always
has."""

Names = tuple[str, ...]
"""Of alike things, in the order in which they lie."""

Leaf = Constant | Reference | GameValue | FirstPlayed
"""What expressions of one form may differ in: numbers, names, and which game they ask about."""

Row = tuple["Leaf | Row", ...]
"""What stands in an open place: one entry for each of the alike things, or a row for each."""


@dataclass(frozen=True)
class OpenPlace:
    """A place of a form.

    Attributes:
        name: What the form calls it, as a `Reference`.
        type: Kind, unit and time of what stands there.
        row: What does; or the place of a surrounding form that says so.
        twin: The twin in which it is looked at, or each entry in its own; none for the world of the
            form itself.
    """

    name: str
    type: Type
    row: Row | Reference
    twin: Interventions | EachTwin = ()


@dataclass(frozen=True)
class Form:
    """What alike expressions have in common.

    Attributes:
        body: An expression in which open places are references.
        places: Those that are open.
    """

    body: Typed
    places: tuple[OpenPlace, ...]


@dataclass(frozen=True)
class Rolled(Operation):
    """An operation on many alike operands, such as a sum over a set.

    Attributes:
        form: Of its operands; `operands` itself is empty.
        counts: Which of them count, as numbers that are 1 or 0; None where all do.
        members: How many operations like this one are computed together.
        height: How many forms lie in one another in it.
    """

    form: Form = Form(Constant(0.0, Type(Kind.NUMBER)), ())
    counts: Row | Reference | None = None
    members: int = 1
    height: int = 1


def leaves(row: Leaf | Row) -> Iterator[Leaf]:
    """All that stands in an open place."""
    if not isinstance(row, tuple):
        yield row
        return
    for one in row:
        yield from leaves(one)
