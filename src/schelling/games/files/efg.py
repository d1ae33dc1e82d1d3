"""Gambit's `.efg` files: extensive games read exactly, with the place of everything wrong.

Payoffs and probabilities stay exact fractions; payoffs at inner nodes are added up to the ends.
Writing is in `schelling.games.files.efg_write`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from jaxtyping import Float

from schelling.games.files import gambit_text
from schelling.games.files.game_text import Scanner, Token, TokenShape, read_text
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import Infoset, NodeKind, Tree

MOST_NODES = 20_000
"""Nodes of the largest game that is read."""

_MOST_PAYOFFS = 200_000  # read or added along paths, over all nodes and players
_MOST_BITS = 4_000  # of a denominator, once numbers are added up
_MOST_PLAYERS = 100


@dataclass(frozen=True)
class GameFile:
    """A game as a file tells it.

    Attributes:
        title: Title of the game.
        comment: Comment; may be empty.
        game: The structure, information sets numbered as in the file.
        payoffs: Per end and player, the exact payoff added up along the path.
    """

    title: str
    comment: str
    game: Tree
    payoffs: tuple[tuple[Fraction, ...], ...] = field(repr=False)

    def floats(self) -> Float[np.ndarray, "end player"]:
        """Payoffs rounded to floating point, each once."""
        shape = (len(self.game.ends), len(self.game.players))
        return np.array([[float(value) for value in row] for row in self.payoffs]).reshape(shape)


def read(path: Path) -> GameFile:
    """Read an `.efg` file.

    Args:
        path: The file.

    Returns:
        The game.

    Raises:
        CaseError: The file cannot be read or is not a game; its problems say where and why.
    """
    return parse(read_text(path), path)


def parse(text: str, path: Path | None = None) -> GameFile:
    """Read the text of an `.efg` file.

    Args:
        text: The text.
        path: Where it came from, for messages.

    Returns:
        The game.

    Raises:
        CaseError: The text is not a game; its problems say where and why.

    Examples:
        >>> found = parse('EFG 2 R "" { "ann" } p "" 1 1 { "l" "r" } 0 t "" 1 { 1/3 } t "" 0')
        >>> found.game.actions[0], found.payoffs
        (('l', 'r'), ((Fraction(1, 3),), (Fraction(0, 1),)))
    """
    scanner = Scanner(text, path)
    title, players = gambit_text.heading(scanner, "EFG", "2", 0, _MOST_PLAYERS)
    comment = gambit_text.optional_text(scanner)
    nodes = _nodes(scanner, len(players))
    gambit_text.end(scanner, "the tree")
    game = _tree(nodes, players)
    ends = tuple(node.payoffs for node in nodes if node.kind is NodeKind.END)
    return GameFile(title, comment, game, ends)


@dataclass(frozen=True)
class _Set:
    """An information set, or a chance move, as first described."""

    owner: int
    number: int
    name: str
    actions: tuple[str, ...]
    weights: tuple[Fraction, ...]


@dataclass(frozen=True)
class _Node:
    kind: NodeKind
    name: str
    parent: int
    described: _Set | None
    payoffs: tuple[Fraction, ...]


@dataclass
class _TreeReader:
    """What has been described so far."""

    scanner: Scanner
    players: int
    sets: dict[tuple[int, int], _Set] = field(default_factory=dict[tuple[int, int], _Set])
    outcomes: dict[int, tuple[Fraction, ...]] = field(
        default_factory=dict[int, tuple[Fraction, ...]]
    )
    payoffs_seen: int = 0


def _nodes(scanner: Scanner, players: int) -> list[_Node]:
    """All nodes in prefix order; `open_` holds each unfinished move and what it still lacks."""
    reader = _TreeReader(scanner, players)
    nodes: list[_Node] = []
    open_: list[list[int]] = []
    while not nodes or open_:
        token = scanner.peek()
        if len(nodes) == MOST_NODES:
            scanner.stop("E802", f"the game has more than {MOST_NODES:,} nodes", token)
        if token.shape is TokenShape.FINISH and nodes:
            lacking = sum(count for _, count in open_)
            message = f"the file ends where {lacking} more branches must follow"
            scanner.stop("E801", message, token, "the file may be truncated")
        parent = open_[-1][0] if open_ else NONE
        above = nodes[parent].payoffs if open_ else (Fraction(0),) * players
        node = _node(reader, parent, above)
        if open_:
            open_[-1][1] -= 1
        if node.described is not None:
            open_.append([len(nodes), len(node.described.actions)])
        nodes.append(node)
        while open_ and open_[-1][1] == 0:
            open_.pop()
    return nodes


def _node(reader: _TreeReader, parent: int, above: tuple[Fraction, ...]) -> _Node:
    scanner = reader.scanner
    letter = scanner.expect(TokenShape.WORD, "a node: 'c', 'p' or 't'")
    kinds = {"c": NodeKind.CHANCE, "p": NodeKind.DECISION, "t": NodeKind.END}
    if letter.value not in kinds:
        scanner.stop("E801", f"expected a node, 'c', 'p' or 't', found {letter}", letter)
    kind = kinds[letter.value]
    name = scanner.expect(TokenShape.TEXT, "the node's label in quotes").value
    described = None
    if kind is not NodeKind.END:
        described = _set(reader, kind)
    received = _outcome(reader)
    if not received:
        return _Node(kind, name, parent, described, above)
    reader.payoffs_seen += reader.players
    if reader.payoffs_seen > _MOST_PAYOFFS:
        scanner.stop("E802", f"more than {_MOST_PAYOFFS:,} payoffs", letter)
    payoffs = tuple(a + b for a, b in zip(above, received, strict=True))
    if any(value.denominator.bit_length() > _MOST_BITS for value in payoffs):
        scanner.stop("E806", "payoffs along this path add up to an absurd fraction", letter)
    return _Node(kind, name, parent, described, payoffs)


def _set(reader: _TreeReader, kind: NodeKind) -> _Set:
    """The set a node belongs to: described here, or earlier."""
    scanner, owner = reader.scanner, NONE
    if kind is NodeKind.DECISION:
        token = scanner.peek()
        owner = scanner.integer("the player's number") - 1
        if not 0 <= owner < reader.players:
            scanner.stop("E804", f"player {token} is not one of {reader.players}", token)
    place = scanner.peek()
    number = scanner.integer("the number of the information set")
    if number < 1:
        scanner.stop("E804", f"information sets are numbered from 1, found {place}", place)
    name = gambit_text.optional_text(scanner)
    known = reader.sets.get((owner, number))
    if not scanner.follows(TokenShape.BRACE, "{"):
        if known is None:
            scanner.stop("E804", f"set {number} is used before its actions are listed", place)
        return known
    actions, weights = _actions(reader, kind)
    if known is None:
        known = _Set(owner, number, name, actions, weights or ())
        reader.sets[owner, number] = known
    elif known.actions != actions or (weights is not None and known.weights != weights):
        message = f"set {number} is described differently before: {known.actions}, here {actions}"
        scanner.report("E804", message, place, "the nodes of a set offer the same actions")
        return known if len(known.actions) == len(actions) else _Set(
            owner, number, name, actions, weights or ()
        )  # fmt: skip
    return known


def _actions(
    reader: _TreeReader, kind: NodeKind
) -> tuple[tuple[str, ...], tuple[Fraction, ...] | None]:
    scanner = reader.scanner
    opening = scanner.expect(TokenShape.BRACE, "'{' before the actions", "{")
    actions: list[str] = []
    weights: list[Fraction] = []
    while not scanner.follows(TokenShape.BRACE, "}"):
        actions.append(scanner.expect(TokenShape.TEXT, "an action's label in quotes or '}'").value)
        if kind is NodeKind.CHANCE:
            weights.append(_weight(scanner, actions[-1]))
        if len(actions) > MOST_NODES:
            scanner.stop("E802", f"a move with more than {MOST_NODES:,} actions", opening)
    closing = scanner.take()
    if not actions:
        scanner.stop("E801", "a move needs at least one action", opening)
    total = _sum(scanner, weights, opening)
    if kind is NodeKind.CHANCE and total != 1:
        place = Token(TokenShape.BRACE, "", opening.start, closing.stop)
        message = f"probabilities sum to {_short(total)}, not 1"
        scanner.report("E803", message, place, "write thirds as 1/3, not as 0.333")
    return tuple(actions), tuple(weights) if kind is NodeKind.CHANCE else None


def _sum(scanner: Scanner, weights: list[Fraction], opening: Token) -> Fraction:
    total = Fraction(0)
    for weight in weights:
        total += weight
        if total.denominator.bit_length() > _MOST_BITS:
            scanner.stop("E806", "these probabilities add up to an absurd fraction", opening)
    return total


def _weight(scanner: Scanner, action: str) -> Fraction:
    place = scanner.peek()
    weight = scanner.number(f"the probability of {action[:40]!r}")
    if not 0 <= weight <= 1:
        scanner.report("E803", f"the probability {place} is not between 0 and 1", place)
    return weight


def _outcome(reader: _TreeReader) -> tuple[Fraction, ...]:
    """Payoffs received at a node; empty where it has no outcome."""
    scanner = reader.scanner
    place = scanner.peek()
    number = scanner.integer("the number of the outcome")
    if number < 0:
        scanner.stop("E805", f"outcomes are numbered from 0, found {place}", place)
    gambit_text.optional_text(scanner)
    if not scanner.follows(TokenShape.BRACE, "{"):
        if number and number not in reader.outcomes:
            scanner.stop("E805", f"outcome {number} is used before its payoffs are listed", place)
        return reader.outcomes.get(number, ())
    payoffs = gambit_text.payoffs(scanner, reader.players)
    found = reader.outcomes.setdefault(number, payoffs)
    if number == 0 or found != payoffs:
        message = f"outcome {number} has other payoffs before" if number else "outcome 0 means none"
        scanner.report("E805", message, place)
    return found


def _tree(nodes: list[_Node], players: tuple[str, ...]) -> Tree:
    children: list[list[int]] = [[] for _ in nodes]
    index: dict[tuple[int, int], int] = {}
    members: list[list[int]] = []
    described: list[_Set] = []
    infoset: list[int] = []
    for number, node in enumerate(nodes):
        if node.parent != NONE:
            children[node.parent].append(number)
        if node.kind is not NodeKind.DECISION or node.described is None:
            infoset.append(NONE)
            continue
        key = (node.described.owner, node.described.number)
        if key not in index:
            index[key] = len(members)
            members.append([])
            described.append(node.described)
        members[index[key]].append(number)
        infoset.append(index[key])
    sets = [node.described for node in nodes]
    return Tree(
        players=players,
        kind=tuple(node.kind for node in nodes),
        owner=tuple(NONE if found is None else found.owner for found in sets),
        infoset=tuple(infoset),
        parent=tuple(node.parent for node in nodes),
        children=tuple(map(tuple, children)),
        actions=tuple(() if found is None else found.actions for found in sets),
        weights=tuple(() if found is None else found.weights for found in sets),
        names=tuple(node.name for node in nodes),
        infosets=tuple(
            Infoset(found.owner, found.number, found.name, found.actions, tuple(nodes_of))
            for found, nodes_of in zip(described, members, strict=True)
        ),
    )


def _short(value: Fraction) -> str:
    shown = str(value)
    return shown if len(shown) <= 30 else f"about {float(value):.12g}"
