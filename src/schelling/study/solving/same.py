"""Whether two games are the same up to names, order and positive affine payoffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schelling.errors import RunError
from schelling.games.tables import same_table
from schelling.games.tables.rescaled import rescaled
from schelling.games.trees import same_tree
from schelling.games.trees.tree import NodeKind
from schelling.study.solving import game_file, trees
from schelling.study.solving.answer import Game, StatesGame, TableGame, TreeGame


@dataclass(frozen=True)
class Sameness:
    """What came of comparing two things.

    Attributes:
        same: Whether they are the same up to names, order and scales.
        names: Names of the first for which the second has others, with these, kind by kind.
        difference: The first difference, in words; empty where there is none.
    """

    same: bool
    names: tuple[tuple[str, str, str], ...] = ()
    difference: str = ""


def games(one: Game, other: Game) -> Sameness:
    """Compare two games, both with one draw of numbers.

    A table is compared with a tree that stands for a table, and with other tables.

    Args:
        one: The first game.
        other: The second.

    Raises:
        RunError: They are games with states, which are not compared.
        GameError: They have too many players, or look too much alike.
    """
    if isinstance(one, StatesGame) or isinstance(other, StatesGame):
        message = "games with states are not compared; compare the table of one state"
        raise RunError(message)
    one, other = (_plain(game) for game in (one, other))
    if isinstance(one, TreeGame) and isinstance(other, TreeGame):
        return _trees(one, other)
    if isinstance(one, TableGame) and isinstance(other, TableGame):
        return _tables(one, other)
    words = ["moves one after the other" if isinstance(g, TreeGame) else "is a table of moves made "
             "at the same time" for g in (one, other)]  # fmt: skip
    return Sameness(False, (), f"the first {words[0]}, the second {words[1]}")


def _plain(game: TreeGame | TableGame) -> TreeGame | TableGame:
    return game_file.as_table(game) if isinstance(game, TreeGame) and game.simultaneous else game


def _tables(one: TableGame, other: TableGame) -> Sameness:
    found = same_table.match(np.asarray(one.payoffs), np.asarray(other.payoffs))
    if found is None:
        return Sameness(False, (), _sizes(one, other))
    players = tuple(other.players[k] for k in found.players)
    actions = [
        [other.actions[there][k] for k in order]
        for there, order in zip(found.players, found.actions, strict=True)
    ]
    if found.first is None:
        return Sameness(True, _table_names(one, players, actions))
    profile, player = found.first
    laid = tuple(order[k] for k, order in zip(profile, found.actions, strict=True))
    there = [0] * len(laid)
    for here, partner in enumerate(found.players):
        there[partner] = laid[here]
    values = (
        _share(one.payoffs, profile, player),
        _share(other.payoffs, tuple(there), found.players[player]),
    )
    at = _at(one.actions[k][a] for k, a in enumerate(profile))
    partners = _at(other.actions[k][a] for k, a in enumerate(there))
    total = int(np.asarray(one.payoffs).size)
    more = f"; {found.differing} of {total} payoffs differ" if found.differing > 1 else ""
    said = _payoffs(one.players[player], at, values[0], players[player], partners, values[1])
    return Sameness(False, (), f"{said}{more}")


def _at(names: Sequence[str] | object) -> str:
    return ", ".join(names)  # type: ignore[arg-type]


def _payoffs(who: str, at: str, value: float, partner: str, place: str, other: float) -> str:
    """A payoff that differs, as parts of the ranges from least to largest."""
    texts = [[f"{100 * part:.{digits}g}" for part in (value, other)] for digits in (4, 8, 12, 17)]
    here, there = next((pair for pair in texts if pair[0] != pair[1]), texts[-1])
    return (
        f"the payoff of {who} at ({at}) is {here} % of the way from its least to its "
        f"largest, that of {partner} at ({place}) is {there} %"
    )


def _share(payoffs: np.ndarray, profile: tuple[int, ...], player: int) -> float:
    values = np.asarray(payoffs).reshape(-1, payoffs.shape[-1])
    return float(rescaled(values).reshape(payoffs.shape)[(*profile, player)])


def _sizes(one: TableGame, other: TableGame) -> str:
    if len(one.players) != len(other.players):
        return f"the first has {len(one.players)} players, the second {len(other.players)}"
    sizes = [" by ".join(str(n) for n in sorted(map(len, g.actions))) for g in (one, other)]
    return f"the first has {sizes[0]} actions, the second {sizes[1]}"


def _table_names(
    one: TableGame, players: Sequence[str], actions: Sequence[Sequence[str]]
) -> tuple[tuple[str, str, str], ...]:
    rows = [("player", a, b) for a, b in zip(one.players, players, strict=True)]
    for who, own, theirs in zip(one.players, one.actions, actions, strict=True):
        rows += [(f"action of {who}", a, b) for a, b in zip(own, theirs, strict=True)]
    return tuple(row for row in rows if row[1] != row[2])


def _trees(one: TreeGame, other: TreeGame) -> Sameness:
    luck = [trees.edges(game, None)[0].tolist() for game in (one, other)]
    first, second = (np.asarray(game.payoffs[0]) for game in (one, other))
    found = same_tree.match(one.tree, first, other.tree, second, (luck[0], luck[1]))
    if found is None:
        numbers = len(one.players), len(other.players)
        return Sameness(False, (), f"the first has {numbers[0]} players, the second {numbers[1]}")
    if found.same:
        return Sameness(True, _tree_names(one, other, found))
    here, there = found.first or (0, 0)
    return Sameness(False, (), _tree_difference(one, other, found, here, there))


def _tree_names(
    one: TreeGame, other: TreeGame, found: same_tree.TreeMatch
) -> tuple[tuple[str, str, str], ...]:
    rows = [
        ("player", a, other.players[k]) for a, k in zip(one.players, found.players, strict=True)
    ]
    for own, (theirs, order) in sorted(found.actions.items()):
        here, there = one.tree.infosets[own], other.tree.infosets[theirs]
        kind = f"action of {one.players[here.player]}"
        rows += [(kind, a, there.actions[k]) for a, k in zip(here.actions, order, strict=True)]
    return tuple(dict.fromkeys(row for row in rows if row[1] != row[2]))


def _tree_difference(
    one: TreeGame, other: TreeGame, found: same_tree.TreeMatch, here: int, there: int
) -> str:
    kinds = one.tree.kind[here], other.tree.kind[there]
    places = [
        f"after {' / '.join(game.tree.path(node))}" if node else "at the beginning"
        for game, node in ((one, here), (other, there))
    ]
    if kinds == (NodeKind.END, NodeKind.END):
        values = [
            rescaled(np.asarray(game.payoffs[0]))[game.tree.end_of[node]]
            for game, node in ((one, here), (other, there))
        ]
        gaps = [abs(values[0][k] - values[1][p]) for k, p in enumerate(found.players)]
        player = int(np.argmax(gaps))
        partner = found.players[player]
        paths = [" / ".join(g.tree.path(n)) for g, n in ((one, here), (other, there))]
        who = one.players[player], other.players[partner]
        numbers = float(values[0][player]), float(values[1][partner])
        return _payoffs(who[0], paths[0], numbers[0], who[1], paths[1], numbers[1])
    said = [_move(game, node) for game, node in ((one, here), (other, there))]
    if said[0] == said[1]:
        return (
            f"{places[0]} the games part: the same moves lead to others, or what is known differs"
        )
    return f"{places[0]} {said[0]} in the first; {places[1]} {said[1]} in the second"


def _move(game: TreeGame, node: int) -> str:
    kind, number = game.tree.kind[node], len(game.tree.children[node])
    if kind is NodeKind.END:
        return "the game ends"
    if kind is NodeKind.CHANCE:
        return f"chance has {number} outcomes"
    return f"{game.players[game.tree.owner[node]]} has {number} actions"
