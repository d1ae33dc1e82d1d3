"""One step of a block of worlds: variables, games, events, flows, in that order.

Axes inside: (twin, world). Conditions, hazards and payoffs see stocks and phase as the games and
events before them left them, and the variables of the step's opening; rates of change are those of
the opening.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int, Num

from schelling.case.language.types import Typed
from schelling.case.model import Effect, Event
from schelling.claims.signal import Signal
from schelling.compile import needs
from schelling.compile.frame import Frame, Value, evaluate, number, truth
from schelling.compile.plan import Plan
from schelling.compile.tree import Board
from schelling.dynamics import steps

Courses = dict[tuple[int, str], Array]
"""What was seen of each twin: by twin and name, `(time, world)`."""


class State(NamedTuple):
    """What a world carries from step to step.

    Attributes:
        stocks: In base units.
        phase: Position among the plan's phases.
        fired: For every event that happens once, whether it has.
        bounded: For every stock with bounds, whether it was ever held at a bound.
        sound: False once a number that decided something was not finite.
    """

    stocks: dict[str, Float[Array, "twin world"]]
    phase: Int[Array, "twin world"]
    fired: dict[str, Bool[Array, "twin world"]]
    bounded: dict[str, Bool[Array, "twin world"]]
    sound: Bool[Array, "twin world"]

    def visible(self) -> dict[str, Array]:
        """What expressions can see of it."""
        return {**self.stocks, "phase": self.phase}

    def look(self, names: needs.Names) -> dict[tuple[int, str], Num[Array, " world"]]:
        """What is needed of each twin."""
        flags = {needs.fired(name): flag for name, flag in self.fired.items()}
        flags[needs.SOUND] = self.sound
        seen = self.visible() | {name: flag.astype(jnp.int8) for name, flag in flags.items()}
        return {
            (twin, name): value[twin]
            for twin, wanted in enumerate(names)
            for name, value in seen.items()
            if name in wanted
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


@dataclass(frozen=True)
class Stepper:
    """Runs the plan over a block of worlds.

    Attributes:
        plan: What to do.
        boards: The plan's games, compiled.
        fixed: Assumptions and fixed variables, (world), or (twin, world) where a twin differs.
        worlds: Size of the block.
    """

    plan: Plan
    boards: Mapping[str, Board]
    fixed: Mapping[str, Value]
    worlds: int

    @cached_property
    def driving(self) -> frozenset[str]:
        """Names that the dynamics read."""
        return needs.dynamics(self.plan)

    @property
    def shape(self) -> tuple[int, int]:
        """Twins and worlds."""
        return len(self.plan.twins), self.worlds

    def start(self) -> State:
        """The state at step 0."""
        plan, frame = self.plan, Frame(self.fixed, {})
        stocks: dict[str, Array] = {}
        bounded: dict[str, Array] = {}
        for stock in plan.stocks:
            value = jnp.broadcast_to(number(stock.start, frame), self.shape)
            value, outside = steps.hold(value, stock.within)
            stocks[stock.name] = self.hold(stock.name, value)
            if stock.within is not None:
                bounded[stock.name] = outside
        none = jnp.zeros(self.shape, bool)
        fired = {event.name: none for event in plan.events if event.once}
        phase = self.hold("phase", jnp.zeros(self.shape)).astype(jnp.int32)
        return State(stocks, phase, fired, bounded, ~none)

    def hold(self, name: str, value: _Some) -> _Some:
        """A value, or in a twin that holds it, what it is held at."""
        actual = {key: _first(entry) for key, entry in self.fixed.items()}
        for twin, interventions in enumerate(self.plan.twins):
            for target, held in interventions:
                if target == name:
                    value = put(value, twin, evaluate(held, Frame(actual, {})))
        return value

    def run(
        self, state: State, luck: Float[Array, "step stream world"], names: needs.Names
    ) -> tuple[State, dict[tuple[int, str], Num[Array, "time world"]]]:
        """All steps; the last state, and the course of what is needed of each twin."""
        plan = self.plan
        count = jnp.arange(plan.steps)
        played = jnp.array(
            [[step in game.schedule for game in plan.games] for step in range(plan.steps)], bool
        ).reshape(plan.steps, len(plan.games))

        def advance(
            carried: tuple[State, Courses], now: tuple[Array, Array, Array]
        ) -> tuple[tuple[State, Courses], None]:
            (state, seen), (step, due, luck) = carried, now
            state = self.step(state, step, due, luck)
            opened = state.look(names)
            return (state, {k: path.at[step + 1].set(opened[k]) for k, path in seen.items()}), None

        courses = {
            key: jnp.zeros((plan.steps + 1, *value.shape), value.dtype).at[0].set(value)
            for key, value in state.look(names).items()
        }
        return lax.scan(advance, (state, courses), (count, played, luck))[0]

    def frame(self, state: State, step: Array) -> Frame:
        """What expressions see at the opening of a step, or of a substep."""
        moving: dict[str, Value] = {**state.visible(), "elapsed": step * self.plan.step}
        frame = Frame(self.fixed, moving)
        for variable in (v for v in self.plan.moving if v.name in self.driving):
            value = spread(evaluate(variable.value, frame), self.shape)
            moving = {**frame.moving, variable.name: self.hold(variable.name, value)}
            frame = replace(frame, moving=moving)
        return frame

    def step(self, state: State, step: Array, due: Array, luck: Array) -> State:
        """One step from its opening to the next."""
        plan = self.plan
        opening = self.frame(state, step)
        rates = self.rates(opening)
        fortune = dict(zip(plan.streams, luck, strict=True))
        for position, game in enumerate(plan.games):
            if game.schedule:
                state = self.play(self.boards[game.name], state, opening, due[position], fortune)
        for event in plan.events:
            state = self.happen(event, state, opening, step, fortune)
        state = self.flow(state, rates)
        for part in range(1, plan.substeps):
            opening = self.frame(state, step + part / plan.substeps)
            state = self.flow(state, self.rates(opening))
        return state

    def rates(self, frame: Frame) -> dict[str, Array]:
        """Rate of change of every stock, per week."""
        return {stock.name: number(stock.change, frame) for stock in self.plan.stocks}

    def flow(self, state: State, rates: Mapping[str, Array]) -> State:
        """One Euler substep."""
        weeks = self.plan.step / self.plan.substeps
        stocks, bounded = dict(state.stocks), dict(state.bounded)
        for stock in self.plan.stocks:
            value, outside = steps.hold(
                stocks[stock.name] + weeks * rates[stock.name], stock.within
            )
            stocks[stock.name] = self.hold(stock.name, value)
            if stock.within is not None:
                bounded[stock.name] = bounded[stock.name] | outside
        total = jnp.zeros(())
        for value in stocks.values():
            total = total + value
        sound = state.sound & jnp.isfinite(total)  # one number that is not spoils the sum
        return state._replace(stocks=stocks, bounded=bounded, sound=sound)

    def seen(self, state: State, opening: Frame) -> Frame:
        """The opening frame with stocks and phase as they stand now."""
        return replace(opening, moving={**opening.moving, **state.visible()})

    def met(
        self, condition: Typed | None, state: State, frame: Frame, here: Array
    ) -> tuple[State, Array]:
        """The worlds among `here` where a condition holds; unsound where it means nothing."""
        if condition is None:
            return state, here
        found = truth(condition, frame)
        state = state._replace(sound=state.sound & (~here | found.sound))
        return state, here & found.truth & found.sound

    def happen(
        self,
        event: Event,
        state: State,
        opening: Frame,
        step: Array,
        fortune: Mapping[str, Array],
    ) -> State:
        """One event, where its time, its condition and chance agree."""
        frame = self.seen(state, opening)
        here = jnp.ones(self.shape, bool)
        if event.once:
            here &= ~state.fired[event.name]
        if event.step is not None:
            here &= step == event.step
        state, here = self.met(event.condition, state, frame, here)
        if event.hazard is not None:
            hazard = number(event.hazard, frame)
            sound = state.sound & (~here | (jnp.isfinite(hazard) & (hazard >= 0)))
            state = state._replace(sound=sound)
            luck = fortune[f"event/{event.name}"]
            here &= steps.happens(hazard, self.plan.step, luck)
        if event.once:
            fired = {**state.fired, event.name: state.fired[event.name] | here}
            state = state._replace(fired=fired)
        return self.apply(event.effects, state, opening, here)

    def apply(
        self, effects: tuple[Effect, ...], state: State, opening: Frame, here: Array
    ) -> State:
        """Effects in order, each seeing what those before it left, where `here`.

        The branch is left out where nobody is concerned; being a branch, it also keeps the
        compiler from computing what decides `here` again in everything that follows.
        """
        targets = {effect.target for effect in effects}
        if not targets:
            return state

        def changed(state: State) -> State:
            for effect in effects:
                state = self.change(effect, state, opening, here)
            return state

        def touched(state: State) -> tuple[dict[str, Array], dict[str, Array], Array, Array]:
            stocks = {name: value for name, value in state.stocks.items() if name in targets}
            flags = {name: value for name, value in state.bounded.items() if name in targets}
            return stocks, flags, state.phase, state.sound

        def skip() -> tuple[dict[str, Array], dict[str, Array], Array, Array]:
            return touched(state)

        def act() -> tuple[dict[str, Array], dict[str, Array], Array, Array]:
            return touched(changed(state))

        stocks, flags, phase, sound = cast(
            "tuple[dict[str, Array], dict[str, Array], Array, Array]",
            lax.cond(jnp.any(here), act, skip),
        )
        return state._replace(
            stocks={**state.stocks, **stocks},
            bounded={**state.bounded, **flags},
            phase=phase,
            sound=sound,
        )

    def change(self, effect: Effect, state: State, opening: Frame, here: Array) -> State:
        """One effect, where `here`."""
        value = number(effect.value, self.seen(state, opening))
        if effect.target == "phase":
            known = jnp.isfinite(value)
            sound = state.sound & (~here | known)
            phase = jnp.where(here & known, value, state.phase).astype(jnp.int32)
            return state._replace(phase=self.hold("phase", phase), sound=sound)
        name = effect.target
        within = next(stock.within for stock in self.plan.stocks if stock.name == name)
        value, outside = steps.hold(value, within)
        stock = jnp.where(here, value, state.stocks[name])
        state = state._replace(stocks={**state.stocks, name: self.hold(name, stock)})
        if name in state.bounded:
            bounded = {**state.bounded, name: state.bounded[name] | (outside & here)}
            state = state._replace(bounded=bounded)
        return state

    def play(
        self,
        board: Board,
        state: State,
        opening: Frame,
        due: Array,
        fortune: Mapping[str, Array],
    ) -> State:
        """A game at one of its steps: solve, draw an action at every move, apply the effects."""

        def played(state: State) -> State:
            frame = self.seen(state, opening)
            here = jnp.ones(self.shape, bool)
            state, here = self.met(board.game.condition, state, frame, here)
            solved = board.solve(frame)
            state = state._replace(sound=state.sound & (~here | solved.sound))
            reached = {0: here}
            for node, place in board.moves:
                luck = fortune[f"game/{board.game.name}/{place}"]
                first = board.tree.first_edge[node]
                masks = steps.draw(solved.choice[node], luck)
                for action, taken in enumerate(masks):
                    child = board.tree.children[node][action]
                    reached[child] = reached[node] & taken
                    effects = board.branches[first + action].effects
                    state = self.apply(effects, state, opening, reached[child])
            return state

        def skipped(state: State) -> State:
            return state

        if len(board.game.schedule) == self.plan.steps:
            return played(state)
        return cast("State", lax.cond(due, played, skipped, state))


def _first(value: Value) -> Value:
    """The actual world of a value that may have twins."""
    if isinstance(value, Signal):
        return value if value.truth.ndim < 2 else Signal(value.truth[0], value.margin[0])
    return value if value.ndim < 2 else value[0]
