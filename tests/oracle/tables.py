"""Tables of the oracle: one at a time, the logit branch walked in steps too small to leave it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import lru_cache

import numpy as np

OFF = 1e-2  # how far a step may miss the branch, as a share of its length
SHORTEST = 1e-12  # a step that rounding decides
TINY = 1e-30  # complex step: the derivative is exact to rounding
ZERO = np.zeros(1)
CLOSE = 1e-12  # residual of the answer: some hundred roundings


def quantal(payoffs: np.ndarray, precision: list[float]) -> list[np.ndarray] | None:
    """Logit equilibrium at the first place where the branch from uniform play has the precision.

    Args:
        payoffs: By every player's action, then the player.
        precision: The precision of each player.

    Returns:
        A mixed action per player; None where there is none.
    """
    sharp = tuple(float(own) for own in precision)
    if not (np.isfinite(payoffs).all() and np.isfinite(sharp).all() and min(sharp) >= 0):
        return None
    return _walked(payoffs.shape, payoffs.tobytes(), sharp)


@lru_cache(maxsize=10_000)
def _walked(
    shape: tuple[int, ...], numbers: bytes, precision: tuple[float, ...]
) -> list[np.ndarray] | None:
    payoffs = np.frombuffer(numbers).reshape(shape)
    size = sum(shape[:-1]) - len(shape[:-1])
    spans = np.ptp(payoffs, axis=tuple(range(len(shape) - 1)))
    scale = max(1.0, max(precision) * float(spans.max()))
    sharp = np.repeat(precision, [count - 1 for count in shape[:-1]])

    def residual(point: np.ndarray) -> np.ndarray:
        play = mixtures(point[:-1], shape[:-1])
        gains = [(v[1:] - v[0]) for v in values(payoffs, play)]
        return point[:-1] - point[-1] * sharp / scale * np.concatenate(gains)

    play = [np.real(own) for own in mixtures(walk(residual, size, scale), shape[:-1])]
    assert _gap(payoffs, precision, play) < CLOSE
    return play


def walk(residual: Callable[[np.ndarray], np.ndarray], size: int, goal: float) -> np.ndarray:
    """Follow the solutions of an equation from zero to where the last unknown reaches a goal.

    Args:
        residual: Of the unknowns and, last, what is raised from 0 to the goal.
        size: Number of unknowns.
        goal: Where to stop; the first time counts.

    Raises:
        FloatingPointError: Doubles are too coarse for the way: an action is so bad that its chance
            is zero, and what it would be worth cannot be said.
    """

    def slope(point: np.ndarray) -> np.ndarray:
        columns = np.eye(size + 1) * TINY * 1j
        return np.stack([residual(point + column).imag / TINY for column in columns], axis=1)

    start, last = np.zeros(size + 1), np.eye(size + 1)[-1]
    along = np.linalg.solve(np.vstack([slope(start), last]), last)
    place, length = start, 0.05
    while True:
        tangent = along / np.linalg.norm(along)
        guess = ahead = place + length * tangent
        inverse = np.linalg.inv(np.vstack([slope(guess), tangent]))
        for _ in range(4):
            off = np.append(residual(ahead), tangent @ (ahead - guess))
            ahead = ahead - inverse @ off
        if not np.isfinite(ahead).all() or length < SHORTEST:
            message = f"lost at {place[-1].real:g} of {goal:g}"
            raise FloatingPointError(message)
        if np.linalg.norm(ahead - guess) > OFF * length:
            length /= 2
            continue
        if ahead[-1] >= goal:
            break
        place, length, along = ahead, 1.4 * length, inverse[:, -1]  # the tangent at the guess
    share = (goal - place[-1]) / (ahead[-1] - place[-1])
    z = (place + share * (ahead - place))[:-1]
    for _ in range(8):
        point = np.append(z, goal)
        z = z - np.linalg.solve(slope(point)[:, :-1], residual(point))
    return z


def _gap(payoffs: np.ndarray, precision: tuple[float, ...], play: list[np.ndarray]) -> float:
    """How far a profile is from the logit response to itself."""
    gaps: list[float] = []
    for own, value, sharp in zip(play, values(payoffs, play), precision, strict=True):
        weight = np.exp(sharp * (value - value.max()))
        gaps.append(float(np.abs(weight / weight.sum() - own).max()))
    return max(gaps)


def mixtures(z: np.ndarray, actions: tuple[int, ...]) -> list[np.ndarray]:
    """Probabilities from log-odds against the first action."""
    found: list[np.ndarray] = []
    for count in actions:
        own, z = np.concatenate((ZERO, z[: count - 1])), z[count - 1 :]
        weight = np.exp(own - own.real.max())
        found.append(weight / weight.sum())
    return found


def values(payoffs: np.ndarray, play: list[np.ndarray]) -> list[np.ndarray]:
    """What each action is worth to its player."""
    found: list[np.ndarray] = []
    for player in range(len(play)):
        table = payoffs[..., player]
        for other in reversed(range(len(play))):
            if other > player:  # the last axis that is left
                table = np.dot(table, play[other])
            elif other < player:  # the last but one
                table = np.dot(play[other], table)
        found.append(table)
    return found


def nash(payoffs: np.ndarray) -> list[np.ndarray] | None:
    """The first pure equilibrium in the order of the table, else the mixed one of a 2x2 table."""
    sizes = payoffs.shape[:-1]
    if not np.isfinite(payoffs).all():
        return None
    for cell in itertools.product(*map(range, sizes)):
        if all(_no_better(payoffs, cell, player) for player in range(len(sizes))):
            return [np.eye(size)[action] for size, action in zip(sizes, cell, strict=True)]
    assert sizes == (2, 2)
    row, column = payoffs[..., 0], payoffs[..., 1]
    p = (column[1, 1] - column[1, 0]) / (column[0, 0] - column[0, 1] - column[1, 0] + column[1, 1])
    q = (row[1, 1] - row[0, 1]) / (row[0, 0] - row[1, 0] - row[0, 1] + row[1, 1])
    return [np.array([p, 1 - p]), np.array([q, 1 - q])]


def _no_better(payoffs: np.ndarray, cell: tuple[int, ...], player: int) -> bool:
    own = payoffs[(*cell[:player], slice(None), *cell[player + 1 :], player)]
    return bool(own[cell[player]] >= own.max())


def dominance(payoffs: np.ndarray, player: int, first: int, second: int) -> float:
    """Least gain from one action over another, the others doing the same against both."""
    own = np.moveaxis(payoffs[..., player], player, 0)
    return float((own[first] - own[second]).min())
