"""A case beside its rivals, for programs."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from schelling.report.comparison import comparison_words
from schelling.report.words.numerals import finite
from schelling.study.rivals.compare import WEIGHTING, Comparison

SCHEMA: Final = "schelling.compare/1"


def to_json(seen: Comparison) -> dict[str, Any]:
    """A comparison as data that `json.dumps` takes; numbers that do not exist are None.

    Keys are only ever added under one schema.
    """
    run, names = seen.runs[0].manifest, seen.names
    return {
        "schema": SCHEMA,
        "case": seen.case.name,
        "worlds": run.worlds,
        "seed": run.seed,
        "weighting": WEIGHTING,
        "hypotheses": list(names),
        "findings": comparison_words.findings(seen),
        "digests": [made.manifest.digest for made in seen.runs],
        "claims": {str(c): _numbers(row) for c, row in seen.verdicts.iterrows()},
        "questions": [
            {
                "id": item.question.name,
                "closes": item.question.closes.isoformat(),
                "happened": item.happened,
                "p": dict(zip(names, item.p, strict=True)),
                "persistence": item.persistence,
                "cluster": item.cluster,
            }
            for item in seen.items
        ],
        "numbers": [
            {
                "id": number.question.name,
                "value": number.value,
                "crps": dict(zip(names, number.off, strict=True)),
                "persistence": finite(number.persistence),
            }
            for number in seen.numbers
        ],
        "unscored": dict(seen.unscored),
        "scores": {str(name): _numbers(row) for name, row in seen.scores.iterrows()},
        "bayes_factors": {str(name): _numbers(row) for name, row in seen.factors.iterrows()},
        "stacking": dict(zip(names, (finite(w) for w in seen.stacked.weight), strict=True)),
        "evidence": {str(name): row.to_dict() for name, row in seen.marks.iterrows()},
        "inconsistency": _numbers(seen.inconsistency),
        "changes": {
            rival.name: [vars(change) for change in rival.changes]
            for rival in seen.case.rivals
            if rival.name in names
        },
        "swaps": [
            {str(k): _finite(v) for k, v in row.items()} for row in seen.swapped.to_dict("records")
        ],
        "defined_otherwise": [
            {"claim": str(claim), "hypothesis": name}
            for claim in seen.verdicts.index
            for name in names[1:]
            if comparison_words.otherwise(seen, str(claim), name)
        ],
        "by_option": [
            {
                "claim": claim,
                "hypothesis": name,
                "low": share.low,
                "high": share.high,
                "verdict": share.word,
                "options": [
                    {"option": option, "low": one.low, "high": one.high, "verdict": one.word}
                    for option, one in comparison_words.told(seen, claim, name)
                ],
            }
            for (claim, name), share in seen.shares.items()
            if share.spans
        ],
        "failed": [
            {
                "claim": claim,
                "hypothesis": name,
                "worlds": share.failed,
                "low": share.low,
                "high": share.high,
            }
            for (claim, name), share in seen.shares.items()
            if share.failed
        ],
    }


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _numbers(row: pd.Series) -> dict[str, float | None]:
    return {str(name): finite(value) for name, value in row.items()}
