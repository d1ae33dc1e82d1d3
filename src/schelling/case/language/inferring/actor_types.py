"""The types of actors in a game with private information: `type(challenger) == hard`.

Such a game is read once for every combination of types, so what is said of a type is decided here,
as what is said of members of sets is.
"""

from __future__ import annotations

from schelling.case.language.inferring import members
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Compare, Expression, Name
from schelling.case.language.typed.scope import suggest
from schelling.case.language.typed.types import UNKNOWN, Constant, Typed
from schelling.case.language.typed.visitor import Visitor

_NOTHING = Constant(0.0, UNKNOWN)


def compared(inference: Visitor, expression: Compare) -> Typed | None:
    """The answer of a comparison with the type of an actor; None for other comparisons."""
    sides = (expression.left, expression.right)
    if not any(_is_type(side) for side in sides):
        return None
    if expression.operator not in ("==", "!="):
        message = f"types have no order; '{expression.operator}' does not compare them"
        return inference.report("E487", message, expression.place, hint="write '==' or '!='")
    asked, other = sides if _is_type(sides[0]) else sides[::-1]
    assert isinstance(asked, Call)
    actor = _actor(inference, asked)
    if actor is None:
        return _NOTHING
    known = inference.scope.types[actor]
    if not isinstance(other, Name) or other.name not in known:
        message = f"'{brief(other)}' is not a type of '{actor}'"
        guess = suggest(other.name, known) if isinstance(other, Name) else ""
        hint = guess or f"known: {', '.join(known)}"
        return inference.report("E487", message, other.place, hint=hint)
    if actor not in inference.scope.drawn:
        message = f"the type of '{actor}' is not drawn yet, so it is not known here"
        hint = "probabilities of types read the types of actors that are listed above"
        return inference.report("E487", message, asked.place, hint=hint)
    same = inference.scope.drawn[actor] == other.name
    return members.decided(same == (expression.operator == "=="))


def alone(inference: Visitor, expression: Call) -> Typed:
    """Report `type(challenger)` where it is not compared with a type."""
    actor = _actor(inference, expression)
    if actor is None:
        return _NOTHING
    message = "the type of an actor is compared with one of its types"
    hint = f"such as type({actor}) == {inference.scope.types[actor][0]}"
    return inference.report("E487", message, expression.place, hint=hint)


def _is_type(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.function == "type"


def _actor(inference: Visitor, expression: Call) -> str | None:
    """The actor whose type is asked about, if it has some; else the problem is reported."""
    given = expression.arguments[0] if len(expression.arguments) == 1 else None
    if not isinstance(given, Name) or expression.keywords:
        message = "'type' takes the name of an actor"
        hint = "such as type(challenger) == hard"
        inference.report("E305", message, expression.place, hint=hint)
        return None
    if given.name in inference.scope.types:
        return given.name
    message = f"'{given.name}' has no types in this game"
    hint = suggest(given.name, inference.scope.types)
    if not inference.scope.types:
        message = "types are known only in the tree of a game that lists them under 'types'"
        hint = ""
    inference.report("E487", message, expression.place, hint=hint)
    return None
