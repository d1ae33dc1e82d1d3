"""The facts of a world as dated sentences, made of the case's own names and descriptions.

What is said is what the facts say: who did what with which chance, what came, what was crossed.
What only a flag tells again (a stock that goes between 0 and 1 with its event) is left out. A
description stands where a thing is met first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from schelling.case.language.typed.types import Constant, Reference, Typed
from schelling.case.language.typed.units import describe
from schelling.case.model import CHANCE, Case
from schelling.compile.inspection.crossings import Crossable, Looker
from schelling.report.stories.story_terms import amount, clean, from_to, spoken, when
from schelling.report.words.formulas import formula
from schelling.report.words.listing import joined
from schelling.report.words.numerals import whole_percent
from schelling.study.stories.story import (
    Fact,
    Happening,
    LostNumbers,
    StateChange,
    StockSet,
    Story,
    StoryCrossing,
    StoryMove,
    StoryTurn,
    Turning,
)

_TIMES = {1: "", 2: ", twice"}
_FLAG = ((0.0, 1.0), (1.0, 0.0))
_SHORT = 60


@dataclass(frozen=True)
class Dated:
    """What happened in one step.

    Attributes:
        step: The step.
        when: Its date and number, such as `2 May 2022 (week 6)`.
        said: Sentences without their full stops, in order.
    """

    step: int
    when: str
    said: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it as one sentence."""
        return "; ".join(self.said)


def dated(story: Story) -> tuple[Dated, ...]:
    """What happened in a world, step by step; steps in which nothing happened are left out."""
    speaker = Speaker(story)
    found: list[Dated] = []
    for step, facts in groupby(story.facts, key=lambda fact: fact.step):
        said = tuple(speaker.clauses(list(facts)))
        if said:
            found.append(Dated(step, when(story.case, step), said))
    return tuple(found)


def turned(turn: StoryTurn, story: Story) -> str:
    """What was changed at a date, in words."""
    return joined([Speaker(story).turning(one) for one in turn.turnings])


@dataclass(frozen=True)
class Speaker:
    """Puts the facts of a story into words; knows what has been described."""

    story: Story
    met: set[str] = field(default_factory=set[str])

    @property
    def case(self) -> Case:
        return self.story.case

    @cached_property
    def descriptions(self) -> dict[str, str]:
        """What the case says of its things."""
        case = self.case
        things = (*case.events, *case.games, *case.stocks, *case.variables)
        return {one.name: _first_sentence(clean(one.origin.says)) for one in things}

    @cached_property
    def units(self) -> dict[str, tuple[float, str]]:
        """Base units in one declared unit, and that unit."""
        case = self.case
        things = (*case.assumptions, *case.stocks, *case.variables)
        return {one.name: (one.unit.factor, one.unit.written) for one in things}

    def clauses(self, facts: Sequence[Fact]) -> Iterator[str]:
        """The facts of one step, in order."""
        for alike, group in groupby(facts, key=_alike):
            some = list(group)
            match some[0]:
                case Happening():
                    yield self.happening([f for f in some if isinstance(f, Happening)])
                case StoryMove():
                    yield self.moves(alike[1], [f for f in some if isinstance(f, StoryMove)])
                case _:
                    yield from (said for fact in some if (said := self.clause(fact)))

    def clause(self, fact: Fact) -> str:
        """One fact that stands alone; empty where others tell it."""
        match fact:
            case StoryCrossing():
                return self.crossing(fact)
            case StockSet():
                return self.stock_set(fact)
            case StoryTurn():
                return f"here it is changed: {joined([self.turning(one) for one in fact.turnings])}"
            case LostNumbers():
                return "here its numbers failed, and nothing it says from here on means anything"
            case _:
                return ""

    def happening(self, some: Sequence[Happening]) -> str:
        """An event, as often as it happens one after the other."""
        name = some[0].event
        often = _TIMES.get(len(some), f", {len(some)} times")
        changes = [change for one in some for change in one.states]
        return f"{spoken(name)}{self.described(name)}{often}{_states(changes)}"

    def moves(self, game: str, some: Sequence[StoryMove]) -> str:
        """The moves of one game."""
        said = [self.move(one) for one in some]
        changes = [change for one in some for change in one.states]
        described = self.described(game)
        return f"in the game {spoken(game)}{described}, {joined(said)}{_states(changes)}"

    def move(self, one: StoryMove) -> str:
        """One move."""
        odds = "" if math.isnan(one.odds) else whole_percent(one.odds)
        if one.actor == CHANCE:
            way = "is made to bring" if one.ordered else "brings"
            return f"chance {way} {spoken(one.action)} ({odds}{' by itself' * one.ordered})"
        who = self.actor(one.actor)
        if one.ordered:
            return f"{who} is made to choose {spoken(one.action)} (its own chance of that: {odds})"
        return f"{who} chooses {spoken(one.action)} (at a chance of {odds})"

    def actor(self, name: str) -> str:
        """An actor as the subject of a sentence."""
        said = clean(self.case.actors.get(name, ""))
        if not said or len(said) > _SHORT or said.endswith("."):
            return spoken(name)
        return f"the {said[4:]}" if said.startswith("The ") else said

    def stock_set(self, one: StockSet) -> str:
        """A stock that was set; empty of a flag, which its event tells."""
        stock = next(stock for stock in self.case.stocks if stock.name == one.stock)
        if (one.before, one.after) in _FLAG and stock.within == (0.0, 1.0):
            return ""
        way = from_to(one.before, one.after, stock.unit.written)
        return f"{spoken(one.stock)}{self.described(one.stock)} {way}"

    def crossing(self, one: StoryCrossing) -> str:
        """A threshold that is crossed."""
        thing = one.thing
        left = self.thing(thing.left)
        if thing.right is None:
            return f"{left}{self.of(thing.left)} becomes {'true' if one.above else 'false'}"
        factor, unit = self.unit_of(thing.left)
        value, level = amount(one.value / factor, unit), amount(one.level / factor, unit)
        side = _side(thing, one.above)
        if value == level and one.value != one.level:
            side = f"by less than is shown {'above' if one.above else 'below'}"
        over = self.threshold(thing.right, level)
        return f"{left}{self.of(thing.left)} is now {value}, {side} {over}{self.looked(thing)}"

    def standing(self, thing: Crossable, above: bool) -> str:
        """On which side of a threshold something stands."""
        left = self.thing(thing.left)
        if thing.right is None:
            return f"{left} is {'true' if above else 'false'}"
        level = ""
        if isinstance(thing.right, Constant):
            factor, unit = self.unit_of(thing.left)
            level = amount(thing.right.value / factor, unit)
        return f"{left} is {_side(thing, above)} {self.threshold(thing.right, level)}"

    def looked(self, thing: Crossable) -> str:
        """Who looks at a threshold, where it is crossed first."""
        key = f"{id(thing)} looked"
        if key in self.met:
            return ""
        self.met.add(key)
        roles = (("game", "games"), ("event", "events"), ("claim", "claims"))
        said = [_named(role, many, thing.lookers) for role, many in roles]
        said = [one for one in said if one]
        verb = "looks" if len(thing.lookers) == 1 else "look"
        return f", at which {joined(said)} {verb}" if said else ""

    def threshold(self, right: Typed, level: str) -> str:
        """A threshold in words: the amount that it is, and its name if it has another."""
        if isinstance(right, Constant):
            return level
        words = self.thing(right)
        return f"{words} ({level})" if level else words

    def unit_of(self, expression: Typed) -> tuple[float, str]:
        """The unit in which an expression is told."""
        if isinstance(expression, Reference) and expression.name in self.units:
            return self.units[expression.name]
        dimensions = expression.type.dimensions
        return 1.0, describe(dimensions) if dimensions else ""

    def thing(self, expression: Typed) -> str:
        """What an expression is called."""
        return spoken(expression.name) if isinstance(expression, Reference) else formula(expression)

    def of(self, expression: Typed) -> str:
        """What the case says of an expression that is a name."""
        return self.described(expression.name) if isinstance(expression, Reference) else ""

    def described(self, name: str) -> str:
        """What the case says of something, where it is met first."""
        said = self.descriptions.get(name, "")
        if not said or name in self.met:
            return ""
        self.met.add(name)
        return f" ({said})"

    def turning(self, one: Turning) -> str:
        """What is changed from outside."""
        match one.kind:
            case "luck":
                return f"the luck is that of {one.written}"
            case "event":
                comes = "does not come any more" if one.written == "never" else "comes now"
                return f"{spoken(one.name)} {comes}"
            case "move":
                game, _, where = one.name.partition(".")
                if where in self.case.actors:
                    who = self.actor(where)
                    return f"{who} is made to choose {spoken(one.written)} in {spoken(game)}"
                return f"at {spoken(where)} in {spoken(game)}, {spoken(one.written)} is chosen"
            case _:
                return f"{spoken(one.name)} is held at {spoken(one.written)}"


def _alike(fact: Fact) -> tuple[str, str]:
    """What is told in one breath: an event that comes again, the moves of a game."""
    match fact:
        case Happening():
            return "event", fact.event
        case StoryMove():
            return "game", fact.game
        case _:
            return type(fact).__name__, ""


def _side(thing: Crossable, above: bool) -> str:
    """Where something is that is above a threshold, or is not."""
    if above:
        return "above" if thing.strict else "at or above"
    return "at or below" if thing.strict else "below"


def _states(changes: Iterable[StateChange]) -> str:
    said = [
        f"{spoken(c.machine)} goes from {spoken(c.before)} to {spoken(c.after)}" for c in changes
    ]
    return f": {joined(said)}" if said else ""


def _named(role: str, many: str, lookers: Sequence[Looker]) -> str:
    names = [spoken(one.name) for one in lookers if one.role == role]
    if not names:
        return ""
    return f"the {role if len(names) == 1 else many} {joined(names)}"


def _first_sentence(text: str) -> str:
    """What stands before the first full stop that ends a sentence."""
    return text.partition(". ")[0].rstrip(".")
