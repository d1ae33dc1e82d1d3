"""How an answer depends on the day on which its window closes.

Two views. The register often asks one thing at several closing dates: `families` compares their
answers and says which of them flip. The model can also be evaluated for any closing date within its
time: `by_closing_date` moves the end of a question's window and counts the worlds again. Axes:
closing dates, in order.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from schelling.case.clock import Clock
from schelling.case.language.typed.types import Operation, OverTime, Twin, Typed
from schelling.case.model import Case, Question
from schelling.errors import RunError
from schelling.study.runs.run import run
from schelling.study.scoring import answers

_DATES: Final = 13
_TAIL: Final = 0.05
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class QuestionFamily:
    """One question at several closing dates.

    Attributes:
        questions: Its forms, the earliest closing date first.
        statuses: What became of each; `open` where nothing is recorded.
        flips: Whether those that have closed have different answers.
        decided: Day from which a form that closed by then came out yes; None where none did.
    """

    questions: tuple[Question, ...]
    statuses: tuple[str, ...]
    flips: bool
    decided: dt.date | None


def families(case: Case) -> tuple[QuestionFamily, ...]:
    """Questions of a case that differ in their closing date only, in the order of the register.

    Args:
        case: A checked case.

    Returns:
        A family for every question asked at two dates or more: same kind, criterion, opening day,
        antecedent and strictness, and the same words but for dates.
    """
    found: dict[tuple[str, ...], list[Question]] = {}
    for question in case.questions:
        if not question.superseded:
            found.setdefault(_key(question), []).append(question)
    return tuple(_family(case, listed) for listed in found.values() if len(listed) > 1)


def _key(question: Question) -> tuple[str, ...]:
    words = _DAY.sub("", question.question)
    given = question.columns
    rest = (given.get("antecedent", ""), given.get("strict_or_broad", ""))
    return (question.kind, words, question.yes_if, question.opens.isoformat(), *rest)


def _family(case: Case, listed: Sequence[Question]) -> QuestionFamily:
    ordered = tuple(sorted(listed, key=lambda question: question.closes))
    outcomes = {outcome.question: outcome for outcome in case.outcomes}
    known = [outcomes.get(question.name) for question in ordered]
    statuses = tuple(outcome.status if outcome is not None else "open" for outcome in known)
    closed = {status for status in statuses if status != "open"}
    days = [o.resolved_on for o in known if o is not None and o.status == "yes" and o.resolved_on]
    return QuestionFamily(ordered, statuses, len(closed) > 1, min(days, default=None))


def by_closing_date(
    case: Case,
    name: str,
    *,
    dates: Sequence[dt.date] | None = None,
    worlds: int = 4096,
    seed: int = 0,
) -> pd.DataFrame:
    """What the worlds answer to a question, had its window closed on other days.

    Every window of its binding that ends where the question's own does is moved to end on the other
    day; whatever else the binding looks at stays.

    Args:
        case: A checked case.
        name: A question that `resolves` ties to the model.
        dates: Closing days within the time of the case, after the window opens; thirteen even ones
            when None.
        worlds: How many worlds.
        seed: Seed of design and chance.

    Returns:
        A frame indexed by closing day: for a yes or no `share` and `standard_error`, and its bounds
        `low` and `high`, which alone there are where options of a lever differ; for a number
        `median`, `q05` and `q95`, over the options as they are drawn; and `own`, whether the
        question's own window closes there.

    Raises:
        RunError: The question has no `resolves`, it uses no window, or a day lies outside the time
            in which it can close.
    """
    question = next((q for q in case.questions if q.name == name), None)
    clock = case.clock
    if question is None or question.resolves is None or clock is None:
        message = f"the case has no question '{name}' that 'resolves' ties to a model with time"
        raise RunError(message)
    ends = _ends(question.resolves)
    if not ends:
        message = f"'resolves' of '{name}' uses no window that could close on another day"
        raise RunError(message)
    own = max(ends)
    steps = _steps(clock, question, own, dates)
    forms = tuple(
        replace(question, name=f"{name} {step}", resolves=_moved(question.resolves, own, step))
        for step in steps
    )
    asked = replace(case, claims=(), questions=forms)
    made = run(asked, worlds=worlds, seed=seed)
    rows = [
        _row(answers.answer(made, form)) | {"own": step == own}
        for form, step in zip(forms, steps, strict=True)
    ]
    return pd.DataFrame(rows, index=pd.Index([clock.day(step) for step in steps], name="closes"))


def _row(answer: answers.Answer) -> dict[str, float]:
    if answer.share is not None:
        seen = answer.share
        told = {"share": seen.share, "standard_error": seen.standard_error}
        return {**told, "low": seen.low, "high": seen.high}
    values = answer.answered
    cuts = np.quantile(values, [0.5, _TAIL, 1 - _TAIL]) if len(values) else [np.nan] * 3
    return dict(zip(("median", "q05", "q95"), (float(cut) for cut in cuts), strict=True))


def _steps(
    clock: Clock, question: Question, own: int, dates: Sequence[dt.date] | None
) -> tuple[int, ...]:
    """Steps at which the window closes instead, its own included."""
    first = max(clock.first_at_or_after(clock.weeks(question.opens)), 0) + 1
    if dates is None:
        even = np.linspace(min(first, clock.steps), clock.steps, _DATES).round().astype(int)
        return tuple(sorted({*even.tolist(), own}))
    steps: list[int] = []
    for day in dates:
        step = clock.last_at_or_before(clock.weeks(day))
        if not 0 <= step <= clock.steps or day > clock.until or day < clock.start:
            message = f"{day} lies outside the time of the case, {clock.start} to {clock.until}"
            raise RunError(message)
        steps.append(step)
    return tuple(sorted(set(steps)))


def _ends(expression: Typed) -> set[int]:
    """Last steps of the windows an expression looks at."""
    match expression:
        case OverTime():
            return {expression.last}
        case Operation():
            return set[int]().union(*(_ends(part) for part in expression.operands))
        case Twin():
            return _ends(expression.body)
        case _:
            return set()


def _moved(expression: Typed, own: int, step: int) -> Typed:
    """The expression with the windows that end at one step ending at another."""
    match expression:
        case OverTime() if expression.last == own:
            point = expression.first == expression.last
            first = step if point else min(expression.first, step)
            return replace(expression, first=first, last=step)
        case Operation():
            parts = tuple(_moved(part, own, step) for part in expression.operands)
            return replace(expression, operands=parts)
        case Twin():
            return replace(expression, body=_moved(expression.body, own, step))
        case _:
            return expression
