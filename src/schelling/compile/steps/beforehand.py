"""What is known of every world before its run: (world), or (twin, world) where a twin differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from schelling.case.language.typed.types import Typed
from schelling.case.model import Variable
from schelling.case.sections import influence
from schelling.compile.alike_things.families import Families, MemberFamily
from schelling.compile.alike_things.held import one_with_held, with_held
from schelling.compile.claims.finished import BoardSolver
from schelling.compile.course.state import Pins, pin, spread
from schelling.compile.expressions import rolling
from schelling.compile.expressions.constants import NUMBERS
from schelling.compile.expressions.frame import Frame, Value, evaluate, number_of
from schelling.compile.expressions.many import Many, Names, fitted, taken
from schelling.compile.games.stochastic import Process
from schelling.compile.games.tree import Board
from schelling.compile.planning import asking
from schelling.compile.planning.plan import Plan


class DrawnRows(NamedTuple):
    """Assumptions of the worlds in declared units, those of all worlds side by side.

    A program that gets them otherwise reads each in strides, as XLA merges a transposition with
    whatever reads it.
    """

    values: Float[Array, "assumption world"]


Draws = Float[Array, "world assumption"] | tuple[Float[Array, " world"], ...] | DrawnRows
"""Assumptions of the worlds in declared units, together, column by column or in rows."""

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
        families: Its alike things.
    """

    plan: Plan
    boards: Mapping[str, Board]
    processes: tuple[Process, ...]
    pins: Pins
    numbers: PlanNumbers | None
    families: Families

    def values(self, draws: Draws) -> Many:
        """Assumptions, fixed variables, answers of games with states that are solved once."""
        actual = self.drawn(draws)
        if self.numbers is not None:
            actual.put(NUMBERS, self.numbers)
        values = Many(actual.kept)
        solve = BoardSolver(self.boards)
        for one in self.families.fixed:
            self.computed(one, Frame(actual, {}, solve=solve), actual)
        for names in self.families.assumptions:
            self.held_all(names, values, actual)
        alone = (a.name for a in self.plan.assumptions if a.name in values.kept)
        for name in (name for name in alone if name in self.changed):
            values.put(name, self.held(name, actual[name], actual))

        def hold(name: str, own: Value) -> Value:
            return self.held(name, own, actual)

        for one in self.families.fixed:
            self.computed(one, Frame(values, {}, hold=hold, solve=solve), values)
            if isinstance(one, MemberFamily):
                self.held_all(one.names, values, actual)
            elif one.name in self.changed:
                values.put(one.name, self.held(one.name, values[one.name], actual))
        for process in self.processes:
            self.answer_of(process, values)
        return values

    def held_all(self, names: Names, values: Many, actual: Many) -> None:
        """Put what twins hold in the place of alike values."""
        if not self.changed.isdisjoint(names):
            together = fitted(values.together(names), self.shape(actual))
            found = with_held(self.plan.twins, names, together, Frame(actual, {}))
            values.put(names, found)

    def shape(self, actual: Mapping[str, Value]) -> tuple[int, int]:
        """Twins and worlds; 1 for worlds where no assumption says how many."""
        drawn = (actual[one.name] for one in self.plan.assumptions)
        worlds = jnp.shape(number_of(next(drawn, jnp.zeros(()))))[-1:] or (1,)
        return len(self.plan.twins), worlds[0]

    @cached_property
    def changed(self) -> frozenset[str]:
        """What some twin holds."""
        return frozenset(target for changes in self.plan.twins for target, _ in changes)

    def drawn(self, draws: Draws) -> Many:
        """The assumptions in base units."""
        columns = _each(draws)
        rows = {a.name: row for row, a in enumerate(self.plan.assumptions)}
        factors = {a.name: a.unit.factor for a in self.plan.assumptions}
        found = Many()
        for names in self.families.assumptions:
            places = [rows[name] for name in names]
            several = (
                jnp.stack([columns[place] for place in places])
                if isinstance(columns, tuple)
                else taken(places, columns)
            )
            found.put(names, _scaled(several, factors[names[0]]))
        for name, row in rows.items():
            if name not in found:
                found.put(name, _scaled(columns[row], factors[name]))
        return found

    def computed(self, one: Variable | MemberFamily, frame: Frame, known: Many) -> None:
        """Compute a fixed variable, or alike ones, with what is known, and add it."""
        if isinstance(one, Variable):
            self.ready(one.value, known)
            known.put(one.name, pin(self.pins, one.name, evaluate(one.value, frame)))
            return
        for variable in self.plan.fixed:
            if variable.name in one.names:
                self.ready(variable.value, known)
        known.put(one.names, rolling.each(one.forms[0], len(one.names), frame, evaluate))
        for name in (name for name in one.names if name in self.pins):
            known.put(name, pin(self.pins, name, known[name]))

    def ready(self, expression: Typed, values: Many) -> None:
        """Solve the games with states that an expression asks about."""
        games = {game.name for game in asking.behind(self.plan, expression)}
        for process in (one for one in self.processes if one.game.name in games):
            self.answer_of(process, values)

    def answer_of(self, process: Process, values: Many) -> None:
        """Solve a game with states, unless that is done, or only while a world runs."""
        if process.game.schedule or process.solved in values:
            return
        for part in influence.decides(process.game):
            self.ready(part, values)
        answers = process.answers(Frame(values, {}, solve=BoardSolver(self.boards)))
        for text, value in answers.items():
            values.put(text, value)

    def held(self, name: str, own: Value, actual: Mapping[str, Value]) -> Value:
        """A value where no twin holds it, the held one where one does."""
        if name not in self.changed:
            return own
        whole = spread(own, self.shape(actual))
        return one_with_held(self.plan.twins, name, whole, Frame(actual, {}))


def _each(
    draws: Draws,
) -> Float[Array, "assumption world"] | tuple[Float[Array, " world"], ...]:
    """Assumptions, one after the other."""
    if isinstance(draws, DrawnRows):
        return draws.values
    return draws if isinstance(draws, tuple) else draws.T


def _scaled(value: Array, factor: float) -> Array:
    return value if factor == 1 else value * factor
