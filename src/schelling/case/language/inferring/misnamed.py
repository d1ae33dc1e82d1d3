"""Words called as functions that are none: what was probably meant."""

from __future__ import annotations

from schelling.case.language.parsing.syntax import Call, Name
from schelling.case.language.typed.scope import Scope, suggest
from schelling.case.language.words.set_words import REDUCTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS

_CHANCE = (
    "a claim is a condition, and its verdict the share of worlds in which it holds; the odds of an "
    "action in a game are probability(game, actor, action)"
)
_DRAWN = (
    "what is drawn is an assumption with a prior, an event with a hazard, or what agents draw in "
    "their rules"
)
_MEANT = {
    **dict.fromkeys(("p", "pr", "prob", "chance_of", "likelihood", "odds"), _CHANCE),
    **dict.fromkeys(("random", "rand", "rnd", "noise", "sample", "draw"), _DRAWN),
}


def hint(call: Call, scope: Scope) -> str:
    """What was probably meant by the name of a function that the language does not have."""
    if call.function in REDUCTIONS:
        return over_members(call, scope) or f"such as {REDUCTIONS[call.function].example}"
    return _MEANT.get(call.function.lower(), "") or suggest(call.function, FUNCTIONS)


def over_members(call: Call, scope: Scope) -> str:
    """How to take the members of a set together, where what is called is given all of them."""
    for argument in call.arguments:
        name = argument.name if isinstance(argument, Name) else ""
        family = scope.families.get(name)
        if call.function in REDUCTIONS and family is not None and len(family.sets) == 1:
            return f"over the members: {call.function}({name}[m] for m in {family.sets[0]})"
    return ""
