"""Thresholds that a case looks at: what can be above one, or true, and which part of it looks.

They are the comparisons in conditions, hazards, effects, games and claims, and the facts among
variables. What only events and moves set is left out: who tells those tells it too. So is what is
asked of twins, which are other worlds. Axes: (time, thing).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    OverTime,
    Reference,
    Twin,
    Typed,
    When,
    operands,
    references,
)
from schelling.case.model import Effect
from schelling.claims.signal import Signal
from schelling.compile.agents import folds
from schelling.compile.expressions.frame import Frame, Value, evaluate, joined
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan, choices

_ABOVE, _BELOW = (">", ">="), ("<", "<=")
_STRICT = (">", "<")
_EXTREMES = ("max", "min")


@dataclass(frozen=True)
class Looker:
    """Who looks at a threshold.

    Attributes:
        role: `claim`, `event` or `game`.
        name: Its name.
    """

    role: str
    name: str


@dataclass(frozen=True)
class Crossable:
    """A threshold, or a fact.

    Attributes:
        left: What moves.
        right: What it is compared with; None of a fact, which is true or false.
        condition: True above the threshold, or where the fact holds.
        lookers: Who looks at it, in the order of the case.
        strict: Whether it is not above where both are equal; False of a fact.
    """

    left: Typed
    right: Typed | None
    condition: Typed
    lookers: tuple[Looker, ...]
    strict: bool


def crossable(plan: Plan) -> tuple[Crossable, ...]:
    """The thresholds of a case, in the order in which a step looks at them; claims come last."""
    found: dict[tuple[str, str, bool], Crossable] = {}
    for looker, expression in _looked(plan):
        for left, right, condition, strict in _compared(expression, plan):
            one, other = write(left), "" if right is None else write(right)
            key, mirrored = (one, other, strict), (other, one, not strict)
            key = mirrored if mirrored in found else key  # y < x is x > y
            old = found.get(key)
            if old is None:
                found[key] = Crossable(left, right, condition, (looker,), strict)
            elif looker not in old.lookers:
                found[key] = replace(old, lookers=(*old.lookers, looker))
    return tuple(found.values())


class ThresholdCourse(NamedTuple):
    """The thresholds of one world over time.

    Attributes:
        above: Whether it is above each, or each fact holds.
        left: What moves, in base units; 1 or 0 of a fact.
        right: What it is compared with; NaN of a fact.
    """

    above: Bool[Array, "time thing"]
    left: Float[Array, "time thing"]
    right: Float[Array, "time thing"]


def course(things: tuple[Crossable, ...], frame: Frame) -> ThresholdCourse:
    """The thresholds over the course of the first world of a frame."""
    parts = frame.parts or [(0, frame)]

    def seen(expression: Typed) -> Value:
        return joined([(since, evaluate(expression, f)) for since, f in parts], range(frame.steps))

    def together(values: list[Array]) -> Array:
        columns = [jnp.broadcast_to(value[:, 0], (frame.steps,)) for value in values]
        return jnp.stack(columns, -1) if columns else jnp.zeros((frame.steps, 0))

    none = Constant(jnp.nan, UNKNOWN)
    conditions = [seen(thing.condition) for thing in things]
    truths = [one.truth if isinstance(one, Signal) else one > 0 for one in conditions]
    left = [folds.array(seen(thing.left)) for thing in things]
    right = [folds.array(seen(thing.right or none)) for thing in things]
    return ThresholdCourse(together(truths).astype(bool), together(left), together(right))


def _looked(plan: Plan) -> Iterator[tuple[Looker, Typed]]:
    """Everything that decides something, with whose it is."""
    for game in plan.games:
        looker = Looker("game", game.name)
        if game.condition_written is not None and game.schedule:
            yield looker, game.condition_written
        for _, choice in choices(game.root):
            for branch in choice.branches:
                yield from ((looker, value) for value in _values(branch.effects))
    for event in plan.events:
        looker = Looker("event", event.name)
        for part in (event.condition, event.hazard):
            if part is not None:
                yield looker, part
        yield from ((looker, value) for value in _values(event.effects))
    yield from ((Looker("claim", claim.name), claim.holds) for claim in plan.claims)


def _values(effects: tuple[Effect, ...]) -> Iterator[Typed]:
    yield from (effect.value for effect in effects)


def _compared(expression: Typed, plan: Plan) -> Iterator[tuple[Typed, Typed | None, Typed, bool]]:
    """The comparisons and facts in an expression, as a `Crossable` without lookers."""
    if isinstance(expression, Twin) or (
        isinstance(expression, OverTime) and expression.name == "at"
    ):
        return
    if isinstance(expression, Reference):
        if expression.type.kind is Kind.TRUTH and expression.type.when is When.STEP:
            yield expression, None, expression, False
        return
    if isinstance(expression, Operation) and expression.name in (*_ABOVE, *_BELOW):
        left, right = map(_over_time, expression.operands)
        if left.type.kind is right.type.kind is Kind.NUMBER:
            yield from _threshold(expression, left, right, plan)
    for part in operands(expression):
        yield from _compared(part, plan)


def _over_time(side: Typed) -> Typed:
    """Of the largest or least number of a course, the number at every step."""
    if isinstance(side, OverTime) and side.name in _EXTREMES:
        return side.operands[0]
    return side


def _threshold(
    compared: Operation, left: Typed, right: Typed, plan: Plan
) -> Iterator[tuple[Typed, Typed | None, Typed, bool]]:
    """A comparison of what moves with something that is known at every step."""
    kinds = {left.type.when, right.type.when}
    if When.STEP not in kinds or When.HINDSIGHT in kinds or _hindsight(left) or _hindsight(right):
        return
    if all(_told(side, plan) for side in (left, right)):
        return
    holds = replace(compared, operands=(left, right), type=replace(compared.type, when=When.STEP))
    is_above = compared.name in _ABOVE
    if left.type.when is not When.STEP:
        left, right, is_above = right, left, not is_above
    if not is_above:
        holds = Operation("not", (holds,), holds.type)
    yield left, right, holds, (compared.name in _STRICT) == is_above


def _hindsight(side: Typed) -> bool:
    """Whether it looks at a whole course, or at a twin."""
    return isinstance(side, OverTime | Twin) or any(map(_hindsight, operands(side)))


def _told(side: Typed, plan: Plan) -> bool:
    """Whether it is still, or a stock that only events and moves set."""
    if side.type.when is not When.STEP:
        return True
    if isinstance(side, Reference) and side.name != "elapsed":
        return side.name in still(plan)
    return references(side) <= {"elapsed"}  # the calendar: everybody knows when it comes


def still(plan: Plan) -> frozenset[str]:
    """Stocks that never flow: only events and moves set them."""
    return frozenset(stock.name for stock in plan.stocks if needs.stands_still(stock))
