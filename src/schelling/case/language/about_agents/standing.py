"""What a variable of agents cannot say: it tells what stands at the opening of a step.

So nothing is drawn in it, nobody is met, and who acts in turns, on what the last turn left, looks
around in the rule itself. Games are asked about in variables of the case.
"""

from __future__ import annotations

from schelling.case.language.parsing.syntax import Call, Name, Reduction
from schelling.case.language.typed.scope import Crowd
from schelling.case.language.typed.types import Typed
from schelling.case.language.typed.visitor import Visitor


def draws(inference: Visitor, expression: Call) -> Typed:
    """Refuse a draw."""
    message = f"a variable of agents draws nothing, and '{expression.function}' is a draw"
    hint = "draw in 'next' of a state, or once in a trait, and read that"
    return inference.report("E426", message, expression.place, hint=hint)


def asks(inference: Visitor, expression: Call) -> Typed:
    """Refuse a question about a game."""
    message = "a variable of agents cannot ask about a game"
    hint = "ask it in a variable of the case, and read that"
    return inference.report("E426", message, expression.place, hint=hint)


def meets(inference: Visitor, expression: Reduction) -> Typed:
    """Refuse a look at contacts; those of traits and starts are not met yet either."""
    over = expression.clauses[0].over
    whom = over.name if isinstance(over, Name) else "others"
    if not inference.scope.standing:
        message = f"'{whom}' are met in a step, and here none has begun"
        hint = "look along ties that last, such as network: random"
        return inference.report("E426", message, expression.place, hint=hint)
    message = f"'{whom}' are met when an agent acts, and a variable tells what stands before that"
    hint = "look at them in 'next' of a state, or along ties that last"
    return inference.report("E426", message, expression.place, hint=hint)


def draws_whom(inference: Visitor, expression: Reduction) -> Typed:
    """Refuse what becomes a draw in a mean field."""
    message = f"in a mean field '{expression.function}' along ties is drawn anew in each step, "
    message += "and a variable of agents draws nothing"
    hint = "write it in 'next' of a state, or leave out 'fidelity'"
    return inference.report("E426", message, expression.place, hint=hint)


def looks_around(inference: Visitor, expression: Reduction, crowd: Crowd) -> Typed:
    """Refuse a look at others where agents act in turns."""
    message = f"agents of '{crowd.name}' act in turns, on what the last turn left, so a variable "
    message += "of theirs cannot look at others"
    hint = "look at them in 'next' of a state, or count what reads nothing of one's own"
    return inference.report("E434", message, expression.place, hint=hint)
