"""The model sections of a case: assumptions, stocks, variables, events, games, claims."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from schelling.case import names
from schelling.case.clock import ANY_TIME, Clock
from schelling.case.draft import Draft
from schelling.case.drawn import Correlation
from schelling.case.file.yaml_tree import Path
from schelling.case.language.machines import as_condition
from schelling.case.language.printer import shorten
from schelling.case.language.scope import GameShape, Influence, Scope, family_name
from schelling.case.language.types import Constant, Kind, Operation, Typed, When
from schelling.case.language.units import PER_TIME, Unit, multiply
from schelling.case.model import (
    Assumption,
    Claim,
    Event,
    Game,
    Premise,
    StateMachine,
    StochasticGame,
    Stock,
    Variable,
)
from schelling.case.populations import Population
from schelling.case.schema.case_file import CaseFile
from schelling.case.sections import (
    conditional,
    correlations,
    definitions,
    drawn_gaps,
    grid,
    influence,
    levers,
    machines,
    overall,
    populations,
    priors,
    recurring,
    solving,
    stochastic,
    symbols,
    trees,
)
from schelling.case.sources import Origin


class Body(TypedDict):
    """The parts of a case that make its model."""

    clock: Clock | None
    assumptions: tuple[Assumption, ...]
    correlations: tuple[Correlation, ...]
    machines: tuple[StateMachine, ...]
    stocks: tuple[Stock, ...]
    variables: tuple[Variable, ...]
    events: tuple[Event, ...]
    actors: Mapping[str, str]
    games: tuple[Game, ...]
    stochastic: tuple[StochasticGame, ...]
    populations: tuple[Population, ...]
    claims: tuple[Claim, ...]
    premises: tuple[Premise, ...]
    wants: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass
class _Sections:
    """One case's sections being read."""

    draft: Draft
    raw: CaseFile
    clock: Clock | None
    scope: Scope

    def inside(self, latest: When = When.STEP) -> Scope:
        return replace(self.scope, latest=latest)

    def traced(self, path: Path, passages: list[str], why: str) -> None:
        """A claim or an assumption needs a passage or a reason."""
        if not passages and not why.strip():
            what = str(path[0]).removesuffix("s")
            message = f"the {what} '{path[1]}' has neither a passage nor a reason"
            hint = "add 'from:' with a passage, or 'why:' with a sentence"
            self.draft.report_key("E501", message, path, hint=hint)

    def assumptions(self) -> tuple[Assumption, ...]:
        found: list[Assumption] = []
        for name, raw in self.raw.assumptions.items():
            path = ("assumptions", name)
            self.traced(path, raw.from_, raw.why)
            prior = priors.read(self.draft, path)
            origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
            levers.check(self.draft, self.raw, name, prior)
            if prior is not None:
                unit = self.draft.unit((*path, "unit"))
                found.append(Assumption(name, prior, unit, origin, raw.lever))
        return tuple(found)

    def stocks(self) -> tuple[Stock, ...]:
        found: list[Stock] = []
        for name, raw in self.raw.stocks.items():
            path = ("stocks", name)
            unit = self.draft.unit((*path, "unit"))
            start = self.draft.infer((*path, "start"), self.inside(When.FIXED), unit)
            rate = Unit(multiply(unit.dimensions, PER_TIME.dimensions), unit.factor)
            change = definitions.zero(rate)
            if self.draft.root.at(path).child("change") is not None:
                change = self.draft.infer((*path, "change"), self.scope)
                definitions.check_rate(self.draft, (*path, "change"), change, rate)
            within = priors.bounds(self.draft, (*path, "within"))
            scaled = (within[0] * unit.factor, within[1] * unit.factor) if within else None
            if scaled and isinstance(start, Constant) and start.type.known:
                definitions.check_start(self.draft, path, start.value, scaled)
            origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
            found.append(Stock(name, unit, start, change, scaled, origin))
        return tuple(found)

    def events(self, around: trees.Surroundings) -> tuple[Event, ...]:
        found: list[Event] = []
        for name, raw in self.raw.events.items():
            path = ("events", name)
            if (raw.hazard is None) == (raw.on is None) and not (raw.every and raw.on is None):
                message = f"the event '{name}' needs either a 'hazard' or a day under 'on'"
                self.draft.report_key("E411", message, path)
            hazard = None
            if raw.hazard is not None:
                hazard = self.draft.infer((*path, "hazard"), self.scope)
                definitions.check_rate(self.draft, (*path, "hazard"), hazard, PER_TIME)
            steps = self.steps(path, raw.on, raw.every)
            condition = self.condition((*path, "while"), raw.while_)
            effects = trees.effects(self.draft, raw.effects, (*path, "effects"), around)
            if not raw.effects:
                message = f"the event '{name}' changes nothing"
                self.draft.report_key("E411", message, path, hint="add 'effects'")
            origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
            found.append(Event(name, hazard, steps, condition, raw.once, effects, origin))
        return tuple(found)

    def condition(self, path: Path, written: str | None) -> Typed | None:
        if written is None:
            return None
        typed = self.draft.infer(path, self.scope)
        if typed.type.known and typed.type.kind is not Kind.TRUTH:
            message = f"'{path[-1]}' must be a condition, but '{shorten(written)}' is "
            message += typed.type.kind.value
            hint = as_condition(typed)
            self.draft.report("E306", message, path, hint=hint)
        return typed

    def steps(self, path: Path, on: str | None, every: str | None) -> tuple[int, ...]:
        """The steps of what happens on a day, or regularly from that day on."""
        if every is not None and on is None:
            message = "'every' needs the first day under 'on'"
            self.draft.report_key("E432", message, (*path, "every"), hint="such as on: 2024-03-17")
        if on is None or self.clock is None:
            return ()
        if every is not None:
            return recurring.steps(self.draft, self.clock, path)
        step = self.step((*path, "on"))
        return () if step is None else (step,)

    def step(self, path: Path) -> int | None:
        """The step at or after a day of the case."""
        day = self.draft.day(path)
        if day is None or self.clock is None:
            return None
        if not self.clock.start <= day <= self.clock.until:
            message = f"{day} is outside the time of the case"
            hint = f"the case runs from {self.clock.start} to {self.clock.until}"
            self.draft.report("E312", message, path, hint=hint)
            return None
        step = self.clock.first_at_or_after(self.clock.weeks(day))
        if step >= self.clock.steps:
            message = f"nothing can happen on {day}: no step of the case follows it"
            hint = f"the last step that changes anything is {self.clock.day(self.clock.steps - 1)}"
            self.draft.report("E312", message, path, hint=hint)
            return None
        return step

    def games(self, around: trees.Surroundings) -> tuple[tuple[Game, ...], dict[str, GameShape]]:
        found: list[Game] = []
        shapes: dict[str, GameShape] = {}
        for name, raw in self.raw.games.items():
            path = ("games", name)
            if raw.states is not None:
                continue
            if raw.discount is not None:
                message = "'discount' belongs only to games with 'states'"
                self.draft.report_key("E416", message, (*path, "discount"))
            form = solving.form(self.draft, raw, path, around)
            schedule, condition, every = self.schedule(path, name)
            if form is None:
                shapes[name] = GameShape({}, {}, played=False, left_out=True)
                continue
            root, actors = form.root, form.actors
            precision = solving.solving(self.draft, raw.solve, (*path, "solve"), form, self.scope)
            shape = trees.shape(root, actors, played=bool(schedule), types=form.types)
            trees.check_units(self.draft, root, shape, dict(precision), path, form.key)
            if raw.played is None and any(branch.effects for branch in trees.branches(root)):
                message = f"the game '{name}' has effects but is never played"
                hint = "add 'played: {every: 4 weeks}'"
                self.draft.report_key("E407", message, path, hint=hint)
            origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
            how = form.key == "matrix", raw.solve.as_, every
            game = Game(name, actors, schedule, condition, precision, root, origin, *how)
            found.append(replace(game, types=form.types, private=shape.private))
            shapes[name] = shape
        return tuple(found), shapes

    def schedule(self, path: Path, name: str) -> tuple[tuple[int, ...], Typed | None, Typed | None]:
        """When a game may be played, on which condition, and its interval if it is no number."""
        raw = self.raw.games[name].played
        if raw is None:
            return (), None, None
        if self.clock is None:
            message = "a game can be played only in a case with a 'time' section"
            self.draft.report("E309", message, (*path, "played"))
            return (), None, None
        condition = self.condition((*path, "played", "while"), raw.while_)
        if raw.every is not None:
            where = (*path, "played", "every")
            drawn = drawn_gaps.read(self.draft, where, self.inside(When.FIXED))
            if drawn is not None:
                return (*self.at_intervals(path, drawn, raw.on, condition), drawn)
        steps: tuple[int, ...] = ()
        if raw.every is None and raw.on is None:
            message = "'played' needs 'every' or 'on'"
            self.draft.report("E408", message, (*path, "played"), hint="such as every: 4 weeks")
        elif raw.on is not None:
            steps = tuple(dict.fromkeys(self.steps((*path, "played"), raw.on, raw.every)))
        else:
            length = self.draft.duration((*path, "played", "every"))
            every = round(length / self.clock.step) if length else 0
            off = abs(every * self.clock.step - length) > 1e-9 if length else False
            if self.clock is not ANY_TIME and length and (every < 1 or off):
                message = "a game must be played at steps of the case"
                hint = f"use a whole number of steps; a step has {self.clock.step * 7:g} days"
                self.draft.report("E408", message, (*path, "played", "every"), hint=hint)
            steps = _every(self.clock.steps, every) if every else ()
        return steps, condition, None

    def at_intervals(
        self, path: Path, interval: Typed, on: str | None, condition: Typed | None
    ) -> tuple[tuple[int, ...], Typed | None]:
        """Every step from a day on, and the condition that an interval is over."""
        assert self.clock is not None
        first, begun = 0, 0.0
        if on is not None:
            step, day = self.step((*path, "played", "on")), self.draft.day((*path, "played", "on"))
            if step is None or day is None:
                return (), condition
            first, begun = step, self.clock.weeks(day)
        due = drawn_gaps.due(interval, begun, self.clock)
        if condition is not None:
            due = Operation("and", (due, condition), due.type)
        return (() if self.clock is ANY_TIME else tuple(range(first, self.clock.steps))), due

    def claims(self, scope: Scope) -> tuple[Claim, ...]:
        found: list[Claim] = []
        for name, raw in self.raw.claims.items():
            path = ("claims", name)
            names.check(self.draft, family_name(name), path, element=False)
            self.traced(path, raw.from_, raw.why)
            changed = self.draft.changed
            own = changed is None or ("claims", name) in changed
            origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
            claim = conditional.claim(self.draft, path, origin, replace(scope, inert=not own))
            if path not in self.draft.absent:
                found.append(claim)
        return overall.claims(self.draft, found)

    def premises(self, scope: Scope) -> tuple[Premise, ...]:
        found: list[Premise] = []
        for name, raw in self.raw.premises.items():
            path = ("premises", name)
            names.check(self.draft, family_name(name), path, element=False)
            self.traced(path, raw.from_, raw.why)
            origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
            grants = (*path, "grants")
            typed = self.draft.infer(grants, scope)
            definitions.check_claim(self.draft, grants, typed, "a premise")
            found.append(Premise(name, typed, self.draft.root.at(grants).text.strip(), origin))
        return tuple(found)


def read(draft: Draft, raw: CaseFile) -> tuple[Body, Scope]:
    """Check every section; problems go to the draft.

    Returns:
        The model, and what its claims (and questions about it) can see.
    """
    clock = grid.read_clock(draft, raw)
    units = {
        name: draft.unit((section, name, "unit"))
        for section in ("assumptions", "stocks")
        for name in getattr(raw, section)
    }
    symbols.check(draft, raw)
    factors = {name: unit.factor for name, unit in units.items()}
    scope = Scope(
        symbols.read(draft, raw, units),
        clock,
        factors=factors,
        sets=draft.sets,
        families=draft.families,
        curves=draft.curves,
    )
    scope = replace(scope, budget=draft.budget, memory=draft.memory, tallies=draft.tallies)
    scope = replace(scope, crowds=populations.crowds(draft, raw))
    variables, scope = definitions.variables(draft, raw, scope)
    with_states, known = stochastic.read(draft, raw.games, tuple(raw.actors), scope)
    scope = replace(scope, games=known)
    sections = _Sections(draft, raw, clock, scope)
    targets = {name: units[name] for name in raw.stocks}
    known_machines = machines.read(raw)
    states = {machine.name: machine.states for machine in known_machines}
    around = trees.Surroundings(tuple(raw.actors), scope, targets, states)
    moving = [s for s in ("stocks", "events", "phases", "states") if getattr(raw, s)]
    if clock is None and moving:
        message = "stocks, events, phases and states need a 'time' section"
        hint = "such as time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}"
        draft.report_key("E309", message, (moving[0],), hint=hint)
    games, shapes = sections.games(around)
    actors = {
        name: (actor.says or actor.name) if actor else "" for name, actor in raw.actors.items()
    }
    every = {**sections.scope.games, **shapes}
    stocks, events = sections.stocks(), sections.events(around)
    people = populations.read(draft, raw, scope)
    inside = sections.inside(When.HINDSIGHT)
    hindsight = replace(inside, games=every, inert=draft.changed is not None)
    if not draft.problems:
        remembering = (*stocks, *kept(draft))
        arrows = influence.reads(remembering, variables, events, games, with_states, people)
        arrows |= {one.name: one.reads for one in draft.tallies.found.values()}
        hindsight = replace(hindsight, influence=Influence(arrows))
    body = Body(
        clock=clock,
        assumptions=sections.assumptions(),
        correlations=correlations.read(draft, raw),
        machines=known_machines,
        stocks=stocks,
        variables=variables,
        events=events,
        actors=actors,
        games=games,
        stochastic=with_states,
        populations=people,
        claims=sections.claims(hindsight),
        premises=sections.premises(hindsight),
        wants=levers.wishes(draft, raw),
    )
    return body, hindsight


def kept(draft: Draft) -> tuple[Stock, ...]:
    """The stocks that the definitions read so far remember by."""
    return tuple(
        Stock(one.name, Unit(one.dimensions or ()), one.start, one.change, None, Origin(), True)
        for one in draft.memory.kept
    )


@functools.cache
def _every(last: int, every: int) -> tuple[int, ...]:
    """Steps before the last at which something regular happens; shared, since it can be long."""
    return tuple(range(0, last, every))
