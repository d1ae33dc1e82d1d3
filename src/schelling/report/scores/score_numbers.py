"""Forecasts of numbers, dates and ordered answers as rows of tables, with what explains them."""

from __future__ import annotations

import math

from schelling.case.model import Question
from schelling.report.scores import score_cells
from schelling.report.words.numerals import count, fixed, general, whole_percent
from schelling.study.scoring.forecasters import LEVEL, YES_OR_NO
from schelling.study.scoring.score_board import NumberComparison, Row, Score

HEAD = ("No.", "Kind", "Who", "Forecast", "Outcome", "Loss", "Rule", "Interval score")
POOLED = ("Who", "Against", "On", "Questions", "Own loss", "Theirs", "Skill")
KINDS = {"numeric": "number", "date": "date", "ordered": "ordered"}
POOLED_KINDS = {"numeric": "numbers", "date": "dates", "ordered": "ordered answers"}
NO_RULE = "not scored: no probability"
_WHOLE_DAYS = 10  # from here on tenths of a day say nothing
NOTE = (
    "Forecast: the middle and the ends; of the model the median and its central "
    f"{whole_percent(LEVEL)} interval, of others what they gave. Loss: smaller is better. CRPS: in "
    "the unit of the number, in days for a date; of a point it is the absolute error. Pinball "
    "loss: of quantiles, twice the mean over their levels, close to the CRPS; of the two ends of "
    "an interval it is a weighted interval score. Ordered Brier score: from 0 to 2, twice the mean "
    "of (P - O)² over the cuts between bins, with P and O the cumulative forecast and outcome."
)
INTERVAL_NOTE = (
    f"Interval score: of the central {whole_percent(LEVEL)} interval, its width plus "
    f"{2 / (1 - LEVEL):.0f} times the distance by which the outcome lies outside."
)
POOLED_NOTE = (
    "Two forecasters are compared by one rule on each question: the CRPS, the ordered Brier score, "
    "or, where one gave quantiles, the pinball loss at the levels of both (of two ends: the "
    "weighted interval score). Dates are averaged in days. Numbers have different units: their "
    "skill is 1 minus the geometric mean of the ratios of losses."
)


def rows(score: Score, *, whole: bool = False) -> list[tuple[str, ...]]:
    """One row for each forecast of a scored number, date or ordered answer; columns as `HEAD`.

    Args:
        score: The scored register.
        whole: Whether every row has the question and its outcome, not only the first of each.
    """
    found: list[tuple[str, ...]] = []
    for row in score.rows:
        if row.scored and row.question.kind not in YES_OR_NO:
            found += _of(row, whole=whole)
    return found


def _of(row: Row, *, whole: bool) -> list[tuple[str, ...]]:
    question, found = row.question, list[tuple[str, ...]]()
    for told in row.told:
        first = whole or not found
        found.append(
            (
                question.name if first else "",
                KINDS[question.kind] if first else "",
                score_cells.name(told.forecaster),
                score_cells.with_interval(question, told),
                score_cells.happened(row) if first else "",
                loss(question, told.best) if told.rule else "",
                told.rule or NO_RULE,
                "" if math.isnan(told.interval_score) else loss(question, told.interval_score),
            )
        )
    if not found:
        found.append((question.name, KINDS[question.kind], "", "", score_cells.happened(row)))
        found[0] += ("",) * (len(HEAD) - len(found[0]))
    return found


def loss(question: Question, value: float) -> str:
    """A loss with the unit it has: that of the question, days for a date, none for bins."""
    if question.kind == "date":
        whole = value >= _WHOLE_DAYS
        return (
            count(1, "day")
            if value == 1
            else f"{fixed(value, 0) if whole else general(value)} days"
        )
    unit = question.unit.written if question.kind == "numeric" else ""
    times = "× " if unit[:1].isdigit() else ""
    return f"{general(value)} {times}{unit}".strip()


def pooled(score: Score) -> list[tuple[str, ...]]:
    """One row for each two forecasters of a kind of question; columns as `POOLED`."""
    found: list[tuple[str, ...]] = []
    for made in score.number_comparisons:
        if made.skill is None:
            continue
        who, against = (score_cells.name(n) for n in (made.forecaster, made.reference))
        on = POOLED_KINDS[made.kind]
        found.append((who, against, on, str(len(made.questions)), *_means(made, by_topic=False)))
        if made.by_topic is not None and len(made.topics) < len(made.questions):
            means = _means(made, by_topic=True)
            found.append(("", "", "one answer a topic", str(len(made.topics)), *means))
    return found


def _means(made: NumberComparison, *, by_topic: bool) -> tuple[str, str, str]:
    seen = made.by_topic if by_topic else made.skill
    if seen is None:
        return "", "", ""
    dates = made.kind == "date"
    ends = (seen.own, seen.reference)
    own, theirs = ("" if math.isnan(v) else fixed(v, 1 if dates else 2) for v in ends)
    unit = " days" if dates else ""
    return own + unit, theirs + unit, score_cells.ranged(seen)


def left_out(score: Score) -> str:
    """Numbers that have no ratio of losses; empty when all have one."""
    names = dict.fromkeys(name for made in score.number_comparisons for name in made.left_out)
    if not names:
        return ""
    return f"Left out of the ratios, as one of the two made no error: {', '.join(names)}."
