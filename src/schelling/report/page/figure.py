"""A figure of a page: a picture, how to read it, and the numbers it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Table:
    """Numbers as text; the first column heads its row.

    Attributes:
        caption: What the table holds.
        head: Headings of the columns.
        rows: One text a cell.
        note: What was left out, if anything.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


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
    """

    anchor: str
    title: str
    reading: str
    picture: Markup
    table: Table
    detail: str = ""
