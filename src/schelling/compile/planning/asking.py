"""What the expressions of a plan ask about games while a world runs, and what that reads."""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.types import GameValue, Typed, operands, references
from schelling.case.model import Game, StochasticGame
from schelling.case.sections import influence
from schelling.case.sections.about_games import tree_walks
from schelling.compile.planning.plan import Plan


def asked(expression: Typed) -> list[GameValue]:
    """Everything that an expression asks about games."""
    own = [expression] if isinstance(expression, GameValue) else []
    return own + [one for part in operands(expression) for one in asked(part)]


def behind(plan: Plan, expression: Typed) -> list[Game | StochasticGame]:
    """The games that an expression asks about, and those that their payoffs ask about."""
    known = {game.name: game for game in (*plan.games, *plan.stochastic)}
    found: dict[str, Game | StochasticGame] = {}
    waiting = [expression]
    while waiting:
        for one in asked(waiting.pop()):
            if one.game not in found:
                found[one.game] = known[one.game]
                waiting += influence.decides(known[one.game])
    return list(found.values())


def counted(plan: Plan) -> tuple[str, ...]:
    """Events of which something asks how often they have happened."""
    read = frozenset[str]().union(*map(references, _everything(plan)))
    return tuple(event.name for event in plan.events if counter(event.name) in read)


def renewed(plan: Plan) -> dict[str, tuple[GameValue, ...]]:
    """What is asked of each game with states that is solved anew during the run."""
    wanted = {game.name: dict[GameValue, None]() for game in plan.stochastic if game.schedule}
    if wanted:
        for expression in _everything(plan):
            for one in asked(expression):
                if one.game in wanted:
                    wanted[one.game][one] = None
    return {name: tuple(questions) for name, questions in wanted.items()}


def _everything(plan: Plan) -> Iterator[Typed]:
    for variable in (*plan.fixed, *plan.moving):
        yield variable.value
    for stock in plan.stocks:
        yield stock.change
    for event in plan.events:
        yield from (part for part in (event.hazard, event.condition) if part is not None)
        yield from (effect.value for effect in event.effects)
    for game in (*plan.games, *plan.stochastic):
        yield from influence.decides(game)
        if isinstance(game, Game):
            yield from (game.condition,) if game.condition is not None else ()
            yield from (e.value for one in tree_walks.branches(game.root) for e in one.effects)
    for population in plan.populations:
        for _, rules in population.rules():
            yield from rules
    for tally in plan.tallies:
        yield from (tally.body, *((tally.condition,) if tally.condition is not None else ()))
    yield from (claim.holds for claim in plan.claims)
    yield from (ask.expression for ask in plan.asks)
    for record in plan.records:
        yield from record.arguments
