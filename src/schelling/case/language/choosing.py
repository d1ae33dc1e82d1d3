"""Types of the member at which something is largest or smallest: `argmax(worth[c] for c in city)`.

Such a member is known only in a world, so it is no name: it is compared with members, or stands for
one in `x[argmax(...)]`. Both become conditions on the values of all members. Of several that are
equally good, the first in the order of the set is meant. Of times, a member to which nothing
happens is never meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from schelling.case.language import agents, by_group, machines, members, moments, reductions
from schelling.case.language.printer import brief
from schelling.case.language.set_words import CHOOSING
from schelling.case.language.syntax import Compare, Expression, Index, Name, Reduction
from schelling.case.language.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Type,
    Typed,
    every,
    latest,
)
from schelling.case.language.visitor import Visitor

_NOTHING = Constant(0.0, UNKNOWN)
_BEATS = {"argmax": (">", ">="), "argmin": ("<", "<=")}


@dataclass(frozen=True)
class Chosen:
    """The member at which something is best.

    Attributes:
        over: The set.
        best: For every member that can be it, by position, the condition that it is; None where
            it is the only one.
        times: Whether it is the first or the last to which something happens, so that in a world
            in which nothing does it is none.
    """

    over: str
    best: dict[int, Typed | None]
    times: bool = False


def is_chosen(expression: Expression) -> bool:
    """Whether an expression is `argmax(...)` or `argmin(...)` over a set."""
    return isinstance(expression, Reduction) and expression.function in CHOOSING


def value(inference: Visitor, expression: Reduction) -> Typed:
    """A member alone is no value; over agents nothing is chosen."""
    if agents.runs_over_agents(inference, expression):
        return agents.reduction(inference, expression)  # which reports it
    message = f"'{brief(expression)}' is a member of a set, which has no value"
    hint = f"compare it with a member, or write x[{expression.function}(...)]"
    return inference.report("E474", message, expression.place, hint=hint)


def compared(inference: Visitor, expression: Compare) -> Typed | None:
    """`argmax(...) == kyiv`; None where neither side is such a member."""
    sides = (expression.left, expression.right)
    if not any(map(is_chosen, sides)):
        return None
    if expression.operator not in ("==", "!="):
        message = "members of a set are compared with == or !="
        return inference.report("E421", message, expression.place)
    first, other = sides if is_chosen(expression.left) else sides[::-1]
    assert isinstance(first, Reduction)
    chosen = _chosen(inference, first)
    if chosen is None:
        return _NOTHING
    same = _same(inference, chosen, other)
    if same is None:
        return _NOTHING
    if expression.operator == "==":
        return same
    if isinstance(same, Constant):
        return members.decided(same.value <= 0)
    return Operation("not", (same,), Type(Kind.TRUTH, (), same.type.when))


def _same(inference: Visitor, chosen: Chosen, other: Expression) -> Typed | None:
    """Whether a chosen member is another one; None where that is none, which is reported."""
    if isinstance(other, Reduction) and is_chosen(other):
        second = _chosen(inference, other)
        if second is None:
            return None
        if second.over != chosen.over:
            message = (
                f"'{brief(other)}' is a member of '{second.over}', but '{chosen.over}' is needed"
            )
            inference.report("E421", message, other.place)
            return None
        both = [
            every([one for one in (chosen.best[place], second.best[place]) if one is not None])
            for place in chosen.best
            if place in second.best
        ]
        return _any(both)
    member = members.member_of(inference, other, chosen.over)
    if member is None:
        return None
    if member.position not in chosen.best:
        return members.decided(False)
    return chosen.best[member.position] or members.decided(True)


def indexed(inference: Visitor, expression: Index) -> Typed | None:
    """`x[argmax(...)]`, and `x[home]` by the group of an agent; None where no index is such."""
    family = inference.scope.families.get(expression.name)
    pairs = zip(expression.members, family.sets if family is not None else (), strict=False)
    by_own = any(by_group.concerned(inference, written, over) for written, over in pairs)
    if not (by_own or any(map(is_chosen, expression.members))):
        return None
    if family is None or len(expression.members) != len(family.sets):
        return members.index(inference, expression)  # which reports it
    sides = [
        _members(inference, written, over)
        for written, over in zip(expression.members, family.sets, strict=True)
    ]
    if not all(sides):
        return _NOTHING
    found: Typed | None = None
    for case in reversed(list(product(*sides))):
        names = tuple(member for member, _ in case)
        typed = members.value(inference, expression.name, family, names, expression.place)
        if not typed.type.known:
            return _NOTHING
        condition = every([best for _, best in case if best is not None])
        found = typed if found is None else _choice(condition, typed, found)
    return found


def _members(inference: Visitor, written: Expression, over: str) -> list[tuple[str, Typed | None]]:
    """The members an index can be, each with its condition; none where it is faulty."""
    names = inference.scope.sets[over]
    if isinstance(written, Name) and by_group.concerned(inference, written, over):
        return by_group.members(inference, written, over)
    if not (isinstance(written, Reduction) and is_chosen(written)):
        member = members.member_of(inference, written, over)
        return [] if member is None else [(names[member.position], None)]
    chosen = _chosen(inference, written)
    if chosen is None or not _of_set(inference, written, chosen, over):
        return []
    if chosen.times:
        message = f"'{brief(written)}' is no member where nothing happens to any, so that nothing "
        message += "stands for it in brackets"
        hint = f"compare it with a member, such as {written.function}(...) == {names[0]}"
        inference.report("E474", message, written.place, hint=hint)
        return []
    return [(names[place], best) for place, best in chosen.best.items()]


def _of_set(inference: Visitor, written: Expression, chosen: Chosen, over: str) -> bool:
    """Whether a chosen member is of the set that is needed; reported if not."""
    if chosen.over != over:
        message = f"'{brief(written)}' is a member of '{chosen.over}', but '{over}' is needed"
        inference.report("E421", message, written.place)
    return chosen.over == over


def _choice(condition: Typed | None, then: Typed, otherwise: Typed) -> Typed:
    if condition is None:
        return then
    when = latest(condition.type.when, then.type.when, otherwise.type.when)
    dimensions = then.type.dimensions
    result = Type(then.type.kind, dimensions, when, machines.joined(then.type, otherwise.type))
    return Operation("if", (condition, then, otherwise), result)


def _chosen(inference: Visitor, expression: Reduction) -> Chosen | None:
    """The conditions on which each member is the best; None where something is wrong."""
    if agents.runs_over_agents(inference, expression):
        agents.reduction(inference, expression)  # which reports it
        return None
    if len(expression.clauses) != 1:
        message = f"'{expression.function}' chooses a member of one set"
        inference.report("E474", message, expression.place)
        return None
    terms = reductions.placed(inference, expression)
    if terms is None:
        return None
    if not terms.values:
        message = f"'{brief(expression)}' has no member to choose from here"
        hint = f"write ... if there is any else ...: the {expression.function} of nothing is none"
        inference.report(members.ABSENT, message, expression.place, hint=hint)
        return None
    if any(conditions for _, (_, conditions) in terms.values):
        message = f"'{expression.function}' cannot leave members out in some worlds only"
        reason = "where no member is left in a world there is none to choose"
        inference.report("E474", message, expression.place, reason)
        return None
    spent = len(terms.values) ** 2
    inference.scope.budget.left -= spent
    if inference.scope.budget.left < 0:
        message = "the sums and other reductions over sets have too many terms in all"
        reason = f"'{expression.function}' compares every member with every other"
        inference.report("E425", message, expression.place, reason)
        return None
    values = [(place, number) for place, (number, _) in terms.values]
    end = moments.after(inference.scope.clock)
    best = {place: _beats(expression.function, values, place, end) for place, _ in values}
    return Chosen(terms.over, best, values[0][1].type.kind is Kind.MOMENT)


def _beats(function: str, values: list[tuple[int, Typed]], place: int, end: float) -> Typed | None:
    """That a member is better than those before it, and no worse than those after it.

    Of times, which may be never, also that its own is not; never is no last time either.
    """
    better, no_worse = _BEATS[function]
    own = next(number for position, number in values if position == place)
    times = own.type.kind is Kind.MOMENT
    found: list[Typed] = [moments.comes(own, end)] if times else []
    for position, other in values:
        if position != place:
            truth = Type(Kind.TRUTH, (), latest(own.type.when, other.type.when))
            sign = better if position < place else no_worse
            beats = Operation(sign, (own, other), truth, end if times else 0.0)
            if times and function == "argmax":
                never = Operation("not", (moments.comes(other, end),), truth)
                beats = Operation("or", (beats, never), truth)
            found.append(beats)
    return every(found)


def _any(conditions: list[Typed | None]) -> Typed:
    """That one of some conditions holds, of which None always does."""
    known = [one for one in conditions if one is not None]
    if len(known) < len(conditions) or not known:
        return members.decided(bool(conditions))
    if len(known) == 1:
        return known[0]
    when = latest(*(one.type.when for one in known))
    return Operation("or", tuple(known), Type(Kind.TRUTH, (), when))
