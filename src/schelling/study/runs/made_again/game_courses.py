"""The games of a run at many dates: its first worlds, simulated again."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import numpy as np
import xarray as xr

from schelling.compile.games.tree import Board
from schelling.compile.inspection import games_over_time
from schelling.compile.planning import plan
from schelling.study.runs.computing import programs, worker
from schelling.study.runs.files import tables
from schelling.study.runs.results import Run

WORLDS = 1_024
"""How many worlds are looked at."""


def steps(run: Run) -> tuple[int, ...]:
    """The steps at whose opening `over_time` solves the games."""
    clock = run.case.clock
    return tuple(games_over_time.dates(clock.steps if clock else 0).tolist())


def over_time(run: Run) -> Mapping[str, xr.Dataset]:
    """Every game of a case, solved at the opening of some steps in the first worlds of a run.

    Args:
        run: The run.

    Returns:
        By the name of the game: `choice (world, time, edge)`, `payoffs (world, time, end, player)`,
        `solved` and `open`, both `(world, time)`; `time` is the number of a step. Empty for a case
        without games that are trees or tables, and where agents take so much room that few worlds
        are computed side by side.
    """
    what = run.manifest
    built = plan.build(run.case, None if what.questions else what.claims)
    if not built.games or programs.crowded(built):
        return {}
    wanted = min(WORLDS, what.worlds)
    table = run.head([*what.assumptions, what.numbered], wanted)
    draws, luck = tables.draws(table, what.assumptions), tables.luck_numbers(table)
    calls = worker.engine_of(built, what.seed, what.worlds).ask_games(draws, luck)
    found = jax.tree.map(_one_after_the_other, *calls)
    at = games_over_time.dates(built.steps)
    return {
        game.name: _labelled(Board.of(game), course, at)
        for game, course in zip(built.games, found, strict=True)
    }


def _one_after_the_other(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate(parts)


def _labelled(board: Board, course: games_over_time.GameCourse, steps: np.ndarray) -> xr.Dataset:
    tree = board.tree
    return xr.Dataset(
        {
            "choice": (("world", "time", "edge"), course.choice),
            "payoffs": (("world", "time", "end", "player"), course.payoffs),
            "solved": (("world", "time"), course.solved),
            "open": (("world", "time"), course.open),
        },
        {
            "time": steps,
            "edge": np.array(list(board.edges), dtype="U"),
            "end": np.array([" / ".join(tree.path(node)) for node in tree.ends], dtype="U"),
            "player": np.array(board.game.actors, dtype="U"),
        },
    )
