"""What each forecaster says about a question, without its outcome.

The author's odds are an interval and stay one. The model's forecast is the share of its worlds
under a declared weighting. The baselines are persistence, past cases and a coin. Axes:
(world).
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.analysis.verdicts import Share
from schelling.case.clock import Clock
from schelling.case.model import Case, Question
from schelling.case.records import Outcome, Prediction, ReferenceClass
from schelling.forecast import baselines
from schelling.study.runs.results import Run
from schelling.study.scoring import answers
from schelling.study.scoring.score_board import (
    AUTHOR,
    CLASS,
    COIN,
    MODEL,
    PERSISTENCE,
    RECORD,
    ForecastLoss,
    LatePredictions,
    last_day,
)

YES_OR_NO = ("binary", "conditional")
APART = 0.01
"""Where worlds without a number leave a probability open by more, only its bounds are forecast."""
LEVEL = 0.9
"""Probability of the central interval shown for a number."""


@dataclass(frozen=True)
class Weighting:
    """How worlds are weighted when their share is used as a forecast.

    Attributes:
        name: What it is called wherever the forecast is printed.
        weights: Weight of each world of the run; None for equal weights.
    """

    name: str = "equal weights"
    weights: Float[ndarray, " world"] | None = None


@dataclass(frozen=True)
class Spoken:
    """What a forecaster said, with the whole distribution where there is one.

    Attributes:
        told: Its point and interval, not yet scored.
        samples: Values of the answering worlds: numbers, days from the opening, or numbers of bins.
        weights: Weights of these, summing to one.
        made: Of a sequence of probabilities, the days from the opening they were made on.
        series: These probabilities.
        levels: Levels of quantiles, rising, where a number was forecast by quantiles.
        quantiles: Their values.
    """

    told: ForecastLoss
    samples: Float[ndarray, " world"] | None = None
    weights: Float[ndarray, " world"] | None = None
    made: tuple[float, ...] = ()
    series: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    quantiles: tuple[float, ...] = ()


@dataclass(frozen=True)
class FromWorlds:
    """What a run says about a question.

    Attributes:
        spoken: The forecast; None where no world answers.
        share: The plain share of worlds, of a yes or no.
        unmet: Worlds without the antecedent.
        not_asked: Worlds in which a game that it asks is never played.
        failed: Worlds whose numbers failed.
        levers: Levers over whose options, as they are drawn, `spoken` is; see `Answer`.
    """

    spoken: Spoken | None = None
    share: Share | None = None
    unmet: int = 0
    not_asked: int = 0
    failed: int = 0
    levers: tuple[str, ...] = ()


def from_worlds(case: Case, question: Question, run: Run, weighting: Weighting) -> FromWorlds:
    """The model's forecast of a question.

    Worlds without a number are unknown: a probability becomes the interval that they leave, and is
    scored as stated odds are, at both ends. A number is forecast by the other worlds.

    Args:
        case: The case that is scored.
        question: Its question.
        run: A run of it, or of an earlier state of it that bound the question the same way.
        weighting: How worlds are weighed.
    """
    asked = next((q for q in run.case.questions if q.name == question.name), None)
    if asked is None or question.name not in run.manifest.questions or not _same(asked, question):
        return FromWorlds()
    found = answers.answer(run, asked)
    counts = found.unmet, found.not_asked, found.failed
    seen = FromWorlds(None, found.share, *counts)
    kept = ~np.isnan(found.values)
    if not kept.any():
        return seen
    values = found.values[kept]
    given = np.ones(len(found.values)) if weighting.weights is None else weighting.weights
    weights = given[kept] / given[kept].sum()
    known = [case.data_until, run.manifest.conditioned_on or case.data_until]
    late = any(day is None or day > question.opens for day in known)
    told = ForecastLoss(MODEL, retrospective=late)
    if question.kind in YES_OR_NO:
        told = _left_open(replace(told, point=float(weights @ values)), found, given)
        return replace(seen, spoken=Spoken(told), levers=found.levers)
    if question.kind == "ordered":
        edges = np.array(question.edges)
        values = np.searchsorted(edges, values, side="right").astype(float)
    if question.kind == "date" and case.clock is not None:
        values = _in_window(values, case.clock, question)
    low, middle, high = _quantiles(values, weights, (0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2))
    told = replace(told, point=middle, low=low, high=high)
    return replace(seen, spoken=Spoken(told, values, weights), levers=found.levers)


def _left_open(
    told: ForecastLoss, found: answers.Answer, given: Float[ndarray, " world"]
) -> ForecastLoss:
    """A probability as the interval that is left of it, where it is wide enough.

    That is what worlds without a number leave, and the span over the options of an actor.
    """
    ends: list[tuple[float, float]] = []
    for under in found.options or (np.ones(len(given), dtype=bool),):
        here = np.where(under, given, 0.0)
        lost, yes = float(here[found.lost].sum()), float(here[found.values == 1].sum())
        total = lost + float(here[~np.isnan(found.values)].sum())
        ends += [(yes / total, (yes + lost) / total)] if total else []
    low = min((low for low, _ in ends), default=math.nan)
    high = max((high for _, high in ends), default=math.nan)
    if low == high:
        return told
    point = math.nan if high - low > APART else told.point
    return replace(told, point=point, low=low, high=high)


def _same(asked: Question, question: Question) -> bool:
    keys = ("resolves", "given", "unit", "edges", "kind")
    return all(asked.columns.get(key, "") == question.columns.get(key, "") for key in keys)


def life(question: Question) -> int:
    """Days in a question's window, its first and last included."""
    return (question.closes - question.opens).days + 1


def day_in_window(day: dt.date | None, question: Question) -> float:
    """Days from a window's opening; whatever lies beyond its end counts as its end.

    A date question asks about its window only, so "after it" and "never" are one answer.
    """
    if day is None:
        return float(life(question))
    return float(min(max((day - question.opens).days, 0), life(question)))


def _in_window(
    weeks: Float[ndarray, " world"], clock: Clock, question: Question
) -> Float[ndarray, " world"]:
    offset = (clock.start - question.opens).days
    return np.clip(7.0 * weeks + offset, 0.0, float(life(question)))


def _quantiles(
    values: Float[ndarray, " world"], weights: Float[ndarray, " world"], levels: tuple[float, ...]
) -> list[float]:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    places = np.searchsorted(below, np.array(levels) - 1e-12)
    return [float(values[order][min(int(place), len(order) - 1)]) for place in places]


def quantiles_of(spoken: Spoken, levels: tuple[float, ...]) -> list[float]:
    """What a forecaster says at some levels, of those it gave if it gave quantiles.

    Args:
        spoken: What was said of a number or a date.
        levels: Levels, rising.

    Returns:
        A value for each; a point is all its quantiles.
    """
    if spoken.levels:
        return [float(np.interp(level, spoken.levels, spoken.quantiles)) for level in levels]
    if spoken.samples is None or spoken.weights is None:
        return [spoken.told.point] * len(levels)
    return _quantiles(spoken.samples, spoken.weights, levels)


def author(question: Question) -> Spoken | None:
    """The author's stated odds: an interval of probabilities, or of a number."""
    low, high = question.author
    if low is None and high is None:
        return None
    first, last = (0.0, 1.0) if question.kind in YES_OR_NO else (-math.inf, math.inf)
    low, high = first if low is None else low, last if high is None else high
    late = question.asserted_on is not None and question.asserted_on > question.opens
    point = low if low == high else math.nan
    return Spoken(ForecastLoss(AUTHOR, point, low, high, retrospective=late))


def baselines_of(
    question: Question, classes: Mapping[str, ReferenceClass], record: baselines.Rate | None
) -> list[Spoken]:
    """Persistence, the record so far, reference class and coin, as far as they say something.

    Args:
        question: The question.
        classes: Reference classes by name.
        record: How often "no change" was right before the window opened; None if never asked.
    """
    found: list[Spoken] = []
    unchanged = question.persistence
    if unchanged is not None:
        found.append(Spoken(ForecastLoss(PERSISTENCE, _number(question, unchanged))))
    if question.kind in YES_OR_NO:
        if record is not None and isinstance(unchanged, float) and unchanged != baselines.COIN:
            ends = (record.mean, *record.interval())
            point, low, high = ends if unchanged > baselines.COIN else (1.0 - end for end in ends)
            found.append(Spoken(ForecastLoss(RECORD, point, min(low, high), max(low, high))))
        kind = classes.get(question.reference_class)
        if kind is not None:
            rate = baselines.reference_class(kind.k, kind.n)
            found.append(Spoken(ForecastLoss(CLASS, rate.mean, *rate.interval())))
        found.append(Spoken(ForecastLoss(COIN, baselines.COIN)))
    return found


def _number(question: Question, unchanged: float | str) -> float:
    """A persistence answer as a number: of a bin its position, of a date days in the window."""
    if question.kind == "date":
        day = None if unchanged == "never" else dt.date.fromisoformat(str(unchanged))
        return day_in_window(day, question)
    if question.kind == "ordered":
        return float(question.bins.index(str(unchanged)))
    return float(unchanged)


def predictors(
    question: Question, predictions: tuple[Prediction, ...], outcome: Outcome | None = None
) -> list[Spoken]:
    """Recorded predictions of others, one entry a model.

    The forecast that stands when the window opens decides whether the model knew of later days. An
    update inside the window is not hindsight: of probabilities the whole sequence is scored over
    time, and the one standing at the opening is the point that is compared for calibration. Of
    other kinds the one standing at the opening is scored, or the first if none was. Predictions
    made after the answer was settled, or the window had closed, are left out; a model that has no
    others is retrospective.

    Args:
        question: The question.
        predictions: Of all questions.
        outcome: Its outcome, if there is one.
    """
    mine = [p for p in predictions if p.question == question.name]
    end = last_day(question, outcome)
    found: list[Spoken] = []
    for model in dict.fromkeys(p.model for p in mine):
        made = sorted((p for p in mine if p.model == model), key=lambda p: p.made_at)
        timely = [p for p in made if p.made_at <= end]
        standing = _standing(timely or made, question)
        late = not timely or standing.retrospective
        told = ForecastLoss(model, retrospective=late)
        found.append(_said(question, told, timely or made, standing, timely=bool(timely)))
    return found


def late_predictions(
    question: Question, predictions: tuple[Prediction, ...], outcome: Outcome | None
) -> tuple[LatePredictions, ...]:
    """Which models made predictions after the answer was settled, or the window had closed."""
    end, mine = last_day(question, outcome), [p for p in predictions if p.question == question.name]
    late = Counter(p.model for p in mine if p.made_at > end)
    every = Counter(p.model for p in mine)
    return tuple(LatePredictions(model, n, every[model] - n) for model, n in late.items())


def _standing(made: Sequence[Prediction], question: Question) -> Prediction:
    """The last prediction made by the day the window opens, else the first of all."""
    before = [p for p in made if p.made_at <= question.opens]
    return before[-1] if before else made[0]


def _said(
    question: Question,
    told: ForecastLoss,
    made: Sequence[Prediction],
    standing: Prediction,
    *,
    timely: bool,
) -> Spoken:
    """What a model said, from its predictions in the order they were made."""
    points = [p for p in made if p.kind == "p"]
    if question.kind in YES_OR_NO and points:
        told = replace(told, point=_standing(points, question).values[0])
        if not timely:
            return Spoken(told)  # set apart, for it held on no day of the window
        days = tuple(float((p.made_at - question.opens).days) for p in points)
        return Spoken(told, made=days, series=tuple(p.values[0] for p in points))
    if standing.kind == "bins":
        return _by_bins(told, standing)
    if standing.kind == "quantiles":
        return _by_quantiles(question, told, standing.levels, standing.values)
    low, high = standing.values[0], standing.values[1]
    if question.kind in YES_OR_NO:
        return Spoken(replace(told, low=low, high=high))
    tail = 0.5 - LEVEL / 2
    said = _by_quantiles(question, told, (tail, 1.0 - tail), (low, high))
    return replace(said, told=replace(said.told, point=math.nan))


def _by_bins(told: ForecastLoss, last: Prediction) -> Spoken:
    """Probabilities of ordered answers; the point and the ends are positions of bins."""
    places = np.arange(float(len(last.values)))
    weights = np.array(last.values) / sum(last.values)
    low, middle, high = _quantiles(places, weights, (0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2))
    return Spoken(replace(told, point=middle, low=low, high=high), places, weights)


def _by_quantiles(
    question: Question, told: ForecastLoss, levels: tuple[float, ...], values: tuple[float, ...]
) -> Spoken:
    """Quantiles of a number, or of a day in the window, beyond whose ends there is nothing."""
    if question.kind == "date":
        values = tuple(min(max(value, 0.0), float(life(question))) for value in values)
    middle = float(np.interp(0.5, levels, values))
    told = replace(told, point=middle, low=values[0], high=values[-1])
    return Spoken(told, levels=levels, quantiles=values)
