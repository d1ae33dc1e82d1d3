"""Intervals in which the values of expressions lie."""

import datetime as dt
import math
from statistics import NormalDist

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schelling.case.notes import intervals
from schelling.case.notes.intervals import ALL, EITHER, FALSE, TRUE, Interval

NUMBERS = st.floats(-50, 50, allow_nan=False)


@given(st.data(), st.sampled_from(sorted([*intervals._FUNCTIONS, "min", "max"])))
def test_an_interval_holds_every_value(data: st.DataObject, name: str) -> None:
    """Numbers drawn from the arguments' intervals give numbers inside that of the result."""
    counts = {"if": 3, "clip": 3} | dict.fromkeys(
        ("neg", "abs", "not", "exp", "log", "sqrt", "tanh", "logistic", "logit", "normal_cdf"), 1
    )
    counts |= dict.fromkeys(("sin", "cos", "atanh", "atan", "normal_ppf", "lgamma"), 1)
    counts |= dict.fromkeys(("floor", "ceil", "round", "sign"), 1) | {"interpolate": 7}
    ends = [sorted((data.draw(NUMBERS), data.draw(NUMBERS))) for _ in range(counts.get(name, 2))]
    taken = [Interval(*pair) for pair in ends]
    if name in ("if", "not"):
        taken[0] = data.draw(st.sampled_from([TRUE, FALSE, EITHER]))
    result = intervals.apply(name, taken)
    values = [data.draw(st.floats(low, high)) for low, high in taken]
    if name in ("if", "not"):
        values[0] = float(data.draw(st.integers(*map(int, taken[0]))))
    value = VALUES[name](*values)
    if not math.isnan(value):
        assert result.low <= value <= result.high


def curve(x: float, *points: float) -> float:
    pairs = sorted(zip(points[::2], points[1::2], strict=True))
    return float(np.interp(x, *zip(*pairs, strict=True)))


def today(elapsed: float, start: float) -> dt.date:
    return dt.date.fromordinal(int(start) + math.floor(elapsed * 7))


def guarded(function):
    def of(*values: float) -> float:
        try:
            found = function(*values)
        except (ValueError, ZeroDivisionError, OverflowError):
            return math.nan
        return math.nan if isinstance(found, complex) else float(found)

    return of


VALUES = {
    name: guarded(function)
    for name, function in {
        "interpolate": curve,
        "month_of_year": lambda elapsed, start: today(elapsed, start).month,
        "day_of_year": lambda elapsed, start: today(elapsed, start).timetuple().tm_yday,
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "**": lambda a, b: a**b,
        "neg": lambda a: -a,
        "abs": abs,
        "not": lambda a: 1 - a,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        "if": lambda c, a, b: a if c else b,
        "clip": lambda x, low, high: min(max(x, low), high),
        "min": min,
        "max": max,
        "exp": math.exp,
        "log": math.log,
        "sqrt": math.sqrt,
        "tanh": math.tanh,
        "sin": math.sin,
        "cos": math.cos,
        "logistic": lambda x: 1 / (1 + math.exp(-x)),
        "logit": lambda x: math.log(x / (1 - x)),
        "normal_cdf": lambda x: 0.5 * math.erfc(-x / math.sqrt(2)),
        "atanh": math.atanh,
        "atan": math.atan,
        "normal_ppf": NormalDist().inv_cdf,
        "lgamma": lambda x: math.lgamma(x) if x > 0 else math.nan,
        "floor": math.floor,
        "ceil": math.ceil,
        "round": round,
        "sign": lambda x: math.copysign(1, x) if x else 0,
        "threshold_share": lambda a, b: 0.5,
    }.items()
}


def test_what_cannot_be_bounded_is_anything() -> None:
    assert intervals.apply("/", [TRUE, EITHER]) == ALL
    assert intervals.apply("-", [ALL, ALL]) == ALL
    assert intervals.apply("log", [Interval(-2.0, -1.0)]) == ALL
    assert intervals.apply("*", [intervals.POSITIVE, intervals.POSITIVE]).low > 0
    assert intervals.apply("/", [intervals.POSITIVE, intervals.POSITIVE]).low > 0
