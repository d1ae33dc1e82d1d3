"""When what is integrated over a substep jumps, as far as the case names the moment."""

from __future__ import annotations

from schelling.case.language.jumps import moments
from schelling.case.language.types import Typed
from schelling.case.model import Case


def of_case(case: Case) -> tuple[float, ...]:
    """Moments, in weeks, at which a change of a stock, or a hazard or its condition, jumps.

    There it compares the elapsed time with a number.
    """
    variables = {variable.name: variable.value for variable in case.variables}
    read: list[Typed | None] = [stock.change for stock in case.stocks]
    for event in case.events:
        if event.hazard is not None:
            read += [event.hazard, event.condition]
    found = {moment for one in read if one is not None for moment in moments(one, variables)}
    return tuple(sorted(found))
