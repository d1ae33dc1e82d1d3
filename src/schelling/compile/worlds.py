"""The plan as pure functions over a block of worlds.

`simulation(plan)` runs every world of the block and its twins; of the finished run, `answers(plan)`
asks the claims and `courses(plan)` returns the whole course of the actual worlds. They are three
functions because only the first is worth an optimising compiler. Inside, worlds lie side by side in
the last axis, twins before them: state has the axes (twin, world), a finished run (time, world).
What leaves has the world first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Num, UInt32
from numpy import ndarray

from schelling import chance
from schelling.case.model import Variable
from schelling.compile.alike_things import families
from schelling.compile.alike_things.families import Families, MemberFamily
from schelling.compile.alike_things.held import HeldByTwin
from schelling.compile.alike_things.twin_frames import TwinFrames
from schelling.compile.claims import told_games
from schelling.compile.claims.asked_claims import Asking
from schelling.compile.claims.finished import (
    BoardSolver,
    FinishedCourse,
    FirstPlays,
    OfTwin,
    of_twin,
)
from schelling.compile.course.outcomes import Finished, Outcomes, Paths
from schelling.compile.course.state import Pins, State, pin, spread
from schelling.compile.drawing.luck import Luck
from schelling.compile.expressions import open_places, rolling
from schelling.compile.expressions.constants import NUMBERS
from schelling.compile.expressions.frame import Frame, Since, Value, evaluate, number_of
from schelling.compile.expressions.many import Many, Names, changed_at, fitted
from schelling.compile.games.stochastic import Process
from schelling.compile.games.tree import Board
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan
from schelling.compile.planning.twins import Interventions
from schelling.compile.steps.beforehand import Beforehand, Draws, PlanNumbers
from schelling.compile.steps.step import Orders, Stepper

Simulation = Callable[[Draws, UInt32[Array, " world"], Luck], Finished]
Answers = Callable[[Draws, Finished], Outcomes]
Courses = Callable[[Draws, Finished], Paths]
Kernel = Callable[[Draws, UInt32[Array, " world"], Luck], Outcomes]


def _as_they_are(_: str, __: int, own: Mapping[str, Value]) -> Mapping[str, Value]:
    return own


def simulation(
    plan: Plan,
    numbers: PlanNumbers | None = None,
    *,
    whole: bool = True,
    agents: frozenset[str] = frozenset(),
) -> Simulation:
    """Lower a plan to the function that runs a block of worlds.

    Args:
        plan: The plan, or its structure.
        numbers: Those that belong to a structure, as `constants.separated` parts the two.
        whole: Keep the whole course of the actual worlds, not only what is asked about.
        agents: States of agents to keep step by step in the actual worlds, as `needs.agents` names
            them.

    Returns:
        A pure function of the draws (in declared units), the world numbers and the plan's luck.
    """
    names, recorded = needs.afterwards(plan, whole=whole), needs.first_played(plan, whole=whole)
    names = (names[0] | agents, *names[1:])
    return partial(Lowered(plan, numbers=numbers).run, names=names, recorded=recorded)


def known(plan: Plan, numbers: PlanNumbers | None = None) -> Callable[[Draws], Many]:
    """Lower a plan to the function that computes what is known of its worlds before they run."""

    def values(draws: Draws) -> Many:
        kept = Lowered(plan, numbers=numbers).fixed(draws).kept
        return Many({key: value for key, value in kept.items() if key != NUMBERS})

    return values


def simulation_of_known(
    plan: Plan, numbers: PlanNumbers, *, whole: bool = True
) -> Callable[[Many, UInt32[Array, " world"], Luck], Finished]:
    """As `simulation`, of what `known` returns in place of the draws."""
    names, recorded = needs.afterwards(plan, whole=whole), needs.first_played(plan, whole=whole)

    def run(values: Many, worlds: UInt32[Array, " world"], luck: Luck) -> Finished:
        fixed = Many(values.kept)
        fixed.put(NUMBERS, numbers)
        return Lowered(plan, numbers=numbers).run_known(fixed, worlds, luck, names, recorded)

    return run


def answers(plan: Plan, numbers: PlanNumbers | None = None) -> Answers:
    """Lower a plan to the function that asks its claims of a finished run."""
    return Lowered(plan, numbers=numbers).answers


def courses(plan: Plan, numbers: PlanNumbers | None = None) -> Courses:
    """Lower a plan to the function that returns the whole course of the actual worlds."""
    return Lowered(plan.actual, numbers=numbers).courses


def kernel(plan: Plan) -> Kernel:
    """Simulation and answers in one function: it can be jitted, and differentiated where smooth."""
    both, simulate = Lowered(plan), simulation(plan, whole=False)

    def outcomes(draws: Draws, worlds: Array, luck: Luck) -> Outcomes:
        return both.answers(draws, simulate(draws, worlds, luck))

    return outcomes


def whole_course(
    plan: Plan,
    draws: Float[ndarray, "world assumption"],
    worlds: UInt32[ndarray, " world"],
    luck: Luck,
) -> Frame:
    """Everything that a few worlds and their twins went through, as the frame of the actual world.

    Beside stocks and states it holds, step by step, whether the world is sound and which events
    that happen once have happened (`needs.SOUND`, `needs.fired`). For looking into worlds: too much
    is kept for many.
    """
    both = Lowered(plan)
    given = jnp.asarray(draws), jnp.asarray(worlds), luck
    recorded = needs.first_played(plan, whole=True)
    run = jax.jit(partial(both.run, names=needs.everything(plan), recorded=recorded))
    finished = cast("Finished", run(*given))
    fixed = cast("Many", jax.jit(both.fixed)(given[0]))
    return both.frames(fixed, finished)


@dataclass(frozen=True)
class Lowered:
    """A plan as functions over a block of worlds.

    Attributes:
        plan: What to do.
        pins: What is held from outside, beside what twins hold.
        parts: Of a run in which something is changed on the way, for every twin what
            `Frame.parts` is: each frame made here knows it.
        met: For a game, a twin and the fixed numbers of that, those of when it was first played.
        numbers: Those of its formulas, where they are arguments; see `constants`.
    """

    plan: Plan
    pins: Pins = field(default_factory=dict)  # pyright: ignore
    parts: Mapping[int, list[tuple[Since, Frame]]] = field(default_factory=dict)  # pyright: ignore
    met: Callable[[str, int, Mapping[str, Value]], Mapping[str, Value]] = _as_they_are
    numbers: PlanNumbers | None = None

    @cached_property
    def families(self) -> Families:
        """The plan's alike things."""
        return families.of(self.plan, self.pins)

    @cached_property
    def boards(self) -> dict[str, Board]:
        """The plan's games, compiled."""
        return {game.name: Board.of(game) for game in self.plan.games}

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """The plan's games with states, compiled."""
        return tuple(map(Process, self.plan.stochastic))

    def run(
        self, draws: Draws, worlds: Array, luck: Luck, names: needs.Needed, recorded: needs.Games
    ) -> Finished:
        """All steps of a block."""
        return self.run_known(self.fixed(draws), worlds, luck, names, recorded)

    def run_known(
        self, fixed: Many, worlds: Array, luck: Luck, names: needs.Needed, recorded: needs.Games
    ) -> Finished:
        """All steps of a block of which is known what `fixed` returns."""
        stepper = self.stepper(fixed, worlds, luck, recorded)
        state = stepper.start()
        if not self.plan.timed:
            seen = state.look(names)
            return Finished({key: value[None] for key, value in seen.items()}, state)
        last, seen = stepper.run(state, self.fortune(worlds, luck), names)
        return Finished(seen, last)

    def stepper(
        self,
        fixed: Mapping[str, Value],
        worlds: Array,
        luck: Luck,
        recorded: needs.Games,
        orders: Orders | None = None,
    ) -> Stepper:
        """What takes the steps of a block."""
        plan, keys = self.plan, luck.streams
        clocks, moves = len(plan.clocks), len(plan.clocks) + len(plan.moves)
        return Stepper(
            plan,
            self.boards,
            fixed,
            worlds,
            keys[:clocks],
            recorded,
            luck._replace(streams=keys[moves:]),
            self.pins,
            orders or {},
            self.families,
        )

    def fortune(self, worlds: Array, luck: Luck) -> Float[Array, "step move world"]:
        """Luck of every move at every step."""
        plan = self.plan
        if not plan.moves:
            return jnp.zeros((plan.steps, 0, len(worlds)))
        steps = jnp.arange(plan.steps, dtype=jnp.uint32) // plan.halvings
        clocks = len(plan.clocks)
        keys = luck.streams[clocks : clocks + len(plan.moves)]
        return chance.uniform(keys, steps, worlds)

    @cached_property
    def elapsed(self) -> Float[Array, "time 1"]:
        """The time since the start, in weeks: the same in every trace and twin."""
        with jax.ensure_compile_time_eval():
            return jnp.arange(self.plan.steps + 1, dtype=float)[:, None] * self.plan.step

    @cached_property
    def beforehand(self) -> Beforehand:
        """What is known before the run."""
        return Beforehand(
            self.plan, self.boards, self.processes, self.pins, self.numbers, self.families
        )

    def fixed(self, draws: Draws) -> Many:
        """Assumptions and fixed variables, (world), or (twin, world) where a twin differs."""
        return self.beforehand.values(draws)

    def frame(
        self,
        twin: int,
        fixed: Mapping[str, Value],
        finished: Finished,
        twins: Mapping[Interventions, Frame],
    ) -> Frame:
        """The finished run of one twin; its moving variables are computed again, all at once."""
        own = OfTwin(fixed, twin)
        course = FinishedCourse(of_twin(finished.seen, twin))
        course["elapsed"] = self.elapsed
        solve = BoardSolver(self.boards)
        first = FirstPlays(
            finished.last.met,
            twin,
            lambda game: self.met(game, twin, own),
            solve,
            self.families.played,
        )
        held = HeldByTwin(self.plan.twins[twin], Frame(OfTwin(fixed, 0), {}))
        parts, steps = self.parts.get(twin, []), self.plan.steps + 1
        frame = Frame(own, course, steps, twins, solve, first, hold=held.or_own, parts=parts)
        course.variables = {
            one.name: partial(self._again, one, frame, held) for one in self.plan.moving
        }
        course.families = {
            one.names: partial(self._all_again, one, frame, held, finished.worlds)
            for one in self.families.moving
            if isinstance(one, MemberFamily)
        }
        return frame

    def _again(self, variable: Variable, frame: Frame, held: HeldByTwin) -> Value:
        """The course of a moving variable, or what a twin holds in its place."""
        value = held.value(variable.name)
        if value is not None:
            return spread(value, (frame.steps, *(number_of(value).shape or (1,))))
        return pin(self.pins, variable.name, evaluate(variable.value, frame))

    def _all_again(
        self, family: MemberFamily, frame: Frame, held: HeldByTwin, worlds: int
    ) -> Value:
        """The courses of alike moving variables, (variable, time, world)."""
        names, shape = family.names, (frame.steps, worlds)
        values = fitted(rolling.each(family.forms[0], len(names), frame, evaluate), shape)
        pinned = [name for name in names if name in self.pins]
        return held.of_all(names, changed_at(names, values, pinned, partial(pin, self.pins)))

    def frames(self, fixed: Mapping[str, Value], finished: Finished) -> Frame:
        """The finished run of the actual world, and in it those of its twins."""
        frames = {
            changes: self.frame(twin, fixed, finished, {})
            for twin, changes in enumerate(self.plan.twins)
            if twin > 0
        }
        twins = TwinFrames(frames, self.plan, fixed, finished.seen, self.pins)
        return self.frame(0, fixed, finished, twins)

    def answers(self, draws: Draws, finished: Finished) -> Outcomes:
        """Every claim asked of the finished run."""
        frame = self.frames(self.fixed(draws), finished)
        return Asking(self.plan, self.families.claims).outcomes(
            frame, finished.last, finished.worlds
        )

    def courses(self, draws: Draws, finished: Finished) -> Paths:
        """The series of the finished run, and its games where they were first played."""
        frame = self.frame(0, self.fixed(draws), finished, {})
        return self.paths(frame, finished.last, finished.worlds)

    def paths(self, frame: Frame, last: State, worlds: int) -> Paths:
        """The series of a frame, and its games where they were first played."""
        shape = (frame.steps, worlds)
        stocks = tuple(stock.name for stock in self.plan.stocks)
        moving = tuple(name for name in self.plan.series if name not in frozenset(stocks))
        series = self.courses_of(frame, stocks, shape) + self.courses_of(frame, moving, shape)
        states = self.courses_of(frame, tuple(m.name for m in self.plan.machines), shape)
        games = told_games.told(self.boards, self.families.played, frame, worlds)
        solved = [(choice, payoffs, status) for choice, payoffs, status, _ in games]
        never = jnp.full(worlds, -1, jnp.int32)
        played = {name: steps[0] for name, steps in last.played.items()}
        answers = [process.at_start(frame) for process in self.processes]
        pairs = list(zip(self.processes, answers, strict=True))
        solved += [process.course(own, worlds) for process, own in pairs]
        none = jnp.zeros((*shape, 0))
        return Paths(
            series=_world_first(series, none),
            states=_world_first(states, none).astype(jnp.int8),
            choice=tuple(choice for choice, _, _ in solved),
            payoffs=tuple(payoffs for _, payoffs, _ in solved),
            precision=tuple(precision for *_, precision in games),
            played=tuple(played.get(name, never) for name in self.boards),
            status=tuple(status for _, _, status in solved),
            values=tuple(process.worths(own, worlds) for process, own in pairs),
        )

    def courses_of(self, frame: Frame, names: Names, shape: tuple[int, int]) -> list[Array]:
        """Courses side by side, (thing, time, world), in the order of their names."""
        if frame.parts:
            return [jnp.broadcast_to(number_of(frame.course(n)), shape)[None] for n in names]
        found: list[Array] = []
        waiting = names
        while waiting:
            own = self.families.beside.get(waiting[0], ())
            together = own if own and waiting[: len(own)] == own else waiting[:1]
            value = number_of(open_places.gathered(together, frame))
            found.append(jnp.broadcast_to(value, (len(together), *shape)))
            waiting = waiting[len(together) :]
        return found


def fixed(plan: Plan) -> Callable[[Draws], Frame]:
    """Lower a plan to the function that computes what is known before the run, as a frame."""
    return lambda draws: Frame(Lowered(plan.actual).fixed(draws), {})


def _world_first(courses: list[Array], none: Array) -> Num[Array, "world time thing"]:
    """Courses, each (thing, time, world), in one array; `none` has no thing."""
    return jnp.concatenate(courses).transpose(2, 1, 0) if courses else none.swapaxes(0, 1)
