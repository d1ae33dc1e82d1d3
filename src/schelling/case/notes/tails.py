"""How much of a prior lies outside two bounds, from its distribution function, without arrays.

`schelling.distributions` has the same functions on arrays; a test holds one against the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from schelling.case.drawn import Prior

_STEPS = 10_000
_SMALL = 1e-300
_PRECISE = 1e-15


def below(prior: Prior, bound: float) -> float:
    """Chance of a value below a bound (a share of all worlds), as the prior is drawn."""
    return _tail(prior, bound, upper=False)


def above(prior: Prior, bound: float) -> float:
    """Chance of a value above a bound (a share of all worlds), as the prior is drawn."""
    return _tail(prior, bound, upper=True)


def cut(prior: Prior) -> float:
    """Share of the prior as written that its `within` leaves out."""
    if prior.within is None:
        return 0.0
    low, high = prior.within
    return _written(prior, low, upper=False) + _written(prior, high, upper=True)


def quantile(prior: Prior, share: float) -> float:
    """The value that a share of all worlds stays below; of a continuous prior."""
    low, high = -1.0, 1.0
    while below(prior, low) > share and math.isfinite(low):
        low *= 2
    while below(prior, high) < share and math.isfinite(high):
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if below(prior, middle) < share else (low, middle)
    return (low + high) / 2


def _tail(prior: Prior, bound: float, *, upper: bool) -> float:
    if prior.within is None:
        return _written(prior, bound, upper=upper)
    low, high = prior.within
    if bound >= high if upper else bound <= low:
        return 0.0
    beyond = _written(prior, high if upper else low, upper=upper)
    kept = 1.0 - cut(prior)
    share = _written(prior, bound, upper=upper) - beyond
    return min(1.0, max(0.0, share / kept)) if kept > 0 else math.nan


def _written(prior: Prior, bound: float, *, upper: bool) -> float:
    """The tail of the prior as written, strictly beyond the bound."""
    if prior.family in ("choice", "fixed"):
        return _listed(prior, bound, upper=upper)
    parameters = [p for p in prior.parameters if isinstance(p, float | int)]
    return _TAILS[prior.family](bound, upper, *parameters)


def _listed(prior: Prior, bound: float, *, upper: bool) -> float:
    values, *weights = prior.parameters
    listed = values if isinstance(values, tuple) else (values,)
    chances = weights[0] if weights and isinstance(weights[0], tuple) else (1.0,) * len(listed)
    return sum(
        w for v, w in zip(listed, chances, strict=True) if (v > bound if upper else v < bound)
    )


def _standard(z: float, upper: bool) -> float:
    """Mass of the standard normal beyond a value."""
    return 0.5 * math.erfc((z if upper else -z) / math.sqrt(2))


def _normal(x: float, upper: bool, mean: float, sd: float) -> float:
    return _standard((x - mean) / sd, upper)


def _lognormal(x: float, upper: bool, median: float, sigma: float) -> float:
    return _standard(math.log(x / median) / sigma, upper) if x > 0 else float(upper)


def _logitnormal(x: float, upper: bool, median: float, sigma: float) -> float:
    if not 0 < x < 1:
        return float(upper == (x <= 0))
    return _standard((_logit(x) - _logit(median)) / sigma, upper)


def _logit(share: float) -> float:
    return math.log(share) - math.log1p(-share)


def _truncnormal(x: float, upper: bool, mean: float, sd: float, low: float, high: float) -> float:
    first, last, at = ((v - mean) / sd for v in (low, high, min(max(x, low), high)))
    part = _between(at, last) if upper else _between(first, at)
    return part / _between(first, last)


def _between(low: float, high: float) -> float:
    """Mass of the standard normal between two values, as a difference of its smaller tails."""
    if low > 0:
        return _standard(low, True) - _standard(high, True)
    return _standard(high, False) - _standard(low, False)


def _uniform(x: float, upper: bool, low: float, high: float) -> float:
    share = (high - x if upper else x - low) / (high - low)
    return min(max(share, 0.0), 1.0)


def _loguniform(x: float, upper: bool, low: float, high: float) -> float:
    return _uniform(math.log(min(max(x, low), high)), upper, math.log(low), math.log(high))


def _triangular(x: float, upper: bool, low: float, mode: float, high: float) -> float:
    x, width = min(max(x, low), high), high - low
    if x < mode:
        share = (x - low) ** 2 / (width * (mode - low))
        return 1 - share if upper else share
    share = (high - x) ** 2 / (width * (high - mode)) if mode < high else 0.0
    return share if upper else 1 - share


def _exponential(x: float, upper: bool, mean: float) -> float:
    x = max(x, 0.0) / mean
    return math.exp(-x) if upper else -math.expm1(-x)


def _gamma(x: float, upper: bool, shape: float, scale: float) -> float:
    """By the series of the lower tail, or the continued fraction of the upper one (DLMF 8.9.2)."""
    x = x / scale
    if x <= 0:
        return float(upper)
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for n in range(1, _STEPS):
            term *= x / (shape + n)
            total += term
            if term < total * _PRECISE:
                break
        lower = min(front * total, 1.0)
        return 1 - lower if upper else lower
    pieces = ((n * (shape - n), x + 2 * n + 1 - shape) for n in range(1, _STEPS))
    beyond = front / (x + 1 - shape) / _fraction(x + 1 - shape, pieces)
    return beyond if upper else 1 - beyond


def _beta(x: float, upper: bool, a: float, b: float) -> float:
    """By the continued fraction of the incomplete beta function (DLMF 8.17.22)."""
    if not 0 < x < 1:
        return float(upper == (x <= 0))
    if x > (a + 1) / (a + b + 2):
        return _beta(1 - x, not upper, b, a)
    constant = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(constant + a * math.log(x) + b * math.log1p(-x)) / a

    def numerator(n: int) -> float:
        m = n // 2
        if n % 2:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))

    lower = min(front / _fraction(1.0, ((numerator(n), 1.0) for n in range(1, _STEPS))), 1.0)
    return 1 - lower if upper else lower


def _fraction(first: float, pieces: Iterable[tuple[float, float]]) -> float:
    """`first + a1 / (b1 + a2 / (b2 + ...))` divided by `first`, by Lentz's method."""
    front, under, value = first, 0.0, 1.0
    for a, b in pieces:
        under = 1 / (b + a * under or _SMALL)
        front = b + a / front or _SMALL
        value *= front * under
        if abs(front * under - 1) < _PRECISE:
            break
    return value


_TAILS: Final[Mapping[str, Callable[..., float]]] = {
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "truncnormal": _truncnormal,
    "beta": _beta,
    "gamma": _gamma,
    "exponential": _exponential,
    "triangular": _triangular,
    "loguniform": _loguniform,
    "logitnormal": _logitnormal,
}
