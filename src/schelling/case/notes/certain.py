"""Notes on claims that hold or fail by construction, whatever the assumptions and luck bring."""

from __future__ import annotations

import math
from collections.abc import Sequence

from schelling.case.draft import Draft
from schelling.case.language.inferring.machines import listed
from schelling.case.language.typed.types import Given, Kind, Operation, OverTime, Typed
from schelling.case.language.typed.units import describe
from schelling.case.model import Case, Claim
from schelling.case.notes import numberless
from schelling.case.notes.intervals import FALSE, TRUE, Interval
from schelling.case.notes.places import claim_path
from schelling.case.notes.reach import Reach

_TINY = 1e-300  # stands for an end at 0 that is not reached
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def note(draft: Draft, case: Case, claims: Sequence[Claim]) -> None:
    """Note each of some claims of a case whose two sides can never change places."""
    reach = Reach(case) if claims else None
    for claim in claims:
        _condition(draft, claim, reach)
        found = reach.of(claim.holds) if reach is not None else None
        if reach is None or found not in (TRUE, FALSE):
            continue
        verb = "holds" if found == TRUE else "fails"
        message = f"'{claim.name}' {verb} by construction"
        if numberless.may_be(claim.holds, reach):
            message += " wherever it has a number, which it may not have in every world"
        else:
            message += ": no assumption and no luck changes that"
        hint = "compare with something that can come out either way, or keep it as a check"
        reason = _sides(claim.holds, reach)
        draft.report("N106", message, claim_path(draft, claim.name), reason, hint)


def _condition(draft: Draft, claim: Claim, reach: Reach | None) -> None:
    """Note the condition of a claim that holds in every world or in none."""
    if reach is None or not isinstance(claim.holds, Given):
        return
    found = reach.of(claim.holds.condition)
    if found not in (TRUE, FALSE):
        return
    verb, worlds = ("holds", "every") if found == TRUE else ("fails", "no")
    where, such = "", ""
    if numberless.may_be(claim.holds.condition, reach):
        where, such = " wherever it has a number", " such"
    message = f"the condition of '{claim.name}' {verb} by construction{where}, so "
    message += f"{worlds}{such} world asks the claim"
    hint = "leave 'given' out" if found == TRUE else "give a condition that can hold"
    reason = _sides(claim.holds.condition, reach)
    draft.report("N106", message, ("claims", claim.name, "given"), reason, hint)


def _sides(holds: Typed, reach: Reach) -> str:
    """Between which numbers the sides of a comparison lie, in base units."""
    holds = holds.body if isinstance(holds, Given) else holds
    while isinstance(holds, OverTime) and len(holds.operands) == 1:
        holds = holds.operands[0]
    if not isinstance(holds, Operation) or holds.name not in _COMPARISONS:
        return "over all values of the priors it comes out the same"
    left, right = (_words(reach, side) for side in holds.operands)
    return f"over all values of the priors the left side is {left}, the right side {right}"


def _words(reach: Reach, side: Typed) -> str:
    if side.type.kind is Kind.STATE:
        known = reach.states_of(side)
        return listed(tuple(state for state in side.type.states if state in known))
    return _in_numbers(reach.of(side), side)


def _in_numbers(interval: Interval, side: Typed) -> str:
    unit = f" {describe(side.type.dimensions)}" if side.type.dimensions else ""
    if interval.low == interval.high:
        return f"{interval.low:.4g}{unit}"
    if math.isfinite(interval.low) and math.isfinite(interval.high):
        return f"{interval.low:.4g} to {interval.high:.4g}{unit}"
    if 0 < interval.low < _TINY:
        return "above 0"
    if math.isfinite(interval.low):
        return f"at least {interval.low:.4g}{unit}"
    return f"at most {interval.high:.4g}{unit}" if math.isfinite(interval.high) else "any number"
