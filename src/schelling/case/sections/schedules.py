"""When things happen: on days, regularly, at drawn intervals, and on which condition."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from schelling.case.clock import ANY_TIME, Clock
from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring.machines import as_condition
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.typed.scope import Scope
from schelling.case.language.typed.types import Kind, Operation, Typed, When
from schelling.case.schema import game_parts
from schelling.case.sections import drawn_gaps, recurring


@dataclass(frozen=True)
class Schedules:
    """What decides when something of a case happens.

    Attributes:
        draft: Takes the problems.
        clock: None when the case has no time.
        scope: For expressions inside a run.
    """

    draft: Draft
    clock: Clock | None
    scope: Scope

    def condition(self, path: Path, written: str | None) -> Typed | None:
        """The condition at a path; None where there is none."""
        if written is None:
            return None
        typed = self.draft.infer(path, self.scope)
        if typed.type.known and typed.type.kind is not Kind.TRUTH:
            message = f"'{path[-1]}' must be a condition, but '{shorten(written)}' is "
            message += typed.type.kind.value
            hint = as_condition(typed)
            self.draft.report("E306", message, path, hint=hint)
        return typed

    def steps(self, path: Path, on: str | None, every: str | None) -> tuple[int, ...]:
        """The steps of what happens on a day, or regularly from that day on."""
        if every is not None and on is None:
            message = "'every' needs the first day under 'on'"
            self.draft.report_key("E432", message, (*path, "every"), hint="such as on: 2024-03-17")
        if on is None or self.clock is None:
            return ()
        if every is not None:
            return recurring.steps(self.draft, self.clock, path)
        step = self.step((*path, "on"))
        return () if step is None else (step,)

    def step(self, path: Path) -> int | None:
        """The step at or after a day of the case."""
        day = self.draft.day(path)
        if day is None or self.clock is None:
            return None
        if not self.clock.start <= day <= self.clock.until:
            message = f"{day} is outside the time of the case"
            hint = f"the case runs from {self.clock.start} to {self.clock.until}"
            self.draft.report("E312", message, path, hint=hint)
            return None
        step = self.clock.first_at_or_after(self.clock.weeks(day))
        if step >= self.clock.steps:
            message = f"nothing can happen on {day}: no step of the case follows it"
            hint = f"the last step that changes anything is {self.clock.day(self.clock.steps - 1)}"
            self.draft.report("E312", message, path, hint=hint)
            return None
        return step

    def regular(self, path: Path, raw: game_parts.Played, what: str) -> tuple[int, ...]:
        """The steps of what happens at regular intervals, on a day, or from a day on.

        Args:
            path: Of the schedule.
            raw: The schedule; its interval is plain time.
            what: What happens to a game then, for messages: `played` or `solved`.
        """
        assert self.clock is not None
        if raw.every is None and raw.on is None:
            message = f"'{what}' needs 'every' or 'on'"
            self.draft.report("E408", message, path, hint="such as every: 4 weeks")
            return ()
        if raw.on is not None:
            return tuple(dict.fromkeys(self.steps(path, raw.on, raw.every)))
        length = self.draft.duration((*path, "every"))
        every = round(length / self.clock.step) if length else 0
        off = abs(every * self.clock.step - length) > 1e-9 if length else False
        if self.clock is not ANY_TIME and length and (every < 1 or off):
            message = f"a game must be {what} at steps of the case"
            hint = f"use a whole number of steps; a step has {self.clock.step * 7:g} days"
            self.draft.report("E408", message, (*path, "every"), hint=hint)
        return _every(self.clock.steps, every) if every else ()

    def played(
        self, path: Path, raw: game_parts.Played | None
    ) -> tuple[tuple[int, ...], Typed | None, Typed | None]:
        """When a game may be played, on which condition, and its interval if it is no number."""
        if raw is None:
            return (), None, None
        if self.clock is None:
            message = "a game can be played only in a case with a 'time' section"
            self.draft.report("E309", message, path)
            return (), None, None
        condition = self.condition((*path, "while"), raw.while_)
        if raw.every is not None:
            fixed = replace(self.scope, latest=When.FIXED)
            drawn = drawn_gaps.read(self.draft, (*path, "every"), fixed)
            if drawn is not None:
                return (*self._at_intervals(path, drawn, raw.on, condition), drawn)
        return self.regular(path, raw, "played"), condition, None

    def _at_intervals(
        self, path: Path, interval: Typed, on: str | None, condition: Typed | None
    ) -> tuple[tuple[int, ...], Typed | None]:
        """Every step from a day on, and the condition that an interval is over."""
        assert self.clock is not None
        first, begun = 0, 0.0
        if on is not None:
            step, day = self.step((*path, "on")), self.draft.day((*path, "on"))
            if step is None or day is None:
                return (), condition
            first, begun = step, self.clock.weeks(day)
        due = drawn_gaps.due(interval, begun, self.clock)
        if condition is not None:
            due = Operation("and", (due, condition), due.type)
        return (() if self.clock is ANY_TIME else tuple(range(first, self.clock.steps))), due


@functools.cache
def _every(last: int, every: int) -> tuple[int, ...]:
    """Steps before the last at which something regular happens; shared, since it can be long."""
    return tuple(range(0, last, every))
