"""Estimates as plain data under a versioned schema."""

from __future__ import annotations

from typing import Any

from schelling.evidence.estimation.moves import ErrorKind
from schelling.evidence.estimation.ultimatum import OfferGame
from schelling.report.estimates import chain_words, estimate_words
from schelling.report.words.numerals import finite
from schelling.study.estimating.fitted import Coefficient, Estimation, Fitted, PredictedEnds

SCHEMA = "schelling.estimate/1"


def to_json(estimate: Estimation) -> dict[str, Any]:
    """An estimation as data that `json.dumps` takes; unknown numbers are null.

    Of a Bayesian fit that is the log-likelihood, the criteria, z and p, too.

    Args:
        estimate: The result.

    Returns:
        `schema`, the keys of a fit, and `against`, `tests`, `untested` and `likelihood_ratio` where
        there is a second model.
    """
    found: dict[str, Any] = {"schema": SCHEMA, **_fit(estimate.fitted)}
    if estimate.rival is not None:
        found["against"] = _fit(estimate.rival)
        found["tests"] = None
        found["untested"] = estimate.untested or None
        ratio = estimate.nested
        found["likelihood_ratio"] = None if ratio is None else ratio._asdict()
    if estimate.rivalry is not None:
        vuong, clarke = estimate.rivalry
        found["tests"] = {
            "vuong": {"z": finite(vuong.statistic), "p": finite(vuong.p)},
            "clarke": {
                "favouring": clarke.favouring,
                "observations": clarke.observations,
                "p": finite(clarke.p),
                "ties": clarke.ties,
            },
        }
    return found


def _fit(fitted: Fitted) -> dict[str, Any]:
    given = fitted.bound.sample.specification
    return {
        "game": fitted.bound.game.name,
        "table": str(fitted.bound.table.path),
        "link": given.link.value,
        "errors": ErrorKind.PRIVATE.value if isinstance(given, OfferGame) else given.errors.value,
        "status": fitted.status.value,
        "observations": fitted.observations,
        "rows_left_out": fitted.bound.left_out,
        "off_path": dict(fitted.bound.off_path),
        "log_likelihood": finite(fitted.log_likelihood),
        "log_likelihood_of_equal_chances": finite(fitted.null),
        "aic": finite(fitted.aic),
        "bic": finite(fitted.bic),
        "level": fitted.level,
        "standard_errors": fitted.source.name.lower(),
        "coefficients": [_row(row, fitted.posterior is None) for row in fitted.coefficients],
        "covariance": [[finite(value) for value in row] for row in fitted.covariance.tolist()],
        "climbs": {
            "made": fitted.maximum.starts,
            "agreed": fitted.maximum.agreed,
            "lower_maxima": list(fitted.maximum.lower),
        },
        "bootstrap": None if fitted.bootstrap is None else fitted.bootstrap._asdict(),
        "profile": [
            {
                "equation": row.equation,
                "covariate": row.name,
                "values": list(row.values),
                "log_likelihood_less_maximum": [finite(height) for height in row.heights],
            }
            for row in fitted.profile
        ],
        "posterior": None if fitted.posterior is None else chain_words.to_json(fitted.posterior),
        "prediction": None
        if fitted.prediction is None
        else _prediction(fitted.bound.names.own, fitted.prediction),
        "notes": [*filter(None, (estimate_words.trouble(fitted),)), *estimate_words.notes(fitted)],
    }


def _row(row: Coefficient, tested: bool) -> dict[str, Any]:
    return {
        "equation": row.equation,
        "covariate": row.name,
        "estimate": None if row.infinite else finite(row.estimate),
        "standard_error": finite(row.error),
        "z": finite(row.z) if tested else None,
        "p": finite(row.p) if tested else None,
        "low": finite(row.low),
        "high": finite(row.high),
    }


def _prediction(ends: tuple[str, ...], found: PredictedEnds) -> dict[str, Any]:
    return {
        "column": found.column,
        "values": list(found.values),
        "held": dict(found.held),
        "level": found.level,
        "ends": list(ends),
        "probability": found.chance.tolist(),
        "low": found.low.tolist(),
        "high": found.high.tolist(),
    }
