"""Functions of stock-flow tools that are a few stocks and equations: macros that no file defines.

References:
    Ventana Systems, Vensim Reference Manual, functions NPV and SAMPLE IF TRUE, which state these
    equations.
"""

from __future__ import annotations

from collections.abc import Mapping

from schelling.interchange.stockflow.model import ElementEquation, Macro, Quantity
from schelling.interchange.stockflow.terms import If, Neg, Num, Op, Ref, Term

_DT = Ref("dt")
_ONE = Num(1.0)


def _stock(name: str, start: Term, change: Term) -> Quantity:
    first, rate = {(): ElementEquation(start)}, {(): ElementEquation(change)}
    return Quantity("stock", name, equations=first, change=rate)


def _times(left: Term, right: Term) -> Term:
    return Op("*", left, right)


_RATE, _STREAM, _FACTOR = Ref("discount_rate"), Ref("stream"), Ref("discount_factor")
_FALLING = Op("/", Neg(_times(_FACTOR, _RATE)), Op("+", _ONE, _times(_RATE, _DT)))
_NOW = Op("+", Ref("present_value"), _times(_times(_STREAM, _DT), _FACTOR))

_NPV = Macro(
    ("stream", "discount_rate", "value_at_first", "scale"),
    _times(_NOW, Ref("scale")),
    (
        _stock("discount_factor", _ONE, _FALLING),
        _stock("present_value", Ref("value_at_first"), _times(_STREAM, _FACTOR)),
    ),
)
"""What a stream is worth today: discounted at each step by `1 + rate * dt`, with the step that has
just begun."""

_SAMPLE = If(Ref("condition"), Ref("input"), Ref("last_sample"))
_HOLDING = Op("/", Op("-", _SAMPLE, Ref("last_sample")), _DT)

_SAMPLE_IF_TRUE = Macro(
    ("condition", "input", "value_at_first"),
    _SAMPLE,
    (_stock("last_sample", Ref("value_at_first"), _HOLDING),),
)
"""The input while a condition holds, and what it last was while it does not."""

MACROS: Mapping[str, Macro] = {"npv": _NPV, "sample_if_true": _SAMPLE_IF_TRUE}
"""By the name of the function."""

BY_WHOLE_STEPS = frozenset(("sample_if_true",))
"""Those that look back by one step, which Euler's rule alone has."""
