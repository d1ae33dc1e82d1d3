"""Where agents stand in a picture of their network: computed once, the same every time."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
from jaxtyping import Float, Int
from numpy import ndarray

MOST: Final = 200
"""Agents of a network that is drawn."""

_ROUNDS = 100
_GOLDEN = np.pi * (3 - np.sqrt(5))


def ring(count: int) -> Float[ndarray, "agent two"]:
    """Agents on a circle in the order of their numbers, from the top, within a unit square."""
    turn = 2 * np.pi * np.arange(count) / count
    return np.stack([0.5 + 0.5 * np.sin(turn), 0.5 - 0.5 * np.cos(turn)], axis=1)


def springs(count: int, ties: Int[ndarray, "tie two"]) -> Float[ndarray, "agent two"]:
    """Agents as far from each other as there are ties between them, as well as a plane allows.

    The stress of all pairs, each weighted by the inverse square of its distance, is lowered by
    majorisation, from agents on a spiral with those of many ties inside. Agents without a path
    between them are as far apart as nine tenths of the others are at most.

    Args:
        count: How many agents.
        ties: Positions of the two of every tie.

    Returns:
        Places within a unit square.

    References:
        Gansner, Koren & North (2005), Graph drawing by stress majorization, section 2.
    """
    marks = np.ones(len(ties))
    graph = scipy.sparse.coo_array((marks, (ties[:, 0], ties[:, 1])), shape=(count, count)).tocsr()
    far: Float[ndarray, "agent agent"] = scipy.sparse.csgraph.shortest_path(
        graph, directed=False, unweighted=True
    )
    known = np.isfinite(far) & (far > 0)
    far = np.where(np.isfinite(far), far, np.quantile(far[known], 0.9) if known.any() else 1.0)
    degree = np.bincount(ties.ravel(), minlength=count)
    rank = np.empty(count)
    rank[np.argsort(-degree, kind="stable")] = np.arange(count)
    away = np.sqrt(rank + 0.5)
    places = np.stack([away * np.cos(_GOLDEN * rank), away * np.sin(_GOLDEN * rank)], axis=1)
    weight = np.divide(1.0, far**2, out=np.zeros_like(far), where=far > 0)
    inverse = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    for _ in range(_ROUNDS):
        places = inverse @ _pulled(places, far, weight)
    places -= places.min(axis=0)
    widest = float(places.max()) or 1.0
    return places / widest + (1 - places.max(axis=0) / widest) / 2


def _pulled(
    places: Float[ndarray, "agent two"],
    far: Float[ndarray, "agent agent"],
    weight: Float[ndarray, "agent agent"],
) -> Float[ndarray, "agent two"]:
    """The right side of a round of majorisation, after which the stress is never greater."""
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    pull = weight * np.divide(far, apart, out=np.zeros_like(far), where=apart > 0)
    return pull.sum(axis=1)[:, None] * places - pull @ places
