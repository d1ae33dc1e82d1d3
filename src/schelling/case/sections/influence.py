"""What each definition of a case reads directly: the arrows of its causal map.

A stock reads what its start and its change read, and whatever sets off the effects on it; so does
a state machine. A game reads its payoffs, its precision and when it is played. Chance is not
listed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from schelling.case.language.happenings import counter
from schelling.case.language.types import Typed, mentions
from schelling.case.model import (
    Choice,
    Effect,
    Event,
    Game,
    StochasticGame,
    Stock,
    Variable,
)
from schelling.case.populations import Population


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
    for game in games:
        branches = tuple(_branches((game.root,)))
        found[game.name] |= names((game.condition, *game.precisions))
        found[game.name] |= names(value for _, values in branches for value in values)
        for effects, _ in branches:
            for effect in effects:
                found[effect.target] |= {game.name} | names((effect.value,))
    for game in stochastic:
        found[game.name] |= names((game.precision, game.discount))
        branches = _branches(state.root for state in game.states)
        found[game.name] |= names(value for _, values in branches for value in values)
    return {name: frozenset(read) for name, read in found.items()}


def names(values: Iterable[Typed | None]) -> set[str]:
    """Names and games that typed expressions mention."""
    found: set[str] = set()
    for value in values:
        if value is not None:
            found |= mentions(value)
    return found


def _branches(choices: Iterable[Choice]) -> Iterator[tuple[tuple[Effect, ...], list[Typed]]]:
    """The effects of every action of a tree, and the expressions that decide how it is played."""
    waiting = list(choices)
    while waiting:
        for branch in waiting.pop().branches:
            values = [value for _, value in (*branch.payoffs, *branch.following)]
            if branch.probability is not None:
                values.append(branch.probability)
            yield branch.effects, values
            if branch.then is not None:
                waiting.append(branch.then)
