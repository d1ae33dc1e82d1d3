"""Which names an expression reads, before it is typed: variables are put in order by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from schelling.case.language.parsing.syntax import Call, Expression, Index, Name, Reduction, parts
from schelling.case.language.typed.scope import Scope, member_name
from schelling.case.language.words.vocabulary import FUNCTIONS, Purpose

_ABOUT_GAMES = {name for name, (one, *_) in FUNCTIONS.items() if one.purpose is Purpose.GAME}
_BESIDE = {"previous": -1, "next": 1}


@dataclass(frozen=True)
class _Members:
    """Those of a set that a name may stand for, by their positions."""

    set: str
    positions: frozenset[int]

    def moved(self, by: int) -> _Members:
        """Those before or after them."""
        return _Members(self.set, frozenset(position + by for position in self.positions))


_Bound = Mapping[str, _Members]
"""What each letter of a comprehension may stand for."""


def reads(expression: Expression, scope: Scope) -> frozenset[str]:
    """The names an expression mentions; of what is defined over sets, the members it mentions.

    Each letter of a comprehension stands for all its members at once, so that it takes no longer
    for a comprehension within another. Of two letters that depend on each other, all pairs count.

    Args:
        expression: As read.
        scope: The families, and the members that names stand for.
    """
    bound = {
        name: _Members(member.set, frozenset((member.position,)))
        for name, member in scope.bound.items()
    }
    return frozenset(_reads(expression, scope, bound))


def _reads(expression: Expression, scope: Scope, bound: _Bound) -> Iterator[str]:
    match expression:
        case Index() if expression.name in scope.families:
            yield from _member(expression, scope, bound)
        case Reduction():
            yield from _reduction(expression, scope, bound)
        case Name() | Index():
            yield expression.name
        case Call() if expression.function in _ABOUT_GAMES:  # actors and actions are no names
            game = expression.arguments[:1]
            yield from (name for one in game for name in _reads(one, scope, bound))
        case _:
            for part in parts(expression):
                yield from _reads(part, scope, bound)


def _member(expression: Index, scope: Scope, bound: _Bound) -> Iterator[str]:
    family = scope.families[expression.name]
    if family.shared or len(expression.members) != len(family.sets):
        yield expression.name
        return
    found: list[Sequence[str]] = []
    for written, over in zip(expression.members, family.sets, strict=True):
        known = scope.sets[over]
        if isinstance(written, Reduction):  # the member that is best may be any
            yield from _reduction(written, scope, bound)
            found.append(known)
            continue
        members = _standing_for(written, scope, over, bound)
        if members is None:  # in a game, what an action is about: any
            found.append(known)
            continue
        inside = sorted(members.positions & frozenset(range(len(known))))
        found.append([known[position] for position in inside])  # what is not, the checker reports
    for chosen in product(*found):
        yield member_name(expression.name, chosen)


def _standing_for(written: Expression, scope: Scope, over: str, bound: _Bound) -> _Members | None:
    if isinstance(written, Name):
        known = scope.sets[over]
        if written.name in bound:
            return bound[written.name]
        at = frozenset((known.index(written.name),)) if written.name in known else None
        return None if at is None else _Members(over, at)
    if isinstance(written, Call) and written.function in _BESIDE and written.arguments:
        members = _standing_for(written.arguments[0], scope, over, bound)
        return None if members is None else members.moved(_BESIDE[written.function])
    return None


def _reduction(expression: Reduction, scope: Scope, bound: _Bound) -> Iterator[str]:
    for clause in expression.clauses:
        if isinstance(clause.over, Name) and _over_agents(clause.over.name, scope):
            for part in parts(expression):
                yield from _reads(part, scope, bound)
            return
        members = _over(clause.over, scope, bound)
        if members is None or not members.positions:
            return
        bound = {**bound, clause.variable: members}
        for condition in clause.conditions:
            yield from _reads(condition, scope, bound)
    yield from _reads(expression.body, scope, bound)


def _over_agents(name: str, scope: Scope) -> bool:
    """Whether a name is a population, or ties between its agents."""
    return any(name == one.name or name in one.ties for one in scope.crowds.values())


def _over(written: Expression, scope: Scope, bound: _Bound) -> _Members | None:
    """The members of a set, or of the stretch of it before or after one."""
    if isinstance(written, Name):
        return _Members(written.name, frozenset(range(len(scope.sets.get(written.name, ())))))
    if isinstance(written, Call) and written.arguments:
        members = _over_of(written.arguments[0], scope, bound)
        if members is not None and members.positions:
            last, low, high = len(scope.sets[members.set]), *_ends(members)
            stretch = range(high) if written.function == "before" else range(low + 1, last)
            return _Members(members.set, frozenset(stretch))
    return None


def _over_of(written: Expression, scope: Scope, bound: _Bound) -> _Members | None:
    """The member that a stretch of its set begins or ends at."""
    if isinstance(written, Name) and written.name in bound:
        return bound[written.name]
    name = written.name if isinstance(written, Name) else ""
    having = [over for over, known in scope.sets.items() if name in known]
    return _standing_for(written, scope, having[0], bound) if len(having) == 1 else None


def _ends(members: _Members) -> tuple[int, int]:
    return min(members.positions), max(members.positions)
