"""Events that happen by chance, where many are alike: their clocks in one array.

Axes: (event, twin, world). The race is that of `race`, number by number; of events over a set every
round asks all hazards at once, and one effect is computed for all of them.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import cast

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float

from schelling.compile.alike_things.families import EventFamily
from schelling.compile.course import diary
from schelling.compile.course.state import State
from schelling.compile.expressions.frame import Frame, number_of
from schelling.compile.expressions.many import Many, Names, merged, taken
from schelling.compile.steps import alike_effects
from schelling.compile.steps.flow import Flow
from schelling.compile.steps.race import Race, RaceState, rate_over, time_until


class LargeRace(Race):
    """The events of a block of worlds that happen by chance, some of them in families."""

    @cached_property
    def names(self) -> Names:
        """All events, in the order of the plan."""
        return tuple(event.name for event in self.events)

    @cached_property
    def _kept(self) -> tuple[str | Names, ...]:
        """How they are kept: by families, and those that are in none."""
        scene = self.scene
        families = (family.names for family in scene.families.events)
        return (*families, *(event.name for event in scene.events_alone))

    @cached_property
    def _at_most_once(self) -> Bool[Array, "event 1 1"]:
        return jnp.array([event.once for event in self.events])[:, None, None]

    def _many(self, values: Array) -> Many:
        """Numbers of all events, as they are kept."""
        place = {name: row for row, name in enumerate(self.names)}
        found = Many()
        for key in self._kept:
            rows = [place[name] for name in ((key,) if isinstance(key, str) else key)]
            own = taken(rows, values)
            found.put(key, own[0] if isinstance(key, str) else own)
        return found

    def _all(self, values: Many) -> Array:
        """Numbers of all events in one array, in the order of the plan."""
        return number_of(values.together(self.names))

    def never(self) -> Many:
        """How often each event has happened at the start, those with dates included."""
        shape = self.scene.shape
        found = self._many(jnp.zeros((len(self.names), *shape), jnp.uint32))
        dated = {name for family in self.scene.families.dated for name in family.names}
        for family in self.scene.families.dated:
            found.put(family.names, jnp.zeros((len(family.names), *shape), jnp.uint32))
        for event in self.scene.plan.events:
            if event.hazard is None and event.name not in dated:
                found.put(event.name, jnp.zeros(shape, jnp.uint32))
        return found

    def waits(self) -> Many:
        """Each event's first wait."""
        keys, none = self.keys[: len(self.names)], jnp.zeros((), jnp.uint32)
        each = self.wait(keys.T[:, :, None], none)[:, None]
        return self._many(jnp.broadcast_to(each, (len(self.names), *self.scene.shape)))

    def next(self, race: RaceState, flow: Flow, weeks: Array) -> RaceState:
        """The next event of each world that has one before the end; of others, the end."""
        frame = self.scene.frame(race.state, weeks, self.scene.in_race)
        state, rates = self._rates(race.state, frame, flow)
        times = time_until(self._all(state.waits), rates)
        rates, times = cast("tuple[Array, Array]", lax.optimization_barrier((rates, times)))
        soonest = jnp.min(times, 0)
        happens = soonest < race.left
        passed = jnp.where(happens, soonest, race.left)
        first = jnp.argmin(times, 0) == np.arange(len(times))[:, None, None]
        winners = cast("Array", lax.optimization_barrier(first & happens))
        left = jnp.maximum(self._all(state.waits) - rates * passed, 0.0)
        state = self._counted(state, left, winners)
        state = self._changed(state, frame, self._many(winners))
        return RaceState(state, race.left - passed, happens, race.rounds + 1)

    def _rates(
        self, state: State, frame: Frame, flow: Flow
    ) -> tuple[State, Float[Array, "event twin world"]]:
        """Every event's hazard from now on; 0 where it cannot happen."""
        found = Many()
        for family in self.scene.families.events:
            state, rates = self._rates_of(family, state, frame, flow)
            found.put(family.names, rates)
        for event in self.scene.events_alone:
            state, rate = self.rate(event, state, frame, flow)
            found.put(event.name, rate)
        return state, self._all(found)

    def _rates_of(
        self, family: EventFamily, state: State, frame: Frame, flow: Flow
    ) -> tuple[State, Float[Array, "event twin world"]]:
        scene, names = self.scene, family.names
        happened = state.happened.kept[names]
        here = happened == 0 if family.once else jnp.ones(happened.shape, bool)
        state, here = scene.met_all(family.condition, names, state, frame, here)
        now = number_of(scene.each(family.hazard, names, frame))
        rates = rate_over(now, flow.first.kept[names], flow.mean.kept[names])
        known = jnp.isfinite(rates) & (rates >= 0)
        sound = state.sound & jnp.all(~here | known, 0)
        return state._replace(sound=sound), jnp.where(here & known, rates, 0.0)

    def _counted(self, state: State, waits: Array, winners: Array) -> State:
        """Those that happen are counted, and waited for anew: one a world, with its own key."""
        happened = self._all(state.happened) + winners.astype(jnp.uint32)
        own = jnp.where(winners, happened, jnp.uint32(0)).max(0)
        keys = self.keys[: len(self.names)][jnp.argmax(winners, 0)]
        anew = self.wait(jnp.moveaxis(keys, -1, 0), own)
        waits = jnp.where(winners & ~self._at_most_once, anew, waits)
        counts = merged(state.happened, self._many(happened))
        return state._replace(happened=counts, waits=self._many(waits))

    def _changed(self, state: State, frame: Frame, winners: Many) -> State:
        """What those that happen change: one event a world, so the order does not matter."""
        scene = self.scene
        for family in scene.families.events:
            first = winners.kept[family.names]
            change = partial(alike_effects.apply, scene, family.effects, family.names, frame, first)
            targets = [target for target, _ in family.effects]
            state = scene.where(first, targets, change, state)
        for event in scene.events_alone:
            state = scene.apply(event.effects, state, frame, winners[event.name])
        for event in self.events if state.diary is not None else ():
            line = diary.of_event(scene.plan, event)
            state = state.noted(scene.plan, line, winners[event.name])
        return state
