"""Tells the stories of a case: computes a world again, writes down what happens, and branches it.

A run keeps what became of its worlds, not what happened in them. One of them is computed again with
its draws and its luck, by another program than the run's; where a rounding decides something, it
may come out otherwise, and then the story says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.model import Case
from schelling.compile.course import diary
from schelling.compile.drawing import draws, luck
from schelling.compile.drawing.luck import Luck
from schelling.compile.inspection import chronicle, failing
from schelling.compile.inspection.chronicle import Gone, Leg, Looked
from schelling.compile.inspection.crossings import crossable
from schelling.compile.inspection.failing import Failure
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.compile.planning.units import margin_unit
from schelling.errors import RunError
from schelling.study.exploring.probe import Probe
from schelling.study.runs.computing import first_worlds
from schelling.study.runs.computing.jobs import REPLICATES
from schelling.study.runs.results import Run
from schelling.study.stories import chosen_world, facts, programs, turn_text
from schelling.study.stories.story import (
    ClaimEnd,
    Happening,
    Story,
    StoryMove,
    StoryTurn,
    StoryValue,
    Turning,
)

_CLOSE: Final = 1e-6
"""Two programs that round differently may differ by so much of a number, and not more."""


@dataclass(frozen=True)
class Narrator:
    """Who tells the stories of a case, or of a run of it.

    Attributes:
        case: The case.
        plan: What is computed of it.
        seed: Of draws and chance.
        run: The run whose worlds are told of; None where only the case is known.
    """

    case: Case
    plan: Plan
    seed: int
    run: Run | None

    @cached_property
    def luck(self) -> Luck:
        """The luck of the seed."""
        return luck.of(self.plan, self.seed)

    def story(self, world: int) -> Story:
        """The story of a world.

        Raises:
            RunError: There is no such world.
        """
        drawn = self._drawn(world)
        met = world if self.run is None else self.run.luck_number(world)
        return self._told((chronicle.whole(self.plan, drawn, met),), world, ())

    def typical(self, claim: str | None = None, *, holds: bool = True) -> Story:
        """The story of a typical world; see `chosen_world.typical`.

        Raises:
            RunError: There is no run, no such claim, or no such world.
        """
        return self.story(chosen_world.typical(self._run, claim, holds=holds))

    def nearest_other(self, story: Story, claim: str) -> Story:
        """The story of the nearest world in which a claim has the other truth.

        Raises:
            RunError: The story was changed on the way, or there is no such claim or world.
        """
        if story.turns:
            message = "a world that was changed on the way has no neighbours; ask the one it was"
            raise RunError(message)
        return self.story(chosen_world.nearest_other(self._run, story.world, claim)[0])

    def branch(self, story: Story, text: str) -> Story:
        """The story of the same world with something changed from a date on.

        Args:
            story: A story that this narrator told.
            text: When and what; see `turn_text`.

        Raises:
            RunError: The text cannot be read, or nothing comes of an order in this world.
        """
        turn = turn_text.read(text, self.plan, self.case.clock)
        before, last = story.legs[:-1], story.legs[-1]
        if turn.step < last.first:
            assert self.case.clock is not None
            day = self.case.clock.day(int(last.first))
            message = f"this story was changed on {day}; it can be changed again from then on"
            raise RunError(message)
        if turn.step > last.first:
            earlier, last = chronicle.cut(last, turn.step)
            before = (*before, earlier)
        for one in turn.turnings:
            last = self._turned(last, one)
        told = self._told((*before, last), story.world, (*story.turns, turn))
        for one in turn.turnings:
            self._hold_to_it(one, turn.step, story, told)
        return told

    @property
    def _run(self) -> Run:
        if self.run is None:
            message = "only worlds of a run can be looked for; run the case first"
            raise RunError(message)
        return self.run

    def _drawn(self, world: int) -> Float[ndarray, " assumption"]:
        if world < 0:
            message = f"worlds are counted from 0; got {world}"
            raise RunError(message)
        if self.run is not None:
            return self.run.assumptions(world)
        drawn = draws.draw(self.plan, seed=self.seed, replicates=REPLICATES, first=world, count=1)
        return drawn[0]

    def _turned(self, leg: Leg, one: Turning) -> Leg:
        """A leg with something changed in it."""
        match one.kind:
            case "luck":
                number = np.array([one.number], np.uint32)
                return leg._replace(number=number, fresh=np.array(True))
            case "move":
                orders = {stream: np.array(n, np.int32) for stream, n in one.streams}
                return leg._replace(orders={**leg.orders, **orders})
            case "event":
                return self._with_event(leg, one)
            case _:
                names = [assumption.name for assumption in self.plan.assumptions]
                if one.name in names:
                    drawn = leg.draws.copy()
                    drawn[0, names.index(one.name)] = one.number
                    return leg._replace(draws=drawn)
                pin = np.array(True), np.array(one.number)
                return leg._replace(pins={**leg.pins, one.name: pin})

    def _with_event(self, leg: Leg, one: Turning) -> Leg:
        stream = f"event/{one.name}"
        if stream in leg.called_off:
            return leg._replace(called_off={**leg.called_off, stream: np.array(0, np.int32)})
        waits = leg.waits.copy()
        waits[self.plan.clocks.index(stream)] = one.number
        return leg._replace(waits=waits)

    def _hold_to_it(self, one: Turning, step: int, before: Story, told: Story) -> None:
        """See that what was ordered was done.

        Raises:
            RunError: It was not.
        """
        now = [fact for fact in told.facts if fact.step == step]
        if one.kind == "move":
            game = one.name.partition(".")[0]
            streams = {stream for stream, _ in one.streams}
            if any(isinstance(f, StoryMove) and f.stream in streams for f in now):
                return
            when = {f.step for f in before.facts if isinstance(f, StoryMove) and f.game == game}
            message = f"nobody moves at '{one.name}' on {self._day(step)} in world {told.world}"
            raise RunError(message + self._when(game, when))
        if one.kind == "event" and one.number == chronicle.NOW:
            if any(isinstance(f, Happening) and f.event == one.name for f in now):
                return
            message = f"'{one.name}' cannot happen on {self._day(step)} in world {told.world}: "
            raise RunError(message + "its condition or its hazard does not allow it then")

    def _when(self, game: str, steps: Iterable[int]) -> str:
        days = [str(self._day(step)) for step in sorted(steps)]
        if not days:
            return f"; '{game}' is never played in it"
        more = ", ..." if len(days) > 4 else ""
        return f"; '{game}' is played in it on {', '.join(days[:4])}{more}"

    def _day(self, step: int) -> Any:
        assert self.case.clock is not None
        return self.case.clock.day(step)

    def _told(self, legs: tuple[Leg, ...], world: int, turns: tuple[StoryTurn, ...]) -> Story:
        """Compute a world and tell it."""
        compiled = programs.of_plan(self.plan, self.luck)
        gone = compiled.gone(legs, self.luck)
        seen = compiled.looked(legs, gone)
        ends = self._ends(legs, gone, seen)
        clock, paths = self.case.clock, [seen.paths]
        above = np.asarray(seen.thresholds.above)[0].tolist()
        start = zip(crossable(self.plan), above, strict=True)
        values = legs[0].draws[0].tolist()
        below = Probe(self.plan, self.seed).levels_of(legs[0].draws)[0].tolist()
        assumed = zip(self.plan.assumptions, values, below, strict=True)
        told = Story(
            case=self.case,
            world=world,
            seed=self.seed,
            assumptions=tuple(StoryValue(a.name, v, a.unit.written, b) for a, v, b in assumed),
            facts=facts.of_world(self.plan, gone, seen, turns),
            begins=facts.states_at(self.plan, seen, 0),
            at_start=tuple(start),
            ends=ends,
            series=first_worlds.series(self.plan, clock, paths).isel(world=0, drop=True),
            games=first_worlds.games(self.plan, paths),
            turns=turns,
            untold=max(facts.length(gone) - diary.ROOM, 0),
            differs=(),
            legs=legs,
            teller=self,
        )
        return told if turns else replace(told, differs=self._differs(told, seen))

    def _ends(self, legs: Sequence[Leg], gone: Gone, seen: Looked) -> tuple[ClaimEnd, ...]:
        """What became of the claims."""
        found: list[ClaimEnd] = []
        outcomes = seen.outcomes
        for place, claim in enumerate(self.plan.claims):
            margin, asked = float(outcomes.margin[0, place]), bool(outcomes.counts[0, place])
            failure = None
            if asked and not np.isfinite(margin):
                failure = self._failure(legs, gone, claim.name)
            holds = bool(outcomes.holds[0, place])
            found.append(ClaimEnd(claim, holds, margin, margin_unit(claim.holds), asked, failure))
        return tuple(found)

    def _failure(self, legs: Sequence[Leg], gone: Gone, name: str) -> Failure | None:
        """Where the numbers behind a claim failed first."""
        since, segments = programs.StoryPrograms.segments(legs)
        known: tuple[chronicle.Segment, ...] = jax.tree.map(cast("Any", jnp.asarray), segments)
        frame = chronicle.seen(self.plan, since, known, gone)
        claim = next(claim for claim in self.plan.claims if claim.name == name)
        return failing.first(self.plan, frame, 0, name, claim.holds)

    def _differs(self, told: Story, seen: Looked) -> tuple[str, ...]:
        """What came out otherwise than in the run, by more than rounding a number can explain."""
        if self.run is None:
            return ()
        place = chosen_world.place_of(self.run, told.world)
        row = self.run.table().slice(place, 1)
        found: list[str] = []
        for end in told.ends:
            name = end.claim.name
            asked = bool(self.run.counts(name)[place])
            truth = asked, asked and bool(row.column(f"holds.{name}")[0].as_py())
            kept = row.column(f"margin.{name}")[0].as_py()
            same = truth == (end.asked, end.asked and end.holds)
            if not same or not _alike(np.nan if kept is None else kept, end.margin):
                found.append(name)
        for column, stock in enumerate(self.plan.stocks):
            if f"final.{stock.name}" in row.column_names:
                kept = row.column(f"final.{stock.name}")[0].as_py()
                if not _alike(kept, float(seen.outcomes.final[0, column]) / stock.unit.factor):
                    found.append(stock.name)
        return tuple(found)


def _alike(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=_CLOSE, atol=_CLOSE, equal_nan=True))


def of_run(run: Run) -> Narrator:
    """Who tells the stories of a run's worlds."""
    built = plan.build(run.case, run.manifest.claims)
    return Narrator(run.case, built, run.manifest.seed, run)


def of_case(case: Case, seed: int = 0) -> Narrator:
    """Who tells the stories of a case: of the worlds that a run of it with a seed would have."""
    return Narrator(case, plan.build(case, [claim.name for claim in case.claims]), seed, None)
