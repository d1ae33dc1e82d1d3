"""Two-player tables of opposed interests, solved by a linear programme.

Interests are opposed where the game is zero-sum but for a factor between the players' units and for
payoffs that a player's own action does not move. One game at a time; no draws.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

_SAME = 1e-12  # difference, as a share of the stake, that is rounding
_ROUNDINGS = 16  # of a payoff on its way through some sums
_GAIN = 1e-9  # gain, as a share of the stake, beyond which a programme's answer is none

Mixtures = tuple[Float[np.ndarray, " row"], Float[np.ndarray, " column"]]


def matrix(payoffs: Float[np.ndarray, "row column 2"]) -> Float[np.ndarray, "row column"] | None:
    """What the row player wins from the column player in a zero-sum game with the same incentives.

    Args:
        payoffs: Payoff of each player in each cell.

    Returns:
        The matrix, in the row player's unit; None where interests are not opposed.

    Examples:
        The column player's payoffs are in another unit and stand on 5.

        >>> own = np.array([[1.0, -1.0], [-1.0, 1.0]])
        >>> matrix(np.stack([own, 5 - 3 * own], axis=-1)).tolist()
        [[1.0, -1.0], [-1.0, 1.0]]
        >>> matrix(np.stack([own, own], axis=-1)) is None
        True
    """
    own, other = payoffs[..., 0], payoffs[..., 1]
    mine, theirs = _centred(own), _centred(other)
    scale = float((theirs**2).sum())
    factor = -float((mine * theirs).sum()) / scale if scale else 0.0
    # Payoffs on an offset come with roundings of the size of the offset's last digit.
    largest = float(np.abs(own).max() + abs(factor) * np.abs(other).max())
    room = _SAME * float(np.abs(mine).max()) + _ROUNDINGS * np.finfo(float).eps * largest
    if factor <= 0 or float(np.abs(mine + factor * theirs).max()) > room:
        return None
    # own + factor * other is a sum of a part by column and a part by row; the first of them is what
    # the row player cannot move.
    total = own + factor * (other - other.mean())
    return own - (total.mean(axis=0) - total.mean())


def solve(won: Float[np.ndarray, "row column"]) -> Mixtures | None:
    """Optimal mixtures of both players of a zero-sum game.

    Args:
        won: What the row player wins.

    Returns:
        The mixtures; None where the programme's answer fails its check.

    Examples:
        >>> [own.round(6).tolist() for own in solve(np.array([[3.0, -1.0], [-1.0, 1.0]]))]
        [[0.333333, 0.666667], [0.333333, 0.666667]]

    References:
        Dantzig, A proof of the equivalence of the programming problem and the game problem, 1951.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - takes half a second to import

    rows, columns = won.shape
    stake = float(np.ptp(won)) or 1.0
    # Maximise the value that every column leaves to the mixture; its dual is the other mixture.
    cost = np.zeros(rows + 1)
    cost[-1] = -1.0
    under = np.concatenate([-(won - won.mean()).T / stake, np.ones((columns, 1))], axis=1)
    total = np.concatenate([np.ones(rows), [0.0]])[None]
    limits = [(0.0, None)] * rows + [(None, None)]
    done = linprog(cost, under, np.zeros(columns), total, [1.0], limits, method="highs-ds")
    if not done.success or done.x is None:
        return None
    mine = _proper(np.asarray(done.x[:rows]))
    theirs = _proper(-np.asarray(done.ineqlin.marginals))
    gap = float((won @ theirs).max() - (mine @ won).min())
    return (mine, theirs) if gap <= _GAIN * stake else None


def _centred(table: Float[np.ndarray, "row column"]) -> Float[np.ndarray, "row column"]:
    level = table - table.mean()
    return level - level.mean(axis=0) - level.mean(axis=1)[:, None]


def _proper(weights: Float[np.ndarray, " action"]) -> Float[np.ndarray, " action"]:
    positive = np.maximum(weights, 0.0)
    return positive / positive.sum()
