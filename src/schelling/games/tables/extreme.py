"""All extreme equilibria of a two-player table, or one by the path of Lemke and Howson; exact.

Extreme equilibria are the pairs of vertices of the two best-reply polytopes that together have all
labels. A nondegenerate game has no others. In a degenerate one, every equilibrium is a mixture of
extreme ones that can be exchanged for each other (Mangasarian, Equilibrium points of bimatrix
games, Journal of the SIAM 12, 1964; Avis, Rosenberg, Savani and von Stengel, Enumeration of Nash
equilibria for two-player games, Economic Theory 42, 2010). One game at a time; no draws.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Shaped, UInt64

from schelling.games.tables import best_reply
from schelling.games.tables.best_reply import Vertex

MOST_BASES = 20_000
"""Bases of one polytope after which the search stops: some seconds; random tables of 12 by 12 have
about 5,000."""
MOST_PROFILES = 10_000
"""Equilibria after which the search stops."""
MOST_PIVOTS = 20_000
"""Steps after which a path is given up: its length can grow exponentially, in theory."""

_WORD = 64

Mixture = tuple[Fraction, ...]
"""Probability of each action."""
Payoffs = Shaped[np.ndarray, "row column 2"]
"""Payoff of each player in each cell: floats, or fractions in an object array."""


class Extreme(NamedTuple):
    """Extreme equilibria of one table.

    Attributes:
        profiles: Mixture of the row player and of the column player; pure ones first, then by the
            number of actions used.
        component: For each of them, the number of the connected set of equilibria it belongs to.
        complete: Whether these are all; False where the search stopped at its limit.
        degenerate: Whether some of them has more best replies than actions in use.
    """

    profiles: tuple[tuple[Mixture, Mixture], ...]
    component: tuple[int, ...]
    complete: bool
    degenerate: bool

    @property
    def continua(self) -> bool:
        """Whether some of them are ends of one connected set of infinitely many equilibria."""
        return len(set(self.component)) < len(self.component)


def every(payoffs: Payoffs, most: int = MOST_BASES) -> Extreme:
    """All extreme equilibria.

    Args:
        payoffs: The game.
        most: Bases of either polytope after which to stop.

    Returns:
        The equilibria.

    Examples:
        The column player does not care, so the row player's best replies form two continua that
        meet nowhere, or one that turns a corner.

        >>> found = every(np.array([[[1.0, 0], [0, 0]], [[0, 0], [1, 0]]]))
        >>> len(found.profiles), found.component, found.complete
        (4, (0, 0, 0, 0), True)
    """
    rows, columns = payoffs.shape[:2]
    row, row_done = _points(best_reply.integers(payoffs[..., 1].T), most)
    column, column_done = _points(best_reply.integers(payoffs[..., 0]), most)
    # Labels of the column player's polytope: its own actions come after the row player's.
    swapped = {_swapped(labels, columns, rows): vertex for labels, vertex in column.items()}
    pairs, whole = _complementary(list(row), list(swapped), rows + columns)
    found = [(row[mine], swapped[theirs], mine, theirs) for mine, theirs in pairs]
    found.sort(key=lambda each: _order(each[0].labels, each[1].labels, rows, columns))
    component = _components([(mine, theirs) for *_, mine, theirs in found])
    return Extreme(
        tuple((mine.mixture, theirs.mixture) for mine, theirs, *_ in found),
        component,
        row_done and column_done and whole,
        any(mine & theirs for *_, mine, theirs in found),
    )


def one(
    payoffs: Payoffs, dropped: int = 0, most: int = MOST_PIVOTS
) -> tuple[Mixture, Mixture] | None:
    """The equilibrium at the end of a path of Lemke and Howson.

    Args:
        payoffs: The game.
        dropped: Label that is missing on the way: an action of the row player, or of the column
            player, counted on.
        most: Steps after which to give up.

    Returns:
        The mixtures of both players; None where the path was given up.

    Examples:
        >>> pennies = np.array([[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]])
        >>> [[str(share) for share in own] for own in one(pennies)]
        [['1/2', '1/2'], ['1/2', '1/2']]

    References:
        Lemke and Howson, Equilibrium points of bimatrix games, Journal of the SIAM 12, 1964;
        lexicographic rule: von Stengel, Computing equilibria for two-person games, 2002, 2.6.
    """
    rows, columns = payoffs.shape[:2]
    corners = [
        best_reply.origin(best_reply.integers(payoffs[..., 1].T)),
        best_reply.origin(best_reply.integers(payoffs[..., 0])),
    ]
    at, label = (0 if dropped < rows else 1), dropped
    for _ in range(most):
        here = corners[at]
        variable = label if at == 0 else (label - rows) % (rows + columns)
        place = here.cobasic.index(variable)
        leaving = here.leaving(place)
        left = here.basic[leaving]
        corners[at] = here.pivot(leaving, place)
        label = left if at == 0 else (left + rows) % (rows + columns)
        if label == dropped:
            return corners[0].mixture, corners[1].mixture
        at = 1 - at
    return None


def _points(payoffs: Any, most: int) -> tuple[dict[int, Vertex], bool]:
    """The vertices but the origin, by their labels, and whether these are all."""
    found: dict[int, Vertex] = {}
    count = 0
    for vertex in islice(best_reply.vertices(payoffs), most + 1):
        found.setdefault(vertex.labels, vertex)
        count += 1
    del found[best_reply.origin(payoffs).labels]
    return found, count <= most


def _swapped(labels: int, first: int, second: int) -> int:
    """Bits with the first so many moved behind the rest."""
    return (labels >> first) | ((labels & ((1 << first) - 1)) << second)


def _complementary(
    mine: list[int], theirs: list[int], labels: int
) -> tuple[list[tuple[int, int]], bool]:
    """Pairs that have all labels between them, and whether these are all."""
    full = _words([(1 << labels) - 1], labels)
    others = _words(theirs, labels)
    found: list[tuple[int, int]] = []
    for own, words in zip(mine, _words(mine, labels), strict=True):
        match = ((others | words) == full).all(axis=1)
        found += [(own, theirs[place]) for place in np.flatnonzero(match)]
        if len(found) > MOST_PROFILES:
            return found[:MOST_PROFILES], False
    return found, True


def _words(sets: list[int], size: int) -> UInt64[np.ndarray, "set word"]:
    count = -(-size // _WORD)
    rest = 2**_WORD - 1
    rows = [[each >> _WORD * word & rest for word in range(count)] for each in sets]
    return np.array(rows, dtype=np.uint64).reshape(-1, count)


def _order(mine: int, theirs: int, rows: int, columns: int) -> tuple[int, list[int], list[int]]:
    """Fewer actions in use first, then the order of the table."""
    own = [i for i in range(rows) if not mine >> i & 1]
    other = [j for j in range(columns) if not theirs >> j & 1]
    return len(own) + len(other), own, other


def _components(pairs: list[tuple[int, int]]) -> tuple[int, ...]:
    """Number of the connected set of each pair; pairs that share a point are connected."""
    above = list(range(len(pairs)))

    def top(index: int) -> int:
        while above[index] != index:
            index = above[index]
        return index

    seen: dict[tuple[int, int], int] = {}
    for index, pair in enumerate(pairs):
        for key in enumerate(pair):
            above[top(index)] = top(seen.setdefault(key, index))
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(top(index), len(numbers)) for index in range(len(pairs)))
