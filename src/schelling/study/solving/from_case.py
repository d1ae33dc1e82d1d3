"""A game of a case with its numbers where it is first played, in the central world or in many."""

from __future__ import annotations

from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from schelling.case.model import Case, Game, StochasticGame
from schelling.case.sections.about_games import uncertainty
from schelling.compile import worlds as kernels
from schelling.compile.drawing import draws, luck
from schelling.compile.games.stochastic import Process
from schelling.compile.games.tree import Board
from schelling.compile.planning.plan import Plan, build
from schelling.compile.worlds import Courses, Simulation
from schelling.errors import RunError
from schelling.games.files.csv_table import StochasticTable
from schelling.study.runs.computing.memory import available
from schelling.study.runs.run import REPLICATES
from schelling.study.solving.answer import StatesGame, TreeGame

MOST_WORLDS = 10_000
"""Worlds for which every answer is listed."""


def load(
    case: Case, name: str, *, worlds: int | None = None, seed: int = 0
) -> TreeGame | StatesGame:
    """Read a game of a case with its payoffs.

    Args:
        case: The checked case.
        name: Name of the game.
        worlds: How many worlds, the same as in a run with this seed; the central one if None:
            every assumption at its median.
        seed: Seed of the worlds, and of chance before the game.

    Returns:
        The game, one draw per world.

    Raises:
        RunError: An impossible number of worlds, or several of a game with states.
    """
    if worlds is not None and not 1 <= worlds <= MOST_WORLDS:
        msg = f"--worlds must be 1 to {MOST_WORLDS:,}; got {worlds:,}"
        raise RunError(msg)
    whole = build(case, ())
    if with_states := next((game for game in case.stochastic if game.name == name), None):
        return _states(case, whole, with_states, worlds)
    game = next(game for game in whole.games if game.name == name)
    plan = whole
    drawn = _drawn(plan, worlds, seed)
    numbers = np.arange(len(drawn), dtype=np.uint32)
    points = jnp.asarray(drawn)
    simulate = cast("Simulation", jax.jit(kernels.simulation(plan)))
    course = cast("Courses", jax.jit(kernels.courses(plan)))
    paths = course(
        points, simulate(points, jnp.asarray(numbers), luck.of(plan, seed, limit=available()))
    )
    place = [one.name for one in plan.games].index(name)
    board = Board.of(game)
    tree = board.tree
    choice = board.spread(np.asarray(paths.choice[place]))
    drawn = choice[:, list(tree.open_edges)]
    impossible = ~((drawn >= 0) & (drawn <= 1)).all(axis=1)
    if impossible.any():
        where = f"in {impossible.sum():,} of {len(drawn):,} worlds" if worlds else "here"
        msg = f"the probabilities at a chance move of '{name}', or of types, do not lie between 0 "
        msg += f"and 1 or do not add up to 1 {where}, so it has no solution"
        raise RunError(msg)
    return TreeGame(
        f"{case.name}:{name}",
        tree,
        np.asarray(paths.payoffs[place]),
        drawn if tree.open_edges else None,
        np.asarray(paths.precision[place]) if game.concept == "quantal" else None,
        (
            *_notes(case, game, np.asarray(paths.played[place]), worlds, seed),
            *_places(case, game),
        ),
        game.concept,
        game.simultaneous,
    )


def _states(case: Case, plan: Plan, game: StochasticGame, worlds: int | None) -> StatesGame:
    """A game with states in the central world."""
    if worlds is not None:
        msg = "--worlds is for trees and tables; a game with states is solved in the central world"
        raise RunError(msg)
    process = Process(game)
    before = kernels.fixed(plan)(jnp.asarray(_drawn(plan, None, 0)))
    numbers = process.numbers(before)
    table = StochasticTable(
        process.states,
        game.actors,
        process.actions,
        np.asarray(numbers.game.payoffs)[0],
        np.asarray(numbers.game.transitions)[0],
        np.asarray(numbers.game.discount)[0],
    )
    notes = ["in the central world: every assumption at the median of its prior", "in base units"]
    places = uncertainty.of_states(case, game)
    notes += [f"uncertainty, {place}: {words}" for place, words in places]
    name = f"{case.name}:{game.name}"
    return StatesGame(name, table, float(np.asarray(numbers.precision)[0]), tuple(notes))


def _places(case: Case, game: Game) -> list[str]:
    """Where uncertainty sits."""
    return [f"uncertainty, {place}: {words}" for place, words in uncertainty.places(case, game)]


def _drawn(plan: Plan, worlds: int | None, seed: int) -> Float[np.ndarray, "draw assumption"]:
    if worlds is None:
        middle = np.array([0.5])
        columns = [draws.quantile(a.prior, middle) for a in plan.assumptions]
        return np.stack(columns, axis=1) if columns else np.zeros((1, 0))
    return draws.draw(plan, seed=seed, replicates=REPLICATES, first=0, count=worlds)


def _notes(
    case: Case, game: Game, played: Int[np.ndarray, " draw"], worlds: int | None, seed: int
) -> tuple[str, ...]:
    """Which worlds, when the game is played in them, and whose luck came before."""
    central = worlds is None
    if central:
        notes = ["in the central world: every assumption at the median of its prior"]
    else:
        notes = [f"one answer per world, worlds 0 to {len(played) - 1} of seed {seed}, in order"]
    if not game.schedule:
        day = f" ({case.clock.day(0)})" if case.clock else ""
        return (*notes, f"payoffs as they stand at the start{day}, in base units; it is not played")
    first = _moment(case, game.schedule[0])
    reached = played[played >= 0]
    otherwise = f"shown as it stands at the first step of its schedule ({first})"
    if not len(reached):
        where = "there" if central else "in any of them"
        notes.append(f"payoffs in base units; it is never played {where}, so it is {otherwise}")
    else:
        when = _moment(case, int(np.median(reached)))
        median = "" if central or np.ptp(reached) == 0 else "median "
        notes.append(
            f"payoffs as they stand when it is first played ({median}{when}), in base units"
        )
        if len(reached) < len(played):
            notes.append(
                f"never played in {len(played) - len(reached)} of {len(played)} worlds: "
                f"there it is {otherwise}"
            )
    if game.schedule[0] or played.max() > 0:
        luck = "world 0" if central else "each world"
        notes.append(f"chance draws before that are those of {luck} of seed {seed}")
    return tuple(notes)


def _moment(case: Case, step: int) -> str:
    return f"step {step}" + (f", {case.clock.day(step)}" if case.clock else "")
