"""What is known of every world before its run: (world), or (twin, world) where a twin differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from schelling.case.language.types import Typed
from schelling.case.sections import influence
from schelling.compile import asking
from schelling.compile.constants import NUMBERS
from schelling.compile.finished import solver
from schelling.compile.frame import Frame, Value, evaluate, number_of
from schelling.compile.plan import Plan
from schelling.compile.state import Pins, pin, put, spread
from schelling.compile.stochastic import Process
from schelling.compile.tree import Board

Draws = Float[Array, "world assumption"] | tuple[Float[Array, " world"], ...]
"""Assumptions of the worlds in declared units, together or column by column."""

PlanNumbers = Float[Array, " number"]


@dataclass(frozen=True)
class Beforehand:
    """What is computed before the first step.

    Attributes:
        plan: What to do.
        boards: Its games, compiled.
        processes: Its games with states, compiled.
        pins: What is held from outside.
        numbers: Those of its formulas, where they are arguments.
    """

    plan: Plan
    boards: Mapping[str, Board]
    processes: tuple[Process, ...]
    pins: Pins
    numbers: PlanNumbers | None

    def values(self, draws: Draws) -> dict[str, Value]:
        """Assumptions, fixed variables, answers of games with states that are solved once."""
        plan = self.plan
        apart = isinstance(draws, tuple)
        columns = draws if apart else lax.optimization_barrier(draws.T)  # or each read is a stride
        outside: dict[str, Value] = {} if self.numbers is None else {NUMBERS: self.numbers}
        actual: dict[str, Value] = outside | {
            a.name: columns[row] if a.unit.factor == 1 else columns[row] * a.unit.factor
            for row, a in enumerate(plan.assumptions)
        }
        solve = solver(self.boards)
        for variable in plan.fixed:
            self.ready(variable.value, actual)
            own = evaluate(variable.value, Frame(actual, {}, solve=solve))
            actual[variable.name] = pin(self.pins, variable.name, own)
        values: dict[str, Value] = {
            a.name: self.held(a.name, actual[a.name], actual) for a in plan.assumptions
        }
        values |= outside

        def hold(name: str, own: Value) -> Value:
            return self.held(name, own, actual)

        for variable in plan.fixed:
            self.ready(variable.value, values)
            own = evaluate(variable.value, Frame(values, {}, hold=hold, solve=solve))
            own = pin(self.pins, variable.name, own)
            values[variable.name] = self.held(variable.name, own, actual)
        for process in self.processes:
            self.answer_of(process, values)
        return values

    def ready(self, expression: Typed, values: dict[str, Value]) -> None:
        """Solve the games with states that an expression asks about."""
        games = {game.name for game in asking.behind(self.plan, expression)}
        for process in (one for one in self.processes if one.game.name in games):
            self.answer_of(process, values)

    def answer_of(self, process: Process, values: dict[str, Value]) -> None:
        """Solve a game with states, unless that is done, or only while a world runs."""
        if process.game.schedule or process.solved in values:
            return
        for part in influence.decides(process.game):
            self.ready(part, values)
        values |= process.answers(Frame(values, {}, solve=solver(self.boards)))

    def held(self, name: str, own: Value, actual: dict[str, Value]) -> Value:
        """A value where no twin holds it, the held one where one does."""
        for twin, changes in enumerate(self.plan.twins):
            for target, value in changes:
                if target == name:
                    drawn = (actual[one.name] for one in self.plan.assumptions)
                    worlds = jnp.shape(number_of(next(drawn, jnp.zeros(()))))[-1:]
                    own = spread(own, (len(self.plan.twins), *(worlds or (1,))))
                    own = put(own, twin, evaluate(value, Frame(actual, {})))
        return own
