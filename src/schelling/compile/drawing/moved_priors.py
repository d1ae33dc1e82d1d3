"""Priors moved to another median with their width kept, as texts that the case language reads.

How a prior moves is a matter of its family: what lies on the whole line is shifted, what is
positive is multiplied, shares are shifted by their odds. Bounds that a prior is cut to stay.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from schelling.case.drawn import Prior
from schelling.compile.drawing import draws
from schelling.distributions.digits import digits

_DIGITS_OF_FIXED = 12

_INSIDE = (1e-9, 1.0 - 1e-9)  # medians of shares
_STEPS = 60  # halvings of the bracket: more than the digits that are written
_Z = 1.6448536269514722  # 95 % quantile of the standard normal


def moved(
    prior: Prior, median: float, natural: tuple[float, float] = (-math.inf, math.inf)
) -> str | None:
    """A prior of the same family whose median is another, as text.

    A uniform or triangular prior is made narrower where it would otherwise leave the natural range
    of its unit; `truncnormal` keeps its ends. A fixed number becomes the other number.

    Args:
        prior: A prior.
        median: The median wanted, in the prior's unit.
        natural: Lowest and highest value that the unit allows.

    Returns:
        The text, its numbers to six digits, or so many of the prior's width; None where no
        prior of the family has this median, or none whose ends can be told apart.

    Examples:
        >>> moved(Prior("uniform", (0.5, 1.5), None, "uniform(0.5, 1.5)", False), 0.8)
        'uniform(0.3, 1.3)'
        >>> moved(Prior("uniform", (0.0, 1.0), None, "uniform(0, 1)", False), 0.75, (0.0, 1.0))
        'uniform(0.5, 1)'
        >>> moved(Prior("lognormal", (2.0, 0.5), None, "lognormal(2, 0.5)", False), 4.0)
        'lognormal(4, 0.5)'
        >>> text = "uniform(1000000, 1000001)"
        >>> moved(Prior("uniform", (1e6, 1e6 + 1.0), None, text, False), 1_000_000.75)
        'uniform(1000000.25, 1000001.25)'
    """
    how = _FAMILIES.get(prior.family)
    if how is None or not math.isfinite(median) or not natural[0] <= median <= natural[1]:
        return None
    if prior.family in _POSITIVE and median <= 0.0:
        return None
    if prior.family in _SHARES and not 0.0 < median < 1.0:
        return None
    return how(prior, median, natural)


def median(prior: Prior) -> float:
    """The median of a prior, in its unit."""
    return float(draws.quantile(prior, np.array([0.5]))[0])


def _text(prior: Prior) -> str:
    """A prior as the case language writes it."""
    return f"{prior.family}({', '.join(_written(prior, *_numbers(prior)))})"


def _written(prior: Prior, *numbers: float) -> tuple[str, ...]:
    """Numbers of a prior, so many digits of each that none moves visibly beside the width."""
    width = _width(prior)
    return tuple(f"{number:.{digits(number, width)}g}" for number in numbers)


def _apart(low: str, high: str) -> bool:
    """Whether the ends of a prior still differ as they are written."""
    return float(low) < float(high)


def _width(prior: Prior) -> float:
    """Of the central 90 %."""
    return float(np.ptp(draws.quantile(prior, np.array([0.05, 0.95]))))


def _fixed(_prior: Prior, wanted: float, _natural: tuple[float, float]) -> str:
    return f"{wanted:.{_DIGITS_OF_FIXED}g}"


def _uniform(prior: Prior, wanted: float, natural: tuple[float, float]) -> str | None:
    low, high = _numbers(prior)
    half = (high - low) / 2

    def at(centre: float) -> Prior:
        own = min(half, centre - natural[0], natural[1] - centre)
        return _like(prior, centre - own, centre + own)

    found = _solved(prior, at, wanted, natural)
    if found is None:
        return None
    apart = _apart(*_written(found, *_numbers(found)))
    return _text(found) if apart else _fixed(prior, wanted, natural)


def _triangular(prior: Prior, wanted: float, natural: tuple[float, float]) -> str | None:
    low, mode, high = _numbers(prior)
    below, above = mode - low, high - mode

    def at(peak: float) -> Prior:
        return _like(prior, max(peak - below, natural[0]), peak, min(peak + above, natural[1]))

    found = _solved(prior, at, wanted, natural)
    if found is None:
        return None
    low, _, high = _numbers(found)
    return _text(found) if _apart(*_written(found, low, high)) else None


def _normal(prior: Prior, wanted: float, natural: tuple[float, float]) -> str | None:
    _, sd = _numbers(prior)
    found = _solved(prior, lambda mean: _like(prior, mean, sd), wanted, (-math.inf, math.inf))
    if found is None:
        return None
    mean = _numbers(found)[0]
    low, high = mean - _Z * sd, mean + _Z * sd
    if prior.interval and low < 0.0:  # an interval of positive numbers is read as lognormal
        return _interval(found, low, high)
    return _text(found)


def _truncated(prior: Prior, wanted: float, natural: tuple[float, float]) -> str | None:
    _, sd, low, high = _numbers(prior)

    def at(mean: float) -> Prior:
        return _like(prior, mean, sd, low, high)

    found = _solved(prior, at, wanted, (low - 8 * sd, high + 8 * sd))
    return None if found is None else _text(found)


def _scaled(prior: Prior, wanted: float, natural: tuple[float, float]) -> str | None:
    """A positive family, every scale parameter multiplied by the same number."""
    scales = _SCALES[prior.family]
    own = _numbers(prior)

    def at(factor: float) -> Prior:
        return _like(prior, *(x * factor if n in scales else x for n, x in enumerate(own)))

    found = _solved(prior, at, wanted, (0.0, math.inf), start=1.0)
    if found is None:
        return None
    if prior.interval:
        centre, sigma = _numbers(found)
        return _interval(found, *(centre * math.exp(side * _Z * sigma) for side in (-1, 1)))
    return _text(found)


def _interval(prior: Prior, low: float, high: float) -> str | None:
    """A prior as the ends of its central 90 %."""
    ends = _written(prior, low, high)
    return " to ".join(ends) if _apart(*ends) else None


def _logitnormal(prior: Prior, wanted: float, _natural: tuple[float, float]) -> str | None:
    _, sigma = _numbers(prior)
    found = _solved(prior, lambda centre: _like(prior, centre, sigma), wanted, _INSIDE)
    return None if found is None else _text(found)


def _beta(prior: Prior, wanted: float, _natural: tuple[float, float]) -> str | None:
    """A beta distribution of the same number of cases, its mean moved."""
    cases = sum(_numbers(prior))

    def at(mean: float) -> Prior:
        return _like(prior, mean * cases, (1.0 - mean) * cases)

    found = _solved(prior, at, wanted, _INSIDE)
    return None if found is None else _text(found)


_FAMILIES: dict[str, Callable[[Prior, float, tuple[float, float]], str | None]] = {
    "fixed": _fixed,
    "uniform": _uniform,
    "triangular": _triangular,
    "normal": _normal,
    "truncnormal": _truncated,
    "lognormal": _scaled,
    "loguniform": _scaled,
    "gamma": _scaled,
    "exponential": _scaled,
    "logitnormal": _logitnormal,
    "beta": _beta,
}
"""How the priors of each family move; a choice does not."""

_SCALES = {"lognormal": {0}, "loguniform": {0, 1}, "gamma": {1}, "exponential": {0}}
"""Positions of the parameters of positive families that are multiplied."""

_POSITIVE = frozenset(_SCALES)
_SHARES = frozenset({"logitnormal", "beta"})


def _numbers(prior: Prior) -> tuple[float, ...]:
    return tuple(float(one) for one in prior.parameters if not isinstance(one, tuple))


def _like(prior: Prior, *parameters: float) -> Prior:
    return Prior(prior.family, parameters, prior.within, prior.written, prior.interval)


def _solved(
    prior: Prior,
    at: Callable[[float], Prior],
    wanted: float,
    among: tuple[float, float],
    start: float | None = None,
) -> Prior | None:
    """The prior of a line of them, along which the median grows, that has the median wanted."""

    def over(place: float) -> float:
        return median(at(place)) - wanted

    width = _width(prior) or 1.0
    place: Any = wanted if start is None else wanted / median(prior)
    low = high = place
    reach = max(width, abs(place) * 1e-6) if start is None else place / 2
    for _ in range(_STEPS):  # what is cut by bounds must be moved further than its median
        low, high = max(low, among[0]), min(high, among[1])
        too_high, too_low = over(low) > 0.0, over(high) < 0.0
        if not (too_high or too_low):
            break
        if (too_high and low <= among[0]) or (too_low and high >= among[1]):
            return None
        low -= reach if too_high else 0.0
        high += reach if too_low else 0.0
        reach *= 2.0
    else:
        return None
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if over(middle) < 0.0 else (low, middle)
    return at(0.5 * (low + high))
