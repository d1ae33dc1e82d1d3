"""Substeps cut where something jumps, so that no rule reads over a jump.

Runge and Kutta's rule is exact to its order only where rates are smooth. Moments that are known
before anything runs, such as `elapsed < 10 days`, cut the substep that they lie in; the pieces are
substeps like any other. Under Euler's rule nothing is cut: whoever asks for it wants its grid.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.case.clock import NEAR, inside_substep
from schelling.compile.planning.plan import Plan
from schelling.dynamics.steps import BEFORE_THE_END, MORE_THAN_EQUAL
from schelling.errors import RunError

MOST_CUTS = 200
"""In one step, so that 20,000 steps with as many pieces each are some 100 MB."""


@dataclass(frozen=True)
class Pieces:
    """The pieces of every step, in weeks.

    Attributes:
        starts: Where each begins, since the start of the run; of steps with fewer, the rest is 0.
        openings: Where its start is read: a little later where something jumps there, so that
            `elapsed > 3 days` is true all along the piece that begins on that day.
        lengths: How long each is.
        counts: How many there are.
    """

    starts: Float[ndarray, "step piece"]
    openings: Float[ndarray, "step piece"]
    lengths: Float[ndarray, "step piece"]
    counts: Int[ndarray, " step"]


def pieces(plan: Plan) -> Pieces | None:
    """The substeps of a plan, those cut in which something jumps; None where nothing jumps.

    Raises:
        RunError: Where more than `MOST_CUTS` moments lie in one step.
    """
    if plan.method == "euler" or not plan.jumps:
        return None
    length = plan.step / plan.substeps
    whole = plan.steps * plan.substeps
    inside = [one for one in plan.jumps if inside_substep(one / plan.step * plan.substeps, whole)]
    rows: list[list[float]] = []
    for step in range(plan.steps):
        begin, end = step * plan.step, (step + 1) * plan.step
        even = [(step + part / plan.substeps) * plan.step for part in range(plan.substeps)]
        cuts = inside[bisect_right(inside, begin) : bisect_left(inside, end)]
        if len(cuts) > MOST_CUTS:
            message = f"rates jump at {len(cuts):,} moments in step {step}; at most {MOST_CUTS:,} "
            message += "are cut: write shorter steps, or fewer moments"
            raise RunError(message)
        rows.append(sorted([*even, *cuts]))
    most = max(map(len, rows))
    starts, lengths = np.zeros((plan.steps, most)), np.zeros((plan.steps, most))
    for step, row in enumerate(rows):
        starts[step, : len(row)] = row
        lengths[step, : len(row)] = np.diff([*row, (step + 1) * plan.step])
        if len(row) == plan.substeps:
            lengths[step, : len(row)] = length
    late = np.maximum(BEFORE_THE_END * lengths, MORE_THAN_EQUAL * (starts + lengths))
    jumps = _distance(starts, np.array(plan.jumps)) <= NEAR * length
    counts = np.array([len(row) for row in rows], dtype=np.int32)
    return Pieces(starts, starts + np.where(jumps, late, 0.0), lengths, counts)


def _distance(
    places: Float[ndarray, "step piece"], moments: Float[ndarray, " jump"]
) -> Float[ndarray, "step piece"]:
    """How far each place is from the nearest of some moments, which rise."""
    after = np.searchsorted(moments, places)
    next_one = moments[np.minimum(after, len(moments) - 1)]
    last_one = moments[np.maximum(after - 1, 0)]
    return np.minimum(np.abs(places - next_one), np.abs(places - last_one))
