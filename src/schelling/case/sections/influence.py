"""What each definition of a case reads directly: the arrows of its causal map.

A stock reads what its start and its change read, and whatever sets off the effects on it; so does
a state machine. A game reads its payoffs, its precision and when it is played. Chance is not
listed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.types import Typed, mentions
from schelling.case.model import (
    Event,
    Game,
    StochasticGame,
    Stock,
    Variable,
)
from schelling.case.populations import Population
from schelling.case.sections.about_games import tree_walks


def reads(
    stocks: Sequence[Stock],
    variables: Sequence[Variable],
    events: Sequence[Event],
    games: Sequence[Game],
    stochastic: Sequence[StochasticGame],
    populations: Sequence[Population] = (),
) -> dict[str, frozenset[str]]:
    """For each stock, variable, game, state machine, trait and state, what it reads directly."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for stock in stocks:
        found[stock.name] |= names((stock.start, stock.change))
    for variable in variables:
        found[variable.name] |= names((variable.value,))
    for event in events:
        trigger = names((event.hazard, event.condition))
        found[counter(event.name)] |= trigger
        for effect in event.effects:
            found[effect.target] |= trigger | names((effect.value,))
    for name, rules in itertools.chain(*(population.rules() for population in populations)):
        found[name] |= names(rules)
    for game in (*games, *stochastic):
        found[game.name] |= names(decides(game))
    for game in games:
        found[game.name] |= names((game.condition,))
        for effect in (one for branch in tree_walks.branches(game.root) for one in branch.effects):
            found[effect.target] |= {game.name} | names((effect.value,))
    return {name: frozenset(read) for name, read in found.items()}


def decides(game: Game | StochasticGame) -> Iterator[Typed]:
    """The expressions that decide how a game is played, its condition apart."""
    if isinstance(game, Game):
        yield from game.precisions
        roots = [game.root]
    else:
        yield from (game.precision, game.discount)
        roots = [state.root for state in game.states]
    for branch in (one for root in roots for one in tree_walks.branches(root)):
        yield from tree_walks.deciding(branch)


def names(values: Iterable[Typed | None]) -> set[str]:
    """Names and games that typed expressions mention."""
    found: set[str] = set()
    for value in values:
        if value is not None:
            found |= mentions(value)
    return found
