"""Payoffs up to positive affine changes, so that those of two games can be compared.

What a player prefers, over chances as well, stays the same when payoffs are multiplied by a
positive number and moved. From 0 at the least to 1 at the largest, each class
of such payoffs has one member.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

TOLERANCE = 1e-9
"""Of a range: far above the rounding of a few sums, far below what a person writes."""


class Levels(NamedTuple):
    """Numbers of two games as whole numbers, equal where the numbers are."""

    first: Int[np.ndarray, "*one"]
    second: Int[np.ndarray, "*other"]


def rescaled(payoffs: Float[np.ndarray, "outcome player"]) -> Float[np.ndarray, "outcome player"]:
    """Payoffs from 0 to 1; 0 everywhere for a player to whom all outcomes are the same.

    Examples:
        >>> rescaled(np.array([[1.0, 5.0], [3.0, 5.0], [2.0, 5.0]])).T
        array([[0. , 1. , 0.5],
               [0. , 0. , 0. ]])
    """
    low, high = payoffs.min(axis=0), payoffs.max(axis=0)
    size = np.maximum(np.abs(low), np.abs(high))
    width = np.where(high - low > TOLERANCE * size, high - low, np.inf)
    return (payoffs - low) / width


def levels(one: Float[np.ndarray, "*one"], other: Float[np.ndarray, "*other"]) -> Levels:
    """Numbers of two games as whole numbers; such as lie within the tolerance get the same."""
    both = np.concatenate([one.ravel(), other.ravel()])
    order = np.argsort(both)
    steps = np.diff(both[order], prepend=both[order[:1]]) > TOLERANCE
    found = np.empty(len(both), dtype=np.int64)
    found[order] = np.cumsum(steps)
    return Levels(found[: one.size].reshape(one.shape), found[one.size :].reshape(other.shape))
