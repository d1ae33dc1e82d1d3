"""Extensive games as text in Gambit's `.efg` format, such that every reader gets the same values.

Strict and lenient readers differ: labels may have to be nonempty and unique, sets numbered from
one without gaps, descriptions repeated, payoffs kept at the ends, probabilities summing to one
exactly. The text written here satisfies all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from schelling.games.errors import GameError
from schelling.games.files.gambit_text import distinct, number, quoted
from schelling.games.trees.tree import NodeKind, Tree, Weight

_LARGEST_DENOMINATOR = 10**6  # of fractions tried for probabilities that are rounded thirds etc.

Payoffs = Sequence[Sequence[Fraction | float]] | Float[np.ndarray, "end player"]


def write(
    game: Tree,
    payoffs: Payoffs,
    title: str = "",
    comment: str = "",
    weights: Sequence[Weight] | None = None,
) -> str:
    """Write a game with one set of payoffs.

    Args:
        game: The game.
        payoffs: Per end and player; fractions are written exactly, floats so that reading them
            back gives the same float.
        title: Title of the game.
        comment: Comment.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        The text of the file.

    Raises:
        GameError: Open chance has no weights, or a payoff is not finite.

    Examples:
        >>> from schelling.games.trees import build
        >>> game = build.compile(build.decision("ann", {"l": build.end("x")}), ["ann"])
        >>> print(write(game, [[Fraction(1, 3)]], title="One move"), end="")
        EFG 2 R "One move" { "ann" }
        ""
        <BLANKLINE>
        p "node 1" 1 1 "ann 1" { "l" } 0
        t "x" 1 "x" { 1/3 }
    """
    players = distinct(name or "player" for name in game.players)
    nodes = distinct((name or f"node {n + 1}" for n, name in enumerate(game.names)))
    sets = _set_labels(game, players)
    probabilities = _probabilities(game, weights)
    header = f"EFG 2 R {quoted(title)} {{ {' '.join(map(quoted, players))} }}"
    lines = [header, quoted(comment), ""]
    for node, kind in enumerate(game.kind):
        label = quoted(nodes[node])
        if kind is NodeKind.END:
            end = game.end_of[node]
            row = ", ".join(number(value) for value in payoffs[end])
            lines.append(f"t {label} {end + 1} {label} {{ {row} }}")
            continue
        actions = distinct(name or "action" for name in game.actions[node])
        if kind is NodeKind.CHANCE:
            pairs = zip(actions, probabilities[node], strict=True)
            listed = " ".join(f"{quoted(action)} {number(share)}" for action, share in pairs)
        else:
            listed = " ".join(map(quoted, actions))
        letter, rest = sets[node]
        lines.append(f"{letter} {label} {rest} {{ {listed} }} 0")
    return "\n".join(lines) + "\n"


def _set_labels(game: Tree, players: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Per inner node its letter, and owner, set number and set label."""
    found: dict[int, tuple[str, str]] = {}
    counts = [0] * len(game.players)
    names: list[tuple[int, str]] = []
    for infoset in game.infosets:
        counts[infoset.player] += 1
        default = f"{players[infoset.player]} {counts[infoset.player]}"
        names.append((counts[infoset.player], infoset.name or default))
    chance = [node for node, kind in enumerate(game.kind) if kind is NodeKind.CHANCE]
    every = [name for _, name in names] + [f"chance {index + 1}" for index in range(len(chance))]
    labels = distinct(every)
    for index, infoset in enumerate(game.infosets):
        start = f"{infoset.player + 1} {names[index][0]} {quoted(labels[index])}"
        for node in infoset.members:
            found[node] = ("p", start)
    for index, node in enumerate(chance):
        found[node] = ("c", f"{index + 1} {quoted(labels[len(names) + index])}")
    return found


def _probabilities(game: Tree, weights: Sequence[Weight] | None) -> dict[int, tuple[Fraction, ...]]:
    """Exact probabilities of every chance move, summing to one exactly."""
    if game.open_edges and (weights is None or len(weights) != len(game.open_edges)):
        msg = f"give `weights`, one for each of the {len(game.open_edges)} open chance edges"
        raise GameError(msg)
    given = dict(zip(game.open_edges, weights or (), strict=True))
    found: dict[int, tuple[Fraction, ...]] = {}
    for node, fixed in enumerate(game.weights):
        first = game.first_edge[node]
        shares = [
            given[first + action] if weight is None else weight
            for action, weight in enumerate(fixed)
        ]
        if shares:
            found[node] = _balanced(shares)
    return found


def _balanced(shares: Sequence[Weight]) -> tuple[Fraction, ...]:
    """Fractions that sum to one: as written, as small fractions, or scaled."""
    exact = [
        share if isinstance(share, Fraction) else Fraction(repr(float(share))) for share in shares
    ]
    if sum(exact) == 1:
        return tuple(exact)
    small = [share.limit_denominator(_LARGEST_DENOMINATOR) for share in exact]
    same = all(float(a) == float(b) for a, b in zip(small, exact, strict=True))
    if same and sum(small) == 1:
        return tuple(small)
    total = sum(exact)
    return tuple(share / total for share in exact)
