"""Games of the oracle in which somebody does not know everything: types, and hidden moves.

Every information set has one row of odds. Expected payoffs and the chances of getting to each move
are added up over the whole tree again and again, while the logit branch is walked as for tables.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from oracle import tables
from schelling.case.language.typed.types import GameValue
from schelling.case.model import CHANCE, Choice, Game

if TYPE_CHECKING:
    from oracle.play import Move, Solved

Key = tuple[str, str | int]
LEAST = 1e-100  # so that a type that is never drawn believes what it would if it were, rarely
CLOSE = 1e-11  # residual of the answer: some thousand roundings


def key(choice: Choice) -> Key:
    """What is the same at all moves that an actor cannot tell apart."""
    return choice.actor, choice.knows or id(choice)


@dataclass
class _Numbers:
    """The numbers of a game in one world.

    Attributes:
        ends: Payoffs at every end, by the move before it and the number of the action.
        chances: Probabilities of chance moves, by the move.
        sets: Number of actions of every information set.
        precision: Of each actor.
    """

    ends: dict[tuple[int, int], dict[str, float]]
    chances: dict[int, list[float]]
    precision: dict[str, float]
    sets: dict[Key, int] = field(default_factory=dict[Key, int])


def quantal(
    game: Game,
    ends: dict[tuple[int, int], dict[str, float]],
    chances: dict[int, list[float]],
    precision: dict[str, float],
) -> dict[Key, list[float]] | None:
    """Odds of every information set on the principal branch; None where a number is none."""
    written = [*precision.values(), *(v for paid in ends.values() for v in paid.values())]
    odds = [p for row in chances.values() for p in row]
    if not (np.isfinite([*written, *odds]).all() and min([*precision.values(), *odds]) >= 0):
        return None
    known = (id(game), *written, *odds)
    if known not in _SOLVED:  # claims ask about one game again and again
        _SOLVED[known] = game, _walked(game, _Numbers(ends, chances, precision))
    return _SOLVED[known][1]


_SOLVED: dict[tuple[float, ...], tuple[Game, dict[Key, list[float]]]] = {}


def _walked(game: Game, numbers: _Numbers) -> dict[Key, list[float]]:
    _collect(game.root, numbers)
    ends, precision = numbers.ends, numbers.precision
    span = max(np.ptp([paid[actor] for paid in ends.values()]) for actor in precision)
    scale = max(1.0, max(precision.values()) * float(span))

    def residual(point: np.ndarray) -> np.ndarray:
        played = tables.mixtures(point[:-1], tuple(numbers.sets.values()))
        worth = _worth(game, numbers, dict(zip(numbers.sets, played, strict=True)))
        gains = [
            precision[actor] / scale * (worth[actor, own][1:] - worth[actor, own][0])
            for actor, own in numbers.sets
        ]
        return point[:-1] - point[-1] * np.concatenate(gains)

    z = tables.walk(residual, sum(numbers.sets.values()) - len(numbers.sets), scale)
    assert np.abs(residual(np.append(z, scale))).max() < CLOSE * scale
    played = tables.mixtures(z, tuple(numbers.sets.values()))
    rows = ([float(np.real(p)) for p in row] for row in played)
    return dict(zip(numbers.sets, rows, strict=True))


def _collect(choice: Choice, numbers: _Numbers) -> None:
    if choice.actor != CHANCE:
        numbers.sets[key(choice)] = len(choice.branches)
    for branch in choice.branches:
        if branch.then is not None:
            _collect(branch.then, numbers)


def _worth(game: Game, numbers: _Numbers, odds: dict[Key, np.ndarray]) -> dict[Key, np.ndarray]:
    """What every action of every information set is worth to its owner, given that it moves."""
    total = {one: np.zeros(count, dtype=complex) for one, count in numbers.sets.items()}
    mass: dict[Key, complex] = dict.fromkeys(numbers.sets, 0)

    def visit(choice: Choice, reach: complex) -> dict[str, complex]:
        own = numbers.chances[id(choice)] if choice.actor == CHANCE else odds[key(choice)]
        steps = [max(p, LEAST) for p in own] if choice.actor == CHANCE else own
        after: list[dict[str, complex]] = []
        for number, branch in enumerate(choice.branches):
            if branch.then is None:
                after.append({**numbers.ends[id(choice), number]})
            else:
                after.append(visit(branch.then, reach * steps[number]))
        if choice.actor != CHANCE:
            total[key(choice)] += reach * np.array([a[choice.actor] for a in after])
            mass[key(choice)] += reach
        return {
            actor: sum((p * a[actor] for p, a in zip(own, after, strict=True)), start=0j)
            for actor in game.actors
        }

    visit(game.root, 1.0)
    return {one: worth / mass[one] for one, worth in total.items()}


def ask(solved: Solved, wanted: GameValue) -> float:
    """What a claim asks about a game with private information."""
    if not solved.sound:
        return math.nan
    drawn = [actor for actor, _ in solved.game.types]
    moves = [move for move in solved.moves if len(move.path) >= len(drawn)]

    def place(move: Move) -> tuple[str, ...]:
        return move.path[len(drawn) :]

    if wanted.own:
        moves = [m for m in moves if m.path[drawn.index(wanted.actor)] == wanted.own]
    if wanted.name == "belief":
        return _belief(moves, wanted, drawn)
    if wanted.name == "payoff" and not wanted.place and not wanted.actions:
        first = [move for move in moves if place(move) == ()]
        return _mean([(m.reach, _all(m, wanted.actor)) for m in first])
    found: list[tuple[float, float]] = []
    reached = 0.0
    for move in moves:
        for number, branch in enumerate(move.choice.branches):
            here = wanted.place == (*place(move), branch.action)
            own = move.choice.actor == wanted.actor and (branch.action,) == wanted.actions
            if not (here or own):
                continue
            passing = move.reach * move.odds[number]
            reached += passing
            if wanted.name == "payoff":
                weight = passing if here else move.reach
                found.append((weight, move.after[number][wanted.actor]))
            else:
                found.append((move.reach, move.odds[number]))
    return reached if wanted.name == "reached" else _mean(found)


def _belief(moves: list[Move], wanted: GameValue, drawn: list[str]) -> float:
    at_place = [move for move in moves if move.path[len(drawn) :] == wanted.place]
    sets = {key(move.choice) for move in at_place}
    looked_at = [move for move in moves if key(move.choice) in sets]
    believed = at_place
    if wanted.about:
        actor, kind = wanted.about
        believed = [m for m in looked_at if m.path[drawn.index(actor)] == kind]
    return sum(m.reach for m in believed) / np.float64(sum(m.reach for m in looked_at))


def _all(move: Move, actor: str) -> float:
    return sum(p * after[actor] for p, after in zip(move.odds, move.after, strict=True))


def _mean(found: list[tuple[float, float]]) -> float:
    if len(found) == 1:
        return found[0][1]
    return sum(w * own for w, own in found) / np.float64(sum(w for w, _ in found))
