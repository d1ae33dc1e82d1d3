"""Types of what agents of a population draw and see: `share(active[o] for o in peers)`.

A rule of an agent reads its own traits and states by their names, those of others within a
reduction over ties. A reduction over the whole population that reads nothing of one's own is a
tally: one number for all, which stocks, claims and rules of any kind can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schelling.case.language.about_agents import mean_field, standing, turns
from schelling.case.language.parsing.printer import brief, show
from schelling.case.language.parsing.syntax import Call, Index, Name, Place, Reduction, Unary
from schelling.case.language.typed.scope import Crowd, suggest
from schelling.case.language.typed.tallied import TRUTHS
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Drawn,
    Kind,
    OfOther,
    OverTies,
    Reference,
    Type,
    Typed,
    When,
    asks_game,
    every,
    latest,
    operands,
    references,
)
from schelling.case.language.typed.units import Dimensions, said
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.agent_words import MET, MY_TURN, NUMBER
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.set_words import OVER_AGENTS

DRAWN: Mapping[str, tuple[str, ...]] = {
    **{
        name: DISTRIBUTIONS[name].parameters
        for name in (
            *("uniform", "normal", "lognormal", "truncnormal", "exponential", "triangular"),
            *("loguniform", "logitnormal"),
        )
    },
    "bernoulli": ("chance",),
}
"""The distributions that agents draw from, with their parameters; `bernoulli` gives a truth."""

MOST_PAIRS = 25_000_000
"""Pairs of agents that one reduction over all, in the rule of each, may look at."""

_ORDER = "agents begin with their traits, then their states, in the order written; variables follow"
_NOTHING = Constant(0.0, UNKNOWN)
_PURE_PARAMETERS = frozenset({"sigma", "chance"})


def runs_over_agents(inference: Visitor, expression: Reduction) -> bool:
    """Whether a reduction is over a population, or over ties between its agents."""
    over = expression.clauses[0].over
    return isinstance(over, Name) and _population(inference, over.name) is not None


def _population(inference: Visitor, name: str) -> Crowd | None:
    scope = inference.scope
    if name in scope.crowds:
        return scope.crowds[name]
    speaker = scope.crowds.get(scope.speaker)
    return speaker if speaker is not None and name in speaker.ties else None


def name(inference: Visitor, expression: Name) -> Typed | None:
    """Type a name that means something of an agent; None where it does not."""
    scope = inference.scope
    if expression.name in scope.agents:
        return stands_for_an_agent(inference, expression)
    if expression.name in (MET, MY_TURN) and expression.name not in scope.symbols:
        return turns.my_turn(inference, expression)
    if expression.name in scope.own:
        return Reference(expression.name, scope.own[expression.name])
    crowd = _belongs_to(inference, expression.name)
    if crowd is not None and expression.name not in scope.symbols:
        return _outside(inference, expression.name, crowd, expression.place)
    speaker = scope.crowds.get(scope.speaker)
    if speaker is not None and expression.name in speaker.later:
        return not_yet(inference, expression.name, expression.place)
    if speaker is not None and expression.name in speaker.ties:
        message = f"'{expression.name}' are ties, which have no value"
        hint = f"such as count(true for o in {expression.name})"
        return inference.report("E426", message, expression.place, hint=hint)
    return None


def not_yet(inference: Visitor, name: str, place: Place) -> Typed:
    """What an agent has comes later than what is being read."""
    message = f"'{name}' is not known yet where this is computed"
    return inference.report("E426", message, place, _ORDER)


def stands_for_an_agent(inference: Visitor, expression: Name) -> Typed:
    """An agent is no value."""
    crowd = inference.scope.crowds[inference.scope.agents[expression.name]]
    message = f"'{expression.name}' stands for an agent of '{crowd.name}', which has no value"
    example = next((one for one in crowd.own if one != NUMBER), "opinion")
    hint = f"such as {example}[{expression.name}]"
    return inference.report("E426", message, expression.place, hint=hint)


def _belongs_to(inference: Visitor, name: str) -> Crowd | None:
    """The population whose agents have a trait or state of a name."""
    crowds = inference.scope.crowds.values()
    return next((crowd for crowd in crowds if name in crowd.own), None)


def _outside(inference: Visitor, name: str, crowd: Crowd, place: Place) -> Typed:
    """What every agent has is no number of a world."""
    message = f"every agent of '{crowd.name}' has '{name}' of its own"
    function = "share" if crowd.own[name].kind is Kind.TRUTH else "mean"
    hint = f"such as {function}({name}[c] for c in {crowd.name})"
    return inference.report("E426", message, place, hint=hint)


def index(inference: Visitor, expression: Index) -> Typed | None:
    """Type `opinion[o]`; None where its index stands for no agent."""
    scope, member = inference.scope, expression.members[0]
    known = len(expression.members) == 1 and isinstance(member, Name)
    if not known or not isinstance(member, Name) or member.name not in scope.agents:
        crowd = _belongs_to(inference, expression.name)
        if crowd is None or expression.name in scope.families:
            return None
        if known and isinstance(member, Name) and member.name == MET:
            return turns.my_turn(inference, member)
        written = ", ".join(map(brief, expression.members))
        message = f"'{written}' does not stand for an agent of '{crowd.name}' here"
        hint = f"such as mean({expression.name}[c] for c in {crowd.name})"
        return inference.report("E426", message, expression.place, hint=hint)
    crowd = scope.crowds[scope.agents[member.name]]
    if member.name == MET and scope.seen:
        return turns.not_within(inference, member)
    if expression.name in crowd.later:
        return not_yet(inference, expression.name, expression.place)
    if expression.name not in crowd.own:
        message = f"agents of '{crowd.name}' have no '{expression.name}'"
        hint = suggest(expression.name, crowd.own)
        if expression.name in scope.symbols:
            hint = f"'{expression.name}' is the same for all; write it alone"
        return inference.report("E426", message, expression.place, hint=hint)
    whose = "o" if scope.seen else MET
    return OfOther(expression.name, crowd.own[expression.name], whose)


def draw(inference: Visitor, expression: Call) -> Typed:
    """Type `normal(0, 0.1)` in a rule of an agent: each draws for itself."""
    if inference.scope.seen:
        message = "an agent draws once in a rule, and not once for each of those it looks at"
        hint = "draw outside the reduction, or give the agents a state that is drawn anew"
        return inference.report("E426", message, expression.place, hint=hint)
    parameters = DRAWN[expression.function]
    if len(expression.arguments) != len(parameters) or expression.keywords:
        message = f"'{expression.function}' takes {', '.join(parameters)}"
        hint = f"such as {expression.function}({', '.join(parameters)})"
        return inference.report("E305", message, expression.place, hint=hint)
    found = [inference.visit(argument) for argument in expression.arguments]
    written = zip(expression.arguments, found, strict=True)
    if not all([inference.want(text, typed, Kind.NUMBER) for text, typed in written]):
        return _NOTHING
    unit: Dimensions | None = None
    for name, text, typed in zip(parameters, expression.arguments, found, strict=True):
        dimensions = typed.type.dimensions
        if name in _PURE_PARAMETERS:
            if dimensions:
                message = f"'{name}' of '{expression.function}' is a pure number, and "
                message += f"'{brief(text)}' is {said(dimensions)}"
                return inference.report("E307", message, text.place, "units must agree")
        elif unit is None:
            unit = dimensions
        elif dimensions is not None and dimensions != unit:
            message = f"'{name}' of '{expression.function}' must be {said(unit)} like what stands "
            message += f"before it, and '{brief(text)}' is {said(dimensions)}"
            return inference.report("E307", message, text.place, "units must agree")
    if impossible := _impossible(expression.function, dict(zip(parameters, found, strict=True))):
        return inference.report("E401", impossible, expression.place)
    scope = inference.scope
    when = latest(scope.latest, *(typed.type.when for typed in found))
    kind = Kind.TRUTH if expression.function == "bernoulli" else Kind.NUMBER
    dimensions = () if kind is Kind.TRUTH else unit
    stream = scope.tallies.stream(scope.part)
    return Drawn(expression.function, tuple(found), stream, Type(kind, dimensions, when))


def _impossible(family: str, given: Mapping[str, Typed]) -> str:
    """What is wrong with parameters that are numbers as written; empty where nothing is known."""
    known = {name: one.value for name, one in given.items() if isinstance(one, Constant)}
    if family == "bernoulli":
        wrong = not 0 <= known.get("chance", 0.5) <= 1
        return "the chance of 'bernoulli' is a number from 0 to 1" if wrong else ""
    for rule in DISTRIBUTIONS[family].rules:
        right = known.get(rule.right) if isinstance(rule.right, str) else rule.right
        left = known.get(rule.left)
        if left is None or right is None:
            continue
        if left < right if rule.sign == ">" else left > right:
            return f"'{family}' needs {rule}"
    return ""


def reduction(inference: Visitor, expression: Reduction) -> Typed:
    """Type a reduction over ties, or over all agents of a population."""
    over, scope = expression.clauses[0].over, inference.scope
    assert isinstance(over, Name)
    crowd = _population(inference, over.name)
    assert crowd is not None
    contacts = over.name in crowd.contacts and over.name != crowd.name
    if expression.function not in OVER_AGENTS:
        message = f"'{expression.function}' takes nothing over agents"
        hint = suggest(expression.function, OVER_AGENTS)
        return inference.report("E304", message, expression.name_place, hint=hint)
    if len(expression.clauses) > 1 or scope.seen:
        message = "one reduction over agents cannot stand inside another"
        reason = "every agent would look at every pair of others"
        hint = (
            "make the inner one a variable of the agents, which each has before others look at it"
        )
        return inference.report("E426", message, expression.place, reason, hint)
    typed = _inside(inference, expression, crowd)
    if typed is None:
        return _NOTHING
    body, condition = typed
    if contacts and (scope.standing or scope.latest is When.FIXED):
        return standing.meets(inference, expression)
    if crowd.mixed is not None and (
        over.name in crowd.mixed
        or (over.name == crowd.name and expression.function not in mean_field.OVER_ALL)
    ):
        return _in_mean_field(inference, expression, crowd, typed)
    if over.name == crowd.name and not _reads_own(inference, crowd, body, condition):
        return _tally(inference, expression, crowd, body, condition)
    if refused := turns.refused(inference, expression, crowd):
        return refused
    if over.name == crowd.name and crowd.mixed is None and crowd.size**2 > MOST_PAIRS:
        message = f"here each of {crowd.size:,} agents looks at all the others"
        hint = "give them ties, or a population of at most "
        hint += f"{int(MOST_PAIRS**0.5):,} agents"
        return inference.report("E429", message, expression.place, hint=hint)
    when = latest(*(part.type.when for part in (body, condition) if part is not None))
    result = _result(expression.function, body, when)
    return OverTies(expression.function, over.name, body, condition, result)


def _in_mean_field(
    inference: Visitor, expression: Reduction, crowd: Crowd, taken: tuple[Typed, Typed | None]
) -> Typed:
    """What a reduction becomes where nobody has ties of his own."""
    (clause,), scope = expression.clauses, inference.scope
    assert crowd.mixed is not None
    assert isinstance(clause.over, Name)
    ties = crowd.mixed.get(clause.over.name)
    if ties is None or expression.function not in mean_field.ALONG_TIES:
        where = "over all agents" if ties is None else "along ties"
        message = f"a mean field does not know '{expression.function}' {where}"
        reason = "it follows a few agents that stand for all"
        known = mean_field.OVER_ALL if ties is None else mean_field.ALONG_TIES
        hint = f"it knows {', '.join(known)}"
        return inference.report("E426", message, expression.place, reason, hint)

    if scope.standing and expression.function in TRUTHS:
        return standing.draws_whom(inference, expression)

    def whole(function: str, body: Typed, condition: Typed | None) -> Typed:
        fixed = scope.latest is When.FIXED
        if fixed or _reads_own(inference, crowd, body, condition):
            when = latest(*(part.type.when for part in (body, condition) if part is not None))
            return OverTies(function, crowd.name, body, condition, _result(function, body, when))
        over = replace(clause, over=Name(crowd.name, clause.over.place))
        shown = expression.body
        if body is not taken[0]:
            shown = Unary("not", shown, shown.place)
        written = replace(expression, function=function, body=shown, clauses=(over,))
        return _tally(inference, written, crowd, body, condition)

    return mean_field.along(
        expression.function,
        taken,
        ties,
        crowd.size,
        whole,
        lambda: scope.tallies.stream(scope.part),
    )


def _inside(
    inference: Visitor, expression: Reduction, crowd: Crowd
) -> tuple[Typed, Typed | None] | None:
    """What is taken together, and on which condition; None where that cannot be typed."""
    (clause,), before = expression.clauses, inference.scope
    if clause.variable in {**before.bound, **before.symbols, **before.own, **before.agents}:
        message = f"'{clause.variable}' has a meaning here already"
        inference.report("E421", message, clause.place, hint="use another letter")
        return None
    step = When.FIXED if before.latest is When.FIXED else When.STEP
    inference.scope = replace(before, seen={clause.variable: crowd.name}, latest=step)
    body = inference.visit(expression.body)
    kind = Kind.TRUTH if OVER_AGENTS[expression.function].kind == "truth" else Kind.NUMBER
    sound = inference.want(expression.body, body, kind)
    conditions: list[Typed] = []
    for written in clause.conditions:
        conditions.append(inference.visit(written))
        sound &= inference.want(written, conditions[-1], Kind.TRUTH)
    inference.scope = before
    for written, part in (
        (expression.body, body),
        *zip(clause.conditions, conditions, strict=True),
    ):
        if sound and asks_game(part):
            message = "a reduction over agents cannot ask about a game"
            inference.report("E426", message, written.place, hint="ask it in a variable")
            sound = False
    if not sound:
        return None
    return body, every(conditions)


def _reads_own(inference: Visitor, crowd: Crowd, body: Typed, condition: Typed | None) -> bool:
    """Whether what is taken together depends on the agent who looks."""
    if inference.scope.speaker != crowd.name:
        return False
    return any(_mentions(part, crowd) for part in (body, condition) if part is not None)


def _mentions(typed: Typed, crowd: Crowd) -> bool:
    if isinstance(typed, Reference):
        return typed.name in crowd.own
    return any(_mentions(part, crowd) for part in operands(typed))


def _tally(
    inference: Visitor, expression: Reduction, crowd: Crowd, body: Typed, condition: Typed | None
) -> Typed:
    scope = inference.scope
    if scope.latest is When.FIXED:
        message = f"'{brief(expression)}' is known only once the agents have begun"
        hint = "a start can read numbers, assumptions and fixed variables"
        return inference.report("E309", message, expression.place, hint=hint)
    read = references(body) | (frozenset[str]() if condition is None else references(condition))
    if other := scope.own.keys() & (read - crowd.own.keys()):
        message = f"'{min(other)}' belongs to an agent of '{scope.speaker}', and "
        message += f"'{brief(expression)}' is one number for all of them"
        return inference.report("E426", message, expression.place)
    written = show(expression).replace("/", "per")
    if scope.bound:
        members = (scope.sets[one.set][one.position] for one in scope.bound.values())
        written = f"{written} for {', '.join(members)}"
    tally = scope.tallies.tally((crowd.name, expression.function, body, condition), written)
    if scope.influence is not None:
        scope.influence.learn(tally.name, tally.reads)
    return Reference(tally.name, _result(expression.function, body, When.STEP))


def _result(function: str, body: Typed, when: When) -> Type:
    if function in TRUTHS:
        return Type(Kind.TRUTH, (), when)
    dimensions = body.type.dimensions if function in ("sum", "mean", "min", "max") else ()
    return Type(Kind.NUMBER, dimensions, when)
