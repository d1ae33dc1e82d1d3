"""A checked case: what every later layer reads. Frozen, without arrays, in base units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from schelling.case.clock import Clock
from schelling.case.drawn import Correlation, Prior
from schelling.case.language.typed.tallied import AgentTally
from schelling.case.language.typed.types import Operation, Sought, Typed, When
from schelling.case.language.typed.units import PURE, Unit
from schelling.case.observations import ObservedSeries
from schelling.case.populations import Population
from schelling.case.records import Changed, Outcome, Prediction, ReferenceClass, Rival
from schelling.case.sources import Blank, Origin, Passage, Source
from schelling.errors import Problem

CHANCE = "chance"
_LISTED = 4


@dataclass(frozen=True)
class Assumption:
    """Something uncertain.

    Attributes:
        lever: The actor who chooses among the values of its `choice`; empty where nobody does.
    """

    name: str
    prior: Prior
    unit: Unit
    origin: Origin
    lever: str = ""


@dataclass(frozen=True)
class Stock:
    """Something that accumulates; values, rates and bounds in base units.

    Attributes:
        start: Of a stock of the case, known before the run; of one that remembers, at its start.
        remembers: Whether a `smooth` or `delay` made it, and not the author.
    """

    name: str
    unit: Unit
    start: Typed
    change: Typed
    within: tuple[float, float] | None
    origin: Origin
    remembers: bool = False


@dataclass(frozen=True)
class StateMachine:
    """Something that is in one of several states; it starts in the first.

    Attributes:
        name: Its name; `phase` for the one whose states stand under `phases`.
        states: Names of its states.
        numbers: What stands for them: their positions among the names of all states of the case.
    """

    name: str
    states: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Variable:
    """Something computed afresh each step, or once per world when nothing in it moves."""

    name: str
    unit: Unit
    value: Typed
    when: When
    origin: Origin


@dataclass(frozen=True)
class Effect:
    """What happens to a stock or to a state machine."""

    target: str
    value: Typed


@dataclass(frozen=True)
class Event:
    """Something that happens by chance (a hazard per week) or at steps.

    Attributes:
        steps: Those at which it happens, in order; one as often as it happens at it. Empty for what
            happens by chance.
    """

    name: str
    hazard: Typed | None
    steps: tuple[int, ...]
    condition: Typed | None
    once: bool
    effects: tuple[Effect, ...]
    origin: Origin

    @property
    def dates(self) -> str:
        """At which steps it happens, in words; the first of many."""
        if len(self.steps) == 1:
            return f"at step {self.steps[0]}"
        listed = ", ".join(map(str, self.steps[:_LISTED]))
        more = f", ... ({len(self.steps):,} in all)" if len(self.steps) > _LISTED else ""
        return f"at steps {listed}{more}"


@dataclass(frozen=True)
class Branch:
    """What one action leads to.

    Attributes:
        following: In a game with states, chances of the next; the present state takes what is left
            unless it is among them.
        hidden: Later movers who do not see it.
    """

    action: str
    payoffs: tuple[tuple[str, Typed], ...]
    effects: tuple[Effect, ...]
    probability: Typed | None
    then: Choice | None
    origin: Origin
    following: tuple[tuple[str, Typed], ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A move of one actor, or of chance.

    Attributes:
        knows: What the actor knows there, in words: moves at which it knows the same are one to it.
            Empty where it knows everything.
    """

    actor: str
    branches: tuple[Branch, ...]
    knows: str = ""


@dataclass(frozen=True)
class Game:
    """A game, how it is solved and when it is played.

    Attributes:
        actors: Those who have payoffs, in the order of the case.
        schedule: Steps at which it may be played; empty when it is only looked at by claims.
        condition: Must hold for it to be played.
        precision: Logit precision of each actor who moves; infinite for best responses.
        root: The first move; of a table, the first actor's, the others' below it.
        simultaneous: Whether it is a table: nobody sees what the others do.
        concept: `quantal`, `spe` or `nash`.
        every: The interval at which it is played, if that is drawn or computed; the condition then
            begins with its being over.
        types: Of each actor that has some, in the order in which chance draws them before the
            first move.
        private: Whether somebody does not know everything where it moves: types, or moves that
            are hidden.
    """

    name: str
    actors: tuple[str, ...]
    schedule: tuple[int, ...]
    condition: Typed | None
    precision: tuple[tuple[str, Typed], ...]
    root: Choice
    origin: Origin
    simultaneous: bool = False
    concept: str = "quantal"
    every: Typed | None = None
    types: tuple[tuple[str, tuple[str, ...]], ...] = ()
    private: bool = False

    @property
    def condition_written(self) -> Typed | None:
        """The condition that the author wrote; without that of a drawn interval."""
        if self.every is None or not isinstance(self.condition, Operation):
            return self.condition
        return self.condition.operands[1] if self.condition.name == "and" else None

    @property
    def precisions(self) -> tuple[Typed, ...]:
        """The precisions, each once; a single one where all actors have the same."""
        return tuple(dict.fromkeys(value for _, value in self.precision))


@dataclass(frozen=True)
class GameState:
    """One state of a game with states.

    Attributes:
        root: The table of its moves, as in a game in which all choose at once.
    """

    name: str
    root: Choice


@dataclass(frozen=True)
class StochasticGame:
    """A game with states, solved in every world as Markov quantal response.

    Attributes:
        precision: Logit precision of every choice.
        discount: What a payoff of the next period is worth in this one.
        schedule: Steps at which it is solved with the numbers of then, the first among them;
            empty where it is solved once, before the run.
    """

    name: str
    actors: tuple[str, ...]
    precision: Typed
    discount: Typed
    states: tuple[GameState, ...]
    origin: Origin
    schedule: tuple[int, ...] = ()


@dataclass(frozen=True)
class Claim:
    """Something the argument says.

    Attributes:
        holds: The claim as an expression, with the condition it is given under.
        written: As written in the case, without the condition.
        given: The condition as written; empty where there is none.
    """

    name: str
    holds: Typed
    written: str
    origin: Origin
    given: str = ""


@dataclass(frozen=True)
class Premise:
    """Something that the argument takes as given.

    Attributes:
        grants: The condition, true or false of a whole world.
        written: The condition as written.
    """

    name: str
    grants: Typed
    written: str
    origin: Origin


@dataclass(frozen=True)
class Question:
    """One row of the forecast register.

    Attributes:
        columns: Every cell as written, by column.
        claims: Claims it tests.
        author: The author's lowest and highest probability (or number), where given.
        antecedents: Questions a conditional one depends on, with the answer that must hold.
        bins: Answers of an ordered question.
        edges: Numbers between the bins, in `unit`.
        persistence: The answer if nothing changes: a probability, a number, a bin or a date.
        resolves: How a world answers it; None when the model has no handle for it.
        given: When the antecedent holds in a world.
        unit: Unit of a number that answers it.
        supersedes: The earlier question it takes the place of.
        superseded: Whether a later one takes its place: kept, neither asked nor scored.
    """

    name: str
    kind: str
    question: str
    passages: tuple[str, ...]
    opens: dt.date
    closes: dt.date
    yes_if: str
    source_type: str
    void_if: str
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    claims: tuple[str, ...] = ()
    author: tuple[float | None, float | None] = (None, None)
    asserted_on: dt.date | None = None
    registered_at: dt.date | None = None
    cluster: str = ""
    reference_class: str = ""
    antecedents: tuple[tuple[str, bool], ...] = ()
    bins: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()
    persistence: float | str | None = None
    resolves: Typed | None = None
    given: Typed | None = None
    unit: Unit = PURE
    supersedes: str = ""
    superseded: bool = False

    @property
    def set_apart(self) -> str:
        """Why it is told but not scored, `aim` or `hindsight`; empty for a forecast."""
        return self.columns.get("set_apart", "")


@dataclass(frozen=True, repr=False)
class Case:
    """A checked case.

    Attributes:
        name: Name of its folder or file.
        path: The YAML file.
        digest: SHA-256 over the case file and its tables.
        tables: The other files it was read from.
        variables: In an order in which each reads only what stands before it; unknowns among them.
        outcomes: What became of the questions, the latest of each, in the order of the register.
        data_until: Last day whose events the case may know of.
        rivals: Other arguments about the same events, or this one computed otherwise.
        rival: Which of them this is; empty for the case itself.
        wants: For each actor with wishes, the claims it wants to hold.
        registers: The tables of its forecasts, by the key that names them.
        notes: What it may not mean as it is written; `schelling check` shows them.
        populations: Many agents each.
        tallies: What its definitions count over all agents of a population, once a step.
        changed: Definitions that are changed for one run, in the order of their names.
        observations: What was recorded of its quantities.
        blanks: Definitions whose formal part is still to be written; no run knows of them.
        replace: `schelling.case.change.replaced`, which `schelling.methods` makes a method.
    """

    replace: ClassVar[Callable[..., Case]]

    name: str
    path: Path
    digest: str
    title: str
    about: str
    clock: Clock | None
    sources: tuple[Source, ...]
    passages: tuple[Passage, ...]
    assumptions: tuple[Assumption, ...]
    correlations: tuple[Correlation, ...]
    machines: tuple[StateMachine, ...]
    stocks: tuple[Stock, ...]
    variables: tuple[Variable, ...]
    events: tuple[Event, ...]
    actors: Mapping[str, str]
    games: tuple[Game, ...]
    claims: tuple[Claim, ...]
    questions: tuple[Question, ...]
    tables: tuple[Path, ...] = ()
    stochastic: tuple[StochasticGame, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    reference_classes: tuple[ReferenceClass, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    data_until: dt.date | None = None
    rivals: tuple[Rival, ...] = ()
    rival: str = ""
    wants: tuple[tuple[str, tuple[str, ...]], ...] = ()
    registers: tuple[tuple[str, Path], ...] = ()
    notes: tuple[Problem, ...] = ()
    premises: tuple[Premise, ...] = ()
    populations: tuple[Population, ...] = ()
    tallies: tuple[AgentTally, ...] = ()
    changed: tuple[Changed, ...] = ()
    observations: tuple[ObservedSeries, ...] = ()
    blanks: tuple[Blank, ...] = ()

    def __repr__(self) -> str:
        known = f"assumptions: {len(self.assumptions)}, claims: {len(self.claims)}"
        return f"<Case {self.name!r}, {known}>"

    @property
    def settings(self) -> dict[str, str]:
        """The new definitions of what is changed for one run, by name."""
        return {one.name: one.after for one in self.changed}

    @property
    def opposed(self) -> tuple[Rival, ...]:
        """The rivals that argue otherwise, without those that restate the case."""
        return tuple(rival for rival in self.rivals if not rival.restates)

    @property
    def restated(self) -> bool:
        """Whether this is a rival that restates the case; then no part of it is tried alone."""
        return any(one.restates for one in self.rivals if one.name == self.rival)

    @property
    def unknowns(self) -> tuple[Variable, ...]:
        """The variables that are defined by an equation, or by what they make largest."""
        return tuple(v for v in self.variables if isinstance(v.value, Sought))
