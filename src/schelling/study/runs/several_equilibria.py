"""Games that have several answers, of which a rule takes one: in how many worlds, and which.

Of a table these are its pure Nash equilibria; of a tree, actions that are equally good. The solver
says where that is so, in the first worlds of a run and where each game is first played.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Bool
from numpy import ndarray

from schelling.case.model import Game
from schelling.compile.games.tree import Board
from schelling.compile.influence import reach
from schelling.compile.planning import plan
from schelling.errors import Status
from schelling.games.tables import strategic
from schelling.games.trees.perfect import TOLERANCE
from schelling.study.runs.results import Run


@dataclass(frozen=True)
class StandingProfile:
    """A pure profile of a table that is an equilibrium in some of the worlds with several.

    Attributes:
        actions: Of every actor, in their order.
        stands: In how many of these worlds it is an equilibrium.
        taken: In how many of them it is the one that is taken.
    """

    actions: tuple[str, ...]
    stands: int
    taken: int


@dataclass(frozen=True)
class SeveralAnswers:
    """A game that has several answers in some worlds.

    Attributes:
        game: The game, solved by best responses.
        actors: Of a table, who moves, in order.
        worlds: Worlds that were looked at and solved; of a game that is played in some, these.
        several: Those in which there are several answers.
        profiles: Of a table, the equilibria of these, the most often taken first.
        claims: Names of the claims that it can reach.
        seen: Where it was looked at, in words; empty in a case without time.
    """

    game: Game
    actors: tuple[str, ...]
    worlds: int
    several: int
    profiles: tuple[StandingProfile, ...]
    claims: tuple[str, ...]
    seen: str


def of_run(run: Run) -> tuple[SeveralAnswers, ...]:
    """The games of a run that have several answers in some worlds and reach a claim.

    Args:
        run: A run whose course was computed.

    Returns:
        One entry a game, in the order of the case. Games solved by quantal response are not among
        them: whether other branches exist beside the principal one is not known.
    """
    found = [
        one
        for game in run.case.games
        if game.concept != "quantal" and (one := _of_game(game, run.games[game.name]))
    ]
    if not found:
        return ()
    built = plan.build(run.case, run.manifest.claims)
    reached = list(zip(built.claims, reach.of_claims(built), strict=True))

    def with_claims() -> Iterator[SeveralAnswers]:
        for game, actors, worlds, several, profiles in found:
            claims = tuple(claim.name for claim, how in reached if game.name in how.passed)
            seen = _seen(run, game) if built.timed else ""
            if claims:
                yield SeveralAnswers(game, actors, worlds, several, profiles, claims, seen)

    return tuple(with_claims())


def _seen(run: Run, game: Game) -> str:
    """Where in a run over time a game was looked at, and in which of its worlds."""
    data, notes = run.games[game.name], list[str]()
    when = "as first played" if game.schedule else "at the start"
    if game.schedule:
        played = data["played"].values >= 0
        if not played.any():
            when, notes = "when first due", ["it is never played"]
        elif not played.all():
            notes = ["of those that play it"]
    if data.sizes["world"] < run.manifest.worlds:
        notes.append(f"the first {data.sizes['world']:,} of the run")
    return f"{when} ({'; '.join(notes)})" if notes else when


_Found = tuple[Game, tuple[str, ...], int, int, tuple[StandingProfile, ...]]


def _of_game(game: Game, data: xr.Dataset) -> _Found | None:
    """Game, actors, worlds, worlds with several answers, and these; None where none has several."""
    status: ndarray = data["status"].values
    if game.schedule and (data["played"].values >= 0).any():
        data = data.isel(world=data["played"].values >= 0)
        status = data["status"].values
    several: Bool[ndarray, " world"] = status == Status.DEGENERATE
    solved = int((several | (status == Status.SOLVED)).sum())
    if not several.any():
        return None
    if not game.simultaneous:
        return game, (), solved, int(several.sum()), ()
    board = Board.of(game)
    actors, actions = board.names
    steady = strategic.pure(board.table(data["payoffs"].values[several]), TOLERANCE)
    flat: Bool[ndarray, "world cell"] = np.asarray(steady).reshape(len(steady), -1)
    cells = list(itertools.product(*actions))
    taken = np.bincount(flat.argmax(axis=1), minlength=flat.shape[1])
    stands = flat.sum(axis=0)
    order = [n for n in sorted(range(len(cells)), key=lambda n: -taken[n]) if stands[n]]
    profiles = tuple(
        StandingProfile(cells[number], int(stands[number]), int(taken[number])) for number in order
    )
    return game, actors, solved, int(several.sum()), profiles
