"""What a world carries from step to step. Axes: (twin, world)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Num, Shaped, UInt32

from schelling.claims.signal import Signal
from schelling.compile import needs
from schelling.compile.diary import Diary
from schelling.compile.frame import Value
from schelling.compile.plan import Plan

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
            was not yet played, what they would have read at the first step of their schedule.
        bounded: For every stock with bounds, whether it was ever held at a bound.
        agents: For every population, its states, (agent, twin, world), and its traits.
        tallies: What was counted over them at the opening of the step.
        known: For every trait and state of agents, whether it was a number for all of them so far.
        sound: False once a number that decided something was not finite.
        diary: What has happened so far, where a world is looked into; else None.
    """

    stocks: dict[str, Float[Array, "twin world"]]
    states: dict[str, Int[Array, "twin world"]]
    waits: dict[str, Float[Array, "twin world"]]
    happened: dict[str, UInt32[Array, "twin world"]]
    played: dict[str, Int[Array, "twin world"]]
    met: dict[str, dict[str, Value]]
    bounded: dict[str, Bool[Array, "twin world"]]
    sound: Bool[Array, "twin world"]
    agents: dict[str, Agents]
    tallies: dict[str, Num[Array, "twin world"]]
    known: dict[str, Bool[Array, "twin world"]]
    diary: Diary | None = None

    def noted(self, plan: Plan, line: int, here: Array, odds: Array | None = None) -> State:
        """The state with an entry in the diary where something has happened, if there is one."""
        if self.diary is None:
            return self
        states = tuple(self.states[machine.name] for machine in plan.machines)
        return self._replace(diary=self.diary.add(line, here, odds, states))

    def visible(self) -> dict[str, Array]:
        """What expressions can see of it."""
        return {**self.stocks, **self.tallies, **self.states}

    def look(self, names: needs.Names) -> dict[tuple[int, str], Shaped[Array, "... world"]]:
        """What is needed of each twin; of agents only what is asked for by `needs.agents`."""
        flags = {needs.fired(name): count > 0 for name, count in self.happened.items()}
        flags |= {needs.known(name): flag for name, flag in self.known.items()}
        flags[needs.SOUND] = self.sound
        seen = self.visible() | {name: flag.astype(jnp.int8) for name, flag in flags.items()}
        worlds = {
            (twin, name): value[twin]
            for twin, wanted in enumerate(names)
            for name, value in seen.items()
            if name in wanted
        }
        each = {
            (twin, needs.agents(population, name)): value[:, twin]
            for twin, wanted in enumerate(names)
            for population, agents in self.agents.items()
            for name, value in agents.items()
            if needs.agents(population, name) in wanted
        }
        return worlds | each


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
