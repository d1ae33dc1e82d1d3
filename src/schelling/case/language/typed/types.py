"""Checked expressions: every name resolved, every number in base units, every part typed.

This is what the plan is made of. Base units are those of `schelling.case.language.typed.units`
(time in weeks); a date is the time since the case's start; a window is a pair of step numbers, both
included.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from schelling.case.language.typed.units import Dimensions


class Kind(enum.Enum):
    """What sort of value an expression has."""

    NUMBER = "a number"
    TRUTH = "a truth value"
    DATE = "a date"
    MOMENT = "a time that may be never"
    STATE = "a state"
    UNKNOWN = "unknown"


class When(enum.IntEnum):
    """When the value of an expression is known.

    `FIXED`: the same at every step of a world. `STEP`: one value per step. `HINDSIGHT`: one value
    per world, known when its run is over.
    """

    FIXED = 0
    STEP = 1
    HINDSIGHT = 2


def latest(*whens: When) -> When:
    """When a value made of several is known: a step's value stays a step's value."""
    if When.STEP in whens:
        return When.STEP
    return max(whens, default=When.FIXED)


@dataclass(frozen=True)
class Type:
    """Kind, unit and time of a value.

    Attributes:
        kind: What sort of value.
        dimensions: Its unit; None means any (a literal zero).
        when: When it is known.
        states: Of a state, the names it can have.
    """

    kind: Kind
    dimensions: Dimensions | None = ()
    when: When = When.FIXED
    states: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the expression could be typed."""
        return self.kind is not Kind.UNKNOWN


UNKNOWN = Type(Kind.UNKNOWN)


@dataclass(frozen=True)
class Constant:
    """A number in base units, or a state by its position among the names of all states."""

    value: float
    type: Type


@dataclass(frozen=True)
class Reference:
    """An assumption, stock, variable or state machine; or `elapsed` (also read for `now`).

    `index` is empty in this version; a definition over a set will name its place here.
    """

    name: str
    type: Type
    index: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """An operator or an element-by-element function applied to operands.

    Operators: `+ - * / ** neg not and or < <= > >= == != if` (`if` takes condition, then,
    otherwise) and the element functions of the vocabulary.

    Attributes:
        name: Which one.
        operands: What it is applied to.
        type: Kind, unit and time.
        end: Of a comparison of moments, the first time after the run, in weeks: the soonest that
            what never came can come.
    """

    name: str
    operands: tuple[Typed, ...]
    type: Type
    end: float = 0.0


@dataclass(frozen=True)
class OverTime:
    """A temporal function over the steps `first..last`, both included.

    Attributes:
        name: Which one.
        operands: What it looks at.
        first: First step of its window.
        last: Last step of its window.
        type: Kind, unit and time.
        step: Length of a step in what the result counts: weeks, or 1 for a number of steps.
    """

    name: str
    operands: tuple[Typed, ...]
    first: int
    last: int
    type: Type
    step: float = 1.0


@dataclass(frozen=True)
class GameValue:
    """What is asked about a game, such as a `probability`, at the state of each step.

    Of a game with states, or its `value`: in a state of the game, as it was solved last.

    Attributes:
        name: Which function.
        game: Name of the game.
        actor: Whose.
        actions: No action, one, or the two that `dominates` compares.
        type: Kind, unit and time.
        state: The state asked about, of a game with states.
        place: The place asked about, as the actions that lead there; empty where an actor is.
        own: The type of the actor, where the question is about one.
        about: Of a belief, the actor and the type it is about.
    """

    name: str
    game: str
    actor: str
    actions: tuple[str, ...]
    type: Type
    state: str = ""
    place: tuple[str, ...] = ()
    own: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class FirstPlayed:
    """What is asked about a game where it is really played: at the first step at which it is."""

    value: GameValue
    type: Type


@dataclass(frozen=True)
class Twin:
    """A value in the twin of each world where the named things are held at given values."""

    body: Typed
    interventions: tuple[tuple[str, Typed], ...]
    type: Type


@dataclass(frozen=True)
class Given:
    """A claim that is asked only in the worlds in which a condition holds; never inside another."""

    body: Typed
    condition: Typed
    type: Type


@dataclass(frozen=True)
class Sought:
    """The number in an interval that solves an equation, or at which something is largest.

    Attributes:
        name: What the number is called in the equation.
        seek: `equation`, `largest` or `smallest`.
        sides: The two sides of the equation; or the one value that is to be largest or smallest.
        low: Where the interval begins.
        high: Where it ends; both ends belong to it.
        choose: Which of several: `only`, `lowest`, `highest` or `nearest`.
        near: What it is to be nearest to.
        inner: Definitions that the sides read and that depend on the number themselves, in order.
        cells: Into how many parts the interval is divided to look for it.
        type: Kind, unit and time.
    """

    name: str
    seek: str
    sides: tuple[Typed, ...]
    low: Typed
    high: Typed
    choose: str
    near: Typed | None
    inner: tuple[tuple[str, Typed], ...]
    cells: int
    type: Type


@dataclass(frozen=True)
class Drawn:
    """A number, or a truth, that every agent of a population draws for itself.

    Attributes:
        family: Name of the distribution.
        parameters: In the order of the vocabulary.
        stream: Name of its stream of chance.
        type: Kind, unit and time: once where it is fixed, else anew in every step.
    """

    family: str
    parameters: tuple[Typed, ...]
    stream: str
    type: Type


@dataclass(frozen=True)
class OfOther:
    """What another agent has; a `Reference` beside it is to what one has oneself.

    Attributes:
        name: Trait or state.
        type: Kind, unit and time.
        whose: How the other is called: `o` within `OverTies`, `met` of whom an agent meets.
    """

    name: str
    type: Type
    whose: str = "o"


@dataclass(frozen=True)
class OverTies:
    """What an agent sees of those it has ties with, or of all agents of its population.

    Attributes:
        function: `sum`, `mean`, `min`, `max`, `count`, `any`, `all` or `share`.
        over: Name of the ties, or of the population for all its agents, oneself included.
        body: What is taken together, for each of them.
        condition: On which they count; None where all do.
        type: Kind, unit and time.
    """

    function: str
    over: str
    body: Typed
    condition: Typed | None
    type: Type


Typed = (
    Constant
    | Reference
    | Operation
    | OverTime
    | GameValue
    | FirstPlayed
    | Twin
    | Given
    | Sought
    | Drawn
    | OfOther
    | OverTies
)


def operands(expression: Typed) -> tuple[Typed, ...]:
    """The direct parts of a typed expression; a twin's interventions are not parts of its body."""
    match expression:
        case Constant() | Reference():
            return ()
        case Operation() | OverTime():
            return expression.operands
        case FirstPlayed():
            return (expression.value,)
        case Twin():
            return (expression.body,)
        case Given():
            return (expression.body, expression.condition)
        case Sought():
            near = () if expression.near is None else (expression.near,)
            inner = (value for _, value in expression.inner)
            return (*expression.sides, *inner, expression.low, expression.high, *near)
        case Drawn():
            return expression.parameters
        case OverTies():
            condition = () if expression.condition is None else (expression.condition,)
            return (expression.body, *condition)
        case _:
            return ()


def asks_game(expression: Typed) -> bool:
    """Whether an expression asks about a game, with states or without."""
    return isinstance(expression, GameValue) or any(map(asks_game, operands(expression)))


def every(conditions: Sequence[Typed]) -> Typed | None:
    """Some conditions as one that holds where all of them do; None where there are none."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    when = latest(*(one.type.when for one in conditions))
    return Operation("and", tuple(conditions), Type(Kind.TRUTH, (), when))


def references(expression: Typed) -> frozenset[str]:
    """Names an expression reads, in this world or in a twin."""
    if isinstance(expression, Reference | OfOther):
        return frozenset((expression.name,))
    found = frozenset[str]().union(*(references(part) for part in operands(expression)))
    if isinstance(expression, Twin):
        for _, value in expression.interventions:
            found |= references(value)
    return found - {expression.name} if isinstance(expression, Sought) else found


def mentions(expression: Typed) -> frozenset[str]:
    """Names and games an expression reads, in this world or in a twin."""
    found: set[str] = set()
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Reference | OfOther):
            found.add(part.name)
        elif isinstance(part, GameValue):
            found.add(part.game)
        elif isinstance(part, Sought):
            found |= references(part).union(*(_games(one) for one in operands(part)))
            continue
        elif isinstance(part, Twin):
            waiting += (value for _, value in part.interventions)
        waiting += operands(part)
    return frozenset(found)


def _games(expression: Typed) -> frozenset[str]:
    own = frozenset((expression.game,)) if isinstance(expression, GameValue) else frozenset[str]()
    return own.union(*(_games(part) for part in operands(expression)))
