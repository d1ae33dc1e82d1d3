"""The time of a tool as the dates and steps of a case.

A tool counts time in a unit of its own from a number of its own; a case runs from a day to a day.
The unit is kept where a case has it and the days come out right; else a unit of the tool's time is
a week, or the first of the others in which the run has exactly as many steps as in the tool.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from schelling.case.clock import MAX_STEPS, Clock
from schelling.case.language.typed import units
from schelling.interchange.foreign import Findings
from schelling.interchange.stockflow.model import TimeSpan

MONDAY = dt.date(2000, 1, 3)

_WORDS = {
    "day": ("day", "days", "d"),
    "week": ("week", "weeks", "wk", "wks"),
    "month": ("month", "months", "mo", "mon"),
    "quarter": ("quarter", "quarters", "qtr", "qtrs"),
    "year": ("year", "years", "yr", "yrs"),
}
_ORDER = ("week", "year", "month", "quarter", "day")
_MOST_PARTS = 10_000


@dataclass(frozen=True)
class Calendar:
    """How the time of a tool lies in a case.

    Attributes:
        unit: The unit of the case that one of the tool's is.
        start: The first day.
        until: The last day.
        step: The step, in units.
        substeps: Parts of a step.
        named: Whether the tool's own unit is kept.
    """

    unit: str
    start: dt.date
    until: dt.date
    step: float
    substeps: int
    named: bool

    def keys(self, method: str) -> dict[str, str]:
        """The keys of the section `time`."""
        found = {
            "start": self.start.isoformat(),
            "step": f"{self.step!r} {self.unit}",
            "until": self.until.isoformat(),
            "method": method,
        }
        return found | ({"substeps": str(self.substeps)} if self.substeps > 1 else {})


def fit(grid: TimeSpan, findings: Findings, *, every_step: bool = False) -> Calendar:
    """Lay a grid of time into the calendar; what cannot be goes to the findings.

    Args:
        grid: Of the tool.
        findings: Takes what is wrong.
        every_step: Whether each step of the tool is one of the case, as what is drawn anew at every
            step needs; else those between the results are substeps.
    """
    own = next((u for u, words in _WORDS.items() if grid.unit.strip().lower() in words), "")
    steps = (grid.stop - grid.start) / grid.dt if grid.dt > 0 else math.inf
    asked = grid.every / grid.dt if grid.dt > 0 else math.inf
    if not (0 <= steps <= MAX_STEPS * _MOST_PARTS and math.isfinite(asked)):
        return _refused(f"the run has {steps:.3g} steps, which a case cannot have", findings)
    total = math.floor(steps + 1e-6)
    substeps = 1 if every_step else _divisor(total, max(1, round(asked)))
    count = total // substeps
    if count > MAX_STEPS and not every_step:
        parts = range(2, _MOST_PARTS + 1)
        more = next((m for m in parts if total % m == 0 and total // m <= MAX_STEPS), 0)
        substeps, count = more, total // more if more else 0
    if not 1 <= count <= MAX_STEPS or substeps < 1:
        return _refused(f"the run has {total:,} steps, which a case cannot have", findings)
    step = grid.dt * substeps
    for unit in (own, *_ORDER) if own else _ORDER:
        found = _placed(grid, unit, step, count)
        if found is not None:
            return Calendar(unit, *found, step, substeps, named=unit == own)
    message = f"time from {grid.start:g} to {grid.stop:g} in steps of {grid.dt:g} does not fit"
    return _refused(f"{message} into the calendar", findings)


def _divisor(total: int, most: int) -> int:
    """The largest number of steps, up to one, of which a run has a whole number."""
    return next((n for n in range(min(total, most, _MOST_PARTS), 0, -1) if total % n == 0), 1)


def _refused(message: str, findings: Findings) -> Calendar:
    """Refuse a time; any calendar, for finding what else is wrong."""
    hint = f"a case has 1 to {MAX_STEPS:,} steps, each in whole parts"
    findings.refuse("E906", message, 0, hint=hint)
    return Calendar("week", MONDAY, MONDAY + dt.timedelta(days=7), 1.0, 1, named=False)


def _placed(grid: TimeSpan, unit: str, step: float, count: int) -> tuple[dt.date, dt.date] | None:
    """First and last day with exactly so many steps between them; None if there are none."""
    weeks = step * units.read(unit).factor
    start, days = _first(grid, unit), count * weeks * 7
    if not 1e-3 <= weeks <= 1e5:
        return None
    for whole in (math.ceil(days - 1e-6), math.floor(days + 1e-6)):
        try:
            until = start + dt.timedelta(days=whole)
        except OverflowError:
            return None
        if until > start and Clock(start, until, weeks).steps == count:
            return start, until
    return None


def _first(grid: TimeSpan, unit: str) -> dt.date:
    """The first day: of a run that counts years of a calendar, the first of that year."""
    year = int(grid.start)
    if unit == "year" and grid.start == year and 1000 <= year <= 9000:
        return dt.date(year, 1, 1)
    return MONDAY
