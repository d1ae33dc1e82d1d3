"""The status of each question on a day: answered, void, undecided, too early. Knows no forecast.

A question is scored when its window has closed, not on the day on which its answer is known: an
early yes would otherwise be scored earlier than any no. Where every answer was known before its
question was put on record, the register is an exercise and its questions are scored as one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from schelling.case.model import Case, Question
from schelling.case.records import Outcome
from schelling.study.scoring.score_board import (
    AMBIGUOUS,
    HINDSIGHT,
    INTENT,
    NOT_MATURED,
    OPEN,
    PENDING,
    RETROSPECTIVE,
    SCORED,
    VOID,
    Settled,
)

_ANSWERED: Final = (SCORED, RETROSPECTIVE, INTENT, HINDSIGHT)
_APART: Final = {
    "aim": (INTENT, "an aim that the text states, not a forecast"),
    "hindsight": (HINDSIGHT, "its criterion was written knowing the answer"),
}


def latest(case: Case) -> dt.date | None:
    """The last day anything was recorded; None when nothing was."""
    return max((outcome.recorded_at for outcome in case.outcomes), default=None)


def settle(case: Case, as_of: dt.date | None) -> dict[str, Settled]:
    """The status of every question of the register.

    Args:
        case: The case.
        as_of: The day; None means before anything is on record.

    Returns:
        By name, in the order of the register, superseded questions included.
    """
    outcomes = {outcome.question: known(outcome, as_of) for outcome in case.outcomes}
    questions = {question.name: question for question in case.questions}
    found: dict[str, Settled] = {}
    for question in case.questions:
        _settle(question, questions, outcomes, as_of, found)
    if any(one.status == SCORED for one in found.values()):
        return {question.name: found[question.name] for question in case.questions}
    return {question.name: _exercised(found[question.name]) for question in case.questions}


def _exercised(one: Settled) -> Settled:
    """A question of a register in which none was on record before its answer."""
    return replace(one, status=SCORED) if one.status == RETROSPECTIVE else one


def known(outcome: Outcome, as_of: dt.date | None) -> Outcome | None:
    """What was known of an answer on a day.

    The latest version on record by then. Where nothing was on record yet, the first version,
    provided that it tells of what was settled by then: registers are often filled in afterwards.
    """
    if as_of is None:
        return None
    versions = (*outcome.earlier, outcome)
    on_record = [version for version in versions if version.recorded_at <= as_of]
    if on_record:
        return on_record[-1]
    first = versions[0]
    by_then = first.resolved_on is not None and first.resolved_on <= as_of
    return first if by_then else None


def _settle(
    question: Question,
    questions: Mapping[str, Question],
    outcomes: Mapping[str, Outcome | None],
    as_of: dt.date | None,
    found: dict[str, Settled],
) -> Settled:
    if question.name in found:
        return found[question.name]
    found[question.name] = Settled(PENDING, "it depends on itself")
    depends = [
        (name, wanted, _settle(questions[name], questions, outcomes, as_of, found))
        for name, wanted in question.antecedents
        if name in questions
    ]
    found[question.name] = _conditional(depends) or _plain(
        question, outcomes.get(question.name), as_of
    )
    return found[question.name]


def _conditional(depends: list[tuple[str, bool, Settled]]) -> Settled | None:
    """Void when an antecedent failed, pending while one is undecided, None when all hold."""
    for name, wanted, one in depends:
        if one.status == VOID:
            return Settled(VOID, f"{name} is void")
        if one.status in _ANSWERED and one.outcome is not None:
            answer = one.outcome.status
            if answer in ("yes", "no") and (answer == "yes") != wanted:
                return Settled(VOID, f"{name} came out {answer}")
    for name, _, one in depends:
        if one.status not in _ANSWERED:
            return Settled(PENDING, f"{name} is {one.status}")
    return None


def _plain(question: Question, outcome: Outcome | None, as_of: dt.date | None) -> Settled:
    if outcome is not None and outcome.status == VOID:
        return Settled(VOID, "its void rule applies", outcome)
    if as_of is None or as_of <= question.closes:
        reason = f"its window closes on {question.closes}"
        if outcome is not None and outcome.settled:
            known = outcome.status if outcome.value is None else outcome.value
            reason = f"{known}, scored when {reason}"
        return Settled(NOT_MATURED, reason, outcome)
    if outcome is None or outcome.status == OPEN:
        return Settled(OPEN, "no answer on record", outcome)
    if outcome.status == AMBIGUOUS:
        return Settled(AMBIGUOUS, "judges disagree", outcome)
    if question.set_apart:
        status, reason = _APART[question.set_apart]
        return Settled(status, f"{reason}; it came out {outcome.value or outcome.status}", outcome)
    registered = question.registered_at
    if registered and outcome.resolved_on and outcome.resolved_on < registered:
        reason = f"settled on {outcome.resolved_on}, put on record on {registered}"
        return Settled(RETROSPECTIVE, reason, outcome)
    if registered and registered > question.closes:
        reason = f"its window closed on {question.closes}, put on record on {registered}"
        return Settled(RETROSPECTIVE, reason, outcome)
    return Settled(SCORED, "", outcome)
