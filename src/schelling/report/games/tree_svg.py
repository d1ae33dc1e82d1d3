"""A game tree as self-contained SVG text: no script, no style sheet, no foreign request.

Everything is readable in grey and without hovering: players differ in shape and name as well as
colour, the most likely path is thick, what is hardly ever reached is dashed. Every label is
escaped, so a stranger's game cannot put markup into a page.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from html import escape
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import Infoset, NodeKind, Tree
from schelling.report.charts.svg_number import px
from schelling.report.charts.text_width import pinned, text_width
from schelling.report.games import tree_layout
from schelling.report.games.tree_layout import STUB, Layout, NodePlace, Spread, payoff
from schelling.report.words.numerals import whole_percent

COLOURS = ("#0060a0", "#b04000", "#00664f", "#8f3f77", "#5f4b00", "#444444")
"""Darkened Okabe-Ito hues: each at least 4.5 to 1 against white, so fit for text."""

RARE = 0.01
"""Branches reached with a smaller mean probability are dashed."""

_MARGIN = 24.0
_INK, _SOFT = "#1a1a1a", "#6b6b6b"
_RADIUS = 7.0
_LINE = 16.0
_Show = Callable[[float], str]


def svg(
    game: Tree,
    choice: Float[np.ndarray, "draw edge"] | None = None,
    payoffs: Float[np.ndarray, "draw end player"] | None = None,
    title: str = "",
) -> str:
    """Draw a game, and if solved, how it is played.

    Time runs from left to right. The action stands above its branch, the mean probability of
    choosing it below; the width of the branch grows with that mean. A shaded band joins nodes that
    their owner cannot tell apart. Hovering shows quantiles over the draws.

    Args:
        game: The game.
        choice: Probability of each edge given that its node is reached, such as `Play.choice`.
        payoffs: Payoff of each player at each end.
        title: What the picture is called; shown by screen readers and on hovering.

    Returns:
        One `svg` element; the same input gives the same text.

    Examples:
        >>> from schelling.games.trees import build
        >>> root = build.decision("ann", {"<b>go</b>": build.end(), "stay": build.end()})
        >>> "&lt;b&gt;go&lt;/b&gt;" in svg(build.compile(root, ["ann"]), title="A choice")
        True
    """
    layout = tree_layout.place(game, choice, payoffs)
    heading = title or "Game tree"
    notes = _notes(game, layout)
    legend, left = _legend(game, notes)
    right = _MARGIN + layout.width + _end_width(game, layout)
    width, top = max(right, left) + _MARGIN, 64.0 + _LINE * max(len(notes), 1)
    height = top + layout.height + 46.0
    mark = hashlib.sha256(f"{heading}{game}".encode("utf-8", "replace")).hexdigest()[:10]
    body = [
        f'<rect width="{px(width)}" height="{px(height)}" fill="#ffffff"/>',
        *legend,
        f'<g transform="translate({px(_MARGIN)} {px(top)})">',
        *(_hull(game, layout, infoset) for infoset in game.infosets),
        *(_branch(game, layout, here) for here in sorted(layout.places, key=_on_top(layout))),
        *(_node(game, layout, here) for here in layout.places),
        "</g>",
    ]
    return pinned(
        "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {px(width)} {px(height)}" '
                f'width="{px(width)}" height="{px(height)}" role="img" '
                f'aria-labelledby="t{mark} d{mark}" font-family="system-ui, sans-serif" '
                f'font-size="13" fill="{_INK}">',
                f'<title id="t{mark}">{_text(heading)}</title>',
                f'<desc id="d{mark}">{_text(describe(game, layout))}</desc>',
                *(line for line in body if line),
                "</svg>",
            ]
        )
    )


def describe(game: Tree, layout: Layout) -> str:
    """The picture in words, for those who do not see it.

    Args:
        game: The game.
        layout: Its layout.

    Returns:
        A few sentences: players, size, the most likely path and where the game ends.
    """
    words = [
        f"Game of {', '.join(game.players) or 'chance'} with {len(game.infosets)} places to "
        f"decide and {len(game.ends)} ends."
    ]
    if layout.likely:
        steps = game.path(max(layout.likely))
        words.append(f"Most likely path: {', '.join(steps)}.")
        ranked = sorted(game.ends, key=lambda node: -layout.reach[node].mean)[:6]
        ends = [
            f"{game.end_names[game.end_of[node]]} {whole_percent(layout.reach[node].mean)}"
            for node in ranked
        ]
        mean = "mean " if layout.reach[ranked[0]].draws > 1 else ""
        words.append(f"Ends by {mean}probability: {'; '.join(ends)}.")
    hidden = sum(place.hidden for place in layout.places)
    if hidden:
        words.append(f"{hidden} nodes are folded away.")
    return " ".join(words)


def _notes(game: Tree, layout: Layout) -> list[str]:
    """How to read numbers, lines and bands."""
    notes = ["payoffs in this order"] if layout.payoffs and game.players else []
    if layout.likely:
        notes.append(f"thick: most likely path; dashed: reached below {whole_percent(RARE)}")
    if any(len(infoset.members) > 1 for infoset in game.infosets):
        notes.append("band: nodes that cannot be told apart")
    return notes


def _legend(game: Tree, notes: list[str]) -> tuple[list[str], float]:
    """Players by shape, colour and name, then the notes; and its right edge."""
    parts: list[str] = []
    x = _MARGIN + _RADIUS
    for player, name in enumerate(game.players):
        label = tree_layout.shorten(name)
        parts.append(_shape(player, x, 20.0))
        parts.append(_label(x + 13, 24.5, label, fill=_colour(player), weight="600"))
        x += 34 + text_width(label, bold=True)
    if NodeKind.CHANCE in game.kind:
        parts.append(_shape(NONE, x, 20.0))
        parts.append(_label(x + 13, 24.5, "chance"))
        x += 34 + text_width("chance")
    for line, note in enumerate(notes):
        parts.append(_label(_MARGIN, 44.0 + line * _LINE, note, fill=_SOFT, size=12))
    return parts, max(x, *(_MARGIN + text_width(note, 12.0) for note in notes), 0.0)


def _hull(game: Tree, layout: Layout, infoset: Infoset) -> str:
    """A band around the visible nodes of an information set; nothing around a single node."""
    found = [place for place in layout.places if place.node in infoset.members]
    if len(found) < 2:
        return ""
    found.sort(key=lambda place: (place.y, place.x))
    way = f"M{px(found[0].x)} {px(found[0].y)}"
    for one, two in pairwise(found):
        crossed = any(
            place.x == one.x and one.y < place.y < two.y and place.node not in infoset.members
            for place in layout.places
        )
        if one.x == two.x and crossed:
            middle = px((one.y + two.y) / 2)
            way += f"Q{px(one.x - 60)} {middle} {px(two.x)} {px(two.y)}"
        else:
            way += f"L{px(two.x)} {px(two.y)}"
    name = f" ({infoset.name})" if infoset.name else ""
    owner = game.players[infoset.player]
    hover = f"{owner} cannot tell these {len(infoset.members)} nodes apart: set {infoset.number}"
    stroke = f'd="{way}" fill="none" stroke-linecap="round" stroke-linejoin="round"'
    colour = _colour(infoset.player)
    return (
        f"<g><title>{_text(hover + name)}</title>"
        f'<path {stroke} stroke="{colour}" stroke-width="28"/>'
        f'<path {stroke} stroke="#ffffff" stroke-width="25.5"/>'
        f'<path {stroke} stroke="{colour}" stroke-opacity="0.14" stroke-width="25.5"/></g>'
    )


def _branch(game: Tree, layout: Layout, place: NodePlace) -> str:
    """The elbow from the parent to a node, its action above and its probability below."""
    up = game.parent[place.node]
    if up == NONE:
        return ""
    origin = next(other for other in layout.places if other.node == up)
    edge = game.first_edge[up] + game.slot[place.node]
    action = game.actions[up][game.slot[place.node]]
    turn = origin.x + STUB
    way = f"M{px(origin.x)} {px(origin.y)}H{px(turn)}V{px(place.y)}H{px(place.x)}"
    hover, below, stroke = action, "", f'stroke="{_SOFT}" stroke-width="1.6"'
    fixed = game.weights[up][game.slot[place.node]] if game.weights[up] else None
    if layout.choice:
        spread = layout.choice[edge]
        hover = f"{action}: {_quantiles(spread, whole_percent)}"
        below = whole_percent(spread.mean)
        stroke = _stroke(layout, up, place.node, spread.mean)
    elif fixed is not None:
        below = str(fixed)
    label = tree_layout.shorten(action)
    return (
        f"<g><title>{_text(hover)}</title>"
        f'<path d="{way}" fill="none" stroke-linejoin="round" {stroke}/>'
        + _label(turn + 8, place.y - 7, label)
        + (_label(turn + 8, place.y + 16, below, fill=_SOFT, size=12) if below else "")
        + "</g>"
    )


def _on_top(layout: Layout) -> Callable[[NodePlace], bool]:
    """Sorts the branches of the most likely path behind the others, so that they lie on top."""
    return lambda place: place.node in layout.likely


def _stroke(layout: Layout, up: int, node: int, mean: float) -> str:
    width = 1.2 + 4.8 * mean
    if up in layout.likely and node in layout.likely:
        return f'stroke="{_INK}" stroke-width="{px(max(width, 3.6))}"'
    dashes = ' stroke-dasharray="5 4"' if layout.reach[node].mean < RARE else ""
    return f'stroke="{_SOFT}" stroke-width="{px(width)}"{dashes}'


def _node(game: Tree, layout: Layout, place: NodePlace) -> str:
    if game.kind[place.node] is NodeKind.END:
        return _end(game, layout, place)
    owner = game.owner[place.node]
    hover = "chance" if owner == NONE else f"{game.players[owner]} decides"
    if game.names[place.node]:
        hover = f"{game.names[place.node]}: {hover}"
    if layout.reach:
        hover += f"; reached {_quantiles(layout.reach[place.node], whole_percent)}"
    folded = ""
    if place.hidden:
        folded = _label(place.x + 14, place.y + 4.5, f"… {place.hidden} more nodes", fill=_SOFT)
    shape = _shape(owner, place.x, place.y)
    return f"<g><title>{_text(hover)}</title>{shape}{folded}</g>"


def _end(game: Tree, layout: Layout, place: NodePlace) -> str:
    """Name, payoffs in player order and probability of an end."""
    end = game.end_of[place.node]
    hover = [game.end_names[end]]
    name = tree_layout.shorten(game.names[place.node])
    spans = [f'<tspan font-weight="600">{_text(name)}</tspan>'] if name else []
    if layout.payoffs:
        worth = layout.payoffs[end]
        numbers = [
            f'<tspan fill="{_colour(player)}">{payoff(layout, spread.mean)}</tspan>'
            for player, spread in enumerate(worth)
        ]
        spans.append(f"({', '.join(numbers)})")
        hover += [
            f"{game.players[player]}: {_quantiles(spread, _number)}"
            for player, spread in enumerate(worth)
        ]
    if layout.reach:
        spread = layout.reach[place.node]
        spans.append(f'<tspan fill="{_SOFT}">{_text(whole_percent(spread.mean))}</tspan>')
        hover.append(f"reached {_quantiles(spread, whole_percent)}")
    return (
        f"<g><title>{_text('; '.join(hover))}</title>"
        f'<circle cx="{px(place.x)}" cy="{px(place.y)}" r="3" fill="{_INK}"/>'
        f'<text x="{px(place.x + 10)}" y="{px(place.y + 4.5)}">{" ".join(spans)}</text></g>'
    )


def _end_width(game: Tree, layout: Layout) -> float:
    widths = [120.0]
    for place in layout.places:
        if game.kind[place.node] is NodeKind.END:
            label = tree_layout.shorten(game.names[place.node])
            spreads = layout.payoffs[game.end_of[place.node]] if layout.payoffs else ()
            numbers = ", ".join(payoff(layout, spread.mean) for spread in spreads)
            room = text_width(label, bold=True) + text_width(f" ({numbers}) >99 %")
            widths.append(20 + room - (layout.width - place.x))
    return max(widths)


def _shape(player: int, x: float, y: float) -> str:
    """Disc, square, triangle, diamond, pentagon or hexagon for players; a ring for chance."""
    if player == NONE:
        return (
            f'<circle cx="{px(x)}" cy="{px(y)}" r="6" fill="#ffffff" stroke="{_INK}" '
            'stroke-width="1.6"/>'
        )
    fill = f'fill="{_colour(player)}" stroke="#ffffff" stroke-width="1"'
    corners = (0, 4, 3, 4, 5, 6)[player % 6]
    if corners == 0:
        return f'<circle cx="{px(x)}" cy="{px(y)}" r="{px(_RADIUS)}" {fill}/>'
    turn = math.pi / 4 if player % 6 == 1 else 0.0
    radius = _RADIUS * (1.3 if corners < 5 else 1.12)
    angles = [turn - math.pi / 2 + 2 * math.pi * corner / corners for corner in range(corners)]
    points = " ".join(
        f"{px(x + radius * math.cos(angle))},{px(y + radius * math.sin(angle))}" for angle in angles
    )
    return f'<polygon points="{points}" {fill}/>'


def _label(
    x: float, y: float, text: str, fill: str = _INK, size: int = 13, weight: str = "400"
) -> str:
    return (
        f'<text x="{px(x)}" y="{px(y)}" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{_text(text)}</text>'
    )


def _colour(player: int) -> str:
    return COLOURS[player % len(COLOURS)]


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _quantiles(spread: Spread, show: _Show) -> str:
    if spread.draws == 1:
        return show(spread.mean)
    return (
        f"mean {show(spread.mean)}, median {show(spread.middle)}, 90 % of draws "
        f"{show(spread.low)} to {show(spread.high)}"
    )


def _text(text: str) -> str:
    """Text safe inside markup: escaped, and without the characters that XML forbids."""
    allowed = (
        c if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) < 0xE000 and c not in "\ufffe\uffff")
        else "\ufffd" for c in text
    )  # fmt: skip
    return escape("".join(allowed))
