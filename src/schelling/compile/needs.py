"""Which series the claims of a plan look at; no other need leave the simulation."""

from __future__ import annotations

from schelling.case.model import Choice
from schelling.case.typed import GameValue, Typed, operands, references
from schelling.compile.plan import Plan


def needs(plan: Plan) -> frozenset[str]:
    """Names of stocks and moving variables, and `phase`, that the claims depend on.

    A variable is computed again from what it reads, so that is needed too.
    """
    games = {game.name: game for game in plan.games}
    wanted: set[str] = set()
    for claim in plan.claims:
        wanted |= references(claim.holds)
        for name in _games(claim.holds):
            wanted |= references(games[name].precision) | _tree(games[name].root)
    for variable in reversed(plan.moving):
        if variable.name in wanted:
            wanted |= references(variable.value)
    return frozenset(wanted)


def _games(expression: Typed) -> frozenset[str]:
    found = frozenset[str]().union(*(_games(part) for part in operands(expression)))
    return found | {expression.game} if isinstance(expression, GameValue) else found


def _tree(choice: Choice) -> frozenset[str]:
    found: set[str] = set()
    for branch in choice.branches:
        for _, value in branch.payoffs:
            found |= references(value)
        if branch.probability is not None:
            found |= references(branch.probability)
        if branch.then is not None:
            found |= _tree(branch.then)
    return frozenset(found)
