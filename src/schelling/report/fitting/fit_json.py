"""A fit as plain data."""

from __future__ import annotations

from typing import Any

from schelling.analysis.verdicts import Share
from schelling.compile.records.recorded import Evidence
from schelling.evidence.posterior import FittedWorlds
from schelling.report.fitting.fit_text import check_words
from schelling.report.words import readings
from schelling.report.words.numerals import finite
from schelling.study.fitting.fit import CaseFit
from schelling.study.fitting.learned import LEVELS
from schelling.study.fitting.summary import BANDS, FitSummary, SeriesCheck, ShareChange

SCHEMA = "schelling.fit/1"


def to_json(fit: CaseFit) -> dict[str, Any]:
    """The fit as plain data; numbers that do not exist are None."""
    found = fit.found
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "case": fit.case.name,
        "seed": fit.problem.seed,
        "engine": found.engine,
        "why": fit.why,
        "sound": fit.sound,
        "worlds": len(found.worlds.weights),
        "simulated": found.evaluations,
        "log_evidence": finite(found.log_evidence),
        "log_evidence_error": finite(found.log_evidence_error),
        "diagnostics": diagnostics(found),
        "observations": [_series(one) for one in fit.problem.given],
    }
    return told | (_summary(fit.summary) if fit.sound else {})


def diagnostics(found: FittedWorlds) -> list[dict[str, Any]]:
    """Every diagnostic of a fit."""
    return [
        {
            "name": one.name,
            "value": finite(one.value),
            "limit": one.limit,
            "sound": one.sound,
            "says": readings.said(one),
        }
        for one in found.readings
    ]


def _series(found: Evidence) -> dict[str, Any]:
    return {
        "name": found.series.name,
        "model": found.series.written,
        "rows": len(found.rows),
        "later": found.later,
        "revised": found.revised,
        "outside": found.outside,
    }


def _summary(found: FitSummary) -> dict[str, Any]:
    return {
        "levels": list(LEVELS),
        "assumptions": [
            {
                "name": one.name,
                "prior": list(one.before),
                "posterior": list(one.after),
                "narrower": one.narrower,
                "shift": one.shift,
                "reached": one.reached,
                "taught": one.taught,
                "values": [
                    {"value": value, "prior": before, "posterior": after}
                    for value, before, after in one.values
                ],
                "two_places": list(one.places.at) if one.places is not None else None,
                "at_higher": one.places.share if one.places is not None else None,
            }
            for one in found.learned
        ],
        "known_together": [
            {
                "between": [one.first, one.second],
                "correlation": one.correlation,
                "correlation_before": one.before,
                "dependence": one.dependence,
            }
            for one in found.joint
        ],
        "claims": [change(one) for one in found.claims],
        "questions": [change(one) for one in found.questions],
        "band_levels": list(BANDS),
        "checks": [_check(one) for one in found.checks],
    }


def change(one: ShareChange) -> dict[str, Any]:
    """A claim or question before and after; whether its word changes, and by more than chance."""
    sides = {"before": _share(one.before), "after": _share(one.after)}
    changed = {"flips": one.flips, "beyond_chance": one.beyond_chance}
    return {"name": one.name, **sides, **changed}


def _share(share: Share) -> dict[str, Any]:
    return {
        "share": finite(share.share),
        "half_width": finite(share.half_width),
        "verdict": share.word,
        "low": finite(share.low),
        "high": finite(share.high),
        "failed": share.failed,
    }


def _check(one: SeriesCheck) -> dict[str, Any]:
    return {
        "name": one.name,
        "rows": one.rows,
        "inside_50": one.inside[0],
        "inside_90": one.inside[1],
        "follows": one.followed,
        "signs_of_misfit": list(one.signs),
        "left_out": one.straying.left_out if one.straying is not None else None,
        "says": check_words(one),
        "records": one.values.tolist(),
        "prior_bands": [[finite(value) for value in row] for row in one.prior_bands.tolist()],
        "posterior_bands": [[finite(value) for value in row] for row in one.bands.tolist()],
    }
