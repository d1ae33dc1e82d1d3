"""The losses of each forecaster, given what happened."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.model import Question
from schelling.case.records import Outcome
from schelling.forecast import ordered, over_time, samples, scores
from schelling.forecast.verbal import best_and_worst
from schelling.study.scoring.forecasters import (
    LEVEL,
    YES_OR_NO,
    Spoken,
    day_in_window,
    life,
    quantiles_of,
)
from schelling.study.scoring.score_board import (
    AUTHOR,
    BRIER,
    CRPS,
    INTERVAL_SCORE,
    ORDERED_BRIER,
    PINBALL,
    ForecastLoss,
)


def charge(question: Question, spoken: Spoken, outcome: Outcome) -> ForecastLoss:
    """What a forecaster said, with its losses.

    Args:
        question: The question.
        spoken: What was said.
        outcome: What happened: `yes`, `no` or `value`.
    """
    if question.kind in YES_OR_NO:
        return _yes_or_no(question, spoken, outcome)
    told = spoken.told
    if outcome.value is None or (math.isnan(told.point) and not spoken.levels):
        return told  # the author's interval of numbers has no probability, and so no score
    if question.kind == "ordered":
        loss = _of_bins(question, spoken, outcome)
        return replace(told, best=loss, worst=loss, rule=ORDERED_BRIER)
    loss = _of_number(question, spoken, outcome)
    rule = rule_of(spoken.levels)
    score = _interval_score(spoken, happened_as_number(question, outcome))
    return replace(told, best=loss, worst=loss, rule=rule, interval_score=score)


def rule_of(levels: Sequence[float]) -> str:
    """Name of the rule that scores a number forecast by quantiles at some levels, or wholly."""
    if not levels:
        return CRPS
    central = len(levels) == 2 and math.isclose(sum(levels), 1.0)
    return INTERVAL_SCORE if central else PINBALL


def _interval_score(spoken: Spoken, value: float) -> float:
    """Interval score of the central interval of probability `LEVEL`; NaN without one."""
    tail = 0.5 - 0.5 * LEVEL
    if spoken.levels:
        given = np.array(spoken.levels)
        if not all(np.isclose(given, level).any() for level in (tail, 1.0 - tail)):
            return math.nan
    elif spoken.samples is None:
        return math.nan
    low, high = quantiles_of(spoken, (tail, 1.0 - tail))
    return float(samples.interval(low, high, np.array([value]), LEVEL)[0])


def happened_as_number(question: Question, outcome: Outcome) -> float:
    """The answer as a number: of a bin its position, of a date days in the window."""
    if question.kind == "date":
        day = None if outcome.value == "never" else dt.date.fromisoformat(str(outcome.value))
        return day_in_window(day, question)
    if question.kind == "ordered":
        return float(question.bins.index(str(outcome.value)))
    return float(outcome.value) if outcome.value is not None else np.nan


def _yes_or_no(question: Question, spoken: Spoken, outcome: Outcome) -> ForecastLoss:
    told, happened = spoken.told, np.array([outcome.status == "yes"])
    if spoken.series:
        return _over_time(question, spoken, outcome)
    stated = told.forecaster == AUTHOR or math.isnan(told.point)  # else an error, not odds
    ends = (told.low, told.high) if stated else (told.point, told.point)
    low, high = (np.array([end]) for end in ends)
    best, worst = best_and_worst(scores.brier_half, low, high, happened)
    mild, harsh = best_and_worst(_surprise, low, high, happened)
    return replace(
        told,
        best=float(best[0]),
        worst=float(worst[0]),
        surprise=float(mild[0]),
        surprise_worst=float(harsh[0]),
        rule=BRIER,
    )


def _surprise(p: Float[ndarray, "*question"], happened: ndarray) -> Float[ndarray, "*question"]:
    return scores.surprise(scores.of_what_happened(p, happened))


def _over_time(question: Question, spoken: Spoken, outcome: Outcome) -> ForecastLoss:
    """Mean over the days that had a forecast, until the question was settled or closed."""
    p, made = np.array(spoken.series), np.array(spoken.made)
    happened = np.full(len(p), outcome.status == "yes")
    days = life(question)
    if outcome.resolved_on is not None:
        days = min(days, (outcome.resolved_on - question.opens).days + 1)
    brier = over_time.over_time(scores.brier_half(p, happened), made, days)
    bits = over_time.over_time(_surprise(p, happened), made, days)
    loss, surprise = float(brier.active), float(bits.active)
    return replace(
        spoken.told,
        best=loss,
        worst=loss,
        surprise=surprise,
        surprise_worst=surprise,
        rule=BRIER,
        coverage=float(brier.coverage),
    )


def _of_number(question: Question, spoken: Spoken, outcome: Outcome) -> float:
    value = happened_as_number(question, outcome)
    if spoken.levels:
        at, level = np.array(spoken.quantiles), np.array(spoken.levels)
        return float(2.0 * samples.pinball(at, level, np.full(len(at), value)).mean())
    if spoken.samples is None or spoken.weights is None:
        return abs(spoken.told.point - value)  # the CRPS of a point
    return float(samples.weighted_crps(spoken.samples, spoken.weights, value))


def _of_bins(question: Question, spoken: Spoken, outcome: Outcome) -> float:
    found = np.array([int(happened_as_number(question, outcome))])
    if spoken.samples is None or spoken.weights is None:
        p = np.eye(len(question.bins))[int(spoken.told.point)]
    else:
        places = spoken.samples.astype(int)
        p = np.bincount(places, weights=spoken.weights, minlength=len(question.bins))
    return float(ordered.ordered_brier(p[np.newaxis], found)[0])
