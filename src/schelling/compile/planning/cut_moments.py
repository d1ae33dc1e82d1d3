"""When what is integrated over a substep jumps, as far as the case names the moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schelling.case.language.typed.jump_moments import JumpMoments
from schelling.case.language.typed.types import Typed
from schelling.case.model import Case
from schelling.compile.planning.twins import Interventions


def of_case(case: Case, twins: Iterable[Interventions]) -> tuple[float, ...]:
    """Moments, in weeks, at which a change of a stock, or a hazard or its condition, jumps.

    There it compares the elapsed time with a number, or would in one of the twins.

    Args:
        case: The case.
        twins: What each simulated world is held at.
    """
    variables = {variable.name: variable.value for variable in case.variables}
    found = set[float]()
    for held in dict.fromkeys(tuple(one for one in twin if one[0] in variables) for twin in twins):
        moments = JumpMoments({**variables, **dict(held)})
        found = found.union(*map(moments.of, _integrated(case)))
    return tuple(sorted(found))


def _integrated(case: Case) -> Iterator[Typed]:
    """What is read along a substep."""
    yield from (stock.change for stock in case.stocks)
    for event in case.events:
        if event.hazard is not None:
            yield event.hazard
            if event.condition is not None:
                yield event.condition
