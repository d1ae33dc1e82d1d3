"""When something regular happens: from a first day on, every so many days, months or years."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterator

from schelling.case.clock import ANY_TIME, Clock
from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.parsing.syntax import Amount, Expression, Name

MOST = 100_000
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def steps(draft: Draft, clock: Clock, path: Path) -> tuple[int, ...]:
    """The steps at or after each time between the days of the case, one for each time.

    What is written in whole months or years keeps the day of the month, or the last day of a
    shorter month; everything else is a length of time.

    Args:
        draft: Takes the problems.
        clock: The case's.
        path: Of the mapping with the keys `on` and `every`.
    """
    first, length = draft.day((*path, "on")), draft.duration((*path, "every"))
    if first is None or length is None or clock is ANY_TIME:
        return ()
    if clock.steps * clock.step > MOST * length:
        message = f"this would happen more than {MOST:,} times"
        draft.report("E432", message, (*path, "every"), hint="use a hazard for what is as frequent")
        return ()
    months = _months(draft.parse((*path, "every")))
    found: list[int] = []
    for weeks in _times(clock, first, length, months):
        step = clock.first_at_or_after(weeks)
        if step >= clock.steps:
            break
        if weeks > -1e-9:
            found.append(step)
    if not found:
        message = "this never happens within the time of the case"
        hint = f"the last step that changes anything is {clock.day(clock.steps - 1)}"
        draft.report("E312", message, (*path, "on"), hint=hint)
    return tuple(found)


def _months(written: Expression | None) -> int:
    """Whole months in a length of time written in months, quarters or years; 0 for others."""
    match written:
        case Name():
            return _MONTHS.get(written.name, 0)
        case Amount() if written.value == int(written.value):
            return int(written.value) * _MONTHS.get(written.unit.removesuffix("s"), 0)
        case _:
            return 0


def _times(clock: Clock, first: dt.date, length: float, months: int) -> Iterator[float]:
    """Times since the start, in weeks; those long before it are left out."""
    begun = clock.weeks(first)
    number = max(math.floor(-begun / length) - 1, 0)
    while True:
        if not months:
            yield begun + number * length
        else:
            day = _later(first, number * months)
            if day is None:
                return
            yield clock.weeks(day)
        number += 1


def _later(first: dt.date, months: int) -> dt.date | None:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(first.day, last))
