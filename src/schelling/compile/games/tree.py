"""A case's game as the arrays that `schelling.games` solves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from schelling.case.language.typed.types import Typed
from schelling.case.model import CHANCE, Branch, Choice, Game
from schelling.compile.expressions.frame import Frame, number
from schelling.compile.planning.moves import named_moves
from schelling.errors import Status
from schelling.games.tables import logit
from schelling.games.trees import agent_form, build, perfect, recursion
from schelling.games.trees.play import Columns, PerPlayer, mean
from schelling.games.trees.tree import Tree


class Solved(NamedTuple):
    """A game solved at some state.

    Attributes:
        choice: For each move, the probability of each action.
        values: For each node, the expected payoff of each player from there on.
        payoffs: What was solved.
        weights: Probabilities of chance, if the game has any.
        sound: Where payoffs are finite, the probabilities of chance are probabilities and the
            solver came to an answer.
        status: `schelling.errors.Status`; DEGENERATE where the declared rule chose among several
            answers.
    """

    choice: dict[int, list[Array]]
    values: dict[int, list[Array]]
    payoffs: Columns
    weights: Float[Array, "*world open"] | None
    sound: Bool[Array, "*world"]
    status: Int[Array, "*world"]


class BoardNumbers(NamedTuple):
    """The numbers of a game at some state.

    Attributes:
        ends: Payoff of each actor at each end.
        sharp: Precision of each actor who moves; a single one where all have the same.
        weights: Probability of each open chance edge, if the game has any.
    """

    ends: list[list[Array]]
    sharp: list[Array]
    weights: list[Array] | None


_Answer = tuple[dict[int, list[Array]], dict[int, list[Array]], Array]
"""Choices, values, status."""


@dataclass(frozen=True)
class Board:
    """A game of a case compiled once.

    Attributes:
        game: As in the case.
        tree: Its structure.
        ends: Payoff expressions of each end for each actor, to be added up.
        chances: Probability expression of each open chance edge; None takes what is left.
        branches: The branch behind every edge of the tree, in the tree's order.
        moves: For every move in prefix order: its node, and the name of its luck: its place, in a
            table its actor.
    """

    game: Game
    tree: Tree
    ends: tuple[tuple[tuple[Typed, ...], ...], ...]
    chances: tuple[tuple[Typed | None, ...], ...]
    branches: tuple[Branch, ...]
    moves: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, game: Game) -> Board:
        """Compile the structure of a game."""
        tree = build.compile(_sketch(game.root, unseen=game.simultaneous), game.actors)
        ends: list[tuple[tuple[Typed, ...], ...]] = []
        chances: list[tuple[Typed | None, ...]] = []
        branches: list[Branch] = []
        moves: list[tuple[int, str]] = []
        named = iter(named_moves(game))
        node = 0

        def visit(choice: Choice, paid: tuple[tuple[str, Typed], ...]) -> None:
            nonlocal node
            moves.append((node, next(named)[0]))
            branches.extend(choice.branches)
            if choice.actor == CHANCE:
                chances.append(tuple(branch.probability for branch in choice.branches))
            for branch in choice.branches:
                node += 1
                total = (*paid, *branch.payoffs)
                if branch.then is None:
                    ends.append(
                        tuple(tuple(v for a, v in total if a == actor) for actor in game.actors)
                    )
                else:
                    visit(branch.then, total)

        visit(game.root, ())
        return cls(game, tree, tuple(ends), tuple(chances), tuple(branches), tuple(moves))

    def solve(self, frame: Frame, steps: int = 0) -> Solved:
        """Quantal response at the state of a frame, at every one of `steps` unless that is 0."""
        return self.answer(self.numbers(frame), steps)

    def numbers(self, frame: Frame) -> BoardNumbers:
        """What decides how it is played, at the state of a frame."""
        ends = [[self._sum(values, frame) for values in actors] for actors in self.ends]
        return BoardNumbers(ends, self._sharpness(frame), self._weights(frame))

    def answer(self, numbers: BoardNumbers, steps: int = 0) -> Solved:
        """Quantal response with some numbers, all of the same number of axes, or fewer."""
        columns, sharp, weights = numbers
        flat = [*(column for row in columns for column in row), *sharp, *(weights or ())]
        time = [(steps, 1)] if steps else []
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in flat), *time)
        payoffs = Columns([[jnp.broadcast_to(v, shape) for v in row] for row in columns])
        sound = jnp.ones(shape, bool)
        for value in sharp:
            sound &= value >= 0
        for value in flat:
            infinite = self.game.concept != "quantal" and any(value is one for one in sharp)
            sound &= jnp.isfinite(value) | infinite
        stacked = None
        if weights is not None:
            for weight in weights:
                sound &= weight >= 0
            stacked = jnp.stack([jnp.broadcast_to(weight, shape) for weight in weights], -1)
        if self.game.concept != "quantal":
            choice, values, status = self._best(payoffs, stacked)
        elif self.game.simultaneous:
            choice, values, status = self._at_once(payoffs, self._each(sharp, shape))
        elif self.game.private:
            choice, values, status = self._unseen(payoffs, self._each(sharp, shape), stacked, sound)
        else:
            precision = self._each(sharp, shape)
            choice, values = recursion.choices(self.tree, payoffs, precision, stacked)
            status = jnp.zeros(shape, jnp.int32)
        for odds in choice.values():  # precision times payoff may be too large for a number
            sound &= jnp.isfinite(odds[0])
        status = jnp.where(sound | (status != 0), status, int(Status.OUT_OF_DOMAIN))
        return Solved(choice, values, payoffs, stacked, sound, status)

    def _sharpness(self, frame: Frame) -> list[Array]:
        """Precision of each actor who moves; a single one where all have the same."""
        if len(self.game.precisions) < 2:
            return [number(value, frame) for value in self.game.precisions]
        return [number(value, frame) for _, value in self.game.precision]

    def _each(self, sharp: list[Array], shape: tuple[int, ...]) -> Array | PerPlayer:
        """Precisions spread over all draws: one, or one for each player of the tree."""
        spread = [jnp.broadcast_to(value, shape) for value in sharp]
        if len(spread) < 2:
            return spread[0] if spread else jnp.zeros(shape)
        own = dict(zip((actor for actor, _ in self.game.precision), spread, strict=True))
        return PerPlayer(jnp.stack([own.get(a, jnp.zeros(shape)) for a in self.game.actors], -1))

    def precisions(self, frame: Frame) -> list[Array]:
        """Precision of every actor, 0 where it does not move."""
        own = dict(self.game.precision)
        return [number(own[a], frame) if a in own else jnp.zeros(()) for a in self.game.actors]

    def _at_once(self, payoffs: Columns, precision: Array | PerPlayer) -> _Answer:
        """Quantal response of a table: the principal branch."""
        numbers = self.table(payoffs.stacked())
        sets = self.tree.infosets
        flat = numbers.reshape(-1, *numbers.shape[-len(sets) - 1 :])
        if isinstance(precision, PerPlayer):
            own = precision.value[..., np.array([mover.player for mover in sets])]
            shape, sharp = own.shape[:-1], own.reshape(-1, len(sets))
        else:
            shape, sharp = precision.shape, precision.reshape(-1)
        play, ends = logit.follow(flat, sharp)
        choice: dict[int, list[Array]] = {}
        for mover, odds in zip(sets, play, strict=True):
            columns = [odds[:, action].reshape(shape) for action in range(odds.shape[1])]
            choice |= dict.fromkeys(mover.members, columns)
        return choice, self._worth(payoffs, choice), ends.status.reshape(shape)

    def _unseen(
        self, payoffs: Columns, precision: Array | PerPlayer, weights: Array | None, sound: Array
    ) -> _Answer:
        """Quantal response where somebody does not know everything: the principal branch."""
        numbers = lax.optimization_barrier(payoffs.stacked())  # constants would be folded slowly
        found = agent_form.solve(self.tree, numbers, precision, weights)
        choice = self._by_node(jnp.where(sound[..., None], found.play.choice, jnp.nan))
        if weights is not None:
            drawn = dict(zip(self.tree.open_edges, jnp.moveaxis(weights, -1, 0), strict=True))
            for node in (node for node in choice if self.tree.owner[node] < 0):
                first = self.tree.first_edge[node]
                choice[node] = [drawn[first + a] for a in range(len(choice[node]))]
        return choice, self._worth(payoffs, choice), found.status

    def _best(self, payoffs: Columns, weights: Array | None) -> _Answer:
        """Best responses: of equally good actions, and of several equilibria, the first listed."""
        found = perfect.solve(self.tree, payoffs.stacked(), weights=weights)
        choice = self._by_node(found.play.choice)
        return choice, self._worth(payoffs, choice), found.status

    def _by_node(self, choice: Array) -> dict[int, list[Array]]:
        """Probabilities of edges, put together by the node they leave."""
        return {
            node: [choice[..., self.tree.first_edge[node] + a] for a in range(len(odds))]
            for node, odds in enumerate(self.tree.actions)
            if odds
        }

    def _worth(self, payoffs: Columns, choice: dict[int, list[Array]]) -> dict[int, list[Array]]:
        """What each node is worth to each player when everybody chooses like that."""
        values: dict[int, list[Array]] = {}
        players = range(len(self.game.actors))
        for node in reversed(range(self.tree.size)):
            if node not in choice:
                values[node] = [payoffs[..., self.tree.end_of[node], p] for p in players]
                continue
            below = [values[child] for child in self.tree.children[node]]
            values[node] = [mean(choice[node], [value[p] for value in below]) for p in players]
        return values

    @property
    def names(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Of a table: its actors in their order, and the actions of each."""
        sets = self.tree.infosets
        return tuple(self.game.actors[s.player] for s in sets), tuple(s.actions for s in sets)

    def table(self, payoffs: Any) -> Any:
        """Payoffs `(..., end, player)` of a table by everybody's action, `(..., *action, player)`.

        Actors who only look on are left out.
        """
        sets = self.tree.infosets
        own = payoffs[..., np.array([mover.player for mover in sets])]
        return own.reshape(*own.shape[:-2], *(len(s.actions) for s in sets), len(sets))

    @cached_property
    def edges(self) -> dict[str, tuple[int, int]]:
        """For every action that can be told apart, its name and one place where it is taken."""
        if self.game.simultaneous:
            return {
                f"{self.game.actors[mover.player]}: {name}": (mover.members[0], action)
                for mover in self.tree.infosets
                for action, name in enumerate(mover.actions)
            }
        found: dict[str, tuple[int, int]] = {}
        for node, action in self.tree.edges:
            infoset = (
                self.tree.infosets[self.tree.infoset[node]]
                if self.tree.infoset[node] >= 0
                else None
            )
            name = " / ".join((*self.tree.path(node), self.tree.actions[node][action]))
            if infoset is not None and infoset.name:
                if node != infoset.members[0]:
                    continue
                name = (
                    f"{self.game.actors[infoset.player]}, {infoset.name}: {infoset.actions[action]}"
                )
            found[name] = (node, action)
        return found

    def spread(self, choice: Float[np.ndarray, "draw told"]) -> Float[np.ndarray, "draw edge"]:
        """Probabilities of the actions that can be told apart, for every edge of the tree."""
        column = {place: number for number, place in enumerate(self.edges.values())}
        first = [
            self.tree.infosets[k].members[0] if (k := self.tree.infoset[node]) >= 0 else node
            for node in range(self.tree.size)
        ]
        return choice[:, [column[first[node], action] for node, action in self.tree.edges]]

    @cached_property
    def places(self) -> dict[tuple[str, ...], tuple[int, ...]]:
        """For every place, by the actions that lead there, the nodes that are it."""
        found: dict[tuple[str, ...], tuple[int, ...]] = {}
        for node in range(self.tree.size):
            path = self.tree.path(node)
            if len(path) < len(self.game.types):
                continue
            place = path[len(self.game.types) :]
            found[place] = (*found.get(place, ()), node)
        return found

    def _sum(self, values: tuple[Typed, ...], frame: Frame) -> Array:
        total = jnp.zeros(())
        for value in values:
            total = total + number(value, frame)
        return total

    def _weights(self, frame: Frame) -> list[Array] | None:
        if not self.chances:
            return None
        found: list[Array] = []
        for edges in self.chances:
            given = [None if edge is None else number(edge, frame) for edge in edges]
            rest = 1.0 - sum((w for w in given if w is not None), start=jnp.zeros(()))
            whole = jnp.abs(rest) <= 1e-9
            left = jnp.where(whole, jnp.maximum(rest, 0.0), rest)  # rounding is no probability
            filled = [left if weight is None else weight for weight in given]
            if None not in given:  # probabilities that do not add up leave no valid draw
                filled = [jnp.where(whole, weight, jnp.nan) for weight in filled]
            found += filled
        return found


def _sketch(choice: Choice, *, unseen: bool) -> build.Sketch:
    below = {
        branch.action: build.end(branch.action)
        if branch.then is None
        else _sketch(branch.then, unseen=unseen)
        for branch in choice.branches
    }
    if choice.actor == CHANCE:
        return build.chance({action: (None, after) for action, after in below.items()})
    knows = choice.actor if unseen else choice.knows
    return build.decision(choice.actor, below, infoset=knows or None)
