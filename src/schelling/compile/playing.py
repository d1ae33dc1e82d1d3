"""How games are played in a step: solved, an action drawn at every move, effects applied.

Axes: (twin, world). Where a game has a condition, it is solved for those worlds of a block alone in
which it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array

from schelling.case.model import Game
from schelling.compile import diary, needs, some_worlds
from schelling.compile.frame import Frame, Value
from schelling.compile.scene import Scene
from schelling.compile.state import State, spread
from schelling.compile.tree import Board
from schelling.dynamics import steps

Orders = Mapping[str, Array]
"""What is ordered from outside, by stream of chance: of a move, the number of the action; of an
event with dates, named `event/NAME`, 0 where it must not happen. -1 is no order."""


class Now(NamedTuple):
    """When a game is played.

    Attributes:
        step: The step.
        due: Whether the game is due at it.
        opened: The state at its opening.
    """

    step: Array
    due: Array
    opened: State


@dataclass(frozen=True)
class Playing:
    """How games are played in a block of worlds.

    Attributes:
        scene: The worlds.
        recorded: The games of which is kept what they read when they are first played.
        orders: What is ordered from outside.
    """

    scene: Scene
    recorded: needs.Games
    orders: Orders

    def read(self, game: str, frame: Frame) -> dict[str, Value]:
        """What a game reads that moves."""
        wanted = self.recorded[game] & frame.moving.keys()
        return {name: spread(frame.moving[name], self.scene.shape) for name in sorted(wanted)}

    def record(self, game: Game, state: State, frame: Frame, step: Array, here: Array) -> State:
        """Keep when a game is first played `here`, and what it reads then."""
        first = here & (state.played[game.name] < 0)
        step = step.astype(jnp.int32)
        played = jnp.where(first, step, state.played[game.name])
        state = state._replace(played={**state.played, game.name: played})
        if game.name not in self.recorded:
            return state
        shown = first | (step == game.schedule[0])
        met = jax.tree.map(
            partial(jnp.where, shown), self.read(game.name, frame), state.met[game.name]
        )
        return state._replace(met={**state.met, game.name: met})

    def drawn(self, stream: str, odds: list[Array], luck: Array) -> list[Array]:
        """Which action is taken at a move: the one that is drawn, or ordered."""
        masks = steps.draw(odds, luck)
        order = self.orders.get(stream)
        if order is None:
            return masks
        return [jnp.where(order < 0, mask, order == n) for n, mask in enumerate(masks)]

    def run(
        self,
        board: Board,
        state: State,
        opening: Frame,
        now: Now,
        fortune: Mapping[str, Array],
    ) -> State:
        """A game at one of its steps, where its condition holds.

        Args:
            board: The game.
            state: As it stands.
            opening: What expressions see of the step's opening.
            now: The step, and whether the game is due at it.
            fortune: Luck of every move.
        """
        game = board.game
        many = some_worlds.at_a_time(self.scene.worlds)
        apart = many if game.condition is not None and state.diary is None else 0

        def played(state: State) -> State:
            frame = self.scene.seen(state, opening)
            here = jnp.ones(self.scene.shape, bool)
            state, here = self.scene.met(game.condition, state, frame, here)
            if not apart:
                state = self.record(game, state, frame, now.step, here)
                return self.moves(board, state, opening, here, fortune)
            state = self.would_read(game, state, frame, now.step)
            return self.apart(board, state, now, here, fortune)

        def skipped(state: State) -> State:
            return state

        if len(game.schedule) == self.scene.plan.steps:
            return played(state)
        return cast("State", lax.cond(now.due, played, skipped, state))

    def apart(
        self, board: Board, state: State, now: Now, here: Array, fortune: Mapping[str, Array]
    ) -> State:
        """A game `here`, in the worlds alone in which it is played in any twin."""
        worlds, weeks = self.scene.worlds, now.step * self.scene.plan.step

        def some(places: some_worlds.Places, state: State) -> State:
            begun, opened, own_luck, mine = some_worlds.taken(
                (state, now.opened.bare, dict(fortune), here), places, worlds
            )
            own = replace(self, scene=self.scene.at(places))
            opening = own.scene.frame(opened, weeks)
            frame = own.scene.seen(begun, opening)
            found = own.record(board.game, begun, frame, now.step, mine)
            found = own.moves(board, found, opening, mine, own_luck)
            return some_worlds.put_back(state, found, places, worlds)

        many = some_worlds.at_a_time(worlds)
        found = some_worlds.each(jnp.any(here, axis=0), many, state.bare, some)
        return state._replace(
            stocks=found.stocks,
            states=found.states,
            played=found.played,
            met=found.met,
            bounded=found.bounded,
            sound=found.sound,
        )

    def would_read(self, game: Game, state: State, frame: Frame, step: Array) -> State:
        """Keep what a game reads at the first step of its schedule, wherever it is played."""
        if game.name not in self.recorded:
            return state

        def read() -> dict[str, Value]:
            return self.read(game.name, frame)

        def kept() -> dict[str, Value]:
            return state.met[game.name]

        met = cast("dict[str, Value]", lax.cond(step == game.schedule[0], read, kept))
        return state._replace(met={**state.met, game.name: met})

    def moves(
        self,
        board: Board,
        state: State,
        opening: Frame,
        here: Array,
        fortune: Mapping[str, Array],
    ) -> State:
        """Solve a game `here`, draw an action at every move, apply the effects."""
        solved = board.solve(self.scene.seen(state, opening))
        state = state._replace(sound=state.sound & (~here | solved.sound))
        reached = {0: here}
        for node, place in board.moves:
            stream = f"game/{board.game.name}/{place}"
            first, odds = board.tree.first_edge[node], solved.choice[node]
            for action, taken in enumerate(self.drawn(stream, odds, fortune[stream])):
                child = board.tree.children[node][action]
                reached[child] = reached[node] & taken
                effects = board.branches[first + action].effects
                state = self.scene.apply(effects, state, opening, reached[child])
                line = diary.of_action(self.scene.plan, board.game, first + action)
                state = state.noted(self.scene.plan, line, reached[child], odds[action])
        return state
