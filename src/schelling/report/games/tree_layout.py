"""Where the nodes of a drawn tree go, and what stands beside them: shared by SVG and TikZ.

Time runs from left to right, one column per move; ends are spread evenly from top to bottom and an
inner node stands half way between its first and last child. Trees too large to read are folded
where play hardly ever goes. No markup here; lengths are in CSS pixels.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import Tree
from schelling.report.charts.text_width import text_width

ROW = 46.0
STUB = 20.0
_LONGEST = 42
_VISIBLE = 150
_NARROWEST = 96.0


@dataclass(frozen=True)
class Spread:
    """Mean and quantiles over draws of one probability or payoff.

    Attributes:
        mean: Mean over the draws.
        low: 5 % quantile.
        middle: Median.
        high: 95 % quantile.
        draws: How many draws.
    """

    mean: float
    low: float
    middle: float
    high: float
    draws: int


@dataclass(frozen=True)
class NodePlace:
    """A visible node.

    Attributes:
        node: Its number in the tree.
        x: Column, in pixels from the left.
        y: Row, in pixels from the top.
        hidden: Nodes below it that are folded away.
    """

    node: int
    x: float
    y: float
    hidden: int


@dataclass(frozen=True)
class Layout:
    """A placed tree with the numbers to be shown.

    Attributes:
        places: Visible nodes in prefix order.
        width: Right edge of the last column.
        height: Bottom of the last row.
        choice: Per edge, its probability over draws; empty without a solution.
        reach: Per node, the probability of getting there; empty without a solution.
        payoffs: Per end and player, the payoff; empty without payoffs.
        likely: Nodes on the most likely path, the root included; empty without a solution.
        decimals: Decimals that show mean payoffs alike; None where only rounding digits will do.
    """

    places: tuple[NodePlace, ...]
    width: float
    height: float
    choice: tuple[Spread, ...]
    reach: tuple[Spread, ...]
    payoffs: tuple[tuple[Spread, ...], ...]
    likely: frozenset[int]
    decimals: int | None


def place(
    game: Tree,
    choice: Float[np.ndarray, "draw edge"] | None,
    payoffs: Float[np.ndarray, "draw end player"] | None,
) -> Layout:
    """Lay a tree out and summarise its solution over draws.

    Args:
        game: The game.
        choice: Probability of each edge given that its node is reached; draws with NaN are left
            out.
        payoffs: Payoff of each player at each end; draws with NaN are left out.

    Returns:
        The layout.
    """
    choices: tuple[Spread, ...] = ()
    reaches: tuple[Spread, ...] = ()
    likely: frozenset[int] = frozenset()
    if choice is not None:
        solved = choice[np.isfinite(choice).all(axis=-1)]
        choices = _spreads(solved)
        reaches = _spreads(_reach(game, solved))
        likely = _likely_path(game, choices)
    worth = () if payoffs is None else _payoff_spreads(payoffs)
    visible = _visible(game, reaches)
    columns = _columns(game, visible)
    rows, bottom = _rows(game, visible)
    places = tuple(
        NodePlace(node, columns[_depth(game, node)], rows[node], _hidden(game, node, visible))
        for node in sorted(visible)
    )
    return Layout(places, columns[-1], bottom, choices, reaches, worth, likely, _decimals(worth))


def payoff(layout: Layout, value: float) -> str:
    """A payoff with the same decimals as all others of the game, with a proper minus sign.

    Args:
        layout: The layout of the game.
        value: The payoff.

    Returns:
        Its text.
    """
    if layout.decimals is None:
        text = f"{value:.3g}"
    else:
        text = f"{round(value, layout.decimals) + 0.0:.{layout.decimals}f}"
    return text.replace("-", "−")


def shorten(label: str) -> str:
    """A label cut to a length that fits a tree.

    Args:
        label: Any text.

    Returns:
        The text without line breaks, ending in an ellipsis where it was cut.
    """
    plain = " ".join(label.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _spreads(values: Float[np.ndarray, "draw thing"]) -> tuple[Spread, ...]:
    draws = values.shape[0]
    if not draws:
        return ()
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
    columns = zip(values.mean(axis=0), low, middle, high, strict=True)
    return tuple(Spread(*map(float, column), draws=draws) for column in columns)


def _payoff_spreads(
    payoffs: Float[np.ndarray, "draw end player"],
) -> tuple[tuple[Spread, ...], ...]:
    known = payoffs[np.isfinite(payoffs).all(axis=(1, 2))]
    return tuple(_spreads(known[:, end, :]) for end in range(payoffs.shape[1]) if len(known))


def _decimals(payoffs: tuple[tuple[Spread, ...], ...]) -> int | None:
    """None for whole numbers; else enough for two digits behind the first of the largest."""
    means = [abs(spread.mean) for row in payoffs for spread in row]
    largest = max(means, default=0.0)
    if all(mean == round(mean) for mean in means) and largest < 1e6:
        return 0
    return max(0, 2 - math.floor(math.log10(largest))) if 1e-3 <= largest < 1e6 else None


def _reach(game: Tree, choice: Float[np.ndarray, "draw edge"]) -> Float[np.ndarray, "draw node"]:
    reach = np.ones((choice.shape[0], game.size))
    for node, up in enumerate(game.parent):
        if up != NONE:
            reach[:, node] = reach[:, up] * choice[:, game.first_edge[up] + game.slot[node]]
    return reach


def _likely_path(game: Tree, choice: tuple[Spread, ...]) -> frozenset[int]:
    if not choice:
        return frozenset()
    node, path = 0, [0]
    while game.children[node]:
        start = game.first_edge[node]
        means = [choice[start + action].mean for action in range(len(game.children[node]))]
        node = game.children[node][int(np.argmax(means))]
        path.append(node)
    return frozenset(path)


def _visible(game: Tree, reach: tuple[Spread, ...]) -> set[int]:
    """All nodes of a small tree; of a large one those reached most, with their siblings."""
    if game.size <= _VISIBLE:
        return set(range(game.size))
    visible = {0}
    waiting = [(-1.0, 0, 0)]
    while waiting and len(visible) < _VISIBLE:
        _, depth, node = heapq.heappop(waiting)
        visible.update(game.children[node])
        for child in game.children[node]:
            weight = -reach[child].mean if reach else 0.0
            heapq.heappush(waiting, (weight, depth + 1, child))
    return visible


def _hidden(game: Tree, node: int, visible: set[int]) -> int:
    folded = bool(game.children[node]) and game.children[node][0] not in visible
    return game.subtree_size[node] - 1 if folded else 0


def _depth(game: Tree, node: int) -> int:
    depth = 0
    while game.parent[node] != NONE:
        node, depth = game.parent[node], depth + 1
    return depth


def _columns(game: Tree, visible: set[int]) -> list[float]:
    """Left to right position of each move, wide enough for the longest label before it."""
    widths: dict[int, float] = {0: 0.0}
    for node in visible:
        up = game.parent[node]
        if up != NONE:
            depth = _depth(game, node)
            label = shorten(game.actions[up][game.slot[node]])
            needed = STUB + text_width(label) + 24.0
            widths[depth] = max(widths.get(depth, _NARROWEST), needed)
    columns: list[float] = []
    for depth in range(max(widths) + 1):
        columns.append((columns[-1] if columns else 0.0) + widths[depth])
    return columns


def _rows(game: Tree, visible: set[int]) -> tuple[dict[int, float], float]:
    rows: dict[int, float] = {}
    bottom = 0.0
    for node in sorted(visible):
        if not any(child in visible for child in game.children[node]):
            rows[node] = bottom
            bottom += ROW
    for node in sorted(visible, reverse=True):
        if node not in rows:
            below = game.children[node]
            rows[node] = (rows[below[0]] + rows[below[-1]]) / 2
    return rows, bottom - ROW
