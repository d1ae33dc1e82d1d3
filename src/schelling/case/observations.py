"""Observed series of a case: what was recorded of its quantities, and how far a record may stray.

A row says what was recorded about a day, by whom, and on which day that was published. Only rows
that describe a day up to `until`, and were published by then, can be evidence.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from schelling.case.language.typed.types import Typed
from schelling.case.language.typed.units import Unit
from schelling.case.sources import Origin


@dataclass(frozen=True)
class ObservedRow:
    """One row of the table of a series.

    Attributes:
        date: The day it is about.
        value: What was recorded, in the unit of the series.
        source: Whose record it is; rows of one day and source are revisions of one number.
        published: The day on which it was published.
        trials: How many were asked, drawn or tried; None where the table does not say.
    """

    date: dt.date
    value: float
    source: str
    published: dt.date
    trials: float | None = None


@dataclass(frozen=True)
class ObservedSeries:
    """A series of records, bound to quantities of the model through an error model.

    Attributes:
        name: Its name.
        model: Name of the error model, as `error_words.ERROR_MODELS` has it.
        arguments: Its arguments in order; None where each row has its own, in `trials`.
        written: The model as written.
        unit: Unit of the values.
        until: Last day of which, and on which, a row may tell; None where any day will do.
        rows: All rows of the table, in its order.
        origin: Where it comes from.
    """

    name: str
    model: str
    arguments: tuple[Typed | None, ...]
    written: str
    unit: Unit
    until: dt.date | None
    rows: tuple[ObservedRow, ...]
    origin: Origin


@dataclass(frozen=True)
class RecordSelection:
    """The rows of a series that are evidence, and why the others are not.

    Attributes:
        rows: Those that enter, by date.
        later: How many tell of a later day, or were published on one.
        revised: How many were revised by then.
    """

    rows: tuple[ObservedRow, ...]
    later: int
    revised: int


def known_by(series: ObservedSeries, until: dt.date | None) -> RecordSelection:
    """The rows that somebody could know on a day: of each number its latest revision by then.

    Args:
        series: The series.
        until: The last day; all rows can be known when None.

    Examples:
        >>> from datetime import date
        >>> first = ObservedRow(date(2022, 3, 1), 70.0, "Levada", date(2022, 3, 5))
        >>> revised = ObservedRow(date(2022, 3, 1), 71.0, "Levada", date(2022, 4, 5))
        >>> rows = (first, revised)
        >>> unit, origin = Unit(()), Origin()
        >>> series = ObservedSeries("polls", "normal", (), "", unit, None, rows, origin)
        >>> [row.value for row in known_by(series, date(2022, 3, 20)).rows]
        [70.0]
        >>> [row.value for row in known_by(series, None).rows]
        [71.0]
    """
    latest: dict[tuple[dt.date, str], ObservedRow] = {}
    later = 0
    for row in sorted(series.rows, key=lambda one: (one.date, one.published)):
        if until is not None and (row.date > until or row.published > until):
            later += 1
        else:
            latest[row.date, row.source] = row
    return RecordSelection(tuple(latest.values()), later, len(series.rows) - later - len(latest))
