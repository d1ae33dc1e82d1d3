"""One world looked into: its course with what happened in it, and what becomes of it otherwise.

A world is computed in legs. In the first it goes its own way; at the start of every later one
something is changed: an assumption or another number is held, other luck is met, an action or an
event is ordered. A leg is data, so the same compiled function takes all steps of all legs: before a
change everything is the same to the bit, and a leg that changes nothing changes no bit.

What is asked of the finished run sees, at every step, the numbers of that step; what is known of a
whole world, such as an assumption that a claim names, is what it is at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int, UInt32
from numpy import ndarray

from schelling.case.language.typed.types import Kind
from schelling.compile.claims.asked_claims import Asking
from schelling.compile.course import diary
from schelling.compile.course.outcomes import Finished, Outcomes, Paths
from schelling.compile.course.state import Pins, State
from schelling.compile.drawing.luck import Luck
from schelling.compile.expressions.frame import Frame, Since, Value
from schelling.compile.inspection import crossings
from schelling.compile.inspection.crossings import ThresholdCourse
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan
from schelling.compile.steps.step import Courses, Stepper
from schelling.compile.worlds import Lowered

_ONE = 1
"""A world is looked into alone."""

NOW, NEVER = 0.0, np.inf
"""What is left of the wait of an event that is to happen as soon as it can, or not any more."""


class Leg(NamedTuple):
    """A stretch of a world, and what is different in it from the stretch before.

    Attributes:
        first: Its first step.
        last: The step at whose opening it ends.
        draws: The assumptions, in declared units.
        pins: What else is held, in base units.
        number: Number of the world whose luck is met.
        fresh: Whether the waits of events begin anew at its start, with that luck.
        waits: For every event by chance, what is left of its wait at the start; NaN as it is.
        orders: By stream, which action is taken at a move of its first step; -1 as it is drawn.
        called_off: Of events with dates, by `event/NAME`: 0 if it does not happen, -1 if it may.
    """

    first: Int[ndarray, ""]
    last: Int[ndarray, ""]
    draws: Float[ndarray, "world assumption"]
    pins: dict[str, tuple[Bool[ndarray, ""], Float[ndarray, ""]]]
    number: UInt32[ndarray, " world"]
    fresh: Bool[ndarray, ""]
    waits: Float[ndarray, " clock"]
    orders: dict[str, Int[ndarray, ""]]
    called_off: dict[str, Int[ndarray, ""]]


class Gone(NamedTuple):
    """How far a world has gone.

    Attributes:
        state: Where it stands.
        seen: Its course so far, and that of its twins.
    """

    state: State
    seen: Courses


class Segment(NamedTuple):
    """The numbers that hold from some step on; see `Leg`."""

    draws: Float[Array, "world assumption"]
    pins: Pins


class Looked(NamedTuple):
    """What was seen of a finished world.

    Attributes:
        outcomes: What became of claims and questions.
        paths: The whole course.
        thresholds: The thresholds that the case looks at, step by step.
        sound: Whether its numbers were finite, step by step.
    """

    outcomes: Outcomes
    paths: Paths
    thresholds: ThresholdCourse
    sound: Bool[Array, " time"]


def pinned(plan: Plan) -> dict[str, float]:
    """What can be held beside assumptions, with base units in one declared unit; 1 of states."""
    numbers = [v for v in (*plan.fixed, *plan.moving) if v.value.type.kind is Kind.NUMBER]
    units = {one.name: one.unit.factor for one in (*numbers, *plan.stocks)}
    return units | {machine.name: 1.0 for machine in plan.machines}


def whole(plan: Plan, draws: Float[ndarray, " assumption"], world: int) -> Leg:
    """The leg that is the whole of a world, in which nothing is changed."""
    return Leg(
        first=np.array(0, np.int32),
        last=np.array(plan.steps, np.int32),
        draws=np.array(draws, np.float64)[None],
        pins={name: (np.array(False), np.array(0.0)) for name in pinned(plan)},
        number=np.array([world], np.uint32),
        fresh=np.array(False),
        waits=np.full(len(plan.clocks), np.nan),
        orders={stream: np.array(-1, np.int32) for stream in plan.moves},
        called_off={
            f"event/{event.name}": np.array(-1, np.int32) for event in plan.events if event.steps
        },
    )


def cut(leg: Leg, step: int) -> tuple[Leg, Leg]:
    """A leg as two that meet at the opening of a step; what is only of the start stays there.

    An event that is never to happen any more is not revived by other luck later on.
    """
    where = np.array(step, np.int32)
    later = leg._replace(
        first=where,
        fresh=np.array(False),
        waits=np.where(np.isposinf(leg.waits), NEVER, np.nan),
        orders={stream: np.array(-1, np.int32) for stream in leg.orders},
    )
    return leg._replace(last=where), later


def begin(plan: Plan, leg: Leg, luck: Luck) -> Gone:
    """A world at its start; a function to be compiled."""
    stepper = _stepper(plan, leg, luck)
    state = stepper.start()._replace(diary=diary.empty(plan, _ONE))
    return Gone(state, stepper.begun(state, needs.everything(plan)))


def go(plan: Plan, gone: Gone, leg: Leg, luck: Luck) -> Gone:
    """A world at the end of a leg; a function to be compiled."""
    stepper = _stepper(plan, leg, luck)
    due = stepper.schedules
    fortune = Lowered(plan).fortune(jnp.asarray(leg.number), luck)
    names = needs.everything(plan)

    def seeing(step: Array, state: State, before: Courses) -> Gone:
        opened = state.look(names)
        return Gone(state, {k: path.at[step].set(opened[k]) for k, path in before.items()})

    def advance(step: Array, gone: Gone) -> Gone:
        orders = {stream: jnp.where(step == leg.first, n, -1) for stream, n in leg.orders.items()}
        now = replace(stepper, orders={**orders, **leg.called_off})
        book = gone.state.diary
        assert book is not None
        state = gone.state._replace(diary=book._replace(step=jnp.asarray(step, jnp.int32)))
        return seeing(step + 1, now.step(state, step, due[step], fortune[step]), gone.seen)

    begun = seeing(jnp.asarray(leg.first), _turned(stepper, gone.state, leg), gone.seen)
    return cast("Gone", lax.fori_loop(leg.first, leg.last, advance, begun))


def look(plan: Plan, since: Sequence[Since], segments: Sequence[Segment], gone: Gone) -> Looked:
    """What was seen of a finished world; a function to be compiled.

    Args:
        plan: The plan.
        since: From which step on the numbers of every segment hold; 0 for the first.
        segments: The numbers.
        gone: The world at its end.
    """
    frame = seen(plan, since, segments, gone)
    lowered, finished = Lowered(plan), Finished(gone.seen, gone.state)
    sound = gone.seen[0, needs.SOUND] > 0
    return Looked(
        Asking(plan).outcomes(frame, finished.last, _ONE),
        lowered.paths(frame, finished.last, _ONE),
        crossings.course(crossings.crossable(plan), frame),
        sound[:, 0],
    )


def seen(plan: Plan, since: Sequence[Since], segments: Sequence[Segment], gone: Gone) -> Frame:
    """A finished world as a frame, in which its twins are; see `look`."""
    finished = Finished(gone.seen, gone.state)
    if len(segments) == 1:
        lowered = Lowered(plan, segments[0].pins)
        return lowered.frames(lowered.fixed(jnp.asarray(segments[0].draws)), finished)
    known = [Lowered(plan, one.pins).fixed(jnp.asarray(one.draws)) for one in segments]

    def met(game: str, twin: int, _: Mapping[str, Value]) -> dict[str, Value]:
        """The fixed numbers of a twin when a game was first played in it."""
        played = gone.state.played[game][twin]
        found = _of_twin(known[0], twin)
        for start, later in zip(since[1:], known[1:], strict=True):
            at = partial(jnp.where, played >= start)
            found = {
                name: jax.tree.map(at, value, found[name])
                for name, value in _of_twin(later, twin).items()
            }
        return found

    parts: dict[int, list[tuple[Since, Frame]]] = {twin: [] for twin in range(len(plan.twins))}
    frame: Frame | None = None
    for start, segment, fixed in zip(since, segments, known, strict=True):
        frame = Lowered(plan, segment.pins, parts, met).frames(fixed, finished)
        parts[0].append((start, frame))
        for twin, changes in enumerate(plan.twins):
            if twin > 0:
                parts[twin].append((start, frame.twins[changes]))
    assert frame is not None
    return frame


def _of_twin(fixed: Mapping[str, Value], twin: int) -> dict[str, Value]:
    def own(value: Array) -> Array:
        return value if value.ndim < 2 else value[twin]

    return {name: jax.tree.map(own, value) for name, value in fixed.items()}


def _stepper(plan: Plan, leg: Leg, luck: Luck) -> Stepper:
    """What takes the steps of a leg; with its orders, games are kept one by one from the start."""
    pins = {name: (jnp.asarray(a), jnp.asarray(b)) for name, (a, b) in leg.pins.items()}
    lowered = Lowered(plan, pins)
    fixed = lowered.fixed(jnp.asarray(leg.draws))
    recorded = needs.first_played(plan, whole=True)
    orders = {name: jnp.asarray(n) for name, n in (leg.orders | leg.called_off).items()}
    return lowered.stepper(fixed, jnp.asarray(leg.number), luck, recorded, orders)


def _turned(stepper: Stepper, state: State, leg: Leg) -> State:
    """A state with what is different from the start of a leg on."""
    race, waits = stepper.race, dict[str, Value]()
    for place, event in enumerate(race.events):
        anew = race.wait(race.keys[place], state.happened[event.name])
        left = jnp.where(leg.fresh, anew, state.waits[event.name])
        ordered = jnp.asarray(leg.waits)[place]
        waits[event.name] = jnp.where(jnp.isnan(ordered), left, ordered)
    scene, pins = stepper.scene, stepper.pins
    stocks = {name: scene.hold(name, state.stocks[name]) for name in state.stocks.keys() & pins}
    states = {name: scene.hold(name, state.states[name]) for name in state.states.keys() & pins}
    return state._replace(
        waits=state.waits.having(waits),
        stocks=state.stocks.having(stocks),
        states=state.states.having(states),
    )
