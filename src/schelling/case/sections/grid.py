"""The section `time`: the grid of steps."""

from __future__ import annotations

from schelling.case.clock import ANY_TIME, MAX_STEPS, Clock
from schelling.case.draft import Draft
from schelling.case.language.typed.units import TIME
from schelling.case.schema.case_file import CaseFile


def read_clock(draft: Draft, raw: CaseFile) -> Clock | None:
    """The grid of steps; None when the case has no time, all of time when it is wrong."""
    if raw.time is None:
        return ANY_TIME if "time" in draft.left_out else None
    start, until = draft.day(("time", "start")), draft.day(("time", "until"))
    step: float | None = TIME.factor
    if draft.root.at(("time",)).child("step") is not None:
        step = draft.duration(("time", "step"))
    if start is None or until is None or step is None:
        return ANY_TIME
    if until <= start:
        message = f"the time of the case ends ({until}) before it starts ({start})"
        draft.report("E408", message, ("time", "until"))
        return ANY_TIME
    clock = Clock(start, until, step, raw.time.substeps, raw.time.method)
    if not 1 <= clock.steps <= MAX_STEPS:
        message = (
            f"{clock.steps:,} steps fit between 'start' and 'until'; 1 to {MAX_STEPS:,} are allowed"
        )
        draft.report("E408", message, ("time", "step"))
        return ANY_TIME
    return clock
