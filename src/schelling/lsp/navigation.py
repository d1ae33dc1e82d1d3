"""Where a name is defined, and where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from schelling.case.places.things import Mention, Places
from schelling.errors import Span

Spot = tuple[Path, Span]


def thing_at(places: Places, file: Path, line: int, column: int) -> Mention | None:
    """The name at a place, if one stands there."""
    found = places.at(file, line, column)
    return found if isinstance(found, Mention) else None


def definitions(places: Places, mention: Mention) -> list[Spot]:
    """Where what is named is defined; an action once, where the game first offers it."""
    found = places.definitions.get(mention.thing, ())
    return [(one.file, one.span) for one in found[:1]]


def references(places: Places, mention: Mention, *, declaration: bool = True) -> list[Spot]:
    """Everywhere the same thing is named.

    Args:
        places: The names of the case.
        mention: The name that was asked about.
        declaration: Whether the places that define it are among them.
    """
    return list(_spots(places.of(mention.thing), declaration=declaration))


def _spots(mentions: Iterable[Mention], *, declaration: bool) -> Iterator[Spot]:
    for mention in mentions:
        if declaration or not mention.defines:
            yield mention.file, mention.span
