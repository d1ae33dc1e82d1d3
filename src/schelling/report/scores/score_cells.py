"""Cells of the tables of a scored register: forecasts, answers and losses in a few signs."""

from __future__ import annotations

import datetime as dt
import math

from schelling.case.model import Question
from schelling.forecast.skill import Skill
from schelling.report.words import shares
from schelling.report.words.numerals import fixed, general, percent_number
from schelling.study.scoring.forecasters import YES_OR_NO, life
from schelling.study.scoring.score_board import (
    AUTHOR,
    CLASS,
    NOT_MATURED,
    PERSISTENCE,
    RECORD,
    RETROSPECTIVE,
    SCORED,
    ForecastLoss,
    Row,
)

_NAMES = {PERSISTENCE: "no change", RECORD: "no change, smoothed", CLASS: "base rate"}
_ENDS = {"": "", "best": ", best case", "worst": ", worst case"}
NEVER = "never"
"""What a date is called that does not come within its window."""

_RECORDED = 12  # digits of a number on record, which has no error: all that it has

WAITS = "scored when its window closes"
"""What is said of an answer that is known while its window is open."""


def name(forecaster: str, end: str = "") -> str:
    """What a forecaster is called in a table; `score_words.legend` explains it.

    Args:
        forecaster: Who.
        end: Of a forecaster that gave intervals, which end is scored: `best` or `worst`.
    """
    return _NAMES.get(forecaster, forecaster) + _ENDS[end]


def chance(p: float) -> str:
    """A probability in percent, never rounded to certainty."""
    return percent_number(p)


def answer(question: Question, value: float) -> str:
    """A number as an answer to its question: a bin by its name, a day by its date.

    Args:
        question: A question about a number, a date or an ordered answer.
        value: The number; of a date, days since the window opened; of a bin, its position.

    Returns:
        Such as `0.71`, `mid`, `2024-04-10`, or `never` for a day beyond the window.
    """
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    if math.isnan(value):
        return general(value)
    if question.kind == "ordered":
        return question.bins[int(value)]
    if question.kind != "date":
        return general(value, 3)
    if value >= life(question):
        return NEVER
    return (question.opens + dt.timedelta(days=math.floor(value))).isoformat()


def odds(row: Row) -> str:
    """The author's odds as a range of percent, or of a number; empty without any."""
    told = row.by(AUTHOR)
    if told is None:
        return ""
    if row.question.kind in YES_OR_NO:
        low, high = chance(told.low), chance(told.high)
    else:
        low, high = answer(row.question, told.low), answer(row.question, told.high)
    mark = "*" if told.retrospective else ""
    return (low if low == high else f"{low}–{high}") + mark


def share(row: Row) -> str:
    """The share of worlds in percent, or its bounds where numbers failed; empty without one."""
    if row.share is None:
        return ""
    return shares.number(row.share)


def point(row: Row, forecaster: str) -> str:
    """What a forecaster's point is: percent for a yes or no, else the answer itself."""
    told = row.by(forecaster)
    if told is None:
        return ""
    mark = "*" if told.retrospective else ""
    if row.question.kind in YES_OR_NO:
        if math.isnan(told.point):
            return f"{chance(told.low)}–{chance(told.high)}{mark}"
        return chance(told.point) + mark
    return answer(row.question, told.point) + mark


def with_interval(question: Question, told: ForecastLoss) -> str:
    """A forecast of a number, date or ordered answer: the middle and the ends, if it has them."""
    mark = "*" if told.retrospective else ""
    middle = "" if math.isnan(told.point) else answer(question, told.point)
    if math.isnan(told.low) or told.low == told.high:
        return middle + mark
    ends = f"{answer(question, told.low)} to {answer(question, told.high)}"
    return f"{middle} ({ends}){mark}" if middle else ends + mark


def happened(row: Row) -> str:
    """The outcome in a word: the answer, or where the question stands."""
    status = row.settled.status
    known = _known(row)
    if status == NOT_MATURED and known:
        return f"{known}, {WAITS}"
    if status not in (SCORED, RETROSPECTIVE) or not known:
        return status
    return f"{known}*" if status == RETROSPECTIVE else known


def _known(row: Row) -> str:
    """The answer on record; empty without one."""
    outcome = row.settled.outcome
    if outcome is None or not outcome.settled:
        return ""
    if outcome.value is None:
        return outcome.status
    if not isinstance(outcome.value, str):
        return general(outcome.value, _RECORDED)
    late = row.question.kind == "date" and outcome.value > row.question.closes.isoformat()
    return f"{NEVER} ({outcome.value})" if late and outcome.value != NEVER else outcome.value


def bits(value: float) -> str:
    """Bits of surprise; infinity for what was ruled out and happened, empty for none."""
    return "" if math.isnan(value) else fixed(value, 2)


def ranged(seen: Skill) -> str:
    """Skill with its interval; where there is no ratio, the difference of the mean losses."""
    if math.isnan(seen.skill):
        gap = _interval(seen, seen.difference, seen.difference_interval)
        return f"no ratio; difference {gap}"
    return _interval(seen, seen.skill, seen.skill_interval)


def _interval(seen: Skill, value: float, ends: tuple[float, float]) -> str:
    if math.isnan(ends[0]):
        return f"{fixed(value, 2)} ({'all alike' if seen.alike else 'too few to judge'})"
    if math.isinf(ends[0]):
        return f"{fixed(value, 2)} (up to {fixed(ends[1], 2)})"
    return f"{fixed(value, 2)} ({fixed(ends[0], 2)} to {fixed(ends[1], 2)})"


def side(row: Row) -> str:
    """The side the text takes: yes, no, or none (empty)."""
    return "" if row.lean is None else "yes" if row.lean else "no"
