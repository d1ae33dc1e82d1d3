"""Whether an answer is one, judged by a residual that its solver did not compute.

Far out, at precisions where a difference of payoffs in the last digit decides, a walk can end
without noticing that its numbers no longer carry the answer. Knows no games.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from schelling.errors import Status

LARGEST_RESIDUAL = 1e-6
"""Difference between a probability and the response to the profile beyond which it is no answer."""


def by_residual(
    play: tuple[np.ndarray, ...],
    status: Int[np.ndarray, " draw"],
    residual: Float[np.ndarray, " draw"],
) -> tuple[tuple[np.ndarray, ...], Int[np.ndarray, " draw"]]:
    """Blank what does not answer itself, and say so.

    Args:
        play: Arrays with the draw first.
        status: Status of each draw.
        residual: How far each profile is from answering itself.

    Returns:
        Play, NaN in the draws that fail, and their status NO_CONVERGENCE.

    Examples:
        >>> play, status = by_residual((np.ones((2, 1)),), np.zeros(2, int), np.array([1e-9, 0.1]))
        >>> play[0].tolist(), status.tolist()
        ([[1.0], [nan]], [0, 1])
    """
    bad = residual > LARGEST_RESIDUAL
    if not bad.any():
        return play, status
    blank = tuple(np.where(bad.reshape(-1, *[1] * (own.ndim - 1)), np.nan, own) for own in play)
    return blank, np.where(bad, int(Status.NO_CONVERGENCE), status)
