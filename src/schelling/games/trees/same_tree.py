"""Whether two extensive games are the same up to names, order and payoff scales.

Nodes are coloured by what follows them, what leads to them and what their mover knows; two games
with different colours differ. Where colours agree, actions are paired one information set after
the other, until the games lie on each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from schelling.games.errors import GameError
from schelling.games.tables.rescaled import levels, rescaled
from schelling.games.trees.tree import NodeKind, Tree

MOST_TRIES = 50_000
_MOST_PLAYERS = 7
_ROUNDS = 6


@dataclass(frozen=True)
class TreeMatch:
    """How a tree lies on another one.

    Attributes:
        players: For each player of the first game, the player of the second.
        same: Whether the games are the same.
        first: Where they first differ: a node of the first game and one of the second.
        actions: For each information set of the first, that of the second and its actions.
    """

    players: tuple[int, ...]
    same: bool
    first: tuple[int, int] | None = None
    actions: Mapping[int, tuple[int, tuple[int, ...]]] = field(
        default_factory=dict[int, tuple[int, tuple[int, ...]]]
    )


@dataclass(frozen=True)
class _Numbered:
    """A game with payoffs and chances as whole numbers, players as those of the first game."""

    tree: Tree
    payoffs: Sequence[tuple[int, ...]]
    chances: Mapping[tuple[int, int], int]
    player: Mapping[int, int]


def match(
    one: Tree,
    payoffs: Float[np.ndarray, "end player"],
    other: Tree,
    others: Float[np.ndarray, "ending participant"],
    luck: tuple[Sequence[float], Sequence[float]],
) -> TreeMatch | None:
    """Lay a tree on another one.

    Args:
        one: The first tree.
        payoffs: Its payoffs.
        other: The second tree.
        others: Its payoffs.
        luck: Of both, the chance of every edge; anything at moves of players.

    Returns:
        How they are the same, or where they first differ; None where the numbers of players differ.

    Raises:
        GameError: There are too many players, or too many ways that look alike.
    """
    count = len(one.players)
    if count != len(other.players):
        return None
    if count > _MOST_PLAYERS:
        msg = f"games of more than {_MOST_PLAYERS} players are not compared"
        raise GameError(msg)
    small, large = rescaled(payoffs), rescaled(others)
    chances = [_chances(tree, given) for tree, given in zip((one, other), luck, strict=True)]
    levelled = levels(np.array([*chances[0].values()]), np.array([*chances[1].values()]))
    both = [dict(zip(c, map(int, n), strict=True)) for c, n in zip(chances, levelled, strict=True)]
    near: tuple[int, TreeMatch] | None = None
    budget = itertools.count()
    for players in itertools.permutations(range(count)):
        first, second = levels(small, large[:, list(players)])
        own = {there: here for here, there in enumerate(players)}
        a = _Numbered(one, _rows(first), both[0], {k: k for k in range(count)})
        b = _Numbered(other, _rows(second), both[1], own)
        colours = _colours(a, b)
        if sorted(colours[0]) == sorted(colours[1]):
            laid = _Laying(a, b, colours, budget).run()
            if laid is not None:
                return TreeMatch(players, True, None, laid)
        alike = _alike(a, b)
        if near is None or alike[0] > near[0]:
            near = alike[0], TreeMatch(players, False, _difference(a, b, alike[1], alike[2]))
    return near[1] if near else None


def _rows(numbers: np.ndarray) -> list[tuple[int, ...]]:
    return [tuple(map(int, row)) for row in numbers]


def _chances(tree: Tree, luck: Sequence[float]) -> dict[tuple[int, int], float]:
    return {
        edge: float(luck[place])
        for place, edge in enumerate(tree.edges)
        if tree.kind[edge[0]] is NodeKind.CHANCE
    }


def _below(game: _Numbered, seen: dict[object, int]) -> list[int]:
    """Colours by what follows a node."""
    tree = game.tree
    found = [0] * tree.size
    for node in reversed(range(tree.size)):
        following = [found[child] for child in tree.children[node]]
        key: object
        if tree.kind[node] is NodeKind.END:
            key = ("end", game.payoffs[tree.end_of[node]])
        elif tree.kind[node] is NodeKind.CHANCE:
            pairs = [(game.chances[node, k], c) for k, c in enumerate(following)]
            key = ("chance", tuple(sorted(pairs)))
        else:
            key = ("move", game.player[tree.owner[node]], tuple(sorted(following)))
        found[node] = seen.setdefault(key, len(seen))
    return found


def _colours(a: _Numbered, b: _Numbered) -> tuple[list[int], list[int]]:
    """Colours of the nodes of two games, refined by parents and information sets."""
    seen: dict[object, int] = {}
    colours = [_below(game, seen) for game in (a, b)]
    for _ in range(_ROUNDS):
        seen = {}
        before = len(set(colours[0]))
        colours = [_finer(game.tree, own, seen) for game, own in zip((a, b), colours, strict=True)]
        if len(set(colours[0])) == before:
            break
    return colours[0], colours[1]


def _finer(tree: Tree, own: Sequence[int], seen: dict[object, int]) -> list[int]:
    known = [tuple(sorted(own[node] for node in one.members)) for one in tree.infosets]
    found: list[int] = []
    for node in range(tree.size):
        knows = known[tree.infoset[node]] if tree.kind[node] is NodeKind.DECISION else ()
        above = own[tree.parent[node]] if node else -1
        following = tuple(sorted(own[child] for child in tree.children[node]))
        found.append(seen.setdefault((own[node], above, knows, following), len(seen)))
    return found


class _Laying:
    """Pairs the nodes of two games, as long as information sets and their actions fit."""

    def __init__(
        self,
        a: _Numbered,
        b: _Numbered,
        colours: tuple[list[int], list[int]],
        budget: Iterator[int],
    ) -> None:
        self.a, self.b, self.colours, self.budget = a, b, colours, budget

    def run(self) -> dict[int, tuple[int, tuple[int, ...]]] | None:
        """The information sets of the second game for those of the first, with their actions."""
        stack = [([(0, 0)], dict[int, tuple[int, tuple[int, ...]]]())]
        while stack:
            todo, sets = stack.pop()
            if next(self.budget) > MOST_TRIES:
                msg = f"more than {MOST_TRIES:,} ways to lay one game on the other look alike"
                raise GameError(msg)
            branches = self._forced(todo, sets)
            if branches == []:
                return sets
            stack += branches or []
        return None

    def _forced(
        self, todo: list[tuple[int, int]], sets: dict[int, tuple[int, tuple[int, ...]]]
    ) -> list[tuple[list[tuple[int, int]], dict[int, tuple[int, tuple[int, ...]]]]] | None:
        """Go on while one way is left; then the ways to go on, none when all fits, None if not."""
        one, other = self.a.tree, self.b.tree
        while todo:
            here, there = todo.pop()
            if self.colours[0][here] != self.colours[1][there]:
                return None
            if one.kind[here] is NodeKind.END:
                continue
            moving = one.kind[here] is NodeKind.DECISION
            if moving and one.infoset[here] in sets:
                known, order = sets[one.infoset[here]]
                if known != other.infoset[there]:
                    return None
                orders = [order]
            elif moving and any(k == other.infoset[there] for k, _ in sets.values()):
                return None
            else:
                orders = list(itertools.islice(self._orders(here, there), MOST_TRIES))
            ways = [
                ([*todo, *self._pairs(here, there, order)], self._with(sets, here, there, order))
                for order in orders
            ]
            if len(ways) != 1:
                return ways or None
            todo = ways[0][0]
            sets.update(ways[0][1])
        return []

    def _with(
        self,
        sets: dict[int, tuple[int, tuple[int, ...]]],
        here: int,
        there: int,
        order: tuple[int, ...],
    ) -> dict[int, tuple[int, tuple[int, ...]]]:
        if self.a.tree.kind[here] is not NodeKind.DECISION:
            return dict(sets)
        return sets | {self.a.tree.infoset[here]: (self.b.tree.infoset[there], order)}

    def _pairs(self, here: int, there: int, order: tuple[int, ...]) -> list[tuple[int, int]]:
        later = self.b.tree.children[there]
        return [(c, later[k]) for c, k in zip(self.a.tree.children[here], order, strict=True)]

    def _orders(self, here: int, there: int) -> Iterator[tuple[int, ...]]:
        """Orders of the second node's actions in which the colours of what follows agree."""
        one = [self.colours[0][child] for child in self.a.tree.children[here]]
        other = [self.colours[1][child] for child in self.b.tree.children[there]]
        yield from _paired(one, other)


def _paired(one: Sequence[int], other: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if sorted(one) != sorted(other):
        return
    groups = {c: [k for k, colour in enumerate(other) if colour == c] for c in set(one)}
    places = {c: [k for k, colour in enumerate(one) if colour == c] for c in groups}
    for chosen in itertools.product(*(itertools.permutations(groups[c]) for c in groups)):
        order = [0] * len(one)
        for colour, members in zip(groups, chosen, strict=True):
            for place, member in zip(places[colour], members, strict=True):
                order[place] = member
        yield tuple(order)


def _alike(a: _Numbered, b: _Numbered) -> tuple[int, list[int], list[int]]:
    """How many nodes of two games are followed by the same, with the colours that say so."""
    seen: dict[object, int] = {}
    one, other = _below(a, seen), _below(b, seen)
    return sum(one.count(c) == other.count(c) for c in set(one)), one, other


def _difference(
    a: _Numbered, b: _Numbered, one: Sequence[int], other: Sequence[int]
) -> tuple[int, int]:
    """The deepest pair of nodes at which the games differ, going down where they are unequal."""
    here = there = 0
    while True:
        first, second = a.tree.children[here], b.tree.children[there]
        unlike = a.tree.kind[here] is not b.tree.kind[there] or len(first) != len(second)
        if unlike or not first or _owner(a, here) != _owner(b, there):
            return here, there
        left = list(second)
        odd = [child for child in first if not _take(left, one[child], other)]
        if not odd or not left:
            return here, there
        here, there = odd[0], _partner(a.tree, odd[0], here, b.tree, left, there)


def _owner(game: _Numbered, node: int) -> int:
    owner = game.tree.owner[node]
    return game.player[owner] if owner >= 0 else owner


def _take(left: list[int], colour: int, other: Sequence[int]) -> bool:
    """Take a node of the same colour out of a list."""
    for node in left:
        if other[node] == colour:
            left.remove(node)
            return True
    return False


def _partner(one: Tree, child: int, here: int, other: Tree, left: Sequence[int], there: int) -> int:
    """The node to be compared with a child: under the action of the same name, or the first."""
    name = one.actions[here][one.children[here].index(child)]
    named = {other.actions[there][k]: node for k, node in enumerate(other.children[there])}
    return named[name] if named.get(name) in left else left[0]
