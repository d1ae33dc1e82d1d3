"""A note on a last day that no step falls on."""

from __future__ import annotations

import datetime as dt
import math

from schelling.case.clock import Clock
from schelling.case.draft import Draft
from schelling.case.model import Case


def note(draft: Draft, case: Case) -> None:
    """Note that a run ends a day or more before 'until', as no step falls on that day."""
    clock = case.clock
    if clock is None or _after(clock, clock.steps) >= clock.until:
        return
    last, days = _after(clock, clock.steps), clock.step * 7
    message = f"the last step is on {clock.day(clock.steps)}, before the end on {clock.until}"
    reason = f"a step has {days:g} days, counted from {clock.start}"
    hint = f"write until: {last}"
    if (dt.date.max - last).days >= days:  # days end with the year 9999
        hint += f", or {_after(clock, clock.steps + 1)} for one step more"
    draft.report("N108", message, ("time", "until"), reason, hint)


def _after(clock: Clock, step: int) -> dt.date:
    """The first day on which a step is over; steps need not be whole days."""
    return clock.start + dt.timedelta(days=math.ceil(step * clock.step * 7 - 1e-6))
