"""A case's games with states as the arrays that `schelling.games` solves, once or again and again.

What is asked of them anywhere in the case stands under the text of the question: beside the fixed
variables where a game is solved once, before the run, and in the state of a world where it is
solved anew as the world runs. Axes: (world), or (twin, world) where a twin differs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import UNKNOWN, GameValue
from schelling.case.model import Branch, Choice, GameState, StochasticGame
from schelling.claims import temporal
from schelling.claims.signal import EQUAL, Signal
from schelling.compile.expressions.frame import Frame, Value, number
from schelling.errors import Status
from schelling.games.states import markov, stochastic
from schelling.games.states.stochastic import Structure

_WHOLE = 1e-9  # chances that add up to 1 within this are whole


class Numbers(NamedTuple):
    """A game with states in numbers, worlds one after the other.

    Attributes:
        game: Payoffs, chances, discounts; NaN in worlds in which they are none.
        precision: The same for all actors.
        shape: How the worlds lie, to lay them out again.
    """

    game: stochastic.StochasticArrays
    precision: Float[Array, " draw"]
    shape: tuple[int, ...]


class SolvedGame(NamedTuple):
    """A game with states solved.

    Attributes:
        play: Mixed action of each actor in each state.
        values: What each state is worth to each actor.
        now: What each cell is worth: its payoff and what follows, everybody playing on like that.
        status: How solving ended.
    """

    play: tuple[Float[Array, "draw state _action"], ...]
    values: Float[Array, "draw state player"]
    now: Float[Array, "draw state ... player"]
    status: Int[Array, " draw"]


@dataclass(frozen=True)
class Process:
    """A game with states, compiled once.

    Attributes:
        game: As in the case.
    """

    game: StochasticGame

    @cached_property
    def actions(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """What each actor can do, by state and actor; nobody's move is one action without name."""
        return tuple(
            tuple(_moves(state).get(actor, ("",)) for actor in self.game.actors)
            for state in self.game.states
        )

    @cached_property
    def structure(self) -> Structure:
        """How many actions each actor has in each state."""
        return Structure(tuple(tuple(map(len, state)) for state in self.actions))

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        return tuple(state.name for state in self.game.states)

    @cached_property
    def edges(self) -> dict[str, GameValue]:
        """For every action, its name and the question of its probability."""
        return {
            f"{state.name} / {actor}: {action}": self.question(
                "probability", state.name, actor, action
            )
            for state in self.game.states
            for actor, actions in _moves(state).items()
            for action in actions
        }

    @cached_property
    def ends(self) -> dict[str, tuple[int, ...]]:
        """For every cell, its name, and its state and everybody's action in it by number."""
        return {
            " / ".join((state, *(name for name in names if name))): (s, *place)
            for s, state in enumerate(self.states)
            for place, names in _cells(self.actions[s])
        }

    @property
    def solved(self) -> str:
        """Where it stands among the answers how solving ended."""
        return f"{self.game.name}|status"

    def question(self, name: str, state: str, actor: str, *actions: str) -> GameValue:
        """A question about the game; only its text counts."""
        return GameValue(name, self.game.name, actor, actions, UNKNOWN, state)

    def numbers(self, frame: Frame) -> Numbers:
        """The numbers of the game in the worlds of a frame."""
        rows = [self._branches(state) for state in self.game.states]
        precision = number(self.game.precision, frame)
        discount = number(self.game.discount, frame)
        payoffs = {
            (s, cell, p): _sum(branch, actor, frame)
            for s, row in enumerate(rows)
            for cell, branch in row.items()
            for p, actor in enumerate(self.game.actors)
        }
        chances = {
            (s, cell): self._following(branch, s, frame)
            for s, row in enumerate(rows)
            for cell, branch in row.items()
        }
        flat = [precision, discount, *payoffs.values(), *itertools.chain(*chances.values())]
        shape = jnp.broadcast_shapes((1,), *(jnp.shape(value) for value in flat))
        sound = jnp.broadcast_to((precision >= 0) & (discount >= 0) & (discount < 1), shape)
        for value in flat:
            sound &= jnp.isfinite(value)
        for value in itertools.chain(*chances.values()):
            sound &= value >= 0

        def laid(value: Array) -> Array:
            return jnp.broadcast_to(value, shape).reshape(-1)

        size = (self.structure.states, *self.structure.widths)
        nothing = jnp.zeros(laid(precision).shape)
        table: list[Array] = []
        moves: list[Array] = []
        for s, *place in itertools.product(*map(range, size)):
            cell = self._named(s, place)
            known = (s, cell) in chances
            table += [
                laid(payoffs[s, cell, p]) if known else nothing
                for p in range(len(self.game.actors))
            ]
            moves += [laid(c) for c in chances[s, cell]] if known else [nothing] * len(self.states)
        paid = jnp.stack(table, -1).reshape(-1, *size, len(self.game.actors))
        game = stochastic.StochasticArrays(
            jnp.where(sound.reshape(-1, *[1] * (paid.ndim - 1)), paid, jnp.nan),
            jnp.stack(moves, -1).reshape(-1, *size, len(self.states)),
            jnp.broadcast_to(laid(discount)[:, None], (paid.shape[0], len(self.game.actors))),
        )
        return Numbers(game, laid(precision), shape)

    def solve(self, numbers: Numbers) -> SolvedGame:
        """Markov quantal response: the principal branch, values by expected payoff."""
        game, precision = numbers.game, numbers.precision
        if max(self.structure.widths) > 1:
            sharp = jnp.broadcast_to(precision[:, None], game.discount.shape)
            play, ends = markov.follow(self.structure, game, sharp)
            status = ends.status
        else:  # nobody has a choice
            fine = jnp.isfinite(jnp.sum(game.payoffs, axis=range(1, game.payoffs.ndim)))
            play = tuple(jnp.ones((len(precision), len(self.states), 1)) for _ in self.game.actors)
            status = jnp.where(fine, int(Status.SOLVED), int(Status.OUT_OF_DOMAIN))
        values = jnp.asarray(stochastic.evaluate(game, play))
        later = jnp.einsum("d...n,dnp->d...p", game.transitions, values)
        rate = game.discount.reshape(len(precision), *[1] * (later.ndim - 2), -1)
        return SolvedGame(play, values, jnp.asarray(game.payoffs) + rate * later, status)

    def answers(self, frame: Frame) -> dict[str, Value]:
        """Whatever can be asked of the game, under the text of the question."""
        numbers = self.numbers(frame)
        found = self.solve(numbers)
        shown: dict[str, Value] = {self.solved: found.status.reshape(numbers.shape)}
        for name, place in self.ends.items():
            for p, actor in enumerate(self.game.actors):
                shown[self.worth(name, actor)] = found.now[:, *place, p].reshape(numbers.shape)
        for s, state in enumerate(self.states):
            for p, actor in enumerate(self.game.actors):
                for asked, value in self._of(found, s, p):
                    text = write(self.question(asked[0], state, actor, *asked[1:]))
                    shown[text] = _laid(value, numbers.shape)
        return shown

    def at_start(self, frame: Frame) -> Mapping[str, Value]:
        """The answers before the run, or at the start of a finished one; (world)."""
        if not self.game.schedule:
            return frame.fixed
        found = self.answers(frame.start.window(0, 0))
        return {text: first_step(value) for text, value in found.items()}

    def course(self, answers: Mapping[str, Value], worlds: int) -> tuple[Array, Array, Array]:
        """Choice probabilities, worth of the cells and status in the actual worlds."""
        choice = [_spread(answers[write(asked)], worlds) for asked in self.edges.values()]
        cells = [
            jnp.stack([_spread(answers[self.worth(c, a)], worlds) for a in self.game.actors], -1)
            for c in self.ends
        ]
        status = _spread(answers[self.solved], worlds).astype(jnp.int8)
        return jnp.stack(choice, -1), jnp.stack(cells, -2), status

    def worths(self, answers: Mapping[str, Value], worlds: int) -> Float[Array, "world state who"]:
        """What each state is worth to each actor in the actual worlds."""
        rows = [
            [answers[write(self.question("value", state, actor))] for actor in self.game.actors]
            for state in self.states
        ]
        return jnp.stack([jnp.stack([_spread(v, worlds) for v in row], -1) for row in rows], -2)

    def worth(self, cell: str, actor: str) -> str:
        """Where the worth of a cell to an actor stands among the answers."""
        return f"{self.game.name}|{cell}|{actor}"

    def _of(self, found: SolvedGame, s: int, p: int) -> Iterator[tuple[tuple[str, ...], Value]]:
        """Answers about one actor in one state, with the questions' names and actions."""
        yield ("value",), found.values[:, s, p]
        yield ("payoff",), found.values[:, s, p]
        own = [action for action in self.actions[s][p] if action]
        worth = self._by_action(found, s, p)
        for a, action in enumerate(own):
            yield ("probability", action), found.play[p][:, s, a]
            yield ("payoff", action), self._mean(worth[:, a], found, s, p)
        size = jnp.max(jnp.abs(worth.reshape(worth.shape[0], -1)), axis=1)
        for a, b in itertools.permutations(range(len(own)), 2):
            gain = (worth[:, a] - worth[:, b]).reshape(worth.shape[0], -1)
            least = temporal.least(gain.T)
            least = jnp.where(jnp.abs(least) <= EQUAL * size, 0.0, least)
            yield ("dominates", own[a], own[b]), Signal(least >= 0, least)

    def _by_action(self, found: SolvedGame, s: int, p: int) -> Float[Array, "draw own ..."]:
        """Worth of the cells of a state to one actor, its own action first, without padding."""
        counts = self.structure.actions[s]
        cells = found.now[:, s, *(slice(count) for count in counts), p]
        return jnp.moveaxis(cells, p + 1, 1)

    def _mean(self, table: Array, found: SolvedGame, s: int, p: int) -> Float[Array, " draw"]:
        """Average over what the others do."""
        others = [i for i in range(len(self.game.actors)) if i != p]
        for i in reversed(others):
            odds = found.play[i][:, s, : self.structure.actions[s][i]]
            odds = odds.reshape(odds.shape[0], *[1] * (table.ndim - 2), -1)
            table = jnp.sum(table * odds, axis=-1)
        return table

    def _branches(self, state: GameState) -> dict[tuple[str, ...], Branch]:
        """Every cell of a state by the actions of those who move, in the order of the case."""
        found: dict[tuple[str, ...], Branch] = {}

        def visit(choice: Choice, taken: dict[str, str]) -> None:
            for branch in choice.branches:
                now = {**taken, choice.actor: branch.action}
                if branch.then is not None:
                    visit(branch.then, now)
                else:
                    found[tuple(now[actor] for actor in self.game.actors if actor in now)] = branch

        visit(state.root, {})
        return found

    def _named(self, s: int, place: list[int]) -> tuple[str, ...]:
        """The actions of a cell by their names; empty where there is no such cell."""
        own = self.actions[s]
        if any(a >= len(actions) for a, actions in zip(place, own, strict=True)):
            return ("", "no cell")
        return tuple(actions[a] for a, actions in zip(place, own, strict=True) if actions[a])

    def _following(self, branch: Branch, s: int, frame: Frame) -> list[Array]:
        """Chances of the next state; the present one takes what is left unless it is named."""
        given = {state: number(chance, frame) for state, chance in branch.following}
        rest = 1.0 - sum(given.values(), start=jnp.zeros(()))
        whole = jnp.abs(rest) <= _WHOLE
        if self.states[s] in given:  # chances that do not add up leave no game
            given = {state: jnp.where(whole, chance, jnp.nan) for state, chance in given.items()}
        else:
            given[self.states[s]] = jnp.where(whole, jnp.maximum(rest, 0.0), rest)
        return [given.get(state, jnp.zeros(())) for state in self.states]


def _laid(value: Value, shape: tuple[int, ...]) -> Value:
    if isinstance(value, Signal):
        return Signal(value.truth.reshape(shape), value.margin.reshape(shape))
    return value.reshape(shape)


def first_step(value: Value) -> Value:
    """A value of one step without its axis of time."""
    if isinstance(value, Signal):
        return value if value.truth.ndim < 2 else Signal(value.truth[0], value.margin[0])
    return value if value.ndim < 2 else value[0]


def _spread(value: Value, worlds: int) -> Array:
    return jnp.broadcast_to(value.margin if isinstance(value, Signal) else value, (worlds,))


def _sum(branch: Branch, actor: str, frame: Frame) -> Array:
    total = jnp.zeros(())
    for who, value in branch.payoffs:
        total = total + number(value, frame) if who == actor else total
    return total


def _moves(state: GameState) -> dict[str, tuple[str, ...]]:
    """The actions of each actor that moves in a state, in the order of its table."""
    found: dict[str, tuple[str, ...]] = {}
    choice = state.root
    while True:
        found[choice.actor] = tuple(branch.action for branch in choice.branches)
        then = choice.branches[0].then
        if then is None:
            return found
        choice = then


def _cells(
    actions: tuple[tuple[str, ...], ...],
) -> Iterator[tuple[tuple[int, ...], tuple[str, ...]]]:
    """Every cell of a state by numbers and by names."""
    numbered = [tuple(enumerate(own)) for own in actions]
    for cell in itertools.product(*numbered):
        yield tuple(a for a, _ in cell), tuple(name for _, name in cell)
