"""The table of an observed series: what was recorded, row by row.

Every row is checked at the door, those that will not enter included.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from schelling.case.file import csv_table, disk
from schelling.case.file.csv_table import Cells, Column, Reader, Shape
from schelling.case.language.typed.scope import suggest
from schelling.case.language.words.error_words import TRIALS, ErrorModel, Values
from schelling.case.observations import ObservedRow
from schelling.errors import Problem

_DAY, _TEXT, _EVERY = "a date, YYYY-MM-DD", "text", "every row"
COLUMNS: dict[str, Column] = {
    "date": Column("The day that the number is about.", _DAY, "2022-03-05", _EVERY),
    "value": Column("What was recorded, in the unit of the series.", "a number", "70.5", _EVERY),
    "source": Column("Whose record it is.", _TEXT, "Levada", _EVERY),
    "vintage": Column(
        "Day on which the number was published; the day that it is about when left out. Of several "
        "rows of one date and source, the latest that is published in time enters.",
        _DAY,
        "2022-03-10",
    ),
    "trials": Column(
        "How many were asked, drawn or tried, for `binomial(trials, ...)` and "
        "`beta_binomial(trials, ...)`.",
        "a whole number above 0",
        "1617",
        "series whose model says `trials`",
    ),
    "member": Column(
        "Whose number it is, of a series over a set: the member, or members as between brackets.",
        _TEXT,
        "north",
        "series over sets",
    ),
    "source_url_or_ref": Column("Where to find the record.", _TEXT, "issue of 10 March 2022"),
    "note": Column("Anything a reader should know.", _TEXT, "by telephone"),
}
MEMBER = "member"
REQUIRED: dict[str, str] = dict.fromkeys(("date", "value", "source"), "E602")
SHAPE = Shape("table of observations", "observations", COLUMNS, REQUIRED)


def parse(
    text: disk.Text,
    model: ErrorModel | None,
    trials: float | None,
    over: tuple[str, frozenset[str]] | None = None,
) -> tuple[tuple[ObservedRow, ...], list[Problem]]:
    """Read the rows of a series; each problem names its row and column.

    Args:
        text: The table.
        model: The error model; None where it is faulty, so that any number will do.
        trials: How many trials there are in every row; None where the rows say, or nobody knows.
        over: Of a series over sets, the member whose rows are wanted, and all members there are.
    """
    rows = _Rows(text, model, trials, over)
    with contextlib.suppress(csv_table.Enough):
        for given in rows.reader.rows():
            rows.row(given)
    return tuple(rows.found), rows.reader.problems


def has_trials(text: disk.Text) -> bool:
    """Whether a table has the column `trials`."""
    return has_column(text, TRIALS)


def has_column(text: disk.Text, name: str) -> bool:
    """Whether a table has a column."""
    header = text.lined.split("\n", 1)[0]
    return name in [cell.strip().strip('"') for cell in header.split(",")]


class _Rows:
    def __init__(
        self,
        text: disk.Text,
        model: ErrorModel | None,
        trials: float | None,
        over: tuple[str, frozenset[str]] | None,
    ) -> None:
        self.reader = Reader(text, SHAPE)
        self.report = self.reader.report
        self.model, self.trials, self.over = model, trials, over
        self.found: list[ObservedRow] = []
        self._seen: dict[tuple[dt.date, str, dt.date, str], int] = {}

    def row(self, given: Cells) -> None:
        """Keep a row, or report what is wrong with it."""
        date = self.reader.date("E661", "this row", given, "date")
        published = date
        if given.get("vintage"):
            published = self.reader.date("E661", "this row", given, "vintage")
        if not given["source"]:
            self.report("E661", "this row has no source", "source", "state whose record it is")
        self.reader.alike("E661", "source", "source")
        trials = self.count(given) if given.get(TRIALS) else None
        value = csv_table.number(given["value"])
        if value is None:
            message = f"'{given['value']}' in column 'value' is not a number"
            self.report("E661", message, "value", csv_table.number_hint(given["value"]))
        else:
            self.fits(given, value, self.trials if self.trials is not None else trials)
        if date is None or published is None or value is None:
            return
        if published < date:
            message = f"published on {published}, before the day that it is about ({date})"
            self.report("E661", message, "vintage")
        key = date, given["source"], published, given.get(MEMBER, "")
        if key in self._seen:
            message = f"the number of {date} by '{given['source']}' is given twice"
            message += f" (line {self._seen[key]})"
            self.report("E661", message, "date", "a revision has a later day under 'vintage'")
        self._seen[key] = self.reader.line
        if self.over is not None and self.whose(given) != self.over[0]:
            return
        self.found.append(ObservedRow(date, value, given["source"], published, trials))

    def whose(self, given: Cells) -> str:
        """The member that a row belongs to; an unknown one is reported."""
        member = ", ".join(part.strip() for part in given.get(MEMBER, "").split(","))
        if self.over is not None and member not in self.over[1]:
            message = f"'{given.get(MEMBER, '')}' is no member of what the series is over"
            self.report("E661", message, MEMBER, suggest(member, self.over[1]))
        return member

    def count(self, given: Cells) -> float | None:
        """The number of trials in a row."""
        found = csv_table.number(given[TRIALS])
        if found is None or found < 1 or found != int(found):
            message = f"'{given[TRIALS]}' in column 'trials' is not a whole number above 0"
            self.report("E661", message, TRIALS)
            return None
        if self.trials is not None and found != self.trials:
            message = f"the model says {self.trials:g} trials, and this row {found:g}"
            hint = f"write '{TRIALS}' in the model for those of each row"
            self.report("E661", message, TRIALS, hint)
        return found

    def fits(self, given: Cells, value: float, trials: float | None) -> None:
        """Report a number that the error model says cannot be observed."""
        if self.model is None:
            return
        kind, whole = self.model.values, value == int(value)
        impossible = kind is Values.POSITIVE and value <= 0
        if kind in (Values.COUNTS, Values.OF_TRIALS):
            impossible = value < 0 or not whole
        if kind is Values.OF_TRIALS and trials is not None:
            impossible |= value > trials
        if impossible:
            message = f"'{given['value']}' cannot be observed: '{self.model.name}' gives "
            message += kind.value
            message += f" ({trials:g})" if kind is Values.OF_TRIALS and trials is not None else ""
            self.report("E661", message, "value")
