"""Types of what is said of members of sets: `x[city]`, `rank(c)`, `c != previous(city)`.

A definition over a set is read once for every member. So what is typed names single members only,
and conditions between members are decided here.
"""

from __future__ import annotations

from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import (
    Call,
    Compare,
    Expression,
    Index,
    Name,
    Place,
)
from schelling.case.language.typed.scope import Indexed, Member, member_name, nearest, suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Type,
    Typed,
)
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.set_words import ABOUT_MEMBERS

ABSENT = "E423"
"""Code of asking for a member that does not exist, such as the one before the first."""

_NOTHING = Constant(0.0, UNKNOWN)
_BESIDE = {"previous": -1, "next": 1}


def index(inference: Visitor, expression: Index) -> Typed:
    """Type `x[city]`: what is defined for a member."""
    found = chosen(inference, expression)
    if found is None:
        return _NOTHING
    return value(inference, expression.name, *found, expression.place)


def chosen(inference: Visitor, expression: Index) -> tuple[Indexed, tuple[str, ...]] | None:
    """The family of `x[city]` and the members that are meant; None, and reported, if none are."""
    scope, name = inference.scope, expression.name
    family = scope.families.get(name)
    if family is None:
        _no_family(inference, expression)
        return None
    if len(expression.members) != len(family.sets):
        message = f"'{name}' is defined over {_listed(family.sets)}"
        hint = f"write {member_name(name, family.sets)}"
        inference.report("E421", message, expression.place, hint=hint)
        return None
    found: list[str] = []
    for written, over in zip(expression.members, family.sets, strict=True):
        member = member_of(inference, written, over)
        if member is None:
            return None
        found.append(scope.sets[over][member.position])
    return family, tuple(found)


def _no_family(inference: Visitor, expression: Index) -> None:
    scope, name = inference.scope, expression.name
    known = scope.symbols.get(name)
    if known is None:
        message = f"unknown name '{name}'"
        guess = nearest(name, scope.families)  # what has brackets too, before what has none
        hint = scope.meant(name)
        if guess:
            hint = f"did you mean '{member_name(guess, scope.families[guess].sets)}'?"
        inference.report("E303", message, expression.place, hint=hint)
    elif not known.left_out:
        message = f"'{name}' is not defined over a set"
        inference.report("E421", message, expression.place, hint=f"write '{name}' alone")


def value(
    inference: Visitor, name: str, family: Indexed, members: tuple[str, ...], place: Place
) -> Typed:
    """The value of one member of a family."""
    if family.values is not None:
        return Constant(family.values[members], Type(Kind.NUMBER, family.dimensions))
    flat = name if family.shared else member_name(name, members)
    symbol = inference.scope.symbols.get(flat)
    return _NOTHING if symbol is None else inference.symbol(symbol, place)


def bare(inference: Visitor, expression: Name, family: Indexed) -> Typed:
    """A family without members has no value."""
    message = f"'{expression.name}' has a value for every member of {_listed(family.sets)}"
    hint = f"such as {member_name(expression.name, family.sets)}"
    return inference.report("E421", message, expression.place, hint=hint)


def stands_for_a_member(inference: Visitor, expression: Name, member: Member) -> Typed:
    """A member is no value."""
    message = f"'{expression.name}' stands for a member of '{member.set}', which has no value"
    hint = f"such as rank({expression.name}), or {expression.name} == "
    hint += inference.scope.sets[member.set][0]
    return inference.report("E421", message, expression.place, hint=hint)


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"'{name}'" for name in names)


def is_about_members(inference: Visitor, expression: Call) -> bool:
    """Whether a call is one of `rank(city)`, `size(city)`, `previous(city)` and the like."""
    if expression.function not in ABOUT_MEMBERS or len(expression.arguments) != 1:
        return False
    argument = expression.arguments[0]
    return not isinstance(argument, Name) or argument.name not in inference.scope.symbols


def call(inference: Visitor, expression: Call) -> Typed:
    """Type `rank(city)` and `size(city)`; the others are no values."""
    (argument,) = expression.arguments
    if expression.function == "size":
        members = inference.scope.sets.get(argument.name) if isinstance(argument, Name) else None
        if members is None:
            hint = suggest(brief(argument), inference.scope.sets)
            message = f"'{brief(argument)}' is not a set"
            return inference.report("E421", message, argument.place, hint=hint)
        return Constant(float(len(members)), Type(Kind.NUMBER))
    if expression.function != "rank":
        message = f"'{brief(expression)}' is no value; it stands for members of a set"
        hint = "such as x[previous(city)], or sum(x[c] for c in before(city))"
        return inference.report("E421", message, expression.place, hint=hint)
    found = standing_for(inference, argument)
    return _NOTHING if found is None else Constant(found.position + 1.0, Type(Kind.NUMBER))


def compared(inference: Visitor, expression: Compare) -> Typed | None:
    """`c == kyiv`, `c != previous(city)`: decided here; None where no members are compared."""
    sides = (expression.left, expression.right)
    if not any(_speaks_of_a_member(inference, side) for side in sides):
        return None
    if expression.operator not in ("==", "!="):
        message = "members of a set are compared with == or !="
        hint = "compare their ranks, such as rank(c) < rank(city)"
        return inference.report("E421", message, expression.place, hint=hint)
    first = next(side for side in sides if _speaks_of_a_member(inference, side))
    own = standing_for(inference, first)
    other = None
    if own is not None:
        rest = expression.right if first is expression.left else expression.left
        other = member_of(inference, rest, own.set)
    if own is None or other is None:
        return _NOTHING
    return decided((own == other) == (expression.operator == "=="))


def decided(truth: bool) -> Constant:
    """A truth that is known before any world."""
    return Constant(float(truth), Type(Kind.TRUTH))


def is_decided(inference: Visitor, typed: Typed) -> bool:
    """Whether a condition on members or types has been decided; the rest need not exist then."""
    return (
        bool(inference.scope.bound or inference.scope.drawn)
        and isinstance(typed, Constant)
        and typed.type.known
    )


def holds(typed: Typed) -> bool:
    """What has been decided."""
    return isinstance(typed, Constant) and typed.value > 0


def _speaks_of_a_member(inference: Visitor, expression: Expression) -> bool:
    if isinstance(expression, Name):
        return expression.name in inference.scope.bound
    if not isinstance(expression, Call) or expression.function not in _BESIDE:
        return False
    return is_about_members(inference, expression)


def standing_for(
    inference: Visitor, expression: Expression, over: str | None = None
) -> Member | None:
    """The member that is meant: by what stands for it, by its name, or by one beside it.

    A name that several sets have is one of the set that is needed, `over`; else it is reported.
    """
    scope = inference.scope
    if isinstance(expression, Name) and expression.name in scope.bound:
        return scope.bound[expression.name]
    if isinstance(expression, Name):
        having = [name for name, members in scope.sets.items() if expression.name in members]
        if over in having or len(having) == 1:
            own = having[0] if over is None or over not in having else over
            return Member(own, scope.sets[own].index(expression.name))
        if having:
            message = f"'{expression.name}' is a member of {_listed(tuple(having))}"
            hint = "give it another name in one of them"
            inference.report("E421", message, expression.place, "which one is meant?", hint)
            return None
    if isinstance(expression, Call) and expression.function in _BESIDE:
        if len(expression.arguments) != 1:
            message = f"'{expression.function}' takes one member"
            inference.report("E305", message, expression.place, hint="such as previous(city)")
            return None
        found = standing_for(inference, expression.arguments[0], over)
        return None if found is None else _beside(inference, expression, found)
    message = f"'{brief(expression)}' does not stand for a member of a set here"
    hint = suggest(brief(expression), scope.bound)
    inference.report("E421", message, expression.place, hint=hint)
    return None


def _beside(inference: Visitor, expression: Call, member: Member) -> Member | None:
    members = inference.scope.sets[member.set]
    position = member.position + _BESIDE[expression.function]
    if 0 <= position < len(members):
        return Member(member.set, position)
    edge = "before" if position < 0 else "after"
    message = f"there is no member of '{member.set}' {edge} {members[member.position]}"
    end = "rank(c) > 1" if position < 0 else f"rank(c) < size({member.set})"
    end = end.replace("(c)", f"({brief(expression.arguments[0])})")
    by_name = isinstance(expression.arguments[0], Name) and (
        expression.arguments[0].name not in inference.scope.bound
    )
    hint = "" if by_name else f"write ... if {end} else ..."
    inference.report(ABSENT, message, expression.place, hint=hint)
    return None


def member_of(inference: Visitor, expression: Expression, over: str) -> Member | None:
    """A member of a set, by its name or by one that stands for it; reported if it is none."""
    scope = inference.scope
    if isinstance(expression, Name) and expression.name not in scope.bound:
        if expression.name in scope.sets[over]:
            return Member(over, scope.sets[over].index(expression.name))
        message = f"'{expression.name}' is not a member of '{over}'"
        if expression.name in scope.sets:
            message = f"'{expression.name}' is a set, and no member of one is meant by it here"
        known = (*scope.bound, *scope.sets[over])
        inference.report("E421", message, expression.place, hint=suggest(expression.name, known))
        return None
    found = standing_for(inference, expression, over)
    if found is not None and found.set != over:
        message = f"'{brief(expression)}' is a member of '{found.set}', but '{over}' is needed"
        inference.report("E421", message, expression.place)
        return None
    return found
