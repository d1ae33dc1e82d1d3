"""The same plan on steps of half the length, for the check that every reader asks for.

What has a date or a schedule stays on its day, windows of claims cover the same days with twice as
many steps, and luck is the same: events by chance wait for the same hazard, moves of games meet the
luck of the same day.
"""

from __future__ import annotations

from dataclasses import replace

from schelling.case.language.typed.types import Given, Operation, OverTime, Twin, Typed
from schelling.case.model import Event, Game
from schelling.compile.planning.plan import Plan


def halve(plan: Plan) -> Plan:
    """A plan with steps of half the length.

    Args:
        plan: A plan with time.

    Returns:
        The plan that asks the same of the same worlds, on the finer grid.
    """
    return replace(
        plan,
        steps=2 * plan.steps,
        step=plan.step / 2,
        halvings=2 * plan.halvings,
        games=tuple(_game(game) for game in plan.games),
        stochastic=tuple(
            replace(game, schedule=tuple(2 * step for step in game.schedule))
            for game in plan.stochastic
        ),
        events=tuple(_event(event) for event in plan.events),
        claims=tuple(replace(claim, holds=_finer(claim.holds)) for claim in plan.claims),
        asks=tuple(replace(ask, expression=_finer(ask.expression)) for ask in plan.asks),
    )


def _game(game: Game) -> Game:
    return replace(game, schedule=tuple(2 * step for step in game.schedule))


def _event(event: Event) -> Event:
    return replace(event, steps=tuple(2 * step for step in event.steps))


def _finer(expression: Typed) -> Typed:
    """An expression of a claim with its windows on the finer grid."""
    match expression:
        case OverTime():
            parts = tuple(map(_finer, expression.operands))
            first, last = 2 * expression.first, 2 * expression.last
            step = expression.step / 2
            return replace(expression, operands=parts, first=first, last=last, step=step)
        case Operation():
            return replace(expression, operands=tuple(map(_finer, expression.operands)))
        case Twin():
            return replace(expression, body=_finer(expression.body))
        case Given():
            parts = _finer(expression.body), _finer(expression.condition)
            return replace(expression, body=parts[0], condition=parts[1])
        case _:
            return expression
