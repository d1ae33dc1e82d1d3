"""Early warnings in words."""

from __future__ import annotations

from schelling.report.exploration.exploration_words import value
from schelling.report.words.numerals import count, general, percent
from schelling.study.exploring.indicators import ClaimIndicator

_WHOLE = 1e-6


def indicator(one: ClaimIndicator) -> str:
    """A sign: threshold, day and lead time, hit rate, false alarms, and the factor of the odds."""
    beyond = "above" if one.seen.above else "below"
    threshold = value(one.seen.threshold, one.unit)
    factor = general(one.seen.ratio, 2)
    left_out = f"; left out: the {percent(one.failed)} of worlds without a truth value"
    return (
        f"{one.series} {beyond} {threshold} on {one.time}, {_ahead(one.weeks)} ahead: seen in "
        f"{percent(one.seen.hits)} of failing worlds and {percent(one.seen.alarms)} of holding "
        f"ones; odds of failure times {factor} ({general(one.seen.low, 2)} to "
        f"{general(one.seen.high, 2)}){left_out if one.failed > 0 else ''}"
    )


def _ahead(weeks: float) -> str:
    """Such as `3 weeks`; below two, days where these are no whole week, and hours below one day.

    Examples:
        >>> _ahead(9.0), _ahead(1.0), _ahead(3 / 7), _ahead(0.02)
        ('9 weeks', '1 week', '3 days', '3 hours')
    """
    if weeks >= 2.0 or abs(weeks - round(weeks)) < _WHOLE:
        return count(round(weeks), "week")
    days = 7.0 * weeks
    return count(round(days), "day") if days >= 1.0 else count(max(round(24 * days), 1), "hour")
