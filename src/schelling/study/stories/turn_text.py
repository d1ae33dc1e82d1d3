"""What a world is to be changed in, and when, as it is written: `week 12: nato.strike=ignore`.

A text is a date, a colon and changes with commas between them. Nothing of it is evaluated.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from schelling.case.clock import Clock
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.language.typed import units
from schelling.case.language.typed.scope import suggest
from schelling.case.language.typed.units import Unit
from schelling.case.model import Game
from schelling.compile.inspection import chronicle
from schelling.compile.planning.moves import named_moves
from schelling.compile.planning.plan import Plan, choices
from schelling.errors import RunError, printable
from schelling.study.stories.story import StoryTurn, Turning

MOST = 2_000
"""Characters of a text."""

_SUCH_AS = "such as 'week 12: NAME=2.5', 'week 12: GAME.ACTOR=ACTION' or 'week 12: luck=world 7'"
_WHEN = re.compile(r"\s*(?:(week|step)\s+(\d{1,7}(?:\.\d{1,9})?)|(\d{4}-\d\d-\d\d))\s*")
_NAMED = re.compile(r"\s*([A-Za-z_][\w./]*(?:\[[^\[\]]*\])?)\s*=\s*(.*?)\s*", re.DOTALL)
_NUMBER = re.compile(r"([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(%|[A-Za-z/1].*)?")
_WORLD = re.compile(r"world\s+(\d{1,10})")
_LAST_WORLD = 2**32 - 1


def read(text: str, plan: Plan, clock: Clock | None) -> StoryTurn:
    """Read what is to be changed in a world.

    Args:
        text: The text.
        plan: Of the case.
        clock: Of the case.

    Raises:
        RunError: It cannot be read; the message shows where.
    """
    return _Text(text, plan, clock).turn()


@dataclass(frozen=True)
class _Text:
    text: str
    plan: Plan
    clock: Clock | None

    def turn(self) -> StoryTurn:
        """The whole text."""
        if len(self.text) > MOST:
            message = f"a change has {len(self.text):,} characters; at most {MOST:,} are allowed"
            raise RunError(message)
        if self.clock is None or not self.plan.timed:
            self.refuse("the case has no time, so that there is no date to change something at")
        head, colon, _ = self.text.partition(":")
        if not colon:
            self.refuse(f"there is no colon after the date; write it {_SUCH_AS}")
        step = self.when(head)
        found: list[Turning] = []
        for first, last in self.pieces(len(head) + 1):
            one = self.turning(first, last)
            if any((one.kind, one.name) == (other.kind, other.name) for other in found):
                self.refuse(f"'{one.name or one.kind}' is changed twice", first, last)
            found.append(one)
        return StoryTurn(step, tuple(found))

    def when(self, head: str) -> int:
        """The step at whose opening something is changed."""
        assert self.clock is not None
        match = _WHEN.fullmatch(head)
        if match is None:
            self.refuse("this is no date; write 'week 12' or '2022-06-13'", 0, len(head))
        word, number, day = match.groups()
        if day is not None:
            try:
                weeks = self.clock.weeks(dt.date.fromisoformat(day))
            except ValueError:
                self.refuse("there is no such day", 0, len(head))
            step = self.clock.first_at_or_after(weeks)
        elif word == "week":
            step = self.clock.first_at_or_after(float(number))
        elif "." in number:
            self.refuse("a step has a whole number", 0, len(head))
        else:
            step = int(number)
        if not 0 <= step < self.plan.steps:
            first, last = self.clock.day(0), self.clock.day(self.plan.steps - 1)
            message = f"the last step that can be changed begins on {last}, the first on {first}"
            self.refuse(message, 0, len(head))
        return step

    def pieces(self, start: int) -> Iterator[tuple[int, int]]:
        """Where every change stands, of those that commas outside brackets part."""
        depth, first = 0, start
        for place in range(start, len(self.text)):
            sign = self.text[place]
            depth += (sign in "([") - (sign in ")]")
            if sign in ",;" and depth <= 0:
                yield first, place
                first = place + 1
        yield first, len(self.text)

    def turning(self, first: int, last: int) -> Turning:
        """One change."""
        match = _NAMED.fullmatch(self.text, first, last)
        if match is None or not match.group(2):
            self.refuse(f"this is not NAME=VALUE; write it {_SUCH_AS}", first, last)
        name = re.sub(r"\s*,\s*", ", ", " ".join(match.group(1).split())).replace("[ ", "[")
        value, place = match.group(2), match.span(2)
        if name == "luck" and (met := _WORLD.fullmatch(value)):
            world = int(met.group(1))
            if world > _LAST_WORLD:
                self.refuse("no world has such a number", *place)
            return Turning("luck", "", value, float(world))
        if "." in name:
            return self.move(name, value, match.span(1), place)
        if name in self.events:
            return self.event(name, value, place)
        return self.held(name, value, match.span(1), place)

    @cached_property
    def events(self) -> dict[str, bool]:
        """The events, and whether they happen by chance."""
        return {event.name: event.hazard is not None for event in self.plan.events}

    def event(self, name: str, value: str, place: tuple[int, int]) -> Turning:
        """An event that is to happen as soon as it can, or not any more."""
        if value == "never":
            return Turning("event", name, value, chronicle.NEVER)
        if value == "now" and self.events[name]:
            return Turning("event", name, value, chronicle.NOW)
        if value == "now":
            self.refuse("an event with dates cannot be moved to another; it can be 'never'", *place)
        self.refuse("an event can be 'now' or 'never'", *place)

    def move(self, name: str, value: str, at: tuple[int, int], place: tuple[int, int]) -> Turning:
        """An action that is to be taken at a move."""
        known = {game.name: game for game in self.plan.played}
        called, _, where = name.partition(".")
        if called not in known:
            hint = suggest(called, known)
            more = f"; {hint}" if hint else ""
            self.refuse(f"no game that is played is called '{shorten(called)}'{more}", *at)
        named = _streams(known[called])
        there = [one for one in named if where in one[:2]]
        there = there or [one for one in named if one[2] == where]
        if not there:
            hint = suggest(where, {who for one in named for who in one[:3]})
            more = f"; {hint}" if hint else ""
            self.refuse(f"nobody moves at '{shorten(where)}' in '{called}'{more}", *at)
        streams = {
            f"game/{called}/{own}": actions.index(value)
            for _, own, _, actions in there
            if value in actions
        }
        if not streams:
            hint = suggest(value, {action for *_, actions in there for action in actions})
            more = f"; {hint}" if hint else ""
            self.refuse(f"'{shorten(value)}' is no action at '{name}'{more}", *place)
        return Turning("move", name, value, streams=tuple(streams.items()))

    def held(self, name: str, value: str, at: tuple[int, int], place: tuple[int, int]) -> Turning:
        """A number or a state that is to be held."""
        machine = next((one for one in self.plan.machines if one.name == name), None)
        if machine is not None:
            if value not in machine.states:
                hint = suggest(value, machine.states)
                more = f"; {hint}" if hint else ""
                self.refuse(f"'{shorten(value)}' is no state of '{name}'{more}", *place)
            number = machine.numbers[machine.states.index(value)]
            return Turning("state", name, value, float(number))
        drawn = {one.name: one.unit for one in self.plan.assumptions}
        things = (*self.plan.fixed, *self.plan.moving, *self.plan.stocks)
        pinned = chronicle.pinned(self.plan)
        known = drawn | {one.name: one.unit for one in things if one.name in pinned}
        if name not in known:
            hint = suggest(name, (*known, *self.events))
            more = f"; {hint}" if hint else ""
            message = f"the case has no number, state or event '{shorten(name)}' to change{more}"
            self.refuse(message, *at)
        unit = known[name]
        number = self.number(name, value, unit, place)
        return Turning("number", name, value, number if name in drawn else number * unit.factor)

    def number(self, name: str, value: str, unit: Unit, place: tuple[int, int]) -> float:
        """A number in its declared unit."""
        match = _NUMBER.fullmatch(value)
        number = math.nan if match is None else float(match.group(1).replace("_", ""))
        if match is None or not math.isfinite(number):
            self.refuse(f"'{shorten(value)}' is no number", *place)
        word = {"%": "percent"}.get(match.group(2) or "", match.group(2) or "")
        if not word:
            return number
        try:
            given = units.read(f"1 {word}" if word.startswith("/") else word)
        except (units.UnknownUnit, SyntaxIssue):
            self.refuse(
                f"'{shorten(word)}' is no unit; '{name}' is {units.said(unit.dimensions)}", *place
            )
        if given.dimensions != unit.dimensions:
            message = f"'{name}' is {units.said(unit.dimensions)}, and this is "
            self.refuse(message + units.said(given.dimensions), *place)
        return number * given.factor / unit.factor

    def refuse(self, message: str, first: int = 0, last: int = 0) -> NoReturn:
        """Say what is wrong, and where.

        Raises:
            RunError: Always.
        """
        shown = printable(self.text)
        blank = len(shown[first:last]) - len(shown[first:last].lstrip())
        carets = max(len(shown[first:last].strip()), 1)
        where = f"\n  {shown}\n  {' ' * (first + blank)}{'^' * carets}" if last else ""
        raise RunError(message + (where or f"\n  {shown}"))


def _streams(game: Game) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Every move: its place, the name of its luck, who moves, and the actions."""
    places = [place for place, _ in choices(game.root)]
    return [
        (place, own, choice.actor, tuple(branch.action for branch in choice.branches))
        for place, (own, choice) in zip(places, named_moves(game), strict=True)
    ]
