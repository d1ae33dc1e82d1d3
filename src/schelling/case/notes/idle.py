"""Notes on what nothing depends on: what nobody reads, holding what changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.about_time.happenings import is_counter
from schelling.case.language.inferring.machines import PHASE
from schelling.case.language.typed.scope import Influence
from schelling.case.language.typed.types import Given, Twin, Typed, mentions, operands
from schelling.case.model import Assumption, Case, Claim
from schelling.case.notes.places import claim_path
from schelling.case.sections import influence


def arrows(case: Case) -> Influence:
    """What can change when something of the case is held."""
    parts = (case.stocks, case.variables, case.events, case.games, case.stochastic)
    reads = influence.reads(*parts, case.populations)
    wanted = frozenset[str]().union(*reads.values(), *map(mentions, asked(case)))
    counted = {name for name in reads if is_counter(name)} - wanted
    found = Influence({name: read for name, read in reads.items() if name not in counted})
    for tally in case.tallies:
        found.learn(tally.name, tally.reads)
    return found


def asked(case: Case) -> Iterator[Typed]:
    """Everything that claims and questions look at, and that records tell of."""
    yield from (claim.holds for claim in case.claims)
    for series in case.observations:
        yield from (part for part in series.arguments if part is not None)
    for question in case.questions:
        yield from (part for part in (question.resolves, question.given) if part is not None)


def note_assumptions(
    draft: Draft,
    assumptions: Sequence[Assumption],
    case: Case,
    moves: Influence,
    read: frozenset[str],
) -> None:
    """Note assumptions that nothing reads, or that reach no claim and no question.

    Of one over a set of which this is true of all members, all are noted at once.

    Args:
        draft: Where notes go.
        assumptions: Those to be looked at, levers or not.
        case: The case they belong to.
        moves: What each name can change.
        read: What claims and questions mention.
    """
    if _only_assumptions(case):
        return
    families: dict[str, list[Assumption]] = {}
    for one in assumptions:
        families.setdefault(_written(draft, one.name), []).append(one)
    for shown, members in families.items():
        found = [one for one in members if _is_idle(moves.of(one.name), read)]
        if len(found) == len(members) > 1:
            _note_idle(draft, found, shown, case, moves)
        else:
            for one in found:
                _note_idle(draft, [one], one.name, case, moves)


def _is_idle(reached: frozenset[str], read: frozenset[str]) -> bool:
    return not (reached & read) if read else len(reached) == 1


def _written(draft: Draft, name: str) -> str:
    """How a definition is written: that of a member as that of its set."""
    sections = ("assumptions", "variables", "unknowns", "stocks", "states", "events", "games")
    return next(filter(None, (draft.written.get((one, name)) for one in sections)), name)


def _note_idle(
    draft: Draft, members: Sequence[Assumption], shown: str, case: Case, moves: Influence
) -> None:
    names = [one.name for one in members]
    what = "lever" if members[0].lever else "assumption"
    hint = "use it where it belongs, or remove it"
    pairs = [(c.first, c.second) for c in case.correlations if {c.first, c.second} & {*names}]
    others = ", ".join(f"'{b if a in names else a}'" for a, b in pairs)
    granted = frozenset[str]().union(*(mentions(premise.grants) for premise in case.premises))
    if granted & {*names}:
        message = f"no claim and no question depends on the {what} '{shown}'"
        reason, hint = "a premise reads it", "ask about what it changes"
    elif all(len(moves.of(name)) == 1 for name in names):
        message = f"nothing reads the {what} '{shown}'"
        reason = f"it is only correlated with {others}, which moves nothing" if others else ""
    else:
        message = f"no claim and no question depends on the {what} '{shown}'"
        first = [one for name in names for one in moves.beyond(name)]
        if len(members) > 1:
            first = [_written(draft, one) for one in first]
        first = list(dict.fromkeys(first))
        reason = f"it changes only {', '.join(first[:6])}{' ...' if len(first) > 6 else ''}"
        hint = "ask about what it changes, or remove it"
    draft.report_key("N103", message, ("assumptions", names[0]), reason, hint)


def note_unread(draft: Draft, case: Case, moves: Influence, read: frozenset[str]) -> None:
    """Note variables and state machines that nothing reads; of one over a set, all members at once.

    A case that asks nothing yet has none of them.

    Args:
        draft: Where notes go.
        case: The case.
        moves: What each name can change.
        read: What claims and questions mention.
    """
    if not case.claims and not case.questions:
        return
    granted = frozenset[str]().union(*(mentions(premise.grants) for premise in case.premises))
    for section, names in _made(case).items():
        written: dict[str, list[str]] = {}
        for name in names:
            written.setdefault(draft.written.get((section, name), name), []).append(name)
        for shown, members in written.items():
            if any(len(moves.of(one)) > 1 or one in read | granted for one in members):
                continue
            what = "variable" if section == "variables" else "state machine"
            message = f"nothing else reads the {what} '{shown}', and no claim or question asks "
            path: Path = ("phases",) if shown == PHASE else (section, members[0])
            draft.report_key("N107", f"{message}about it", path, hint="ask about it, or remove it")


def _made(case: Case) -> dict[str, list[str]]:
    """Names of variables and state machines by section; an unknown is an answer in itself."""
    return {
        "variables": [one.name for one in case.variables if one not in case.unknowns],
        "states": [machine.name for machine in case.machines],
    }


def _only_assumptions(case: Case) -> bool:
    """Whether nothing is written yet that could read an assumption."""
    parts = (case.claims, case.questions, case.variables, case.stocks, case.events, case.games)
    return not any((*parts, case.stochastic, case.populations))


def note_held(draft: Draft, claim: Claim, moves: Influence) -> None:
    """Note each name in a `do(...)` that adds nothing to the others it is held with."""
    whole = claim.holds
    own = ("claims", claim.name, "given")
    parts = [(whole, claim_path(draft, claim.name))]
    if isinstance(whole, Given):
        parts = [(whole.body, parts[0][1]), (whole.condition, own)]
    for twin, path in ((twin, path) for part, path in parts for twin in _twins(part)):
        held, read = [name for name, _ in twin.interventions], mentions(twin.body)
        felt = moves.felt(read, held) if len(held) > 1 else frozenset(held)
        for name in (n for n in held if n not in felt):
            others = [other for other in held if other != name]
            message = f"holding '{name}' changes nothing in the claim '{claim.name}'"
            reason = "what stands before do(...) does not depend on it"
            if moves.of(name) & read:
                reason += f" while {', '.join(others)} {'is' if len(others) == 1 else 'are'} held"
            draft.report("N104", message, path, reason, "leave it out of do(...)")


def _twins(expression: Typed) -> Iterator[Twin]:
    if isinstance(expression, Twin):
        yield expression
    for part in operands(expression):
        yield from _twins(part)
