"""What a block of worlds looks like at a moment, and what effects do to it.

Axes: (twin, world). Expressions see the variables of a frame and, where something has happened
since, the stocks and states as it left them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TypeVar, cast

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float

from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import GameValue, Typed
from schelling.case.model import Effect, Event, Stock, Variable
from schelling.claims.signal import Signal
from schelling.compile.agents import folds
from schelling.compile.agents.people import Known, People
from schelling.compile.alike_things import families
from schelling.compile.alike_things.families import Families, MemberFamily
from schelling.compile.alike_things.held import one_with_held, with_held
from schelling.compile.claims.finished import BoardSolver, OfTwin
from schelling.compile.course.state import Agents, Pins, State, pin, spread
from schelling.compile.expressions import rolling
from schelling.compile.expressions.forms import Form
from schelling.compile.expressions.frame import Frame, Solver, Value, evaluate, number, truth_of
from schelling.compile.expressions.many import Many, Names, changed_at, fitted, merged, renamed
from schelling.compile.games.stochastic import Process
from schelling.compile.games.tree import Board
from schelling.compile.planning import asking, needs
from schelling.compile.planning.plan import Plan
from schelling.compile.steps.beginning import Beginning
from schelling.dynamics import steps

_Some = TypeVar("_Some", bound=Value)
_Touched = tuple[Many, Many, Many, Array]


@dataclass(frozen=True)
class Scene:
    """A block of worlds of a plan.

    Attributes:
        plan: What to do.
        fixed: Assumptions and fixed variables, (world), or (twin, world) where a twin differs.
        worlds: Size of the block.
        pins: What is held from outside, in the actual world and in twins that do not hold it.
        boards: The plan's games, compiled, for what is asked about them.
        families: The plan's alike things.
    """

    plan: Plan
    fixed: Mapping[str, Value]
    worlds: int
    pins: Pins = field(default_factory=dict)  # pyright: ignore
    boards: Mapping[str, Board] = field(default_factory=dict)  # pyright: ignore
    families: Families = families.NONE

    @cached_property
    def at_opening(self) -> frozenset[str]:
        """Names that are read at the opening of a step."""
        return needs.opening(self.plan)

    @cached_property
    def in_flow(self) -> frozenset[str]:
        """Names that are read as stocks flow."""
        return needs.flowing(self.plan)

    @cached_property
    def in_race(self) -> frozenset[str]:
        """Names that events by chance read."""
        return needs.racing(self.plan)

    @property
    def shape(self) -> tuple[int, int]:
        """Twins and worlds."""
        return len(self.plan.twins), self.worlds

    @property
    def solve(self) -> Solver:
        """Answers what is asked about games where they are looked at."""
        return BoardSolver(self.boards)

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """Events of which something asks how often they have happened."""
        return asking.counted(self.plan)

    def visible(self, state: State) -> Many:
        """What expressions can see of a state."""
        counted = state.happened.only(self.counted_keys(state))
        return merged(state.visible(), renamed(counted, counter, _as_number))

    def counted_keys(self, state: State) -> list[str | Names]:
        """How the counts are kept of events of which something asks how often they happened."""
        wanted = frozenset(self.counts)
        keys = state.happened.kept
        return [key for key in keys if wanted & ({key} if isinstance(key, str) else {*key})]

    def seeing(self, moving: Mapping[str, Value]) -> Frame:
        """A frame of the block."""
        return Frame(self.fixed, moving, solve=self.solve)

    def renewed(
        self, process: Process, questions: Sequence[GameValue], state: State, weeks: Array
    ) -> dict[str, Array]:
        """The answers of a game with states, solved with the numbers of a moment.

        Args:
            process: The game.
            questions: What is asked of it.
            state: As it stands; what is counted over agents is known.
            weeks: The time since the start.
        """
        seen = Beginning(self, merged(self.visible(state), {"elapsed": weeks}))
        answers = process.answers(self.seeing(seen))
        found: dict[str, Array] = {}
        for text in map(write, questions):
            value = answers[text]
            margin = value.margin if isinstance(value, Signal) else value
            found[text] = jnp.broadcast_to(margin, self.shape)
        return found

    def hold(self, name: str, value: _Some) -> _Some:
        """A value, or in a twin that holds it, what it is held at."""
        value = pin(self.pins, name, value)
        if name not in self.held_by_twins:
            return value
        actual = Frame(OfTwin(self.fixed, 0), {})
        return cast("_Some", one_with_held(self.plan.twins, name, value, actual))

    @cached_property
    def held_by_twins(self) -> frozenset[str]:
        """What some twin holds."""
        return frozenset(target for twin in self.plan.twins for target, _ in twin)

    def hold_all(self, names: Names, values: Value) -> Value:
        """Values of alike things, each `(twin, world)`, or what it is held at."""
        pinned = [name for name in names if name in self.pins]
        values = changed_at(names, values, pinned, partial(pin, self.pins))
        return with_held(self.plan.twins, names, values, Frame(OfTwin(self.fixed, 0), {}))

    def each(self, common: Form, names: Names, frame: Frame) -> Value:
        """Values of alike expressions, one for each of some things: (thing, twin, world)."""
        return fitted(rolling.each(common, len(names), frame, evaluate), self.shape)

    def _held(self, name: str, value: Value) -> Value:
        """A value in the shape of the block, or in a twin that holds it, what it is held at."""
        if name in self.held_by_twins or name in self.pins:
            return self.hold(name, spread(value, self.shape))
        return value

    def frame(self, state: State, weeks: Array, names: frozenset[str]) -> Frame:
        """What expressions see of a state at a time since the start; of variables, some names."""
        moving = merged(self.visible(state), {"elapsed": weeks})
        frame = Frame(self.fixed, moving, hold=self._held, solve=self.solve)
        for key, compute in self.variables(names):
            moving = Many(moving.kept)
            moving.put(key, compute(frame))
            frame = replace(frame, moving=moving)
        return frame

    def variables(
        self, names: frozenset[str]
    ) -> Iterator[tuple[str | Names, Callable[[Frame], Value]]]:
        """The moving variables among some names, in order, each with what computes it."""
        for one in self.families.moving:
            if isinstance(one, Variable):
                if one.name in names:
                    yield one.name, partial(self.variable, one)
            elif names.issuperset(one.names):
                yield one.names, partial(self.alike, one)
            else:
                own = (self.moving[name] for name in one.names if name in names)
                yield from ((variable.name, partial(self.variable, variable)) for variable in own)

    @cached_property
    def alike_to(self) -> dict[str, MemberFamily]:
        """The family of every moving variable that has one."""
        found = [one for one in self.families.moving if isinstance(one, MemberFamily)]
        return {name: family for family in found for name in family.names}

    @cached_property
    def moving(self) -> dict[str, Variable]:
        """The moving variables by name."""
        return {variable.name: variable for variable in self.plan.moving}

    def variable(self, variable: Variable, frame: Frame) -> Value:
        """A variable's value, (twin, world)."""
        return self.hold(variable.name, spread(evaluate(variable.value, frame), self.shape))

    def value(self, name: str, frame: Frame) -> Value:
        """The value of a moving variable, (twin, world)."""
        if name not in self.moving:
            message = f"'{name}' is read before it is known"
            raise KeyError(message)
        return self.variable(self.moving[name], frame)

    def family_of(self, name: str) -> MemberFamily | None:
        """The family of a moving variable, if it has one."""
        return self.alike_to.get(name)

    def alike(self, family: MemberFamily, frame: Frame) -> Value:
        """Values of alike variables, (thing, twin, world)."""
        return self.hold_all(family.names, self.each(family.forms[0], family.names, frame))

    def beginning(self, states: Mapping[str, Array]) -> Beginning:
        """What moves at the start, before any stock is known."""
        return Beginning(self, merged(states, {"elapsed": jnp.zeros(())}))

    def counted(self, state: State, weeks: Array, crowds: Sequence[People]) -> State:
        """A state with what is counted over its agents, as it stands at an opening."""
        known = self.visible(state._replace(tallies={}))
        moving = Beginning(self, merged(known, {"elapsed": weeks}))
        self.counting(moving, crowds, state.agents, state.known)
        names = [tally.name for tally in self.plan.tallies]
        return state._replace(tallies={name: folds.array(moving[name]) for name in names})

    def counting(
        self,
        moving: Beginning,
        crowds: Sequence[People],
        agents: Mapping[str, Agents],
        known: Known,
    ) -> None:
        """Let what is counted over agents be counted when it is first looked at."""
        frame = self.seeing(moving)
        for people in crowds:
            own = dict(agents[people.population.name])  # variables are added as they are counted
            for tally in people.tallies:
                moving.tallies[tally.name] = partial(people.count, tally, own, known, frame)

    def seen(self, state: State, opening: Frame) -> Frame:
        """A frame with stocks and states as they stand now."""
        return replace(opening, moving=merged(opening.moving, self.visible(state)))

    def met(
        self, condition: Typed | None, state: State, frame: Frame, here: Array
    ) -> tuple[State, Array]:
        """The worlds among `here` where a condition holds; unsound where it means nothing."""
        if condition is None:
            return state, here
        found = truth_of(evaluate(condition, frame))
        state = state._replace(sound=state.sound & (~here | found.sound))
        return state, here & found.truth & found.sound

    def met_all(
        self, condition: Form | None, names: Names, state: State, frame: Frame, here: Array
    ) -> tuple[State, Array]:
        """Where, of `here`, the conditions of alike events hold, (event, twin, world); as `met`."""
        if condition is None:
            return state, here
        found = truth_of(self.each(condition, names, frame))
        state = state._replace(sound=state.sound & jnp.all(~here | found.sound, 0))
        return state, here & found.truth & found.sound

    def bound(
        self, stock: Stock, value: Float[Array, "twin world"]
    ) -> tuple[Float[Array, "twin world"], Bool[Array, "twin world"]]:
        """A stock in its bounds, in its twins as held; and where the bounds were needed."""
        value, outside = steps.hold(value, stock.within)
        return self.hold(stock.name, value), outside

    def apply(
        self,
        effects: tuple[Effect, ...],
        state: State,
        opening: Frame,
        here: Array,
        anybody: Array | None = None,
    ) -> State:
        """Effects in order, each seeing what those before it left, where `here`.

        Whether anybody is `here` is found out where it is not given. The branch is left out where
        nobody is concerned; being a branch, it also keeps the compiler from computing what decides
        `here` again in everything that follows.
        """

        def changed(state: State) -> State:
            for effect in effects:
                state = self.change(effect, state, opening, here)
            return state

        targets = {effect.target for effect in effects}
        return self.where(here, targets, changed, state, anybody)

    def where(
        self,
        here: Array,
        targets: Collection[str | Names],
        changed: Callable[[State], State],
        state: State,
        anybody: Array | None = None,
    ) -> State:
        """A state with some targets changed, if anybody is `here`."""
        if not targets:
            return state

        def touched(state: State) -> _Touched:
            some = state.stocks, state.bounded, state.states
            stocks, flags, states = (one.only(targets) for one in some)
            return stocks, flags, states, state.sound

        def skip() -> _Touched:
            return touched(state)

        def act() -> _Touched:
            return touched(changed(state))

        concerned = jnp.any(here) if anybody is None else anybody
        stocks, flags, states, sound = cast("_Touched", lax.cond(concerned, act, skip))
        return state._replace(
            stocks=state.stocks.having(stocks),
            bounded=state.bounded.having(flags),
            states=state.states.having(states),
            sound=sound,
        )

    def change(self, effect: Effect, state: State, opening: Frame, here: Array) -> State:
        """One effect, where `here`."""
        value = number(effect.value, self.seen(state, opening))
        return self.put(effect.target, value, state, here)

    def put(self, name: str, value: Array, state: State, here: Array) -> State:
        """A state in which a stock or a machine has another value, where `here`."""
        sound = state.sound & (~here | jnp.isfinite(value))  # before bounds hide an infinity
        if name in state.states:
            known = here & jnp.isfinite(value)
            own = jnp.where(known, value, state.states[name]).astype(jnp.int32)
            states = state.states.having({name: self.hold(name, own)})
            return state._replace(states=states, sound=sound)
        value, outside = steps.hold(value, self.bounds[name])
        kept = self.hold(name, jnp.where(here, value, state.stocks[name]))
        state = state._replace(stocks=state.stocks.having({name: kept}), sound=sound)
        if name in state.bounded:
            flag = state.bounded[name] | (outside & here)
            state = state._replace(bounded=state.bounded.having({name: flag}))
        return state

    def put_all(
        self, names: Names, values: Array, state: State, here: Array, *, sure: bool = False
    ) -> State:
        """A state in which each of a family of stocks or machines has another, where `here`.

        Args:
            names: Of the family.
            values: What they become, (thing, twin, world).
            state: As it stands.
            here: Where they do, likewise.
            sure: Whether the values are known to be finite, so that nobody has to look.
        """
        finite = jnp.ones((), bool) if sure else jnp.all(~here | jnp.isfinite(values), 0)
        if names in state.states.kept:
            known = here & jnp.isfinite(values)
            own = jnp.where(known, values, state.states.kept[names]).astype(jnp.int32)
            states = state.states.having({names: self.hold_all(names, own)})
            return state._replace(states=states, sound=state.sound & finite)
        value, outside = steps.hold(values, self.bounds[names[0]])
        kept = self.hold_all(names, jnp.where(here, value, state.stocks.kept[names]))
        stocks = state.stocks.having({names: kept})
        bounded = state.bounded
        if names in bounded.kept:
            bounded = bounded.having({names: bounded.kept[names] | (outside & here)})
        return state._replace(stocks=stocks, bounded=bounded, sound=state.sound & finite)

    @cached_property
    def bounds(self) -> dict[str, tuple[float, float] | None]:
        """The bounds of every stock."""
        return {stock.name: stock.within for stock in self.plan.stocks}

    @cached_property
    def events_alone(self) -> tuple[Event, ...]:
        """The events by chance that are in no family."""
        taken = {name for family in self.families.events for name in family.names}
        events = (event for event in self.plan.events if event.hazard is not None)
        return tuple(event for event in events if event.name not in taken)

    @cached_property
    def alone(self) -> tuple[Stock, ...]:
        """The stocks that are in no family."""
        return families.single(self.plan.stocks, self.families.stocks)

    @cached_property
    def flowing(self) -> tuple[Stock, ...]:
        """Those of them that something flows into, or that may be held from some step on."""
        return tuple(
            one for one in self.alone if one.name in self.pins or not needs.stands_still(one)
        )


def _as_number(count: Array) -> Array:
    return count.astype(float)
