r"""A game tree as TikZ text, for papers: paste it where `\usepackage{tikz}` is in force.

Same layout and same reading as the SVG of `schelling.report.games.tree_svg`. No LaTeX is needed.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from schelling.errors import printable
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import NodeKind, Tree
from schelling.report.games import tree_layout
from schelling.report.games.tree_layout import STUB, Layout, NodePlace
from schelling.report.games.tree_svg import COLOURS, RARE
from schelling.report.words.numerals import whole_percent

_PIXELS = 40.0  # to the centimetre
_SHAPES = (
    "circle",
    "rectangle",
    "regular polygon, regular polygon sides=3",
    "diamond",
    "regular polygon, regular polygon sides=5",
    "regular polygon, regular polygon sides=6",
)
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "−": "$-$",
    "…": r"\dots{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def tikz(
    game: Tree,
    choice: Float[np.ndarray, "draw edge"] | None = None,
    payoffs: Float[np.ndarray, "draw end player"] | None = None,
) -> str:
    r"""Draw a game, and if solved, how it is played.

    Args:
        game: The game.
        choice: Probability of each edge given that its node is reached.
        payoffs: Payoff of each player at each end.

    Returns:
        A `tikzpicture` environment; it needs `\usetikzlibrary{shapes.geometric}`.

    Examples:
        >>> from schelling.games.trees import build
        >>> root = build.decision("ann", {"50 % off": build.end()})
        >>> r"50 \% off" in tikz(build.compile(root, ["ann"]))
        True
    """
    layout = tree_layout.place(game, choice, payoffs)
    where = {place.node: place for place in layout.places}
    lines = [r"% needs \usepackage{tikz} and \usetikzlibrary{shapes.geometric}"]
    for player in range(min(len(game.players), len(COLOURS))):
        lines.append(rf"\definecolor{{player{player}}}{{HTML}}{{{COLOURS[player][1:].upper()}}}")
    lines.append(r"\begin{tikzpicture}[font=\small, inner sep=2pt]")
    lines += _bands(game, where)
    lines += [_branch(game, layout, where, place) for place in layout.places[1:]]
    lines += [_node(game, layout, place) for place in layout.places]
    lines.append(r"\end{tikzpicture}")
    return "\n".join(lines) + "\n"


def _bands(game: Tree, where: dict[int, NodePlace]) -> list[str]:
    """Dashed lines between nodes that cannot be told apart."""
    lines: list[str] = []
    for infoset in game.infosets:
        found = [where[node] for node in infoset.members if node in where]
        if len(found) > 1:
            way = " -- ".join(_at(place.x, place.y) for place in found)
            style = f"{_colour(infoset.player)}, opacity=0.2, line width=16pt, line cap=round"
            lines.append(rf"\draw[{style}] {way};")
    return lines


def _branch(game: Tree, layout: Layout, where: dict[int, NodePlace], place: NodePlace) -> str:
    up = game.parent[place.node]
    slot = game.slot[place.node]
    turn = where[up].x + STUB
    label = tree_layout.shorten(game.actions[up][slot])
    way = f"{_at(where[up].x, where[up].y)} -| {_at(turn, place.y)} -- {_at(place.x, place.y)}"
    style, below = "gray, line width=0.6pt", ""
    if layout.choice:
        mean = layout.choice[game.first_edge[up] + slot].mean
        likely = up in layout.likely and place.node in layout.likely
        width = max(0.4 + 1.8 * mean, 1.4 if likely else 0.0)
        dashed = ", dashed" if layout.reach[place.node].mean < RARE else ""
        style = f"{'black' if likely else 'gray'}, line width={width:.2f}pt{dashed}"
        below = _text_node(turn + 6, place.y, "below right", whole_percent(mean))
    above = _text_node(turn + 6, place.y, "above right", label)
    return "\n".join(line for line in (rf"\draw[{style}] {way};", above, below) if line)


def _node(game: Tree, layout: Layout, place: NodePlace) -> str:
    if game.kind[place.node] is NodeKind.END:
        end = game.end_of[place.node]
        words = [_escape(tree_layout.shorten(game.names[place.node]))]
        if layout.payoffs:
            worth = [tree_layout.payoff(layout, spread.mean) for spread in layout.payoffs[end]]
            words.append(f"({', '.join(map(_escape, worth))})")
        text = " ".join(word for word in words if word)
        return rf"\node[right] at {_at(place.x + 4, place.y)} {{{text}}};"
    owner = game.owner[place.node]
    name = "" if owner == NONE else tree_layout.shorten(game.players[owner])
    shape = "circle, draw" if owner == NONE else f"{_SHAPES[owner % 6]}, fill={_colour(owner)}"
    label = f"label=above:{{{_escape(name)}}}" if name else ""
    options = ", ".join(part for part in (shape, label) if part)
    more = f" {place.hidden} more nodes" if place.hidden else ""
    line = rf"\node[{options}] at {_at(place.x, place.y)} {{}};"
    return line + ("\n" + _text_node(place.x + 8, place.y, "right", f"…{more}") if more else "")


def _text_node(x: float, y: float, anchor: str, text: str) -> str:
    return rf"\node[{anchor}] at {_at(x, y)} {{{_escape(text)}}};"


def _at(x: float, y: float) -> str:
    return f"({x / _PIXELS:.2f},{-y / _PIXELS:.2f})"


def _colour(player: int) -> str:
    return f"player{player % len(COLOURS)}"


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in printable(text))
