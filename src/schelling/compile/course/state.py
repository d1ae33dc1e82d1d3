"""What a world carries from step to step. Axes: (twin, world)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Num, Shaped

from schelling.case.language.about_time.happenings import counter
from schelling.claims.signal import Signal
from schelling.compile.course.courses import Keys
from schelling.compile.course.diary import Diary
from schelling.compile.expressions.forms import FEWEST
from schelling.compile.expressions.many import Many, Value, merged, renamed
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan

Agents = dict[str, Array]
"""Traits and states of the agents of a population: `(agent, twin, world)`, or fit for it."""

Pins = Mapping[str, tuple[Bool[Array, ""], Float[Array, ""]]]
"""By name, whether something is held from outside, and at what number in base units."""


class State(NamedTuple):
    """What a world carries from step to step.

    Attributes:
        stocks: In base units.
        states: For every state machine, the number of its state.
        waits: For every event with a hazard, how much cumulative hazard is left until it happens.
        happened: For every event, how often it has.
        played: For every game with a schedule, the step at which it was first played; -1 where it
            was not yet.
        met: For the games whose first play is looked at afterwards, what they read then; where it
            was not yet played, what they would have read at the first step of their schedule. By
            name; of alike games by the names that they read in the same place.
        bounded: For every stock with bounds, whether it was ever held at a bound.
        agents: For every population, its states, (agent, twin, world), and its traits.
        tallies: What was counted over them at the opening of the step.
        known: For every trait and state of agents, whether it was a number for all of them so far.
        worths: Of games with states that are solved anew, the last answers, by question.
        sound: False once a number that decided something was not finite.
        diary: What has happened so far, where a world is looked into; else None.
    """

    stocks: Many
    states: Many
    waits: Many
    happened: Many
    played: Many
    met: Many
    bounded: Many
    sound: Bool[Array, "twin world"]
    agents: dict[str, Agents]
    tallies: dict[str, Num[Array, "twin world"]]
    known: dict[str, Bool[Array, "twin world"]]
    worths: dict[str, Float[Array, "twin world"]]
    diary: Diary | None = None

    def noted(self, plan: Plan, line: int, here: Array, odds: Array | None = None) -> State:
        """The state with an entry in the diary where something has happened, if there is one."""
        if self.diary is None:
            return self
        states = tuple(self.states[machine.name] for machine in plan.machines)
        return self._replace(diary=self.diary.add(line, here, odds, states))

    def visible(self) -> Many:
        """What expressions can see of it."""
        return merged(self.stocks, self.tallies, self.states, self.worths)

    def seen(self) -> Many:
        """What can be seen of it afterwards, by the names of `needs`; without agents."""

        def flag(here: Array) -> Array:
            return here.astype(jnp.int8)

        flags = renamed(Many({**self.known, needs.SOUND: self.sound}), needs.flagged, flag)
        fired = renamed(self.happened, needs.fired, lambda count: (count > 0).astype(jnp.int8))
        often = renamed(self.happened, counter, lambda count: count.astype(float))
        return merged(self.visible(), often, fired, flags)

    def look(self, names: needs.Needed) -> dict[tuple[int, str], Shaped[Array, "... world"]]:
        """What is needed of each twin; of agents only what is asked for by `needs.agents`."""
        seen = self.seen()
        worlds = {
            (twin, name): seen[name][twin]
            for twin, wanted in enumerate(names)
            for name in seen
            if name in wanted
        }
        return worlds | self._agents(names)

    def look_together(self, names: needs.Needed) -> dict[Keys, Array]:
        """The same, of alike things and of many twins in one array: (thing, world)."""
        found: dict[Keys, Array] = {}
        for key, array in self.seen().kept.items():
            things = (key,) if isinstance(key, str) else key
            places = {thing: place for place, thing in enumerate(things)}
            wanted = {
                twin: [thing for thing in things if thing in own]
                for twin, own in enumerate(names)
                if not own.isdisjoint(things)
            }
            if len(wanted) >= FEWEST:
                pairs = tuple((twin, thing) for twin, own in wanted.items() for thing in own)
                twins = np.array([twin for twin, _ in pairs])
                rows = np.array([places[thing] for _, thing in pairs])
                found[pairs] = array[twins] if isinstance(key, str) else array[rows, twins]
                continue
            for twin, own in wanted.items():
                if isinstance(key, str):
                    found[twin, key] = array[twin]
                elif len(own) == len(key):
                    found[twin, key] = array[:, twin]
                else:
                    found |= {(twin, one): array[places[one], twin] for one in own}
        return {**found, **self._agents(names)}

    def _agents(self, names: needs.Needed) -> dict[tuple[int, str], Array]:
        return {
            (twin, needs.agents(population, name)): value[:, twin]
            for twin, wanted in enumerate(names)
            for population, agents in self.agents.items()
            for name, value in agents.items()
            if needs.agents(population, name) in wanted
        }


def spread(value: Value, shape: tuple[int, ...]) -> Value:
    """A value broadcast to a shape."""
    if isinstance(value, Signal):
        return Signal(jnp.broadcast_to(value.truth, shape), jnp.broadcast_to(value.margin, shape))
    return jnp.broadcast_to(value, shape)


_Some = TypeVar("_Some", bound=Value)


def put(value: _Some, twin: int, held: Value) -> _Some:
    """A value, (twin, world), with what one twin holds in that twin's place."""

    def one(old: Array, new: Array) -> Array:
        here = jnp.arange(old.shape[0])[:, None] == twin
        return jnp.where(here, jnp.asarray(new).astype(old.dtype), old)

    return jax.tree.map(one, value, held)


def pin(pins: Pins, name: str, value: _Some) -> _Some:
    """A value, or what it is held at from outside."""
    if name not in pins:
        return value
    whether, held = pins[name]

    def one(own: Array) -> Array:
        return jnp.where(whether, held.astype(own.dtype), own)

    return jax.tree.map(one, value)
