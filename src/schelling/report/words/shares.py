"""A share of worlds in words; where numbers failed, its bounds, and where that was first."""

from __future__ import annotations

import math

from schelling.analysis.verdicts import Share
from schelling.case.clock import Clock
from schelling.compile.inspection.failing import Failure
from schelling.report.words.formulas import formula
from schelling.report.words.numerals import (
    MISSING,
    NO_BREAK,
    count,
    error_bar,
    fixed,
    general,
    percent,
    percent_number,
    with_sign,
)

_APART = 0.02  # bounds this far apart are written in whole percents
_HALF = 0.005
_RARE = 0.01
_DIGITS = 3


def amount(share: Share) -> str:
    """A share in percent; where numbers failed, or options differ, its bounds.

    Args:
        share: The share.

    Returns:
        Such as `37.7 %`, or `41 to 91 %`.
    """
    return with_sign(number(share))


def number(share: Share) -> str:
    """As `amount`, without the sign for percent, for a column whose head has it."""
    if not share.bounded:
        return percent_number(share.share, share.half_width)
    return _ends(share.low, share.high)


def error(share: Share) -> str:
    """Half of the 95 % interval in points; empty where bounds stand in place of the share."""
    return "" if share.bounded else error_bar(share.share, share.half_width)


def both(share: Share) -> str:
    """The share and its error, or its bounds."""
    return f"{amount(share)} {error(share)}".rstrip()


def bounds(low: float, high: float) -> str:
    """Two bounds of a share in percent, never rounded to the same number unless they are equal.

    Args:
        low: The lower one, from 0 to 1.
        high: The upper one.

    Returns:
        Whole percents where they lie two points or more apart; else to a tenth, rounded outward.

    Examples:
        >>> bounds(0.4096, 0.9104).replace(NO_BREAK, " ")
        '41 to 91 %'
        >>> bounds(0.99921, 0.99926).replace(NO_BREAK, " ")
        '99.9 to 100.0 %'
    """
    return with_sign(_ends(low, high))


def _ends(low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):
        return MISSING
    if high - low >= _APART:
        ends = fixed(100.0 * low, 0), fixed(100.0 * high, 0)
    else:
        ends = (
            fixed(math.floor(1000.0 * low + 1e-9) / 10.0, 1),
            fixed(math.ceil(1000.0 * high - 1e-9) / 10.0, 1),
        )
    return f"{ends[0]} to {ends[1]}"


def without_number(failed: int, worlds: int) -> str:
    """How many worlds have no number, as a clause.

    Examples:
        >>> without_number(2048, 4096), without_number(3, 4096), without_number(8, 8)
        ('half of the worlds have no number', '3 of 4,096 worlds have no number',
        'no world has a number')
    """
    part = failed / worlds if worlds else 1.0
    if failed == worlds:
        return "no world has a number"
    if abs(part - 0.5) < _HALF:
        return "half of the worlds have no number"
    if part < _RARE or worlds < 1 / _RARE:
        return (
            f"{failed:,} of {count(worlds, 'world')} {'has' if failed == 1 else 'have'} no number"
        )
    return f"{percent(part)} of the worlds have no number".replace(NO_BREAK, " ")


def lost(share: Share, failure: Failure | None, clock: Clock | None) -> str:
    """How many worlds have no number and where numbers failed first; empty where none failed."""
    if not share.failed:
        return ""
    found = where(failure, clock)
    return without_number(share.failed, share.worlds) + (f", first {found}" if found else "")


def where(failure: Failure | None, clock: Clock | None) -> str:
    """Where numbers failed first, such as "at `v` in week 0: sqrt(u0 - 0.5) with u0 = 0.3".

    Args:
        failure: The failure; None where it was not found.
        clock: The clock of the case; None for one without time.

    Returns:
        The words; empty where it was not found.
    """
    if failure is None:
        return ""
    named = f"`{failure.name}`" if failure.name else ""
    twin = f", with {failure.held} held" if failure.held else ""
    if failure.step is None or clock is None:
        place = f"when computing {named}"
    else:
        place = f"at {named} " if named else ""
        place += moment(failure.step, clock)
    return f"{place}{twin}{_computed(failure)}"


def moment(step: int, clock: Clock) -> str:
    """A step of a run: its week where steps are whole weeks, else its day.

    Examples:
        >>> import datetime as dt
        >>> begin, end = dt.date(2022, 3, 21), dt.date(2023, 3, 20)
        >>> moment(2, Clock(begin, end, 1.0)), moment(0, Clock(begin, end, 1 / 7))
        ('in week 2', 'on 2022-03-21')
    """
    if abs(clock.step - round(clock.step)) < 1e-9:
        return f"in week {round(step * clock.step)}"
    return f"on {clock.day(step)}"


def _computed(failure: Failure) -> str:
    written = failure.said or (formula(failure.computed) if failure.computed is not None else "")
    if not written:
        return ""
    fed = ", ".join(f"{name} = {_value(value, unit)}" for name, value, unit in failure.fed)
    return f": {written} with {fed}" if fed else f": {written}"


def _value(value: float | str, unit: str) -> str:
    if isinstance(value, str):
        return value
    text = "no number" if math.isnan(value) else general(value, _DIGITS)
    return f"{text} {'' if unit == 'share' else unit.removeprefix('1 ')}".rstrip()
