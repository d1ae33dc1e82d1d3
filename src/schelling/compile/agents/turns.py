"""Agents who act one at a time, or in pairs that meet: the turns of a step.

Axes of a turn: (twin, world); every world has an agent of its own whose turn it is, and twins share
who that is. Rules see the world as it stands at the opening of the step, and agents as the last
turn left them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float

from schelling.case.language.typed.types import Drawn, Kind, OverTies, references
from schelling.case.language.words.agent_words import MY_TURN
from schelling.claims import signal
from schelling.compile.agents import encounters, folds
from schelling.compile.agents.people import Known, People, references_of
from schelling.compile.course.state import Agents
from schelling.compile.expressions.frame import Frame, Value, evaluate, number, truth
from schelling.compile.planning import rules
from schelling.populations import activation, contacts, luck
from schelling.populations.activation import Own, Turn, Turns
from schelling.populations.meetings import Met

_KNOWN = "(known) "
"""Before the name of a state: whether it was a number in every turn; no name is written so."""


def taken(
    people: People, agents: Agents, opening: Frame, step: Array, often: int
) -> tuple[Agents, Known]:
    """The agents after the turns of a step, and where each state that moves was always finite.

    Args:
        people: Of a population that acts in turns.
        agents: At the opening of the step.
        opening: What there is to see of the world then.
        step: Which step it is.
        often: Into how many steps the step check has cut one; each takes its part of the turns.
    """
    population = people.population
    moving = [state for state in population.states if state.moves]
    if not moving:
        return agents, {}
    part, turns = step % often, population.turns
    first, last = (part * turns) // often, ((part + 1) * turns) // often
    begin = (step // often).astype(jnp.uint32) * jnp.uint32(turns) + first.astype(jnp.uint32)
    due = Turns(people.keys[rules.turns(population)], people.numbers, begin, last - first)
    acting = _Acting(people, agents, opening)
    carried = {state.name: agents[state.name] for state in moving}
    carried |= {_KNOWN + name: jnp.ones((1, *people.shape[1:]), bool) for name in carried}
    if population.acts == "pair":
        along = people.lists[population.along] if population.along else None
        after = activation.pairwise(carried, due, along, acting.meet)
    else:
        after = activation.alone(carried, due, acting.alone)
    found = agents | {state.name: after[state.name] for state in moving}
    return found, {state.name: after[_KNOWN + state.name][0] for state in moving}


class WithinSight(NamedTuple):
    """What an agent who acts alone can look at.

    Attributes:
        everybody: What all agents have, as the last turn left it.
        met: Whom it meets, by the name of the contacts.
    """

    everybody: Agents
    met: Mapping[str, Met]


@dataclass(frozen=True)
class _Acting:
    """The rules of a population for one agent of every world.

    Attributes:
        people: The population.
        agents: At the opening of the step, with what does not change.
        opening: What there is to see of the world then.
    """

    people: People
    agents: Agents
    opening: Frame

    def meet(self, mine: Own, theirs: Own, turn: Turn) -> tuple[Own, Own]:
        """Two who meet follow the same rules, each on what both were before."""
        one, other = self.whole(mine, turn.who), self.whole(theirs, turn.whom)
        here = self.rules(one, turn, turn.who, self.seen(one, other, drawn=True))
        there = self.rules(other, turn, turn.whom, self.seen(other, one, drawn=False))
        known = [name for name in here if name.startswith(_KNOWN)]  # one of a world, for both
        both = {name: here[name] & there[name] for name in known}
        return here | both, there | both

    def alone(self, before: Agents, turn: Turn) -> Own:
        """One follows the rules on what it sees of the others along its ties."""
        everybody = self.agents | before
        own = {name: activation.of(array, turn.who) for name, array in everybody.items()}
        fixed = {**self.opening.fixed, **self.people.signals(own)}
        frame = replace(self.opening, fixed=fixed)
        in_sight = WithinSight(everybody, self.encounters(turn))
        return self.rules(own, turn, turn.who, frame, in_sight)

    def encounters(self, turn: Turn) -> dict[str, Met]:
        """Whom the agent meets whose turn it is, by the name of the contacts."""
        numbers = self.people.numbers

        def drawn(stream: str, draw: Array | int) -> Float[Array, " world"]:
            key = self.people.keys[stream]
            return luck.each(key, turn.number, turn.who, numbers, draw=draw)

        return encounters.along(self.people.population, turn.who, drawn, (len(numbers),))

    def whole(self, own: Own, who: Array) -> Own:
        """What an agent has, with what does not change in turns."""
        kept = {name: array for name, array in self.agents.items() if name not in own}
        return {name: activation.of(array, who) for name, array in kept.items()} | own

    def seen(self, own: Own, other: Own, *, drawn: bool) -> Frame:
        """What an agent sees that meets another, and whether it was drawn itself."""
        signals = self.people.signals
        turn: Value = signal.fact(jnp.full((1, 1), drawn))
        fixed = {**self.opening.fixed, **signals(own), MY_TURN: turn}
        theirs = self.informed(signals(other))
        return replace(self.opening, fixed=fixed, others=theirs)

    def informed(self, own: Mapping[str, Value]) -> dict[str, Value]:
        """What an agent has as the last turn left it, with the variables that rules read."""
        found = dict(own)
        for variable in self.people.population.behind(self.read):
            seen = {**self.opening.fixed, **found}
            frame = replace(self.opening, fixed=seen)
            found[variable.name] = evaluate(variable.value, frame)
        return found

    @cached_property
    def read(self) -> frozenset[str]:
        """Names that the rules read."""
        return references_of(one.following for one in self.people.population.states if one.moves)

    def rules(
        self,
        own: Own,
        turn: Turn,
        who: Array,
        frame: Frame,
        in_sight: WithinSight | None = None,
    ) -> Own:
        """The states of an agent after a turn, and whether each is a number still."""

        def around(frame: Frame, expression: Drawn | OverTies) -> Value:
            if isinstance(expression, OverTies):
                return self.look(expression, frame, in_sight or WithinSight({}, {}), who)
            key = self.people.keys[f"agents/{expression.stream}"]
            drawn = lax.optimization_barrier(luck.each(key, turn.number, who, self.people.numbers))
            return self.people.draw(expression, frame, drawn)

        frame, shape = replace(frame, around=around), self.people.shape[1:]
        frame = replace(frame, fixed=self.informed(frame.fixed))
        after: Own = {}
        moving = [state for state in self.people.population.states if state.moves]
        known = {state.name: own[_KNOWN + state.name] for state in moving}
        for state in moving:
            fine: Bool[Array, "*cell"]
            if state.following.type.kind is Kind.TRUTH:
                found = truth(state.following, frame)
                value, fine = found.truth, found.sound
            else:
                value = number(state.following, frame)
                fine = jnp.isfinite(value)
            value = jnp.broadcast_to(self.people.bound(value, state.within), shape)
            after[state.name] = value.astype(self.agents[state.name].dtype)
            certain = self.people.all_known(references(state.following), known)
            after[_KNOWN + state.name] = known[state.name] & fine & certain
        return after

    def look(self, expression: OverTies, frame: Frame, in_sight: WithinSight, who: Array) -> Value:
        """What an agent sees of those it has ties with, or meets."""
        if expression.over in in_sight.met:
            seen, there = in_sight.met[expression.over]
        else:
            seen, there = contacts.around(self.people.lists[expression.over], who)
        others = {name: activation.of(array, seen) for name, array in in_sight.everybody.items()}
        theirs = self.informed(self.people.signals(others))
        inside = replace(frame, others=theirs)
        shape = (len(seen), *self.people.shape[1:])
        value = folds.array(evaluate(expression.body, inside))
        counts = jnp.ones(())
        if expression.condition is not None:
            counts = folds.array(evaluate(expression.condition, inside))
        counts = jnp.where(there[:, None], jnp.broadcast_to(counts, shape), 0.0)
        found = folds.whole(expression.function, jnp.broadcast_to(value, shape), counts)
        return signal.told(found) if expression.type.kind is Kind.TRUTH else found
