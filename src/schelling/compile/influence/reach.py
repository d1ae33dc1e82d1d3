"""What can reach a claim: the assumptions it hangs on along the arrows of the plan, and chance.

What cannot reach a claim has no part in it, whatever the numbers say. Arrows are those of the
causal map; in a twin, a name that is held is reached by what holds it and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    GameValue,
    Kind,
    OverTime,
    Reference,
    Twin,
    Type,
    Typed,
    operands,
)
from schelling.case.populations import Population
from schelling.case.sections.influence import names, reads
from schelling.compile.planning.plan import Plan
from schelling.compile.planning.twins import Interventions

CHANCE = "(chance)"
"""Stands for chance among the names that reach something; no name of a case looks like it."""

Arrows = Mapping[str, frozenset[str]]
Look = tuple[str, Interventions, int]
"""A name, the twin it is looked at in, and the last step at which it is."""


@dataclass(frozen=True)
class Reached:
    """What a claim looks at, and what reaches it.

    Attributes:
        seen: Names the claim is made of, in this world or in a twin: those it mentions, and what
            the formulas of the variables among them read.
        sources: Names of the assumptions that reach it, and `CHANCE` where chance does.
        passed: All names that reach it, those on the way included.
    """

    seen: frozenset[str]
    sources: frozenset[str]
    passed: frozenset[str]


def moving_with(plan: Plan) -> Mapping[str, frozenset[str]]:
    """By claim, the assumptions it can move with: those that reach it, or depend on one that does.

    Args:
        plan: The plan.
    """
    pairs = [{one.first, one.second} for one in plan.correlations if one.rho]
    moving: dict[str, frozenset[str]] = {}
    for claim, reached in zip(plan.claims, of_claims(plan), strict=True):
        found = set(reached.sources)
        while more := [pair for pair in pairs if pair & found and not pair <= found]:
            found = found.union(*more)
        moving[claim.name] = frozenset(found)
    return moving


def of_claims(plan: Plan) -> tuple[Reached, ...]:
    """For every claim of a plan, what reaches it.

    Args:
        plan: The plan.

    Returns:
        One answer a claim.
    """
    return of_expressions(plan, [claim.holds for claim in plan.claims])


def of_expression(plan: Plan, expression: Typed) -> Reached:
    """What reaches one truth value or number that is asked of the finished run.

    Args:
        plan: The plan.
        expression: A claim, or a part of one.

    Returns:
        What it looks at, and what reaches it.
    """
    return of_expressions(plan, [expression])[0]


def of_expressions(plan: Plan, expressions: Iterable[Typed]) -> tuple[Reached, ...]:
    """The same for several, which is quicker than one after the other."""
    known: dict[int, Arrows] = {}
    return tuple(_of(plan, expression, known) for expression in expressions)


def _of(plan: Plan, expression: Typed, known: dict[int, Arrows]) -> Reached:
    """The same, with the arrows up to each step that has been asked for, which are kept."""
    sources = frozenset((CHANCE, *(assumption.name for assumption in plan.assumptions)))
    formulas = {v.name: frozenset(names((v.value,))) for v in (*plan.fixed, *plan.moving)}
    seen: set[str] = set()
    reached: set[str] = set()
    for name, twin, last in _looks(expression, (), plan.steps):
        seen.add(name)
        if last not in known:
            known[last] = _arrows(plan, last)
        reached |= _closure({name}, _held(known[last], twin))
    found = frozenset(_closure(seen, formulas)), frozenset(reached & sources)
    return Reached(*found, frozenset(reached))


def _arrows(plan: Plan, last: int) -> Arrows:
    """What each name reads directly up to a step, chance among it.

    At the start nothing has flowed; what happens on a later day has not happened.
    """
    still = Constant(0.0, Type(Kind.NUMBER))
    stocks = plan.stocks if last > 0 else [replace(s, change=still) for s in plan.stocks]
    events = [e for e in plan.events if last > (e.steps[0] if e.steps else 0)]
    games = [g for g in plan.games if any(step < last for step in g.schedule)]
    variables = (*plan.fixed, *plan.moving)
    asked = reads((), (), (), plan.games, plan.stochastic)
    own = {game.name: asked[game.name] for game in (*plan.games, *plan.stochastic)}
    people = [p if last > 0 else _as_begun(p) for p in plan.populations]
    found = own | reads(stocks, variables, events, games, (), people)
    found |= {tally.name: tally.reads for tally in plan.tallies}
    moved = {e.target for event in events if event.hazard is not None for e in event.effects}
    moved |= {counter(event.name) for event in events if event.hazard is not None}
    played = {game.name for game in games}
    moved |= {s.name for s in stocks if found[s.name] & played}
    moved |= {m.name for m in plan.machines if found.get(m.name, frozenset()) & played}
    moved |= {name for one in people for name, rules in one.rules() if any(map(_is_drawn, rules))}
    moved |= {s.name for p in people if last > 0 and p.acts != "all" for s in p.states if s.moves}
    return found | {name: found[name] | {CHANCE} for name in moved}


def _as_begun(population: Population) -> Population:
    """A population whose agents have not moved yet."""
    states = tuple(replace(state, following=state.start) for state in population.states)
    return replace(population, states=states)


def _is_drawn(rule: Typed) -> bool:
    return isinstance(rule, Drawn) or any(map(_is_drawn, operands(rule)))


def _held(arrows: Arrows, twin: Interventions) -> Arrows:
    """Arrows of a twin; what holds a name is computed in the actual world."""
    held = {name: frozenset(_closure(names((value,)), arrows)) for name, value in twin}
    return {**arrows, **held}


def _looks(expression: Typed, twin: Interventions, last: int) -> list[Look]:
    """Names and games an expression looks at, each in its twin and up to its last step."""
    match expression:
        case Reference():
            return [(expression.name, twin, last)]
        case GameValue():
            return [(expression.game, twin, last)]
        case Twin():
            return _looks(expression.body, expression.interventions, last)
        case OverTime():
            last = min(expression.last, last)
        case _:
            pass
    return [found for part in operands(expression) for found in _looks(part, twin, last)]


def _closure(start: set[str], arrows: Arrows) -> set[str]:
    """All names that reach some, themselves included."""
    found, waiting = set[str](), list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += arrows.get(name, ())
    return found
