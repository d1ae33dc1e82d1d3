"""What a rule can say where agents act one at a time or in pairs, and what it cannot see there.

In a pair `opinion[met]` is what the other has, and `my_turn` tells who of the two was drawn. An
agent who acts alone looks along its ties at what the last turn left; one of a pair sees only whom
it meets. What is counted over all agents is taken at the opening of the step, for both.
"""

from __future__ import annotations

from schelling.case.language.about_agents import standing
from schelling.case.language.parsing.syntax import Name, Reduction
from schelling.case.language.typed.scope import Crowd
from schelling.case.language.typed.types import Kind, Reference, Type, Typed, When
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.agent_words import MET, MY_TURN, NUMBER


def my_turn(inference: Visitor, expression: Name) -> Typed:
    """Type `my_turn`; here `met` is as unknown as it is elsewhere."""
    scope = inference.scope
    if scope.turns != "pair":
        message = f"'{expression.name}' has a meaning only in 'next' of agents who act in pairs"
        speaker = scope.crowds.get(scope.speaker)
        hint = "give the population acts: pair" if speaker and speaker.acts != "pair" else ""
        return inference.report("E434", message, expression.place, hint=hint)
    if scope.seen:
        return not_within(inference, expression)
    return Reference(MY_TURN, Type(Kind.TRUTH, (), When.STEP))


def not_within(inference: Visitor, expression: Name) -> Typed:
    """A count over all agents is one number, whoever meets."""
    message = f"'{expression.name}' differs from agent to agent, so it cannot stand in a reduction"
    hint = "what is counted over all agents is one number for all"
    return inference.report("E434", message, expression.place, hint=hint)


def refused(inference: Visitor, expression: Reduction, crowd: Crowd) -> Typed | None:
    """Refuse a look at others that agents who act in turns do not have; None where they have it."""
    scope, over = inference.scope, expression.clauses[0].over
    if scope.standing and crowd.acts != "all":
        return standing.looks_around(inference, expression, crowd)
    all_others = isinstance(over, Name) and over.name == crowd.name
    if scope.turns == "pair" or (scope.turns == "one" and all_others):
        return looks_around(inference, expression, crowd)
    return None


def looks_around(inference: Visitor, expression: Reduction, crowd: Crowd) -> Typed:
    """Refuse a look at more agents than one sees in a turn."""
    example = next((name for name in crowd.own if name != NUMBER), "opinion")
    if inference.scope.turns == "pair":
        message = f"agents of '{crowd.name}' act in pairs, and see only whom they meet"
        hint = f"such as {example}[{MET}]"
    else:
        message = f"agents of '{crowd.name}' act one at a time, and cannot look at all the others"
        hint = "let them look along ties, or count what reads nothing of one's own"
    return inference.report("E434", message, expression.place, hint=hint)
