"""Intervals of numbers: everything a value can be when its parts can be anything in theirs.

A truth value is an interval too: (1, 1) is true, (0, 0) is false, (0, 1) can be either. Sums,
products and comparisons are rounded as the program rounds them; other functions are widened by a
hair. An end that is not reached is given by the number beside it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple


class Interval(NamedTuple):
    """All numbers from `low` to `high`, both included."""

    low: float
    high: float


ALL: Final = Interval(-math.inf, math.inf)
EITHER: Final = Interval(0.0, 1.0)
TRUE: Final = Interval(1.0, 1.0)
FALSE: Final = Interval(0.0, 0.0)
POSITIVE: Final = Interval(sys.float_info.min, math.inf)
_HAIR = 1e-12
"""Relative; library functions differ between machines in their last digits, some 1e-16."""


def hull(intervals: Sequence[Interval]) -> Interval:
    """The least interval that holds all of them."""
    return Interval(min(s.low for s in intervals), max(s.high for s in intervals))


def scaled(interval: Interval, factor: float) -> Interval:
    """Every number of an interval times a positive factor."""
    return Interval(interval.low * factor, interval.high * factor)


def widened(interval: Interval) -> Interval:
    """The interval with a hair of rounding on both sides."""
    return Interval(
        interval.low - _HAIR * abs(interval.low), interval.high + _HAIR * abs(interval.high)
    )


def apply(name: str, intervals: Sequence[Interval]) -> Interval:
    """The values of an operator or an element-by-element function of the language."""
    if name in ("and", "or"):
        pick = min if name == "and" else max
        return Interval(pick(s.low for s in intervals), pick(s.high for s in intervals))
    if name in ("min", "max"):
        pick = min if name == "min" else max
        return Interval(pick(s.low for s in intervals), pick(s.high for s in intervals))
    found = _FUNCTIONS.get(name, _anything)(*intervals)
    return ALL if math.isnan(found.low) or math.isnan(found.high) else found


def _anything(*_: Interval) -> Interval:
    return ALL


def _add(a: Interval, b: Interval) -> Interval:
    return Interval(a.low + b.low, a.high + b.high)


def _subtract(a: Interval, b: Interval) -> Interval:
    return Interval(a.low - b.high, a.high - b.low)


def _multiply(a: Interval, b: Interval) -> Interval:
    ends = [0.0 if 0.0 in pair else pair[0] * pair[1] for pair in product(a, b)]
    low, high = min(ends), max(ends)
    positive = (a.low > 0 and b.low > 0) or (a.high < 0 and b.high < 0)
    return Interval(max(low, math.ulp(0.0)) if positive else low, high)


def _divide(a: Interval, b: Interval) -> Interval:
    if b.low <= 0 <= b.high:
        return ALL
    ends = [0.0 if math.isinf(y) else x / y for x, y in product(a, b)]
    low, high = min(ends), max(ends)
    positive = (a.low > 0 and b.low > 0) or (a.high < 0 and b.high < 0)
    return Interval(max(low, math.ulp(0.0)) if positive else low, high)


def _power(a: Interval, b: Interval) -> Interval:
    if a.low < 0 or (a.low == 0 and b.low < 0):
        even = b.low == b.high and b.low % 2 == 0 and b.low > 0
        return Interval(0.0, max(_raise(a.low, b.low), _raise(a.high, b.low))) if even else ALL
    ends = [_raise(x, y) for x, y in product(a, b)]
    return Interval(
        max(0.0, widened(Interval(min(ends), 0)).low), widened(Interval(0, max(ends))).high
    )


def _raise(base: float, power: float) -> float:
    try:
        return abs(base) ** power
    except OverflowError:
        return math.inf


def _absolute(a: Interval) -> Interval:
    if a.low <= 0 <= a.high:
        return Interval(0.0, max(-a.low, a.high))
    return Interval(*sorted((abs(a.low), abs(a.high))))


def _negative(a: Interval) -> Interval:
    return Interval(-a.high, -a.low)


def _not(a: Interval) -> Interval:
    return Interval(1 - a.high, 1 - a.low)


def _less(a: Interval, b: Interval) -> Interval:
    return TRUE if a.high < b.low else FALSE if a.low >= b.high else EITHER


def _at_most(a: Interval, b: Interval) -> Interval:
    return TRUE if a.high <= b.low else FALSE if a.low > b.high else EITHER


def _more(a: Interval, b: Interval) -> Interval:
    return _less(b, a)


def _at_least(a: Interval, b: Interval) -> Interval:
    return _at_most(b, a)


def _unequal(a: Interval, b: Interval) -> Interval:
    return _not(_equal(a, b))


def _wave(_: Interval) -> Interval:
    return Interval(-1.0, 1.0)


def _share(*_: Interval) -> Interval:
    return EITHER


def _between(_: Interval, *points: Interval) -> Interval:
    return widened(hull(points[1::2]))


def _month(*_: Interval) -> Interval:
    return Interval(1.0, 12.0)


def _day(*_: Interval) -> Interval:
    return Interval(1.0, 366.0)


def _equal(a: Interval, b: Interval) -> Interval:
    if a.low == a.high == b.low == b.high:
        return TRUE
    return FALSE if a.high < b.low or b.high < a.low else EITHER


def _choose(condition: Interval, then: Interval, otherwise: Interval) -> Interval:
    if condition == TRUE:
        return then
    return otherwise if condition == FALSE else hull((then, otherwise))


def _clip(x: Interval, low: Interval, high: Interval) -> Interval:
    return apply("min", (apply("max", (x, low)), high))


def _rising(
    function: Callable[[float], float], least: float, most: float, within: Interval
) -> Callable[[Interval], Interval]:
    """A function that rises from `least` at the low end of its domain to `most` at the high one."""

    def of(a: Interval) -> Interval:
        if a.high < within.low or a.low > within.high:
            return ALL  # no number anywhere
        ends = [_value(function, x, least, most, within) for x in a]
        interval = widened(Interval(*ends))
        return Interval(max(least, interval.low), min(most, interval.high))

    return of


def _value(
    function: Callable[[float], float], x: float, least: float, most: float, within: Interval
) -> float:
    if x <= within.low or x >= within.high:
        return least if x <= within.low else most
    try:
        return function(x)
    except OverflowError:
        return most if x > 0 else least


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def _logit(x: float) -> float:
    return math.log(x) - math.log1p(-x)


def _normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _normal_ppf(p: float) -> float:
    low, high = -40.0, 40.0  # beyond them the share is no longer a positive number
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _normal_cdf(middle) < p else (low, middle)
    return high


def _sign(x: float) -> float:
    return float((x > 0) - (x < 0))


def _log_gamma(a: Interval) -> Interval:
    """It falls from infinity at 0 to its least value, and rises after it."""
    if a.high < 0:
        return ALL  # no number anywhere
    ends = [_value(math.lgamma, x, math.inf, math.inf, _HALF) for x in (max(a.low, 0.0), a.high)]
    least = _LEAST_LOG_GAMMA if a.low < _ITS_PLACE < a.high else min(ends)
    return widened(Interval(least, max(ends)))


_ITS_PLACE: Final = 1.4616321449683623  # where the digamma function is 0 (DLMF 5.4.19)
_LEAST_LOG_GAMMA: Final = math.lgamma(_ITS_PLACE)
_HALF = Interval(0.0, math.inf)
_FUNCTIONS: Final[Mapping[str, Callable[..., Interval]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "**": _power,
    "neg": _negative,
    "abs": _absolute,
    "not": _not,
    "<": _less,
    "<=": _at_most,
    ">": _more,
    ">=": _at_least,
    "==": _equal,
    "!=": _unequal,
    "if": _choose,
    "clip": _clip,
    "exp": _rising(math.exp, 0.0, math.inf, ALL),
    "log": _rising(math.log, -math.inf, math.inf, _HALF),
    "sqrt": _rising(math.sqrt, 0.0, math.inf, _HALF),
    "tanh": _rising(math.tanh, -1.0, 1.0, ALL),
    "logistic": _rising(_logistic, 0.0, 1.0, ALL),
    "logit": _rising(_logit, -math.inf, math.inf, EITHER),
    "atanh": _rising(math.atanh, -math.inf, math.inf, Interval(-1.0, 1.0)),
    "atan": _rising(math.atan, -math.pi / 2, math.pi / 2, ALL),
    "normal_cdf": _rising(_normal_cdf, 0.0, 1.0, ALL),
    "normal_ppf": _rising(_normal_ppf, -math.inf, math.inf, EITHER),
    "lgamma": _log_gamma,
    "floor": _rising(math.floor, -math.inf, math.inf, ALL),
    "ceil": _rising(math.ceil, -math.inf, math.inf, ALL),
    "round": _rising(round, -math.inf, math.inf, ALL),
    "sign": _rising(_sign, -1.0, 1.0, ALL),
    "sin": _wave,
    "cos": _wave,
    "threshold_share": _share,
    "interpolate": _between,
    "month_of_year": _month,
    "day_of_year": _day,
}
