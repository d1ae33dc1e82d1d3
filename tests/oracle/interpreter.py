"""The oracle: a plan run one world at a time, one number at a time, slow and obvious.

It is written from the documented meaning of the case language, not from the compiler: its own
expressions, its own chance (`oracle.luck`), its own games (`oracle.play`), twins as whole runs of
their own. It shares with the package only the checked case, which is data, and the draws.

A step goes: variables, then games, then dated events, which see stocks and states as those before
them left them and the variables of the step's opening; then substeps, in each of which events
happen by chance in the order of their times, and then stocks flow. What a twin holds is put back
after everything that sets it. A statement whose margin is not finite decides nothing, and where one
should have decided the world is unsound.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from oracle import agents, cuts, play, states, unknowns, unseen
from oracle.luck import uniform
from oracle.values import Truth, Value
from populations.naive import lists
from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.tallied import AgentTally
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    FirstPlayed,
    GameValue,
    Given,
    Kind,
    OfOther,
    Operation,
    OverTies,
    OverTime,
    Reference,
    Sought,
    Twin,
    Typed,
    When,
    operands,
)
from schelling.case.model import Effect, Event, Game, StochasticGame
from schelling.case.populations import Population
from schelling.compile.drawing.luck import of as luck_of
from schelling.compile.planning.plan import Interventions, Plan, choices

EQUAL = 1e-12  # documented: numbers that agree to twelve digits count as equal


Names = Mapping[str, Value]
PLANS: list[Plan] = []
"""The plan that is run: what is asked about its games while a world runs is solved where asked."""


@dataclass
class World:
    """One finished run.

    Attributes:
        fixed: Assumptions and fixed variables.
        moments: What is visible at the opening of every step, the last step included.
        stocks: At the end.
        states: Of every state machine, the number of its state at the end.
        played: The step at which each game was first played.
        met: What each game saw when it was first played, or else at the first step of its schedule.
        bounded: Stocks that were ever held at a bound.
        happened: How often each event has happened.
        waits: How much cumulative hazard is left until each event with a hazard happens.
        agents: Of every population.
        tallies: What was counted over them at the opening of the step.
        unknown: Traits and states that some agent ever had no number for.
        sound: Whether every number that decided something was finite.
        twins: The same world with something held, by what is held.
        solved: Games that claims ask about, by their names and where they are asked.
        ties: Whom every agent of each population sees.
        worths: Answers of the games with states that are solved anew, of the last time.
    """

    plan: Plan
    number: int
    seed: int
    held: dict[str, Value]
    fixed: dict[str, Value]
    moments: list[dict[str, Value]] = field(default_factory=list)
    stocks: dict[str, float] = field(default_factory=dict)
    states: dict[str, float] = field(default_factory=dict)
    bounded: set[str] = field(default_factory=set)
    played: dict[str, int] = field(default_factory=dict)
    met: dict[str, Names] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    waits: dict[str, float] = field(default_factory=dict)
    agents: dict[str, list[agents.Agent]] = field(default_factory=dict)
    tallies: dict[str, Value] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    sound: bool = True
    twins: dict[Interventions, World] = field(default_factory=dict)
    known: dict[int, Value] = field(default_factory=dict)
    solved: dict[tuple[str, int | None], play.Solved] = field(default_factory=dict)
    ties: dict[str, agents.Ties] = field(default_factory=dict)
    worths: dict[str, Value] = field(default_factory=dict)

    def at(self, step: int) -> Names:
        return {**self.fixed, **self.moments[step]}


def run(plan: Plan, draw: Mapping[str, float], number: int, seed: int) -> World:
    """A world and its twins.

    Args:
        plan: The plan.
        draw: Its assumptions, in declared units.
        number: Its number.
        seed: Seed of chance.

    Returns:
        The finished world.
    """
    PLANS[:] = [plan]
    with np.errstate(all="ignore"):
        actual = _simulate(plan, draw, number, seed, {})
        for changes in plan.twins[1:]:
            held = {name: evaluate(value, actual.fixed) for name, value in changes}
            actual.twins[changes] = _simulate(plan, draw, number, seed, held)
        return actual


def ask(world: World, holds: Typed) -> Truth:
    """A claim about a finished world."""
    with np.errstate(all="ignore"):
        found = evaluate(holds, world.at(0), world, 0)
    assert isinstance(found, Truth)
    if isinstance(holds, Given) and not _condition(world, holds).sound:
        return Truth(False, math.nan)
    used = _used(world, holds)
    if not asked(world, holds) or not found.sound or not all(each.sound for each in used):
        return Truth(False, math.nan)
    return found


def _used(world: World, asked_for: Typed) -> list[World]:
    """The world and the twins that are looked at; none by what is known before any run."""
    parts = operands(asked_for) if isinstance(asked_for, Given) else (asked_for,)
    if all(part.type.when is When.FIXED for part in parts):
        return []
    return [world, *(world.twins[changes] for changes in _twins(asked_for))]


def asked(world: World, expression: Typed) -> bool:
    """Whether every game was played that is asked about where it is first played."""
    if isinstance(expression, Given):
        games = asked(world, expression.body) and asked(world, expression.condition)
        met = _condition(world, expression)
        return games and (met.holds or not met.sound)
    if isinstance(expression, FirstPlayed):
        return expression.value.game in world.played
    if isinstance(expression, Twin):
        return asked(world.twins[expression.interventions], expression.body)
    return all(asked(world, part) for part in operands(expression))


def _condition(world: World, claim: Given) -> Truth:
    """Whether the condition of a claim holds; without a margin where its numbers failed."""
    with np.errstate(all="ignore"):
        met = evaluate(claim.condition, world.at(0), world, 0)
    assert isinstance(met, Truth)
    used = _used(world, claim.condition)
    return met if all(each.sound for each in used) else Truth(False, math.nan)


def answer(world: World, question: Typed) -> float:
    """What a question asks of a finished world; 1 or 0 for a truth, NaN where it failed."""
    with np.errstate(all="ignore"):
        found = evaluate(question, world.at(0), world, 0)
    used = _used(world, question)
    if not asked(world, question):
        return math.nan
    sound = found.sound if isinstance(found, Truth) else math.isfinite(found)
    if not sound or not all(each.sound for each in used):
        return math.nan
    return float(found.holds) if isinstance(found, Truth) else float(found)


def _twins(expression: Typed) -> list[Interventions]:
    own = [expression.interventions] if isinstance(expression, Twin) else []
    return own + [changes for part in operands(expression) for changes in _twins(part)]


# --- a run, step by step -------------------------------------------------------------------------


def _simulate(
    plan: Plan, draw: Mapping[str, float], number: int, seed: int, held: dict[str, Value]
) -> World:
    fixed: dict[str, Value] = {
        a.name: held.get(a.name, np.float64(draw[a.name]) * a.unit.factor) for a in plan.assumptions
    }
    for variable in plan.fixed:
        fixed[variable.name] = _variable(variable.name, variable.value, fixed, held)
    for game in plan.stochastic:
        if not game.schedule:
            fixed |= _answers(plan, game, fixed)
    world = World(plan, number, seed, held, fixed)
    for machine in plan.machines:
        world.states[machine.name] = real(held.get(machine.name, float(machine.numbers[0])))
    for population in plan.populations:
        ties = world.ties[population.name] = _ties(plan, population, seed)
        crowd = agents.begin(population, fixed, (number, seed, 0), ties, evaluate)
        world.agents[population.name] = crowd
        world.unknown |= agents.unknown_at_start(population, crowd)
        world.sound &= not world.unknown
    for stock in plan.stocks:
        _set_stock(world, stock.name, real(evaluate(stock.start, _Beginning(world))))
    _count(world, 0)
    _renew(world, 0)
    for event in plan.events:
        world.happened[event.name] = 0
        if event.hazard is not None:
            world.waits[event.name] = _wait(world, event)
    for step in range(plan.steps):
        _step(world, step)
    world.moments.append(_opening(world, plan.steps))
    return world


class _Beginning(dict[str, Value]):
    """What can be seen at the start: stocks that have one, and any variable made of them.

    What is counted over agents is counted when it is looked at.
    """

    def __init__(self, world: World) -> None:
        super().__init__({**world.fixed, **world.stocks, **world.states, "elapsed": 0.0})
        self.world = world

    def __missing__(self, name: str) -> Value:
        tally = next((one for one in self.world.plan.tallies if one.name == name), None)
        if tally is not None:
            return _counted(self.world, tally, self)
        variable = next(v for v in self.world.plan.moving if v.name == name)
        return self.world.held.get(name, evaluate(variable.value, self))


def _step(world: World, step: int) -> None:
    plan, opening = world.plan, _opening(world, step)
    world.moments.append(opening)
    for game in plan.games:
        if step in game.schedule:
            _play(world, game, opening, step)
    for event in plan.events:
        for _ in range(event.steps.count(step)):
            if _may(world, event, opening):
                _happen(world, event, opening)
    for begin, part in cuts.parts(plan, step):
        _substep(world, begin, part)
    names = {**world.fixed, **opening}
    for population in plan.populations:
        luck = (world.number, world.seed, step)
        ties = world.ties[population.name]
        before = world.agents[population.name]
        rules = agents.following(population)
        doubtful = agents.doubtful(rules, population, world.unknown)
        if population.acts == "all":
            crowd = agents.act(population, before, names, luck, ties, evaluate)
        else:
            crowd, lost = agents.take_turns(population, before, names, luck, ties, evaluate)
            world.unknown |= lost
        world.unknown |= doubtful
        world.agents[population.name] = crowd
        world.unknown |= agents.unknown(crowd)
        world.sound &= not world.unknown
    _count(world, step + 1)
    _renew(world, step + 1)


def _renew(world: World, step: int) -> None:
    """Solve games with states anew at an opening, each after those that it asks about."""
    for game in world.plan.stochastic:
        if step in game.schedule:
            seen = _Counting(world, step)
            seen |= {**world.tallies, **world.worths}
            world.worths |= _answers(world.plan, game, seen)


def _answers(plan: Plan, game: StochasticGame, seen: Names) -> dict[str, Value]:
    """What is asked anywhere of a game with states, solved with the numbers of a moment."""
    solved = states.solve(game, lambda e: real(evaluate(e, seen)))
    return {write(asked): _answer(solved, asked) for asked in _questions(plan, game.name)}


def _answer(solved: states.States, asked: GameValue) -> Value:
    found = solved.answer(asked)
    return Truth(found >= 0, found) if asked.name == "dominates" else np.float64(found)


@lru_cache(maxsize=32)  # the same in every world, twin and look at a claim
def _ties(plan: Plan, population: Population, seed: int) -> agents.Ties:
    """Whom every agent sees: what is drawn by the seed is data, like the draws."""
    made = luck_of(plan, seed).ties
    return {
        ties.name: agents.observed(ties, population.size)
        if ties.network == "table"
        else lists(made[population.name, ties.name])
        for ties in population.networks
    }


def _count(world: World, step: int) -> None:
    """What is counted over agents at an opening; a variable it reads may read another count."""
    seen = _Counting(world, step)
    world.tallies = {tally.name: seen[tally.name] for tally in world.plan.tallies}


class _Counting(dict[str, Value]):
    """What can be seen while agents are counted: variables and counts when looked at."""

    def __init__(self, world: World, step: int) -> None:
        elapsed = step * world.plan.step
        super().__init__({**world.fixed, **world.stocks, **world.states, "elapsed": elapsed})
        self |= _often(world)
        self.world = world

    def __missing__(self, name: str) -> Value:
        world = self.world
        tally = next((one for one in world.plan.tallies if one.name == name), None)
        if tally is None:
            variable = next(v for v in world.plan.moving if v.name == name)
            self[name] = _variable(name, variable.value, self, world.held)
            return self[name]
        self[name] = _counted(world, tally, self)
        return self[name]


def _counted(world: World, tally: AgentTally, seen: Names) -> Value:
    """What is counted over the agents of a population as they stand."""
    crowd = world.agents[tally.population]
    population = next(one for one in world.plan.populations if one.name == tally.population)
    luck, ties = (world.number, world.seed, 0), world.ties[tally.population]
    told = agents.Seen(seen, crowd, -1, luck, None, ties, population)
    crowd = agents.informed(population, crowd, told, tally.reads, evaluate)
    found = agents.fold(tally, crowd, agents.Seen(seen, crowd, -1, luck), evaluate)
    if tally.function in ("sum", "count"):
        found *= population.size / len(crowd)
    found = math.nan if population.read_by(tally.reads) & world.unknown else found
    return agents.told(found) if tally.truth else np.float64(found)


def _stated(game: StochasticGame) -> list[Typed]:
    """The expressions of a game with states."""
    moves = [choice for state in game.states for _, choice in choices(state.root)]
    branches = [branch for choice in moves for branch in choice.branches]
    values = [value for one in branches for _, value in (*one.payoffs, *one.following)]
    return [game.precision, game.discount, *values]


def _questions(plan: Plan, name: str) -> list[GameValue]:
    """Everything the plan asks about a game with states."""
    written = [claim.holds for claim in plan.claims]
    written += [ask.expression for ask in plan.asks]
    written += [variable.value for variable in (*plan.fixed, *plan.moving)]
    for stock in plan.stocks:
        written += [stock.start, stock.change]
    for event in plan.events:
        written += [part for part in (event.hazard, event.condition) if part is not None]
        written += [effect.value for effect in event.effects]
    for game in plan.games:
        written += [*game.precisions, *([game.condition] if game.condition else [])]
        for _, choice in choices(game.root):
            for branch in choice.branches:
                written += [value for _, value in branch.payoffs]
                written += [effect.value for effect in branch.effects]
                written += [branch.probability] if branch.probability else []
    for game in plan.stochastic:
        written += _stated(game)
    found: list[GameValue] = []
    while written:
        part = written.pop()
        if isinstance(part, GameValue) and part.game == name:
            found.append(part)
        written += operands(part)
    return found


def _opening(
    world: World, time: float, stocks: Mapping[str, float] | None = None
) -> dict[str, Value]:
    """Stocks, states, time and variables, in that order; `time` counts steps."""
    seen: dict[str, Value] = {
        **(world.stocks if stocks is None else stocks),
        **world.states,
        **world.tallies,
        **world.worths,
        **_often(world),
        "elapsed": time * world.plan.step,
    }
    for variable in world.plan.moving:
        names = {**world.fixed, **seen}
        seen[variable.name] = _variable(variable.name, variable.value, names, world.held)
    return seen


def _variable(name: str, value: Typed, seen: Names, held: Names) -> Value:
    """A variable, unless it is held; for an unknown, what depends on it is tried with it."""
    if name in held:
        return held[name]
    if not isinstance(value, Sought):
        return evaluate(value, seen)

    def tried(x: float) -> list[float]:
        names = {**seen, value.name: x}
        for inner, definition in value.inner:
            names[inner] = _variable(inner, definition, names, held)
        return [real(_variable("", side, names, held)) for side in value.sides]

    ends = [real(evaluate(end, seen)) for end in (value.low, value.high)]
    near = math.nan if value.near is None else real(evaluate(value.near, seen))
    return np.float64(unknowns.solve(value, tried, ends, near))


def _now(world: World, opening: Names) -> Names:
    """The variables of the opening, with stocks and states as they stand."""
    return {**world.fixed, **opening, **world.stocks, **world.states, **_often(world)}


def _often(world: World) -> dict[str, Value]:
    """How often each event has happened."""
    often = ((event.name, world.happened.get(event.name, 0)) for event in world.plan.events)
    return {counter(name): np.float64(count) for name, count in often}


def _rates(world: World, seen: Names) -> dict[str, float]:
    names = {**world.fixed, **seen}
    return {s.name: real(evaluate(s.change, names)) for s in world.plan.stocks}


def _hazards(world: World, seen: Names) -> dict[str, float]:
    names = {**world.fixed, **seen}
    return {
        e.name: real(evaluate(e.hazard, names)) for e in world.plan.events if e.hazard is not None
    }


def _substep(world: World, time: float, part: float) -> None:
    """What happens by chance and what flows for a part of a step; `time` counts steps."""
    weeks = world.plan.step * part
    begin = cuts.read_at(world.plan, time, part)
    opening = _opening(world, begin)
    stages = [opening]
    if world.plan.method == "rk4":
        end = (time + part) * world.plan.step
        early = max(1e-6 * weeks, 4e-12 * end) / world.plan.step  # documented: before what jumps
        for share in (0.5, 0.5, 1.0):
            rates = _rates(world, stages[-1])
            stocks = {
                name: _held(world, name, world.stocks[name] + share * weeks * rate)
                for name, rate in rates.items()
            }
            later = time + (part - early if share == 1 else share * part)
            stages.append(_opening(world, later, stocks))
    weights = (1, 2, 2, 1) if len(stages) == 4 else (1,)

    def mean(numbers: list[dict[str, float]]) -> dict[str, float]:
        return {
            name: sum(w * each[name] for w, each in zip(weights, numbers, strict=True))
            / sum(weights)
            for name in numbers[0]
        }

    rates = mean([_rates(world, seen) for seen in stages])
    first = _hazards(world, opening)
    _race(world, begin, weeks, first, mean([_hazards(world, seen) for seen in stages]))
    for name, rate in rates.items():
        value = world.stocks[name] + weeks * rate
        world.sound &= math.isfinite(value)
        _set_stock(world, name, value)


def _race(
    world: World, time: float, left: float, first: dict[str, float], mean: dict[str, float]
) -> None:
    """Events by chance, the soonest first, until `left` weeks are over."""
    for _ in range(1001):
        opening = _opening(world, time)
        now = _hazards(world, opening)
        rates: dict[str, float] = {}
        for event in (e for e in world.plan.events if e.hazard is not None):
            name, rate = event.name, now[event.name]
            if rate == first[name]:
                rate = mean[name]
            elif first[name] > 0 and math.isfinite(mean[name] / first[name]):
                rate *= mean[name] / first[name]
            if _may(world, event, opening):
                world.sound &= math.isfinite(rate) and rate >= 0
                if math.isfinite(rate) and rate > 0:
                    rates[name] = rate
        due = {name: world.waits[name] / rate for name, rate in rates.items()}
        soonest = min(due.values(), default=math.inf)
        passed = min(soonest, left)
        for name, rate in rates.items():
            world.waits[name] -= rate * passed
        if not soonest < left:
            return
        left -= passed
        name = next(name for name, when in due.items() if when == soonest)
        _happen(world, next(e for e in world.plan.events if e.name == name), opening)
    world.sound = False  # documented: more than a thousand in a substep


def _held(world: World, name: str, value: float) -> float:
    """A stock in its bounds, or at what it is held at."""
    stock = next(s for s in world.plan.stocks if s.name == name)
    if stock.within is not None:
        low, high = stock.within
        value = min(max(value, low), high) if math.isfinite(value) else math.nan
    return real(world.held.get(name, value))


def _set_stock(world: World, name: str, value: float) -> None:
    world.sound &= math.isfinite(value)
    stock = next(s for s in world.plan.stocks if s.name == name)
    finite = math.isfinite(value)
    if stock.within is not None and finite and not stock.within[0] <= value <= stock.within[1]:
        world.bounded.add(name)
    world.stocks[name] = _held(world, name, value)


def _holds(world: World, condition: Typed | None, seen: Names) -> bool:
    """Whether a condition holds; one that means nothing holds nowhere and spoils the world."""
    if condition is None:
        return True
    found = evaluate(condition, seen)
    assert isinstance(found, Truth)
    world.sound &= found.sound
    return found.sound and found.holds


def _may(world: World, event: Event, opening: Names) -> bool:
    """Whether an event can happen now."""
    if event.once and world.happened[event.name]:
        return False
    return _holds(world, event.condition, _now(world, opening))


def _happen(world: World, event: Event, opening: Names) -> None:
    world.happened[event.name] += 1
    if event.hazard is not None and not event.once:
        world.waits[event.name] = _wait(world, event)
    _apply(world, event.effects, opening)


def _wait(world: World, event: Event) -> float:
    """Exponential with mean 1, by how often the event has happened."""
    count = world.happened[event.name]
    return -np.log(1 - uniform(world.seed, f"event/{event.name}", count, world.number))


def _apply(world: World, effects: tuple[Effect, ...], opening: Names) -> None:
    for effect in effects:
        value = real(evaluate(effect.value, _now(world, opening)))
        if effect.target not in world.states:
            _set_stock(world, effect.target, value)
        elif math.isfinite(value):
            world.states[effect.target] = real(world.held.get(effect.target, value))
        else:
            world.sound = False


def _play(world: World, game: Game, opening: Names, step: int) -> None:
    seen = _now(world, opening)
    if step == game.schedule[0]:
        world.met[game.name] = seen
    if not _holds(world, game.condition, seen):
        return
    if game.name not in world.played:
        world.played[game.name], world.met[game.name] = step, seen
    solved = play.solve(game, lambda expression: real(evaluate(expression, seen)))
    world.sound &= solved.sound
    choice, place = game.root, "start"
    drawn = [actor for actor, _ in game.types]
    while True:
        own = choice.actor if game.simultaneous else place
        own = f"type of {drawn[0]}" if drawn else own
        luck = uniform(world.seed, f"game/{game.name}/{own}", step, world.number)
        branch = choice.branches[play.draw(solved.at(choice).odds, luck)]
        _apply(world, branch.effects, opening)
        if branch.then is None:
            return
        choice, place = branch.then, place if drawn else play.below(place, branch.action)
        drawn = drawn[1:]


# --- expressions ---------------------------------------------------------------------------------


def real(value: Value) -> float:
    assert not isinstance(value, Truth)
    return value


def evaluate(expression: Typed, seen: Names, world: World | None = None, step: int = 0) -> Value:
    """The value of an expression.

    Args:
        expression: The typed expression.
        seen: What it can see.
        world: The finished run, for what looks over time, at games or into twins.
        step: The step of the finished run that is looked at.
    """
    assert not isinstance(expression, Sought), "only a variable is one"
    match expression:
        case Constant():
            return _constant(expression)
        case Reference():
            return seen[expression.name]
        case Operation():
            values = [evaluate(part, seen, world, step) for part in expression.operands]
            return _operation(expression, values)
        case OverTime():
            assert world is not None
            if id(expression) not in world.known:
                world.known[id(expression)] = _over_time(expression, world)
            return world.known[id(expression)]
        case GameValue() | FirstPlayed():
            return _about_game(expression, seen, world, step)
        case Twin():
            assert world is not None
            twin = world.twins[expression.interventions]
            return evaluate(expression.body, twin.at(step), twin, step)
        case Given():
            return evaluate(expression.body, seen, world, step)
        case Drawn() | OfOther() | OverTies():
            return _of_agents(expression, seen)


def _of_agents(expression: Drawn | OfOther | OverTies, seen: Names) -> Value:
    assert isinstance(seen, agents.Seen)
    if isinstance(expression, OfOther):
        assert seen.others is not None
        return seen.others[expression.name]
    if isinstance(expression, Drawn):
        return agents.draw(expression, seen, evaluate)
    return agents.over_ties(expression, seen, evaluate)


def _constant(expression: Constant) -> Value:
    if expression.type.kind is Kind.TRUTH:
        return _fact(expression.value > 0)
    return np.float64(expression.value)


def _connected(name: str, values: list[Value]) -> Value:
    truths = [value for value in values if isinstance(value, Truth)]
    if name == "and":
        return Truth(all(t.holds for t in truths), np.min([t.margin for t in truths]))
    if name == "or":
        return Truth(any(t.holds for t in truths), np.max([t.margin for t in truths]))
    if name == "not":
        return Truth(not truths[0].holds, -truths[0].margin)
    condition, then, otherwise = values
    assert isinstance(condition, Truth)
    chosen = then if condition.holds else otherwise
    if condition.sound:
        return chosen
    return Truth(False, math.nan) if isinstance(chosen, Truth) else np.float64(math.nan)


def _operation(expression: Operation, values: list[Value]) -> Value:
    name = expression.name
    if name in ("and", "or", "not", "if"):
        return _connected(name, values)
    numbers = [v if type(v) is np.float64 else np.float64(real(v)) for v in values]
    if name in ("<", "<=", ">", ">=", "==", "!="):
        if expression.operands[0].type.kind is Kind.STATE:
            same = numbers[0] == numbers[1]
            known = not np.isnan(numbers).any()
            return _fact(same if name == "==" else not same) if known else Truth(False, math.nan)
        kinds = [operand.type.kind for operand in expression.operands]
        if Kind.MOMENT in kinds:
            return _compare_moments(expression, numbers, kinds)
        return _compare(name, *numbers)
    if expression.type.kind is Kind.MOMENT:
        kinds = [operand.type.kind for operand in expression.operands]
        numbers = [_time(n, kind) for n, kind in zip(numbers, kinds, strict=True)]
    if name == "/" and _first_divided(expression) == "elapsed":
        return _in_units(*numbers)
    return np.float64(FUNCTIONS[name](*numbers))


def _first_divided(expression: Typed) -> str:
    """The name at the left end of a chain of divisions."""
    while isinstance(expression, Operation) and expression.name == "/":
        expression = expression.operands[0]
    return getattr(expression, "name", "")


def _in_units(passed: float, unit: float) -> float:
    """The time since the start as a number of units; whole where only rounding made it else."""
    with np.errstate(all="ignore"):
        count = np.float64(passed) / unit
        exact = np.round(count * 2**20) / 2**20
    return exact if abs(count - exact) <= 8 * np.finfo(float).eps * abs(count) else count


def _time(number: float, kind: Kind) -> float:
    return number if kind is Kind.MOMENT or math.isfinite(number) else math.nan


def _compare_moments(expression: Operation, numbers: list[float], kinds: list[Kind]) -> Truth:
    """Never is later than any time; two nevers are equal."""
    left, right = (_time(n, kind) for n, kind in zip(numbers, kinds, strict=True))
    if math.isnan(left) or math.isnan(right):
        return Truth(False, math.nan)
    if math.inf in (left, right):
        finite = min(left, right)
        never = expression.end if finite == math.inf else max(expression.end, finite + 1)
        left, right = min(left, never), min(right, never)
    return _compare(expression.name, left, right)


def _fact(holds: bool) -> Truth:
    return Truth(bool(holds), 1.0 if holds else -1.0)


def _compare(name: str, left: float, right: float) -> Truth:
    gap = left - right
    if not math.isfinite(gap):
        return Truth(False, math.nan)
    if abs(gap) <= EQUAL * max(abs(left), abs(right)):
        gap = 0.0
    margin = {"<": -gap, "<=": -gap, ">": gap, ">=": gap, "==": -abs(gap), "!=": abs(gap)}[name]
    strict = name in ("<", ">", "!=")
    return Truth(margin > 0 if strict else margin >= 0, margin)


def _over_time(expression: OverTime, world: World) -> Value:
    steps = range(expression.first, expression.last + 1)
    first, *rest = (
        [evaluate(operand, world.at(step), world, step) for step in steps]
        for operand in expression.operands
    )
    truths = [value for value in first if isinstance(value, Truth)]
    match expression.name:
        case "at":
            return first[0]
        case "always":
            return Truth(all(t.holds for t in truths), np.min([t.margin for t in truths]))
        case "eventually":
            return Truth(any(t.holds for t in truths), np.max([t.margin for t in truths]))
        case "until":
            return _until(truths, [goal for goal in rest[0] if isinstance(goal, Truth)])
        case "first" | "last" | "count" | "duration":
            return _when(expression, truths)
        case "mean" if truths:
            return np.mean([float(t.holds) if t.sound else math.nan for t in truths])
        case name:
            return {"mean": np.mean, "max": np.max, "min": np.min}[name](first)


def _when(expression: OverTime, truths: list[Truth]) -> float:
    """When a condition is first or last true, in how many steps, or for how long."""
    if not all(t.sound for t in truths):
        return math.nan
    held = [expression.first + k for k, t in enumerate(truths) if t.holds]
    match expression.name:
        case "first":
            return held[0] * expression.step if held else math.inf
        case "last":
            return held[-1] * expression.step if held else math.inf
        case "count":
            return float(len(held))
        case _:
            return len(held) / len(truths) * (len(truths) - 1) * expression.step


def _until(hold: list[Truth], goal: list[Truth]) -> Truth:
    """At some step the goal, and up to and including it the other."""
    holds = any(goal[k].holds and all(h.holds for h in hold[: k + 1]) for k in range(len(goal)))
    margins = [
        np.min([goal[k].margin, *(h.margin for h in hold[: k + 1])]) for k in range(len(goal))
    ]
    return Truth(holds, np.max(margins))


def _about_game(
    asked: GameValue | FirstPlayed, seen: Names, world: World | None, step: int
) -> Value:
    first = isinstance(asked, FirstPlayed)
    wanted = asked.value if isinstance(asked, FirstPlayed) else asked
    if wanted.state:
        if write(wanted) in seen:
            return seen[write(wanted)]
        process = next(game for game in PLANS[0].stochastic if game.name == wanted.game)
        return _answer(states.solve(process, lambda part: real(evaluate(part, seen))), wanted)
    game = next(game for game in PLANS[0].games if game.name == wanted.game)
    if world is None:  # while it runs
        solved = play.solve(game, lambda part: real(evaluate(part, seen)))
    else:
        where = (game.name, None if first else step)
        if where not in world.solved:
            there = world.met[game.name] if first else seen
            world.solved[where] = play.solve(game, lambda part: real(evaluate(part, there)))
        solved = world.solved[where]
    if wanted.name == "dominates":
        margin = solved.dominance(wanted.actor, *wanted.actions)
        return Truth(margin >= 0, margin)
    if game.private:
        return unseen.ask(solved, wanted)
    if wanted.place:
        return solved.at_place(wanted.name, wanted.actor, wanted.place)
    if wanted.name == "payoff" and not wanted.actions:
        return solved.worth(wanted.actor)
    return solved.where_it_chooses(wanted.name, wanted.actor, wanted.actions[0])


def _lowest_share(mean: float, sd: float) -> float:
    """The lowest fixed point of y = Phi((y - mean) / sd): look along a fine grid, then bisect."""
    if not sd > 0 or math.isnan(mean):
        return math.nan

    def gap(share: float) -> float:
        return _normal_cdf((share - mean) / sd) - share

    cells = 4000
    edge = next((i for i in range(cells + 1) if gap(i / cells) <= 0), cells)
    low, high = max(edge - 1, 0) / cells, edge / cells
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if gap(middle) <= 0 else (middle, high)
    return high


def _normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _normal_quantile(p: float) -> float:
    if 0 < p < 1:
        return NormalDist().inv_cdf(p)
    return {0.0: -math.inf, 1.0: math.inf}.get(p, math.nan)


def _interpolate(x: float, *points: float) -> float:
    """The value on the line through the points at either side of x, found one by one."""
    pairs = list(zip(points[::2], points[1::2], strict=True))
    if math.isnan(x) or x <= pairs[0][0]:
        return math.nan if math.isnan(x) else pairs[0][1]
    for (left, low), (right, high) in itertools.pairwise(pairs):
        if x < right:
            return low + (high - low) * (x - left) / (right - left)
        if x == right:
            return high
    return pairs[-1][1]


def _today(elapsed: float, start: float) -> dt.date:
    """The day in which a time lies; one that agrees with midnight to twelve digits is midnight."""
    days = elapsed * 7
    whole = round(days)
    day = whole if abs(days - whole) <= EQUAL * max(abs(days), 1) else math.floor(days)
    return dt.date.fromordinal(int(start) + day)


FUNCTIONS = {
    "interpolate": _interpolate,
    "month_of_year": lambda elapsed, start: _today(elapsed, start).month,
    "day_of_year": lambda elapsed, start: _today(elapsed, start).timetuple().tm_yday,
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "**": lambda x, y: x**y,
    "neg": lambda x: -x,
    "abs": abs,
    "min": lambda *x: np.min(x),
    "max": lambda *x: np.max(x),
    "clip": lambda x, low, high: np.min([np.max([x, low]), high]),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "logit": lambda p: np.log(p / (1 - p)),
    "atanh": np.arctanh,
    "atan": np.arctan,
    "normal_cdf": _normal_cdf,
    "normal_ppf": _normal_quantile,
    "lgamma": lambda x: math.lgamma(x) if x > 0 else math.inf if x == 0 else math.nan,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
    "sign": np.sign,
    "threshold_share": _lowest_share,
}
