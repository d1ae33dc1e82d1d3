"""A scored register as plain data under a versioned schema, for other programs."""

from __future__ import annotations

import math
from typing import Any

from schelling.forecast.skill import Skill
from schelling.report.scores import score_cells, score_words
from schelling.study.scoring.forecasters import YES_OR_NO
from schelling.study.scoring.score_board import (
    BaselineComparison,
    Calibration,
    ForecastLoss,
    NumberComparison,
    Row,
    Score,
)
from schelling.study.scoring.windows import QuestionFamily, families

SCHEMA = "schelling.scores/2"


def to_json(score: Score) -> dict[str, Any]:
    """A scored register as data that `json.dumps` takes.

    Keys are only ever added under one schema. Numbers that do not exist are None; an infinite one
    is the text `infinite` or `-infinite`.

    Args:
        score: The scored register.

    Returns:
        `schema, case, digest, as_of, weighting, worlds, seed, other_files, headline, exercise,
        counts, superseded, leaning, questions, comparisons, calibrations, expected, coverage,
        windows, number_comparisons`. In a retrospective exercise no skill is claimed, here either:
        skills and intervals are None.
    """
    lean, expected = score.leaning, score.expected
    return {
        "schema": SCHEMA,
        "case": score.case.name,
        "digest": score.case.digest,
        "as_of": score.as_of.isoformat() if score.as_of else None,
        "weighting": score.weighting,
        "worlds": score.worlds,
        "seed": score.seed,
        **({"conditioned_on": str(score.conditioned_on)} if score.conditioned_on else {}),
        "other_files": score.other_files,
        "headline": score_words.headline(score),
        "exercise": score.exercise,
        "counts": score.counts,
        "superseded": list(score.superseded),
        "leaning": {
            "leaned": list(lean.leaned),
            "right": list(lean.right),
            "unchanged": list(lean.unchanged),
            "unsaid": list(lean.unsaid),
            "topics": list(lean.topics),
        },
        "questions": [_row(row) for row in score.rows],
        "comparisons": [_comparison(one, score.exercise) for one in score.comparisons],
        "calibrations": [_calibration(found) for found in score.calibrations],
        "expected": None
        if expected is None
        else {
            "questions": expected.questions,
            "low": number(expected.low),
            "high": number(expected.high),
            "happened": expected.happened,
        },
        "coverage": {"held": score.covered, "numbers": score.numbers},
        "windows": [_family(family) for family in families(score.case)],
        "number_comparisons": [_numbers(one, score.exercise) for one in score.number_comparisons],
    }


def _family(family: QuestionFamily) -> dict[str, Any]:
    return {
        "questions": [question.name for question in family.questions],
        "closes": [question.closes.isoformat() for question in family.questions],
        "statuses": list(family.statuses),
        "flips": family.flips,
    }


def number(value: float) -> float | str | None:
    """A number as JSON knows it; infinity as a word."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    return float(value)


def _row(row: Row) -> dict[str, Any]:
    question, outcome, share = row.question, row.settled.outcome, row.share
    return {
        "id": question.name,
        "kind": question.kind,
        "question": question.question,
        "opens": question.opens.isoformat(),
        "closes": question.closes.isoformat(),
        "cluster": question.cluster,
        "unit": question.unit.written if question.kind == "numeric" else None,
        "bins": list(question.bins) or None,
        "status": row.settled.status,
        "reason": row.settled.reason,
        "said": score_cells.happened(row),
        "outcome": None
        if outcome is None
        else {
            "status": outcome.status,
            "value": outcome.value,
            "resolved_on": outcome.resolved_on.isoformat() if outcome.resolved_on else None,
            "recorded_at": outcome.recorded_at.isoformat(),
            "vintage": outcome.vintage,
            "source": outcome.source,
            "mark": outcome.mark,
        },
        "lean": row.lean,
        "unchanged": row.unchanged,
        "share_of_worlds": None
        if share is None
        else {
            "share": number(share.share),
            "standard_error": number(share.standard_error),
            "half_width": number(share.half_width),
            "low": number(share.low),
            "high": number(share.high),
        },
        "unmet": row.unmet,
        "not_asked": row.not_asked,
        "failed": row.failed,
        "surprise": number(row.surprise),
        "forecasts": [_told(row, told) for told in row.told],
        "late_predictions": [
            {"forecaster": late.forecaster, "made": late.made, "others": late.others}
            for late in row.late
        ],
        "pairs": [
            {
                "forecaster": pair.forecaster,
                "reference": pair.reference,
                "rule": pair.rule,
                "levels": list(pair.levels),
                "own": number(pair.own),
                "theirs": number(pair.theirs),
            }
            for pair in row.pairs
        ],
    }


def _told(row: Row, told: ForecastLoss) -> dict[str, Any]:
    probable = row.question.kind in YES_OR_NO
    return {
        "forecaster": told.forecaster,
        "said": None if probable else score_cells.with_interval(row.question, told),
        "point": number(told.point),
        "low": number(told.low),
        "high": number(told.high),
        "loss": {"best": number(told.best), "worst": number(told.worst)},
        "surprise": {"best": number(told.surprise), "worst": number(told.surprise_worst)},
        "retrospective": told.retrospective,
        "coverage": number(told.coverage),
        "rule": told.rule or None,
        "interval_score": number(told.interval_score),
    }


def _comparison(found: BaselineComparison, exercise: bool) -> dict[str, Any]:
    seen, effective = found.skill, found.effective
    return {
        "forecaster": found.side,
        "who": found.forecaster,
        "end": found.end or None,
        "reference": found.reference,
        "questions": list(found.questions),
        "gain": [number(gain) for gain in found.gain],
        **_skill(seen, exercise),
        "topics": list(found.topics),
        "by_topic": _skill(found.by_topic, exercise),
        "clusters": effective.clusters,
        "correlation": number(effective.correlation),
        "effective": number(effective.effective),
    }


def _skill(seen: Skill, exercise: bool) -> dict[str, Any]:
    """Mean losses and what is claimed from them, which of an exercise is nothing."""
    claimed = {
        "difference_interval": [number(end) for end in seen.difference_interval],
        "skill": number(seen.skill),
        "skill_interval": [number(end) for end in seen.skill_interval],
    }
    if exercise:
        claimed = {"difference_interval": [None] * 2, "skill": None, "skill_interval": [None] * 2}
    return {
        "own": number(seen.own),
        "theirs": number(seen.reference),
        "difference": number(seen.difference),
        **claimed,
    }


def _numbers(found: NumberComparison, exercise: bool) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "forecaster": found.forecaster,
        "reference": found.reference,
        "rules": list(found.rules),
        "questions": list(found.questions),
        "left_out": list(found.left_out),
        "pooled": "geometric mean of ratios" if found.kind == "numeric" else "mean",
        "skill": None if found.skill is None else _pool(found, found.skill, exercise),
        "topics": list(found.topics),
        "by_topic": None if found.by_topic is None else _pool(found, found.by_topic, exercise),
    }


def _pool(found: NumberComparison, seen: Skill, exercise: bool) -> dict[str, Any]:
    """A skill; of numbers with different units, without means and differences."""
    whole = _skill(seen, exercise)
    if found.kind == "numeric":
        return {key: whole[key] for key in ("skill", "skill_interval")}
    return whole


def _calibration(found: Calibration) -> dict[str, Any]:
    terms: dict[str, Any] | None = None
    if found.terms is not None:
        terms = {"alone": found.terms.alone}
        for kind, parts in (("plain", found.terms.plain), ("corrected", found.terms.corrected)):
            terms[kind] = {
                "reliability": parts.reliability,
                "resolution": parts.resolution,
                "uncertainty": parts.uncertainty,
            }
    return {
        "forecaster": found.forecaster,
        "questions": list(found.questions),
        "p": list(found.p),
        "happened": list(found.happened),
        "mean_on_yes": number(found.on_yes),
        "mean_on_no": number(found.on_no),
        "decomposition": terms,
    }
