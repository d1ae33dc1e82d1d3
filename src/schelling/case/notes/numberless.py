"""Whether an expression may have no number: a root, logarithm or quotient beyond where it is one.

What a name is computed from counts too. A world in which a number fails is neither a world in which
a claim holds nor one in which it fails.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Final

from schelling.case.language.types import Constant, Operation, Twin, Typed, mentions, operands
from schelling.case.model import Case
from schelling.case.notes.intervals import Interval
from schelling.case.notes.reach import Reach

_ABOVE: Final = sys.float_info.min
_BELOW: Final = math.nextafter(1.0, 0.0)
_DOMAINS: Final[Mapping[str, Interval]] = {
    "sqrt": Interval(0.0, math.inf),
    "log": Interval(_ABOVE, math.inf),
    "logit": Interval(_ABOVE, _BELOW),
    "normal_ppf": Interval(_ABOVE, _BELOW),
    "atanh": Interval(-_BELOW, _BELOW),
    "lgamma": Interval(_ABOVE, math.inf),
}
"""Where functions of one number have one."""


def may_be(case: Case, expression: Typed, reach: Reach) -> bool:
    """Whether some values of the priors may leave an expression, or what it reads, no number.

    Args:
        case: The case.
        expression: A claim, or a part of one.
        reach: Intervals of the names of the case.
    """
    formulas = {v.name: (v.value,) for v in case.variables}
    formulas |= {stock.name: (stock.start, stock.change) for stock in case.stocks}
    seen, waiting = set[str](), [expression]
    while waiting:
        part = waiting.pop()
        if _leaves(part, reach):
            return True
        new = mentions(part) - seen
        seen |= new
        waiting += (one for name in new for one in formulas.get(name, ()))
    return False


def _leaves(expression: Typed, reach: Reach) -> bool:
    """Whether a function in an expression may be asked beyond where it has a number."""
    if isinstance(expression, Operation) and _beyond(expression, reach):
        return True
    held = (value for _, value in expression.interventions) if isinstance(expression, Twin) else ()
    return any(_leaves(part, reach) for part in (*operands(expression), *held))


def _beyond(expression: Operation, reach: Reach) -> bool:
    name, parts = expression.name, expression.operands
    if name in _DOMAINS:
        found, allowed = reach.of(parts[0]), _DOMAINS[name]
        return found.low < allowed.low or found.high > allowed.high
    if name == "/":
        divisor = reach.of(parts[1])
        return divisor.low <= 0.0 <= divisor.high
    if name == "**":
        base, power = (reach.of(part) for part in parts)
        whole = isinstance(parts[1], Constant) and float(parts[1].value).is_integer()
        if base.low < 0.0 and not whole:
            return True
        return power.low < 0.0 and base.low <= 0.0 <= base.high
    return False
