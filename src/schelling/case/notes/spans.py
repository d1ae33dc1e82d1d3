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


class Span(NamedTuple):
    """All numbers from `low` to `high`, both included."""

    low: float
    high: float


ALL: Final = Span(-math.inf, math.inf)
EITHER: Final = Span(0.0, 1.0)
TRUE: Final = Span(1.0, 1.0)
FALSE: Final = Span(0.0, 0.0)
POSITIVE: Final = Span(sys.float_info.min, math.inf)
_HAIR = 1e-12
"""Relative; library functions differ between machines in their last digits, some 1e-16."""


def hull(spans: Sequence[Span]) -> Span:
    """The least span that holds all of them."""
    return Span(min(s.low for s in spans), max(s.high for s in spans))


def scaled(span: Span, factor: float) -> Span:
    """Every number of a span times a positive factor."""
    return Span(span.low * factor, span.high * factor)


def widened(span: Span) -> Span:
    """The span with a hair of rounding on both sides."""
    return Span(span.low - _HAIR * abs(span.low), span.high + _HAIR * abs(span.high))


def apply(name: str, spans: Sequence[Span]) -> Span:
    """The values of an operator or an element-by-element function of the language."""
    if name in ("and", "or"):
        pick = min if name == "and" else max
        return Span(pick(s.low for s in spans), pick(s.high for s in spans))
    if name in ("min", "max"):
        pick = min if name == "min" else max
        return Span(pick(s.low for s in spans), pick(s.high for s in spans))
    found = _FUNCTIONS.get(name, _anything)(*spans)
    return ALL if math.isnan(found.low) or math.isnan(found.high) else found


def _anything(*_: Span) -> Span:
    return ALL


def _add(a: Span, b: Span) -> Span:
    return Span(a.low + b.low, a.high + b.high)


def _subtract(a: Span, b: Span) -> Span:
    return Span(a.low - b.high, a.high - b.low)


def _multiply(a: Span, b: Span) -> Span:
    ends = [0.0 if 0.0 in pair else pair[0] * pair[1] for pair in product(a, b)]
    low, high = min(ends), max(ends)
    positive = (a.low > 0 and b.low > 0) or (a.high < 0 and b.high < 0)
    return Span(max(low, math.ulp(0.0)) if positive else low, high)


def _divide(a: Span, b: Span) -> Span:
    if b.low <= 0 <= b.high:
        return ALL
    ends = [0.0 if math.isinf(y) else x / y for x, y in product(a, b)]
    low, high = min(ends), max(ends)
    positive = (a.low > 0 and b.low > 0) or (a.high < 0 and b.high < 0)
    return Span(max(low, math.ulp(0.0)) if positive else low, high)


def _power(a: Span, b: Span) -> Span:
    if a.low < 0 or (a.low == 0 and b.low < 0):
        even = b.low == b.high and b.low % 2 == 0 and b.low > 0
        return Span(0.0, max(_raise(a.low, b.low), _raise(a.high, b.low))) if even else ALL
    ends = [_raise(x, y) for x, y in product(a, b)]
    return Span(max(0.0, widened(Span(min(ends), 0)).low), widened(Span(0, max(ends))).high)


def _raise(base: float, power: float) -> float:
    try:
        return abs(base) ** power
    except OverflowError:
        return math.inf


def _absolute(a: Span) -> Span:
    if a.low <= 0 <= a.high:
        return Span(0.0, max(-a.low, a.high))
    return Span(*sorted((abs(a.low), abs(a.high))))


def _negative(a: Span) -> Span:
    return Span(-a.high, -a.low)


def _not(a: Span) -> Span:
    return Span(1 - a.high, 1 - a.low)


def _less(a: Span, b: Span) -> Span:
    return TRUE if a.high < b.low else FALSE if a.low >= b.high else EITHER


def _at_most(a: Span, b: Span) -> Span:
    return TRUE if a.high <= b.low else FALSE if a.low > b.high else EITHER


def _more(a: Span, b: Span) -> Span:
    return _less(b, a)


def _at_least(a: Span, b: Span) -> Span:
    return _at_most(b, a)


def _unequal(a: Span, b: Span) -> Span:
    return _not(_equal(a, b))


def _wave(_: Span) -> Span:
    return Span(-1.0, 1.0)


def _share(*_: Span) -> Span:
    return EITHER


def _equal(a: Span, b: Span) -> Span:
    if a.low == a.high == b.low == b.high:
        return TRUE
    return FALSE if a.high < b.low or b.high < a.low else EITHER


def _choose(condition: Span, then: Span, otherwise: Span) -> Span:
    if condition == TRUE:
        return then
    return otherwise if condition == FALSE else hull((then, otherwise))


def _clip(x: Span, low: Span, high: Span) -> Span:
    return apply("min", (apply("max", (x, low)), high))


def _rising(
    function: Callable[[float], float], least: float, most: float, within: Span
) -> Callable[[Span], Span]:
    """A function that rises from `least` at the low end of its domain to `most` at the high one."""

    def of(a: Span) -> Span:
        if a.high < within.low or a.low > within.high:
            return ALL  # no number anywhere
        ends = [_value(function, x, least, most, within) for x in a]
        span = widened(Span(*ends))
        return Span(max(least, span.low), min(most, span.high))

    return of


def _value(
    function: Callable[[float], float], x: float, least: float, most: float, within: Span
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


_HALF = Span(0.0, math.inf)
_FUNCTIONS: Final[Mapping[str, Callable[..., Span]]] = {
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
    "normal_cdf": _rising(_normal_cdf, 0.0, 1.0, ALL),
    "sin": _wave,
    "cos": _wave,
    "threshold_share": _share,
}
