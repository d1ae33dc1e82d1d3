"""The logit branch of one strategic game, in NumPy: the equations of `logit` without compiling.

Knows no draws: payoffs are `(action of each player..., player)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from schelling.games.paths import single
from schelling.games.paths.arclength import STANDARD, WalkSettings
from schelling.games.paths.single import Linear, SingleEnd
from schelling.games.tables import strategic

Mixed = list[Float[np.ndarray, " _action"]]
"""One mixed action per player."""


def follow(
    payoffs: Float[np.ndarray, "*action player"],
    precision: Float[np.ndarray, " player"],
    unique: bool = False,
    settings: WalkSettings = STANDARD,
) -> tuple[Mixed, SingleEnd, float]:
    """Logit equilibrium on the principal branch of one game.

    Args:
        payoffs: The game.
        precision: Precision of each player.
        unique: Whether the equilibrium is certified unique.
        settings: Rules of the walk.

    Returns:
        One mixed action per player, NaN where the branch was lost; how it ended; and the t at
        which it was to end, scaled as in `logit.scale`.
    """
    sharpest = float((precision * strategic.stakes(payoffs[None])[0]).max())
    over = precision / (sharpest if sharpest > 0 else 1.0)
    gains: list[np.ndarray] = []
    for i, scale in enumerate(over):
        own = np.moveaxis(payoffs[..., i], i, 0)
        gains.append((own[1:] - own[:1]) * scale)
    sizes = [len(own) for own in gains]
    edges = np.concatenate([[0], np.cumsum(sizes)]).tolist()

    def linearise(z: Float[np.ndarray, " unknown"], t: float) -> Linear:
        return _linearised(gains, edges, z, t)

    end = single.follow(linearise, sum(sizes), sharpest, unique, settings)
    return _mixtures(end.z, edges), end, sharpest


def _linearised(
    gains: Sequence[Float[np.ndarray, "_own ..."]],
    edges: list[int],
    z: Float[np.ndarray, " unknown"],
    t: float,
) -> Linear:
    """F_i = z_i - t G_i(play(z)) and its derivatives, as in `logit.system`."""
    play = _mixtures(z, edges)
    better = np.empty_like(z)
    slope = np.eye(len(z))
    for i, own in enumerate(gains):
        rows = slice(edges[i], edges[i + 1])
        better[rows] = own if own.ndim == 1 else 0.0
        for j in range(len(gains)):
            if j == i:
                continue
            pair = _against(own, play, i, j)
            value = pair @ play[j]
            better[rows] = value
            columns = slice(edges[j], edges[j + 1])
            slope[rows, columns] = -t * (pair[:, 1:] - value[:, None]) * play[j][1:]
    return z - t * better, slope, -better


def _against(
    gains: Float[np.ndarray, "own ..."], play: Mixed, i: int, j: int
) -> Float[np.ndarray, "own other"]:
    """Player i's gains by player j's action, the rest averaged out."""
    table, others = gains, [k for k in range(len(play)) if k != i]
    for position in reversed(range(len(others))):
        if others[position] != j:
            table = np.tensordot(table, play[others[position]], axes=(position + 1, 0))
    return table


def _mixtures(z: Float[np.ndarray, " unknown"], edges: list[int]) -> Mixed:
    found: Mixed = []
    for first, last in pairwise(edges):
        odds = np.concatenate([[0.0], z[first:last]])
        weights = np.exp(odds - odds.max())
        found.append(weights / weights.sum())
    return found
