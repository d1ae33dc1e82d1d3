"""Probability of each end of a game by statistical backward induction, in logarithms.

Works on one observation: predictors in, logarithms of probabilities out. `derivatives` runs it over
many observations. `schelling.games.trees.statistical` computes the same forms from payoffs; a test
holds the two together.
"""

from __future__ import annotations

import math
from typing import cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from schelling.evidence.estimation.moves import NOBODY, ErrorKind, LinkFunction, Specification

Number = Array | float
"""A number that may depend on the predictors, or a constant of the game."""


def log_chances(
    specification: Specification, predictors: Float[Array, " predictor"]
) -> Float[Array, " end"]:
    """Logarithm of the probability of each end.

    With agent error, the expected payoffs of the actions at a decision differ by a disturbance of
    the player's scale s: the probability of the first of two actions is Phi(d / (s sqrt 2)) for
    the probit link, where d is the difference of the expected payoffs, and the logit response
    exp(u / s) / sum exp(u / s) for the logit link. With private information the payoff of every
    end is disturbed, so the variance of an action's worth is s squared times the sum of the
    squared probabilities of the ends below it.

    Args:
        specification: The game.
        predictors: Value of each predictor.

    Returns:
        One logarithm per end.

    References:
        Signorino, C. S. (1999), Strategic interaction and the statistical analysis of
        international conflict, American Political Science Review 93, 279-297; Signorino, C. S.
        (2003), Structure and uncertainty in discrete choice models, Political Analysis 11(4).
    """
    moves = specification.moves
    end_of = {node: end for end, node in enumerate(moves.ends)}
    log_choice: dict[int, list[Number]] = {}
    values: dict[int, dict[int, Number]] = {}
    spread: dict[int, dict[int, Number]] = {}
    for node in reversed(range(len(moves.owner))):
        below, owner = moves.children[node], moves.owner[node]
        if not below:
            end = end_of[node]
            values[node] = {i: _payoff(specification, end, i, predictors) for i in moves.deciders}
            spread[node] = dict.fromkeys(moves.deciders, 1.0)
            continue
        if owner == NOBODY:
            log_choice[node] = [math.log(p) if p > 0 else -math.inf for p in moves.chance[node]]
            choice: list[Number] = list(moves.chance[node])
        else:
            own = [values[child][owner] for child in below]
            shocks = [spread[child][owner] for child in below]
            log_choice[node] = _response(specification, owner, own, shocks, predictors)
            choice = [jnp.exp(each) for each in log_choice[node]]
        values[node] = {i: _mean(choice, [values[c][i] for c in below]) for i in moves.deciders}
        if specification.errors is ErrorKind.PRIVATE:
            squares = [share * share for share in choice]
            spread[node] = {
                i: _mean(squares, [spread[c][i] for c in below]) for i in moves.deciders
            }
        else:
            spread[node] = spread[below[0]]
    return _along_paths(specification, log_choice)


def log_likelihood(
    specification: Specification,
    predictors: Float[Array, " predictor"],
    seen: Bool[Array, " end"],
) -> Float[Array, ""]:
    """Logarithm of the probability of what was seen.

    Args:
        specification: The game.
        predictors: Value of each predictor.
        seen: The ends that agree with the observation; at least one.

    Returns:
        The logarithm of the sum of their probabilities.
    """
    logs = log_chances(specification, predictors)
    kept = jnp.where(seen, logs, -jnp.inf)
    top = jax.lax.stop_gradient(jnp.max(kept))
    parts = jnp.where(seen, jnp.exp(jnp.where(seen, logs, top) - top), 0.0)
    return top + jnp.log(jnp.sum(parts))


def _payoff(specification: Specification, end: int, player: int, predictors: Array) -> Number:
    slot = specification.utility[end][player]
    return specification.fixed[end][player] if slot == NOBODY else predictors[slot]


def _scale(specification: Specification, player: int, predictors: Array) -> Number:
    slot = specification.scale[player]
    if slot == NOBODY:
        return math.exp(specification.log_scale[player])
    return jnp.exp(predictors[slot])


def _response(
    specification: Specification,
    owner: int,
    own: list[Number],
    shocks: list[Number],
    predictors: Array,
) -> list[Number]:
    """Logarithms of the probabilities of the actions at one decision."""
    scale = _scale(specification, owner, predictors)
    if len(own) == 1:
        return [0.0]
    if specification.link is LinkFunction.LOGIT:
        worth = [each / scale for each in own]
        if len(worth) == 2:
            lead = jnp.asarray(worth[0] - worth[1])
            return [jax.nn.log_sigmoid(lead), jax.nn.log_sigmoid(-lead)]
        logs = jax.nn.log_softmax(jnp.stack([jnp.asarray(each) for each in worth]))
        return [logs[action] for action in range(len(own))]
    private = specification.errors is ErrorKind.PRIVATE
    variance = shocks[0] + shocks[1] if private else 2.0
    lead = jnp.asarray((own[0] - own[1]) / (scale * jnp.sqrt(variance)))
    return _both_tails(lead)


def _both_tails(x: Array) -> list[Number]:
    """Logarithms of Phi(x) and Phi(-x).

    The lesser of the two is computed, the other one from it: this compiles in half the time. The
    derivatives are right at zero too, where climbs start.
    """
    below = x < 0
    lesser = cast("Array", jax.scipy.special.log_ndtr(jnp.where(below, x, -x)))
    greater = jnp.log1p(-jnp.exp(lesser))
    return [jnp.where(below, lesser, greater), jnp.where(below, greater, lesser)]


def _mean(weights: list[Number], of: list[Number]) -> Number:
    """A weighted sum that leaves out what is zero for certain."""
    total: Number = 0.0
    for weight, value in zip(weights, of, strict=True):
        if isinstance(value, float) and value == 0.0:
            continue
        total = (
            weight * value
            if isinstance(total, float) and total == 0.0
            else total + (weight * value)
        )
    return total


def _along_paths(specification: Specification, log_choice: dict[int, list[Number]]) -> Array:
    """Sums of the logarithms of the choices from the root to each end."""
    moves = specification.moves
    reach: dict[int, Number] = {0: 0.0}
    for node, below in enumerate(moves.children):
        for action, child in enumerate(below):
            reach[child] = reach[node] + log_choice[node][action]
    return jnp.stack([jnp.asarray(reach[node], jnp.float64) for node in moves.ends])
