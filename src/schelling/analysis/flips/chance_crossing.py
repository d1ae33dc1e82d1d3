"""Where a chance crosses one half along a line, when it is only known from strokes of luck.

The same strokes are used at every point (common random numbers), so the share of them with which a
claim holds is a step function of the position. Its crossing of one half is narrowed down by false
position. The interval inverts the test of one half: it holds every position at which the share of
the strokes is no further from one half than 95 % of such shares would be if the chance were one
half. That is exact whatever the shape of the curve, as strokes are independent. Knows no model.
Axes: (point, thing).

References:
    Glasserman, P. and Yao, D. D. (1992), Some guidelines and guarantees for common random numbers,
    Management Science 38(6). Casella, G. and Berger, R. L. (2002), Statistical inference, section
    9.2: intervals from inverted tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.analysis.flips.quantile_space import Points

_ROUNDS = 8
_TOLERANCE = 0.004  # quantile levels; a small part of the intervals that 1,024 strokes allow
_KEPT = 0.15  # of a bracket: false position goes no nearer to its ends


@dataclass(frozen=True)
class Crossing:
    """Where a chance crosses one half on the way from a start to an end.

    Attributes:
        at: The place, as a part of the way.
        low: Nearest place of the 95 % interval; 0 where the start cannot be told from one half.
        high: Farthest place; infinite where it may lie beyond the end.
    """

    at: float
    low: float
    high: float


Ask = Callable[[Points, Int[ndarray, " point"]], Float[ndarray, " point"]]
"""Share of strokes on the side of the start, less one half, at points of given lines."""


def critical(strokes: int) -> float:
    """How far from one half a share of strokes may be, with 95 % probability, if the chance is.

    Args:
        strokes: How many independent strokes.

    Returns:
        The distance, as a share.

    Examples:
        >>> critical(100)
        0.1
    """
    from scipy.stats import binom  # noqa: PLC0415 - takes half a second

    most = float(binom.ppf(0.975, strokes, 0.5))
    return most / strokes - 0.5


def interval(share: float, strokes: int) -> tuple[float, float]:
    """95 % interval of a chance from a share of strokes (Wilson's).

    Examples:
        >>> [round(end, 3) for end in interval(0.5, 100)]
        [0.404, 0.596]

    References:
        Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
        J. American Statistical Association 22.
    """
    z = 1.959963984540054
    middle = (share + z * z / (2 * strokes)) / (1 + z * z / strokes)
    half = z / (1 + z * z / strokes)
    half *= math.sqrt(share * (1 - share) / strokes + z * z / (4 * strokes * strokes))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def crossings(
    start: Float[ndarray, " thing"] | Points,
    ends: Points,
    hints: Float[ndarray, " line"],
    ask: Ask,
    strokes: int,
) -> list[Crossing | None]:
    """The first crossing of one half on each of several lines.

    Args:
        start: Where all lines begin, or each.
        ends: Where they end.
        hints: A part of each way at which the chance may have crossed.
        ask: The model.
        strokes: Strokes behind every share that `ask` returns.

    Returns:
        One answer a line; None where no crossing was met.
    """
    begins = np.broadcast_to(start, ends.shape)
    sure = critical(strokes)
    lines = [_Line(begin, end, sure) for begin, end in zip(begins, ends, strict=True)]
    wanted = [sorted({0.0, float(hint), 1.0}) for hint in hints]
    for _ in range(_ROUNDS):
        rows = np.repeat(np.arange(len(lines)), [len(places) for places in wanted])
        if not rows.size:
            break
        points = np.array(
            [line.point(at) for line, places in zip(lines, wanted, strict=True) for at in places]
        )
        gaps = iter(ask(points, rows).tolist())
        for line, places in zip(lines, wanted, strict=True):
            line.gaps |= {at: next(gaps) for at in places}
        wanted = [line.next() for line in lines]
    return [line.crossing() for line in lines]


@dataclass
class _Line:
    """What is known along one line."""

    start: Float[ndarray, " thing"]
    end: Float[ndarray, " thing"]
    critical: float
    gaps: dict[float, float] = field(default_factory=dict[float, float])

    def point(self, at: float) -> Float[ndarray, " thing"]:
        return self.end if at == 1.0 else self.start + at * (self.end - self.start)

    def bracket(self, target: float) -> tuple[float, float] | None:
        """The places between which the gap first falls to a target; equal ones at the start."""
        before = 0.0
        for at in sorted(self.gaps):
            if self.gaps[at] <= target:
                return before, at
            before = at
        return None

    def next(self) -> list[float]:
        """Places to be asked next: of brackets that are too wide still."""
        if self.bracket(0.0) is None:
            return []
        found: set[float] = set()
        finest = _TOLERANCE / max(float(np.abs(self.end - self.start).sum()), 1e-12)
        for target in (0.0, self.critical, -self.critical):
            ends = self.bracket(target)
            if ends is not None and ends[1] - ends[0] > finest:
                part = min(max(self.part(ends, target), _KEPT), 1.0 - _KEPT)
                found.add(ends[0] + part * (ends[1] - ends[0]))
        return sorted(found)

    def part(self, ends: tuple[float, float], target: float) -> float:
        """Where in a bracket the gap meets a target if it is straight in between."""
        first, last = self.gaps[ends[0]], self.gaps[ends[1]]
        return (first - target) / (first - last) if first > last else 0.5

    def crossing(self) -> Crossing | None:
        middle = self.bracket(0.0)
        if middle is None:
            return None
        at = middle[0] + self.part(middle, 0.0) * (middle[1] - middle[0])
        near, far = self.bracket(self.critical), self.bracket(-self.critical)
        low = near[0] if near is not None else 0.0
        return Crossing(at, min(low, at), far[1] if far is not None else math.inf)
