"""Markdown of the pages that are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_MADE = "<!-- Made from the tables of the language by docs/tooling: do not edit. -->"


def page(title: str, lines: Iterable[str]) -> str:
    """A page that is made, with its title."""
    return "\n".join([f"# {title}", "", _MADE, "", *lines, ""])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table, a line after the other."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
