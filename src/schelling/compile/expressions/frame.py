"""Evaluating typed expressions on arrays.

A frame holds the arrays an expression can see. The same evaluator serves both places: inside a
step, where a value has the axes (twin, world), and on the finished run, where a value that moves
has (time, world) and a fixed one (world).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array

from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    FirstPlayed,
    GameValue,
    Given,
    Kind,
    OfOther,
    Operation,
    OverTies,
    OverTime,
    Reference,
    Sought,
    Twin,
    Typed,
    When,
)
from schelling.claims import signal, temporal
from schelling.claims.signal import Signal
from schelling.compile.expressions import reductions, rolling
from schelling.compile.expressions.constants import NUMBERS, Argument
from schelling.compile.expressions.elements import function
from schelling.compile.expressions.forms import Rolled
from schelling.compile.expressions.many import Picked, Value
from schelling.dynamics import peaks, roots

Hold = Callable[[str, Value], Value]
Since = int | Array


@runtime_checkable
class Solver(Protocol):
    """Answers what is asked about games."""

    def __call__(self, frame: Frame, wanted: GameValue) -> Value:
        """What is asked about one."""
        ...

    def together(self, frame: Frame, wanted: Sequence[GameValue]) -> Value:
        """What is asked about several, (question, ...)."""
        ...


Around = Callable[["Frame", Drawn | OverTies], Value]


def _as_it_is(_: str, value: Value) -> Value:
    return value


@dataclass(frozen=True)
class Frame:
    """Arrays by name.

    Attributes:
        fixed: What is the same at every step: assumptions and fixed variables.
        moving: What varies: stocks, state machines, moving variables and `elapsed`.
        steps: Number of steps on the time axis of what moves; 0 inside a step.
        twins: Frames of the twin worlds, by their interventions.
        solve: Evaluates functions about games.
        first: For games that are looked at so, the frame at which they were first played.
        whole: The frame this one was cut from; None for a frame that was not cut.
        hold: Puts what twins hold in the place of a value, by name.
        around: Answers what an agent draws, and what it sees of others.
        others: What a neighbour has, within a reduction over ties.
        known: What some expressions are, where that was computed before.
        rolled: Whether it is that of a form, in which all that can be rolled is.
        parts: Of a run in which something was changed on the way: from which step on, what was
            seen with the numbers of then; empty where nothing was changed.
        cuts: The frames cut from this one so far, by first and last step.
        solved: How many roots the equations of unknowns have that were asked for so far, by name.
    """

    fixed: Mapping[str, Value]
    moving: Mapping[str, Value]
    steps: int = 0
    twins: Mapping[tuple[tuple[str, Typed], ...], Frame] = field(default_factory=dict)  # pyright: ignore
    solve: Solver | None = None
    first: Mapping[str, Frame] = field(default_factory=dict)  # pyright: ignore
    whole: Frame | None = None
    hold: Hold = _as_it_is
    around: Around | None = None
    others: Mapping[str, Value] = field(default_factory=dict)  # pyright: ignore
    known: Mapping[Typed, Value] = field(default_factory=dict)  # pyright: ignore
    rolled: bool = False
    parts: list[tuple[Since, Frame]] = field(default_factory=list)  # pyright: ignore
    cuts: dict[tuple[int, int], Frame] = field(init=False, default_factory=dict)  # pyright: ignore
    solved: dict[str, Array] = field(init=False, default_factory=dict)  # pyright: ignore

    def look(self, name: str) -> Value:
        """The array behind a name."""
        return self.fixed[name] if name in self.fixed else self.moving[name]

    @property
    def start(self) -> Frame:
        """The frame with the numbers of the start; itself where nothing was changed on the way."""
        return self.parts[0][1] if self.parts else self

    def course(self, name: str) -> Value:
        """The whole course of what moves, at every step with the numbers of that step."""
        if not self.parts:
            return self.look(name)
        return joined([(since, part.look(name)) for since, part in self.parts], range(self.steps))

    def window(self, first: int, last: int) -> Frame:
        """The frame of the steps `first..last` of the whole run, in this world and its twins."""
        if self.whole is not None:
            return self.whole.window(first, last)
        if (first, last) == (0, self.steps - 1):
            return self
        if (first, last) in self.cuts:
            return self.cuts[first, last]
        moving = Picked(self.moving, slice(first, last + 1))
        twins = {key: twin.window(first, last) for key, twin in self.twins.items()}
        steps = last - first + 1
        cut = replace(self, moving=moving, steps=steps, twins=twins, whole=self)
        self.cuts[first, last] = cut
        return cut


def evaluate(expression: Typed, frame: Frame) -> Value:
    """The value of an expression: an array, or a signal for truth values."""
    found = frame.known.get(expression) if frame.known else None
    return _evaluated(expression, frame) if found is None else found


def _evaluated(expression: Typed, frame: Frame) -> Value:
    match expression:
        case Constant() | Reference():
            return _known(expression, frame)
        case Rolled():
            return rolling.operation(expression, frame, evaluate)
        case Operation():
            return _operation(expression, frame)
        case OverTime():
            return _over_time(expression, frame)
        case GameValue() | FirstPlayed():
            return _about_game(expression, frame)
        case Twin():
            return evaluate(expression.body, frame.twins[expression.interventions])
        case Given():
            return signal.given(truth(expression.body, frame), truth(expression.condition, frame))
        case Sought():
            return _sought(expression, frame)
        case OfOther() | Drawn() | OverTies():
            return _of_agents(expression, frame)


def _known(expression: Constant | Reference, frame: Frame) -> Value:
    if isinstance(expression, Argument):
        given = number_of(frame.fixed[NUMBERS])
        value: Value = lax.index_in_dim(given, expression.position, keepdims=False)
    elif isinstance(expression, Constant):
        value = jnp.asarray(expression.value)
    else:
        value = frame.look(expression.name)
    is_truth = expression.type.kind is Kind.TRUTH
    return signal.told(value) if is_truth and not isinstance(value, Signal) else value


def _of_agents(expression: OfOther | Drawn | OverTies, frame: Frame) -> Value:
    if isinstance(expression, OfOther):
        return frame.others[expression.name]
    if frame.around is None:
        message = "agents are asked where there are none"
        raise AssertionError(message)
    return frame.around(frame, expression)


def _sought(expression: Sought, frame: Frame) -> Array:
    rolling.look_ahead(expression, frame, frozenset())
    low, high = number(expression.low, frame), number(expression.high, frame)
    if expression.seek == "equation":
        near = None if expression.near is None else number(expression.near, frame)
        sides = partial(_both, expression, frame)
        return roots.solve(sides, low, high, expression.choose, near, cells=expression.cells).root
    sign = 1.0 if expression.seek == "largest" else -1.0

    def height(x: Array) -> Array:
        return sign * number(expression.sides[0], _tried(expression, frame, x))

    return peaks.largest(height, low, high, expression.choose, cells=expression.cells)


def how_many(expression: Sought, frame: Frame) -> Array:
    """How many roots the equation of an unknown has, whichever of them is chosen."""
    if expression.name not in frame.solved:
        rolling.look_ahead(expression, frame, frozenset())
        ends = number(expression.low, frame), number(expression.high, frame)
        sides = partial(_both, expression, frame)
        count = jax.jit(partial(roots.solve, sides, choose="all", cells=expression.cells))
        frame.solved[expression.name] = count(*ends).found
    return frame.solved[expression.name]


def _both(expression: Sought, frame: Frame, x: Array) -> tuple[Array, Array]:
    """The sides of an equation, where its unknown has some value."""
    inside = _tried(expression, frame, x)
    return number(expression.sides[0], inside), number(expression.sides[1], inside)


def _tried(expression: Sought, frame: Frame, x: Array) -> Frame:
    """A frame in which an unknown has some value, and all that depends on it follows."""
    inside = replace(frame, fixed=rolling.Beside({expression.name: x}, frame.fixed))
    for name, value in expression.inner:
        found = frame.hold(name, evaluate(value, inside))
        inside = replace(inside, fixed=rolling.Beside({name: found}, inside.fixed))
    return inside


def _about_game(asked: GameValue | FirstPlayed, frame: Frame) -> Value:
    if isinstance(asked, FirstPlayed):
        return _about_game(asked.value, frame.first[asked.value.game])
    if asked.state:
        found = frame.look(write(asked))
        if asked.name == "dominates" and not isinstance(found, Signal):
            return Signal(found >= 0, found)  # carried as its margin
        return found
    if frame.solve is None:
        message = "a game is asked about where none can be solved"
        raise AssertionError(message)
    return frame.solve(frame, asked)


def number(expression: Typed, frame: Frame) -> Array:
    """The value of an expression that is a number, a date or a state."""
    value = evaluate(expression, frame)
    return value.margin if isinstance(value, Signal) else value


def number_of(value: Value) -> Array:
    """The array of a number; the truth of a condition as 0 and 1."""
    return value.truth.astype(float) if isinstance(value, Signal) else value


def truth_of(value: Value) -> Signal:
    """The truth of a condition; one of 0 and 1 is true where it is 1."""
    return value if isinstance(value, Signal) else signal.fact(value > 0)


def truth(expression: Typed, frame: Frame) -> Signal:
    """The value of an expression that is true or false."""
    return truth_of(evaluate(expression, frame))


def _operation(expression: Operation, frame: Frame) -> Value:
    name, operands = expression.name, expression.operands
    inside = frame.whole is not None
    if not (frame.parts or frame.rolled):
        found = reductions.reduction(expression, inside=inside)
        if found is not None:
            return rolling.operation(found, frame, evaluate)
    match name:
        case "and" | "or":
            signals = [truth(operand, frame) for operand in operands]
            return signal.every(signals) if name == "and" else signal.some(signals)
        case "not":
            return signal.negate(truth(operands[0], frame))
        case "if":
            return _conditional(expression, frame)
        case "<" | "<=" | ">" | ">=" | "==" | "!=":
            left, right = (number(operand, frame) for operand in operands)
            if operands[0].type.kind is Kind.STATE:
                same = signal.same(left, right)
                return same if name == "==" else signal.negate(same)
            if Kind.MOMENT in (operand.type.kind for operand in operands):
                left, right = (_moment(operand, frame) for operand in operands)
                return signal.compare_moments(name, left, right, expression.end)
            return signal.compare(name, left, right)
        case "**":
            return _power(expression, frame)
        case _:
            read = _moment if expression.type.kind is Kind.MOMENT else number
            return function(expression)(*(read(operand, frame) for operand in operands))


def _moment(expression: Typed, frame: Frame) -> Array:
    """A time; only where it may be never does an infinite number mean that."""
    value, may_be_never = number(expression, frame), expression.type.kind is Kind.MOMENT
    return value if may_be_never else jnp.where(jnp.isfinite(value), value, jnp.nan)


def _power(expression: Operation, frame: Frame) -> Array:
    """Small whole powers by multiplication, as the oracle's `**` rounds them."""
    base, exponent = expression.operands
    if isinstance(exponent, Constant) and exponent.value in (1.0, 2.0, 3.0):
        value = number(base, frame)
        return value if exponent.value == 1 else value**exponent.value
    return jnp.power(number(base, frame), number(exponent, frame))


def _conditional(expression: Operation, frame: Frame) -> Value:
    condition = truth(expression.operands[0], frame)
    _, then, otherwise = expression.operands
    if expression.type.kind is Kind.TRUTH:
        return signal.choose(condition, truth(then, frame), truth(otherwise, frame))
    either = (jnp.asarray(number(part, frame), float) for part in (then, otherwise))
    return signal.pick(condition, *either)


def _over_time(expression: OverTime, frame: Frame) -> Value:
    values = [_course(operand, expression, frame) for operand in expression.operands]
    name, first = expression.name, values[0]
    if isinstance(first, Signal):
        match name:
            case "always":
                return temporal.always(first)
            case "eventually":
                return temporal.eventually(first)
            case "until":
                second = values[1]
                return temporal.until(first, second if isinstance(second, Signal) else first)
            case "at":
                return Signal(first.truth[0], first.margin[0])
            case _:
                return _of_condition(expression, first)
    match name:
        case "at":
            return first[0]
        case "mean":
            return jnp.mean(first, axis=0)
        case "max":
            return temporal.largest(first)
        case _:
            return temporal.least(first)


def _course(operand: Typed, over: OverTime, frame: Frame) -> Value:
    """The operand's value over a window, at every step with the numbers of that step."""
    first, last = over.first, over.last
    if not frame.parts:
        return _with_time(operand, frame.window(first, last))
    return joined(
        [(since, _with_time(operand, part.window(first, last))) for since, part in frame.parts],
        range(first, last + 1),
    )


def joined(parts: Sequence[tuple[Since, Value]], steps: range) -> Value:
    """One course made of several, each of which stands from some step on; (time, world)."""

    def timed(value: Array) -> Array:
        return value if value.ndim > 1 else _spread(len(steps), value)

    whole = jax.tree.map(timed, parts[0][1])
    for since, later in parts[1:]:
        now = (jnp.array(steps) >= since)[:, None]
        whole = jax.tree.map(partial(jnp.where, now), jax.tree.map(timed, later), whole)
    return whole


def _of_condition(expression: OverTime, condition: Signal) -> Array:
    """A number about a condition: when, how often, how long, or for which share it holds."""
    length = (expression.last - expression.first) * expression.step
    match expression.name:
        case "first":
            return (expression.first + temporal.first(condition)) * expression.step
        case "last":
            return (expression.first + temporal.last(condition)) * expression.step
        case "count":
            return temporal.share(condition) * (length + 1)
        case "duration":
            return temporal.share(condition) * length
        case _:
            return temporal.share(condition)


def _with_time(operand: Typed, frame: Frame) -> Value:
    """The operand's value with a time axis, also where it does not move."""
    value = evaluate(operand, frame)
    if operand.type.when is When.STEP:
        return value
    return jax.tree.map(partial(_spread, frame.steps), value)


def _spread(steps: int, value: Array) -> Array:
    return jnp.broadcast_to(value, (steps, *(jnp.shape(value) or (1,))))
