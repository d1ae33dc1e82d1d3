"""Writing an extensive game down: ends, decisions and chance moves, nested, then compiled.

Made for notebooks and for whoever reads a game from a file. Payoffs written into the sketch are
fixed numbers; payoffs that vary over draws stay outside and go to the solver as an array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from schelling.games.errors import GameError
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import Infoset, NodeKind, Tree, Weight

_SUM_TOLERANCE = 1e-9  # chance probabilities written as decimals that should sum to one


@dataclass(frozen=True)
class Sketch:
    """A node as it is written down, before the tree is compiled; made by the functions below.

    Attributes:
        kind: End, decision or chance.
        branches: Label, probability (None at decisions and where given per draw) and next node.
        player: Who decides; empty elsewhere.
        infoset: Name of the information set; None for a set of its own.
        name: Label of the node.
        payoffs: What players receive on passing here, added up along the path.
    """

    kind: NodeKind
    branches: tuple[tuple[str, Weight | None, Sketch], ...] = ()
    player: str = ""
    infoset: str | None = None
    name: str = ""
    payoffs: Mapping[str, float] = field(default_factory=dict[str, float])


def end(name: str = "", payoffs: Mapping[str, float] | None = None) -> Sketch:
    """A place where the game ends.

    Args:
        name: Label of the end.
        payoffs: What each named player receives here; a player left out receives nothing.

    Returns:
        The node, to be put under an action.
    """
    return Sketch(NodeKind.END, name=name, payoffs=payoffs or {})


def decision(
    player: str,
    actions: Mapping[str, Sketch],
    infoset: str | None = None,
    name: str = "",
    payoffs: Mapping[str, float] | None = None,
) -> Sketch:
    """A place where a player chooses.

    Args:
        player: Who chooses.
        actions: What follows each action.
        infoset: Nodes of the player with the same name here cannot be told apart; None where the
            player knows exactly where it stands.
        name: Label of the node.
        payoffs: What each named player receives on passing here.

    Returns:
        The node, to be put under an action or compiled.
    """
    branches = tuple((label, None, child) for label, child in actions.items())
    return Sketch(NodeKind.DECISION, branches, player, infoset, name, payoffs or {})


def chance(
    outcomes: Mapping[str, tuple[Weight | None, Sketch]],
    name: str = "",
    payoffs: Mapping[str, float] | None = None,
) -> Sketch:
    """A place where chance decides.

    Args:
        outcomes: Probability and continuation of each outcome; None as the probability of every
            outcome leaves them to be given per draw.
        name: Label of the node.
        payoffs: What each named player receives on passing here.

    Returns:
        The node, to be put under an action or compiled.
    """
    branches = tuple((label, weight, child) for label, (weight, child) in outcomes.items())
    return Sketch(NodeKind.CHANCE, branches, name=name, payoffs=payoffs or {})


def compile(root: Sketch, players: Sequence[str]) -> Tree:
    """Number the nodes, ends and information sets of a game.

    Args:
        root: Where the game starts.
        players: Names of all players, in the order of the payoffs.

    Returns:
        The compiled game.

    Raises:
        GameError: An unknown player, a move without actions, chance probabilities that do not sum
            to one, or an information set whose nodes differ in owner or actions.

    Examples:
        >>> answer = decision("nato", {"ignore": end("hollow"), "respond": end("war")})
        >>> root = decision("russia", {"hold": end(), "strike": answer})
        >>> game = compile(root, ["russia", "nato"])
        >>> game.end_names, game.edges
        (('hold', 'hollow', 'war'), ((0, 0), (0, 1), (2, 0), (2, 1)))
    """
    nodes, parent = _prefix(root)
    children: list[list[int]] = [[] for _ in nodes]
    for node, up in enumerate(parent):
        if up != NONE:
            children[up].append(node)
    owner = tuple(_owner(node, players) for node in nodes)
    infoset, infosets = _group(nodes, owner, len(players))
    return Tree(
        players=tuple(players),
        kind=tuple(node.kind for node in nodes),
        owner=owner,
        infoset=infoset,
        parent=tuple(parent),
        children=tuple(map(tuple, children)),
        actions=tuple(tuple(branch[0] for branch in node.branches) for node in nodes),
        weights=tuple(map(_weights, nodes)),
        names=tuple(node.name for node in nodes),
        infosets=infosets,
    )


def payoffs(root: Sketch, players: Sequence[str]) -> Float[np.ndarray, "end player"]:
    """Payoffs written into a sketch, added up along the path to each end.

    Args:
        root: Where the game starts.
        players: Names of all players, in the order wanted.

    Returns:
        One row per end of the compiled game.
    """
    nodes, parent = _prefix(root)
    total = np.zeros((len(nodes), len(players)))
    for index, node in enumerate(nodes):
        if parent[index] != NONE:
            total[index] = total[parent[index]]
        total[index] += [node.payoffs.get(player, 0.0) for player in players]
    return total[[node.kind is NodeKind.END for node in nodes]]


def _prefix(root: Sketch) -> tuple[list[Sketch], list[int]]:
    """Nodes in prefix order and the parent of each, without recursion."""
    nodes: list[Sketch] = []
    parent: list[int] = []
    waiting = [(root, NONE)]
    while waiting:
        node, up = waiting.pop()
        waiting.extend((branch[2], len(nodes)) for branch in reversed(node.branches))
        nodes.append(node)
        parent.append(up)
    return nodes, parent


def _owner(node: Sketch, players: Sequence[str]) -> int:
    if node.kind is not NodeKind.DECISION:
        return NONE
    if node.player not in players:
        msg = f"player {node.player!r} is not one of {', '.join(map(repr, players))}"
        raise GameError(msg)
    return list(players).index(node.player)


def _weights(node: Sketch) -> tuple[Weight | None, ...]:
    if node.kind is not NodeKind.END and not node.branches:
        msg = f"node {node.name!r} is a move without any action"
        raise GameError(msg)
    if node.kind is not NodeKind.CHANCE:
        return ()
    weights = tuple(branch[1] for branch in node.branches)
    given = [weight for weight in weights if weight is not None]
    if given and (len(given) < len(weights) or min(given) < 0):
        msg = f"chance {weights} must be probabilities, all given or all left to the draws"
        raise GameError(msg)
    if given and abs(sum(given) - 1) > _SUM_TOLERANCE:
        msg = f"chance probabilities {', '.join(map(str, given))} sum to {sum(given)}, not 1"
        raise GameError(msg)
    return tuple(Fraction(weight) if isinstance(weight, int) else weight for weight in weights)


def _group(
    nodes: Sequence[Sketch], owner: Sequence[int], players: int
) -> tuple[tuple[int, ...], tuple[Infoset, ...]]:
    """Number the information sets in prefix order and check that their nodes agree."""
    index: dict[tuple[int, str | int], int] = {}
    found: list[tuple[str, tuple[str, ...], list[int]]] = []
    infoset: list[int] = []
    for node, sketch in enumerate(nodes):
        if sketch.kind is not NodeKind.DECISION:
            infoset.append(NONE)
            continue
        key = (owner[node], node if sketch.infoset is None else sketch.infoset)
        actions = tuple(branch[0] for branch in sketch.branches)
        if key not in index:
            index[key] = len(found)
            found.append((sketch.infoset or "", actions, []))
        if found[index[key]][1] != actions:
            msg = (
                f"information set {sketch.infoset!r} of {sketch.player!r} offers {actions} at one "
                f"node and {found[index[key]][1]} at another"
            )
            raise GameError(msg)
        found[index[key]][2].append(node)
        infoset.append(index[key])
    counts = [0] * players
    infosets: list[Infoset] = []
    for name, actions, nodes_of in found:
        player = owner[nodes_of[0]]
        counts[player] += 1
        infosets.append(Infoset(player, counts[player], name, actions, tuple(nodes_of)))
    return tuple(infoset), tuple(infosets)
