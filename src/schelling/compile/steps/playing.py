"""The games of a step, in the order of the case; alike ones by one loop. Axes: (twin, world).

A member of a family of games is played as any other game is: it sees what those before it left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from schelling.case.model import Game
from schelling.compile.alike_things.families import PlayedFamily
from schelling.compile.course import diary
from schelling.compile.course.state import State, spread
from schelling.compile.expressions import open_places, rolling
from schelling.compile.expressions.frame import Frame, Value, number
from schelling.compile.expressions.many import Many, Names, fitted
from schelling.compile.games.tree import Board
from schelling.compile.planning import needs
from schelling.compile.steps.dated import Orders
from schelling.compile.steps.scene import Scene
from schelling.dynamics import steps

Luck = Float[Array, "move world"]


@dataclass(frozen=True)
class PlayedGame:
    """A game as it is played.

    Attributes:
        scene: The worlds.
        board: The game, compiled.
        read: What it reads that moves, of what is kept when it is first played; None if nothing is.
    """

    scene: Scene
    board: Board
    read: frozenset[str] | None

    @property
    def schedule(self) -> tuple[int, ...]:
        """The steps at which it may be played."""
        return self.board.game.schedule

    def shown(self, frame: Frame) -> Frame:
        """A frame in which its expressions are evaluated."""
        return frame

    def stream(self, place: str) -> str:
        """The stream of chance of one of its moves."""
        return f"game/{self.board.game.name}/{place}"

    def luck(self, luck: Luck, place: str) -> Array:
        """The luck of one of its moves."""
        return luck[self.scene.plan.moves.index(self.stream(place))]

    def targets(self, edge: int) -> list[str | Names]:
        """What an action has effects on."""
        return [effect.target for effect in self.board.branches[edge].effects]

    def put(self, target: str | Names, value: Array, state: State, here: Array) -> State:
        """A state in which a target has another value, where `here`."""
        return self.scene.put(cast("str", target), value, state, here)

    def reads(self, frame: Frame) -> dict[Any, Value]:
        """What it reads that moves."""
        wanted = (self.read or frozenset()) & frame.moving.keys()
        return {name: spread(frame.moving[name], self.scene.shape) for name in sorted(wanted)}

    def recorded(self, state: State) -> tuple[Array, Any]:
        """When it was first played, and what it read then, if that is kept."""
        name = self.board.game.name
        return state.played[name], state.met[name] if self.read is not None else None

    def record(self, state: State, played: Array, met: Any) -> State:
        """A state with these."""
        name = self.board.game.name
        state = state._replace(played=state.played.having({name: played}))
        if met is None:
            return state
        return state._replace(met=state.met.having({name: met}))


@dataclass(frozen=True)
class FamilyGame:
    """One of a family of games as it is played.

    Attributes:
        scene: The worlds.
        family: Of which it is one.
        at: Its place among them.
    """

    scene: Scene
    family: PlayedFamily
    at: Int[Array, ""]

    @property
    def board(self) -> Board:
        """That of all of them, compiled."""
        return self.family.whole.board

    @property
    def schedule(self) -> tuple[int, ...]:
        """The steps at which it may be played."""
        return self.family.games[0].schedule

    def shown(self, frame: Frame) -> Frame:
        """A frame in which its expressions are evaluated."""
        return rolling.with_nth(self.family.whole.form, self.at, frame)

    def luck(self, luck: Luck, place: str) -> Array:
        """The luck of one of its moves."""
        streams = [f"game/{name}/{place}" for name in self.family.names]
        places = np.array([self.scene.plan.moves.index(stream) for stream in streams])
        return luck[jnp.asarray(places)[self.at]]

    def targets(self, edge: int) -> list[str | Names]:
        """What an action has effects on: one thing, or a family of which it is one."""
        return list(self.family.targets[edge])

    def put(self, target: str | Names, value: Array, state: State, here: Array) -> State:
        """A state in which a target, or its own of a family, has another value, where `here`."""
        if isinstance(target, str):
            return self.scene.put(target, value, state, here)
        sound = state.sound & (~here | jnp.isfinite(value))
        if target in state.states.kept:
            known = here & jnp.isfinite(value)
            states = self._set(state.states, target, value, known)
            return state._replace(states=states, sound=sound)
        value, outside = steps.hold(value, self.scene.bounds[target[0]])
        stocks = self._set(state.stocks, target, value, here)
        state = state._replace(stocks=stocks, sound=sound)
        if target not in state.bounded.kept:
            return state
        bounded = self._set(state.bounded, target, jnp.ones((), bool), outside & here)
        return state._replace(bounded=bounded)

    def _set(self, values: Many, target: Names, value: Array, here: Array) -> Many:
        kept = values.kept[target]
        own = jnp.where(here, value.astype(kept.dtype), kept[self.at])
        return values.having({target: kept.at[self.at].set(own)})

    def reads(self, frame: Frame) -> dict[Any, Value]:
        """What it reads that moves, by the names that its family reads there."""
        each = {row: rolling.nth(row, self.at, frame) for row in self.family.read}
        return {row: spread(value, self.scene.shape) for row, value in each.items()}

    def recorded(self, state: State) -> tuple[Array, Any]:
        """When it was first played, and what it read then, if that is kept."""
        names = self.family.names
        met = state.met.kept.get(names)
        return jax.tree.map(partial(rolling.at_place, self.at), (state.played.kept[names], met))

    def record(self, state: State, played: Array, met: Any) -> State:
        """A state with these."""
        names = self.family.names

        def put(old: Array, new: Array) -> Array:
            return old.at[self.at].set(new)

        own = put(state.played.kept[names], played)
        state = state._replace(played=state.played.having({names: own}))
        if met is None:
            return state
        found = jax.tree.map(put, state.met.kept[names], met)
        return state._replace(met=state.met.having({names: found}))


AnyGame = PlayedGame | FamilyGame


@dataclass(frozen=True)
class Playing:
    """Plays the games of a step.

    Attributes:
        scene: The worlds.
        recorded: The games of which is kept what they read when they are first played.
        orders: What is ordered from outside.
    """

    scene: Scene
    recorded: needs.Games
    orders: Orders

    @cached_property
    def families(self) -> dict[str, PlayedFamily]:
        """Families that are played in a loop, by the name of their first game."""
        families = () if self.orders else self.scene.families.played  # a diary tells each its own
        return {family.names[0]: family for family in families}

    @cached_property
    def alone(self) -> tuple[Game, ...]:
        """The games that are played one by one."""
        taken = {name for family in self.families.values() for name in family.names}
        return tuple(game for game in self.scene.plan.played if game.name not in taken)

    def unplayed(self) -> Many:
        """That no game was played yet."""
        never = jnp.full(self.scene.shape, -1, jnp.int32)
        found = Many({game.name: never for game in self.alone})
        for family in self.families.values():
            found.put(family.names, jnp.broadcast_to(never, (len(family.names), *never.shape)))
        return found

    def met(self, opening: Frame) -> Many:
        """What the games read at the first opening."""
        found = Many()
        for game in self.alone:
            if game.name in self.recorded:
                found.put(game.name, self.one(game).reads(opening))
        for family in self.families.values():
            if self.recorded.keys() & frozenset(family.names):
                each = {row: open_places.gathered(row, opening) for row in family.read}
                shown = {row: fitted(value, self.scene.shape) for row, value in each.items()}
                found.put(family.names, shown)
        return found

    def one(self, game: Game) -> PlayedGame:
        """A game that is played on its own."""
        return PlayedGame(self.scene, self.scene.boards[game.name], self.recorded.get(game.name))

    def play_all(
        self, state: State, opening: Frame, step: Array, due: Bool[Array, " game"], luck: Luck
    ) -> State:
        """The games of a step, in order.

        Args:
            state: As it stands.
            opening: What expressions see of the step's opening.
            step: Which.
            due: Which of all games are due at it.
            luck: Of every move.
        """
        alone = {game.name for game in self.alone}
        for position, game in enumerate(self.scene.plan.games):
            if game.name in alone:
                play = partial(self.play, self.one(game), opening, step, luck)
            elif game.name in self.families:
                play = partial(self.play_each, self.families[game.name], opening, step, luck)
            else:
                continue
            always = len(game.schedule) == self.scene.plan.steps
            state = play(state) if always else self._if(due[position], play, state)
        return state

    @staticmethod
    def _if(due: Array, play: Callable[[State], State], state: State) -> State:
        def skipped(state: State) -> State:
            return state

        return cast("State", lax.cond(due, play, skipped, state))

    def play_each(
        self, family: PlayedFamily, opening: Frame, step: Array, luck: Luck, state: State
    ) -> State:
        """Alike games, one after the other."""

        def one(at: Array, state: State) -> State:
            member = FamilyGame(self.scene, family, at)
            return self.play(member, opening, step, luck, state)

        return cast("State", lax.fori_loop(0, len(family.names), one, state))

    def play(self, one: AnyGame, opening: Frame, step: Array, luck: Luck, state: State) -> State:
        """A game: solve it, draw an action at every move, apply the effects.

        Args:
            one: The game.
            opening: What expressions see of the step's opening.
            step: Which.
            luck: Of every move.
            state: As it stands.
        """
        board, scene = one.board, self.scene
        frame = one.shown(scene.seen(state, opening))
        here = jnp.ones(scene.shape, bool)
        state, here = scene.met(board.game.condition, state, frame, here)
        state = self.record(one, state, frame, step, here)
        solved = board.solve(frame)
        state = state._replace(sound=state.sound & (~here | solved.sound))
        reached = {0: here}
        for node, place in board.moves:
            first, odds = board.tree.first_edge[node], solved.choice[node]
            taken = self.drawn(one, place, odds, luck)
            for action, chosen in enumerate(taken):
                child = board.tree.children[node][action]
                reached[child] = reached[node] & chosen
                state = self.apply(one, first + action, opening, reached[child], state)
                if state.diary is not None:
                    line = diary.of_action(scene.plan, board.game, first + action)
                    state = state.noted(scene.plan, line, reached[child], odds[action])
        return state

    def apply(self, one: AnyGame, edge: int, opening: Frame, here: Array, state: State) -> State:
        """The effects of an action, in order, each seeing what those before it left."""
        targets = one.targets(edge)

        def changed(state: State) -> State:
            for effect, target in zip(one.board.branches[edge].effects, targets, strict=True):
                frame = one.shown(self.scene.seen(state, opening))
                state = one.put(target, number(effect.value, frame), state, here)
            return state

        return self.scene.where(here, targets, changed, state)

    def record(self, one: AnyGame, state: State, frame: Frame, step: Array, here: Array) -> State:
        """Keep when a game is first played `here`, and what it reads then."""
        played, met = one.recorded(state)
        first = here & (played < 0)
        shown = first | (step == one.schedule[0])
        played = jnp.where(first, step.astype(jnp.int32), played)
        if met is not None:
            met = jax.tree.map(partial(jnp.where, shown), one.reads(frame), met)
        return one.record(state, played, met)

    def drawn(self, one: AnyGame, place: str, odds: list[Array], luck: Luck) -> list[Array]:
        """Which action is taken at a move: the one that is drawn, or ordered."""
        masks = steps.draw(odds, one.luck(luck, place))
        order = self.orders.get(one.stream(place)) if isinstance(one, PlayedGame) else None
        if order is None:
            return masks
        return [jnp.where(order < 0, mask, order == n) for n, mask in enumerate(masks)]
