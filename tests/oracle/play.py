"""Games of the oracle: the case's own tree walked by recursion, one game at a time.

A table is a tree here too, whose actors do not see what those before them do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from oracle import tables, unseen
from schelling.case.language.typed.types import Typed
from schelling.case.model import CHANCE, Branch, Choice, Game

Value = Callable[[Typed], float]
Paid = tuple[tuple[str, Typed], ...]
EQUAL = 1e-12  # documented: gains of that size relative to the payoffs are ties
WHOLE = 1e-9  # documented: probabilities of chance that add up to 1 within this are whole


def below(place: str, action: str) -> str:
    """Name of the move after an action; the first one is called `start`."""
    return action if place == "start" else f"{place}/{action}"


def draw(odds: list[float], luck: float) -> int:
    """Which alternative a uniform number falls on; the last takes what is left."""
    total = 0.0
    for number, probability in enumerate(odds[:-1]):
        total += probability
        if luck < total:
            return number
    return len(odds) - 1


@dataclass
class Move:
    """A solved move.

    Attributes:
        choice: The move of the case.
        odds: Probability of each action.
        after: Expected payoff of every actor after each action.
        reach: Probability that the game gets here.
        path: What has been taken or drawn before, types included.
    """

    choice: Choice
    odds: list[float]
    after: list[dict[str, float]]
    reach: float = 1.0
    path: tuple[str, ...] = ()


@dataclass
class Solved:
    """A solved game."""

    game: Game
    value: Value
    precision: Mapping[str, float]
    moves: list[Move] = field(default_factory=list)
    sound: bool = True
    at_once: dict[str, list[float]] = field(default_factory=dict)
    by_set: dict[unseen.Key, list[float]] = field(default_factory=dict)

    def at(self, choice: Choice) -> Move:
        return next(move for move in self.moves if move.choice is choice)

    def _where(self, actor: str, *actions: str) -> list[Move]:
        return [
            move
            for move in self.moves
            if move.choice.actor == actor
            and set(actions) <= {branch.action for branch in move.choice.branches}
        ]

    def worth(self, actor: str) -> float:
        """What the game is worth to an actor."""
        first = self.at(self.game.root)
        total = sum(p * after[actor] for p, after in zip(first.odds, first.after, strict=True))
        return total if self.sound else math.nan

    def where_it_chooses(self, wanted: str, actor: str, action: str) -> float:
        """Probability or payoff of an action, given that the actor gets to choose it."""
        found: list[tuple[float, float]] = []
        for move in self._where(actor, action):
            number = [branch.action for branch in move.choice.branches].index(action)
            own = move.odds[number] if wanted == "probability" else move.after[number][actor]
            found.append((move.reach, own))
        if not self.sound:
            return math.nan
        if len(found) == 1:
            return found[0][1]
        return sum(r * own for r, own in found) / np.float64(sum(r for r, _ in found))

    def at_place(self, wanted: str, actor: str, place: tuple[str, ...]) -> float:
        """Of a place: how likely it is, how likely its last action is, or what follows is worth."""
        choice: Choice | None = self.game.root
        reach, odds, after = 1.0, 1.0, {}
        for action in place:
            assert choice is not None
            move = self.at(choice)
            number = [branch.action for branch in choice.branches].index(action)
            odds, after = move.odds[number], move.after[number]
            reach, choice = reach * odds, choice.branches[number].then
        if not self.sound:
            return math.nan
        return {"reached": reach, "probability": odds, "payoff": after.get(actor, 0.0)}[wanted]

    def dominance(self, actor: str, first: str, second: str) -> float:
        """Least gain from one action over another, whatever all others answer."""
        gains: list[float] = []
        sizes = [abs(paid[actor]) for paid in _ends(self.game, self.value)]
        if self.game.simultaneous:
            actors, actions, payoffs = table(self.game, self.value)
            own = actors.index(actor)
            pair = (actions[own].index(first), actions[own].index(second))
            gains.append(tables.dominance(payoffs, own, *pair))
        for choice, paid in _choices(self.game.root) if not self.game.simultaneous else ():
            branches = {branch.action: branch for branch in choice.branches}
            if choice.actor == actor and {first, second} <= set(branches):
                worst = self._extreme(branches[first], paid, actor, min)
                best = self._extreme(branches[second], paid, actor, max)
                gains.append(worst - best)
        if not self.sound:
            return math.nan
        least = min(gains)
        return 0.0 if abs(least) <= EQUAL * max(sizes) else least

    def _extreme(
        self, branch: Branch, paid: Paid, actor: str, others: Callable[[list[float]], float]
    ) -> float:
        paid = (*paid, *branch.payoffs)
        if branch.then is None:
            return _total(paid, actor, self.value)
        values = [self._extreme(b, paid, actor, others) for b in branch.then.branches]
        if branch.then.actor == CHANCE:
            odds = _chance(branch.then, self.value)
            return sum(p * v for p, v in zip(odds, values, strict=True))
        return max(values) if branch.then.actor == actor else others(values)


def solve(game: Game, value: Value) -> Solved:
    """Logit quantal response or best responses, by backward recursion; tables in `tables`.

    Args:
        game: A game of the case.
        value: Gives the number behind an expression.

    Returns:
        Probabilities and expected payoffs at every move.
    """
    solved = Solved(game, value, {actor: np.float64(value(p)) for actor, p in game.precision})
    best = game.concept != "quantal"
    for precision in solved.precision.values():
        solved.sound &= best or (math.isfinite(precision) and precision >= 0)
    for paid in _ends(game, value):
        solved.sound &= all(math.isfinite(payoff) for payoff in paid.values())
    if game.simultaneous:
        _at_once(solved)
    if game.private:
        _unseen(solved)
    _visit(solved, game.root, ())
    _reach(solved, game.root, 1.0, ())
    for move in solved.moves:
        solved.sound &= all(math.isfinite(p) and p >= 0 for p in move.odds)
    return solved


def _visit(solved: Solved, choice: Choice, paid: Paid) -> dict[str, float]:
    """Solve a move and all below it; what it is worth to everybody."""
    actors = solved.game.actors
    after: list[dict[str, float]] = []
    for branch in choice.branches:
        total = (*paid, *branch.payoffs)
        if branch.then is None:
            after.append({actor: _total(total, actor, solved.value) for actor in actors})
        else:
            after.append(_visit(solved, branch.then, total))
    if choice.actor == CHANCE:
        odds = _chance(choice, solved.value)
    elif solved.at_once:
        odds = solved.at_once[choice.actor]
    elif solved.by_set:
        odds = solved.by_set[unseen.key(choice)]
    elif solved.game.concept == "spe":
        own = [a[choice.actor] for a in after]
        odds = [float(number == np.argmax(own)) for number in range(len(own))]
    else:
        utility = np.array([solved.precision[choice.actor] * a[choice.actor] for a in after])
        weight = np.exp(utility - np.max(utility))
        odds = [float(w) for w in weight / weight.sum()]
    solved.moves.append(Move(choice, odds, after))
    return {actor: sum(p * a[actor] for p, a in zip(odds, after, strict=True)) for actor in actors}


def table(game: Game, value: Value) -> tuple[list[str], list[list[str]], np.ndarray]:
    """Actors, their actions and payoffs of a table; its own actors only."""
    actors: list[str] = []
    actions: list[list[str]] = []
    choice: Choice | None = game.root
    while choice is not None:
        actors.append(choice.actor)
        actions.append([branch.action for branch in choice.branches])
        choice = choice.branches[0].then
    ends = [[paid[actor] for actor in actors] for paid in _ends(game, value)]
    shape = (*(len(own) for own in actions), len(actors))
    return actors, actions, np.array(ends, dtype=float).reshape(shape)


def _at_once(solved: Solved) -> None:
    actors, actions, payoffs = table(solved.game, solved.value)
    if solved.game.concept == "nash":
        play = tables.nash(payoffs)
    else:
        play = tables.quantal(payoffs, [solved.precision[actor] for actor in actors])
    if play is None:
        solved.sound = False
        play = [np.full(len(own), math.nan) for own in actions]
    solved.at_once = dict(zip(actors, ([float(p) for p in own] for own in play), strict=True))


def _unseen(solved: Solved) -> None:
    game, value = solved.game, solved.value
    ends: dict[tuple[int, int], dict[str, float]] = {}
    chances: dict[int, list[float]] = {}
    sets: dict[unseen.Key, list[float]] = {}
    for choice, paid in _choices(game.root):
        if choice.actor == CHANCE:
            chances[id(choice)] = _chance(choice, value)
        sets[unseen.key(choice)] = [math.nan] * len(choice.branches)
        for number, branch in enumerate(choice.branches):
            total = (*paid, *branch.payoffs)
            if branch.then is None:
                paid_out = {actor: float(_total(total, actor, value)) for actor in game.actors}
                ends[id(choice), number] = paid_out
    found = unseen.quantal(game, ends, chances, dict(solved.precision)) if solved.sound else None
    solved.sound &= found is not None
    solved.by_set = sets if found is None else found


def _reach(solved: Solved, choice: Choice, reach: float, path: tuple[str, ...]) -> None:
    move = solved.at(choice)
    move.reach, move.path = reach, path
    for branch, probability in zip(choice.branches, move.odds, strict=True):
        if branch.then is not None:
            _reach(solved, branch.then, reach * probability, (*path, branch.action))


def _chance(choice: Choice, value: Value) -> list[float]:
    """Probabilities of chance; a branch without one takes what the others leave."""
    given = [
        None if b.probability is None else float(value(b.probability)) for b in choice.branches
    ]
    rest = 1 - sum(p for p in given if p is not None)
    whole = abs(rest) <= WHOLE
    if None not in given:
        return [p if whole else math.nan for p in given if p is not None]
    left = max(rest, 0.0) if whole else rest
    return [left if p is None else p for p in given]


def _total(paid: Paid, actor: str, value: Value) -> float:
    return np.float64(sum(value(payoff) for who, payoff in paid if who == actor))


def _ends(game: Game, value: Value) -> Iterator[Mapping[str, float]]:
    """Payoffs of everybody at every end."""
    for choice, paid in _choices(game.root):
        for branch in choice.branches:
            if branch.then is None:
                total = (*paid, *branch.payoffs)
                yield {actor: _total(total, actor, value) for actor in game.actors}


def _choices(choice: Choice, paid: Paid = ()) -> Iterator[tuple[Choice, Paid]]:
    """Every move of a tree with the payoffs received before it."""
    yield choice, paid
    for branch in choice.branches:
        if branch.then is not None:
            yield from _choices(branch.then, (*paid, *branch.payoffs))
