"""Whether an expression may have no number: a root, logarithm or quotient beyond where it is one.

What a name is computed from counts too, and of whatever looks at the run all that is simulated: a
world in which one of its numbers fails is lost. It is none in which a claim holds or fails.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from schelling.case.language.typed.types import (
    FirstPlayed,
    Operation,
    OverTies,
    OverTime,
    Sought,
    Twin,
    Typed,
    mentions,
    operands,
)
from schelling.case.model import Case, Game, StochasticGame, Stock
from schelling.case.notes.intervals import ALL, EITHER, POSITIVE, Interval, apply
from schelling.case.notes.reach import Reach
from schelling.case.sections import influence
from schelling.case.sections.about_games import tree_walks

_Part = tuple[Typed, Interval]
"""An expression, and where it must lie."""

_ABOVE: Final = sys.float_info.min
_BELOW: Final = math.nextafter(1.0, 0.0)
_FROM_NONE: Final = Interval(0.0, math.inf)
_FAR: Final = 1e30
"""Beyond what a prior without ends brings, and far from where numbers end."""
_RUNAWAY: Final = 1e100
_MOST_DOUBLINGS: Final = 850.0
"""From 1 on a number ends after 1,024; the rest is for where a stock starts, and what it feeds."""
_BESIDE_NONE: Final = 1e-290
_DOMAINS: Final[Mapping[str, Interval]] = {
    "sqrt": _FROM_NONE,
    "log": POSITIVE,
    "exp": Interval(-math.inf, math.log(sys.float_info.max)),
    "logit": Interval(_ABOVE, _BELOW),
    "normal_ppf": Interval(_ABOVE, _BELOW),
    "atanh": Interval(-_BELOW, _BELOW),
    "lgamma": POSITIVE,
}
"""Where functions of one number have one."""

_OF_SOMEBODY: Final = frozenset(("mean", "min", "max", "share"))
"""What has no number of nobody."""


def may_be(expression: Typed, reach: Reach) -> bool:
    """Whether some values of the priors may leave an expression, or what it reads, no number.

    Args:
        expression: A claim, or a part of one.
        reach: Intervals of the names of its case, in the worlds that it is about.
    """
    case = reach.case
    formulas, seen, ran = _formulas(case), set(reach.held), False
    of_few = {one.name for one in case.tallies if one.condition and one.function in _OF_SOMEBODY}
    waiting: list[_Part] = [(expression, ALL)]
    while waiting:
        part, allowed = waiting.pop()
        if not _within(reach.of(part), allowed) or _leaves(part, reach):
            return True
        if not ran and _looks_at_run(part):
            ran = True
            if _may_run_away(reach):
                return True
            waiting += _simulated(case)
        new = mentions(part) - seen
        if new & of_few:
            return True
        seen |= new
        waiting += (one for name in new for one in formulas.get(name, ()))
    return False


def _within(found: Interval, allowed: Interval) -> bool:
    return allowed.low <= found.low and found.high <= allowed.high


def _formulas(case: Case) -> dict[str, tuple[_Part, ...]]:
    """What variables and games are made of."""
    found = {one.name: ((one.value, ALL),) for one in case.variables}
    return found | {one.name: (*_decides(one),) for one in (*case.games, *case.stochastic)}


def _decides(game: Game | StochasticGame) -> Iterator[_Part]:
    """What decides how a game is played."""
    yield from _anywhere(influence.decides(game))
    if isinstance(game, StochasticGame):
        yield from ((game.precision, _FROM_NONE), (game.discount, Interval(0.0, _BELOW)))
        return
    yield from ((one, _FROM_NONE) for one in game.precisions)
    branches = tree_walks.branches(game.root)
    yield from ((one.probability, EITHER) for one in branches if one.probability is not None)


def _simulated(case: Case) -> Iterator[_Part]:
    """All that is computed step by step in a run."""
    effects = [effect for event in case.events for effect in event.effects]
    for event in case.events:
        yield from _anywhere((event.condition,))
        yield from () if event.hazard is None else ((event.hazard, _FROM_NONE),)
    for game in (one for one in (*case.games, *case.stochastic) if one.schedule):
        yield from _decides(game)
        if isinstance(game, Game):
            yield from _anywhere((game.condition,))
            yield from () if game.every is None else ((game.every, POSITIVE),)
            effects += (one for b in tree_walks.branches(game.root) for one in b.effects)
    yield from _anywhere(part for stock in case.stocks for part in (stock.start, stock.change))
    yield from _anywhere(effect.value for effect in effects)
    rules = (rules for people in case.populations for _, rules in people.rules())
    yield from _anywhere(rule for own in rules for rule in own)
    yield from _anywhere(part for one in case.tallies for part in (one.body, one.condition))


def _may_run_away(reach: Reach) -> bool:
    """Whether stocks without ends may grow beyond all numbers within a run.

    So does one that grows faster than in proportion to itself, as by `s * s`, and one that grows in
    proportion for long enough; by its rate of change or by effects.
    """
    case = reach.case
    free = {s.name for s in case.stocks if s.name not in reach.held and _endless(reach, s.name)}
    if not free or case.clock is None:
        return False
    names = (one.name for one in (*case.assumptions, *case.stocks))
    held = reach.held | {name: _cut(reach.found.get(name, ALL), _FAR) for name in names}
    held |= {name: _cut(reach.found.get(name, ALL), _RUNAWAY) for name in free}
    far = Reach(case, held, dict(reach.states))
    once = {effect for event in case.events if event.once for effect in event.effects}
    jumps = [one for one in reach.effects if one.target in free]
    return any(
        _doublings(far.of(one.value)) * (1 if one in once else case.clock.steps) > _MOST_DOUBLINGS
        for one in jumps
    ) or any(
        _outwards(far, stock, reach.elapsed.high) for stock in case.stocks if stock.name in free
    )


def _doublings(found: Interval) -> float:
    """How often a far stock doubles that is set to a value."""
    size = max(-found.low, found.high)
    return math.log2(size / _RUNAWAY) if size > 0.0 else 0.0


def _outwards(far: Reach, stock: Stock, length: float) -> bool:
    """Whether a stock that is far from 0 may move on from there, so fast that numbers end."""
    most = _MOST_DOUBLINGS * math.log(2.0) * _RUNAWAY / length if length else math.inf
    for end in far.held[stock.name]:
        rate = far.of(stock.change)
        if abs(end) < _RUNAWAY or max(-rate.low, rate.high) <= most:
            continue
        there = Reach(far.case, far.held | {stock.name: Interval(end, end)}, dict(far.states))
        rate = there.of(stock.change)
        if (rate.high if end > 0 else -rate.low) > most:
            return True
    return False


def _endless(reach: Reach, name: str) -> bool:
    return any(map(math.isinf, reach.found.get(name, ALL)))


def _cut(interval: Interval, far: float) -> Interval:
    """An interval whose infinite ends are far away, and whose ends beside 0 are not so near."""
    low, high = (math.copysign(far, end) if math.isinf(end) else end for end in interval)
    least = _BESIDE_NONE
    return Interval(
        1.0 / far if 0 < low < least else low, -1.0 / far if -least < high < 0 else high
    )


def _anywhere(parts: Iterable[Typed | None]) -> Iterator[_Part]:
    """Expressions that may be any number; what is missing is left out."""
    return ((part, ALL) for part in parts if part is not None)


def _looks_at_run(expression: Typed) -> bool:
    """Whether an expression asks how a world went, and not only how it began."""
    return isinstance(expression, OverTime | FirstPlayed) or any(
        map(_looks_at_run, operands(expression))
    )


def _leaves(expression: Typed, reach: Reach) -> bool:
    """Whether a part of an expression may be asked beyond where it has a number."""
    if isinstance(expression, Twin):
        there = reach.twin(expression)
        held = (value for _, value in expression.interventions)
        return (
            there is None
            or any(_leaves(value, reach) for value in held)
            or may_be(expression.body, there)
        )
    if isinstance(expression, Sought):
        return True  # what is looked for may not be there
    if isinstance(expression, OverTies) and expression.function in _OF_SOMEBODY:
        return True  # an agent may see nobody
    if isinstance(expression, Operation) and _beyond(expression, reach):
        return True
    return any(_leaves(part, reach) for part in operands(expression))


def _beyond(expression: Operation, reach: Reach) -> bool:
    name, parts = expression.name, expression.operands
    if name in _DOMAINS:
        return not _within(reach.of(parts[0]), _DOMAINS[name])
    if name == "threshold_share":
        return reach.of(parts[1]).low < 0.0
    if name == "/":
        divisor = reach.of(parts[1])
        return divisor.low <= 0.0 <= divisor.high or _too_large(expression, reach)
    if name == "**":
        base, power = (reach.of(part) for part in parts)
        whole = power.low == power.high and power.low.is_integer()
        if base.low < 0.0 and not whole:
            return True
        return (power.low < 0.0 and base.low <= 0.0 <= base.high) or _too_large(expression, reach)
    return name in ("+", "-", "*") and _too_large(expression, reach)


def _too_large(expression: Operation, reach: Reach) -> bool:
    """Whether an operator may pass the largest number; operands without ends are cut far away."""
    parts = [_cut(reach.of(part), _FAR) for part in expression.operands]
    if expression.name == "**" and parts[0].low < 0.0:
        parts[0] = Interval(0.0, max(-parts[0].low, abs(parts[0].high)))
    return any(map(math.isinf, apply(expression.name, parts)))
