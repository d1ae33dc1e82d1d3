"""A scored register as plain data under a versioned schema, for other programs."""

from __future__ import annotations

import math
from typing import Any

from schelling.study.scoring.score_board import (
    BaselineComparison,
    Calibration,
    ForecastLoss,
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
        `schema, case, digest, as_of, weighting, worlds, seed, other_files, counts, superseded,
        leaning, questions, comparisons, calibrations, expected, coverage, windows`.
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
        "other_files": score.other_files,
        "counts": score.counts,
        "superseded": list(score.superseded),
        "leaning": {
            "leaned": list(lean.leaned),
            "right": list(lean.right),
            "unchanged": list(lean.unchanged),
            "unsaid": list(lean.unsaid),
        },
        "questions": [_row(row) for row in score.rows],
        "comparisons": [_comparison(found) for found in score.comparisons],
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
        "status": row.settled.status,
        "reason": row.settled.reason,
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
        "forecasts": [_told(told) for told in row.told],
    }


def _told(told: ForecastLoss) -> dict[str, Any]:
    return {
        "forecaster": told.forecaster,
        "point": number(told.point),
        "low": number(told.low),
        "high": number(told.high),
        "loss": {"best": number(told.best), "worst": number(told.worst)},
        "surprise": {"best": number(told.surprise), "worst": number(told.surprise_worst)},
        "retrospective": told.retrospective,
        "coverage": number(told.coverage),
    }


def _comparison(found: BaselineComparison) -> dict[str, Any]:
    seen, worth = found.skill, found.effective
    return {
        "forecaster": found.forecaster,
        "reference": found.reference,
        "questions": list(found.questions),
        "gain": [number(gain) for gain in found.gain],
        "own": number(seen.own),
        "theirs": number(seen.reference),
        "difference": number(seen.difference),
        "difference_interval": [number(end) for end in seen.difference_interval],
        "skill": number(seen.skill),
        "skill_interval": [number(end) for end in seen.skill_interval],
        "clusters": worth.clusters,
        "correlation": number(worth.correlation),
        "effective": number(worth.effective),
    }


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
