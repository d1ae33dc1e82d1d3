"""Verdicts as plain data under a versioned schema, for other programs."""

from __future__ import annotations

import math
from typing import Any

from schelling.report.verdicts.claim_verdicts import Verdict, all_verdicts, leading
from schelling.study.runs.results import Run

SCHEMA = "schelling.verdicts/2"


def to_json(run: Run) -> dict[str, Any]:
    """The verdicts of a run as data that `json.dumps` takes.

    Keys are only ever added under one schema. Numbers that do not exist are None.

    Args:
        run: The run.

    Returns:
        `schema, case, title, digest, seed, worlds, design, replicates, versions, command, claims,
        forecasts`; a claim has `name, says, share, standard_error, half_width, low, high, verdict,
        failed, margin, leading`.
    """
    what = run.manifest
    return {
        "schema": SCHEMA,
        "case": what.case,
        "title": what.title,
        "digest": what.digest,
        "seed": what.seed,
        "worlds": what.worlds,
        "design": what.design,
        "replicates": what.replicates,
        "versions": dict(what.versions),
        "command": what.command,
        "claims": [_claim(run, verdict) for verdict in all_verdicts(run)],
        "forecasts": len(run.case.questions),
    }


def _claim(run: Run, verdict: Verdict) -> dict[str, Any]:
    share, row = verdict.share, verdict.row
    found = leading(run, verdict.claim.name)
    return {
        "name": verdict.claim.name,
        "says": verdict.claim.origin.says,
        "share": _number(share.share),
        "standard_error": _number(share.standard_error),
        "half_width": _number(share.half_width),
        "low": _number(share.low),
        "high": _number(share.high),
        "verdict": verdict.word,
        "failed": share.failed,
        "margin": {
            "q05": _number(row["margin_q05"]),
            "median": _number(row["margin_median"]),
            "q95": _number(row["margin_q95"]),
            "unit": str(row["margin_unit"]),
        },
        "leading": [
            {"assumption": str(name), "rank_correlation": float(value)}
            for name, value in found.items()
        ],
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
