"""Intervals in which the values of expressions lie."""

import math
import operator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oracle import interpreter
from schelling.case.notes import intervals
from schelling.case.notes.intervals import ALL, EITHER, FALSE, TRUE, Interval

NUMBERS = st.floats(-50, 50, allow_nan=False)


@given(st.data(), st.sampled_from(sorted([*intervals._FUNCTIONS, "min", "max"])))
def test_an_interval_holds_every_value(data: st.DataObject, name: str) -> None:
    """Numbers drawn from the arguments' intervals give numbers inside that of the result.

    The numbers are those of the oracle's functions.
    """
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


def guarded(function):
    def of(*values: float) -> float:
        try:
            with np.errstate(all="ignore"):
                found = function(*values)
        except (ValueError, ZeroDivisionError, OverflowError):
            return math.nan
        return float(found) if not isinstance(found, complex) and math.isfinite(found) else math.nan

    return of


VALUES = {
    name: guarded(function)
    for name, function in {
        **interpreter.FUNCTIONS,
        "not": operator.not_,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "==": operator.eq,
        "!=": operator.ne,
        "if": lambda c, a, b: a if c else b,
    }.items()
}


def test_what_cannot_be_bounded_is_anything() -> None:
    assert intervals.apply("/", [TRUE, EITHER]) == ALL
    assert intervals.apply("-", [ALL, ALL]) == ALL
    assert intervals.apply("log", [Interval(-2.0, -1.0)]) == ALL
    assert intervals.apply("*", [intervals.POSITIVE, intervals.POSITIVE]).low > 0
    assert intervals.apply("/", [intervals.POSITIVE, intervals.POSITIVE]).low > 0
