"""One step of a block of worlds: games, dated events, then what flows and happens in its substeps.

Axes inside: (twin, world). Games and dated events happen at the opening of a step, in that order;
they see stocks and states as those before them left them, and the variables of the opening.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from typing import cast

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, UInt32

from schelling.case.language.typed.types import GameValue
from schelling.compile.agents import turns
from schelling.compile.agents.people import Known, People
from schelling.compile.alike_things import families
from schelling.compile.alike_things.families import Families
from schelling.compile.course.courses import SideBySide
from schelling.compile.course.state import Agents, Pins, State
from schelling.compile.drawing.luck import Luck
from schelling.compile.expressions.frame import Frame, Value, number, number_of
from schelling.compile.expressions.many import Many
from schelling.compile.games.stochastic import Process
from schelling.compile.games.tree import Board
from schelling.compile.planning import asking, needs, rules
from schelling.compile.planning.plan import Plan
from schelling.compile.steps import dated
from schelling.compile.steps.dated import Orders
from schelling.compile.steps.flow import flow, moved
from schelling.compile.steps.large_race import LargeRace
from schelling.compile.steps.pieces import Pieces, pieces
from schelling.compile.steps.playing import Playing
from schelling.compile.steps.race import Race
from schelling.compile.steps.scene import Scene
from schelling.dynamics import steps

Courses = dict[tuple[int, str], Array]
"""What was seen of each twin: by twin and name, `(time, world)`."""


@dataclass(frozen=True)
class Stepper:
    """Runs the plan over a block of worlds.

    Attributes:
        plan: What to do.
        boards: The plan's games, compiled.
        fixed: Assumptions and fixed variables, (world), or (twin, world) where a twin differs.
        numbers: The worlds' numbers.
        keys: Of the events' streams of chance.
        recorded: The games of which is kept what they read when they are first played.
        agents: Luck of the agents: keys of the streams that they draw from, and their ties.
        pins: What is held from outside.
        orders: What is ordered from outside.
        families: The plan's alike things.
    """

    plan: Plan
    boards: Mapping[str, Board]
    fixed: Mapping[str, Value]
    numbers: UInt32[Array, " world"]
    keys: UInt32[Array, "stream two"]
    recorded: needs.Games
    agents: Luck
    pins: Pins = field(default_factory=dict)  # pyright: ignore
    orders: Orders = field(default_factory=dict)  # pyright: ignore
    families: Families = families.NONE

    @cached_property
    def scene(self) -> Scene:
        """What there is to see."""
        return Scene(
            self.plan, self.fixed, len(self.numbers), self.pins, self.boards, self.families
        )

    @cached_property
    def playing(self) -> Playing:
        """The games that are played."""
        return Playing(self.scene, self.recorded, self.orders)

    @cached_property
    def race(self) -> Race:
        """The events that happen by chance."""
        kind = LargeRace if self.families.events or self.families.dated else Race
        return kind(self.scene, self.keys, self.numbers)

    @cached_property
    def crowds(self) -> tuple[People, ...]:
        """The populations."""
        keys = dict(zip(self.plan.drawn, self.agents.streams, strict=True))
        return tuple(
            People(
                one,
                tuple(tally for tally in self.plan.tallies if tally.population == one.name),
                keys,
                self.numbers,
                len(self.plan.twins),
                {ties.name: self.agents.ties[one.name, ties.name] for ties in one.networks},
                {ties: self.agents.lists[one.name, ties] for ties in rules.looked(one)},
            )
            for one in self.plan.populations
        )

    @cached_property
    def questions(self) -> dict[str, tuple[GameValue, ...]]:
        """What is asked of each game with states that is solved anew."""
        return asking.renewed(self.plan)

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """Games with states that are solved anew, and asked about."""
        return tuple(Process(one) for one in self.plan.stochastic if self.questions.get(one.name))

    def start(self) -> State:
        """The state at step 0."""
        scene = self.scene
        states = self.first_states()
        agents: dict[str, Agents] = {}
        known: Known = {}
        for people in self.crowds:
            agents[people.population.name], of_these = people.begin(Frame(self.fixed, {}))
            known |= of_these
        stocks, bounded, sound = self.stocks(states, agents, known)
        sound = reduce(jnp.logical_and, known.values(), sound)
        never = self.race.never()
        played = self.playing.unplayed()
        waits = self.race.waits()
        state = State(
            stocks, states, waits, never, played, Many(), bounded, sound, agents, {}, known, {}
        )
        state = scene.counted(state, jnp.zeros(()), self.crowds)
        for process in self.processes:
            state = self.renewed(process, state, jnp.zeros(()))
        opening = scene.frame(state, jnp.zeros(()), scene.at_opening)
        return state._replace(met=self.playing.met(opening))

    def first_states(self) -> Many:
        """The state machines at the start: each in its first state, or in what a twin holds."""
        scene, found = self.scene, Many()
        first = {one.name: float(one.numbers[0]) for one in self.plan.machines}
        for family in self.families.machines:
            begun = jnp.full((len(family.names), *scene.shape), first[family.names[0]])
            held = number_of(scene.hold_all(family.names, begun))
            found.put(family.names, held.astype(jnp.int32))
        for machine in families.single(self.plan.machines, self.families.machines):
            begun = jnp.full(scene.shape, first[machine.name])
            found.put(machine.name, scene.hold(machine.name, begun).astype(jnp.int32))
        return found

    def stocks(
        self, states: Mapping[str, Array], agents: Mapping[str, Agents], known: Known
    ) -> tuple[Many, Many, Array]:
        """The stocks at the start, where bounds were needed, and where all are finite numbers.

        What a smooth or a delay of something counted over agents begins with is counted here.
        """
        scene, begun = self.scene, self.scene.beginning(states)
        scene.counting(begun, self.crowds, agents, known)
        stocks, bounded = Many(), Many()
        sound = jnp.ones(scene.shape, bool)
        for family in scene.families.stocks:
            value = cast("Array", scene.each(family.forms[0], family.names, scene.seeing(begun)))
            sound &= jnp.all(jnp.isfinite(value), axis=0)
            value, outside = steps.hold(value, family.within)
            stocks.put(family.names, scene.hold_all(family.names, value))
            begun.known.put(family.names, stocks.kept[family.names])
            if family.within is not None:
                bounded.put(family.names, outside)
        for stock in scene.alone:
            value = jnp.broadcast_to(number(stock.start, scene.seeing(begun)), scene.shape)
            sound &= jnp.isfinite(value)
            own, outside = scene.bound(stock, value)
            stocks.put(stock.name, own)
            begun.known.put(stock.name, own)
            if stock.within is not None:
                bounded.put(stock.name, outside)
        return stocks, bounded, sound

    def run(
        self, state: State, luck: Float[Array, "step move world"], names: needs.Needed
    ) -> tuple[State, SideBySide]:
        """All steps; the last state, and the course of what is needed of each twin."""
        count = jnp.arange(self.plan.steps)

        def advance(
            carried: tuple[State, SideBySide], now: tuple[Array, Array, Array]
        ) -> tuple[tuple[State, SideBySide], None]:
            (state, seen), (step, due, luck) = carried, now
            state = self.step(state, step, due, luck)
            return (state, seen.with_time(step + 1, state.look_together(names))), None

        begun = state, SideBySide.begun(state.look_together(names), self.plan.steps + 1)
        return lax.scan(advance, begun, (count, self.schedules, luck))[0]

    @property
    def schedules(self) -> Bool[Array, "step game"]:
        """At which steps every game is due."""
        steps = range(self.plan.steps)
        schedules = [frozenset(game.schedule) for game in self.plan.games]
        due = [[step in schedule for schedule in schedules] for step in steps]
        return jnp.array(due, bool).reshape(len(steps), len(schedules))

    def begun(self, state: State, names: needs.Needed) -> Courses:
        """The course of what is needed of each twin, of which the start alone is known."""
        return {
            key: jnp.zeros((self.plan.steps + 1, *value.shape), value.dtype).at[0].set(value)
            for key, value in state.look(names).items()
        }

    def step(self, state: State, step: Array, due: Array, luck: Array) -> State:
        """One step from its opening to the next."""
        plan = self.plan
        opening = self.scene.frame(state, step * plan.step, self.scene.at_opening)
        before = state.agents
        state = self.world(state, opening, step, due, luck)
        for people in self.crowds:
            state = self.follow(people, before[people.population.name], state, opening, step)
        weeks = (step + 1) * plan.step
        state = self.scene.counted(state, weeks, self.crowds) if self.crowds else state
        for process in self.processes:
            due_at = frozenset(process.game.schedule)
            often = [later in due_at for later in range(1, plan.steps + 1)]
            renew, keep = partial(self.renewed, process, state, weeks), partial(_as_it_is, state)
            state = cast("State", lax.cond(jnp.array(often)[step], renew, keep))
        return state

    def renewed(self, process: Process, state: State, weeks: Array) -> State:
        """The state with a game with states solved anew."""
        questions = self.questions[process.game.name]
        worths = self.scene.renewed(process, questions, state, weeks)
        return state._replace(worths={**state.worths, **worths})

    def follow(
        self, people: People, agents: Agents, state: State, opening: Frame, step: Array
    ) -> State:
        """The agents of a population follow their rules.

        Where the step check halves steps, those who act at once do so in one of the halves, and
        those who take turns take a part of them in each.
        """
        name, often = people.population.name, self.plan.halvings
        before = {rule: state.known[rule] for rule, _ in people.population.lasting()}
        if people.population.acts != "all":
            found, fine = turns.taken(people, agents, opening, step, often)
            return self.followed(name, state, found, people.known_after(before, fine))

        def act() -> tuple[Agents, Known]:
            found, fine = people.act(agents, opening, step // often)
            return found, people.known_after(before, fine)

        def rest() -> tuple[Agents, Known]:
            return agents, before

        due = (step + 1) % often == 0
        both = act() if often == 1 else cast("tuple[Agents, Known]", lax.cond(due, act, rest))
        return self.followed(name, state, *both)

    def followed(self, name: str, state: State, found: Agents, known: Known) -> State:
        """The state with the agents of a population as they are now."""
        sound = reduce(jnp.logical_and, known.values(), state.sound)
        state = state._replace(agents={**state.agents, name: found}, sound=sound)
        return state._replace(known={**state.known, **known})

    def world(self, state: State, opening: Frame, step: Array, due: Array, luck: Array) -> State:
        """A step of all but the agents: games, events, then what flows and happens by chance."""
        plan = self.plan
        state = self.playing.play_all(state, opening, step, due, luck)
        state = dated.come(self.scene, self.orders, state, opening, step)

        cut, length = self.pieces, plan.step / plan.substeps
        if cut is not None:
            each = (cut.starts, cut.lengths, cut.openings)
            starts, lengths, openings = (jnp.asarray(one)[step] for one in each)

            def piece(number: Array, state: State) -> State:
                part = partial(self.part, state, starts[number], lengths[number], openings[number])
                there = number < jnp.asarray(cut.counts)[step]
                return cast("State", lax.cond(there, part, partial(_as_it_is, state)))

            # a number of pieces that is known beforehand, as gradients need
            return cast("State", lax.fori_loop(0, cut.starts.shape[1], piece, state))

        def part(number: Array, state: State) -> State:
            return self.part(state, (step + number / plan.substeps) * plan.step, length)

        if plan.substeps == 1:
            return part(jnp.zeros(()), state)
        return cast("State", lax.fori_loop(0, plan.substeps, part, state))

    @cached_property
    def pieces(self) -> Pieces | None:
        """The substeps, where some are cut."""
        return pieces(self.plan)

    def part(
        self, state: State, weeks: Array, length: float | Array, opening: Array | None = None
    ) -> State:
        """One substep, or a piece of one: what happens by chance, then what flows."""
        going = flow(self.scene, state, weeks, length, opening)
        state = self.race.run(state, going, weeks if opening is None else opening, length)
        state, finite = moved(self.scene, state, going.change)
        return state._replace(sound=state.sound & finite)


def _as_it_is(state: State) -> State:
    return state
