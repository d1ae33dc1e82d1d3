"""Stocks that no one wrote: what definitions need to remember by."""

from __future__ import annotations

from dataclasses import dataclass, field

from schelling.case.language.typed.types import Typed
from schelling.case.language.typed.units import Dimensions


@dataclass(frozen=True)
class Kept:
    """A stock that a definition needs to remember by.

    Attributes:
        name: What it is called: the call as written, and the stage where there are several.
        start: What it is at the start, of which everything is known then.
        change: Its rate of change.
        dimensions: Of its value.
    """

    name: str
    start: Typed
    change: Typed
    dimensions: Dimensions | None


@dataclass
class Memory:
    """The stocks that the definitions of a case need to remember by; equal calls share theirs.

    Attributes:
        kept: In an order in which the start of each reads only those before it.
        values: What the calls stand for, by what they are made of.
    """

    kept: list[Kept] = field(default_factory=list[Kept])
    values: dict[tuple[str, Typed, Typed, int], Typed] = field(
        default_factory=dict[tuple[str, Typed, Typed, int], Typed]
    )

    def name(self, wanted: str) -> str:
        """A name that no other has."""
        taken = {one.name for one in self.kept}
        names = (wanted, *(f"{wanted} #{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)
