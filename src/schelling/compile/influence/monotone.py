"""Which way an expression moves when one of the names in it rises, all others held.

The chain rule on signs: a slope is known to be up, down, or neither. The sign of what multiplies a
slope comes from intervals, so a product with a share keeps the direction and a product with a
number of either sign loses it. What is found is weak: "up" means that the value never falls.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

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
    mentions,
    operands,
)
from schelling.case.model import Effect
from schelling.case.notes import intervals
from schelling.case.notes.intervals import FALSE, TRUE, Interval
from schelling.case.notes.reach import Reach


class Sign(enum.Enum):
    """Direction of an influence: up, down, or not known to be either."""

    UP = "+"
    DOWN = "-"
    OPEN = ""

    def times(self, other: Sign) -> Sign:
        """The direction of one influence after another."""
        if Sign.OPEN in (self, other):
            return Sign.OPEN
        return Sign.UP if self is other else Sign.DOWN


Slopes = Mapping[str, Sign]
"""Direction of a value in each name it mentions."""

_ONE: Final = Interval(1.0, 1.0)
_RISING: Final = frozenset(
    (
        *("+", "min", "max", "clip", "and", "or"),
        *("exp", "log", "sqrt", "tanh", "logistic", "logit", "normal_cdf", "normal_ppf"),
        *("atanh", "atan", "floor", "ceil", "round", "sign"),
    )
)
"""Functions that rise, or stay, in every operand."""

_FALLING: Final[Mapping[str, tuple[Sign, ...]]] = {
    "-": (Sign.UP, Sign.DOWN),
    "neg": (Sign.DOWN,),
    "not": (Sign.DOWN,),
    "<": (Sign.DOWN, Sign.UP),
    "<=": (Sign.DOWN, Sign.UP),
    ">": (Sign.UP, Sign.DOWN),
    ">=": (Sign.UP, Sign.DOWN),
    "threshold_share": (Sign.DOWN, Sign.OPEN),
}
"""Direction in each operand of functions that fall in some of them."""

_OVER_TIME: Final[Mapping[str, Sign]] = {"first": Sign.DOWN, "last": Sign.OPEN}
"""Direction of functions over time that do not rise in what they look at.

What holds at more steps holds sooner. It also holds later, but sooner than never.
"""


def slopes(expression: Typed, reach: Reach) -> dict[str, Sign]:
    """Direction of a number, a rate, or a truth value in every name and game it mentions.

    Args:
        expression: A typed expression. A truth value rises when it becomes true.
        reach: Intervals of the names of its case.

    Returns:
        One direction a name, `OPEN` where none is known: for state machines and games, which have
        no order.
    """
    found = dict.fromkeys(sorted(mentions(expression)), Sign.OPEN)
    return found | {
        name: sign for name, sign in _slopes(expression, reach).items() if name in found
    }


def jump(effect: Effect, reach: Reach) -> Sign:
    """Direction in which an effect moves its target.

    Args:
        effect: What an event or an action sets.
        reach: Intervals of the names of its case.

    Returns:
        The direction; `OPEN` for a state machine.
    """
    if effect.value.type.kind is Kind.STATE:
        return Sign.OPEN
    target = reach.found.get(effect.target, intervals.ALL)
    match effect.value:
        case Operation(name="+", operands=(Reference(name=effect.target), more)):
            return direction(reach.of(more))
        case Operation(name="+", operands=(more, Reference(name=effect.target))):
            return direction(reach.of(more))
        case Operation(name="-", operands=(Reference(name=effect.target), less)):
            return direction(reach.of(less)).times(Sign.DOWN)
        case Operation(name="*", operands=(Reference(name=effect.target), factor)):
            return _scaling(reach.of(factor), target)
        case Operation(name="*", operands=(factor, Reference(name=effect.target))):
            return _scaling(reach.of(factor), target)
        case _:
            return direction(intervals.apply("-", (reach.of(effect.value), target)))


def direction(interval: Interval) -> Sign:
    """The sign that all numbers of an interval have; zero has either, and nothing else has none."""
    if interval.low == interval.high == 0:
        return Sign.OPEN
    if interval.low >= 0:
        return Sign.UP
    return Sign.DOWN if interval.high <= 0 else Sign.OPEN


def together(parts: Iterable[Slopes]) -> dict[str, Sign]:
    """Directions of a sum: known where all parts that mention a name agree."""
    found: dict[str, Sign] = {}
    for part in parts:
        for name, sign in part.items():
            found[name] = sign if found.get(name, sign) is sign else Sign.OPEN
    return found


def _scaling(factor: Interval, target: Interval) -> Sign:
    grows = direction(intervals.apply("-", (factor, _ONE)))
    return grows.times(direction(target))


def _slopes(expression: Typed, reach: Reach) -> dict[str, Sign]:
    match expression:
        case Constant():
            return {}
        case Reference():
            known = expression.type.kind is not Kind.STATE
            return {expression.name: Sign.UP if known else Sign.OPEN}
        case OverTime():
            inside = together(_slopes(part, reach) for part in expression.operands)
            turn = _OVER_TIME.get(expression.name, Sign.UP)
            return {name: sign.times(turn) for name, sign in inside.items()}
        case GameValue():
            return {expression.game: Sign.OPEN}
        case FirstPlayed():
            return {expression.value.game: Sign.OPEN}
        case Sought() | Drawn() | OfOther() | OverTies():
            return dict.fromkeys(mentions(expression), Sign.OPEN)
        case Twin():
            return _in_twin(expression, reach)
        case Given():
            chosen = dict.fromkeys(mentions(expression.condition), Sign.OPEN)  # which worlds count
            return together((_slopes(expression.body, reach), chosen))
        case Operation():
            return _of_operation(expression, reach)


def _in_twin(expression: Twin, reach: Reach) -> dict[str, Sign]:
    """In a twin, what is held moves with what it is held at."""
    inside = reach.twin(expression)
    if inside is None:
        return dict.fromkeys(mentions(expression), Sign.OPEN)
    held = dict(expression.interventions)
    body = _slopes(expression.body, inside)
    parts = [{name: sign for name, sign in body.items() if name not in held}]
    parts += [
        _turned(_slopes(value, reach), body[name]) for name, value in held.items() if name in body
    ]
    return together(parts)


def _of_operation(expression: Operation, reach: Reach) -> dict[str, Sign]:
    name = expression.name
    if name == "if" and (decided := reach.of(expression.operands[0])) in (TRUE, FALSE):
        return _slopes(expression.operands[1 if decided == TRUE else 2], reach)
    inside = [_slopes(part, reach) for part in operands(expression)]
    if name in _RISING:
        return together(inside)
    turns = _FALLING.get(name) or _turns(name, [reach.of(part) for part in expression.operands])
    return together(_turned(part, turn) for part, turn in zip(inside, turns, strict=True))


def _turns(name: str, ends: list[Interval]) -> tuple[Sign, ...]:
    """Direction in each operand where it depends on the numbers the operands can be."""
    match name:
        case "*":
            return direction(ends[1]), direction(ends[0])
        case "/":
            if ends[1].low <= 0 <= ends[1].high and not ends[1].low == 0 < ends[1].high:
                return Sign.OPEN, Sign.OPEN  # across a pole
            return direction(ends[1]), direction(ends[0]).times(Sign.DOWN)
        case "**":
            return _of_power(*ends)
        case "abs":
            return (direction(ends[0]),)
        case "if":
            return direction(intervals.apply("-", (ends[1], ends[2]))), Sign.UP, Sign.UP
        case "interpolate":
            return _of_curve(ends)
        case _:
            return (Sign.OPEN,) * len(ends)


def _of_curve(ends: list[Interval]) -> tuple[Sign, ...]:
    """In x as the curve goes from point to point, if it never turns; up in all its heights."""
    heights = ends[2::2]
    rises = [intervals.apply("-", (right, left)) for left, right in pairwise(heights)]
    ways = {direction(rise) for rise in rises if (rise.low, rise.high) != (0, 0)}
    along = ways.pop() if len(ways) == 1 else Sign.OPEN
    return along, *(sign for _ in heights for sign in (Sign.OPEN, Sign.UP))


def _of_power(base: Interval, exponent: Interval) -> tuple[Sign, Sign]:
    if base.low < 0:
        even = exponent.low == exponent.high and exponent.low % 2 == 0 and exponent.low > 0
        return (direction(base) if even else Sign.OPEN), Sign.OPEN
    above = direction(intervals.apply("-", (base, _ONE)))
    return direction(exponent), above


def _turned(part: Slopes, turn: Sign) -> dict[str, Sign]:
    return {name: sign.times(turn) for name, sign in part.items()}
