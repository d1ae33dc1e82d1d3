"""Families on a bounded interval: uniform, loguniform, triangular and beta."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc, betainccinv, betaincinv

from schelling.distributions.family import Family, Mask, Numbers, Value

_LARGEST = 700.0  # exp of more is beyond the largest number


def _ends(low: Value, high: Value) -> tuple[Value, Value]:
    return low, high


def _beyond(low: Value, high: Value) -> bool:
    """Whether the width of an interval is beyond the largest number."""
    return bool(np.any(0.5 * high - 0.5 * low > 0.5 * np.finfo(np.float64).max))


def _uniform_quantile(u: Numbers, low: Value, high: Value) -> Numbers:
    return (1.0 - u) * low + u * high if _beyond(low, high) else low + u * (high - low)


def _uniform_upper_quantile(q: Numbers, low: Value, high: Value) -> Numbers:
    return q * low + (1.0 - q) * high if _beyond(low, high) else high - q * (high - low)


def _uniform_cdf(x: Numbers, low: Value, high: Value) -> Numbers:
    if _beyond(low, high):
        return _uniform_cdf(0.5 * x, 0.5 * low, 0.5 * high)
    return (np.clip(x, low, high) - low) / (high - low)


def _uniform_survival(x: Numbers, low: Value, high: Value) -> Numbers:
    if _beyond(low, high):
        return _uniform_survival(0.5 * x, 0.5 * low, 0.5 * high)
    return (high - np.clip(x, low, high)) / (high - low)


def _uniform_mean(low: Value, high: Value) -> Value:
    return 0.5 * low + 0.5 * high


def _log_width(low: Value, high: Value) -> Value:
    return np.log(high) - np.log(low)


def _loguniform_quantile(u: Numbers, low: Value, high: Value) -> Numbers:
    return _between(low, u * _log_width(low, high), low, high)


def _loguniform_upper_quantile(q: Numbers, low: Value, high: Value) -> Numbers:
    return _between(high, -q * _log_width(low, high), low, high)


def _between(end: Value, logs: Numbers, low: Value, high: Value) -> Numbers:
    """An end of an interval times a factor, by its logarithm; never beyond the interval."""
    part = np.exp(0.5 * logs)  # the whole factor may be beyond the largest number
    whole = np.where(np.abs(logs) < _LARGEST, np.exp(np.clip(logs, -_LARGEST, _LARGEST)), part)
    rest = np.where(np.abs(logs) < _LARGEST, 1.0, part)
    return np.clip(end * whole * rest, low, high)


def _loguniform_cdf(x: Numbers, low: Value, high: Value) -> Numbers:
    return _logs(np.clip(x, low, high), low) / _log_width(low, high)


def _loguniform_survival(x: Numbers, low: Value, high: Value) -> Numbers:
    return _logs(high, np.clip(x, low, high)) / _log_width(low, high)


def _logs(above: Value, below: Value) -> Numbers:
    """Logarithm of a ratio that may be beyond the largest number."""
    far = np.asarray(np.log(above) - np.log(below))
    ratio = np.where(np.abs(far) < _LARGEST, above, 1.0) / np.where(
        np.abs(far) < _LARGEST, below, 1.0
    )
    return np.where(np.abs(far) < _LARGEST, np.log(ratio), far)


def _loguniform_mean(low: Value, high: Value) -> Value:
    return (high - low) / _log_width(low, high)


def _triangular_quantile(u: Numbers, low: Value, mode: Value, high: Value) -> Numbers:
    return _triangular_between(u, 1.0 - u, low, mode, high)


def _triangular_upper_quantile(q: Numbers, low: Value, mode: Value, high: Value) -> Numbers:
    return _triangular_between(1.0 - q, q, low, mode, high)


def _triangular_between(
    below: Numbers, above: Numbers, low: Value, mode: Value, high: Value
) -> Numbers:
    width = np.subtract(high, low)
    rising = low + np.sqrt(below * width * (mode - low))
    falling = high - np.sqrt(above * width * (high - mode))
    return np.where(below * width <= np.subtract(mode, low), rising, falling)


def _triangular_tails(
    x: Numbers, low: Value, mode: Value, high: Value
) -> tuple[Numbers, Numbers, Mask]:
    """Mass below x if x is left of the mode, mass above x if right of it, and which it is."""
    x, width = np.clip(x, low, high), np.subtract(high, low)
    rise = np.where(np.less(low, mode), np.subtract(mode, low), 1.0)
    fall = np.where(np.less(mode, high), np.subtract(high, mode), 1.0)
    return (x - low) ** 2 / (width * rise), (high - x) ** 2 / (width * fall), x < mode


def _triangular_cdf(x: Numbers, low: Value, mode: Value, high: Value) -> Numbers:
    below, above, left = _triangular_tails(x, low, mode, high)
    return np.where(left, below, 1.0 - above)


def _triangular_survival(x: Numbers, low: Value, mode: Value, high: Value) -> Numbers:
    below, above, left = _triangular_tails(x, low, mode, high)
    return np.where(left, 1.0 - below, above)


def _triangular_support(low: Value, _mode: Value, high: Value) -> tuple[Value, Value]:
    return low, high


def _triangular_mean(low: Value, mode: Value, high: Value) -> Value:
    return (low + mode + high) / 3.0


def _beta_quantile(u: Numbers, a: Value, b: Value) -> Numbers:
    return betaincinv(a, b, u)


def _beta_upper_quantile(q: Numbers, a: Value, b: Value) -> Numbers:
    return betainccinv(a, b, q)


def _beta_cdf(x: Numbers, a: Value, b: Value) -> Numbers:
    return betainc(a, b, np.clip(x, 0.0, 1.0))


def _beta_survival(x: Numbers, a: Value, b: Value) -> Numbers:
    return betaincc(a, b, np.clip(x, 0.0, 1.0))


def _unit_interval(_a: Value, _b: Value) -> tuple[Value, Value]:
    return 0.0, 1.0


def _beta_mean(a: Value, b: Value) -> Value:
    return a / (a + b)


UNIFORM = Family(
    "uniform",
    ("low", "high"),
    _uniform_quantile,
    _uniform_upper_quantile,
    _uniform_cdf,
    _uniform_survival,
    _ends,
    _uniform_mean,
)
LOGUNIFORM = Family(
    "loguniform",
    ("low", "high"),
    _loguniform_quantile,
    _loguniform_upper_quantile,
    _loguniform_cdf,
    _loguniform_survival,
    _ends,
    _loguniform_mean,
)
TRIANGULAR = Family(
    "triangular",
    ("low", "mode", "high"),
    _triangular_quantile,
    _triangular_upper_quantile,
    _triangular_cdf,
    _triangular_survival,
    _triangular_support,
    _triangular_mean,
)
BETA = Family(
    "beta",
    ("a", "b"),
    _beta_quantile,
    _beta_upper_quantile,
    _beta_cdf,
    _beta_survival,
    _unit_interval,
    _beta_mean,
)
