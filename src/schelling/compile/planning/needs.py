"""Which values a plan needs where: for its dynamics at every step, for its claims afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import (
    Constant,
    FirstPlayed,
    GameValue,
    Given,
    Reference,
    Twin,
    Typed,
    When,
    operands,
    references,
)
from schelling.case.model import Effect, Event, Game, Stock
from schelling.case.sections import influence
from schelling.compile.planning import asking
from schelling.compile.planning.plan import Plan, choices

Games = dict[str, frozenset[str]]
"""For some games, names that they read."""

Needed = tuple[frozenset[str], ...]
"""For each twin, the actual world first, names of what is needed of it."""

SOUND = "(sound)"
"""What the soundness of a world is called among the courses of a run; no name is written so."""


def afterwards(plan: Plan, *, whole: bool) -> Needed:
    """What is needed of the finished run, in each twin.

    The stocks, moving variables and state machines that claims and questions look at. A variable is
    computed again from what it reads, so that is needed too.

    Args:
        plan: The plan.
        whole: Add all stocks and state machines of the actual world.
    """
    wanted: list[set[str]] = [set() for _ in plan.twins]
    if whole:
        wanted[0] |= {*plan.carried, *carried_along(plan)}
    for claim in plan.claims:
        _look(claim.holds, 0, plan, wanted)
    for ask in plan.asks:
        _look(ask.expression, 0, plan, wanted)
    for record in plan.records:
        for argument in record.arguments:
            _look(argument, 0, plan, wanted)
    return tuple(_with_sources(plan, names) for names in wanted)


def everything(plan: Plan) -> Needed:
    """All that a world carries from step to step, in every twin."""
    once = (fired(event.name) for event in plan.events if event.once)
    rules = (known(name) for one in plan.populations for name, _ in one.lasting())
    names = frozenset((*plan.carried, SOUND, *once, *rules, *carried_along(plan)))
    return (names,) * len(plan.twins)


def carried_along(plan: Plan) -> frozenset[str]:
    """What else a world carries because something asks for it: answers of games, counts."""
    answers = (write(one) for asked in asking.renewed(plan).values() for one in asked)
    return frozenset((*answers, *map(counter, asking.counted(plan))))


def stands_still(stock: Stock) -> bool:
    """Whether nothing flows into a stock or out of it, so that effects alone change it."""
    return isinstance(stock.change, Constant) and stock.change.value == 0.0


def fired(event: str) -> str:
    """What it is called, among the courses of a run, that an event has happened."""
    return f"(fired) {event}"


def known(rule: str) -> str:
    """What it is called, among the courses of a run, that agents all had a number so far."""
    return f"(known) {rule}"


def flagged(name: str) -> str:
    """What a flag of a world is called among the courses of a run: that of a rule as `known`."""
    return name if name == SOUND else known(name)


def agents(population: str, state: str) -> str:
    """What a state of all agents is called among the courses of a run."""
    return f"(agents) {population}/{state}"


def _look(expression: Typed, twin: int, plan: Plan, wanted: list[set[str]]) -> None:
    match expression:
        case FirstPlayed():
            pass  # kept when it is played
        case Reference():
            wanted[twin].add(expression.name)
        case GameValue():
            wanted[twin] |= _asked(plan, expression)
        case Twin():
            _look(expression.body, plan.twins.index(expression.interventions), plan, wanted)
        case _:
            for part in operands(expression):
                _look(part, twin, plan, wanted)


def first_played(plan: Plan, *, whole: bool) -> Games:
    """The games whose first play is looked at afterwards, with what they read.

    Args:
        plan: The plan.
        whole: Add all games that are played.
    """
    asked = [claim.holds for claim in plan.claims] + [ask.expression for ask in plan.asks]
    asked += [argument for record in plan.records for argument in record.arguments]
    wanted = {one.value.game for expression in asked for one in plays(expression)}
    return {game.name: _read(plan, game) for game in plan.played if whole or game.name in wanted}


def plays(expression: Typed) -> list[FirstPlayed]:
    """Everything that an expression asks about games where they are first played."""
    if isinstance(expression, FirstPlayed):
        return [expression]
    return [one for part in operands(expression) for one in plays(part)]


def looks_at_run(expression: Typed) -> bool:
    """Whether what is asked reads the course of a world, and not its assumptions alone.

    What is known before the run is not lost where numbers fail in it.
    """
    parts = (expression,)
    if isinstance(expression, Given):
        parts = (expression.body, expression.condition)
    return any(part.type.when is not When.FIXED for part in parts)


def selective(expression: Typed) -> bool:
    """Whether there may be worlds that do not ask an expression: for a game, or a condition."""
    if isinstance(expression, Given | FirstPlayed):
        return True
    return any(selective(part) for part in operands(expression))


def opening(plan: Plan) -> frozenset[str]:
    """Names that are read at the opening of a step: by games, dated events, agents and tallies.

    Other variables wait: for what flows, for events by chance, or until the run is over.
    """
    wanted = _happening(plan, [event for event in plan.events if event.steps])
    for game in plan.games:
        wanted |= _read(plan, game)
        wanted |= _reads(plan, game.condition) if game.condition is not None else frozenset()
    for population in plan.populations:
        for state in population.states:
            wanted |= references(state.following)
        for variable in population.variables:
            wanted |= references(variable.value)
    for tally in plan.tallies:
        wanted |= tally.reads
    return _with_sources(plan, wanted)


def flowing(plan: Plan) -> frozenset[str]:
    """Names that rates and hazards read."""
    wanted: set[str] = set()
    for stock in plan.stocks:
        wanted |= _reads(plan, stock.change)
    for event in plan.events:
        wanted |= _reads(plan, event.hazard) if event.hazard is not None else frozenset()
    return _with_sources(plan, wanted)


def racing(plan: Plan) -> frozenset[str]:
    """Names that events by chance read: their hazards, conditions and effects."""
    return _with_sources(plan, _happening(plan, [e for e in plan.events if e.hazard is not None]))


def _happening(plan: Plan, events: Sequence[Event]) -> set[str]:
    wanted: set[str] = set()
    for event in events:
        for part in (event.hazard, event.condition):
            wanted |= _reads(plan, part) if part is not None else frozenset()
        wanted |= _effects(plan, event.effects)
    return wanted


def sources(plan: Plan, names: frozenset[str]) -> frozenset[str]:
    """Some names, and all that moving variables among them read."""
    return _with_sources(plan, set(names))


def _with_sources(plan: Plan, wanted: set[str]) -> frozenset[str]:
    for variable in reversed(plan.moving):
        if variable.name in wanted:
            wanted |= _reads(plan, variable.value)
    return frozenset(wanted)


def _reads(plan: Plan, expression: Typed) -> frozenset[str]:
    """Names that an expression reads, and what it asks about games as the names of answers."""
    return references(expression).union(*(_asked(plan, one) for one in asking.asked(expression)))


def _asked(plan: Plan, asked: GameValue) -> frozenset[str]:
    """What is needed to answer a question about a game while a world runs, or afterwards."""
    if asked.state:
        renewed = any(one.schedule for one in plan.stochastic if one.name == asked.game)
        return frozenset((write(asked),)) if renewed else frozenset()
    return _solved(plan, next(game for game in plan.games if game.name == asked.game))


def _effects(plan: Plan, effects: tuple[Effect, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(_reads(plan, effect.value) for effect in effects))


def _solved(plan: Plan, game: Game) -> frozenset[str]:
    """Names that decide how a game is played: in its precisions, payoffs and chances."""
    return frozenset[str]().union(*(_reads(plan, value) for value in influence.decides(game)))


def _read(plan: Plan, game: Game) -> frozenset[str]:
    """Names that a game reads: those that decide how it is played, and those of its effects."""
    moves = (branch for _, choice in choices(game.root) for branch in choice.branches)
    return _solved(plan, game).union(*(_effects(plan, branch.effects) for branch in moves))
