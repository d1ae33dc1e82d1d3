"""A strategic game as a shaded table: self-contained SVG or HTML text.

Rows are the first player's actions, columns the second's; further players' actions make one panel
for each combination. A cell shows every player's mean payoff, is shaded by the probability that it
is played, and says on hovering how payoffs and probability spread over the draws. Pure Nash
equilibria are outlined and marked with a star. No script, no style sheet, no foreign request; every
label is escaped, so a stranger's game cannot put markup into a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from jaxtyping import Array, Float

from schelling.errors import printable
from schelling.games.errors import GameError
from schelling.games.tables import strategic
from schelling.report.charts.svg_number import px
from schelling.report.charts.text_width import pinned, text_width
from schelling.report.games.tree_layout import shorten
from schelling.report.games.tree_svg import COLOURS
from schelling.report.words.numerals import whole_percent

MOST_CELLS = 2_000
"""Cells of the largest table that is drawn."""

_INK, _SOFT, _LINE = "#1a1a1a", "#5b5b5b", "#9a9a9a"
_ROW, _PAD = 44.0, 12.0


@dataclass(frozen=True)
class Names:
    """What things are called; numbered where nothing is given.

    Attributes:
        players: Name of each player.
        actions: Name of each action, by player.
        title: What the picture is called.
    """

    players: Sequence[str] = ()
    actions: Sequence[Sequence[str]] = ()
    title: str = ""


UNNAMED = Names()
"""Players and actions by number."""


@dataclass(frozen=True)
class _Cell:
    """What one cell shows."""

    payoffs: tuple[str, ...]
    played: float | None
    steady: float
    hover: str


@dataclass(frozen=True)
class _Table:
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    title: str
    cells: dict[tuple[int, ...], _Cell]
    draws: int

    @property
    def heads(self) -> tuple[str, ...]:
        """Columns of a panel: the second player's actions; one unnamed column without it."""
        return self.actions[1] if self.players[1:] else ("",)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a panel."""
        return len(self.actions[0]), len(self.heads)

    def panels(self) -> list[tuple[int, ...]]:
        """Combinations of the actions of players beyond the second."""
        found: list[tuple[int, ...]] = [()]
        for own in self.actions[2:]:
            found = [(*before, a) for before in found for a in range(len(own))]
        return found

    def at(self, row: int, column: int, panel: tuple[int, ...]) -> _Cell:
        """One cell."""
        return self.cells[(row, column, *panel)[: max(len(self.actions), 1)]]

    def panel_name(self, panel: tuple[int, ...]) -> str:
        """What the players beyond the second do there."""
        pairs = zip(self.players[2:], self.actions[2:], panel, strict=True)
        return ", ".join(f"{shorten(player)}: {shorten(own[a])}" for player, own, a in pairs)


def svg(
    payoffs: Float[np.ndarray, "draw ... player"],
    play: Sequence[Float[Array, "draw _action"] | Float[np.ndarray, "draw _action"]] | None = None,
    names: Names = UNNAMED,
) -> str:
    """Draw a game, and if solved, how it is played.

    Args:
        payoffs: The games.
        play: Mixed action of each player; draws with NaN are left out.
        names: What things are called.

    Returns:
        One `svg` element; the same input gives the same text.

    Raises:
        GameError: The payoffs are no strategic game, too large a one, or names do not fit.

    Examples:
        >>> dilemma = np.array([[[[3.0, 3], [0, 5]], [[5, 0], [1, 1]]]])
        >>> picture = svg(dilemma, names=Names(("<b>", "bob")))
        >>> "&lt;b&gt;" in picture, "<b>" in picture, picture.count("★")
        (True, False, 2)
    """
    table = _table(payoffs, play, names)
    rows, columns = table.shape
    left = 2 * _PAD + max(text_width(shorten(a)) for a in table.actions[0])
    left = max(left, 2 * _PAD + text_width(shorten(table.players[0]), bold=True))
    wide = max(sum(map(text_width, cell.payoffs)) + 40 for cell in table.cells.values())
    wide = max(wide, *(text_width(shorten(head)) + 2 * _PAD for head in table.heads))
    panels = table.panels()
    high = 54 + rows * _ROW + (24 if panels[0] else 0)
    legend = _legend(table)
    width = max(left + columns * wide, *map(text_width, legend))
    headings = (table.title, *map(table.panel_name, panels))
    width = max(width, *(text_width(words, bold=True) for words in headings)) + 2 * _PAD
    height = 34 + high * len(panels) + 22 + 18 * len(legend)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {px(width)} {px(height)}" '
        f'width="{px(width)}" height="{px(height)}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">',
        f"<title>{_text(table.title)}</title>",
        f"<desc>{_text(_described(table))}</desc>",
        f'<rect width="{px(width)}" height="{px(height)}" fill="#ffffff"/>',
        _label(_PAD, 22, table.title, weight="600"),
    ]
    for number, panel in enumerate(panels):
        top = 34 + number * high
        parts.extend(_panel(table, panel, top, left, wide))
    for line, text in enumerate(legend):
        parts.append(_label(_PAD, height - 18 * (len(legend) - line) + 6, text, fill=_SOFT))
    return pinned("\n".join([*parts, "</svg>"]))


def html(
    payoffs: Float[np.ndarray, "draw ... player"],
    play: Sequence[Float[Array, "draw _action"] | Float[np.ndarray, "draw _action"]] | None = None,
    names: Names = UNNAMED,
) -> str:
    """The same as HTML tables, one per panel, for pages in which text should flow and be copied.

    Args:
        payoffs: The games.
        play: Mixed action of each player; draws with NaN are left out.
        names: What things are called.

    Returns:
        A `figure` element without any style sheet or script.

    Raises:
        GameError: The payoffs are no strategic game, too large a one, or names do not fit.
    """
    table = _table(payoffs, play, names)
    rows, columns = table.shape
    parts = [
        f"<figure><figcaption>{_text(table.title)}. {_text('; '.join(_legend(table)))}</figcaption>"
    ]
    for panel in table.panels():
        caption = f"<caption>{_text(table.panel_name(panel))}</caption>" if panel else ""
        parts.append(f'<table style="border-collapse:collapse">{caption}<tr><td></td>')
        parts.extend(f'<th scope="col">{_text(head)}</th>' for head in table.heads)
        parts.append("</tr>")
        for row in range(rows):
            parts.append(f'<tr><th scope="row">{_text(table.actions[0][row])}</th>')
            for column in range(columns):
                parts.append(_html_cell(table.at(row, column, panel)))
            parts.append("</tr>")
        parts.append("</table>")
    return "\n".join([*parts, "</figure>"])


def _html_cell(cell: _Cell) -> str:
    border = "3px solid" if cell.steady >= 0.5 else "1px solid"
    share = "" if cell.played is None else f"<br><small>{whole_percent(cell.played)}</small>"
    return (
        f'<td title="{_text(cell.hover)}" style="padding:.4em .8em;text-align:center;'
        f'border:{border} {_LINE};background:{_shade(cell)};color:{_INK}">'
        f"{_values(cell)}{share}</td>"
    )


def _table(
    payoffs: Float[np.ndarray, "draw ... player"],
    play: Sequence[Float[Array, "draw _action"] | Float[np.ndarray, "draw _action"]] | None,
    names: Names,
) -> _Table:
    table = np.asarray(payoffs, dtype=np.float64)
    counts = strategic.actions(table)
    if int(np.prod(counts)) > MOST_CELLS or table.shape[0] == 0:
        msg = f"at least one draw and at most {MOST_CELLS} cells are drawn; got {table.shape}"
        raise GameError(msg)
    players = tuple(names.players) or tuple(f"player {i + 1}" for i in range(len(counts)))
    actions = tuple(map(tuple, names.actions)) or tuple(
        tuple(str(a + 1) for a in range(count)) for count in counts
    )
    if tuple(map(len, actions)) != counts or len(players) != len(counts):
        msg = f"names do not fit a game with actions {counts}: {tuple(map(len, actions))}"
        raise GameError(msg)
    joint = None if play is None else _joint([np.asarray(own) for own in play])
    steady = np.asarray(strategic.pure(table, 1e-9)).mean(axis=0)
    decimals = _decimals(table.mean(axis=0))
    cells = {
        place: _cell(table, joint, float(steady[place]), place, players, decimals)
        for place in np.ndindex(*counts)
    }
    return _Table(players, actions, names.title or "Strategic game", cells, table.shape[0])


def _joint(
    play: Sequence[Float[Array, "draw _action"] | Float[np.ndarray, "draw _action"]],
) -> Float[np.ndarray, "answered ..."]:
    """Probability of every cell, over the draws that have an answer."""
    solved = np.all([np.isfinite(own).all(axis=1) for own in play], axis=0)
    joint = np.ones(int(solved.sum()))
    for own in play:
        mixed = own[solved]
        joint = joint[..., None] * mixed.reshape(len(mixed), *[1] * (joint.ndim - 1), -1)
    return joint


def _cell(
    table: Float[np.ndarray, "draw ... player"],
    joint: Float[np.ndarray, "answered ..."] | None,
    steady: float,
    place: tuple[int, ...],
    players: tuple[str, ...],
    decimals: int,
) -> _Cell:
    here = table[(slice(None), *place)]
    means = here.mean(axis=0)
    shown = tuple(f"{mean + 0.0:.{decimals}f}".replace("-", "−") for mean in means)
    if len(here) == 1:
        return _only(dict(zip(players, means, strict=True)), shown, joint, steady, place)
    lines = [
        f"{name}: mean {mean:.4g}, 90 % of draws {low:.4g} to {high:.4g}"
        for name, mean, low, high in zip(
            players, means, *np.quantile(here, [0.05, 0.95], axis=0), strict=True
        )
    ]
    played = None
    if joint is not None and len(joint):
        shares = joint[(slice(None), *place)]
        played = float(shares.mean())
        low, high = np.quantile(shares, [0.05, 0.95])
        lines.append(f"played: mean {played:.3f}, 90 % of draws {low:.3f} to {high:.3f}")
    lines.append(f"pure Nash equilibrium in {whole_percent(steady)} of draws")
    return _Cell(shown, played, steady, "; ".join(lines))


def _only(
    payoffs: dict[str, float],
    shown: tuple[str, ...],
    joint: Float[np.ndarray, "answered ..."] | None,
    steady: float,
    place: tuple[int, ...],
) -> _Cell:
    """A cell of a game that is one game and no sample."""
    lines = [f"{name}: {value:.4g}" for name, value in payoffs.items()]
    played = None
    if joint is not None and len(joint):
        played = float(joint[(0, *place)])
        lines.append(f"played with probability {played:.3f}")
    lines.append("a pure Nash equilibrium" if steady else "no pure Nash equilibrium")
    return _Cell(shown, played, steady, "; ".join(lines))


def _decimals(means: Float[np.ndarray, "... player"]) -> int:
    """Fewest decimals, up to three, that show every mean as it is."""
    for decimals in range(3):
        if np.allclose(means, np.round(means, decimals), rtol=0, atol=1e-9):
            return decimals
    return 2 if np.max(np.abs(means)) >= 10 else 3


def _panel(
    table: _Table, panel: tuple[int, ...], top: float, left: float, wide: float
) -> list[str]:
    rows, columns = table.shape
    parts: list[str] = []
    if panel:
        parts.append(_label(_PAD, top + 16, table.panel_name(panel), weight="600"))
        top += 24
    parts.append(_label(_PAD, top + 42, shorten(table.players[0]), COLOURS[0], "600"))
    for name in table.players[1:2]:
        middle = left + columns * wide / 2
        parts.append(_label(middle, top + 16, shorten(name), COLOURS[1], "600", "middle"))
    for column, name in enumerate(table.heads):
        x = left + (column + 0.5) * wide
        parts.append(_label(x, top + 40, shorten(name), anchor="middle"))
    for row in range(rows):
        y = top + 54 + row * _ROW
        name = shorten(table.actions[0][row])
        parts.append(_label(left - _PAD, y + _ROW / 2 + 5, name, anchor="end"))
        for column in range(columns):
            cell = table.at(row, column, panel)
            parts.append(_svg_cell(cell, left + column * wide, y, wide))
    return parts


def _svg_cell(cell: _Cell, x: float, y: float, wide: float) -> str:
    border = 2.5 if cell.steady >= 0.5 else 0.8
    raised = 5.0 if cell.played is None else -2.0
    share = ""
    if cell.played is not None:
        low = y + _ROW / 2 + 15
        share = _label(x + wide / 2, low, whole_percent(cell.played), anchor="middle", size="12")
    return (
        f'<g><title>{_text(cell.hover)}</title><rect x="{px(x + 1.5)}" y="{px(y + 1.5)}" '
        f'width="{px(wide - 3)}" height="{px(_ROW - 3)}" fill="{_shade(cell)}" stroke="{_INK}" '
        f'stroke-width="{border}"/><text x="{px(x + wide / 2)}" '
        f'y="{px(y + _ROW / 2 + raised)}" text-anchor="middle">{_values(cell)}</text>'
        f"{share}</g>"
    )


def _values(cell: _Cell) -> str:
    return _text(", ".join(cell.payoffs)) + (" ★" if cell.steady >= 0.5 else "")


def _shade(cell: _Cell) -> str:
    """White to a blue against which the ink keeps a contrast above seven to one."""
    depth = min(max(cell.steady if cell.played is None else cell.played, 0.0), 1.0)
    red, green, blue = (round(255 - depth * fall) for fall in (120, 70, 20))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _legend(table: _Table) -> list[str]:
    solved = any(cell.played is not None for cell in table.cells.values())
    players = ", ".join(map(shorten, table.players))
    if table.draws == 1:
        shade = ["shaded by probability of play"] if solved else []
        return [f"Payoffs of {players}", *shade, "★ pure Nash equilibrium"]
    return [
        f"Mean payoffs of {players} over {table.draws:,} draws",
        f"shaded by {'mean probability of play' if solved else 'share of draws with ★'}",
        "★ pure Nash equilibrium in most draws",
    ]


def _described(table: _Table) -> str:
    sizes = " by ".join(str(len(own)) for own in table.actions)
    words = [f"Game of {', '.join(table.players)} with {sizes} actions."]
    ranked = sorted(table.cells.items(), key=lambda item: -(item[1].played or item[1].steady))
    for place, cell in ranked[:4]:
        moves = ", ".join(own[a] for own, a in zip(table.actions, place, strict=True))
        words.append(f"({moves}) pays {', '.join(cell.payoffs)}; {cell.hover.split('; ')[-1]}.")
    return " ".join(words)


def _label(
    x: float,
    y: float,
    text: str,
    fill: str = _INK,
    weight: str = "400",
    anchor: str = "start",
    size: str = "13",
) -> str:
    return (
        f'<text x="{px(x)}" y="{px(y)}" fill="{fill}" font-weight="{weight}" '
        f'font-size="{size}" text-anchor="{anchor}">{_text(text)}</text>'
    )


def _text(text: str) -> str:
    return escape(printable(text))
