"""A box with its bounds rounded to the digits that matter.

Rounding comes first and measuring after, so that a sentence about the box is true of the very box
it states. Axes: (draw, thing).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.analysis.boxes.boxes import HIGH, LOW, Box


@dataclass(frozen=True)
class Label:
    """How an assumption is written.

    Attributes:
        name: Its name.
        scale: Size of one shown unit in the unit of the inputs.
        unit: What stands behind the number, such as `%` or `weeks`; may be empty.
        categories: Names of its categories, in order; empty for a number.
    """

    name: str
    scale: float = 1.0
    unit: str = ""
    categories: Sequence[str] = field(default=())


def round_bounds(
    box: Box,
    inputs: Float[ndarray, "draw thing"],
    labels: Sequence[Label],
    moved: float = 0.005,
) -> Box:
    """The same box with every bound cut to the fewest decimals that hardly move it.

    Args:
        box: The box.
        inputs: One row a world.
        labels: One an assumption; decimals are those of the shown unit.
        moved: Share of all worlds a rounded bound may let in or shut out.

    Returns:
        A box to be measured afresh.

    Examples:
        >>> x = np.linspace(0.0, 1.0, 1001)[:, np.newaxis]
        >>> box = Box(np.array([0.23204]), np.array([np.inf]), (None,))
        >>> round_bounds(box, x, [Label("aid")]).low
        array([0.23])
    """
    low, high = box.low.copy(), box.high.copy()
    for thing, side in box.restrictions:
        if side in (LOW, HIGH):
            bounds = low if side == LOW else high
            column, scale = inputs[:, thing], labels[thing].scale
            bounds[thing] = _rounded(float(bounds[thing]), column, side, scale, moved)
    return replace(box, low=low, high=high)


def _rounded(
    bound: float, column: Float[ndarray, " draw"], side: int, scale: float, moved: float
) -> float:
    """The bound with the fewest decimals, in units of `scale`, that moves few enough worlds."""
    spread = float(np.ptp(column)) / abs(scale)
    first = -math.floor(math.log10(spread)) if 0.0 < spread < math.inf else 0

    def kept(at: float) -> ndarray:
        return column >= at if side == LOW else column <= at

    exact = kept(bound)
    for decimals in range(first, first + 15):
        candidate = round(bound / scale, decimals) * scale
        if np.count_nonzero(kept(candidate) != exact) <= moved * column.size:
            return candidate
    return bound
