"""Where an equation is read: beside which quantity, for which elements, at the start or later."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

LETTER = "@"
"""An element that begins with it is no element: what follows stands for any of its dimension."""


class NotAlike(Exception):
    """Raised where one line for all elements cannot say it; each element then has its own."""


@dataclass(frozen=True)
class Here:
    """Where an equation is read.

    Attributes:
        scope: The modules around it.
        owner: Full name of the quantity.
        line: Where it stands in the file.
        members: Dimensions with the element that each stands for, in the order of the quantity's.
        wild: The same for what an enclosing sum runs over.
        start: Whether everything is meant at the start.
    """

    scope: str
    owner: str
    line: int
    members: tuple[tuple[str, str], ...] = ()
    wild: dict[str, str] = field(default_factory=dict[str, str])
    start: bool = False

    def member(self, dim: str, occurrence: int = 0) -> str | None:
        """The element that a dimension stands for; of one that stands twice, the one asked for."""
        found = [member for name, member in self.members if name == dim]
        if found:
            return found[min(occurrence, len(found) - 1)]
        return self.wild.get(dim)

    def running(self, wild: dict[str, str]) -> Here:
        """The same inside a sum."""
        return replace(self, wild=self.wild | wild)


def is_letter(member: str) -> bool:
    """Whether an element stands for any of its dimension."""
    return member.startswith(LETTER)
