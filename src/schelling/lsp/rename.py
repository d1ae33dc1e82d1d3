"""Renaming: every place of a name at once, or a reason why not.

The names of a case are renamed only where the case says the same afterwards: the renamed text is
checked, and its names are looked for again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from schelling.case.check import check
from schelling.case.file import disk
from schelling.case.file.lines import Lines
from schelling.case.places.read import read
from schelling.case.places.things import NAME, Places, Thing
from schelling.errors import Span


class RenameRefused(Exception):
    """A new name that would change what the case says, or make it faulty."""


def edits(
    places: Places, thing: Thing, new: str, shown: Mapping[Path, str]
) -> dict[Path, list[Span]]:
    """Every place to be changed so that a thing has a new name.

    Args:
        places: The names of the case.
        thing: What gets the name.
        new: The name.
        shown: The open texts of the editor, by resolved path.

    Raises:
        RenameRefused: The name cannot be used; says why.
    """
    if not new.strip() or new != new.strip() or len(new) > 200 or "\n" in new:
        message = f"'{new}' is not a name"
        raise RenameRefused(message)
    found: dict[Path, list[Span]] = {}
    for mention in places.of(thing):
        found.setdefault(mention.file, []).append(mention.span)
    if new == thing.name:
        return found
    if Thing(thing.space, new) in places.definitions:
        message = f"'{new}' is the name of something else in this case"
        raise RenameRefused(message)
    renamed = {file.resolve(): _with(places.texts[file], many, new) for file, many in found.items()}
    with disk.showing(shown):
        before = check(places.path)
    with disk.showing({**shown, **renamed}):
        after, again = check(places.path), read(places.path)
    more = Counter(p.code for p in after.problems) - Counter(p.code for p in before.problems)
    if more:
        raise RenameRefused(next(p.message for p in after.problems if p.code in more))
    if _counts(again) != _counts(places, thing, new):
        message = f"'{new}' has another meaning where '{thing.name}' stands"
        raise RenameRefused(message)
    return found


def _counts(places: Places, thing: Thing | None = None, new: str = "") -> Counter[Thing]:
    """How often everything is named; one thing under another name."""
    old = f" of {thing.name}" if thing is not None and thing.space == NAME else "\n"
    counted: Counter[Thing] = Counter()
    for mention in places.mentions:
        space, name = mention.thing.space, mention.thing.name
        if space.endswith(old):
            space = space.removesuffix(old) + f" of {new}"
        counted[Thing(space, new if mention.thing == thing else name)] += 1
    return counted


def _with(text: str, spans: list[Span], new: str) -> str:
    """A text with every one of some stretches replaced."""
    lines = Lines(text)
    for span in sorted(spans, reverse=True):
        first = lines.offset(span.line, span.column)
        last = lines.offset(span.end_line, span.end_column)
        text = text[:first] + new + text[last:]
    return text
