"""The oracle: a plan run one world at a time, one number at a time, slow and obvious.

It is written from the documented meaning of the case language, not from the compiler: its own
expressions, its own chance (`oracle.luck`), its own games (`oracle.play`), twins as whole runs of
their own. It shares with the package only the checked case, which is data, and the draws.

A step goes: variables, then games, then events, then flows. Games and events see stocks and phase
as those before them left them and the variables of the step's opening; the rates of the first
substep are those of the opening. What a twin holds is put back after everything that sets it. A
statement whose margin is not finite decides nothing, and where one should have decided the world is
unsound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from oracle import play, states
from oracle.luck import uniform
from schelling.case.language.types import (
    Constant,
    GameValue,
    Kind,
    Operation,
    OverTime,
    Reference,
    Twin,
    Typed,
    operands,
    write,
)
from schelling.case.model import Effect, Event, Game
from schelling.compile.plan import Interventions, Plan, choices

EQUAL = 1e-12  # documented: numbers that agree to twelve digits count as equal


class Truth(NamedTuple):
    """Whether a statement holds, and how far it is from flipping."""

    holds: bool
    margin: float

    @property
    def sound(self) -> bool:
        return math.isfinite(self.margin)


Value = float | Truth
Names = Mapping[str, Value]


@dataclass
class World:
    """One finished run.

    Attributes:
        fixed: Assumptions and fixed variables.
        moments: What is visible at the opening of every step, the last step included.
        stocks: At the end.
        phase: At the end.
        bounded: Stocks that were ever held at a bound.
        fired: Events that happened and can happen only once.
        sound: Whether every number that decided something was finite.
        twins: The same world with something held, by what is held.
    """

    plan: Plan
    number: int
    seed: int
    held: dict[str, Value]
    fixed: dict[str, Value]
    moments: list[dict[str, Value]] = field(default_factory=list)
    stocks: dict[str, float] = field(default_factory=dict)
    phase: float = 0.0
    bounded: set[str] = field(default_factory=set)
    fired: set[str] = field(default_factory=set)
    sound: bool = True
    twins: dict[Interventions, World] = field(default_factory=dict)
    known: dict[int, Value] = field(default_factory=dict)

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
    used = [world, *(world.twins[changes] for changes in _twins(holds))]
    if not found.sound or not all(each.sound for each in used):
        return Truth(False, math.nan)
    return found


def answer(world: World, asked: Typed) -> float:
    """What a question asks of a finished world; 1 or 0 for a truth, NaN where it failed."""
    with np.errstate(all="ignore"):
        found = evaluate(asked, world.at(0), world, 0)
    used = [world, *(world.twins[changes] for changes in _twins(asked))]
    sound = found.sound if isinstance(found, Truth) else math.isfinite(found)
    if not sound or not all(each.sound for each in used):
        return math.nan
    return float(found.holds) if isinstance(found, Truth) else float(found)


def _twins(expression: Typed) -> list[Interventions]:
    own = [expression.interventions] if isinstance(expression, Twin) else []
    parts: tuple[Typed, ...] = ()
    if isinstance(expression, Operation | OverTime):
        parts = expression.operands
    elif isinstance(expression, Twin):
        parts = (expression.body,)
    return own + [changes for part in parts for changes in _twins(part)]


# --- a run, step by step -------------------------------------------------------------------------


def _simulate(
    plan: Plan, draw: Mapping[str, float], number: int, seed: int, held: dict[str, Value]
) -> World:
    fixed: dict[str, Value] = {
        a.name: held.get(a.name, np.float64(draw[a.name]) * a.unit.factor) for a in plan.assumptions
    }
    for variable in plan.fixed:
        fixed[variable.name] = held.get(variable.name, evaluate(variable.value, fixed))
    for game in plan.stochastic:
        solved = states.solve(game, lambda e: real(evaluate(e, fixed)))
        for asked in _questions(plan, game.name):
            found = solved.answer(asked)
            fixed[write(asked)] = (
                Truth(found >= 0, found) if asked.name == "dominates" else np.float64(found)
            )
    world = World(plan, number, seed, held, fixed)
    world.phase = real(held.get("phase", 0.0))
    for stock in plan.stocks:
        _set_stock(world, stock.name, real(evaluate(stock.start, fixed)))
    for step in range(plan.steps):
        opening = _opening(world, step)
        world.moments.append(opening)
        rates = _rates(world, opening)
        for game in plan.games:
            if step in game.schedule:
                _play(world, game, opening, step)
        for event in plan.events:
            _happen(world, event, opening, step)
        _flow(world, rates)
        for part in range(1, plan.substeps):
            _flow(world, _rates(world, _opening(world, step + part / plan.substeps)))
    world.moments.append(_opening(world, plan.steps))
    return world


def _questions(plan: Plan, name: str) -> list[GameValue]:
    """Everything the plan asks about a game with states."""
    written = [claim.holds for claim in plan.claims]
    for stock in plan.stocks:
        written += [stock.start, stock.change]
    for event in plan.events:
        written += [part for part in (event.hazard, event.condition) if part is not None]
        written += [effect.value for effect in event.effects]
    for game in plan.games:
        written += [game.precision, *([game.condition] if game.condition else [])]
        for _, choice in choices(game.root):
            for branch in choice.branches:
                written += [value for _, value in branch.payoffs]
                written += [effect.value for effect in branch.effects]
                written += [branch.probability] if branch.probability else []
    found: list[GameValue] = []
    while written:
        part = written.pop()
        if isinstance(part, GameValue) and part.game == name:
            found.append(part)
        written += operands(part)
    return found


def _opening(world: World, time: float) -> dict[str, Value]:
    """Stocks, phase, time and variables, in that order; `time` counts steps."""
    seen: dict[str, Value] = {
        **world.stocks,
        "phase": world.phase,
        "elapsed": time * world.plan.step,
    }
    for variable in world.plan.moving:
        if variable.name in world.held:
            seen[variable.name] = world.held[variable.name]
        else:
            seen[variable.name] = evaluate(variable.value, {**world.fixed, **seen})
    return seen


def _now(world: World, opening: Names) -> Names:
    """The variables of the opening, with stocks and phase as they stand."""
    return {**world.fixed, **opening, **world.stocks, "phase": world.phase}


def _rates(world: World, seen: Names) -> dict[str, float]:
    names = {**world.fixed, **seen}
    return {s.name: real(evaluate(s.change, names)) for s in world.plan.stocks}


def _flow(world: World, rates: Mapping[str, float]) -> None:
    weeks = world.plan.step / world.plan.substeps
    for name, rate in rates.items():
        _set_stock(world, name, world.stocks[name] + weeks * rate)
    world.sound &= all(math.isfinite(value) for value in world.stocks.values())


def _set_stock(world: World, name: str, value: float) -> None:
    stock = next(s for s in world.plan.stocks if s.name == name)
    if stock.within is not None:
        low, high = stock.within
        if not math.isfinite(value):
            value = math.nan  # no number, so nothing that bounds could hold
        elif value < low or value > high:
            world.bounded.add(name)
            value = low if value < low else high
    world.stocks[name] = real(world.held.get(name, value))


def _holds(world: World, condition: Typed | None, seen: Names) -> bool:
    """Whether a condition holds; one that means nothing holds nowhere and spoils the world."""
    if condition is None:
        return True
    found = evaluate(condition, seen)
    assert isinstance(found, Truth)
    world.sound &= found.sound
    return found.sound and found.holds


def _happen(world: World, event: Event, opening: Names, step: int) -> None:
    seen = _now(world, opening)
    if event.once and event.name in world.fired:
        return
    if event.step is not None and step != event.step:
        return
    if not _holds(world, event.condition, seen):
        return
    if event.hazard is not None:
        hazard = real(evaluate(event.hazard, seen))
        world.sound &= math.isfinite(hazard) and hazard >= 0
        chance = 1 - np.exp(-hazard * world.plan.step)
        if not uniform(world.seed, f"event/{event.name}", step, world.number) < chance:
            return
    if event.once:
        world.fired.add(event.name)
    _apply(world, event.effects, opening)


def _apply(world: World, effects: tuple[Effect, ...], opening: Names) -> None:
    for effect in effects:
        value = real(evaluate(effect.value, _now(world, opening)))
        if effect.target != "phase":
            _set_stock(world, effect.target, value)
        elif math.isfinite(value):
            world.phase = real(world.held.get("phase", value))
        else:
            world.sound = False


def _play(world: World, game: Game, opening: Names, step: int) -> None:
    seen = _now(world, opening)
    if not _holds(world, game.condition, seen):
        return
    solved = play.solve(game, lambda expression: real(evaluate(expression, seen)))
    world.sound &= solved.sound
    choice, place = game.root, "start"
    while True:
        own = choice.actor if game.simultaneous else place
        luck = uniform(world.seed, f"game/{game.name}/{own}", step, world.number)
        branch = choice.branches[play.draw(solved.at(choice).odds, luck)]
        _apply(world, branch.effects, opening)
        if branch.then is None:
            return
        choice, place = branch.then, play.below(place, branch.action)


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
    match expression:
        case Constant():
            if expression.type.kind is Kind.TRUTH:
                return _fact(expression.value > 0)
            return np.float64(expression.value)
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
        case GameValue() if expression.state:
            return seen[write(expression)]
        case GameValue():
            assert world is not None
            return _about_game(expression, seen, world.plan)
        case Twin():
            assert world is not None
            twin = world.twins[expression.interventions]
            return evaluate(expression.body, twin.at(step), twin, step)


def _operation(expression: Operation, values: list[Value]) -> Value:
    name = expression.name
    truths = [value for value in values if isinstance(value, Truth)]
    if name == "and":
        return Truth(all(t.holds for t in truths), np.min([t.margin for t in truths]))
    if name == "or":
        return Truth(any(t.holds for t in truths), np.max([t.margin for t in truths]))
    if name == "not":
        return Truth(not truths[0].holds, -truths[0].margin)
    if name == "if":
        condition, then, otherwise = values
        assert isinstance(condition, Truth)
        chosen = then if condition.holds else otherwise
        if condition.sound:
            return chosen
        return Truth(False, math.nan) if isinstance(chosen, Truth) else np.float64(math.nan)
    numbers = [np.float64(real(value)) for value in values]
    if name in ("<", "<=", ">", ">=", "==", "!="):
        if expression.operands[0].type.kind is Kind.PHASE:
            same = numbers[0] == numbers[1]
            known = not np.isnan(numbers).any()
            return _fact(same if name == "==" else not same) if known else Truth(False, math.nan)
        return _compare(name, *numbers)
    return np.float64(FUNCTIONS[name](*numbers))


def _fact(holds: bool) -> Truth:
    return Truth(bool(holds), 1.0 if holds else -1.0)


def _compare(name: str, left: float, right: float) -> Truth:
    gap = left - right
    if math.isfinite(gap) and abs(gap) <= EQUAL * max(abs(left), abs(right)):
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
        case "mean" if truths:
            return np.mean([float(t.holds) if t.sound else math.nan for t in truths])
        case name:
            return {"mean": np.mean, "max": np.max, "min": np.min}[name](first)


def _until(hold: list[Truth], goal: list[Truth]) -> Truth:
    """At some step the goal, and up to and including it the other."""
    holds = any(goal[k].holds and all(h.holds for h in hold[: k + 1]) for k in range(len(goal)))
    margins = [
        np.min([goal[k].margin, *(h.margin for h in hold[: k + 1])]) for k in range(len(goal))
    ]
    return Truth(holds, np.max(margins))


def _about_game(wanted: GameValue, seen: Names, plan: Plan) -> Value:
    game = next(game for game in plan.games if game.name == wanted.game)
    solved = play.solve(game, lambda expression: real(evaluate(expression, seen)))
    if wanted.name == "dominates":
        margin = solved.dominance(wanted.actor, *wanted.actions)
        return Truth(margin >= 0, margin)
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


FUNCTIONS = {
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
    "normal_cdf": _normal_cdf,
    "threshold_share": _lowest_share,
}
