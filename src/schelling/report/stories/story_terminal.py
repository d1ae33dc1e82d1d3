"""The story of a world for a terminal, fitting whatever width it has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rich.console import ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from schelling.report.stories.story_pages import StoryPage
from schelling.report.words.terminal_text import TerminalDrawing, styled

_STYLES = {"holds": "green", "fails": "red"}
_NARROW = 100


def shown(page: StoryPage) -> RenderableType:
    """A page as something rich can print."""
    return TerminalDrawing(partial(_drawn, page))


def _drawn(page: StoryPage, options: ConsoleOptions) -> Iterator[RenderableType]:
    say = partial(styled, ascii_only=options.ascii_only)

    yield say(page.title, "bold")
    yield from (say(line) for line in page.lines)
    if page.shared:
        yield Text("")
        shared = _dates(options.max_width, page.shared)
        yield _filled(_table(("", ""), shared), shared, options.ascii_only)
    if page.heads:
        yield Text("")
        rows = _dates(options.max_width, page.rows)
        yield _filled(_table(("", *page.heads), rows), rows, options.ascii_only)
    yield Text("")
    yield from (say(line) for line in page.after)
    if page.claims:
        yield say("How the claims turned out, and by which margin:")
        yield _claims(page, options)
        yield say("A fact that has no degrees has a margin of 1 or -1.", "dim")


def _claims(page: StoryPage, options: ConsoleOptions) -> Table:
    """What became of the claims; those whose truth differs are marked."""
    say = partial(styled, ascii_only=options.ascii_only)
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_header=bool(page.heads))
    table.add_column("claim", overflow="fold")
    for head in page.heads or ("",):
        table.add_column(head, overflow="fold")
    if not page.heads:
        table.add_column("", ratio=1, overflow="fold")
    for row in page.claims:
        cells = [Text(row.name + (" *" if row.differs else ""))]
        for word, margin in row.ends:
            text = f"{word} {margin}".rstrip()
            cells.append(say(text, _STYLES.get(word, "magenta")))
        if not page.heads:
            cells.append(say(row.says, "dim"))
        table.add_row(*cells)
    if page.heads and any(row.differs for row in page.claims):
        table.caption = Text("* not the same in both", style="dim")
        table.caption_justify = "left"
    return table


def _dates(width: int, rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Rows whose dates take two lines where the terminal is narrow."""
    if width >= _NARROW:
        return rows
    return tuple((row[0].replace(" (", "\n("), *row[1:]) for row in rows)


def _table(heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table:
    """A table whose first column holds dates."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_header=any(heads))
    longest = max((len(line) for row in rows for line in row[0].splitlines()), default=0)
    table.add_column(heads[0], width=longest)
    for head in heads[1:]:
        table.add_column(head, ratio=1, overflow="fold")
    return table


def _filled(table: Table, rows: tuple[tuple[str, ...], ...], ascii_only: bool) -> Table:
    say = partial(styled, ascii_only=ascii_only)
    for row in rows:
        table.add_row(*(Text("\n").join(map(say, cell.split("\n"))) for cell in row))
    return table
