"""Which names an expression reads, before it is typed: variables are put in order by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from schelling.case.language.scope import Member, Scope, member_name
from schelling.case.language.syntax import Call, Expression, Index, Name, Reduction, parts
from schelling.case.language.vocabulary import FUNCTIONS, Purpose

_ABOUT_GAMES = {name for name, (one, *_) in FUNCTIONS.items() if one.purpose is Purpose.GAME}
_BESIDE = {"previous": -1, "next": 1}


def reads(expression: Expression, scope: Scope) -> frozenset[str]:
    """The names an expression mentions; of what is defined over sets, the members it mentions.

    Args:
        expression: As read.
        scope: The families, and the members that names stand for.
    """
    return frozenset(_reads(expression, scope))


def _reads(expression: Expression, scope: Scope) -> Iterator[str]:
    match expression:
        case Index() if expression.name in scope.families:
            yield from _member(expression, scope)
        case Reduction():
            yield from _reduction(expression, scope, 0)
        case Name() | Index():
            yield expression.name
        case Call() if expression.function in _ABOUT_GAMES:  # actors and actions are no names
            yield from _reads(expression.arguments[0], scope) if expression.arguments else ()
        case _:
            for part in parts(expression):
                yield from _reads(part, scope)


def _member(expression: Index, scope: Scope) -> Iterator[str]:
    family = scope.families[expression.name]
    if family.shared or len(expression.members) != len(family.sets):
        yield expression.name
        return
    found: list[tuple[str, ...]] = []
    for written, over in zip(expression.members, family.sets, strict=True):
        if isinstance(written, Reduction):  # the member that is best may be any
            yield from _reduction(written, scope, 0)
            found.append(scope.sets[over])
            continue
        member = _standing_for(written, scope, over)
        if member is None:  # in a game, what an action is about: any
            found.append(scope.sets[over])
            continue
        if not 0 <= member.position < len(scope.sets[over]):
            return  # nothing, which the checker reports
        found.append((scope.sets[over][member.position],))
    for chosen in product(*found):
        yield member_name(expression.name, chosen)


def _standing_for(written: Expression, scope: Scope, over: str) -> Member | None:
    if isinstance(written, Name):
        known = scope.sets[over]
        if written.name in scope.bound:
            return scope.bound[written.name]
        return Member(over, known.index(written.name)) if written.name in known else None
    if isinstance(written, Call) and written.function in _BESIDE and written.arguments:
        member = _standing_for(written.arguments[0], scope, over)
        if member is not None:
            return Member(member.set, member.position + _BESIDE[written.function])
    return None


def _reduction(expression: Reduction, scope: Scope, depth: int) -> Iterator[str]:
    if depth == len(expression.clauses):
        yield from _reads(expression.body, scope)
        return
    clause = expression.clauses[depth]
    if isinstance(clause.over, Name) and clause.over.name in scope.crowds:
        for part in parts(expression):
            yield from _reads(part, scope)
        return
    for over, position in _positions(clause.over, scope):
        bound = {**scope.bound, clause.variable: Member(over, position)}
        inner = replace(scope, bound=bound)
        for condition in clause.conditions:
            yield from _reads(condition, inner)
        yield from _reduction(expression, inner, depth + 1)


def _positions(written: Expression, scope: Scope) -> Iterator[tuple[str, int]]:
    """The members of a set, or of the stretch of it before or after one."""
    if isinstance(written, Name):
        members = scope.sets.get(written.name, ())
        yield from ((written.name, position) for position in range(len(members)))
    elif isinstance(written, Call) and written.arguments:
        argument = written.arguments[0]
        member = scope.bound.get(argument.name) if isinstance(argument, Name) else None
        if member is not None:
            last = len(scope.sets[member.set])
            for position in range(last):
                before = position < member.position
                if before if written.function == "before" else position > member.position:
                    yield member.set, position
