"""The story of one world as facts in order; the words for it are in `schelling.report.stories`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import xarray as xr

from schelling.case.model import Case, Claim
from schelling.compile.inspection.chronicle import Leg
from schelling.compile.inspection.crossings import Crossable
from schelling.compile.inspection.failing import Failure


@dataclass(frozen=True)
class StateChange:
    """A state machine that goes from one state to another."""

    machine: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """An event that happens.

    Attributes:
        step: In which step.
        event: Its name.
        states: What it makes of the states.
    """

    step: int
    event: str
    states: tuple[StateChange, ...]


@dataclass(frozen=True)
class StoryMove:
    """A move in a game.

    Attributes:
        step: In which step.
        game: Name of the game.
        place: Where it is made, as the actions that lead there; `start` at the first.
        actor: Who moves; `chance` of a move of chance.
        action: What it does.
        odds: How likely that was, from 0 to 1.
        ordered: Whether it was ordered from outside, and not drawn.
        states: What it makes of the states.
        stream: Name of the stream of chance that decides the move.
    """

    step: int
    game: str
    place: str
    actor: str
    action: str
    odds: float
    ordered: bool
    states: tuple[StateChange, ...]
    stream: str


@dataclass(frozen=True)
class StockSet:
    """A stock that never flows, and that a step's events and moves have set; declared units."""

    step: int
    stock: str
    before: float
    after: float


@dataclass(frozen=True)
class StoryCrossing:
    """A threshold that is crossed, or a fact that changes; first seen at the opening of a step.

    Attributes:
        step: At whose opening it is seen.
        thing: What is looked at.
        above: Whether it is above the threshold, or true, from there on.
        value: What moved, in base units, where it is first seen there.
        level: The threshold then; NaN of a fact.
    """

    step: int
    thing: Crossable
    above: bool
    value: float
    level: float


@dataclass(frozen=True)
class LostNumbers:
    """From a step on, the numbers of the world had failed.

    One was not finite, a hazard was negative, or too many events came within a substep.
    """

    step: int


@dataclass(frozen=True)
class Turning:
    """One thing that is changed in a world at a date.

    Attributes:
        kind: `number` (held from then on), `state` (likewise), `luck`, `move`, or `event`.
        name: What is changed; of a move, its game and where it is made; empty of luck.
        written: What it is changed to, as written.
        number: In base units (of an assumption in its own); a state by what stands for it; the
            world whose luck is met; of an event 0 if it is to happen as soon as it can, else
            infinite.
        streams: Of a move, by stream of chance, the number of the action.
    """

    kind: str
    name: str
    written: str
    number: float = 0.0
    streams: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class StoryTurn:
    """A date at which a world was changed, and how; a fact of the story that follows."""

    step: int
    turnings: tuple[Turning, ...]


Fact = StoryTurn | StoryCrossing | Happening | StoryMove | StockSet | LostNumbers


@dataclass(frozen=True)
class ClaimEnd:
    """What became of a claim in a world.

    Attributes:
        claim: The claim.
        holds: Whether it holds; False where it has no number.
        margin: How far it is from flipping, in base units; NaN where it has no number.
        unit: Of the margin, in words.
        asked: Whether this world asks it.
        failure: Where its numbers failed first, if they did.
    """

    claim: Claim
    holds: bool
    margin: float
    unit: str
    asked: bool
    failure: Failure | None

    @property
    def failed(self) -> bool:
        """Whether it was asked and has no number."""
        return self.asked and self.margin != self.margin


@dataclass(frozen=True)
class StoryValue:
    """An assumption in a world, in its declared unit.

    Attributes:
        name: Its name.
        value: Its value at the start.
        unit: The unit.
        below: In which share of worlds it is lower, with half of those in which it is the same.
    """

    name: str
    value: float
    unit: str
    below: float


class Teller(Protocol):
    """What can tell other stories of the same case."""

    def branch(self, story: Story, text: str) -> Story:
        """The story of the same world with something changed from a date on."""
        ...

    def nearest_other(self, story: Story, claim: str) -> Story:
        """The story of the nearest world in which a claim has the other truth."""
        ...


@dataclass(frozen=True, repr=False)
class Story:
    """What happened in one world.

    Attributes:
        case: The case.
        world: Number of the world.
        seed: Of the run's chance.
        assumptions: What it assumes at its start.
        facts: What happened, in order.
        begins: The state of every machine at the start.
        at_start: The thresholds that the case looks at, and which are exceeded at the start.
        ends: What became of the claims.
        series: Stocks, moving variables and states over `time`, in declared units.
        games: For each game, choice probabilities and payoffs where it was first played.
        turns: Where it was changed, and how; empty of a world of the run.
        untold: How many events and moves happened after the last that was written down.
        differs: What came out otherwise than in the run it is a world of, by rounding; the names
            of claims and stocks.
        legs: How it was computed.
        teller: What tells other stories of the case.
    """

    case: Case
    world: int
    seed: int
    assumptions: tuple[StoryValue, ...]
    facts: tuple[Fact, ...]
    begins: Mapping[str, str]
    at_start: tuple[tuple[Crossable, bool], ...]
    ends: tuple[ClaimEnd, ...]
    series: xr.Dataset
    games: Mapping[str, xr.Dataset]
    turns: tuple[StoryTurn, ...]
    untold: int
    differs: tuple[str, ...]
    legs: tuple[Leg, ...] = field(compare=False)
    teller: Teller = field(compare=False)

    def __repr__(self) -> str:
        changed = f", changed at {len(self.turns)} dates" if self.turns else ""
        told = f"facts: {len(self.facts)}"
        return f"<Story of world {self.world} of {self.case.name!r}, {told}{changed}>"

    def branch(self, text: str) -> Story:
        """The same world with something changed from a date on.

        Args:
            text: When, a colon, and what, such as `week 12: provocation.nato=ignore`.

        Raises:
            RunError: It cannot be read, or cannot be done in this world.
        """
        return self.teller.branch(self, text)

    def nearest_other(self, claim: str) -> Story:
        """The story of the nearest world of the run in which a claim has the other truth.

        Raises:
            RunError: There is no run, no such claim, or no such world.
        """
        return self.teller.nearest_other(self, claim)
