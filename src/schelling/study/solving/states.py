"""Stochastic games solved in stationary strategies: Markov quantal response and its limit."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from schelling.errors import RunError, Status
from schelling.games.states import markov, stochastic
from schelling.study.solving.answer import Equilibrium, Found, StatesGame, gain, plain, strategy
from schelling.study.solving.concept import Concept
from schelling.study.solving.profiles import STATUS
from schelling.study.solving.tables import sharpness

_TOLERANCE = 1e-5  # one-shot regret, as a share of the largest stake, at which the limit is reached
_MOST_NAMED = 12  # states that a note names before it counts the rest


def solve(game: StatesGame, concept: Concept, precision: float | None) -> Found:
    """Solve a stochastic game.

    Args:
        game: The game.
        concept: Markov or quantal.
        precision: In one over the payoff unit; the limit of high precision if None.

    Returns:
        What came of it. Payoffs are expected discounted ones from the first state on; sets are
        states.

    Raises:
        RunError: The concept is not one for stochastic games.
        GameError: The numbers are those of no stochastic game.
    """
    if concept not in (Concept.MARKOV, Concept.QUANTAL):
        msg = f"{concept.value} is not for stochastic games (.csv); they have markov and quantal"
        raise RunError(msg)
    structure, numbers = game.table.structure, game.table.game()
    if precision is None:
        found = markov.limit(structure, numbers, tolerance=_TOLERANCE)
        solution = "Markov perfect, limit of the principal quantal branch"
    else:
        found = markov.solve(structure, numbers, precision)
        solution = "Markov logit quantal response, principal branch"
    status = Status(int(found.status[0]))
    reached = float(found.precision[0, 0])
    choices = [np.asarray(own[0]) for own in found.play]
    solved = all(np.isfinite(own).all() for own in choices)
    if not solved or status is Status.OUT_OF_DOMAIN:
        return Found(solution, (), STATUS[status], (status.advice,), precision)
    checked = stochastic.check(structure, numbers)
    values = np.asarray(stochastic.evaluate(checked, found.play)[0])
    regrets = np.asarray(stochastic.regret(structure, checked, found.play)[0])
    listed = [choices[place.player][place.number - 1, : len(place.actions)] for place in game.sets]
    equilibrium = Equilibrium(
        strategy(game.sets, listed), plain(values[0]), gain(regrets.max(axis=0))
    )
    notes = [
        "sets are states, in order of first appearance; payoffs are expected discounted ones from "
        f"the first state, {game.table.states[0]}, on",
        _values(game, values),
        sharpness(game.players, np.asarray(found.sharpness[0]))
        + " (span within an own action's reach)",
        f"residual {float(found.residual[0]):.1e}: largest difference between a probability and "
        "the logit response to the play",
        "regret is the most that one deviation in one state can gain",
    ]
    if precision is None:
        notes.append(f"the limit is approached at precision {reached:.6g}")
    if status is Status.DEGENERATE:
        notes.append("the branch met a bifurcation on its way; the answer is the one straight on")
    elif status is Status.NO_CONVERGENCE:
        notes.append(status.advice)
    return Found(solution, (equilibrium,), STATUS[status], tuple(notes), reached)


def stages(game: StatesGame, equilibrium: Equilibrium) -> Float[np.ndarray, "state ... player"]:
    """What each state's table is worth now and later, everybody following the answer afterwards.

    Args:
        game: The game.
        equilibrium: Its answer.

    Returns:
        Payoff of the period plus discounted value of the next state; padding is zero.
    """
    structure = game.table.structure
    numbers = stochastic.check(structure, game.table.game())
    play = [np.zeros((1, structure.states, width)) for width in structure.widths]
    for place in game.sets:
        own = equilibrium.strategy[place.key]
        play[place.player][0, place.number - 1, : len(own)] = own
    profile = tuple(jnp.asarray(own) for own in play)
    values = np.asarray(stochastic.evaluate(numbers, profile))[0]
    later = game.table.transitions @ values
    return game.table.payoffs + game.table.discount * later


def _values(game: StatesGame, values: np.ndarray) -> str:
    rows = [
        f"{name} {', '.join(f'{value:.6g}' for value in row)}"
        for name, row in zip(game.table.states, values, strict=True)
    ]
    more = f"; and {len(rows) - _MOST_NAMED} more" if len(rows) > _MOST_NAMED else ""
    return f"values by state, in the order of players: {'; '.join(rows[:_MOST_NAMED])}{more}"
