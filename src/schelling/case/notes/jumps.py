"""Notes on rates and hazards that jump on a day within a substep, where they are read too seldom.

By Euler's rule a substep reads a rate at its start alone, and what begins and ends within it is not
seen at all. Under the rule of Runge and Kutta a substep is cut where something jumps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from schelling.case.clock import NEAR, Clock, inside_substep
from schelling.case.draft import Draft
from schelling.case.language.typed.jump_moments import JumpMoments
from schelling.case.language.typed.types import Typed
from schelling.case.model import Case

_MOST = 100  # substeps that are proposed


def note(draft: Draft, case: Case) -> None:
    """Note every hazard and every change of a stock that jumps within a substep.

    Args:
        draft: Where notes go.
        case: The case.
    """
    clock = case.clock
    if clock is None or clock.method != "euler":
        return  # elsewhere such a substep is cut there
    moments = JumpMoments({variable.name: variable.value for variable in case.variables})
    found: dict[str, tuple[tuple[str, str, str], set[float]]] = {}
    for what, path, read in _rates(case):
        said = f"{what} of '{draft.written.get(path[:2], path[1])}'"
        jumps = {moment for moment in moments.of(read) if _within(moment, clock)}
        if jumps:  # of all members of a family, told as one
            found.setdefault(said, (path, set()))[1].update(jumps)
    for said, (path, jumps) in found.items():
        message = f"the {said} jumps inside a substep, {_when(min(jumps), clock)}"
        days = clock.step / clock.substeps * 7
        reason = f"by Euler's rule a substep of {days:.4g} days reads it at its start only, so a "
        reason += "jump comes too late, and a short pulse may not be seen at all"
        fit = _fitting(jumps, clock)
        hint = f"write substeps: {fit} under time" if fit else "write more substeps under time"
        draft.report(
            "N113",
            message,
            path,
            reason,
            f"{hint}, or let it jump where a step begins, or leave out method: euler",
        )


def _rates(case: Case) -> Iterator[tuple[str, tuple[str, str, str], Typed]]:
    """What is integrated over a substep: its name in words, where it stands, and how it reads."""
    for event in case.events:
        if event.hazard is not None:
            yield "hazard", ("events", event.name, "hazard"), event.hazard
    for stock in case.stocks:
        yield "change", ("stocks", stock.name, "change"), stock.change


def _within(moment: float, clock: Clock) -> bool:
    many = clock.steps * clock.substeps
    return inside_substep(moment / clock.step * clock.substeps, many)


def _fitting(jumps: set[float], clock: Clock) -> int | None:
    """The least number of substeps with which all jumps come where one begins."""
    for many in range(clock.substeps + 1, _MOST + 1):
        places = [moment / clock.step * many for moment in jumps]
        if all(abs(place - round(place)) <= NEAR * many for place in places):
            return many
    return None


def _when(weeks: float, clock: Clock) -> str:
    days = weeks * 7
    if abs(days - round(days)) > NEAR:
        return f"{days:.4g} days after the start"
    return f"on {clock.start + dt.timedelta(days=round(days))}"
