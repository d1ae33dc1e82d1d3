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
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int, UInt32

from schelling import chance
from schelling.case.model import Event
from schelling.compile.course import diary
from schelling.compile.course.state import State
from schelling.compile.expressions.frame import Frame, number
from schelling.compile.expressions.many import Many
from schelling.compile.steps.flow import Flow
from schelling.compile.steps.scene import Scene
from schelling.dynamics import steps

MOST = 1000
"""Events of one world within one substep; a world with more is one whose numbers have failed."""


_BITS = 32
"""Bits of a word."""


class RaceState(NamedTuple):
    """A race of the events in every world.

    Attributes:
        state: As the events until now left it.
        left: Time until the end of the substep, in weeks.
        again: Where an event happened in the last round.
        rounds: How often it was asked what happens next.
    """

    state: State
    left: Float[Array, "twin world"]
    again: Bool[Array, "twin world"]
    rounds: Int[Array, ""]


class _Clocks(NamedTuple):
    """The clocks of the events as they stand, in the order of the plan.

    Attributes:
        rates: Every event's hazard from now on; 0 where it cannot happen.
        times: Time until every event; infinite where it cannot happen.
        soonest: Time until the next event; infinite where none comes.
    """

    rates: list[Float[Array, "twin world"]]
    times: list[Float[Array, "twin world"]]
    soonest: Float[Array, "twin world"]


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

    def waits(self) -> Many:
        """Each event's first wait."""
        keys, none = self.keys[: len(self.events)], jnp.zeros((), jnp.uint32)
        each = self.wait(keys.T[:, :, None], none)  # all events at once: one program for them
        return Many(
            {
                event.name: jnp.broadcast_to(own, self.scene.shape)
                for event, own in zip(self.events, each, strict=True)
            }
        )

    def never(self) -> Many:
        """How often each event has happened at the start, those with dates included."""
        none = jnp.zeros(self.scene.shape, jnp.uint32)
        return Many({event.name: none for event in self.scene.plan.events})

    def wait(
        self, key: UInt32[Array, "two *#world"], happened: UInt32[Array, "*#world"]
    ) -> Float[Array, "*world"]:
        """The wait of an event that has happened so often."""
        return steps.wait(chance.cells((key[0], key[1]), happened, self.numbers))

    def run(self, state: State, flow: Flow, weeks: Array, length: float | Array) -> State:
        """All events of a substep; stocks otherwise stand still.

        Every round asks all clocks anew, and the soonest event of each world happens. The round in
        which none does is the last: in it the clocks run to the end of the substep.

        Args:
            state: At the start of the substep.
            flow: What its hazards are, and are in the mean, as long as nothing happens.
            weeks: Time since the start.
            length: Of the substep, in weeks.
        """
        if not self.events:
            return state

        def going(race: RaceState) -> Array:
            return jnp.any(race.again) & (race.rounds <= MOST)

        def following(race: RaceState) -> RaceState:
            return self.next(race, flow, weeks)

        whole, everywhere = jnp.full(self.scene.shape, length), jnp.ones(self.scene.shape, bool)
        start = RaceState(state, whole, everywhere, jnp.zeros((), jnp.int32))
        race = lax.while_loop(going, following, start)
        return race.state._replace(sound=race.state.sound & ~race.again)

    def standing(self, state: State, frame: Frame, flow: Flow) -> tuple[State, _Clocks]:
        """How the race stands: who can happen, how fast, and who is the next."""
        rates: list[Array] = []
        for event in self.events:
            state, rate = self.rate(event, state, frame, flow)
            rates.append(rate)
        rates = _once(rates)
        times = _once(
            [
                time_until(state.waits[event.name], rate)
                for event, rate in zip(self.events, rates, strict=True)
            ]
        )
        return state, _Clocks(rates, times, reduce(jnp.minimum, times))

    def rate(
        self, event: Event, state: State, frame: Frame, flow: Flow
    ) -> tuple[State, Float[Array, "twin world"]]:
        """An event's hazard from now on; 0 where it cannot happen."""
        here = jnp.ones(self.scene.shape, bool)
        if event.once:
            here = state.happened[event.name] == 0
        state, here = self.scene.met(event.condition, state, frame, here)
        assert event.hazard is not None
        first, mean = flow.first[event.name], flow.mean[event.name]
        rate = rate_over(number(event.hazard, frame), first, mean)
        known = jnp.isfinite(rate) & (rate >= 0)
        state = state._replace(sound=state.sound & (~here | known))
        return state, jnp.where(here & known, rate, 0.0)

    def next(self, race: RaceState, flow: Flow, weeks: Array) -> RaceState:
        """The next event of each world that has one before the end; of others, the end."""
        frame = self.scene.frame(race.state, weeks, self.scene.in_race)
        state, clocks = self.standing(race.state, frame, flow)
        happens = clocks.soonest < race.left
        passed = jnp.where(happens, clocks.soonest, race.left)
        (which,) = _once([_first(clocks, happens)])
        winners = [which == place for place in range(len(self.events))]
        anybody = anywhere(which, len(self.events))
        waits = {
            event.name: jnp.maximum(state.waits[event.name] - rate * passed, 0.0)
            for event, rate in zip(self.events, clocks.rates, strict=True)
        }
        state = state._replace(waits=Many(waits))
        state = self.anew(state, winners, reduce(jnp.logical_or, anybody))
        for event, first, some in zip(self.events, winners, anybody, strict=True):
            state = self.scene.apply(event.effects, state, frame, first, some)
            state = state.noted(self.scene.plan, diary.of_event(self.scene.plan, event), first)
        return RaceState(state, race.left - passed, happens, race.rounds + 1)

    def anew(self, state: State, winners: list[Array], some: Array) -> State:
        """Those that happen are counted, and waited for anew: one a world, with its own key.

        In the last round of a substep nothing happens, and no hash is computed.
        """
        happened, waits = dict(state.happened), dict(state.waits)
        key = jnp.zeros((2, *self.scene.shape), jnp.uint32)
        count = jnp.zeros(self.scene.shape, jnp.uint32)
        for position, (event, here) in enumerate(zip(self.events, winners, strict=True)):
            happened[event.name] = happened[event.name] + here.astype(jnp.uint32)
            if not event.once:
                key = jnp.where(here, self.keys[position][:, None, None], key)
                count = jnp.where(here, happened[event.name], count)
        if all(event.once for event in self.events):
            return state._replace(happened=Many(happened))

        def drawn() -> Array:
            return self.wait(key, count)

        def nothing() -> Array:
            return jnp.zeros(self.scene.shape)

        wait = cast("Array", lax.cond(some, drawn, nothing))
        for event, here in zip(self.events, winners, strict=True):
            if not event.once:
                waits[event.name] = jnp.where(here, wait, waits[event.name])
        return state._replace(happened=Many(happened), waits=Many(waits))


def _once(values: list[Array]) -> list[Array]:
    """Values that the compiler computes once, and not again in everything that follows."""
    return cast("list[Array]", lax.optimization_barrier(values))


def _first(clocks: _Clocks, happens: Array) -> Int[Array, "twin world"]:
    """The place of the event that happens, the first of several at once; after all, if none."""
    which = none = jnp.full(happens.shape, len(clocks.times), jnp.int32)
    for place, time in reversed(list(enumerate(clocks.times))):
        which = jnp.where(time == clocks.soonest, place, which)
    return jnp.where(happens, which, none)


def anywhere(which: Int[Array, "twin world"], count: int) -> list[Bool[Array, ""]]:
    """For each of some things, whether any world has its place.

    Places become bits of one word, so that one pass finds all.

    Args:
        which: The place of a thing, in every world; `count` where there is none.
        count: How many things there are.
    """
    found: list[Array] = []
    for start in range(0, count, _BITS):
        place = (which - start).astype(jnp.uint32)  # those before are far behind the last bit
        inside = place < min(_BITS, count - start)
        bits = jnp.where(inside, jnp.uint32(1) << jnp.where(inside, place, 0), jnp.uint32(0))
        word = lax.reduce(bits, np.uint32(0), lax.bitwise_or, (0, 1))
        found += [(word >> bit) & 1 > 0 for bit in range(min(_BITS, count - start))]
    return found


def time_until(wait: Array, rate: Array) -> Array:
    """Time until an event, if its rate stays; infinite where it cannot happen."""
    return jnp.where(rate > 0, wait / jnp.where(rate > 0, rate, 1.0), jnp.inf)


def rate_over(now: Array, first: Array, mean: Array) -> Array:
    """A hazard over the rest of a substep: its mean, in proportion to what has happened since.

    Args:
        now: As it stands.
        first: As it stood at the start of the substep.
        mean: What it is in the mean of the substep, as long as nothing happens.
    """
    if mean is first:
        return now
    factor = mean / jnp.where(first > 0, first, 1.0)
    changed = jnp.where((first > 0) & jnp.isfinite(factor), now * factor, now)
    return jnp.where(now == first, mean, changed)
