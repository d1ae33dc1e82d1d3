"""Names, dates and amounts of a case as they are read in a story."""

from __future__ import annotations

import datetime as dt

from schelling.case.clock import Clock
from schelling.case.model import Case
from schelling.errors import printable
from schelling.report.words.numerals import general

DIGITS = 3
"""Digits of a number that is told."""


def when(case: Case, step: int) -> str:
    """The date of a step and its number; empty of a case without time."""
    clock = case.clock
    return "" if clock is None else f"{day(clock, step)} ({counted(clock, step)})"


def day(clock: Clock, step: int) -> str:
    """The day at which a step begins, such as `2 May 2022`."""
    return written(clock.day(step))


def written(one: dt.date) -> str:
    """A day in words.

    Examples:
        >>> written(dt.date(2022, 5, 2))
        '2 May 2022'
    """
    return f"{one.day} {one:%B} {one.year}"


def counted(clock: Clock, step: int) -> str:
    """The number of a step: its week, where steps are whole weeks."""
    weeks = step * clock.step
    if abs(clock.step - round(clock.step)) < 1e-9:
        return f"week {round(weeks)}"
    return f"step {step}"


def spoken(name: str) -> str:
    """A name of the case as it is read.

    Examples:
        >>> spoken("silence_fades")
        'silence fades'
    """
    return name.replace("_", " ").strip()


def clean(text: str) -> str:
    """Words of the case on one line, without signs that no terminal should be sent."""
    return " ".join(printable(text).split())


def from_to(before: float, after: float, unit: str) -> str:
    """From one amount to another, as what something does."""
    if before == after:
        return f"stays at {amount(after, unit)}"
    way = "rises" if after > before else "falls"
    start, end = amount(before, unit), amount(after, unit)
    if start == end:
        return f"{way} by less than is shown, from {start}"
    return f"{way} from {start} to {end}"


def amount(value: float, unit: str) -> str:
    """A number with its unit; shares in percent.

    Examples:
        >>> amount(0.53, "share"), amount(2.0, "1 / year"), amount(12.0, "weeks")
        ('53 %', '2 per year', '12 weeks')
    """
    if unit == "share":
        return f"{general(100.0 * value, DIGITS)} %"
    words = unit.removeprefix("1 ")
    words = f"per {words[2:]}" if words.startswith("/ ") else words
    return f"{general(value, DIGITS)} {words}".rstrip()
