"""Comparisons of forecasts of numbers, dates and ordered answers. Axes: (question).

Two forecasters of a question are compared by one rule: the CRPS where both gave a whole
distribution or a point, else the pinball loss at the levels that both have, which for the two ends
of a central interval is the weighted interval score. A forecaster that gave a distribution has a
quantile at every level.

Over several questions, losses are pooled where they have one scale: days for dates, 0 to 2 for
ordered answers. Numbers have different units, so the ratio of losses is pooled by its geometric
mean.

References:
    Gneiting & Raftery (2007), Strictly proper scoring rules, prediction, and estimation.
    Bracher et al. (2021), Evaluating epidemic forecasts in an interval format.
    Cramer et al. (2022), Evaluation of individual and ensemble probabilistic forecasts of COVID-19
        mortality in the United States: geometric means of ratios of scores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from schelling.case.model import Question
from schelling.case.records import Outcome
from schelling.forecast import samples, skill
from schelling.study.scoring.comparisons import clusters
from schelling.study.scoring.forecasters import Spoken, quantiles_of
from schelling.study.scoring.losses import charge, happened_as_number, rule_of
from schelling.study.scoring.score_board import (
    AUTHOR,
    BASELINES,
    MODEL,
    ORDERED_BRIER,
    PERSISTENCE,
    NumberComparison,
    PairLoss,
    Row,
)
from schelling.study.scoring.topics import one_a_topic

_SAME = 1e-9  # rounding of levels such as 1 - 0.05


def pairs(question: Question, spoken: Sequence[Spoken], outcome: Outcome) -> tuple[PairLoss, ...]:
    """The losses of every two forecasters of a question that can be compared.

    Args:
        question: A question about a number, a date or an ordered answer.
        spoken: What was said of it; retrospective forecasts are compared with nothing.
        outcome: What happened.

    Returns:
        Everyone against persistence, and others against the model.
    """
    known = {s.told.forecaster: s for s in spoken if _speaks(s) and not s.told.retrospective}
    found: list[PairLoss] = []
    for name, own in known.items():
        for reference in (PERSISTENCE, MODEL):
            fair = name not in (reference, *BASELINES) and (reference, name) != (MODEL, AUTHOR)
            made = fair and reference in known and _pair(question, own, known[reference], outcome)
            if made:
                found.append(made)
    return tuple(found)


def _speaks(spoken: Spoken) -> bool:
    """Whether there is something to score: not the author's interval without a probability."""
    return bool(spoken.levels) or not math.isnan(spoken.told.point)


def _pair(question: Question, own: Spoken, other: Spoken, outcome: Outcome) -> PairLoss | None:
    names = (own.told.forecaster, other.told.forecaster)
    if not own.levels and not other.levels:
        rule = ORDERED_BRIER if question.kind == "ordered" else rule_of(())
        losses = [charge(question, one, outcome).best for one in (own, other)]
        return PairLoss(*names, rule, losses[0], losses[1])
    levels = common(own.levels or other.levels, other.levels or own.levels)
    if not levels:
        return None
    value = np.full(len(levels), happened_as_number(question, outcome))
    losses = [
        2.0
        * float(
            samples.pinball(np.array(quantiles_of(one, levels)), np.array(levels), value).mean()
        )
        for one in (own, other)
    ]
    return PairLoss(*names, rule_of(levels), losses[0], losses[1], levels)


def common(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    """Levels that two forecasters both gave, as the first has them."""
    return tuple(a for a in first if any(abs(a - b) < _SAME for b in second))


def all_comparisons(rows: Sequence[Row]) -> tuple[NumberComparison, ...]:
    """Every two forecasters over the scored questions of one kind that both answered."""
    found: list[NumberComparison] = []
    for kind in ("numeric", "date", "ordered"):
        mine = [row for row in rows if row.scored and row.question.kind == kind]
        names = dict.fromkeys((p.forecaster, p.reference) for row in mine for p in row.pairs)
        found += [_compare(mine, kind, *both) for both in names]
    return tuple(found)


def _compare(rows: Sequence[Row], kind: str, forecaster: str, reference: str) -> NumberComparison:
    met = [(row, p) for row in rows if (p := row.pair(forecaster, reference)) is not None]
    ratio = kind == "numeric"
    lost = [row.question.name for row, p in met if ratio and not min(p.own, p.theirs) > 0]
    kept = [(row, p) for row, p in met if row.question.name not in lost]
    topics = {row.question.name for row in one_a_topic(row for row, _ in kept)}
    return NumberComparison(
        kind=kind,
        forecaster=forecaster,
        reference=reference,
        questions=tuple(row.question.name for row, _ in kept),
        topics=tuple(row.question.name for row, _ in kept if row.question.name in topics),
        left_out=tuple(lost),
        rules=tuple(dict.fromkeys(p.rule for _, p in kept)),
        skill=_pooled(kept, ratio=ratio),
        by_topic=_pooled([(r, p) for r, p in kept if r.question.name in topics], ratio=ratio),
    )


def _pooled(kept: Sequence[tuple[Row, PairLoss]], *, ratio: bool) -> skill.Skill | None:
    if not kept:
        return None
    own, theirs = (np.array([getattr(p, of) for _, p in kept]) for of in ("own", "theirs"))
    cluster = clusters([row for row, _ in kept])
    if not ratio:
        return skill.compare(own, theirs, cluster)
    seen = skill.compare(np.log(own), np.log(theirs), cluster)
    low, high = (-math.expm1(-end) for end in seen.difference_interval)
    return replace(
        seen,
        own=math.nan,
        reference=math.nan,
        skill=-math.expm1(-seen.difference),
        skill_interval=(low, high),
    )
