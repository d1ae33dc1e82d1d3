"""The polytopes whose vertices carry the equilibria of a two-player table, in exact integers.

For payoffs A of the player who replies, with action i in row i, the mixtures of the other player
lie in {y >= 0, A y <= 1}, up to scale: action i is a best reply to y where its inequality is tight.
A vertex has a label for every inequality that is tight there. A profile is an equilibrium exactly
if its two points together have all labels, so that every action is a best reply or not used
(Lemke and Howson 1964; von Stengel, Computing equilibria for two-person games, Handbook of Game
Theory 3, 2002, section 2). Ties between rows are broken by the lexicographic rule, so that walks
from vertex to vertex do not cycle however degenerate the game. One game at a time; no draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np

ROUNDING = 1e-13
"""Difference of payoffs, as a share of the stake, below which they are the same number: that of
sums of some hundred floats."""

_MOST_BITS = 64  # of a common denominator; beyond it payoffs are put on a grid
_GRID = 2**43  # steps in a stake: the first power of two finer than `ROUNDING`


def integers(own: Any) -> Any:
    """Payoffs of one player as whole numbers that set the same incentives.

    In each column the least payoff becomes zero, which moves no best reply, and all are multiplied
    by one number. A float stands for the simplest fraction that equals it up to rounding, so a
    third is a third and what ties in the source ties here.

    Args:
        own: Payoffs of the player, own action first: floats, or fractions in an object array.

    Returns:
        Python integers in an object array, none negative, some positive in every column.

    Examples:
        >>> integers(np.array([[1e12, 0.1], [1e12 + 2, 0.1]])).tolist()
        [[0, 1], [1, 1]]
    """
    lead = own - own.min(axis=0)
    stake = lead.max()
    if stake == 0:
        return np.ones(own.shape, dtype=object)
    shares = (lead / stake).ravel().tolist()
    simple = shares if own.dtype == object else _fractions(shares)
    common = lcm(*(share.denominator for share in simple))
    whole = [int(share * common) for share in simple]
    shared = gcd(*whole)
    found = np.array([value // shared for value in whole], dtype=object).reshape(own.shape)
    found[:, (found == 0).all(axis=0)] = 1
    return found


def _fractions(shares: list[float]) -> list[Fraction]:
    """Simple fractions where they have a small common denominator, else all on one grid."""
    simple = [_simplest(share) for share in shares]
    if lcm(*(share.denominator for share in simple)).bit_length() <= _MOST_BITS:
        return simple
    return [Fraction(round(share * _GRID), _GRID) for share in shares]


def _simplest(share: float) -> Fraction:
    """A fraction of small denominator that equals a number up to rounding, if there is one."""
    for most in (64, 4096, 10**6):
        found = Fraction(share).limit_denominator(most)
        if abs(float(found) - share) <= ROUNDING:
            return found
    return Fraction(round(share * _GRID), _GRID)


@dataclass(frozen=True)
class Vertex:
    """A vertex of {y >= 0, A y <= 1} by one of its bases.

    Variables are numbered: first y, then the slack of each row of A. The basic ones are
    (last column - table @ cobasic) / scale.

    Attributes:
        table: Coefficients of the cobasic variables and, last, the constants; Python integers.
        scale: Common denominator, positive.
        basic: Number of the variable that each row gives.
        cobasic: Number of the variable, zero here, of each column.
    """

    table: Any
    scale: int
    basic: tuple[int, ...]
    cobasic: tuple[int, ...]

    @property
    def basis(self) -> int:
        """The basic variables as bits."""
        return sum(1 << variable for variable in self.basic)

    @property
    def labels(self) -> int:
        """The variables that are zero, as bits."""
        zero = (1 << len(self.basic) + len(self.cobasic)) - 1
        for variable, value in zip(self.basic, self.table[:, -1], strict=True):
            if value:
                zero ^= 1 << variable
        return zero

    @property
    def mixture(self) -> tuple[Fraction, ...]:
        """The probabilities that y stands for; not of the origin."""
        weight = [0] * len(self.cobasic)
        for variable, value in zip(self.basic, self.table[:, -1], strict=True):
            if variable < len(weight):
                weight[variable] = value
        total = sum(weight)
        return tuple(Fraction(value, total) for value in weight)

    def leaving(self, column: int) -> int:
        """The row that leaves the basis when a column enters, by the lexicographic rule.

        Args:
            column: Position of a cobasic variable.

        Returns:
            Position of a row; there is one, for the polytope is bounded.
        """
        entering = self.table[:, column].tolist()
        rows = [row for row, value in enumerate(entering) if value > 0]
        rows = _least(rows, self.table[:, -1].tolist(), entering)
        slack = len(self.cobasic)
        while len(rows) > 1:
            if slack in self.cobasic:
                values = self.table[:, self.cobasic.index(slack)].tolist()
            else:
                values = [self.scale if variable == slack else 0 for variable in self.basic]
            rows = _least(rows, values, entering)
            slack += 1
        return rows[0]

    def pivot(self, row: int, column: int) -> Vertex:
        """The basis in which a row's variable and a column's have changed places.

        Args:
            row: Position of the row, whose entry in the column is positive.
            column: Position of the column.

        Returns:
            The neighbour; all divisions are exact (Edmonds 1967; Bareiss 1968).
        """
        entry, scale = self.table[row, column], self.scale
        moved = self.table[:, column].copy()
        table = (self.table * entry - np.multiply.outer(moved, self.table[row])) // scale
        table[:, column] = -moved
        table[row] = self.table[row]
        table[row, column] = scale
        basic, cobasic = list(self.basic), list(self.cobasic)
        basic[row], cobasic[column] = cobasic[column], basic[row]
        return Vertex(table, entry, tuple(basic), tuple(cobasic))


def origin(payoffs: Any) -> Vertex:
    """The vertex y = 0 of the polytope of some payoffs.

    Args:
        payoffs: Payoffs of the replying player, own action first, as `integers` returns them.

    Returns:
        The vertex.
    """
    rows, columns = payoffs.shape
    ones = np.array([[1]] * rows, dtype=object)
    table = np.concatenate([payoffs, ones], axis=1)
    return Vertex(table, 1, tuple(range(columns, columns + rows)), tuple(range(columns)))


def vertices(payoffs: Any) -> Iterator[Vertex]:
    """Every vertex of the polytope of some payoffs, each at least once, the origin first.

    Args:
        payoffs: Payoffs of the replying player, own action first, as `integers` returns them.

    Yields:
        One vertex per basis that the lexicographic rule allows; where the game is degenerate
        several may belong to one point.
    """
    first = origin(payoffs)
    known, waiting = {first.basis}, [first]
    while waiting:
        here = waiting.pop()
        yield here
        basis = here.basis
        for column, variable in enumerate(here.cobasic):
            row = here.leaving(column)
            there = basis ^ (1 << variable) ^ (1 << here.basic[row])
            if there not in known:
                known.add(there)
                waiting.append(here.pivot(row, column))


def _least(rows: list[int], values: list[int], over: list[int]) -> list[int]:
    """The rows whose value is least, each taken over its own positive number."""
    best = rows[:1]
    for row in rows[1:]:
        gap = values[row] * over[best[0]] - values[best[0]] * over[row]
        if gap < 0:
            best = [row]
        elif gap == 0:
            best.append(row)
    return best
