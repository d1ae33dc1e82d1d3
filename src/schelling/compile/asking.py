"""What the expressions of a plan ask about games while a world runs, and what that reads."""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.language.happenings import counter
from schelling.case.language.types import GameValue, Typed, operands, references
from schelling.case.model import Branch, Choice, Game, StochasticGame
from schelling.compile.plan import Plan


def asked(expression: Typed) -> list[GameValue]:
    """Everything that an expression asks about games."""
    own = [expression] if isinstance(expression, GameValue) else []
    return own + [one for part in operands(expression) for one in asked(part)]


def decides(game: Game | StochasticGame) -> Iterator[Typed]:
    """The expressions that decide how a game is played, its condition apart."""
    if isinstance(game, Game):
        yield from game.precisions
        yield from _of_choice(game.root)
        return
    yield from (game.precision, game.discount)
    for state in game.states:
        yield from _of_choice(state.root)


def behind(plan: Plan, expression: Typed) -> list[Game | StochasticGame]:
    """The games that an expression asks about, and those that their payoffs ask about."""
    known = {game.name: game for game in (*plan.games, *plan.stochastic)}
    found: dict[str, Game | StochasticGame] = {}
    waiting = [expression]
    while waiting:
        for one in asked(waiting.pop()):
            if one.game not in found:
                found[one.game] = known[one.game]
                waiting += decides(known[one.game])
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
        yield from decides(game)
        if isinstance(game, Game):
            yield from (game.condition,) if game.condition is not None else ()
            yield from _of_effects(game.root)
    for population in plan.populations:
        for _, rules in population.rules():
            yield from rules
    for tally in plan.tallies:
        yield from (tally.body, *((tally.condition,) if tally.condition is not None else ()))
    yield from (claim.holds for claim in plan.claims)
    yield from (ask.expression for ask in plan.asks)
    for record in plan.records:
        yield from record.arguments


def _of_choice(choice: Choice) -> Iterator[Typed]:
    for branch in _branches(choice):
        yield from (value for _, value in (*branch.payoffs, *branch.following))
        if branch.probability is not None:
            yield branch.probability


def _of_effects(choice: Choice) -> Iterator[Typed]:
    for branch in _branches(choice):
        yield from (effect.value for effect in branch.effects)


def _branches(choice: Choice) -> Iterator[Branch]:
    for branch in choice.branches:
        yield branch
        if branch.then is not None:
            yield from _branches(branch.then)
