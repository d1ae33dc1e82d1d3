"""Games with states of the oracle: one at a time, state by state, by name."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from oracle.tables import mixtures, walk
from schelling.case.language.typed.types import GameValue, Typed
from schelling.case.model import Branch, Choice, GameState, StochasticGame

Value = Callable[[Typed], float]
Cell = Mapping[str, str]
EQUAL = 1e-12  # documented: gains of that size relative to what is at stake are ties
WHOLE = 1e-9  # documented: chances that add up to 1 within this are whole
CLOSE = 1e-12  # residual of the answer: some hundred roundings


@dataclass
class States:
    """A solved game.

    Attributes:
        odds: Probabilities by state, actor and action.
        worth: By state and actor, everybody playing on like that.
        sound: Whether there is an answer.
    """

    game: StochasticGame
    value: Value
    odds: dict[tuple[str, str], dict[str, float]]
    worth: dict[tuple[str, str], float]
    sound: bool

    def answer(self, wanted: GameValue) -> float:
        """A probability, a payoff, a value, or a margin of dominance."""
        if not self.sound:
            return math.nan
        state = next(s for s in self.game.states if s.name == wanted.state)
        actor = wanted.actor
        if wanted.name == "value" or (wanted.name == "payoff" and not wanted.actions):
            return self.worth[state.name, actor]
        if wanted.name == "probability":
            return self.odds[state.name, actor][wanted.actions[0]]
        if wanted.name == "payoff":
            chances = self._others(state, actor)
            return sum(p * self._now(state, {**c, actor: wanted.actions[0]}, actor)
                       for c, p in chances)  # fmt: skip
        first, second = wanted.actions
        gains = [
            self._now(state, {**c, actor: first}, actor)
            - self._now(state, {**c, actor: second}, actor)
            for c, _ in self._others(state, actor)
        ]
        size = max(abs(self._now(state, cell, actor)) for cell, _ in cells(state))
        return 0.0 if abs(min(gains)) <= EQUAL * size else min(gains)

    def _others(self, state: GameState, actor: str) -> list[tuple[dict[str, str], float]]:
        """Everything the others can do, with its probability."""
        own = [name for name in moves(state) if name != actor]
        found: list[tuple[dict[str, str], float]] = []
        for picked in itertools.product(*(moves(state)[name] for name in own)):
            cell = dict(zip(own, picked, strict=True))
            chance = math.prod(self.odds[state.name, name][a] for name, a in cell.items())
            found.append((cell, chance))
        return found

    def _now(self, state: GameState, cell: Cell, actor: str) -> float:
        branch = next(b for c, b in cells(state) if c == cell)
        chances = following(self.game, state, branch, self.value)
        discount = float(self.value(self.game.discount))
        later = sum(p * self.worth[name, actor] for name, p in chances.items())
        return payoff(branch, actor, self.value) + discount * later


def solve(game: StochasticGame, value: Value) -> States:
    """Markov quantal response, followed from uniform play.

    Args:
        game: A game with states of the case.
        value: Gives the number behind an expression.
    """
    keys = [(s, actor) for s in game.states for actor in moves(s)]
    sizes = tuple(len(moves(s)[actor]) for s, actor in keys)
    precision, discount = float(value(game.precision)), float(value(game.discount))
    listed = [(s, cell, branch) for s in game.states for cell, branch in cells(s)]
    paid = {
        (s.name, n): [payoff(branch, actor, value) for actor in game.actors]
        for n, (s, _, branch) in enumerate(listed)
    }
    chances = [following(game, s, branch, value) for s, _, branch in listed]
    numbers = [precision, discount, *itertools.chain(*paid.values())]
    numbers += [p for chance in chances for p in chance.values()]
    sound = all(map(math.isfinite, numbers)) and precision >= 0 and 0 <= discount < 1
    sound = sound and all(p >= 0 for chance in chances for p in chance.values())
    if not sound:
        return States(game, value, {}, {}, False)
    names = [s.name for s in game.states]
    place = {key: number for number, key in enumerate((s.name, actor) for s, actor in keys)}

    def worths(play: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        """What states are worth, and what each action is worth to whom it belongs."""
        move = np.zeros((len(names), len(names)), dtype=complex)
        gain = np.zeros((len(names), len(game.actors)), dtype=complex)
        odds: list[complex] = []
        for n, (s, cell, _) in enumerate(listed):
            chance = math.prod(
                [play[place[s.name, a]][moves(s)[a].index(act)] for a, act in cell.items()]
            )
            odds.append(chance)
            row = names.index(s.name)
            gain[row] += chance * np.array(paid[s.name, n])
            move[row] += chance * np.array([chances[n][name] for name in names])
        total = np.linalg.solve(np.eye(len(names)) - discount * move, gain)
        actions = [np.zeros(size, dtype=complex) for size in sizes]
        for n, (s, cell, _) in enumerate(listed):
            later = np.array([chances[n][name] for name in names]) @ total
            now = np.array(paid[s.name, n]) + discount * later
            for actor, act in cell.items():
                number = moves(s)[actor].index(act)
                others = [
                    play[place[s.name, a]][moves(s)[a].index(b)]
                    for a, b in cell.items()
                    if a != actor
                ]
                own = math.prod(others) * now[game.actors.index(actor)]
                actions[place[s.name, actor]][number] += own
        return total, actions

    scale = max(1.0, precision * (max(map(max, paid.values())) - min(map(min, paid.values()))))

    def residual(point: np.ndarray) -> np.ndarray:
        _, actions = worths(mixtures(point[:-1], sizes))
        gains = np.concatenate([own[1:] - own[0] for own in actions])
        return point[:-1] - point[-1] * precision / scale * gains

    play = [np.real(own) for own in mixtures(walk(residual, sum(sizes) - len(sizes), scale), sizes)]
    total, actions = worths(play)
    for own, worth in zip(play, actions, strict=True):
        weight = np.exp(precision * (worth.real - worth.real.max()))
        assert np.abs(weight / weight.sum() - own).max() < CLOSE
    odds = {
        (s.name, actor): dict(zip(moves(s)[actor], map(float, own), strict=True))
        for (s, actor), own in zip(keys, play, strict=True)
    }
    worth = {
        (name, actor): float(total[row, column].real)
        for row, name in enumerate(names)
        for column, actor in enumerate(game.actors)
    }
    return States(game, value, odds, worth, True)


def moves(state: GameState) -> dict[str, list[str]]:
    """What everybody who moves in a state can do."""
    found: dict[str, list[str]] = {}
    choice: Choice | None = state.root
    while choice is not None:
        found[choice.actor] = [branch.action for branch in choice.branches]
        choice = choice.branches[0].then
    return found


def cells(state: GameState) -> list[tuple[dict[str, str], Branch]]:
    """Every cell of a state."""

    def below(choice: Choice, taken: dict[str, str]) -> list[tuple[dict[str, str], Branch]]:
        found: list[tuple[dict[str, str], Branch]] = []
        for branch in choice.branches:
            now = {**taken, choice.actor: branch.action}
            found += [(now, branch)] if branch.then is None else below(branch.then, now)
        return found

    return below(state.root, {})


def payoff(branch: Branch, actor: str, value: Value) -> float:
    """What a cell pays somebody at once."""
    return float(sum(value(paid) for who, paid in branch.payoffs if who == actor))


def following(
    game: StochasticGame, state: GameState, branch: Branch, value: Value
) -> dict[str, float]:
    """Chances of the next state; the present one takes what is left unless it is named."""
    given = {name: float(value(chance)) for name, chance in branch.following}
    rest = 1 - sum(given.values())
    if state.name in given and abs(rest) > WHOLE:
        given = dict.fromkeys(given, math.nan)
    elif state.name not in given:
        given[state.name] = max(rest, 0.0) if abs(rest) <= WHOLE else rest
    return {s.name: given.get(s.name, 0.0) for s in game.states}
