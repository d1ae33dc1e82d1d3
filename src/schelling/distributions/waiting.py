"""Families on the positive half line that describe waiting and totals: gamma and exponential."""

from __future__ import annotations

import numpy as np
from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

from schelling.distributions.family import Family, Numbers, Value


def _gamma_quantile(u: Numbers, shape: Value, scale: Value) -> Numbers:
    return scale * gammaincinv(shape, u)


def _gamma_upper_quantile(q: Numbers, shape: Value, scale: Value) -> Numbers:
    return scale * gammainccinv(shape, q)


def _gamma_cdf(x: Numbers, shape: Value, scale: Value) -> Numbers:
    return gammainc(shape, np.maximum(x, 0.0) / scale)


def _gamma_survival(x: Numbers, shape: Value, scale: Value) -> Numbers:
    return gammaincc(shape, np.maximum(x, 0.0) / scale)


def _gamma_mean(shape: Value, scale: Value) -> Value:
    return shape * scale


def _exponential_quantile(u: Numbers, mean: Value) -> Numbers:
    return -mean * np.log1p(-u)


def _exponential_upper_quantile(q: Numbers, mean: Value) -> Numbers:
    return -mean * np.log(q)


def _exponential_cdf(x: Numbers, mean: Value) -> Numbers:
    return -np.expm1(-np.maximum(x, 0.0) / mean)


def _exponential_survival(x: Numbers, mean: Value) -> Numbers:
    return np.exp(-np.maximum(x, 0.0) / mean)


def _exponential_mean(mean: Value) -> Value:
    return mean


def _positive(*_: Value) -> tuple[Value, Value]:
    return 0.0, np.inf


GAMMA = Family(
    "gamma",
    ("shape", "scale"),
    _gamma_quantile,
    _gamma_upper_quantile,
    _gamma_cdf,
    _gamma_survival,
    _positive,
    _gamma_mean,
)
EXPONENTIAL = Family(
    "exponential",
    ("mean",),
    _exponential_quantile,
    _exponential_upper_quantile,
    _exponential_cdf,
    _exponential_survival,
    _positive,
    _exponential_mean,
)
