"""A game to be solved, and its solution, as immutable data.

A game may stand for several draws of its payoffs (the worlds of a case); a file is one draw. Axes:
draw first, then as in `schelling.games`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from schelling.games.files.csv_table import StochasticTable
from schelling.games.trees.tree import Tree
from schelling.study.solving.concept import DEGENERATE, PARTIAL, SOLVED


@dataclass(frozen=True)
class TreeGame:
    """An extensive game with its numbers.

    Attributes:
        name: What it is called.
        tree: Its structure.
        payoffs: Payoff of each player at each end.
        weights: Probability of each chance edge that the tree leaves open.
        precision: The precision its author gave each player, if any.
        notes: Where the numbers come from.
        concept: What its author solves it for, if said.
        simultaneous: Whether it stands for a table, in which nobody sees the others' moves.
        exact: The payoffs of the only draw as fractions, where its source gives them.
    """

    name: str
    tree: Tree
    payoffs: Float[np.ndarray, "draw end player"]
    weights: Float[np.ndarray, "draw open"] | None = None
    precision: Float[np.ndarray, "draw player"] | None = None
    notes: tuple[str, ...] = ()
    concept: str = ""
    simultaneous: bool = False
    exact: tuple[tuple[Fraction, ...], ...] | None = None

    @property
    def players(self) -> tuple[str, ...]:
        """Names of the players."""
        return self.tree.players

    @property
    def sets(self) -> tuple[DecisionSet, ...]:
        """Information sets, numbered as in the file, player by player."""
        found = [
            DecisionSet(s.player, s.number, "" if self.simultaneous else s.name, s.actions)
            for s in self.tree.infosets
        ]
        return tuple(sorted(found, key=lambda one: (one.player, one.number)))


@dataclass(frozen=True)
class TableGame:
    """A strategic game with its names; one draw.

    Attributes:
        name: What it is called.
        players: Name of each player.
        actions: Name of each action, by player.
        payoffs: Payoff of each player, by every player's action.
        exact: The payoffs as fractions in an object array, where the source gives them.
    """

    name: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: Float[np.ndarray, "... player"]
    exact: Shaped[np.ndarray, "... player"] | None = None

    @property
    def sets(self) -> tuple[DecisionSet, ...]:
        """One set per player, numbered 1."""
        return tuple(DecisionSet(i, 1, "", own) for i, own in enumerate(self.actions))


@dataclass(frozen=True)
class StatesGame:
    """A stochastic game with its names; one draw.

    Attributes:
        name: What it is called.
        table: States, actions, payoffs, transitions, discounts.
        precision: The precision its author gave, if any.
        notes: Where the numbers come from.
    """

    name: str
    table: StochasticTable
    precision: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def players(self) -> tuple[str, ...]:
        """Names of the players."""
        return self.table.players

    @property
    def sets(self) -> tuple[DecisionSet, ...]:
        """One set per player and state, numbered by the state in order of first appearance."""
        return tuple(
            DecisionSet(player, state + 1, name, self.table.actions[state][player])
            for player in range(len(self.table.players))
            for state, name in enumerate(self.table.states)
        )


Game = TreeGame | TableGame | StatesGame


class DecisionSet(NamedTuple):
    """A place where a player decides: an information set, a state, or the whole of a table.

    Attributes:
        player: Index of the player, from 0.
        number: Its number, from 1, as in the file.
        name: What it is called; may be empty.
        actions: What can be done there, in the order of the file.
    """

    player: int
    number: int
    name: str
    actions: tuple[str, ...]

    @property
    def key(self) -> str:
        """Player and set as `<player number>.<set number>`."""
        return f"{self.player + 1}.{self.number}"


@dataclass(frozen=True)
class Equilibrium:
    """One answer.

    Attributes:
        strategy: Probability of each action at every set, by the set's key.
        payoffs: Expected payoff of each player.
        regret: Most that any one player could gain by changing its own play, in payoff units,
            recomputed from payoffs and strategy alone.
    """

    strategy: Mapping[str, tuple[float, ...]]
    payoffs: tuple[float, ...]
    regret: float


class Found(NamedTuple):
    """The result of a solver.

    Attributes:
        solution: The concept and how one answer was chosen among several.
        equilibria: The answers; one per draw where there are several draws.
        status: One of `STATUSES` in `concept`.
        notes: What else must be known, in words.
        precision: The precision of the answers, where there is one for all.
    """

    solution: str
    equilibria: tuple[Equilibrium, ...]
    status: str
    notes: tuple[str, ...] = ()
    precision: float | None = None


@dataclass(frozen=True)
class Solution:
    """A solved game.

    Attributes:
        game: What was solved.
        found: Its solution.
    """

    game: Game
    found: Found

    @property
    def answered(self) -> bool:
        """Whether there is an answer to look at."""
        done = self.found.status in (SOLVED, DEGENERATE)
        return done or (self.found.status == PARTIAL and bool(self.found.equilibria))


def strategy(
    sets: Sequence[DecisionSet], choices: Sequence[Float[np.ndarray, " _action"]]
) -> dict[str, tuple[float, ...]]:
    """Choices under the keys of their sets.

    Args:
        sets: Where they are made.
        choices: Probability of each action, set by set.

    Returns:
        The strategy profile.
    """
    return {place.key: plain(choice) for place, choice in zip(sets, choices, strict=True)}


def plain(numbers: Float[np.ndarray, " thing"]) -> tuple[float, ...]:
    """Numbers as Python has them, without negative zero."""
    return tuple(float(number) + 0.0 for number in numbers)


def gain(regrets: Float[np.ndarray, " player"]) -> float:
    """The largest regret among players; rounding below zero is zero."""
    return max(0.0, float(np.max(regrets, initial=0.0)))
