"""Logit quantal response in stationary strategies of stochastic games, over many draws.

In every state every player picks each action with a probability proportional to the exponential of
precision times the value of taking it now, the profile being followed by everybody after. What
a state is worth can mean two things, which are different models: see `markov_system.Worth`. The
branch is followed from uniform play at precision zero to the first point at the wanted precision;
no shortcut is taken, so the answer is the principal branch's whatever the game.

Axes: draw, state, action; the equations are in `schelling.games.states.markov_system`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from schelling.errors import Status
from schelling.games import programs
from schelling.games.paths import accept, chunks, continuation
from schelling.games.paths.arclength import STANDARD, WalkSettings
from schelling.games.paths.continuation import Ends
from schelling.games.states import markov_system, stochastic
from schelling.games.states.markov_system import Worth
from schelling.games.states.stochastic import StatePlay, StochasticArrays, Structure

_SIZES = (16, 128, 1024)
_AT_ONCE = 32


class MarkovQuantal(NamedTuple):
    """Markov logit equilibria with their evidence, one per draw.

    Attributes:
        play: Mixed action of each player in each state; NaN where there is no answer.
        values: What each state is worth to each player, under the convention asked for.
        regret: Most any one-shot deviation could gain in expected payoff, in payoff units.
        residual: Largest difference between a probability and the logit response to the profile,
            by code that shares nothing with the solver.
        sharpness: Precision times largest payoff difference within an own action's reach.
        precision: The precision at which the answer stands.
        status: As in `schelling.games.paths.continuation.Ends`.
        steps: Accepted steps along the branch.
        folds: Times the branch turned in precision on its way.
        bifurcations: Bifurcations crossed.
    """

    play: StatePlay
    values: Float[Array, "draw state player"]
    regret: Float[Array, " draw"]
    residual: Float[Array, " draw"]
    sharpness: Float[Array, "draw player"]
    precision: Float[Array, "draw player"]
    status: Int[Array, " draw"]
    steps: Int[Array, " draw"]
    folds: Int[Array, " draw"]
    bifurcations: Int[Array, " draw"]


_Followed = tuple[StatePlay, Ends]


@dataclass(frozen=True)
class Method:
    """What to solve for and how.

    Attributes:
        worth: What a state is worth.
        settings: Rules of the walk.
        at_once: Draws worked on at the same time; changes no answer beyond rounding.
    """

    worth: Worth = Worth.EXPECTED
    settings: WalkSettings = STANDARD
    at_once: int = _AT_ONCE


DEFAULT = Method()
"""Expected payoff, standard walk."""


def solve(
    structure: Structure,
    game: StochasticArrays,
    precision: Float[Array | np.ndarray, " draw *player"] | float,
    method: Method = DEFAULT,
) -> MarkovQuantal:
    """Markov logit equilibrium on the principal branch of each draw, in chunks of fixed shape.

    Args:
        structure: The structure.
        game: The games.
        precision: A number, one per draw, or one per draw and player; above 0.
        method: What to solve for and how.

    Returns:
        The equilibria with their evidence.

    Raises:
        GameError: The numbers do not fit the structure.

    References:
        Eibelshäuser and Poensgen, Markov quantal response equilibrium and a homotopy method for
        computing and selecting Markov perfect equilibria of dynamic stochastic games, 2019.
    """
    whole = stochastic.check(structure, game)
    sharp = np.asarray(precision, dtype=np.float64)
    sharp = np.broadcast_to(sharp[:, None] if sharp.ndim == 1 else sharp, whole.discount.shape)

    def compiled(rows: chunks.Rows, count: int) -> _Followed:
        return _followed(structure, method, *rows, count)

    play, ends = chunks.run(compiled, (whole, sharp), sizes=_SIZES)
    plain = tuple(np.asarray(own) for own in play)
    with np.errstate(all="ignore"):  # a draw that is no number stays none
        worth = values(structure, whole, sharp, plain, method.worth)
        gap = np.asarray(_residual(structure, whole, sharp, list(plain), worth))
        plain, status = accept.by_residual(plain, np.asarray(ends.status), gap)
        worth = values(structure, whole, sharp, plain, method.worth)
        return MarkovQuantal(
            tuple(jnp.asarray(own) for own in plain),
            jnp.asarray(worth),
            jnp.asarray(stochastic.regret(structure, whole, plain).max(axis=(1, 2))),
            jnp.asarray(gap),
            jnp.asarray(sharp * stochastic.stakes(structure, whole)),
            jnp.asarray(sharp),
            jnp.asarray(status),
            ends.steps,
            ends.folds,
            ends.bifurcations,
        )


def follow(
    structure: Structure,
    game: StochasticArrays,
    precision: Float[Array, "draw player"],
    method: Method = DEFAULT,
    count: Int[Array, ""] | int | None = None,
) -> tuple[StatePlay, Ends]:
    """Markov logit equilibrium on the principal branch of each draw; traceable, differentiable.

    Args:
        structure: The structure.
        game: The games, as `stochastic.check` returns them.
        precision: Precision of each player, above 0.
        method: What to solve for and how.
        count: How many leading draws to solve; all unless given.

    Returns:
        Mixed actions, NaN where there is no answer, and how each branch ended.
    """
    target = jnp.max(precision * stochastic.stakes(structure, game), axis=1)
    target = jnp.where(target > 0, target, 1.0)
    over = (precision / target[:, None]).reshape(
        -1, *[1] * (structure.players + 1), structure.players
    )
    params = (
        tuple(jnp.moveaxis(game.payoffs * over, -1, 0)),
        game.transitions,
        game.discount,
        1.0 / target,
    )
    equations = markov_system.system(structure, method.worth)
    ends = continuation.follow(
        equations, params, target, None, method.settings, method.at_once, count
    )
    mixed = markov_system.mixtures(structure, ends.z.T)
    answered = ends.answered[:, None, None]
    return tuple(jnp.where(answered, jnp.moveaxis(own, -1, 0), jnp.nan) for own in mixed), ends


def values(
    structure: Structure,
    game: StochasticArrays,
    precision: Float[Array | np.ndarray, "draw player"],
    play: stochastic.AnyStatePlay,
    worth: Worth,
) -> Float[Array | np.ndarray, "draw state player"]:
    """What each state is worth to each player, by plain evaluation of the profile.

    Args:
        structure: The structure.
        game: The games.
        precision: Precision of each player.
        play: The profile.
        worth: What a state is worth; the private payoff is entropy over precision.

    Returns:
        Values in payoff units.
    """
    if worth is Worth.EXPECTED:
        return stochastic.evaluate(game, play)
    xp = stochastic.module(game.payoffs)
    entropy = [-(p * xp.log(xp.where(p > 0, p, 1.0))).sum(axis=2) for p in play]
    bonus = xp.stack(entropy, axis=-1) / precision[:, None]
    shape = (bonus.shape[0], structure.states, *[1] * structure.players, structure.players)
    return stochastic.evaluate(game._replace(payoffs=game.payoffs + bonus.reshape(shape)), play)


def limit(
    structure: Structure,
    game: StochasticArrays,
    tolerance: float = 1e-3,
    largest: float = 1e6,
    method: Method = DEFAULT,
) -> MarkovQuantal:
    """Follow the branch up a ladder of precisions until nobody gains by a one-shot deviation.

    Args:
        structure: The structure.
        game: The games.
        tolerance: Largest one-shot regret, as a share of the largest stake of the draw.
        largest: Precision times largest stake at which to give up.
        method: What to solve for and how.

    Returns:
        Each draw at the first precision of the ladder that meets the tolerance; NO_CONVERGENCE
        where none does, with the last precision reached.

    Raises:
        GameError: The numbers do not fit the structure.
    """
    whole = stochastic.check(structure, game)
    stake = np.asarray(stochastic.stakes(structure, whole)).max(axis=1)
    unit = np.where(stake > 0, stake, 1.0)
    sharp = 16.0
    best = solve(structure, whole, sharp / unit, method)
    while sharp < largest:
        short = ~(np.asarray(best.regret) <= tolerance * unit)
        short &= np.asarray(best.status) != int(Status.OUT_OF_DOMAIN)
        if not short.any():
            return best
        sharp *= 4.0
        rows = np.flatnonzero(short)
        part = jax.tree.map(partial(_rows, rows=rows), whole)
        better = solve(structure, cast("StochasticArrays", part), sharp / unit[rows], method)
        best = jax.tree.map(partial(_replaced, rows=rows), best, better)
    failed = ~(np.asarray(best.regret) <= tolerance * unit) & (np.asarray(best.status) == 0)
    status = np.where(failed, int(Status.NO_CONVERGENCE), np.asarray(best.status))
    return best._replace(status=jnp.asarray(status))


def _rows(leaf: Array | np.ndarray, rows: Int[np.ndarray, " row"]) -> np.ndarray:
    return np.asarray(leaf)[rows]


def _replaced(old: Array, new: Array, rows: Int[np.ndarray, " row"]) -> Array:
    whole = np.array(old)
    whole[rows] = np.asarray(new)
    return jnp.asarray(whole)


@programs.compiled(0, 1)
def _followed(
    structure: Structure, method: Method, game: StochasticArrays, precision: Array, count: Array
) -> _Followed:
    return follow(structure, game, precision, method, count)


def _residual(
    structure: Structure,
    game: StochasticArrays,
    precision: Float[np.ndarray, "draw player"],
    play: list[np.ndarray],
    worth: Array | np.ndarray,
) -> Float[np.ndarray, " draw"]:
    gaps: list[np.ndarray] = []
    for player, value in enumerate(stochastic.action_values(game, play, worth)):
        power = precision[:, player, None, None] * np.asarray(value)
        power = np.where(structure.exists(player), power, -np.inf)
        weights = np.exp(power - power.max(axis=2, keepdims=True))
        response = weights / weights.sum(axis=2, keepdims=True)
        gaps.append(np.abs(response - play[player]).max(axis=(1, 2)))
    return np.max(gaps, axis=0)
