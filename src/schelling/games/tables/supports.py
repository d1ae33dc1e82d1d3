"""Which pairs of supports carry an equilibrium of a two-player table, for all pairs at once.

Row supports I and column supports J of the same size k. Let N(R, C) be the determinant of the rows
R and columns C of a player's payoffs with a column of ones appended. By Cramer's rule the mixture
over J that makes the rows I equally good has weights proportional to the signed N(I, J without j),
and what a row i outside I loses against it is a signed N(I with i, J) over the sum of the weights.
Every condition of an equilibrium is so a sign of one of a few hundred minors, shared between
supports and built up from smaller ones; no system is solved here.

Arrays hold the lane LAST. Knows neither tolerances nor draws of anything else.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import comb
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

_Sets = tuple[tuple[int, ...], ...]


class Pairs(NamedTuple):
    """Every pair of supports of equal size, smaller first, then in lexicographic order.

    Attributes:
        row: Whether each of the row player's actions is in the support.
        column: Whether each of the column player's actions is.
    """

    row: Bool[np.ndarray, "pair row"]
    column: Bool[np.ndarray, "pair column"]


@lru_cache(maxsize=64)
def pairs(rows: int, columns: int) -> Pairs:
    """List the pairs of supports of a table.

    Args:
        rows: Actions of the row player.
        columns: Actions of the column player.

    Returns:
        The pairs.

    Examples:
        >>> pairs(2, 3).row.shape
        (9, 2)
    """
    row: list[list[bool]] = []
    column: list[list[bool]] = []
    for k in range(1, min(rows, columns) + 1):
        for mine in _sets(rows, k):
            for theirs in _sets(columns, k):
                row.append([i in mine for i in range(rows)])
                column.append([j in theirs for j in range(columns)])
    return Pairs(np.array(row), np.array(column))


def count_pairs(rows: int, columns: int) -> int:
    """How many pairs of supports of equal size a table has, without listing them.

    Args:
        rows: Actions of the row player.
        columns: Actions of the column player.

    Returns:
        The number.

    Examples:
        >>> count_pairs(5, 5)
        251
    """
    return sum(comb(rows, k) * comb(columns, k) for k in range(1, min(rows, columns) + 1))


def fits(
    payoff: Float[Array, "own other lane"], slack: float
) -> list[Bool[Array, "_own_support _other_support lane"]]:
    """Per support size, where the opponent's mixture over its support makes one's own support best.

    Args:
        payoff: Own payoffs, scaled so that 1 is the most an own action can matter.
        slack: How far a probability may be below zero, or a payoff outside the support above the
            one inside, and still count.

    Returns:
        One array per support size k = 1, 2, ...; supports in lexicographic order.
    """
    own, other = payoff.shape[:2]
    bordered = _bordered_minors(payoff)
    found: list[Array] = []
    for k in range(1, min(own, other) + 1):
        weights = _weights(bordered[k - 1], own, other, k)
        total = weights[0]
        for weight in weights[1:]:
            total = total + weight
        sign = jnp.where(total < 0, -1.0, 1.0)
        room = slack * jnp.abs(total)
        good = total != 0
        for weight in weights:
            good = good & (sign * weight >= -room)
        for gain in _gains(bordered[k], own, k) if k < own else ():
            good = good & (sign * gain <= room)
        found.append(good)
    return found


def _bordered_minors(payoff: Array) -> list[Array]:
    """N for column sets of size 0, 1, ...; row sets are one larger."""
    own, other = payoff.shape[:2]
    bordered = [jnp.ones((own, 1, payoff.shape[2]))]
    minors = payoff
    for k in range(1, min(own - 1, other) + 1):
        if k > 1:
            minors = _larger(payoff, minors, k)
        without = _without(own, k + 1)
        bordered.append(_alternating([minors[without[:, p]] for p in range(k + 1)], start=k))
    return bordered


def _larger(payoff: Array, minors: Array, k: int) -> Array:
    """Minors of size k from those of size k - 1, by expansion along the first row."""
    own, other = payoff.shape[:2]
    first = np.array([rows[0] for rows in _sets(own, k)])
    rest = _without(own, k)[:, 0]
    column = np.array(_sets(other, k))
    dropped = _without(other, k)
    factors, smaller = payoff[first], minors[rest]
    return _alternating([factors[:, column[:, p]] * smaller[:, dropped[:, p]] for p in range(k)])


def _weights(bordered: Array, own: int, other: int, k: int) -> list[Array]:
    """Unnormalised weight of each member of the opponent's support, by position."""
    dropped = _without(other, k)
    return [bordered[:, dropped[:, p]] * (1.0 if (k - 1 - p) % 2 == 0 else -1.0) for p in range(k)]


def _gains(bordered: Array, own: int, k: int) -> list[Array]:
    """Gain of each action outside the own support, times the sum of the weights."""
    place = {rows: index for index, rows in enumerate(_sets(own, k + 1))}
    which: list[list[int]] = []
    signs: list[list[float]] = []
    for rows in _sets(own, k):
        outside = [i for i in range(own) if i not in rows]
        which.append([place[tuple(sorted((*rows, i)))] for i in outside])
        signs.append([-1.0 if sum(r > i for r in rows) % 2 == 0 else 1.0 for i in outside])
    return [
        bordered[np.array(which)[:, q]] * jnp.asarray(np.array(signs)[:, q])[:, None, None]
        for q in range(own - k)
    ]


def _alternating(terms: list[Array], start: int = 0) -> Array:
    total = terms[0] if start % 2 == 0 else -terms[0]
    for p, term in enumerate(terms[1:], start=1):
        total = total + term if (p + start) % 2 == 0 else total - term
    return total


@lru_cache(maxsize=256)
def _sets(actions: int, k: int) -> _Sets:
    return tuple(combinations(range(actions), k))


@lru_cache(maxsize=256)
def _without(actions: int, k: int) -> Int[np.ndarray, "set position"]:
    """Index, among sets of size k - 1, of each set with one member left out."""
    place = {members: index for index, members in enumerate(_sets(actions, k - 1))}
    return np.array([[place[(*s[:p], *s[p + 1 :])] for p in range(k)] for s in _sets(actions, k)])
