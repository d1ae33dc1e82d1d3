"""A diary: what happens in worlds, in the order in which it happens, and what moves are made.

Only the program that looks into single worlds keeps one; the program of a run has none, and is the
same as without this module. Of twins the actual world alone is written about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from schelling.case.model import Event, Game
from schelling.compile.planning.moves import named_moves
from schelling.compile.planning.plan import Plan, choices

ROOM = 4_096
"""Entries that are kept of a world; of those that follow, only how many there are."""


class Diary(NamedTuple):
    """What has happened so far.

    Attributes:
        step: The step that is under way.
        length: How many entries there are, those that found no room among them.
        steps: Of every entry, in which step it was.
        what: Which of the lines of `lines` it is.
        odds: How likely it was, of a move; NaN of an event.
        states: In which state every machine was after it, in the order of the plan.
    """

    step: Int[Array, ""]
    length: Int[Array, " world"]
    steps: Int[Array, "entry world"]
    what: Int[Array, "entry world"]
    odds: Float[Array, "entry world"]
    states: Int[Array, "entry machine world"]

    def add(
        self,
        line: int,
        here: Bool[Array, "twin world"],
        odds: Float[Array, "*#world"] | None,
        states: Sequence[Int[Array, "twin world"]],
    ) -> Diary:
        """The diary with one more entry in the worlds in which something has happened.

        Args:
            line: What it is, as a position among `lines`.
            here: Where it happened.
            odds: How likely it was, of a move.
            states: The states of the machines after it, in the order of the plan.
        """
        now = here[0]
        worlds = jnp.arange(now.size)
        place = jnp.where(now, self.length, ROOM)  # what is out of bounds is dropped
        chance = jnp.nan if odds is None else jnp.broadcast_to(odds, here.shape)[0]
        after = jnp.stack([one[0] for one in states]) if states else self.states[0]
        return self._replace(
            length=self.length + now.astype(jnp.int32),
            steps=self.steps.at[place, worlds].set(self.step, mode="drop"),
            what=self.what.at[place, worlds].set(line, mode="drop"),
            odds=self.odds.at[place, worlds].set(chance, mode="drop"),
            states=self.states.at[place, :, worlds].set(after.T, mode="drop"),
        )


def empty(plan: Plan, worlds: int) -> Diary:
    """A diary in which nothing stands yet."""
    none = jnp.zeros((ROOM, worlds), jnp.int32)
    return Diary(
        jnp.zeros((), jnp.int32),
        jnp.zeros(worlds, jnp.int32),
        none,
        none,
        jnp.full((ROOM, worlds), jnp.nan),
        jnp.zeros((ROOM, len(plan.machines), worlds), jnp.int32),
    )


@dataclass(frozen=True)
class DiaryLine:
    """What an entry can be about: an event, or an action at a place of a game.

    Attributes:
        event: Name of the event; empty of a move.
        game: Name of the game; empty of an event.
        place: Where the move is made, as the actions that lead there; `start` at the first.
        actor: Who moves.
        action: What it does.
        stream: Name of the stream of chance that decides the move.
    """

    event: str = ""
    game: str = ""
    place: str = ""
    actor: str = ""
    action: str = ""
    stream: str = ""


def lines(plan: Plan) -> tuple[DiaryLine, ...]:
    """Everything that an entry can be about: the events, then the actions of the games."""
    events = (DiaryLine(event=event.name) for event in plan.events)
    moves = (
        DiaryLine("", game.name, place, choice.actor, branch.action, f"game/{game.name}/{own}")
        for game in plan.games
        for (place, choice), (own, _) in zip(choices(game.root), named_moves(game), strict=True)
        for branch in choice.branches
    )
    return (*events, *moves)


def of_event(plan: Plan, event: Event) -> int:
    """The line of an event."""
    return plan.events.index(event)


def of_action(plan: Plan, game: Game, edge: int) -> int:
    """The line of an action, by its position among all actions of its game."""
    before = plan.games[: plan.games.index(game)]
    return len(plan.events) + sum(_actions(one) for one in before) + edge


def _actions(game: Game) -> int:
    return sum(len(choice.branches) for _, choice in choices(game.root))
