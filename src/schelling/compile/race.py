"""Events that happen by chance within a substep, in the order of their times.

Axes: (twin, world). Every event has a clock that runs as fast as its hazard, where its condition
holds; it happens when the clock reaches the next of a series of exponential waits with mean 1. That
is as likely as the hazard says at any length of a step, an event can happen several times in one,
and of several the one whose time comes first is the first to happen, which the others then see. A
twin meets the same waits.

References:
    Kurtz (1980), Representations of Markov processes as multiparameter time changes, Annals of
    Probability 8:682, equation (2.1); Anderson (2007), A modified next reaction method for
    simulating chemical systems with time dependent propensities and delays, J. Chem. Phys.
    127:214107, algorithm 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple, cast

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int, UInt32

from schelling import chance
from schelling.case.model import Event
from schelling.compile import diary
from schelling.compile.flow import Flow
from schelling.compile.frame import Frame, number
from schelling.compile.scene import Scene
from schelling.compile.state import State
from schelling.dynamics import steps

MOST = 1000
"""Events of one world within one substep; a world with more is one whose numbers have failed."""


class _Race(NamedTuple):
    """A race of the events in every world.

    Attributes:
        state: As the events until now left it.
        left: Time until the end of the substep, in weeks.
        rates: Every event's hazard from now on, in the order of the plan; 0 where it cannot happen.
        times: Time until every event, in the order of the plan; infinite where it cannot happen.
        soonest: Time until the next event; infinite where none comes.
        rounds: How many events the world with most of them has had.
    """

    state: State
    left: Float[Array, "twin world"]
    rates: tuple[Float[Array, "twin world"], ...]
    times: tuple[Float[Array, "twin world"], ...]
    soonest: Float[Array, "twin world"]
    rounds: Int[Array, ""]

    @property
    def happens(self) -> Bool[Array, "twin world"]:
        """Where there is another event before the end."""
        return self.soonest < self.left


@dataclass(frozen=True)
class Race:
    """The events of a block of worlds that happen by chance.

    Attributes:
        scene: The worlds.
        keys: Of the events' streams of chance, in the order of the plan.
        numbers: The worlds' numbers.
    """

    scene: Scene
    keys: UInt32[Array, "stream two"]
    numbers: UInt32[Array, " world"]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Those that have a hazard."""
        return tuple(event for event in self.scene.plan.events if event.hazard is not None)

    def waits(self) -> dict[str, Float[Array, "twin world"]]:
        """Each event's first wait."""
        shape, none = self.scene.shape, jnp.zeros(self.numbers.shape, jnp.uint32)
        return {
            event.name: jnp.broadcast_to(self.wait(self.keys[position], none), shape)
            for position, event in enumerate(self.events)
        }

    def wait(
        self, key: UInt32[Array, "two *#world"], happened: UInt32[Array, "*#world"]
    ) -> Float[Array, "*world"]:
        """The wait of an event that has happened so often."""
        return steps.wait(chance.cells((key[0], key[1]), happened, self.numbers))

    def run(self, state: State, opening: Frame, flow: Flow, weeks: Array, length: float) -> State:
        """All events of a substep; stocks otherwise stand still.

        Args:
            state: At the start of the substep.
            opening: What expressions see of it.
            flow: What its hazards are, and are in the mean, as long as nothing happens.
            weeks: Time since the start.
            length: Of the substep, in weeks.
        """
        if not self.events:
            return state

        def going(race: _Race) -> Array:
            return jnp.any(race.happens) & (race.rounds < MOST)

        def following(race: _Race) -> _Race:
            return self.next(race, flow, weeks)

        none = jnp.zeros((), jnp.int32)
        whole = jnp.full(self.scene.shape, length)
        start = self.standing(state, opening, flow, whole, none)
        race = lax.while_loop(going, following, start)
        waits = self.passed(race, race.left)
        return race.state._replace(waits=waits, sound=race.state.sound & ~race.happens)

    def standing(self, state: State, frame: Frame, flow: Flow, left: Array, rounds: Array) -> _Race:
        """How the race stands: who can happen, how fast, and who is the next."""
        rates: list[Array] = []
        for event in self.events:
            here = jnp.ones(self.scene.shape, bool)
            if event.once:
                here = state.happened[event.name] == 0
            state, here = self.scene.met(event.condition, state, frame, here)
            assert event.hazard is not None
            rate = _rate(number(event.hazard, frame), flow, event.name)
            known = jnp.isfinite(rate) & (rate >= 0)
            state = state._replace(sound=state.sound & (~here | known))
            rates.append(jnp.where(here & known, rate, 0.0))
        rates = _once(rates)
        times = _once(
            [
                _time(state.waits[event.name], rate)
                for event, rate in zip(self.events, rates, strict=True)
            ]
        )
        soonest = reduce(jnp.minimum, times)
        return _Race(state, left, tuple(rates), tuple(times), soonest, rounds)

    def next(self, race: _Race, flow: Flow, weeks: Array) -> _Race:
        """The next event of each world that has one."""
        here, state = race.happens, race.state
        passed = jnp.where(here, race.soonest, 0.0)
        frame = self.scene.frame(state, weeks)
        winners: list[Array] = []
        for time in race.times:
            first = here & (time == race.soonest)
            here &= ~first
            winners.append(first)
        winners = _once(winners)
        state = self.anew(state._replace(waits=self.passed(race, passed)), winners)
        for event, first in zip(self.events, winners, strict=True):
            state = self.scene.apply(event.effects, state, frame, first)
            state = state.noted(self.scene.plan, diary.of_event(self.scene.plan, event), first)
        after = self.scene.frame(state, weeks)
        return self.standing(state, after, flow, race.left - passed, race.rounds + 1)

    def passed(self, race: _Race, time: Array) -> dict[str, Float[Array, "twin world"]]:
        """What is left of every wait after some time."""
        return {
            event.name: jnp.maximum(race.state.waits[event.name] - rate * time, 0.0)
            for event, rate in zip(self.events, race.rates, strict=True)
        }

    def anew(self, state: State, winners: list[Array]) -> State:
        """Those that happen are counted, and waited for anew: one a world, with its own key."""
        happened, waits = dict(state.happened), dict(state.waits)
        key = jnp.zeros((2, *self.scene.shape), jnp.uint32)
        count = jnp.zeros(self.scene.shape, jnp.uint32)
        for position, (event, here) in enumerate(zip(self.events, winners, strict=True)):
            happened[event.name] = happened[event.name] + here.astype(jnp.uint32)
            if not event.once:
                key = jnp.where(here, self.keys[position][:, None, None], key)
                count = jnp.where(here, happened[event.name], count)
        if all(event.once for event in self.events):
            return state._replace(happened=happened)
        wait = self.wait(key, count)
        for event, here in zip(self.events, winners, strict=True):
            if not event.once:
                waits[event.name] = jnp.where(here, wait, waits[event.name])
        return state._replace(happened=happened, waits=waits)


def _once(values: list[Array]) -> list[Array]:
    """Values that the compiler computes once, and not again in everything that follows."""
    return cast("list[Array]", lax.optimization_barrier(values))


def _time(wait: Array, rate: Array) -> Array:
    """Time until an event, if its rate stays; infinite where it cannot happen."""
    return jnp.where(rate > 0, wait / jnp.where(rate > 0, rate, 1.0), jnp.inf)


def _rate(now: Array, flow: Flow, name: str) -> Array:
    """A hazard over the rest of a substep: its mean, in proportion to what has happened since."""
    first, mean = flow.first[name], flow.mean[name]
    if mean is first:
        return now
    factor = mean / jnp.where(first > 0, first, 1.0)
    changed = jnp.where((first > 0) & jnp.isfinite(factor), now * factor, now)
    return jnp.where(now == first, mean, changed)
