"""Stochastic games: states, moves in each state, payoffs, chances of the next state, discounting.

Moves are simultaneous; where only one player has a choice the others have a single action. Every
array is padded to the largest number of actions; `Structure` says which entries count. A stationary
profile is one array `(draw, state, action)` per player. Functions here say what a profile is worth
and what could be gained against it; they are the yardstick for `schelling.games.states.markov` and
share nothing with it. NumPy arrays go in and come out without any compiling, JAX arrays stay
traceable. Chances of the next state may sum to less than one: the game ends with the rest, worth
zero from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Bool, Float

from schelling.games.errors import GameError
from schelling.games.paths import small_linear
from schelling.games.tables.strategic import module

StatePlay = tuple[Float[Array, "draw state _action"], ...]
"""One stationary mixed action per player; rows sum to one, padding is zero."""
AnyStatePlay = Sequence[Float[Array | np.ndarray, "draw state _action"]]
"""The same, as arrays of either kind."""

_SUM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Structure:
    """How many actions each player has in each state.

    Attributes:
        actions: Per state, the number of actions of every player.
    """

    actions: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        widths = {len(state) for state in self.actions}
        if len(widths) != 1 or min(widths) < 1 or any(min(state) < 1 for state in self.actions):
            msg = (
                "every state needs the same players and at least one action for each; "
                f"got {self.actions}"
            )
            raise GameError(msg)

    @classmethod
    def full(cls, states: int, actions: Sequence[int]) -> Structure:
        """The structure in which players have the same actions everywhere.

        Args:
            states: Number of states.
            actions: Number of actions of each player.

        Returns:
            The structure.
        """
        return cls((tuple(actions),) * states)

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.actions)

    @property
    def players(self) -> int:
        """Number of players."""
        return len(self.actions[0])

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Largest number of actions of each player: the lengths of the action axes."""
        return tuple(max(state[i] for state in self.actions) for i in range(self.players))

    def exists(self, player: int) -> Bool[np.ndarray, "state action"]:
        """Which entries of a player's action axis are actions.

        Args:
            player: Index of the player.

        Returns:
            False marks padding.
        """
        counts = np.array([state[player] for state in self.actions])
        return np.arange(self.widths[player]) < counts[:, None]


class StochasticArrays(NamedTuple):
    """Numbers of a stochastic game over many draws.

    Attributes:
        payoffs: Payoff of every player in the period, by state and actions.
        transitions: Chance of each next state, by state and actions.
        discount: Weight of the next period for each player, at least 0 and below 1.
    """

    payoffs: Float[Array | np.ndarray, "draw state *action player"]
    transitions: Float[Array | np.ndarray, "draw state *action next"]
    discount: Float[Array | np.ndarray, "draw player"]


def check(structure: Structure, game: StochasticArrays) -> StochasticArrays:
    """The game as NumPy arrays of the right shape, or the reason why it is none.

    Args:
        structure: The structure.
        game: The numbers; transitions and discount may have one row for all draws, and the
            discount may be a single number.

    Returns:
        The same with every axis spelled out.

    Raises:
        GameError: A shape does not fit, a chance is negative or chances sum to more than one, or a
            discount is outside [0, 1).
    """
    payoffs = np.asarray(game.payoffs, dtype=np.float64)
    inner = (structure.states, *structure.widths)
    if payoffs.shape[1:] != (*inner, structure.players):
        msg = f"payoffs must be (draw, {inner}, {structure.players}); got {payoffs.shape}"
        raise GameError(msg)
    draws = payoffs.shape[0]
    transitions = np.asarray(game.transitions, dtype=np.float64)
    if transitions.shape[1:] != (*inner, structure.states) or transitions.shape[0] not in (
        1,
        draws,
    ):
        msg = (
            f"transitions must be (draw or 1, {inner}, {structure.states}); got {transitions.shape}"
        )
        raise GameError(msg)
    cells = _cells(structure)[..., None]
    payoffs, transitions = np.where(cells, payoffs, 0.0), np.where(cells, transitions, 0.0)
    if np.any(transitions < 0) or np.any(transitions.sum(axis=-1) > 1 + _SUM_TOLERANCE):
        msg = "chances of the next state must be at least 0 and sum to at most 1"
        raise GameError(msg)
    discount = np.asarray(game.discount, dtype=np.float64)
    if np.any((discount < 0) | (discount >= 1)):
        msg = f"discount must be at least 0 and below 1; got {discount.tolist()}"
        raise GameError(msg)
    return StochasticArrays(
        payoffs,
        np.broadcast_to(transitions, (draws, *transitions.shape[1:])),
        np.broadcast_to(discount, (draws, structure.players)),
    )


def _cells(structure: Structure) -> Bool[np.ndarray, "state ..."]:
    """Which combinations of state and actions exist."""
    cells = np.ones((structure.states, *structure.widths), dtype=bool)
    for player, width in enumerate(structure.widths):
        shape = [1] * cells.ndim
        shape[0], shape[player + 1] = structure.states, width
        cells = cells & structure.exists(player).reshape(shape)
    return cells


def evaluate(
    game: StochasticArrays, play: AnyStatePlay
) -> Float[Array | np.ndarray, "draw state player"]:
    """Expected discounted payoff from each state on, when the profile is played for ever.

    Args:
        game: The games.
        play: The profile.

    Returns:
        Values in payoff units.

    Examples:
        One state for ever, payoff 1 each period, discount 0.5.

        >>> import jax.numpy as jnp
        >>> stay = jnp.ones((1, 1, 1, 1))
        >>> game = StochasticArrays(stay, stay, jnp.full((1, 1), 0.5))
        >>> evaluate(game, (jnp.ones((1, 1, 1)),)).tolist()
        [[[2.0]]]
    """
    xp = module(game.payoffs)
    rewards = _average(game.payoffs, play)
    chances = _average(game.transitions, play)
    left = xp.eye(chances.shape[-1]) - game.discount[:, :, None, None] * chances[:, None]
    right = xp.moveaxis(rewards, -1, 1)
    return xp.moveaxis(small_linear.solve_draws(left, right), 1, -1)


def action_values(
    game: StochasticArrays,
    play: AnyStatePlay,
    values: Float[Array | np.ndarray, "draw state player"],
) -> tuple[Float[Array | np.ndarray, "draw state _action"], ...]:
    """Value of each own action once, the profile being followed by everybody ever after.

    Args:
        game: The games.
        play: The profile.
        values: What each state is worth from the next period on.

    Returns:
        One array per player, padding included.
    """
    found: list[Array] = []
    for player in range(len(play)):
        later = module(game.payoffs).einsum("d...n,dn->d...", game.transitions, values[..., player])
        rate = game.discount[:, player].reshape(-1, *[1] * (later.ndim - 1))
        table = game.payoffs[..., player] + rate * later
        found.append(_average(table[..., None], play, keep=player)[..., 0])
    return tuple(found)


def regret(
    structure: Structure, game: StochasticArrays, play: AnyStatePlay
) -> Float[Array | np.ndarray, "draw state player"]:
    """Most each player could gain in each state by one deviation, the profile followed afterwards.

    Args:
        structure: The structure.
        game: The games.
        play: The profile.

    Returns:
        Gains in payoff units; all zero exactly at a Markov perfect equilibrium.
    """
    values = action_values(game, play, evaluate(game, play))
    xp = module(game.payoffs)
    gains: list[Array] = []
    for player, (value, own) in enumerate(zip(values, play, strict=True)):
        best = xp.where(structure.exists(player), value, -np.inf).max(axis=-1)
        gains.append(best - (value * own).sum(axis=-1))
    return xp.stack(gains, axis=-1)


def stakes(
    structure: Structure, game: StochasticArrays
) -> Float[Array | np.ndarray, "draw player"]:
    """Most that an own action can change a player's payoff within a period.

    Args:
        structure: The structure.
        game: The games.

    Returns:
        Largest differences in payoff units.
    """
    xp, cells = module(game.payoffs), _cells(structure)
    found: list[Array] = []
    for player in range(structure.players):
        own = game.payoffs[..., player]
        high = xp.where(cells, own, -np.inf).max(axis=player + 2, keepdims=True)
        gap = xp.where(cells, high - own, 0.0)
        found.append(gap.max(axis=tuple(range(1, gap.ndim))))
    return xp.stack(found, axis=-1)


def _average(table: Any, play: AnyStatePlay, keep: int | None = None) -> Any:
    """Average over the actions of everybody but `keep`; state stays, the last axis stays."""
    for player in reversed(range(len(play))):
        if player != keep:
            shape = [1] * table.ndim
            shape[:2], shape[player + 2] = play[player].shape[:2], play[player].shape[2]
            table = (table * play[player].reshape(shape)).sum(axis=player + 2, keepdims=True)
    kept = () if keep is None else (play[keep].shape[2],)
    return table.reshape(*table.shape[:2], *kept, table.shape[-1])
