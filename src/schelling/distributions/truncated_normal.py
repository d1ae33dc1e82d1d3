"""The normal cut to an interval, at any distance from its mean.

All in logarithms of the normal's tails, so an interval forty standard deviations out is as good
as one around the mean. Knows no other family: the general cut is `truncate`.

References:
    Robert, C. P. (1995), Simulation of truncated normal variables, Statistics and Computing 5,
    eq. 1: the density that is meant here.
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from schelling.distributions.family import Family, Mask, Numbers, Value


def _standard_quantile(from_low: Numbers, from_high: Numbers, a: Value, b: Value) -> Numbers:
    """Quantile of the standard normal cut to [a, b]; both shares, for each is exact in its tail."""
    with np.errstate(divide="ignore"):
        log_low, log_high = np.log(from_high), np.log(from_low)
    below = np.logaddexp(log_low + log_ndtr(a), log_high + log_ndtr(b))
    above = np.logaddexp(log_low + log_ndtr(-a), log_high + log_ndtr(-b))
    return np.where(below < above, ndtri_exp(below), -ndtri_exp(above))


def _quantile(u: Numbers, mean: Value, sd: Value, low: Value, high: Value) -> Numbers:
    z = _standard_quantile(u, 1.0 - u, (low - mean) / sd, (high - mean) / sd)
    return np.clip(mean + sd * z, low, high)


def _upper_quantile(q: Numbers, mean: Value, sd: Value, low: Value, high: Value) -> Numbers:
    z = _standard_quantile(1.0 - q, q, (low - mean) / sd, (high - mean) / sd)
    return np.clip(mean + sd * z, low, high)


def _nearer_first(a: Value, b: Value) -> tuple[Numbers, Numbers, Mask]:
    """The interval, mirrored where its upper end is the nearer to 0, and where that was done."""
    mirrored = np.asarray(np.add(a, b) < 0.0)
    return np.where(mirrored, np.negative(b), a), np.where(mirrored, np.negative(a), b), mirrored


def _shares(z: Numbers, a: Value, b: Value) -> tuple[Numbers, Numbers]:
    """Shares of the mass on [a, b] below and above z, each without cancellation."""
    near, far, mirrored = _nearer_first(a, b)
    at_z = log_ndtr(np.where(mirrored, z, -z))
    at_near, at_far = log_ndtr(-near), log_ndtr(-far)
    mass = np.expm1(at_far - at_near)
    before = np.expm1(at_z - at_near) / mass
    after = np.exp(at_z - at_near) * np.expm1(at_far - at_z) / mass
    return np.where(mirrored, after, before), np.where(mirrored, before, after)


def _cdf(x: Numbers, mean: Value, sd: Value, low: Value, high: Value) -> Numbers:
    z = (np.clip(x, low, high) - mean) / sd
    return _shares(z, (low - mean) / sd, (high - mean) / sd)[0]


def _survival(x: Numbers, mean: Value, sd: Value, low: Value, high: Value) -> Numbers:
    z = (np.clip(x, low, high) - mean) / sd
    return _shares(z, (low - mean) / sd, (high - mean) / sd)[1]


def _support(_mean: Value, _sd: Value, low: Value, high: Value) -> tuple[Value, Value]:
    return low, high


def _mean(mean: Value, sd: Value, low: Value, high: Value) -> Value:
    near, far, mirrored = _nearer_first((low - mean) / sd, (high - mean) / sd)
    log_near: Numbers = log_ndtr(-near)
    density: Numbers = np.exp(-0.5 * near**2 - log_near) / np.sqrt(2.0 * np.pi)
    lost: Numbers = np.expm1(-0.5 * (far - near) * (far + near))
    shift: Numbers = density * lost / np.expm1(log_ndtr(-far) - log_near)
    return np.clip(mean + sd * np.where(mirrored, -shift, shift), low, high)


TRUNCNORMAL = Family(
    "truncnormal",
    ("mean", "sd", "low", "high"),
    _quantile,
    _upper_quantile,
    _cdf,
    _survival,
    _support,
    _mean,
)
