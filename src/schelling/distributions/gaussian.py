"""The normal family and what a change of scale makes of it: lognormal and logit-normal.

Knows nothing of bounds put on from outside; those are in `truncated_normal` and `truncate`.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from schelling.distributions.family import Family, Numbers, Value


def _normal_quantile(u: Numbers, mean: Value, sd: Value) -> Numbers:
    return mean + sd * ndtri(u)


def _normal_upper_quantile(q: Numbers, mean: Value, sd: Value) -> Numbers:
    return mean - sd * ndtri(q)


def _normal_cdf(x: Numbers, mean: Value, sd: Value) -> Numbers:
    return ndtr((x - mean) / sd)


def _normal_survival(x: Numbers, mean: Value, sd: Value) -> Numbers:
    return ndtr((mean - x) / sd)


def _normal_mean(mean: Value, _sd: Value) -> Value:
    return mean


def _whole_line(_mean: Value, _sd: Value) -> tuple[Value, Value]:
    return -np.inf, np.inf


def _lognormal_quantile(u: Numbers, median: Value, sigma: Value) -> Numbers:
    with np.errstate(over="ignore"):
        return median * np.exp(sigma * ndtri(u))


def _lognormal_upper_quantile(q: Numbers, median: Value, sigma: Value) -> Numbers:
    with np.errstate(over="ignore"):
        return median * np.exp(-sigma * ndtri(q))


def _log_ratio(x: Numbers, median: Value) -> Numbers:
    with np.errstate(divide="ignore"):  # the logarithm of 0 is the low end
        return np.log(np.maximum(x, 0.0)) - np.log(median)


def _lognormal_cdf(x: Numbers, median: Value, sigma: Value) -> Numbers:
    return ndtr(_log_ratio(x, median) / sigma)


def _lognormal_survival(x: Numbers, median: Value, sigma: Value) -> Numbers:
    return ndtr(-_log_ratio(x, median) / sigma)


def _lognormal_mean(median: Value, sigma: Value) -> Value:
    return median * np.exp(0.5 * sigma**2)


def _positive(_median: Value, _sigma: Value) -> tuple[Value, Value]:
    return 0.0, np.inf


def _logitnormal_quantile(u: Numbers, median: Value, sigma: Value) -> Numbers:
    return expit(logit(median) + sigma * ndtri(u))


def _logitnormal_upper_quantile(q: Numbers, median: Value, sigma: Value) -> Numbers:
    return expit(logit(median) - sigma * ndtri(q))


def _log_odds_above(x: Numbers, median: Value) -> Numbers:
    return logit(np.clip(x, 0.0, 1.0)) - logit(median)


def _logitnormal_cdf(x: Numbers, median: Value, sigma: Value) -> Numbers:
    return ndtr(_log_odds_above(x, median) / sigma)


def _logitnormal_survival(x: Numbers, median: Value, sigma: Value) -> Numbers:
    return ndtr(-_log_odds_above(x, median) / sigma)


def _unit_interval(_median: Value, _sigma: Value) -> tuple[Value, Value]:
    return 0.0, 1.0


NORMAL = Family(
    "normal",
    ("mean", "sd"),
    _normal_quantile,
    _normal_upper_quantile,
    _normal_cdf,
    _normal_survival,
    _whole_line,
    _normal_mean,
)
LOGNORMAL = Family(
    "lognormal",
    ("median", "sigma"),
    _lognormal_quantile,
    _lognormal_upper_quantile,
    _lognormal_cdf,
    _lognormal_survival,
    _positive,
    _lognormal_mean,
)
LOGITNORMAL = Family(
    "logitnormal",
    ("median", "sigma"),
    _logitnormal_quantile,
    _logitnormal_upper_quantile,
    _logitnormal_cdf,
    _logitnormal_survival,
    _unit_interval,
)
