"""The grid of steps: dates to step numbers and back."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Steps `0..steps` from `start`, `step` weeks apart.

    Attributes:
        start: Day of step 0.
        until: Last day asked for; the last step is on it or before it.
        step: Length of a step in weeks.
        substeps: Parts of a step in which stocks flow and hazards act.
        method: How stocks flow within one: `rk4` or `euler`.
    """

    start: dt.date
    until: dt.date
    step: float
    substeps: int = 1
    method: str = "rk4"

    @property
    def steps(self) -> int:
        """Number of the last step."""
        return math.floor(self.weeks(self.until) / self.step + 1e-9)

    def weeks(self, day: dt.date) -> float:
        """Time from the start to a day, in weeks."""
        return (day - self.start).days / 7

    def day(self, step: int) -> dt.date:
        """The day of a step.

        Examples:
            >>> Clock(dt.date(2022, 3, 21), dt.date(2023, 3, 20), 1.0).day(2)
            datetime.date(2022, 4, 4)
        """
        return self.start + dt.timedelta(days=round(step * self.step * 7))

    def first_at_or_after(self, weeks: float) -> int:
        """The first step at or after a time since the start."""
        return math.ceil(weeks / self.step - 1e-9)

    def last_at_or_before(self, weeks: float) -> int:
        """The last step at or before a time since the start."""
        return math.floor(weeks / self.step + 1e-9)


MAX_STEPS = 20_000

NEAR = 1e-6
"""Part of a substep by which a moment may miss its start, as moments are computed in weeks."""


def inside_substep(place: float, substeps: int) -> bool:
    """Whether a moment lies inside a substep of a run, and not where one begins.

    Args:
        place: The moment, counted in substeps since the start.
        substeps: How many the run has.

    Examples:
        >>> inside_substep(2.5, 4), inside_substep(3 + 1e-9, 4), inside_substep(4.5, 4)
        (True, False, False)
    """
    return 0 < place < substeps and abs(place - round(place)) > NEAR


ANY_TIME = Clock(dt.date(1, 1, 1), dt.date(9999, 12, 31), 1.0)
"""The clock of a case whose own one is wrong: every date lies in it."""
