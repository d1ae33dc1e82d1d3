"""Comparisons of forecasters over the scored questions of a register. Axes: (question)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from schelling.forecast import murphy, skill
from schelling.study.scoring.forecasters import YES_OR_NO
from schelling.study.scoring.losses import happened_as_number
from schelling.study.scoring.score_board import (
    AUTHOR,
    BASELINES,
    COIN,
    MODEL,
    TEXT,
    BaselineComparison,
    Calibration,
    Expected,
    Leaning,
    Row,
)
from schelling.study.scoring.topics import one_a_topic


def leaning(rows: Iterable[Row]) -> Leaning:
    """How often the text's side came true, and how often "nothing changes" said the same."""
    taken = [
        row
        for row in rows
        if row.scored and row.question.kind in YES_OR_NO and row.lean is not None
    ]
    sides = [row for row in taken if row.question.kind == "binary"]
    right = [row for row in sides if row.lean == row.happened]
    return Leaning(
        tuple(row.question.name for row in sides),
        tuple(row.question.name for row in right),
        tuple(row.question.name for row in right if row.unchanged == row.happened),
        tuple(row.question.name for row in right if row.unchanged is None),
        tuple(row.question.name for row in one_a_topic(sides)),
        "unconditional question" if len(taken) > len(sides) else "question",
    )


class _Side(NamedTuple):
    """A forecaster, and of intervals which end."""

    name: str
    end: str = ""


def all_comparisons(rows: tuple[Row, ...]) -> tuple[BaselineComparison, ...]:
    """Every forecaster against every baseline, and the others against the model."""
    sides = [_Side(TEXT), *_ends(AUTHOR)]
    sides += _ends(MODEL) if _left_open(rows, MODEL) else [_Side(MODEL)]
    for name in dict.fromkeys(told.forecaster for row in rows for told in row.told):
        if name not in (AUTHOR, MODEL, *BASELINES):
            sides += _ends(name) if _left_open(rows, name) else [_Side(name)]
    found: list[BaselineComparison] = []
    for side in sides:
        own = side.name in (TEXT, AUTHOR, MODEL)
        for reference in BASELINES if own else (*BASELINES, MODEL):
            made = _compare(rows, side, reference)
            if made is not None:
                found.append(made)
    return tuple(found)


def _left_open(rows: tuple[Row, ...], forecaster: str) -> bool:
    """Whether any probability is an interval: stated, or left open by worlds without a number."""
    told = (row.by(forecaster) for row in rows if row.question.kind in YES_OR_NO)
    return any(one is not None and math.isnan(one.point) for one in told)


def _ends(name: str) -> list[_Side]:
    return [_Side(name, "best"), _Side(name, "worst")]


def _compare(rows: tuple[Row, ...], side: _Side, reference: str) -> BaselineComparison | None:
    kept = [row for row in rows if row.scored and row.question.kind in YES_OR_NO]
    pairs = [(row, _loss(row, side), _loss(row, _Side(reference))) for row in kept]
    pairs = [pair for pair in pairs if math.isfinite(pair[1]) and math.isfinite(pair[2])]
    if not pairs:
        return None
    met = [row for row, _, _ in pairs]
    own, other = (np.array([pair[place] for pair in pairs]) for place in (1, 2))
    cluster = clusters(met)
    gain = other - own
    topics = {row.question.name for row in one_a_topic(met)}
    last = np.array([row.question.name in topics for row in met])
    return BaselineComparison(
        side.name,
        side.end,
        reference,
        tuple(row.question.name for row in met),
        tuple(gain.tolist()),
        skill.compare(own, other, cluster),
        skill.effective_number(gain, cluster),
        tuple(row.question.name for row in met if row.question.name in topics),
        skill.compare(own[last], other[last], cluster[last]),
    )


def clusters(rows: list[Row]) -> Int[ndarray, " question"]:
    """A number for each question's cluster; one without a cluster is its own."""
    names = [row.question.cluster or f"\0{row.question.name}" for row in rows]
    return np.unique(names, return_inverse=True)[1]


def _loss(row: Row, side: _Side) -> float:
    """Loss of a forecaster on a question; NaN where it has none that may be compared."""
    if side.name == TEXT:
        took = row.lean is not None and row.question.kind == "binary"
        return float(row.lean != row.happened) if took else math.nan
    told = row.by(side.name)
    if told is None or told.retrospective or (not side.end and math.isnan(told.point)):
        return math.nan
    return told.worst if side.end == "worst" else told.best


def calibrations(rows: tuple[Row, ...]) -> tuple[Calibration, ...]:
    """Points beside outcomes for everyone who gave points, baselines included."""
    names = dict.fromkeys(told.forecaster for row in rows for told in row.told)
    made = (_calibration(rows, name) for name in names if name not in (AUTHOR, COIN))
    return tuple(found for found in made if found is not None)


def _calibration(rows: tuple[Row, ...], forecaster: str) -> Calibration | None:
    pairs: list[tuple[str, float, bool]] = []
    for row in rows:
        told = row.by(forecaster)
        if not told or told.retrospective or math.isnan(told.point):
            continue
        if row.scored and row.happened is not None:
            pairs.append((row.question.name, told.point, row.happened))
    if not pairs:
        return None
    p, happened = np.array([pair[1] for pair in pairs]), np.array([pair[2] for pair in pairs])
    return Calibration(
        forecaster,
        tuple(pair[0] for pair in pairs),
        tuple(p.tolist()),
        tuple(happened.tolist()),
        float(p[happened].mean()) if happened.any() else math.nan,
        float(p[~happened].mean()) if not happened.all() else math.nan,
        murphy.decompose(p, happened) if len(pairs) > 1 else None,
    )


def expected(rows: tuple[Row, ...]) -> Expected | None:
    """How many yes the author's odds lead to expect, at both ends, and how many there were."""
    told = [(row, row.by(AUTHOR)) for row in rows if row.scored and row.happened is not None]
    mine = [(row, said) for row, said in told if said is not None and not said.retrospective]
    if not mine:
        return None
    low, high = sum(said.low for _, said in mine), sum(said.high for _, said in mine)
    return Expected(len(mine), low, high, sum(bool(row.happened) for row, _ in mine))


def covered(rows: tuple[Row, ...]) -> tuple[int, int]:
    """Of scored numbers with an interval of the model, how many it held; and how many there are."""
    held: list[bool] = []
    for row in rows:
        said, outcome = row.by(MODEL), row.settled.outcome
        numeric = row.question.kind in ("numeric", "date")
        if row.scored and numeric and said and not said.retrospective and outcome:
            value = happened_as_number(row.question, outcome)
            held.append(said.low <= value <= said.high)
    return sum(held), len(held)
