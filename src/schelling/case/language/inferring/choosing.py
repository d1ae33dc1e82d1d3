"""Types of the member at which something is largest or smallest: `argmax(worth[c] for c in city)`.

Such a member is known only in a world, so it is no name: it is compared with members, or stands for
one in `x[argmax(...)]`. Both become conditions on the values of all members. Of several that are
equally good, the first in the order of the set is meant. Of times, a member to which nothing
happens is never meant.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schelling.case.language.about_agents import agents, by_group
from schelling.case.language.about_time import moments
from schelling.case.language.inferring import machines, members, reductions
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Compare, Expression, Index, Name, Reduction
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Type,
    Typed,
    every,
    latest,
)
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.set_words import CHOOSING

_NOTHING = Constant(0.0, UNKNOWN)
_BEATS = {"argmax": (">", ">="), "argmin": ("<", "<=")}


@dataclass(frozen=True)
class Chosen:
    """The member at which something is best.

    Attributes:
        over: The set.
        function: `argmax` or `argmin`.
        values: For every member that can be it, by position, what is compared.
        end: When the run ends.
    """

    over: str
    function: str
    values: tuple[tuple[int, Typed], ...]
    end: float

    @property
    def places(self) -> tuple[int, ...]:
        """Positions of the members that can be it."""
        return tuple(place for place, _ in self.values)

    @property
    def times(self) -> bool:
        """Whether it is the first or the last to which something happens, or none of them."""
        return self.values[0][1].type.kind is Kind.MOMENT

    def best(self, place: int) -> Typed | None:
        """The condition that it is the member at a position; None where that is the only one."""
        return _beats(self, place)


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
    same = _same(inference, first, chosen, other)
    if same is None:
        return _NOTHING
    if expression.operator == "==":
        return same
    if isinstance(same, Constant):
        return members.decided(same.value <= 0)
    return Operation("not", (same,), Type(Kind.TRUTH, (), same.type.when))


def _same(inference: Visitor, first: Expression, chosen: Chosen, other: Expression) -> Typed | None:
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
        if not _afforded(inference, first, len(chosen.values) * len(second.values)):
            return None
        both = [
            every([one for one in (chosen.best(place), second.best(place)) if one is not None])
            for place in chosen.places
            if place in second.places
        ]
        return _any(both)
    member = members.member_of(inference, other, chosen.over)
    if member is None:
        return None
    if member.position not in chosen.places:
        return members.decided(False)
    return chosen.best(member.position) or members.decided(True)


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
    sizes = [len(one.values if isinstance(one, Chosen) else one) for one in sides]
    rounds = max(sizes).bit_length()  # in which members of each set are told apart
    if len(sizes) > 1 and not _afforded(inference, expression, math.prod(sizes) * rounds):
        return _NOTHING

    def of(names: tuple[str, ...]) -> Typed:
        """What stands for the members chosen so far, whatever those to come."""
        if len(names) == len(sides):
            return members.value(inference, expression.name, family, names, expression.place)
        side = sides[len(names)]
        if isinstance(side, Chosen):
            own = inference.scope.sets[side.over]
            things = [of((*names, own[place])) for place in side.places]
            return _contest(side, things)
        found: Typed | None = None
        for member, condition in reversed(side):
            thing = of((*names, member))
            if not thing.type.known:
                return _NOTHING
            found = thing if found is None else _choice(condition, thing, found)
        return found or _NOTHING

    return of(())


def _contest(chosen: Chosen, things: Sequence[Typed]) -> Typed:
    """Of one thing a member, that of the best: of the better half, and there of the better one."""
    if len(things) == 1 or not all(thing.type.known for thing in things):
        return next((one for one in things if not one.type.known), things[0])
    half = len(things) // 2
    halves = [replace(chosen, values=part) for part in (chosen.values[:half], chosen.values[half:])]
    best = [_best(chosen.function, [value for _, value in part.values]) for part in halves]
    truth = Type(Kind.TRUTH, (), latest(*(one.type.when for one in best)))
    first_wins = Operation(_BEATS[chosen.function][1], tuple(best), truth)
    first, other = (
        _contest(part, some)
        for part, some in zip(halves, (things[:half], things[half:]), strict=True)
    )
    return _choice(first_wins, first, other)


def _members(
    inference: Visitor, written: Expression, over: str
) -> Chosen | list[tuple[str, Typed | None]]:
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
    return chosen


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
    values = tuple((place, number) for place, (number, _) in terms.values)
    if not _afforded(inference, expression, len(values) * len(values).bit_length()):
        return None
    return Chosen(terms.over, expression.function, values, moments.after(inference.scope.clock))


def _afforded(inference: Visitor, expression: Expression, spent: int) -> bool:
    """Whether so many terms more are not too many, which is reported."""
    inference.scope.budget.left -= spent
    if inference.scope.budget.left >= 0:
        return True
    message = "the sums and other reductions over sets have too many terms in all"
    reason = "members are compared with one another"
    inference.report("E425", message, expression.place, reason)
    return False


def _beats(chosen: Chosen, place: int) -> Typed | None:
    """That a member is better than those before it, and no worse than those after it.

    Of times, which may be never, also that its own is not; never is no last time either.
    """
    function, values, end = chosen.function, chosen.values, chosen.end
    better, no_worse = _BEATS[function]
    own = next(number for position, number in values if position == place)
    before = [number for position, number in values if position < place]
    later = [number for position, number in values if position > place]
    found: list[Typed] = []
    if own.type.kind is Kind.MOMENT:
        found.append(moments.comes(own, end))
        found += [_precedes(function, better, own, other, end) for other in before]
        found += [_precedes(function, no_worse, own, other, end) for other in later]
        return every(found)
    for sign, others in ((better, before), (no_worse, later)):
        if others:
            best = _best(function, others)
            truth = Type(Kind.TRUTH, (), latest(own.type.when, best.type.when))
            found.append(Operation(sign, (own, best), truth))
    return every(found)


def _precedes(function: str, sign: str, own: Typed, other: Typed, end: float) -> Typed:
    """That a time which is not never is better than another, or no worse."""
    truth = Type(Kind.TRUTH, (), latest(own.type.when, other.type.when))
    beats = Operation(sign, (own, other), truth, end)
    if function == "argmin":
        return beats
    never = Operation("not", (moments.comes(other, end),), truth)
    return Operation("or", (beats, never), truth)


def _best(function: str, values: list[Typed]) -> Typed:
    """The best of some values, which is one operation: alike values are taken together."""
    if len(values) == 1:
        return values[0]
    when = latest(*(value.type.when for value in values))
    dimensions = next((v.type.dimensions for v in values if v.type.dimensions is not None), None)
    of = Type(Kind.NUMBER, dimensions, when)
    return Operation(function.removeprefix("arg"), tuple(values), of)


def _any(conditions: list[Typed | None]) -> Typed:
    """That one of some conditions holds, of which None always does."""
    known = [one for one in conditions if one is not None]
    if len(known) < len(conditions) or not known:
        return members.decided(bool(conditions))
    if len(known) == 1:
        return known[0]
    when = latest(*(one.type.when for one in known))
    return Operation("or", tuple(known), Type(Kind.TRUTH, (), when))
