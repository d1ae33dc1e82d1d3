"""Agents of a population: what they draw, what they see of others, what they do in a step.

Axes: (agent, twin, world). What is the same for all agents lacks the first axis or has length 1
there, so that a rule is evaluated by the evaluator of all expressions. Here all agents act at once,
on what stands at the opening of the step; `turns` is for those that do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import cast

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, UInt32

from schelling import chance
from schelling.case.language.typed.tallied import AgentTally
from schelling.case.language.typed.types import (
    Drawn,
    Kind,
    OfOther,
    OverTies,
    Typed,
    references,
)
from schelling.case.language.words.agent_words import NUMBER
from schelling.case.populations import AgentState, Population
from schelling.claims import signal
from schelling.claims.signal import Signal
from schelling.compile.agents import encounters, folds, of_world, ties_between
from schelling.compile.agents.quantiles import QUANTILES, allowed
from schelling.compile.agents.ties_between import Pair
from schelling.compile.course.state import Agents, spread
from schelling.compile.expressions.frame import Frame, Value, evaluate, number, truth, truth_of
from schelling.dynamics import steps
from schelling.populations import activation, neighbours, representatives
from schelling.populations.lists import Lists
from schelling.populations.luck import uniform
from schelling.populations.meetings import Met
from schelling.populations.networks.network import Network

Known = dict[str, Bool[Array, "twin world"]]
"""For traits and states, whether all agents have a number."""

_REDUCTIONS = {"min": neighbours.min, "max": neighbours.max}
"""What takes those together along ties whom an agent sees, where it is not a sum."""


@dataclass(frozen=True)
class People:
    """A population in a block of worlds.

    Attributes:
        population: Its rules.
        tallies: What is counted over it.
        keys: Of its streams of chance, by name.
        numbers: Of the worlds.
        twins: How many twins there are.
        ties: Who sees whom, by the name of the ties.
        lists: The same one after the other, of the ties that are looked along in turns.
    """

    population: Population
    tallies: tuple[AgentTally, ...]
    keys: Mapping[str, UInt32[Array, " two"]]
    numbers: UInt32[Array, " world"]
    twins: int
    ties: Mapping[str, Network]
    lists: Mapping[str, Lists]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Agents, twins and worlds."""
        return self.population.computed, self.twins, len(self.numbers)

    @cached_property
    def truths(self) -> frozenset[str]:
        """Traits and states that are true or false."""
        return truths(self.population)

    @cached_property
    def told(self) -> frozenset[str]:
        """Variables that are true or false: kept as numbers, NaN where that is not known."""
        own = self.population.variables
        return frozenset(one.name for one in own if one.value.type.kind is Kind.TRUTH)

    @cached_property
    def own(self) -> frozenset[str]:
        """Names of what an agent has."""
        return frozenset((NUMBER, *(name for name, _ in self.population.rules())))

    def begin(self, fixed: Frame) -> tuple[Agents, Known]:
        """Traits and first states, and where each of them is a finite number for all agents."""
        population = self.population
        count = representatives.numbers(population.computed, population.size)
        agents: Agents = {NUMBER: count[:, None, None]}
        known: Known = {}
        for trait in population.traits:
            frame = self.frame(agents, fixed, None)
            agents[trait.name], fine = self._value(trait.value, frame)
            known[trait.name] = fine & self.all_known(references(trait.value), known)
        for state in population.states:
            frame = self.frame(agents, fixed, None)
            value, fine = self._value(state.start, frame)
            known[state.name] = fine & self.all_known(references(state.start), known)
            agents[state.name] = jnp.broadcast_to(self.bound(value, state.within), self.shape)
        return agents, known

    def act(self, agents: Agents, opening: Frame, step: Array) -> tuple[Agents, Known]:
        """The agents a step later, and where each state that moves is finite for all of them.

        Args:
            agents: At the opening of the step.
            opening: What there is to see of the world then.
            step: Which step it is.
        """
        moving = [state for state in self.population.states if state.moves]
        if not moving:
            return agents, {}
        rules = [state.following for state in moving]
        seen = self.with_variables(agents, opening, references_of(rules))
        frame = self.frame(seen, self.settled(rules, opening), step, self.meet(step))
        following = tuple(self._next(state, frame) for state in moving)
        found, known = dict(agents), Known()
        after = chance.once(self.numbers, following)  # or its soundness would be computed again
        for state, value in zip(moving, after, strict=True):
            if state.name in self.truths:
                found[state.name] = value & 1 == 1
                known[state.name] = jnp.min(value, axis=0) > 1
            else:
                found[state.name] = value
                known[state.name] = jnp.all(jnp.isfinite(value), axis=0)
        return found, known

    def known_after(self, before: Known, fine: Known) -> Known:
        """What is still known after a step: what was, and came of nothing that was not.

        Args:
            before: At the opening of the step.
            fine: Where the rules of the states that move gave numbers, and truths with a meaning.
        """
        rules = {one.name: references(one.following) for one in self.population.states}
        made = {name: self.all_known(rules[name], before) for name in fine}
        return before | {name: fine[name] & before[name] & made[name] for name in fine}

    def all_known(self, names: Iterable[str], known: Known) -> Bool[Array, "*twin_and_world"]:
        """Where all that is read under some names, also through variables, is known."""
        read = sorted(self.population.read_by(names) & known.keys())
        return reduce(jnp.logical_and, [known[name] for name in read], jnp.ones((), bool))

    def _next(self, state: AgentState, frame: Frame) -> Array:
        """A state a step later: a number, NaN where it is none; or of a truth two bits.

        The first bit is the truth, the second whether it means something.
        """
        if state.name in self.truths:
            found = truth(state.following, frame)
            value = found.truth.astype(jnp.int8) + 2 * found.sound.astype(jnp.int8)
        else:
            value = self.bound(number(state.following, frame), state.within)
        return jnp.broadcast_to(value, self.shape)

    def with_variables(self, agents: Agents, world: Frame, names: Iterable[str]) -> Agents:
        """What agents have, with the variables among some names and those behind them.

        Args:
            agents: What they have, (agent, twin, world); variables that are there already are kept.
            world: The numbers of the world as they stand.
            names: What is to be read.
        """
        found = dict(agents)
        for variable in self.population.behind(names):
            if variable.name not in found:
                settled = self.settled([variable.value], world)
                value = folds.array(evaluate(variable.value, self.frame(found, settled, None)))
                flat = value.ndim < len(self.shape)
                found[variable.name] = (
                    jnp.broadcast_to(value, (1, *self.shape[1:])) if flat else value
                )
        return found

    def settled(self, rules: list[Typed], world: Frame) -> Frame:
        """A frame of the world in which what rules read of it alone is computed once."""
        parts = of_world.parts(rules, self.own)
        return replace(world, known=of_world.computed(parts, world, self.numbers))

    def count(
        self, tally: AgentTally, agents: Agents, known: Known, frame: Frame
    ) -> Float[Array, "twin world"]:
        """A number about all agents; 1 or 0 of a truth, and NaN where something is not known.

        Args:
            tally: What is counted.
            agents: What they have; variables that it reads are added for what is counted next.
            known: Which traits and states all agents have had a number for so far.
            frame: The numbers of the world.
        """
        agents |= self.with_variables(agents, frame, tally.reads)
        rules = [tally.body] if tally.condition is None else [tally.body, tally.condition]
        settled = self.settled(rules, frame)
        frame = replace(self.frame(agents, settled, None), others=self.signals(agents))
        body, *conditions = (spread(evaluate(rule, frame), self.shape) for rule in rules)
        if tally.function in folds.OF_TRUTHS and isinstance(body, Signal):
            plain = all(of_world.plain(rule, self.truths) for rule in rules)
            key = None if plain else self.numbers
            told = [truth_of(one) for one in conditions]
            found = folds.of_truths(tally.function, body, told, key)
        else:
            counts = folds.array(conditions[0]) if conditions else None
            found = folds.whole(tally.function, folds.array(body), counts)
        found = self._of_all(tally.function, found)
        return jnp.where(self.all_known(tally.reads, known), found, jnp.nan)

    def _of_all(self, function: str, found: Array) -> Array:
        """A number about those who are computed, as one about all agents."""
        counted = function in ("sum", "count")
        return found * self.population.stands_for if counted else found

    def meet(self, step: Array) -> dict[str, Met]:
        """Whom all agents meet in a step, by the name of the contacts."""
        count, worlds = self.population.computed, self.numbers
        agents, when = jnp.arange(count, dtype=jnp.uint32), step.astype(jnp.uint32)

        def luck(stream: str, draw: Array | int) -> Float[Array, "agent world"]:
            if self.population.representatives:
                return representatives.uniform(self.keys[stream], when, count, worlds, draw=draw)
            return uniform(self.keys[stream], when, agents, worlds, draw=draw)

        return encounters.along(self.population, agents[:, None], luck, (count, len(worlds)))

    def frame(
        self, agents: Agents, world: Frame, step: Array | None, met: Mapping[str, Met] | None = None
    ) -> Frame:
        """What a rule of an agent sees: its own traits and states beside the world's numbers.

        Args:
            agents: All of them.
            world: The numbers of the world.
            step: Which step it is; None at the start, and where agents are counted.
            met: Whom each agent meets, by the name of the contacts.
        """
        own = self.signals(agents)

        def around(frame: Frame, expression: Drawn | OverTies) -> Value:
            if isinstance(expression, Drawn):
                luck = self.luck(f"agents/{expression.stream}", step)
                return self.draw(expression, frame, luck)
            return self.look(expression, frame, agents, met or {})

        return replace(world, fixed={**world.fixed, **own}, around=around)

    def draw(self, expression: Drawn, frame: Frame, luck: Array) -> Value:
        """What an agent draws for itself, where its luck is a number from 0 to 1."""
        parameters = [number(one, frame) for one in expression.parameters]
        if expression.family == "bernoulli":
            (odds,) = parameters
            found = signal.fact(luck < odds)
            possible = (odds >= 0) & (odds <= 1)
            return Signal(found.truth, jnp.where(possible, found.margin, jnp.nan))
        value = QUANTILES[expression.family](luck, *parameters)
        return jnp.where(allowed(expression.family, parameters), value, jnp.nan)

    def luck(self, stream: str, step: Array | None) -> Float[Array, "agent one world"]:
        """Uniform numbers keyed by seed, stream, agent, step and world, whatever their number.

        At the start there is no step yet.
        """
        key, count = self.keys[stream], self.population.computed
        when = 0 if step is None else step.astype(jnp.uint32)
        if self.population.representatives:
            found = representatives.uniform(key, when, count, self.numbers)
        else:
            agents = jnp.arange(count, dtype=jnp.uint32)
            found = uniform(key, when, agents, self.numbers)
        if self.twins > 1:  # computed once, and not in every twin that reads it
            (found,) = chance.once(key, (found,))
        return found[:, None, :]

    def look(
        self, expression: OverTies, frame: Frame, agents: Agents, met: Mapping[str, Met]
    ) -> Value:
        """What every agent sees of all, of those it has ties with, or of those it meets."""

        def body(others: Mapping[str, Array], own: Mapping[str, Array]) -> tuple[Array, Array]:
            seen = {**frame.fixed, **self.signals(own)}
            inside = replace(frame, fixed=seen, others=self.signals(others))
            value = folds.array(evaluate(expression.body, inside))
            if expression.condition is None:
                return value, jnp.ones(())
            return value, folds.array(evaluate(expression.condition, inside))

        network = self.ties.get(expression.over)
        if expression.over in met:
            sums = self._over_met(expression.function, body, agents, met[expression.over])
        elif network is None:
            total, weight = self._over_all(expression.function, body, agents)
            sums = folds.Sums(self._of_all(expression.function, total), weight)
        else:
            sums = self._over_ties(expression, frame, body, agents, network)
        found = folds.result(expression.function, sums)
        return signal.told(found) if expression.type.kind is Kind.TRUTH else found

    def _over_all(self, function: str, body: Pair, agents: Agents) -> folds.Sums:
        """All agents, one after the other, as all see them."""

        def add(place: Array, sums: folds.Sums) -> folds.Sums:
            others = {
                name: value if len(value) == 1 else value[place][None]
                for name, value in agents.items()
            }
            return folds.add(function, sums, *body(others, agents))

        nothing = folds.nothing(function, self.shape)
        return cast("folds.Sums", lax.fori_loop(0, self.population.computed, add, nothing))

    def _over_met(self, function: str, body: Pair, agents: Agents, met: Met) -> folds.Sums:
        """Those whom an agent meets, one after the other, all agents at once."""

        def add(place: Array, sums: folds.Sums) -> folds.Sums:
            others = {
                name: activation.of(value, met.others[place]) for name, value in agents.items()
            }
            value, counts = body(others, agents)
            return folds.add(
                function, sums, value, jnp.where(met.there[place][:, None], counts, 0.0)
            )

        nothing = folds.nothing(function, self.shape)
        return cast("folds.Sums", lax.fori_loop(0, len(met.others), add, nothing))

    def _over_ties(
        self, expression: OverTies, frame: Frame, body: Pair, agents: Agents, network: Network
    ) -> folds.Sums:
        """Those whom an agent sees, a slot after the other, all agents at once."""
        reduce = _REDUCTIONS.get(expression.function, neighbours.sum)
        if expression.condition is None and not of_world.reads_self(expression.body, self.own):
            values = self._of_each(expression.body, frame, agents)
            total = reduce(network, values.reshape(len(values), -1))
            weight = network.degree[:, None]
        else:
            values, among = ties_between.between(body, agents, self.shape)
            total = reduce(network, values, among=among)
            weight = neighbours.count(network, among)
        # or every rule that reads it would go along the ties again, and more slowly
        total, weight = (self._apart(one) for one in chance.once(self.numbers, (total, weight)))
        # XLA replaces a division by one number for all worlds by a product with 1 / number, and
        # 49 * (1 / 49) is not 1; it cannot where the number seems to depend on the world
        return folds.Sums(total, jnp.where(jnp.isnan(total), total, weight))

    def _of_each(self, body: Typed, frame: Frame, agents: Agents) -> Array:
        """What those who look at an agent see of it, whoever looks; truths as such if they can."""
        if isinstance(body, OfOther) and body.name in self.truths:
            return jnp.broadcast_to(agents[body.name], self.shape)
        others = replace(frame, others=self.signals(agents))
        return jnp.broadcast_to(folds.array(evaluate(body, others)), self.shape)

    def _apart(self, value: Array) -> Float[Array, "agent twin world"]:
        """Numbers of all agents, (agent, twin and world), or one for all worlds."""
        shape = self.shape if value.shape[1] > 1 else (len(value), 1, 1)
        return value.astype(float).reshape(shape)

    def signals(self, agents: Mapping[str, Array]) -> dict[str, Value]:
        """Numbers as they are, truths as facts."""
        return {
            name: signal.told(value)
            if name in self.told
            else signal.fact(value)
            if name in self.truths
            else value
            for name, value in agents.items()
        }

    def _value(self, rule: Typed, frame: Frame) -> tuple[Array, Array]:
        """A rule's value, a truth as such, and where it is sound for all agents."""
        found = truth(rule, frame) if rule.type.kind is Kind.TRUTH else number(rule, frame)
        finite = found.sound if isinstance(found, Signal) else jnp.isfinite(found)
        value = found.truth if isinstance(found, Signal) else found
        value = value if value.ndim == 3 else jnp.broadcast_to(value, (1, *self.shape[1:]))
        finite = jnp.broadcast_to(finite, value.shape) if finite.ndim < 3 else finite
        return value, jnp.broadcast_to(jnp.all(finite, axis=0), self.shape[1:])

    def bound(self, value: Array, within: tuple[float, float] | None) -> Array:
        """A value held in the bounds of its state."""
        return value if within is None else steps.hold(value, within)[0]


def references_of(rules: Iterable[Typed]) -> frozenset[str]:
    """Names that some rules read."""
    return frozenset[str]().union(*map(references, rules))


def truths(population: Population) -> frozenset[str]:
    """The traits and states of a population that are true or false."""
    rules = ((name, made[0]) for name, made in population.lasting())
    return frozenset(name for name, rule in rules if rule.type.kind is Kind.TRUTH)
