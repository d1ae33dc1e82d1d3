"""A figure of a page: a picture, how to read it, and the numbers it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Table:
    """Numbers as text, or words; the first column heads its row.

    Attributes:
        caption: What the table holds.
        head: Headings of the columns.
        rows: One text a cell.
        note: What was left out, if anything.
        in_words: Whether its cells are words rather than numbers.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    in_words: bool = False


@dataclass(frozen=True)
class Figure:
    """A picture with its words and its numbers.

    Attributes:
        anchor: Fragment under which the page shows it.
        title: What it shows.
        reading: How to read it, in a sentence.
        picture: SVG.
        table: The numbers behind it.
        detail: One more sentence on what it shows; may be empty.
        narrow: The picture for a narrow window, where it needs another one.
    """

    anchor: str
    title: str
    reading: str
    picture: Markup
    table: Table
    detail: str = ""
    narrow: Markup | None = None


def breakable(text: str) -> Markup:
    """A text that may be broken behind an underscore, so that long names fit narrow columns.

    Args:
        text: Any text.

    Returns:
        The text, escaped.

    Examples:
        >>> breakable("who_wins <b>")
        Markup('who_<wbr>wins &lt;b&gt;')
    """
    return Markup("_<wbr>").join(escape(part) for part in text.split("_"))
