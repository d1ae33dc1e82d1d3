"""Where the numbers of a world failed first: the computation behind a number that is not finite.

From a claim without a truth the search goes back to what it read: the operand, the variable, the
step, the rate of a stock, until it meets a computation whose operands were all finite. Only what
was really read is followed, so a number that failed and decided nothing is never blamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.case.language.typed.typed_text import over_time, write
from schelling.case.language.typed.types import (
    UNKNOWN,
    FirstPlayed,
    GameValue,
    Kind,
    Operation,
    OverTime,
    Reference,
    Sought,
    Twin,
    Typed,
    When,
    operands,
    references,
)
from schelling.case.language.words.agent_words import MY_TURN, NUMBER
from schelling.case.model import Choice, Effect, Event, Game, StateMachine, Stock
from schelling.case.populations import Population
from schelling.claims.signal import Signal
from schelling.compile.expressions.frame import Frame, evaluate, how_many
from schelling.compile.games.tree import Board
from schelling.compile.inspection.failing_parts import asked_of_courses, causes_first, without_value
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan, choices
from schelling.compile.planning.twins import Interventions

_ACTUAL: Interventions = ()
_OWN_UNIT = frozenset(("at", "max", "mean", "min"))  # what has the unit of what it looks at
_WHOLE = 1e-9  # what probabilities may miss of one, as where a game is solved


@dataclass(frozen=True)
class Failure:
    """A computation that gave no finite number though all it read was finite.

    Attributes:
        name: The assumption, variable, stock, event, game or claim it belongs to.
        step: At which step of the world; None for what is computed once, before its run.
        computed: The computation; None where it is not one expression.
        fed: Names it read with their values there, in declared units; of a state
            machine, its state.
        held: What the twin it happened in holds, as text; empty in the actual world.
        said: What went wrong, in words, where it is not that the computation gave no number.
    """

    name: str
    step: int | None
    computed: Typed | None
    fed: tuple[tuple[str, float | str, str], ...]
    held: str = ""
    said: str = ""


def first(plan: Plan, frame: Frame, place: int, name: str, asked: Typed) -> Failure | None:
    """Where the numbers behind a claim failed first in one world.

    Args:
        plan: What was computed.
        frame: From `worlds.whole_course`.
        place: Position of the world among those of the frame.
        name: Name of the claim or question.
        asked: Its expression.

    Returns:
        The failure; None where nothing failed.
    """
    actual = _Course(plan, frame, place, _ACTUAL)
    failures: list[Failure] = []
    for twin in (_ACTUAL, *_twins(asked)) if needs.looks_at_run(asked) else ():
        found = actual.twin(twin).unsound()
        if found is not None:
            failures.append(found)
    if failures:
        return min(failures, key=lambda one: -1 if one.step is None else one.step)
    return None if actual.finite(asked, 0) else actual.descend(asked, 0, name)


def _twins(expression: Typed) -> Iterator[Interventions]:
    if isinstance(expression, Twin):
        yield expression.interventions
    for part in operands(expression):
        yield from _twins(part)


@dataclass(frozen=True)
class _Course:
    """One finished world, or a twin of it."""

    plan: Plan
    frame: Frame
    place: int
    changes: Interventions

    def twin(self, changes: Interventions) -> _Course:
        if changes == self.changes:
            return self
        return replace(self, frame=self.frame.twins[changes], changes=changes)

    @cached_property
    def units(self) -> dict[str, tuple[float, str]]:
        """For every name, base units in one declared unit, and that unit."""
        plan = self.plan
        things = (*plan.assumptions, *plan.fixed, *plan.moving, *plan.stocks)
        return {thing.name: (thing.unit.factor, thing.unit.written) for thing in things}

    def over_time(self, expression: Typed) -> Float[ndarray, " time"]:
        """An expression, or the margin of a condition, at every step; one value if it is fixed."""
        value = evaluate(expression, self.frame)
        array = np.asarray(value.margin if isinstance(value, Signal) else value, dtype=np.float64)
        return np.atleast_1d(array if array.ndim == 0 else self.own(array))

    def own(self, array: ndarray) -> ndarray:
        """This world's part of an array whose last axis is that of the worlds."""
        return array[..., self.place if array.shape[-1] > 1 else 0]

    def at(self, expression: Typed, step: int) -> float:
        values = self.over_time(expression)
        return float(values[min(step, values.size - 1)])

    def finite(self, expression: Typed, step: int) -> bool:
        value = self.at(expression, step)
        never = expression.type.kind is Kind.MOMENT and value == np.inf
        return never or bool(np.isfinite(value))

    def holds(self, condition: Typed | None, step: int) -> bool:
        """Whether a condition holds at a step; also where it means nothing."""
        if condition is None:
            return True
        value = evaluate(condition, self.frame)
        truth = np.asarray(value.truth if isinstance(value, Signal) else value > 0)
        own = np.atleast_1d(self.own(truth) if truth.ndim else truth)
        return bool(own[min(step, own.size - 1)])

    def course(self, name: str) -> Float[ndarray, " time"]:
        return np.atleast_1d(self.own(np.asarray(self.frame.look(name), dtype=np.float64)))

    def descend(self, expression: Typed, step: int, name: str) -> Failure:
        """The failure behind an expression that is not finite at a step."""
        match expression:
            case Reference():
                return self.behind(expression.name, step, name)
            case Twin():
                return self.twin(expression.interventions).descend(expression.body, step, name)
            case FirstPlayed():
                asked = expression.value.game
                game = next(one for one in self.plan.games if one.name == asked)
                steps = (at for at in game.schedule if self.holds(game.condition, at))
                return self.played(game, next(steps, game.schedule[0]))
            case GameValue() if not expression.state:
                game = next(one for one in self.plan.games if one.name == expression.game)
                return self.played(game, step)
            case Sought():
                return self.unsolved(expression, step, name)
            case _:
                for part, moment in self.read(expression, step):
                    if not self.finite(part, moment):
                        return self.descend(part, moment, name)
                return self.failure(name, step, expression)

    def read(self, expression: Typed, step: int) -> Iterator[tuple[Typed, int]]:
        """The parts that decide an expression, and when: of a conditional, not the other branch."""
        if isinstance(expression, OverTime):
            steps = range(expression.first, expression.last + 1)
            yield from ((part, moment) for moment in steps for part in expression.operands)
        elif isinstance(expression, Operation) and expression.name == "if":
            condition, then, otherwise = expression.operands
            yield condition, step
            yield then if self.holds(condition, step) else otherwise, step
        else:
            yield from ((part, step) for part in operands(expression))

    def unsolved(self, unknown: Sought, step: int, name: str) -> Failure:
        """Why an unknown has no value: what it reads, its interval, or how many solve it."""
        near = () if unknown.near is None else (unknown.near,)
        for part in (unknown.low, unknown.high, *near):
            if not self.finite(part, step):
                return self.descend(part, step, name)
        found = self.failure(name, step, unknown)
        low, high = self.at(unknown.low, step), self.at(unknown.high, step)
        inner = {name for name, _ in unknown.inner}
        many = 0
        if unknown.seek == "equation" and low < high:
            counts = np.asarray(how_many(unknown, self.frame))
            own = np.atleast_1d(self.own(counts) if counts.ndim else counts)
            many = int(own[min(step, own.size - 1)])
        if not many and low < high:
            for read in sorted(references(unknown) - inner):
                if not self.finite(Reference(read, UNKNOWN), step):
                    return self.behind(read, step, name)
        factor, unit = self.units.get(unknown.name, (1.0, ""))
        return replace(found, said=without_value(unknown, many, low / factor, high / factor, unit))

    def behind(self, name: str, step: int, reader: str) -> Failure:
        """The failure behind a name that is not finite at a step."""
        held = next((value for target, value in self.changes if target == name), None)
        if held is not None:
            return replace(self, changes=_ACTUAL).descend(held, step, name)
        for variable in (*self.plan.fixed, *self.plan.moving):
            if variable.name == name:
                return self.descend(variable.value, step, name)
        if any(stock.name == name for stock in self.plan.stocks):
            return self.flooded(name, step)
        return self.failure(name if name in self.units else reader, step)

    def flooded(self, name: str, step: int) -> Failure:
        """Why a stock is not finite at a step: its start, an effect, its rate, or their sum."""
        stock = next(one for one in self.plan.stocks if one.name == name)
        bad = np.flatnonzero(~np.isfinite(self.course(name)[: step + 1]))
        first_bad = int(bad[0]) if bad.size else step
        if first_bad == 0:
            return self.descend(stock.start, 0, name)
        before = first_bad - 1
        if not self.finite(stock.change, before):
            return self.descend(stock.change, before, name)
        if not self.finite(stock.change, first_bad) and self.apart(stock, first_bad):
            return self.descend(stock.change, first_bad, name)  # a later stage met it
        for owner, effect in self.effects():
            if effect.target == name and not self.finite(effect.value, before):
                return self.descend(effect.value, before, owner)
        return replace(self.failure(name, before, stock.change), computed=None)

    def apart(self, stock: Stock, step: int) -> bool:
        """Whether a rate reads only stocks that are finite at a step."""
        read = needs.sources(self.plan, references(stock.change))
        stocks = {one.name for one in self.plan.stocks} & read
        return all(np.isfinite(self.course(name)[step]) for name in stocks)

    def effects(self) -> Iterator[tuple[str, Effect]]:
        for event in self.plan.events:
            yield from ((event.name, effect) for effect in event.effects)
        for game in self.plan.games:
            for _, choice in choices(game.root):
                for branch in choice.branches:
                    yield from ((game.name, effect) for effect in branch.effects)

    def unsound(self) -> Failure | None:
        """What made the world unsound in a step, if anything did."""
        if not self.plan.timed:
            return None
        sound: Bool[ndarray, " time"] = self.course(needs.SOUND) > 0
        if sound.all():
            return None
        step = max(int(np.argmin(sound)) - 1, 0)
        return next(self.spoilers(step), Failure("", step, None, (), self.held))

    def spoilers(self, step: int) -> Iterator[Failure]:
        """What may have made the world unsound in a step, in the order in which it is computed."""
        games = (self.refused(game, step) for game in self.plan.games if step in game.schedule)
        events = (self.doubted(event, step) for event in self.plan.events)
        yield from (found for found in (*games, *events) if found is not None)
        for stock in self.plan.stocks:
            if not np.isfinite(self.course(stock.name)[step + 1]):
                yield self.flooded(stock.name, step + 1)
        for population in self.plan.populations:
            yield from self.unknown(population, step)
        for owner, effect in self.effects():
            if effect.target in self.machines and not self.finite(effect.value, step):
                yield self.descend(effect.value, step, owner)

    def unknown(self, population: Population, step: int) -> Iterator[Failure]:
        """The traits and states of which an agent has no number, at the start or after a step."""
        grouped = {trait.name for trait in population.traits if trait.shares}
        known = {name: self.course(needs.known(name)) > 0 for name, _ in population.lasting()}
        at_start = not all(own[0] for own in known.values())
        at = 0 if at_start else min(step + 1, self.plan.steps)
        lost = {name: of for name, of in population.lasting() if not known[name][at]}
        made = {name: of[0 if at_start else -1] for name, of in lost.items()}
        for name, rule in causes_first(population, made):
            read = references(rule) - {own for own, _ in population.rules()} - {NUMBER, MY_TURN}
            fed = [self.value_of(one, 0 if at_start else step) for one in sorted(read)]
            said = f"some agents of {population.name} have no value"
            if name in grouped:
                said = "the shares of its groups do not add up to 1, or one is negative"
            yield Failure(name, None if at_start else step, rule, tuple(fed), self.held, said)

    def refused(self, game: Game, step: int) -> Failure | None:
        """Why a game that is due has no answer; None where it has one or is not played."""
        condition = game.condition
        if condition is not None and not self.finite(condition, step):
            return self.descend(condition, step, game.name)
        if not self.holds(condition, step):
            return None
        solved = Board.of(game).solve(self.frame, self.frame.steps)
        sound = np.atleast_1d(self.own(np.asarray(solved.sound)))
        return None if sound[min(step, sound.size - 1)] else self.played(game, step)

    def played(self, game: Game, step: int) -> Failure:
        """Why a game has no answer at a step: a payoff, a chance, the precision, or the solver."""
        parts = [*game.precisions]
        sharp = len(parts)
        for _, choice in choices(game.root):
            for branch in choice.branches:
                parts += [value for _, value in branch.payoffs]
                parts += [branch.probability] if branch.probability is not None else []
        infinite = game.concept != "quantal"  # its precision is infinite by right
        for part in parts[sharp:] if infinite else parts:
            if not self.finite(part, step):
                return self.descend(part, step, game.name)
        for part in () if infinite else parts[:sharp]:
            if self.at(part, step) < 0:
                found = self.failure(game.name, step, part)
                return replace(found, said="its precision is below 0")
        found = self.failure(game.name, step)
        if any(self.impossible(choice, step) for _, choice in choices(game.root)):
            said = "probabilities of a chance move, or of types, are below 0 or do not add up to 1"
            return replace(found, said=said)
        solved = Board.of(game).solve(self.frame, self.frame.steps)
        sound = np.atleast_1d(self.own(np.asarray(solved.sound)))
        if sound[min(step, sound.size - 1)]:
            return replace(found, said="what is asked about it never happens there")
        return found

    def impossible(self, choice: Choice, step: int) -> bool:
        """Whether the probabilities of a chance move cannot be some."""
        given = [b.probability for b in choice.branches if b.probability is not None]
        odds = [self.at(one, step) for one in given]
        gap = 1 - sum(odds)
        whole = len(odds) == len(choice.branches)
        return bool(odds) and (min(odds) < 0 or gap < -_WHOLE or (whole and gap > _WHOLE))

    def doubted(self, event: Event, step: int) -> Failure | None:
        """Why nobody can say whether an event happens; None where it is clear."""
        if event.steps and step not in event.steps:
            return None
        if event.once and self.course(needs.fired(event.name))[step] > 0:
            return None
        if event.condition is not None and not self.finite(event.condition, step):
            return self.descend(event.condition, step, event.name)
        if event.hazard is None or not self.holds(event.condition, step):
            return None
        for moment in (step, min(step + 1, self.plan.steps)):  # its mean over the step counts
            if not self.finite(event.hazard, moment):
                return self.descend(event.hazard, moment, event.name)
            if self.at(event.hazard, moment) < 0:
                found = self.failure(event.name, moment, event.hazard)
                return replace(found, said="its hazard is below 0")
        return None

    @property
    def machines(self) -> dict[str, StateMachine]:
        """The state machines of the case by name."""
        return {machine.name: machine for machine in self.plan.machines}

    @property
    def held(self) -> str:
        """What this twin holds."""
        return ", ".join(f"{name} = {write(value)}" for name, value in self.changes)

    def failure(self, name: str, step: int, expression: Typed | None = None) -> Failure:
        """The failure of a computation, with what fed it."""
        fed = [] if expression is None else self.fed(expression, step)
        timed = self.moves(name) or (expression is not None and expression.type.when is When.STEP)
        return Failure(name, step if timed else None, expression, tuple(fed), self.held)

    def fed(self, expression: Typed, step: int) -> list[tuple[str, float | str, str]]:
        """What an expression read, with values: names at a step, and what courses came to."""
        asked = list(asked_of_courses(expression))
        inside = frozenset[str]().union(*(references(one) for one in asked))
        found = [self.value_of(read, step) for read in sorted(references(expression) - inside)]
        for one in asked:
            words = over_time(one, ", ".join(map(write, one.operands)), self.plan.steps)
            (part, *_) = one.operands
            known = self.units.get(part.name, (1.0, "")) if isinstance(part, Reference) else None
            factor, unit = known or (1.0, "")
            if one.name not in _OWN_UNIT:
                factor, unit = 1.0, ""
            found.append((words, self.at(one, step) / factor, unit))
        return found

    def value_of(self, name: str, step: int) -> tuple[str, float | str, str]:
        """A name with its value at a step, and the unit of that."""
        value = self.at(Reference(name, UNKNOWN), step)
        factor, unit = self.units.get(name, (1.0, ""))
        machine = self.machines.get(name)
        state = None if machine is None else machine.states[machine.numbers.index(int(value))]
        return name, value / factor if state is None else state, unit

    def moves(self, name: str) -> bool:
        """Whether a name stands for something that is computed at every step."""
        plan = self.plan
        moving = (*plan.moving, *plan.stocks, *plan.events, *plan.games)
        return plan.timed and any(one.name == name for one in moving)
