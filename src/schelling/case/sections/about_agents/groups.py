"""Groups of a population: agents are drawn into them, or belong to them by their numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import Scope
from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    Kind,
    Operation,
    Reference,
    Type,
    Typed,
    When,
)
from schelling.case.language.typed.units import PURE
from schelling.case.language.words.agent_words import NUMBER
from schelling.case.populations import Trait
from schelling.case.sources import Origin

_ROUNDING = 1e-9
"""What shares of groups may miss of one, as 0.333 333 333 3 of three do."""

_PURE, _TRUTH = Type(Kind.NUMBER), Type(Kind.TRUTH)


def read(
    draft: Draft, path: Path, own: Type, scope: Scope, numbers: Mapping[str, int]
) -> Trait | None:
    """A trait: into which group an agent is drawn, each with the share of the group.

    Args:
        draft: Where problems go.
        path: The division of a population into groups.
        own: Its type, with the names of the groups.
        scope: What rules of the population see.
        numbers: The number of every name of a group.

    Returns:
        The trait; None where it cannot be used.
    """
    fixed = replace(scope, latest=When.FIXED, speaker="")
    before = len(draft.problems)
    rest = [one for one in own.states if draft.root.at((*path, one)).text == "rest"][:1]
    stated = [one for one in own.states if one not in rest]
    shares = {one: draft.infer((*path, one), fixed, PURE) for one in stated}
    known = [one.value for one in shares.values() if isinstance(one, Constant)]
    name = str(path[-1])
    if len(own.states) < 2:
        message = f"'{name}' divides the agents into fewer than two groups"
        draft.report_key("E428", message, path)
    elif min(known, default=0) < 0:
        message = f"a share of the groups of '{name}' is negative"
        draft.report_key("E428", message, path)
    elif len(known) == len(shares) and not _complete(sum(known), rest=bool(rest)):
        message = f"the shares of the groups of '{name}' do not add up to 1"
        hint = "leave something for 'rest'" if rest else "one of them can be 'rest'"
        draft.report_key("E428", message, path, hint=hint)
    if len(draft.problems) > before:
        return None
    luck = Drawn("uniform", (_number(0), _number(1)), f"{path[1]}/{name}", _PURE)
    ordered = {one: shares[one] for one in shares} | dict.fromkeys(rest, None)
    value = _drawn_into(luck, ordered, numbers, own)
    named = tuple((one, numbers[one]) for one in ordered)
    return Trait(name, PURE, value, Origin(), tuple(ordered.items()), numbers=named)


def by_number(
    draft: Draft, path: Path, drawn: Trait, numbers: Mapping[str, int], size: int
) -> Trait:
    """The same groups, but of agents by their numbers, in the order written.

    Ties are made before any world is drawn, so the shares must be numbers, and no group is empty.

    Args:
        draft: Where problems go.
        path: The division of a population into groups.
        drawn: The trait of agents who are drawn into them.
        numbers: The number of every name of a group.
        size: How many agents there are.
    """
    own, stated = drawn.value.type, dict(drawn.shares)
    written = tuple((group, stated[group]) for group in own.states)
    shares: list[float | None] = []
    for group, share in written:
        if share is not None and not isinstance(share, Constant):
            message = f"the share of '{group}' is no number, and ties run along '{drawn.name}'"
            reason = "ties are the same in all worlds, so the agents of a group are too"
            draft.report("E427", message, (*path, group), reason, "such as 0.3")
        else:
            shares.append(None if share is None else share.value)
    if len(shares) < len(written):
        return drawn
    found = sizes(shares, size)
    for (group, _), count in zip(written, found, strict=True):
        if not count:
            message = f"'{group}' has none of the {size:,} agents, and ties run along "
            message += f"'{drawn.name}'"
            hint = "give it a larger share, or the population more agents"
            draft.report("E427", message, (*path, group), hint=hint)
    ends = [_number(end) for end in itertools.accumulate(found)]
    upto = [(group, end) for (group, _), end in zip(written, ends, strict=True)]
    value = _stretches("<=", Reference(NUMBER, _PURE), upto, numbers, own)
    return replace(drawn, value=value, shares=written, sizes=found)


def sizes(shares: Sequence[float | None], agents: int) -> tuple[int, ...]:
    """How many agents each group has: the nearest whole numbers that add up.

    What is left when all groups are rounded down goes to those with the largest remainders, of
    equal ones to the first. The shares are taken as decimals, so nothing is lost however many
    agents there are.

    Args:
        shares: Of all agents; None takes the rest.
        agents: How many there are.

    Examples:
        >>> sizes([0.5, 0.25, None], 10), sizes([1 / 3, 1 / 3, 1 / 3], 10)
        ((5, 3, 2), (4, 3, 3))
    """
    written = [None if share is None else Fraction(repr(share)) for share in shares]
    rest = max(1 - sum(share for share in written if share is not None), Fraction(0))
    parts = [rest if share is None else share for share in written]
    quotas = [agents * part / sum(parts) for part in parts]
    found = [math.floor(quota) for quota in quotas]
    by_remainder = sorted(range(len(found)), key=lambda group: found[group] - quotas[group])
    for group in by_remainder[: agents - sum(found)]:
        found[group] += 1
    return tuple(found)


def _complete(total: float, *, rest: bool) -> bool:
    """Whether shares of groups add up to one, or leave something for the rest."""
    return total < 1 if rest else abs(total - 1) < _ROUNDING


def _number(value: float) -> Constant:
    return Constant(float(value), _PURE)


def _drawn_into(
    luck: Typed, shares: Mapping[str, Typed | None], numbers: Mapping[str, int], own: Type
) -> Typed:
    """A state for every stretch of the unit interval; no number where the shares are wrong."""
    upto: list[tuple[str, Typed]] = []
    total: Typed = _number(0)
    right: Typed = Constant(1.0, _TRUTH)
    for one, share in shares.items():
        if share is None:
            right = Operation("<=", (total, _number(1)), _TRUTH)
            total = _number(1)
        else:
            total = Operation("+", (total, share), _PURE) if upto else share
        upto.append((one, total))
    if None not in shares.values():
        gap = Operation("abs", (Operation("-", (total, _number(1)), _PURE),), _PURE)
        right = Operation("<", (gap, _number(_ROUNDING)), _TRUTH)
    for share in shares.values():
        if share is not None and not isinstance(share, Constant):
            positive = Operation(">=", (share, _number(0)), _TRUTH)
            right = Operation("and", (right, positive), _TRUTH)
    value = _stretches("<", luck, upto, numbers, own)
    return Operation("if", (right, value, Constant(math.nan, own)), own)


def _stretches(
    below: str,
    place: Typed,
    upto: Sequence[tuple[str, Typed]],
    numbers: Mapping[str, int],
    own: Type,
) -> Typed:
    """The first group whose stretch ends beyond a place."""
    value: Typed = Constant(float(numbers[upto[-1][0]]), own)
    for one, end in upto[-2::-1]:
        here = Operation(below, (place, end), _TRUTH)
        value = Operation("if", (here, Constant(float(numbers[one]), own), value), own)
    return value
