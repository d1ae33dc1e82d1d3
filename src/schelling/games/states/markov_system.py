"""The equations of logit play in stationary strategies of a stochastic game, with derivatives.

Unknowns are the log-odds of every action but the first, by player, state and action. What states
are worth is eliminated by exact policy evaluation: for every player one linear system over the
states, whose inverse also carries the derivatives. Arrays hold the lane LAST. Knows no draws and no
solver.
"""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from schelling.games.paths import small_linear
from schelling.games.paths.arclength import Params, System
from schelling.games.paths.bordered import Linearised
from schelling.games.states.stochastic import Structure


class Worth(enum.Enum):
    """What a state is worth to a player who responds with noise."""

    EXPECTED = "expected payoff: the noise is error"
    INCLUSIVE = "log of the sum of exponentials, over precision: the noise is a private payoff"


@lru_cache(maxsize=64)
def system(structure: Structure, worth: Worth) -> System:
    """The equations of Markov logit equilibrium for games of one structure.

    Args:
        structure: The structure.
        worth: What a state is worth.

    Returns:
        The system. Its parameters are each player's payoffs times precision over target, the
        transitions, the discounts and one over the target.
    """
    unknowns = _unknowns(structure)

    def linearise(z: Array, t: Array, params: Params) -> Linearised:
        payoffs, transitions, discount, share = params
        play = mixtures(structure, z)
        bonus = _bonus(structure, play, t, share) if worth is Worth.INCLUSIVE else None
        gains: list[Array] = []
        drifts: list[Array] = []
        slopes: list[Array] = []
        for player in range(structure.players):
            own = _Own(player, payoffs[player], transitions, discount[player])
            gain, later, slope = _player(own, play, t, None if bonus is None else bonus[player])
            gains.append(gain)
            drifts.append(gain + t * later)
            slopes.append(slope)
        value = jnp.concatenate(gains)[unknowns]
        drift = jnp.concatenate(drifts)[unknowns]
        slope = jnp.concatenate(slopes)[unknowns][:, unknowns]
        unit = jnp.eye(len(unknowns))[:, :, None]
        return Linearised(z - t * value, unit - t * slope, -drift)

    return System(len(unknowns), linearise)


class _Own(NamedTuple):
    """One player's side of the game, lanes last."""

    player: int
    payoffs: Float[Array, "state ... lane"]
    transitions: Float[Array, "state ... next lane"]
    discount: Float[Array, " lane"]


class _Bonus(NamedTuple):
    """Private payoff that one player expects in each state, scaled, with its derivatives."""

    value: Float[Array, "state lane"]
    by_odds: Float[Array, "state action lane"]
    by_t: Float[Array, "state lane"]


class _Gains(NamedTuple):
    """Gains of one player's actions over its first; rows are states and actions, flat.

    First actions are left out, padding is included.
    """

    gain: Float[Array, "row lane"]
    by_t: Float[Array, "row lane"]  # with play held
    by_odds: Float[Array, "row column lane"]  # everybody's log-odds


def _player(own: _Own, play: list[Array], t: Array, bonus: _Bonus | None) -> _Gains:
    """Gains of one player's actions over its first, and how they change."""
    i, mine = own.player, play[own.player]
    states, width, lanes = mine.shape
    chances = _others_out(own.transitions, play, keep=(i,))
    moves = _dot(chances, mine, axis=1)
    # V = (I - discount P)^-1 r: what each state is worth under the present play, with P the chances
    # of the next state and r the expected payoffs of one period.
    inverse = small_linear.solve(
        jnp.eye(states)[:, :, None] - own.discount * moves,
        jnp.broadcast_to(jnp.eye(states)[:, :, None], (states, states, lanes)),
    ).x
    reward = _dot(_others_out(own.payoffs[..., None, :], play, keep=(i,)), mine, axis=1)[:, 0]
    reward = reward if bonus is None else reward + bonus.value
    worth = small_linear.apply(inverse, reward)
    # Value of an own action: its payoff now and the discounted worth of what follows.
    later = _expected_next(own.transitions, worth)
    table = own.payoffs + own.discount * later
    value = _others_out(table[..., None, :], play, keep=(i,))[:, :, 0]
    mean = _dot(value[:, :, None], mine, axis=1)[:, 0]

    # How the gains of an action in one state answer to one unit more of payoff in another state:
    # discount times the chances of getting there, over all later periods.
    onward = small_linear.multiply(chances.reshape(states * width, states, lanes), inverse)
    onward = (own.discount * onward).reshape(states, width, states, lanes)
    onward = (onward[:, 1:] - onward[:, :1]).reshape(states * (width - 1), states, lanes)
    columns: list[Array] = []
    for j, theirs in enumerate(play):
        if j == i:
            # Derivative of the period's expected payoff by own log-odds (of the logit: share times
            # value less mean). Own play moves gains only through what later states are worth.
            lift = mine * (value - mean[:, None])
            lift = lift if bonus is None else lift + bonus.by_odds
            columns.append(_spread(onward, lift[:, 1:]))
            continue
        pair = _others_out(table[..., None, :], play, keep=(i, j))[:, :, :, 0]
        pair = pair if i < j else jnp.swapaxes(pair, 1, 2)
        # Others' play moves gains through later states, as above, and directly in the same state.
        lift = theirs * (_dot(pair, mine, axis=1) - mean[:, None])
        direct = theirs[:, None] * (pair - value[:, :, None])
        direct = (direct[:, 1:] - direct[:, :1])[:, :, 1:]
        columns.append(_spread(onward, lift[:, 1:]) + _diagonal(direct))
    gain = (value[:, 1:] - value[:, :1]).reshape(-1, lanes)
    drift = jnp.zeros_like(gain) if bonus is None else small_linear.apply(onward, bonus.by_t)
    return _Gains(gain, drift, jnp.concatenate(columns, axis=1))


def _spread(
    onward: Float[Array, "row state lane"], lift: Float[Array, "state action lane"]
) -> Float[Array, "row column lane"]:
    """What a change of play in a state does to the gains everywhere through its value."""
    whole = onward[:, :, None] * lift[None]
    rows, states, actions, lanes = whole.shape
    return whole.reshape(rows, states * actions, lanes)


def _diagonal(block: Float[Array, "state own other lane"]) -> Float[Array, "row column lane"]:
    """Blocks that link a state with itself, set into a matrix over all states."""
    states, own, other, lanes = block.shape
    unit = jnp.eye(states)[:, None, :, None, None]
    return (block[:, :, None] * unit).reshape(states * own, states * other, lanes)


def _expected_next(
    transitions: Float[Array, "state ... next lane"], worth: Float[Array, "next lane"]
) -> Float[Array, "state ... lane"]:
    """Expected worth of the next state, by state and actions."""
    terms = [transitions[..., n, :] * worth[n] for n in range(worth.shape[0])]
    return sum(terms[1:], start=terms[0])


def _dot(table: Array, mixture: Float[Array, "state action lane"], axis: int) -> Array:
    """Average over one action axis; states lead, lanes are last."""
    parts: list[Array] = []
    for action in range(mixture.shape[1]):
        part = jnp.take(table, action, axis=axis)
        shape = (mixture.shape[0], *[1] * (part.ndim - 2), mixture.shape[2])
        parts.append(part * mixture[:, action].reshape(shape))
    return sum(parts[1:], start=parts[0])


def _others_out(table: Array, play: list[Array], keep: tuple[int, ...]) -> Array:
    """Average over the actions of all players but those kept; axes: state, actions, thing, lane."""
    for player in reversed(range(len(play))):
        if player not in keep:
            table = _dot(table, play[player], axis=player + 1)
    return table


def mixtures(
    structure: Structure, z: Float[Array, "unknown lane"]
) -> list[Float[Array, "state _action lane"]]:
    """Probabilities from log-odds.

    Args:
        structure: The structure.
        z: The unknowns.

    Returns:
        One array per player; padding gets zero.
    """
    found: list[Array] = []
    start = 0
    for player, width in enumerate(structure.widths):
        exists = structure.exists(player)
        count = int(exists[:, 1:].sum())
        place = np.full(exists.shape, -1)
        place[:, 0] = count
        place[:, 1:][exists[:, 1:]] = np.arange(count)
        none = jnp.zeros((1, z.shape[1]))
        odds = jnp.concatenate([z[start : start + count], none, none - jnp.inf])
        odds = odds[np.where(place < 0, count + 1, place)].reshape(-1, width, z.shape[1])
        weights = jnp.exp(odds - jnp.max(odds, axis=1, keepdims=True))
        found.append(weights / jnp.sum(weights, axis=1, keepdims=True))
        start += count
    return found


def _unknowns(structure: Structure) -> Int[np.ndarray, " unknown"]:
    """Which of the padded log-odds exist."""
    flat = [structure.exists(player)[:, 1:].ravel() for player in range(structure.players)]
    return np.flatnonzero(np.concatenate(flat))


def _bonus(structure: Structure, play: list[Array], t: Array, share: Array) -> list[_Bonus]:
    """Entropy over precision along the way; at the target exactly the log-sum's excess.

    Below the target the excess over uniform play's entropy is divided by the precision of the
    moment, and uniform play's by that of the target: finite from the start on.
    """
    safe = jnp.where(t > 0, t, 1.0)
    found: list[_Bonus] = []
    for player, mine in enumerate(play):
        most = jnp.log(jnp.asarray(structure.exists(player).sum(axis=1), dtype=jnp.float64))
        logs = jnp.where(mine > 0, jnp.log(jnp.where(mine > 0, mine, 1.0)), 0.0)
        entropy = -jnp.sum(mine * logs, axis=1)
        excess = jnp.where(t > 0, entropy - most[:, None], 0.0)
        found.append(
            _Bonus(
                excess / safe + most[:, None] * share,
                jnp.where(t > 0, -mine * (logs + entropy[:, None]) / safe, 0.0),
                -excess / safe**2,
            )
        )
    return found
