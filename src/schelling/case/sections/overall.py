"""Claims over a set: one for every member, and one that all of them hold."""

from __future__ import annotations

from collections.abc import Sequence

from schelling.case.draft import Draft
from schelling.case.language.inferring.members import ABSENT
from schelling.case.language.typed.scope import family_name
from schelling.case.language.typed.types import Kind, Operation, Type, latest
from schelling.case.model import Claim


def claims(draft: Draft, found: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims of a case, with an overall one after the members of each that is over sets.

    Members whose claims have conditions are asked in different worlds, and have no overall one.

    A claim that can be asked of no member, because each lacks another to be compared with, is a
    problem.
    """
    by_base: dict[str, list[Claim]] = {}
    for claim in found:
        by_base.setdefault(family_name(claim.name), []).append(claim)
    for path in sorted(draft.absent):
        base = family_name(str(path[1]))
        if base not in by_base:
            message = f"'{base}' can be asked of no member of the set"
            draft.report_key(ABSENT, message, path, "no member has one before or after it")
    every: list[Claim] = []
    for base, members in by_base.items():
        every += members
        if base in draft.claims and not any(claim.given for claim in members):
            every.append(_all(base, members))
    return tuple(every)


def _all(base: str, members: Sequence[Claim]) -> Claim:
    if len(members) == 1:
        holds = members[0].holds
    else:
        parts = tuple(claim.holds for claim in members)
        result = Type(Kind.TRUTH, (), latest(*(part.type.when for part in parts)))
        holds = Operation("and", parts, result)
    return Claim(base, holds, f"{members[0].written}, for every member", members[0].origin)
