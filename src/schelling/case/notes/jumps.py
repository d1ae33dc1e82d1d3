"""Notes on rates and hazards that jump on a day within a substep, where they are read too seldom.

A substep reads a rate at its start, its middle and its end, or by Euler's rule at its start alone.
What begins and ends between two of these is not seen at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from schelling.case.clock import Clock
from schelling.case.draft import Draft
from schelling.case.language.types import Constant, Operation, Reference, Typed, operands
from schelling.case.model import Case

_COMPARISONS = ("<", "<=", ">", ">=")
_NEAR = 1e-6  # substeps: moments are computed in weeks
_MOST = 100  # substeps that are proposed


def note(draft: Draft, case: Case) -> None:
    """Note every hazard and every change of a stock that jumps within a substep.

    Args:
        draft: Where notes go.
        case: The case.
    """
    clock = case.clock
    if clock is None:
        return
    compared = _Compared(case)
    found: dict[str, tuple[tuple[str, str, str], set[float]]] = {}
    for what, path, read in _rates(case):
        said = f"{what} of '{draft.written.get(path[:2], path[1])}'"
        jumps = {moment for moment in compared.moments(read) if _within(moment, clock)}
        if jumps:  # of all members of a family, told as one
            found.setdefault(said, (path, set()))[1].update(jumps)
    for said, (path, jumps) in found.items():
        message = f"the {said} jumps inside a substep, {_when(min(jumps), clock)}"
        read_at = "start only" if clock.method == "euler" else "start, middle and end only"
        days = clock.step / clock.substeps * 7
        reason = f"a substep of {days:.4g} days reads it at its {read_at}, so a jump comes too "
        reason += "early or too late, and a short pulse may not be seen at all"
        fit = _fitting(jumps, clock)
        hint = f"write substeps: {fit} under time" if fit else "write more substeps under time"
        draft.report("N113", message, path, reason, f"{hint}, or let it jump where a step begins")


def _rates(case: Case) -> Iterator[tuple[str, tuple[str, str, str], Typed]]:
    """What is integrated over a substep: its name in words, where it stands, and how it reads."""
    for event in case.events:
        if event.hazard is not None:
            yield "hazard", ("events", event.name, "hazard"), event.hazard
    for stock in case.stocks:
        yield "change", ("stocks", stock.name, "change"), stock.change


class _Compared:
    """The moments, in weeks, with which the elapsed time is compared; of a variable, found once."""

    def __init__(self, case: Case) -> None:
        self._variables = {variable.name: variable.value for variable in case.variables}
        self._found: dict[str, tuple[set[float], set[str]]] = {}

    def moments(self, expression: Typed) -> set[float]:
        """Those of an expression, and of all variables that stand behind it."""
        found, waiting = self._within(expression)
        seen = set[str]()
        while waiting := waiting - seen:
            seen |= waiting
            behind = [self._of(name) for name in waiting]
            found = found.union(*(moments for moments, _ in behind))
            waiting = set[str]().union(*(names for _, names in behind))
        return found

    def _of(self, name: str) -> tuple[set[float], set[str]]:
        if name not in self._found:
            self._found[name] = self._within(self._variables[name])
        return self._found[name]

    def _within(self, expression: Typed) -> tuple[set[float], set[str]]:
        """The moments that stand in an expression itself, and the variables it reads."""
        moments, names, waiting = set[float](), set[str](), [expression]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Reference):
                names |= {part.name} & self._variables.keys()
            elif isinstance(part, Operation) and part.name in _COMPARISONS:
                moments |= _compared(part)
            waiting += operands(part)
        return moments, names


def _compared(comparison: Operation) -> set[float]:
    """The number with which a comparison compares the elapsed time, if it does."""
    left, right = comparison.operands
    return {
        other.value
        for one, other in ((left, right), (right, left))
        if isinstance(one, Reference) and one.name in ("elapsed", "now")
        if isinstance(other, Constant)
    }


def _within(moment: float, clock: Clock) -> bool:
    """Whether a moment lies inside a substep of the run, and not where one begins."""
    place = moment / clock.step * clock.substeps
    return 0 < place < clock.steps * clock.substeps and abs(place - round(place)) > _NEAR


def _fitting(jumps: set[float], clock: Clock) -> int | None:
    """The least number of substeps with which all jumps come where one begins."""
    for many in range(clock.substeps + 1, _MOST + 1):
        places = [moment / clock.step * many for moment in jumps]
        if all(abs(place - round(place)) <= _NEAR * many for place in places):
            return many
    return None


def _when(weeks: float, clock: Clock) -> str:
    days = weeks * 7
    if abs(days - round(days)) > _NEAR:
        return f"{days:.4g} days after the start"
    return f"on {clock.start + dt.timedelta(days=round(days))}"
