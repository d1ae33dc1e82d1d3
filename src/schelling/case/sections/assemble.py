"""The model sections of a case: assumptions, stocks, variables, events, games, claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from schelling.case import names
from schelling.case.clock import Clock
from schelling.case.draft import Draft
from schelling.case.drawn import Correlation
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import Influence, Scope, family_name
from schelling.case.language.typed.types import Constant, When
from schelling.case.language.typed.units import PER_TIME, UNREAD, Unit, multiply
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
    grid,
    influence,
    levers,
    machines,
    overall,
    priors,
    symbols,
)
from schelling.case.sections.about_agents import agent_variables, populations
from schelling.case.sections.about_games import trees
from schelling.case.sections.about_games.games import GameBook
from schelling.case.sections.schedules import Schedules
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
            expected = None if unit is UNREAD else unit
            start = self.draft.infer((*path, "start"), self.inside(When.FIXED), expected)
            rate = Unit(multiply(unit.dimensions, PER_TIME.dimensions), unit.factor)
            change = definitions.zero(rate)
            if self.draft.root.at(path).child("change") is not None:
                change = self.draft.infer((*path, "change"), self.scope)
                if unit is not UNREAD:
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
        times = Schedules(self.draft, self.clock, self.scope)
        for name, raw in self.raw.events.items():
            path = ("events", name)
            if (raw.hazard is None) == (raw.on is None) and not (raw.every and raw.on is None):
                message = f"the event '{name}' needs either a 'hazard' or a day under 'on'"
                self.draft.report_key("E411", message, path)
            hazard = None
            if raw.hazard is not None:
                hazard = self.draft.infer((*path, "hazard"), self.scope)
                definitions.check_rate(self.draft, (*path, "hazard"), hazard, PER_TIME)
            steps = times.steps(path, raw.on, raw.every)
            condition = times.condition((*path, "while"), raw.while_)
            effects = trees.effects(self.draft, raw.effects, (*path, "effects"), around)
            if not raw.effects:
                message = f"the event '{name}' changes nothing"
                self.draft.report_key("E411", message, path, hint="add 'effects'")
            origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
            found.append(Event(name, hazard, steps, condition, raw.once, effects, origin))
        return tuple(found)

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
    targets = {name: units[name] for name in raw.stocks}
    known_machines = machines.read(raw)
    states = {machine.name: machine.states for machine in known_machines}
    book = GameBook(draft, raw.games, tuple(raw.actors), clock, targets, states)
    of_agents = agent_variables.of_case(draft, raw)
    variables, scope = definitions.variables(draft, raw, scope, book, of_agents)
    moving = [s for s in ("stocks", "events", "phases", "states") if getattr(raw, s)]
    if clock is None and moving:
        message = "stocks, events, phases and states need a 'time' section"
        hint = "such as time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}"
        draft.report_key("E309", message, (moving[0],), hint=hint)
    scope = book.finish(scope)
    sections = _Sections(draft, raw, clock, scope)
    around = trees.Surroundings(tuple(raw.actors), scope, targets, states)
    actors = {
        name: (actor.says or actor.name) if actor else "" for name, actor in raw.actors.items()
    }
    stocks, events = sections.stocks(), sections.events(around)
    people = populations.read(draft, raw, scope, of_agents.found)
    inside = sections.inside(When.HINDSIGHT)
    hindsight = replace(inside, inert=draft.changed is not None)
    if not draft.problems:
        remembering = (*stocks, *kept(draft))
        arrows = influence.reads(
            remembering, variables, events, book.trees, book.stochastic, people
        )
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
        games=book.trees,
        stochastic=book.stochastic,
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
